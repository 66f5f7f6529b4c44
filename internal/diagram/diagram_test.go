package diagram

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden file in testdata again")

// transferredCall returns the call of sipgate's documentation in which Doc transfers Jennifer to Marty.
func transferredCall() Call {
	took := 3 * time.Millisecond
	first := Response{Status: 200, Took: took, Actions: []string{"onAnswer, onHangup"}}
	good := Response{Status: 200, Took: took}
	return Call{ID: "call-1", Title: "transfer-answered", Caller: "4917139200017", Pushes: []Push{
		{Name: "newCall", Phase: PhaseRinging, Leg: "12111955", Phone: "Doc", Response: first},
		{Name: "answer", Phase: PhaseAnswered, Leg: "12111955", Phone: "Doc", Time: 5 * time.Second, Response: good},
		{Name: "newCall", Phase: PhaseRinging, Leg: "21102015", Phone: "Marty", Time: 35 * time.Second, Response: first},
		{Name: "answer", Phase: PhaseAnswered, Leg: "21102015", Phone: "Marty", Time: 40 * time.Second,
			Response: Response{Failure: "timed out", Took: 10 * time.Second}, Findings: []Finding{{ID: "push.answer", Status: "failed", IsFailure: true}}},
		{Name: "hangup", Detail: "normalClearing", Phase: PhaseEnded, Leg: "12111955", Phone: "Doc", Time: 40 * time.Second, NotSent: "not subscribed"},
	}}
}

// hostileText is text that could end an element or an attribute, or change the writing direction of a line.
const hostileText = "</script></text>&\"'><svg onload=alert(1)>\x00\x1b[31m\u202e\u200f\xff]]>"

func TestDiagramOfATransferredCallMatchesTheGoldenFile(t *testing.T) {
	t.Parallel()
	file, got := filepath.Join("testdata", "transfer-answered.svg"), SVG(transferredCall())
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("reading the golden file (go test ./internal/diagram -update makes it): %v", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("SVG mismatch (-want +got):\n%s", diff)
	}
}

// sampleCalls returns, by name, the calls whose diagrams are tested.
func sampleCalls() map[string]Call {
	longText := strings.Repeat("long name ", 20)
	manyLegs := Call{ID: "many-legs"}
	for i := range 60 {
		phone := fmt.Sprintf("phone %d", i%7)
		manyLegs.Pushes = append(manyLegs.Pushes, Push{Name: "newCall", Phase: PhaseRinging, Leg: fmt.Sprint(i), Phone: phone, Response: Response{Status: 200}})
	}
	return map[string]Call{
		"no pushes":                       {},
		"a transferred call":              transferredCall(),
		"one push without a response yet": {Pushes: []Push{{Name: "newCall", Phase: PhaseRinging, Leg: "1", Phone: "Doc"}}},
		"60 legs at 7 phones":             manyLegs,
		"long names": {Title: longText, Caller: longText, Pushes: []Push{
			{Name: longText, Detail: longText, Phase: PhaseRinging, Leg: longText, Phone: longText, Time: 10 * time.Hour, NotSent: longText},
			{Name: longText, Phase: PhaseRinging, Leg: "2", Phone: "漢字" + longText, Response: Response{Status: 999, Took: time.Hour, Failure: longText, Actions: []string{longText, longText}},
				Findings: []Finding{{ID: strings.Repeat("x", 200), Status: "failed", IsFailure: true}, {ID: longText, Status: longText}}},
			{Name: "answer", Phase: PhaseAnswered, Leg: "2", Phone: "漢字" + longText, Response: Response{Status: 200}},
		}},
		"hostile texts": {ID: hostileText, Title: hostileText, Caller: hostileText, Pushes: []Push{{Name: hostileText, Detail: hostileText, Phase: PhaseRinging, Leg: hostileText, Phone: hostileText,
			Response: Response{Status: 200, Failure: hostileText, Actions: []string{hostileText}}, Findings: []Finding{{ID: hostileText, Status: hostileText}}}, {NotSent: hostileText}}},
	}
}

func TestLabelsDoNotOverlapAndStayInsideTheDiagram(t *testing.T) {
	t.Parallel()
	type box struct{ left, right, top, bottom float64 }
	for name, c := range sampleCalls() {
		d := layOut(c)
		var boxes []box
		for _, l := range d.labels {
			if l.text == "" {
				continue
			}
			b := box{l.x, l.x + width(l.text), l.y - 11, l.y + 3}
			if l.alignsRight {
				b = box{l.x - width(l.text), l.x, l.y - 11, l.y + 3}
			}
			if b.left < 0 || b.right > d.width || b.bottom > d.height {
				t.Errorf("%s: label %q at %v is outside of %v x %v", name, l.text, b, d.width, d.height)
			}
			for i, other := range boxes {
				if b.left < other.right && other.left < b.right && b.top < other.bottom && other.top < b.bottom {
					t.Errorf("%s: label %q at %v overlaps label %d at %v", name, l.text, b, i, other)
				}
			}
			boxes = append(boxes, b)
		}
	}
}

