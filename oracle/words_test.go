package oracle_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/push"
)

func TestWordsAreReadAsPairs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		pairs []string
		want  oracle.Words
		err   string
	}{
		{"none", nil, oracle.Words{}, ""},
		{"several words for one state", []string{"up=answered", " talking = answered "}, oracle.Words{"up": push.CallAnswered, "talking": push.CallAnswered}, ""},
		{"a word with an equals sign", []string{"s=1=over"}, oracle.Words{"s=1": push.CallOver}, ""},
		{"the empty word", []string{"=unknown"}, oracle.Words{"": push.CallUnknown}, ""},
		{"the same twice", []string{"up=answered", "up=answered"}, oracle.Words{"up": push.CallAnswered}, ""},
		{"two meanings", []string{"up=answered", "up=over"}, nil, `"up" is said to mean both answered and over`},
		{"no pair", []string{"answered"}, nil, `"answered" is no pair WORD=STATE`},
		{"a misspelt state", []string{"up=anwsered"}, nil, `unknown state "anwsered", did you mean "answered"?`},
		{"a state that there is not", []string{"up=talking"}, nil, `unknown state "talking", there are unknown, ringing, answered, over`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := oracle.ParseWords(test.pairs)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("ParseWords(%q) mismatch (-want +got):\n%s", test.pairs, diff)
			}
			if said := text(err); said != test.err {
				t.Errorf("ParseWords(%q): error %q, want %q", test.pairs, said, test.err)
			}
		})
	}
}

func TestAJSONPathThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for path, ok := range map[string]bool{"$": true, "$.call.state": true, "$['state']": true, "$.calls[0].state": true, "state": false, "$.": false, "$.calls[": false, "": false} {
		if _, err := oracle.ParsePath(path); (err == nil) != ok {
			t.Errorf("ParsePath(%q): error %v, want none: %t", path, err, ok)
		} else if err != nil && !strings.Contains(err.Error(), "is no JSONPath: ") {
			t.Errorf("ParsePath(%q): error %q does not say what is wrong", path, err)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
