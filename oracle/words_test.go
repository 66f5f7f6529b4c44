package oracle_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/push"
)

func TestParseWordsReadsPairs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		pairs []string
		want  oracle.Words
		err   string
	}{
		{"no pairs", nil, oracle.Words{}, ""},
		{"two words for a state", []string{"up=answered", " talking = answered "}, oracle.Words{"up": push.CallAnswered, "talking": push.CallAnswered}, ""},
		{"a word with an equals sign", []string{"s=1=over"}, oracle.Words{"s=1": push.CallOver}, ""},
		{"an empty word", []string{"=unknown"}, oracle.Words{"": push.CallUnknown}, ""},
		{"a pair twice", []string{"up=answered", "up=answered"}, oracle.Words{"up": push.CallAnswered}, ""},
		{"two states for a word", []string{"up=answered", "up=over"}, nil, `"up" is mapped to both answered and over`},
		{"no equals sign", []string{"answered"}, nil, `"answered" is no pair WORD=STATE`},
		{"a misspelt state", []string{"up=anwsered"}, nil, `unknown state "anwsered", did you mean "answered"?`},
		{"an unknown state", []string{"up=talking"}, nil, `unknown state "talking", there are unknown, ringing, answered, over`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := oracle.ParseWords(test.pairs)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("ParseWords(%q) mismatch (-want +got):\n%s", test.pairs, diff)
			}
			if got := errorText(err); got != test.err {
				t.Errorf("ParseWords(%q): error %q, want %q", test.pairs, got, test.err)
			}
		})
	}
}

func TestParsePathRefusesAnInvalidJSONPath(t *testing.T) {
	t.Parallel()
	for path, isValid := range map[string]bool{"$": true, "$.call.state": true, "$['state']": true, "$.calls[0].state": true, "state": false, "$.": false, "$.calls[": false, "": false} {
		if _, err := oracle.ParsePath(path); (err == nil) != isValid {
			t.Errorf("ParsePath(%q): error %v, want none: %t", path, err, isValid)
		} else if err != nil && !strings.Contains(err.Error(), "is no JSONPath: ") {
			t.Errorf("ParsePath(%q): error %q does not contain: is no JSONPath", path, err)
		}
	}
}

// errorText returns the text of an error, or "" if err is nil.
func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
