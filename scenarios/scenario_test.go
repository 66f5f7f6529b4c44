package scenarios

import (
	"testing"

	"github.com/pushcheck/pushcheck/push"
)

func TestSentenceDescribesAnAct(t *testing.T) {
	t.Parallel()
	keys, noKeys := "42#", ""
	tests := []struct {
		act  Act
		want string
	}{
		{Act{Who: "Jennifer", Deed: Calls, To: []string{"Doc"}}, "Jennifer calls Doc"},
		{Act{Who: "Jennifer", Deed: Calls, To: []string{"Doc", "Marty", "Lorraine"}}, "Jennifer calls Doc, Marty and Lorraine"},
		{Act{Who: "Jennifer", Deed: Calls}, "Jennifer calls nobody"},
		{Act{Who: "Doc", Deed: Answers}, "Doc answers"},
		{Act{Who: Voicemail, Deed: Answers}, "the voicemail answers"},
		{Act{Who: "Doc", Deed: Transfers, To: []string{"Marty"}}, "Doc transfers the call to Marty"},
		{Act{Who: "Doc", Deed: Forwards, To: []string{Voicemail}, Cause: push.Forwarded}, "Doc's line forwards the call to the voicemail"},
		{Act{Who: "Jennifer", Deed: Presses, Digits: &keys}, "Jennifer presses 42#"},
		{Act{Who: "Jennifer", Deed: Presses, Digits: &noKeys}, "Jennifer presses nothing"},
		{Act{Who: "Jennifer", Deed: Presses}, "Jennifer presses nothing"},
		{Act{Who: "Doc", Deed: Ends, Cause: push.NormalClearing}, "Doc's call ends (normalClearing)"},
		{Act{Who: "Doc", Deed: Ends}, "Doc's call ends"},
		{Act{Who: "Doc", Deed: "sings"}, "Doc sings"},
	}
	for _, tt := range tests {
		if got := tt.act.Sentence(); got != tt.want {
			t.Errorf("%+v.Sentence() = %q, want %q", tt.act, got, tt.want)
		}
	}
}
