package verdict_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// An observer is a receiver that accepts pushes and asks for nothing.
func TestReceiverWithUnreadableResponsesIsNoObserver(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		call transcript.Call
		want bool
	}{
		{"empty Response: observer", callWithResponse("<Response/>"), true},
		{"no body: observer", newCall(200, ms), true},
		{"document with another root: no observer", callWithResponse("<Reply/>"), false},
		{"document too deep to be read: no observer", callWithResponse(tooDeepDocument), false},
		{"Response with subscriptions: no observer", wholeCall(), false},
	} {
		if got := (verdict.Run{Evidence: evidenceOf(test.call)}).Judge().Observer; got != test.want {
			t.Errorf("%s: Observer = %t, want %t", test.name, got, test.want)
		}
	}
}
