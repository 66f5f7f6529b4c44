package report

import (
	"fmt"
	"html/template"
	"slices"

	"github.com/pushcheck/pushcheck/internal/diagram"
	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// htmlCall is a call with its diagram, and with the pushes and responses in full.
type htmlCall struct {
	ID        int
	Name      string
	About     string
	Open      bool // it is shown without a click
	Sign      htmlSign
	Pushes    string // how many, and how many were not sent
	Diagram   template.HTML
	Exchanges []htmlExchange
	Remarks   []string // what was left out, and the states that the application showed
}

// htmlExchange is a push with its response as sent.
type htmlExchange struct {
	Push, URL, Body     string
	Got, Type, Response string
	Sign                htmlSign
	Findings            []htmlMark
}

// htmlMark is a requirement that an exchange shows not to be met.
type htmlMark struct {
	ID    string
	Sign  htmlSign
	Block int
	call  int
	at    int
}

const (
	drawnPushes   = 40  // of a call, without those that have findings
	fewCalls      = 3   // if there are at most so many calls, all are open
	fewRemarks    = 10  // of a call
	fewMarks      = 6   // of an exchange
	callFrame     = 700 // bytes around the texts of a call
	exchangeFrame = 600 // bytes around the texts of an exchange
)

// callRoom holds how many bytes are left for all calls.
type callRoom struct{ wire, diagrams htmlRoom }

func htmlCallsOf(v verdict.Verdict, d document, places *htmlPlaces) []htmlCall {
	marks := htmlMarks(v, places)
	out := make([]htmlCall, len(v.Calls))
	room := callRoom{wireRoom - htmlRoom(callFrame*len(v.Calls)), diagramRoom}
	fill := func(i int) {
		out[i] = room.call(v.Calls[i], d.Calls[i], marks[v.Calls[i].ID])
		out[i].Open = places.shown[out[i].ID] || len(v.Calls) <= fewCalls
	}
	for _, first := range []bool{true, false} { // calls with findings come first if there is not enough room for all
		for i, c := range v.Calls {
			if (len(marks[c.ID]) > 0) == first {
				fill(i)
			}
		}
	}
	return out
}

// htmlMarks returns the findings by call. If one requirement has several findings at one exchange, only the first is included.
func htmlMarks(v verdict.Verdict, places *htmlPlaces) map[int][]htmlMark {
	out := map[int][]htmlMark{}
	for _, r := range allRows(v) {
		for _, f := range r.Findings {
			marked, failed := htmlNotMet(r, f)
			if !marked || f.Call == 0 {
				continue
			}
			m := htmlMark{ID: clipLong(r.ID, shortText), Sign: signOf(r.Status), Block: places.fix[r.ID], call: f.Call, at: f.Exchange}
			switch {
			case failed:
				m.Sign.Class, m.Sign.Mark = "bad", "✗"
			case r.Status == verdict.Failed: // a milder finding
				m.Sign = signOf(verdict.Warned)
			}
			if !slices.ContainsFunc(out[f.Call], func(o htmlMark) bool { return o.ID == m.ID && o.at == m.at }) {
				out[f.Call] = append(out[f.Call], m)
			}
		}
	}
	return out
}

func (room *callRoom) call(c transcript.Call, record callRecord, marks []htmlMark) htmlCall {
	out := htmlCall{ID: c.ID, Name: room.wire.text(orEmpty(c.Scenario), shortText), About: room.wire.text(c.Feature, 2*shortText), Sign: callSign(c, marks)}
	if c.Probe {
		out.About = "probe: what the receiver shows"
	}
	out.Pushes = wording.Count(len(c.Exchanges), "push")
	if n := len(c.NotSent); n > 0 {
		out.Pushes += fmt.Sprintf(", %d not sent", n)
	}
	for i, ex := range c.Exchanges {
		if !room.wire.take(exchangeFrame) {
			out.Remarks = append(out.Remarks, fmt.Sprintf("%d pushes are not listed: the page would be too long.", len(c.Exchanges)-i))
			break
		}
		out.Exchanges = append(out.Exchanges, room.wire.exchange(ex, record.Exchanges[i], marksAt(marks, i)))
	}
	if !room.wire.low() {
		out.Remarks = append(out.Remarks, room.wire.remarks(c)...)
	}
	drawn := diagramOf(c, marks)
	all := len(drawn.Pushes)
	if drawn.Pushes = withFindings(drawn.Pushes); len(drawn.Pushes) < all {
		out.Remarks = append(out.Remarks, fmt.Sprintf("%d more pushes without a finding are not drawn.", all-len(drawn.Pushes)))
	}
	svg := diagram.SVG(drawn)
	switch {
	case len(drawn.Pushes) == 0:
		svg = ""
	case !room.diagrams.take(len(svg)):
		svg = ""
		out.Remarks = append(out.Remarks, "The call is not drawn: the page would be too long.")
	}
	out.Diagram = template.HTML(svg) // package diagram escapes all text
	return out
}

// withFindings returns the first few pushes, and those of the others that have findings.
func withFindings(pushes []diagram.Push) []diagram.Push {
	var out []diagram.Push
	for i, p := range pushes {
		if i < drawnPushes || len(p.Findings) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// callSign returns the sign of a call, which is that of its worst finding.
func callSign(c transcript.Call, marks []htmlMark) htmlSign {
	sign := htmlSign{"good", "✓", "no finding"}
	for _, ex := range c.Exchanges {
		if !ex.Accepted() {
			sign = htmlSign{"off", "·", "no finding, not all accepted"}
		}
	}
	if !c.Complete {
		sign = htmlSign{"open", "?", "not played to its end"}
	}
	for _, m := range marks {
		if m.Sign.Class == "bad" {
			return htmlSign{"bad", "✗", wording.Count(len(marks), "finding")}
		}
		sign = htmlSign{"warn", "!", wording.Count(len(marks), "finding")}
	}
	return sign
}

// marksAt returns the first few findings at an exchange.
func marksAt(marks []htmlMark, i int) []htmlMark {
	var out []htmlMark
	for _, m := range marks {
		if m.at == i && len(out) < fewMarks {
			out = append(out, m)
		}
	}
	return out
}

func (room *htmlRoom) exchange(ex transcript.Exchange, record exchangeRecord, marks []htmlMark) htmlExchange {
	out := htmlExchange{Push: eventOf(ex), URL: room.text(record.URL, 2*shortText), Body: room.body(record.Body, record.BodyLength),
		Got: statusOf(ex) + " in " + duration(ex.Duration), Type: room.text(record.ContentType, 2*shortText),
		Response: room.body(record.Response, record.ResponseLength), Sign: htmlSign{"good", "✓", "accepted"}, Findings: marks}
	if !ex.Accepted() {
		out.Sign = htmlSign{"open", "·", "not accepted"}
	}
	if record.Error != "" {
		out.Got = room.text(record.Error, 2*shortText)
	}
	if ex.ForeignName != "" {
		out.Push = "no push: " + out.Push
	}
	return out
}

// remarks returns the parts of the story that were not played, and the states of the legs that the application showed.
func (room *htmlRoom) remarks(c transcript.Call) []string {
	var out []string
	for _, n := range c.NotSent {
		if n.Detail != "" {
			out = append(out, room.text("Not sent: "+pushName(string(n.Push.Event), n.Leg)+": "+n.Detail, longText))
		}
	}
	for _, s := range c.Skipped {
		out = append(out, room.text("Left out: "+s.Deed+": "+s.Reason, longText))
	}
	for _, a := range c.States {
		text := fmt.Sprintf("The application shows %s's call as %s", a.Leg, orEmpty(string(a.Shown)))
		switch {
		case a.Failure != "":
			text = "The state of " + a.Leg + "'s call could not be read: " + a.Failure
		case !a.FitsWanted():
			text += ", expected " + string(a.Wanted)
		default:
			continue
		}
		out = append(out, room.text(text, longText))
	}
	out = slices.Compact(out)
	return out[:min(len(out), fewRemarks)]
}
