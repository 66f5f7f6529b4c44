package response

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestOnlyTheFirstOfVeryManyProblemsAreListed(t *testing.T) {
	t.Parallel()
	const nested = `<Gather onData="https://receiver.example/data"><Play><Url>https://receiver.example/a.wav</Url></Play>%</Gather>`
	another := strings.Repeat("<Play><Url>https://receiver.example/a.wav</Url></Play>", 30)
	tests := []struct {
		name, body, rule string
		weighty, mild    int
	}{
		{"twenty", strings.Repeat("<Say/>", 20), "response.known-elements", 20, 0},
		{"one more", strings.Repeat("<Say/>", 21), "response.known-elements", 20, 0},
		{"a weighty one after many mild ones", strings.Replace(nested, "%", another+"<Say/>", 1), "gather.nesting", 1, 20},
		{"one for each action that it voids", strings.Repeat("<Dial/>", 30), "dial.target", 30, 0},
		{"several in an action", strings.Repeat("<Dial><Number>x</Number><Number>y</Number></Dial>", 15), "dial.number-format", 25, 0},
	}
	for _, test := range tests {
		d := Parse(Input{Body: []byte("<Response>" + test.body + "</Response>")})
		weighty, mild := 0, 0
		for _, p := range d.Problems {
			switch {
			case p.Rule != test.rule:
			case p.Milder:
				mild++
			default:
				weighty++
			}
		}
		if d.Response != nil && strings.HasPrefix(test.body, "<Dial") {
			for i := range d.Response.Actions {
				if d.ActionHappens(i) {
					t.Errorf("%s: action %d happens, want it void", test.name, i)
				}
			}
		}
		if weighty != test.weighty || mild != test.mild {
			t.Errorf("%s: %d problems and %d mild ones of %s, want %d and %d", test.name, weighty, mild, test.rule, test.weighty, test.mild)
		}
	}
}

func TestADocumentKeepsOnlySoMuchOfAValue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, value, want string }{
		{"short", "Biff", "Biff"},
		{"as long as may be", strings.Repeat("a", 4<<10), strings.Repeat("a", 4<<10)},
		{"longer", strings.Repeat("a", 4<<10+1), strings.Repeat("a", 4<<10)},
		{"longer, and cut within a character", "a" + strings.Repeat("ü", 4<<10), "a" + strings.Repeat("ü", 2<<10-1)},
	} {
		if got := cloneShort(test.value); got != test.want || !utf8.ValidString(got) {
			t.Errorf("%s: %d bytes, want %d", test.name, len(got), len(test.want))
		}
	}
	long := strings.Repeat("a", 5<<10)
	d := Parse(Input{Body: []byte(`<Response onHangup="` + long + `"><Dial><Number>` + long + `</Number></Dial></Response>`)})
	if url, number := d.Response.OnHangup.URL, d.Response.Actions[0].(Dial).Numbers[0]; len(url) != 4<<10 || len(number) != 4<<10 {
		t.Errorf("URL of %d bytes, Number of %d bytes, want 4096 of each", len(url), len(number))
	}
	if root := Parse(Input{Body: []byte("<" + long + "/>")}).Root; len(root) != 4<<10 {
		t.Errorf("Root of %d bytes, want 4096", len(root))
	}
}
