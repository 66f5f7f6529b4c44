package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// htmlTimes is a plot of the response times, push by push.
type htmlTimes struct {
	Width, Height, Left, Right, LabelX, LimitX int // sizes and positions in pixels
	Ticks                                      []htmlTick
	Limits                                     []htmlTick
	Series                                     []htmlSeries
	Summary                                    string
	Slowest                                    []htmlSlowPush
}

// htmlTick is a time with a label: a mark on the axis, or a time limit.
type htmlTick struct {
	Y     float64
	Label string
}

// htmlSeries draws all pushes of one kind as an SVG path.
type htmlSeries struct {
	Class, Word string // CSS class, and the word in the legend
	Shape       string // path data of the mark of one push, relative to its position
	Path        string // path data of the marks of all pushes
}

// htmlSlowPush is a push whose response took long.
type htmlSlowPush struct {
	Duration, Push string
	Call           int // id of the call
}

// The size of the plot and the positions of its axes, in pixels.
const (
	plotWidth  = 720
	plotHeight = 260
	plotLeft   = 64
	plotRight  = 704
	plotTop    = 16
	plotBottom = 236
)

// plottedPush is a push in the plot.
type plottedPush struct {
	duration time.Duration
	kind     int // index in plotKinds
	call     int // id of the call
	name     string
}

// plotKinds returns the kinds of pushes. Each kind has its own shape, so that the plot can be read without colours.
func plotKinds() []htmlSeries {
	return []htmlSeries{
		{Class: "round", Word: string(push.NewCall), Shape: "h.01"},
		{Class: "square", Word: string(push.Answer), Shape: "h.01"},
		{Class: "thin", Word: string(push.Hangup), Shape: "m0-4v8"},
		{Class: "thin", Word: string(push.DTMF), Shape: "m-4 0h8m-4-4v8"},
		{Class: "thin", Word: "other", Shape: "m-4 0l4-4l4 4l-4 4z"},
		{Class: "thin bad", Word: "no complete response", Shape: "m-4-4l8 8m0-8l-8 8"},
	}
}

// plotKind returns the index of a push's kind in plotKinds.
func plotKind(ex transcript.Exchange) int {
	if !ex.Responded() {
		return 5
	}
	i := slices.Index([]push.Event{push.NewCall, push.Answer, push.Hangup, push.DTMF}, ex.Push.Event)
	if i < 0 || ex.ForeignName != "" {
		return 4
	}
	return i
}

// htmlTimesOf returns the plot of the response times, in the order in which the pushes were sent; nil if there are none.
func htmlTimesOf(calls []transcript.Call) *htmlTimes {
	var plotted []plottedPush
	var timeLimit time.Duration
	for _, c := range calls {
		for _, ex := range c.Exchanges {
			if ex.Duration <= 0 || ex.End == transcript.HeldOpen {
				continue
			}
			plotted = append(plotted, plottedPush{ex.Duration, plotKind(ex), c.ID, describePush(ex)})
			timeLimit = max(timeLimit, ex.TimeLimit)
		}
	}
	if len(plotted) == 0 {
		return nil
	}
	out := &htmlTimes{Width: plotWidth, Height: plotHeight, Left: plotLeft, Right: plotRight, LabelX: plotLeft - 8, LimitX: plotLeft + 6}
	slowestFirst := slices.SortedStableFunc(slices.Values(plotted), func(a, b plottedPush) int { return cmp.Compare(b.duration, a.duration) })
	axis := plotAxis{100 * time.Microsecond, max(slowestFirst[0].duration, timeLimit, requirements.PromptTime) * 3 / 2}
	for t := axis.min; t <= axis.max; t *= 10 {
		out.Ticks = append(out.Ticks, htmlTick{axis.y(t), axisLabel(t)})
	}
	out.Limits = append(out.Limits, htmlTick{axis.y(requirements.PromptTime), "prompt: within " + formatDuration(requirements.PromptTime)})
	if timeLimit > requirements.PromptTime {
		out.Limits = append(out.Limits, htmlTick{axis.y(timeLimit), "limit of the run: " + formatDuration(timeLimit)})
	}
	kinds := plotKinds()
	paths := make([]strings.Builder, len(kinds))
	for i, p := range plotted {
		x := plotLeft + 8 + float64(plotRight-plotLeft-16)*float64(i)/float64(max(len(plotted)-1, 1))
		fmt.Fprintf(&paths[p.kind], "M%.1f %.1f%s", x, axis.y(p.duration), kinds[p.kind].Shape)
	}
	for i, k := range kinds {
		if k.Path = paths[i].String(); k.Path != "" {
			out.Series = append(out.Series, k)
		}
	}
	out.Summary = fmt.Sprintf("%s; half of them within %s, the slowest %s.", wording.Count(len(plotted), "response time"), formatDuration(slowestFirst[len(slowestFirst)/2].duration), formatDuration(slowestFirst[0].duration))
	for _, p := range slowestFirst[:min(len(slowestFirst), 5)] {
		out.Slowest = append(out.Slowest, htmlSlowPush{formatDuration(p.duration), p.name, p.call})
	}
	return out
}

// plotAxis is the range of a logarithmic axis.
type plotAxis struct{ min, max time.Duration }

// y returns the y coordinate of a time. A time below a.min gets the coordinate of a.min.
func (a plotAxis) y(t time.Duration) float64 {
	fraction := math.Log(float64(max(t, a.min))/float64(a.min)) / math.Log(float64(a.max)/float64(a.min))
	return math.Round(10*(plotBottom-fraction*(plotBottom-plotTop))) / 10
}

func axisLabel(t time.Duration) string {
	if t >= time.Second {
		return fmt.Sprintf("%.0f s", t.Seconds())
	}
	return fmt.Sprintf("%g ms", float64(t)/float64(time.Millisecond))
}
