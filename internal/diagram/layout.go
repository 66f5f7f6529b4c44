package diagram

import (
	"math"
	"slices"
	"strings"
)

// Distances in pixels.
const (
	laneWidth    = 100.0 // of each phone
	headTop      = 6.0   // of the boxes with the names
	headSize     = 40.0  // height of these boxes
	headWidth    = 94.0  // width of these boxes
	sipgateWidth = 66.0  // width of the box of sipgate
	callWidth    = 88.0  // width of the box of the caller
	minGap       = 180.0 // between sipgate and receiver, so that a phone shows the arrows without scrolling
	maxGap       = 316.0
	badgeWidth   = 23.0 // room for the letter of a leg
	wordWidth    = 84.0 // room for what happens to a leg, beside the lane of its phone
	margin       = 8.0
)

// Room in cells.
const (
	badgeCells = 3 // for the letter of a leg
	timeCells  = 7
)

// drawing holds all parts of a diagram with their coordinates.
type drawing struct {
	width, height float64
	lanes         []lane
	strokes       []stroke
	labels        []label
	bars          []bar
}

// lane is the vertical line of a participant.
type lane struct {
	x, width       float64 // width of the box with the name
	name, subtitle string
}

// stroke is a line or an arrow.
type stroke struct {
	class        string
	startX, endX float64
	y            float64
	ending       ending
}

// ending is the shape at the end of a stroke.
type ending int

const (
	filledHead ending = iota // a filled arrow head
	openHead                 // an open arrow head
	cross                    // a cross: the push or response does not arrive
)

// label is a line of text. y is its baseline; boxed text has a background of its own.
type label struct {
	class       string
	x, y        float64
	text        string
	alignsRight bool // x is the right end
	isBoxed     bool
}

// bar shows a leg on the lane of its phone, from the first ring to its end.
type bar struct {
	x, top, bottom float64
	answered       float64 // y at which the leg is answered; 0 if it never is
}

// builder is a drawing under construction.
type builder struct {
	drawing
	timesRight        float64 // x of the times
	sipgate, receiver float64
	labelCells        int // cells of a label between sipgate and receiver
	y                 float64
	legs, phones      []string
	openBars          map[string]int // by leg, index in bars
}

// layOut places all parts of the diagram of a call.
func layOut(c Call) drawing {
	t := &builder{openBars: map[string]int{}, y: headTop + headSize + 12}
	for _, p := range c.Pushes {
		if p.Leg != "" && !slices.Contains(t.legs, p.Leg) {
			t.legs = append(t.legs, p.Leg)
		}
		if p.Phone != "" && !slices.Contains(t.phones, p.Phone) {
			t.phones = append(t.phones, p.Phone)
		}
	}
	gap, times := minGap, 0.0
	for _, p := range c.Pushes {
		gap, times = max(gap, widestWord(p)+2*margin), max(times, width(clip(clock(p.Time), timeCells)))
	}
	gap = min(gap, maxGap)
	t.labelCells = int((gap - 2*margin) / charWidth)
	t.timesRight = math.Round(times + 6)
	caller := t.timesRight + callWidth/2
	t.sipgate = caller + callWidth/2 + 6 + sipgateWidth/2
	t.receiver = math.Round(t.sipgate + gap)
	t.lanes = []lane{{caller, callWidth, "caller", c.Caller}, {t.sipgate, sipgateWidth, "sipgate", ""}, {t.receiver, headWidth, "receiver", ""}}
	for i, name := range t.phones {
		t.lanes = append(t.lanes, lane{t.receiver + float64(i+1)*laneWidth, headWidth, name, "called"})
	}
	last := ""
	for i, p := range c.Pushes {
		at := clock(p.Time)
		if at == last {
			at = ""
		} else {
			last = at
		}
		t.addPush(p, i == 0, at)
	}
	for _, i := range t.openBars {
		t.bars[i].bottom = t.y
	}
	t.width = t.lanes[len(t.lanes)-1].x + headWidth/2 + margin
	if len(t.phones) > 0 {
		t.width += wordWidth - headWidth/2
	}
	t.height = t.y + margin
	return t.drawing
}

// widestWord returns the width in pixels of the widest word in the labels of a push. Labels are broken between words.
func widestWord(p Push) float64 {
	widest := 0.0
	for _, line := range slices.Concat([]string{pushLabel(p)}, responseLines(p)) {
		for _, word := range strings.Fields(line) {
			widest = max(widest, width(word))
		}
	}
	for _, f := range p.Findings {
		widest = max(widest, width(f.ID))
	}
	return widest
}

