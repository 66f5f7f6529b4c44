package suggest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestClosestReturnsTheMostSimilarName(t *testing.T) {
	t.Parallel()
	type result struct {
		Word  string
		Found bool
	}
	attributes := []string{"onAnswer", "onHangup", "onData", "maxDigits", "timeout", "type"}
	tests := []struct {
		name  string
		why   string
		word  string
		among []string
		want  result
	}{
		{name: "another letter case", word: "onHangUp", among: attributes, want: result{"onHangup", true}},
		{name: "a lower-case letter in place of a capital letter", word: "onanswer", among: attributes, want: result{"onAnswer", true}},
		{name: "a letter dropped", word: "onHangu", among: attributes, want: result{"onHangup", true}},
		{name: "a letter added", word: "timeouts", among: attributes, want: result{"timeout", true}},
		{name: "two letters replaced in a long word", word: "maxDibids", among: attributes, want: result{"maxDigits", true}},
		{name: "neighbours swapped", word: "tiemout", among: attributes, want: result{"timeout", true}},
		{name: "neighbours swapped in a short word", word: "tpye", among: attributes, want: result{"type", true}},
		{name: "no suggestion for two edits in a short word", word: "tape2", among: attributes, why: "a word of up to five letters may have one edit"},
		{name: "no suggestion if no word is similar", word: "delay", among: attributes},
		{name: "the word itself", word: "type", among: attributes, want: result{"type", true}},
		{name: "the most similar candidate wins, not the first", word: "onDat", among: []string{"onDots", "onData"}, want: result{"onData", true}},
		{name: "the first of two equally similar candidates wins", word: "bat", among: []string{"cat", "hat"}, want: result{"cat", true}},
		{name: "a candidate that differs only in letter case wins over a candidate with an edit", word: "DIAL", among: []string{"Dials", "Dial"}, want: result{"Dial", true}},
		{name: "no suggestion for an edit in a word of two letters", word: "on", among: []string{"in"}, why: "one edit turns a word of two letters into many other words"},
		{name: "a word of two letters in another letter case", word: "ON", among: []string{"on"}, want: result{"on", true}},
		{name: "a letter of two bytes", word: "Müler", among: []string{"Müller"}, want: result{"Müller", true}},
		{name: "no suggestion for an empty word", word: "", among: attributes},
		{name: "no suggestion from an empty list", word: "type"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			word, found := Closest(tt.word, tt.among)
			if diff := cmp.Diff(tt.want, result{word, found}); diff != "" {
				t.Errorf("Closest(%q, %q) mismatch (-want +got):\n%s%s", tt.word, tt.among, diff, tt.why)
			}
		})
	}
}

func TestNamesThatShareMoreWordsComeFirst(t *testing.T) {
	t.Parallel()
	names := []string{"first-leg-only", "second-type", "menu-forgets", "early-second-leg", "no-tls", "voicemail-leg"}
	for word, want := range map[string][]string{
		"forget-second-leg": {"early-second-leg", "first-leg-only", "second-type"},
		"menu.FORGET":       {"menu-forgets"},
		"no-leg":            {"first-leg-only", "early-second-leg", "voicemail-leg"},
		"no-teleport":       {},
	} {
		if diff := cmp.Diff(want, NamesSharingWords(word, names), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("NamesSharingWords(%q) mismatch (-want +got):\n%s", word, diff)
		}
	}
}
