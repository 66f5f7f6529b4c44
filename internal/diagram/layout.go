package diagram

import (
	"math"
	"slices"
	"strings"
)

// Distances in pixels.
const (
	laneWidth    = 100.0 // distance between the lanes of two neighbouring phones
	headTop      = 6.0   // y of the top of the boxes with the names
	headHeight   = 40.0  // height of the boxes with the names
	headWidth    = 94.0  // width of the boxes of the receiver and the phones
	sipgateWidth = 66.0  // width of the box of sipgate
	callerWidth  = 88.0  // width of the box of the caller
	minGap       = 180.0 // smallest distance between the lanes of sipgate and the receiver, so that the arrows fit on a narrow screen
	maxGap       = 316.0 // largest distance between the lanes of sipgate and the receiver
	badgeWidth   = 23.0  // room for the letter of a leg
	wordWidth    = 84.0  // room for "rings", "answers" or "ends" beside the lane of a phone
	margin       = 8.0   // space beside labels, and at the right and lower edges of the diagram
)

// Widths in cells. A cell is the width of one character.
const (
	badgeCells = 3 // room for the letter of a leg
	timeCells  = 7 // room for a time
)

// drawing holds all parts of a diagram with their coordinates.
type drawing struct {
	width, height float64
	lanes         []lane
	strokes       []stroke
	labels        []label
	bars          []bar
}

// lane is the vertical line of a participant of the call, such as the caller, with a box at its top.
type lane struct {
	x, width       float64 // x of the line, and width of the box
	name, subtitle string
}