// addPush adds a push with its response, its findings and the state of the phone. first is true for the first push of the call.
func (t *builder) addPush(p Push, first bool, at string) {
	t.y += lineHeight
	top := t.y
	x := t.sipgate + margin
	if i := slices.Index(t.legs, p.Leg); i >= 0 {
		t.labels = append(t.labels, label{class: "leg", x: x, y: top, text: letter(i), isBoxed: true})
		x += badgeWidth
	}
	for i, line := range wrap(pushLabel(p), t.labelCells-badgeCells) {
		if i > 0 {
			t.y += lineHeight
		}
		t.labels = append(t.labels, label{class: "push", x: x, y: t.y, text: line})
	}
	top = t.y
	t.y += 8
	t.labels = append(t.labels, label{class: "time", x: t.timesRight - 4, y: t.y + 4, text: clip(at, timeCells), alignsRight: true})
	if first && p.Phase == PhaseRinging {
		t.strokes = append(t.strokes, stroke{"thin", t.lanes[0].x, t.sipgate, t.y, filledHead})
		t.labels = append(t.labels, label{class: "say", x: t.lanes[0].x + margin, y: top, text: "calls"})
	}
	t.addPhoneState(p, top)
	if p.NotSent != "" {
		t.strokes = append(t.strokes, stroke{"unsent", t.sipgate, t.receiver - 30, t.y, cross})
	} else {
		t.strokes = append(t.strokes, stroke{"line", t.sipgate, t.receiver, t.y, filledHead})
	}
	t.addResponse(p)
	for _, f := range p.Findings {
		class := "warn"
		if f.IsFailure {
			class = "bad"
		}
		for _, line := range wrap(findingLabel(f), t.labelCells) {
			t.y += lineHeight
			t.labels = append(t.labels, label{class: class, x: t.sipgate + margin, y: t.y, text: line})
		}
	}
	t.y += 10
}

// addResponse adds the response, or why nothing was sent.
func (t *builder) addResponse(p Push) {
	class := responseClass(p)
	for _, line := range responseLines(p) {
		for _, part := range wrap(line, t.labelCells) {
			t.y += lineHeight
			t.labels = append(t.labels, label{class: class, x: t.sipgate + margin, y: t.y, text: part})
		}
	}
	if p.NotSent != "" || p.Response.isPending() {
		return
	}
	t.y += 8
	if p.Response.Failure != "" {
		t.strokes = append(t.strokes, stroke{class, t.receiver, t.sipgate + 30, t.y, cross})
		return
	}
	t.strokes = append(t.strokes, stroke{class, t.receiver, t.sipgate, t.y, openHead})
}

// addPhoneState adds the state of the phone that the push's leg rings.
func (t *builder) addPhoneState(p Push, top float64) {
	i := slices.Index(t.phones, p.Phone)
	if i < 0 {
		return
	}
	x := t.lanes[3+i].x
	at, isOpen := t.openBars[p.Leg]
	word := ""
	switch {
	case p.Phase == PhaseRinging && !isOpen:
		t.bars = append(t.bars, bar{x: t.freeX(x), top: t.y})
		t.openBars[p.Leg] = len(t.bars) - 1
		word = "rings"
	case p.Phase == PhaseAnswered && isOpen && t.bars[at].answered == 0:
		t.bars[at].answered = t.y
		word = "answers"
	case p.Phase == PhaseEnded && isOpen:
		t.bars[at].bottom = t.y
		delete(t.openBars, p.Leg)
		word = "ends"
	default:
		return
	}
	word = letter(slices.Index(t.legs, p.Leg)) + " " + word
	t.labels = append(t.labels, label{class: "say", x: x + margin, y: top, text: word, isBoxed: true})
}

// freeX returns the x of a new bar on the lane at x. It is moved to the left if other bars are open on the lane, up to three times.
func (t *builder) freeX(x float64) float64 {
	const step, most = 10, 3
	for n := range most {
		place, free := x-float64(n*step), true
		for _, i := range t.openBars {
			free = free && t.bars[i].x != place
		}
		if free {
			return place
		}
	}
	return x - most*step
}

// pushLabel returns the label of a push.
func pushLabel(p Push) string {
	text := p.Name
	if p.Phone != "" {
		text += " " + p.Phone
	}
	if p.Detail != "" {
		text += " " + p.Detail
	}
	return text
}
