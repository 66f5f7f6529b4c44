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
		{"an empty Response", callWithResponse("<Response/>"), true},
		{"no body", newCall(200, ms), true},
		{"a document of another kind", callWithResponse("<Reply/>"), false},
		{"more than is read", callWithResponse(deep), false},
		{"a subscriber", wholeCall(), false},
	} {
		if got := (verdict.Run{Evidence: evidenceOf(test.call)}).Judge().Observer; got != test.want {
			t.Errorf("%s: Observer = %t, want %t", test.name, got, test.want)
		}
	}
}