// stroke is a horizontal line or arrow.
type stroke struct {
	class        string // CSS class
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

// label is a line of text. y is the baseline of the text. Boxed text has a background.
type label struct {
	class       string
	x, y        float64
	text        string
	alignsRight bool // x is the right end of the text; if false, its left end
	isBoxed     bool
}

// bar shows a leg on the lane of its phone, from the first ring to the end of the leg.
type bar struct {
	x, top, bottom float64
	answeredY      float64 // y at which the leg is answered; 0 if nobody answers
}

// builder is a drawing under construction.
type builder struct {
	drawing
	timesEndX           float64        // right end of the column of times
	sipgateX, receiverX float64        // x of the lanes
	labelCells          int            // cells of a label between sipgate and receiver
	y                   float64        // lower end of what is drawn so far
	legs, phones        []string       // ids of the legs and names of the phones, in the order in which the pushes name them
	openBars            map[string]int // index in bars, by leg, of the bars whose leg has not ended
}

// layOut places all parts of the diagram of a call.
func layOut(c Call) drawing {
	t := &builder{openBars: map[string]int{}, y: headTop + headHeight + 12}
	for _, p := range c.Pushes {
		if p.Leg != "" && !slices.Contains(t.legs, p.Leg) {
			t.legs = append(t.legs, p.Leg)
		}
		if p.Phone != "" && !slices.Contains(t.phones, p.Phone) {
			t.phones = append(t.phones, p.Phone)
		}
	}
	gap, timesWidth := minGap, 0.0
	for _, p := range c.Pushes {
		gap, timesWidth = max(gap, widestWord(p)+2*margin), max(timesWidth, width(clip(elapsedText(p.Time), timeCells)))
	}
	gap = min(gap, maxGap)
	t.labelCells = int((gap - 2*margin) / charWidth)
	t.timesEndX = math.Round(timesWidth + 6)
	callerX := t.timesEndX + callerWidth/2
	t.sipgateX = callerX + callerWidth/2 + 6 + sipgateWidth/2
	t.receiverX = math.Round(t.sipgateX + gap)
	t.lanes = []lane{{callerX, callerWidth, "caller", c.Caller}, {t.sipgateX, sipgateWidth, "sipgate", ""}, {t.receiverX, headWidth, "receiver", ""}}
	for i, name := range t.phones {
		t.lanes = append(t.lanes, lane{t.receiverX + float64(i+1)*laneWidth, headWidth, name, "called"})
	}
	previousTime := ""
	for i, p := range c.Pushes {
		timeText := elapsedText(p.Time)
		if timeText == previousTime {
			timeText = ""
		} else {
			previousTime = timeText
		}
		t.addPush(p, i == 0, timeText)
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

// addPush adds a push with its response, its findings and the state of the phone. isFirst is true for the first push of the call. timeText
// is empty if the previous push has the same time.
func (t *builder) addPush(p Push, isFirst bool, timeText string) {
	t.y += lineHeight
	top := t.y
	x := t.sipgateX + margin
	if i := slices.Index(t.legs, p.Leg); i >= 0 {
		t.labels = append(t.labels, label{class: "leg", x: x, y: top, text: legLetter(i), isBoxed: true})
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
	t.labels = append(t.labels, label{class: "time", x: t.timesEndX - 4, y: t.y + 4, text: clip(timeText, timeCells), alignsRight: true})
	if isFirst && p.Phase == PhaseRinging {
		t.strokes = append(t.strokes, stroke{"thin", t.lanes[0].x, t.sipgateX, t.y, filledHead})
		t.labels = append(t.labels, label{class: "say", x: t.lanes[0].x + margin, y: top, text: "calls"})
	}
	t.addPhoneState(p, top)
	if p.NotSent != "" {
		t.strokes = append(t.strokes, stroke{"unsent", t.sipgateX, t.receiverX - 30, t.y, cross})
	} else {
		t.strokes = append(t.strokes, stroke{"line", t.sipgateX, t.receiverX, t.y, filledHead})
	}
	t.addResponse(p)
	for _, f := range p.Findings {
		class := "warn"
		if f.IsFailure {
			class = "bad"
		}
		for _, line := range wrap(findingLabel(f), t.labelCells) {
			t.y += lineHeight
			t.labels = append(t.labels, label{class: class, x: t.sipgateX + margin, y: t.y, text: line})
		}
	}
	t.y += 10
}

// addResponse adds the response to a push, or the reason why the push was not sent.
func (t *builder) addResponse(p Push) {
	class := responseClass(p)
	for _, line := range responseLines(p) {
		for _, part := range wrap(line, t.labelCells) {
			t.y += lineHeight
			t.labels = append(t.labels, label{class: class, x: t.sipgateX + margin, y: t.y, text: part})
		}
	}
	if p.NotSent != "" || p.Response.isPending() {
		return
	}
	t.y += 8
	if p.Response.Failure != "" {
		t.strokes = append(t.strokes, stroke{class, t.receiverX, t.sipgateX + 30, t.y, cross})
		return
	}
	t.strokes = append(t.strokes, stroke{class, t.receiverX, t.sipgateX, t.y, openHead})
}

// addPhoneState adds what a push changes at the phone that its leg rings.
func (t *builder) addPhoneState(p Push, top float64) {
	i := slices.Index(t.phones, p.Phone)
	if i < 0 {
		return
	}
	x := t.lanes[3+i].x
	barIndex, isOpen := t.openBars[p.Leg]
	word := ""
	switch {
	case p.Phase == PhaseRinging && !isOpen:
		t.bars = append(t.bars, bar{x: t.freeX(x), top: t.y})
		t.openBars[p.Leg] = len(t.bars) - 1
		word = "rings"
	case p.Phase == PhaseAnswered && isOpen && t.bars[barIndex].answeredY == 0:
		t.bars[barIndex].answeredY = t.y
		word = "answers"
	case p.Phase == PhaseEnded && isOpen:
		t.bars[barIndex].bottom = t.y
		delete(t.openBars, p.Leg)
		word = "ends"
	default:
		return
	}
	word = legLetter(slices.Index(t.legs, p.Leg)) + " " + word
	t.labels = append(t.labels, label{class: "say", x: x + margin, y: top, text: word, isBoxed: true})
}

// freeX returns the x of a new bar on the lane at x. The bar is shifted to the left, up to three times, if bars of other legs are there.
func (t *builder) freeX(x float64) float64 {
	const step, maxShifts = 10, 3
	for n := range maxShifts {
		shifted, isFree := x-float64(n*step), true
		for _, i := range t.openBars {
			isFree = isFree && t.bars[i].x != shifted
		}
		if isFree {
			return shifted
		}
	}
	return x - maxShifts*step
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
