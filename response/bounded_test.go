package response

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseListsOnlyTheFirstProblemsOfEachRule(t *testing.T) {
	t.Parallel()
	const gatherTemplate = `<Gather onData="https://receiver.example/data"><Play><Url>https://receiver.example/a.wav</Url></Play>%</Gather>`
	morePlays := strings.Repeat("<Play><Url>https://receiver.example/a.wav</Url></Play>", 30)
	tests := []struct {
		name, body, rule string
		normal           int // number of problems of the rule that are not Milder
		milder           int // number of problems of the rule that are Milder
	}{
		{"20 problems of one rule: all are kept", strings.Repeat("<Say/>", 20), "response.known-elements", 20, 0},
		{"21 problems of one rule: 20 are kept", strings.Repeat("<Say/>", 21), "response.known-elements", 20, 0},
		{"30 milder problems, then a normal one: 20 milder ones and the normal one are kept", strings.Replace(gatherTemplate, "%", morePlays+"<Say/>", 1), "gather.nesting", 1, 20},
		{"30 invalid actions: one problem for each is kept", strings.Repeat("<Dial/>", 30), "dial.target", 30, 0},
		{"15 invalid actions with two problems each: the first 20 problems are kept, then one for each further action", strings.Repeat("<Dial><Number>x</Number><Number>y</Number></Dial>", 15), "dial.number-format", 25, 0},
	}
	for _, test := range tests {
		d := Parse(Input{Body: []byte("<Response>" + test.body + "</Response>")})
		normal, milder := 0, 0
		for _, p := range d.Problems {
			switch {
			case p.Rule != test.rule:
			case p.Milder:
				milder++
			default:
				normal++
			}
		}
		if d.Response != nil && strings.HasPrefix(test.body, "<Dial") {
			for i := range d.Response.Actions {
				if d.ActionHappens(i) {
					t.Errorf("%s: action %d is valid, want it invalid", test.name, i)
				}
			}
		}
		if normal != test.normal || milder != test.milder {
			t.Errorf("%s: %d normal and %d milder problems of %s, want %d and %d", test.name, normal, milder, test.rule, test.normal, test.milder)
		}
	}
}

func TestDocumentKeepsAtMostFourKiBOfAValue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, value, want string }{
		{"short value: not cut", "Biff", "Biff"},
		{"value of 4 KiB: not cut", strings.Repeat("a", 4<<10), strings.Repeat("a", 4<<10)},
		{"value of 4 KiB and a byte: cut", strings.Repeat("a", 4<<10+1), strings.Repeat("a", 4<<10)},
		{"value with a two-byte character across the limit: cut before the character", "a" + strings.Repeat("ü", 4<<10), "a" + strings.Repeat("ü", 2<<10-1)},
	} {
		if got := copyValue(test.value); got != test.want || !utf8.ValidString(got) {
			t.Errorf("%s: %d bytes, want %d", test.name, len(got), len(test.want))
		}
	}
	longValue := strings.Repeat("a", 5<<10)
	d := Parse(Input{Body: []byte(`<Response onHangup="` + longValue + `"><Dial><Number>` + longValue + `</Number></Dial></Response>`)})
	if url, number := d.Response.OnHangup.Text, d.Response.Actions[0].(Dial).Numbers[0]; len(url) != 4<<10 || len(number) != 4<<10 {
		t.Errorf("URL of %d bytes, Number of %d bytes, want 4096 of each", len(url), len(number))
	}
	if root := Parse(Input{Body: []byte("<" + longValue + "/>")}).Root; len(root) != 4<<10 {
		t.Errorf("Root of %d bytes, want 4096", len(root))
	}
}