func TestEachPersonHasALaneAndEachLegHasALetter(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		phones []string
		legs   int // number of legs
	}{
		"no pushes": {nil, 0}, "a transferred call": {[]string{"Doc", "Marty"}, 2}, "one push without a response yet": {[]string{"Doc"}, 1},
		"60 legs at 7 phones": {[]string{"phone 0", "phone 1", "phone 2", "phone 3", "phone 4", "phone 5", "phone 6"}, 60},
	} {
		d := layOut(sampleCalls()[name])
		want := append([]string{"caller", "sipgate", "receiver"}, test.phones...)
		var got []string
		for i, l := range d.lanes {
			got = append(got, l.name)
			if i > 0 && l.x-l.width/2 < d.lanes[i-1].x+d.lanes[i-1].width/2 {
				t.Errorf("%s: lanes %q and %q are too close", name, d.lanes[i-1].name, l.name)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: lanes mismatch (-want +got):\n%s", name, diff)
		}
		letters := map[string]bool{}
		for _, l := range d.labels {
			if l.class == "leg" {
				letters[l.text] = true
			}
		}
		if len(letters) != test.legs {
			t.Errorf("%s: %d letters, want %d", name, len(letters), test.legs)
		}
	}
}

func TestLastArrowAndLabelsShowTheOutcomeOfAPush(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		push   Push
		class  string // CSS class of the last arrow
		ending ending // shape at the end of the last arrow
		label  string // text that a label contains
	}{
		"accepted":               {Push{Response: Response{Status: 200}}, "back", openHead, "200 in 0.0 ms"},
		"connection closed":      {Push{Response: Response{Failure: "dropped"}}, "back", cross, "dropped"},
		"timed out":              {Push{Response: Response{Failure: "timed out", Took: 10 * time.Second}}, "back", cross, "timed out after 10.0 s"},
		"truncated response":     {Push{Response: Response{Status: 200, Failure: "truncated"}}, "back", cross, "truncated"},
		"one failed requirement": {Push{Response: Response{Status: 500}, Findings: []Finding{{ID: "push.newcall", Status: "failed", IsFailure: true}}}, "bad", openHead, "✗ failed push.newcall"},
		"one warned requirement": {Push{Response: Response{Status: 200}, Findings: []Finding{{ID: "a.b", Status: "warned"}}}, "warn", openHead, "! warned a.b"},
		"warned and failed":      {Push{Response: Response{Status: 200}, Findings: []Finding{{ID: "a.b", Status: "warned"}, {ID: "c.d", Status: "failed", IsFailure: true}}}, "bad", openHead, "! warned a.b"},
		"not sent":               {Push{NotSent: "not subscribed"}, "unsent", cross, "not sent: not subscribed"},
		"no response yet":        {Push{}, "line", filledHead, "waiting for the response"},
	} {
		d := layOut(Call{Pushes: []Push{test.push}})
		last := d.strokes[len(d.strokes)-1]
		if last.class != test.class || last.ending != test.ending {
			t.Errorf("%s: last arrow is %q with end %d, want %q with end %d", name, last.class, last.ending, test.class, test.ending)
		}
		var texts []string
		for _, l := range d.labels {
			texts = append(texts, l.text)
		}
		if got := strings.Join(texts, " "); !strings.Contains(got, test.label) {
			t.Errorf("%s: labels %q do not have %q", name, got, test.label)
		}
	}
}

func TestSVGIsXMLWithoutForeignElementsOrControlCharacters(t *testing.T) {
	t.Parallel()
	allowedElements := map[string]bool{"svg": true, "title": true, "desc": true, "path": true, "rect": true, "text": true}
	for name, c := range sampleCalls() {
		got := SVG(c)
		for _, r := range got {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Errorf("%s: character %U", name, r)
			}
		}
		d := xml.NewDecoder(strings.NewReader(got))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Errorf("%s: not XML: %v", name, err)
				break
			}
			start, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			if !allowedElements[start.Name.Local] {
				t.Errorf("%s: element %s", name, start.Name.Local)
			}
			for _, a := range start.Attr {
				if strings.HasPrefix(strings.ToLower(a.Name.Local), "on") {
					t.Errorf("%s: attribute %s", name, a.Name.Local)
				}
			}
		}
	}
}

func TestWrappedTextIsCutAfterFourLines(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		n    int // cells in a line
		want []string
	}{
		{"", 10, nil},
		{"short", 10, []string{"short"}},
		{"two words here", 10, []string{"two words", "here"}},
		{"a word-longer-than-the-line", 10, []string{"a", "word-long…"}},
		{"one two three four five six", 5, []string{"one", "two", "three", "four…"}},
		{"漢字漢字漢字", 7, []string{"漢字漢…"}},
	} {
		if diff := cmp.Diff(test.want, wrap(test.text, test.n)); diff != "" {
			t.Errorf("wrap(%q, %d) mismatch (-want +got):\n%s", test.text, test.n, diff)
		}
	}
}

func TestBarsOfLegsAtOnePhoneDoNotOverlap(t *testing.T) {
	t.Parallel()
	rings := func(leg string) Push { return Push{Phase: PhaseRinging, Leg: leg, Phone: "Doc"} }
	ends := func(leg string) Push { return Push{Phase: PhaseEnded, Leg: leg, Phone: "Doc"} }
	d := layOut(Call{Pushes: []Push{rings("1"), rings("2"), ends("1"), rings("3")}})
	laneX := d.lanes[3].x
	var got []float64
	for _, b := range d.bars {
		got = append(got, laneX-b.x)
	}
	if diff := cmp.Diff([]float64{0, 10, 0}, got); diff != "" {
		t.Errorf("bars left of the lane mismatch (-want +got):\n%s", diff)
	}
}
