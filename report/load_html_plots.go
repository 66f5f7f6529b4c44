package report

import (
	"fmt"
	"html/template"
	"math"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/pushcheck/pushcheck/internal/plot"
	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/verdict"
)

// loadPlotSection holds the plots over time. A window is a span of time; each plot has a point for each window. There are no plots if the
// load was shorter than two windows.
type loadPlotSection struct {
	WindowLength string // the length of a window
	All          []loadPlot
}

// loadPlot is a plot with its heading, and a sentence that summarizes it.
type loadPlot struct {
	Heading, Summary string
	Figure           template.HTML
}

// figureOf returns a plot as a figure of the page.
func figureOf(p plot.Plot) loadPlot {
	return loadPlot{p.Title, p.Summary, template.HTML(plot.Figure(p))} // package plot escapes all text
}

// maxPoints is the largest number of points of a line, so that a line can be read on a small screen.
const maxPoints = 150

// plotsOfLoad returns the plots of a load over time.
func plotsOfLoad(l verdict.Load, v verdict.LoadVerdict) loadPlotSection {
	l.Timeline = l.Timeline.LimitWindows(maxPoints)
	out := loadPlotSection{WindowLength: formatDuration(l.Timeline.Width)}
	if len(l.Timeline.Windows) < 2 {
		return out
	}
	plots := []plot.Plot{ratePlot(l), openPlot(l), latencyPlot(l, v)}
	if l.Errors() > 0 {
		plots = append(plots, errorPlot(l))
	}
	for _, p := range plots {
		p.X = plot.ElapsedAxis(l.Timeline.Width * time.Duration(len(l.Timeline.Windows)))
		p.Spans = spansOfLoad(l)
		out.All = append(out.All, figureOf(p))
	}
	return out
}

// spansOfLoad returns the spans of time to mark in a plot: the warm-up, and the time at the end in which no more calls began.
func spansOfLoad(l verdict.Load) []plot.Span {
	var out []plot.Span
	if l.Plan.Ramp > 0 {
		out = append(out, plot.Span{End: l.Plan.Ramp.Seconds(), Label: "warm-up"})
	}
	windowsWithCalls, n := 0, len(l.Timeline.Windows)
	for i, w := range l.Timeline.Windows {
		if w.Started > 0 {
			windowsWithCalls = i + 1
		}
	}
	if n-windowsWithCalls > 1 && windowsWithCalls > 0 {
		width := l.Timeline.Width.Seconds()
		out = append(out, plot.Span{Start: float64(windowsWithCalls) * width, End: float64(n) * width, Label: "no new calls"})
	}
	return out
}

// lineOverTime returns a line with a point in the middle of each window.
func lineOverTime(l verdict.Load, name string, style plot.LineStyle, value func(verdict.LoadWindow) float64) plot.Line {
	line := plot.Line{Name: name, Style: style}
	for i, w := range l.Timeline.Windows {
		line.Points = append(line.Points, plot.Point{X: (float64(i) + 0.5) * l.Timeline.Width.Seconds(), Y: value(w)})
	}
	return line
}

// timeOfHighest returns the time at which a line is highest.
func timeOfHighest(line plot.Line) string {
	highest, highestX := math.Inf(-1), 0.0
	for _, p := range line.Points {
		if p.Y > highest {
			highest, highestX = p.Y, p.X
		}
	}
	return formatElapsed(time.Duration(highestX * float64(time.Second)))
}

// formatElapsed formats the time since the start of a load in whole seconds.
func formatElapsed(d time.Duration) string {
	if d < 2*time.Minute {
		return fmt.Sprintf("%d s", d/time.Second)
	}
	return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
}

func ratePlot(l verdict.Load) plot.Plot {
	width := l.Timeline.Width.Seconds()
	began := lineOverTime(l, "began", plot.MainLine, func(w verdict.LoadWindow) float64 { return float64(w.Started) / width })
	p := plot.Plot{ID: "rate", Title: "Calls that began per second", Lines: []plot.Line{began}}
	if l.Plan.PerSecond > 0 {
		p.Lines = append(p.Lines, lineOverTime(l, "wanted", plot.PlannedLine, func(w verdict.LoadWindow) float64 { return w.Due / width }))
		sum := l.Timeline.Sum()
		p.Summary = fmt.Sprintf("%s calls were planned, and %d began. ", formatRate(math.Round(sum.Due)), sum.Started)
	}
	p.Summary += fmt.Sprintf("Most began at %s: %s per second.", timeOfHighest(began), formatRate(math.Round(10*plot.Highest(began))/10))
	p.Y = plot.NumberAxis(max(plot.Highest(p.Lines...), 1))
	return p
}

func openPlot(l verdict.Load) plot.Plot {
	openLine := lineOverTime(l, "open calls", plot.MainLine, func(w verdict.LoadWindow) float64 { return float64(w.Open) })
	for i := range openLine.Points {
		openLine.Points[i].X += l.Timeline.Width.Seconds() / 2 // open calls are counted at the end of a window, not in its middle
	}
	return plot.Plot{
		ID: "open", Title: "Open calls", Lines: []plot.Line{openLine}, Y: plot.NumberAxis(max(plot.Highest(openLine), 5)),
		Summary: fmt.Sprintf("At most %.0f calls were open, at %s.", plot.Highest(openLine), timeOfHighest(openLine)),
	}
}

func latencyPlot(l verdict.Load, v verdict.LoadVerdict) plot.Plot {
	percentileAt := func(percentile float64) func(verdict.LoadWindow) float64 {
		return func(w verdict.LoadWindow) float64 {
			if w.Latency == nil || w.Latency.TotalCount() == 0 {
				return math.NaN()
			}
			return verdict.Percentile(w.Latency, percentile).Seconds()
		}
	}
	p99, p50 := lineOverTime(l, "p99", plot.MainLine, percentileAt(99)), lineOverTime(l, "p50", plot.SecondLine, percentileAt(50))
	p := plot.Plot{ID: "latency-time", Title: "Latency over time", Lines: []plot.Line{p99, p50}}
	lowest, highest := plot.Lowest(p99, p50), plot.Highest(p99)
	for _, t := range v.Thresholds {
		if t.Event == "" && (t.Metric == verdict.MetricP50 || t.Metric == verdict.MetricP99) {
			limit := t.Limit / 1e6
			lowest, highest = min(lowest, limit), max(highest, 1.2*limit) // the space of 20 % above the limit is for its label
			p.Limits = append(p.Limits, plot.Limit{Value: limit, Label: t.Text})
		}
	}
	p.Y = plot.LatencyAxis(secondsToDuration(lowest), secondsToDuration(highest))
	p.Summary = "No push ended."
	if plot.Highest(p99) > 0 {
		p.Summary = fmt.Sprintf("p99 is highest at %s: %s. The scale of the latency is logarithmic.", timeOfHighest(p99), formatDuration(secondsToDuration(plot.Highest(p99))))
	}
	return p
}

func errorPlot(l verdict.Load) plot.Plot {
	errors := lineOverTime(l, "errors", plot.ErrorLine, func(w verdict.LoadWindow) float64 { return float64(w.Errors) })
	return plot.Plot{
		ID: "errors-time", Title: "Errors in each window", Lines: []plot.Line{errors}, Y: plot.NumberAxis(max(plot.Highest(errors), 5)),
		Summary: fmt.Sprintf("%s in all, most at %s.", wording.Count(l.Errors(), "error"), timeOfHighest(errors)),
	}
}

// percentilePlot returns the plot of the latency by percentile, with a line for each event; nil if too few pushes were measured.
func percentilePlot(l verdict.Load) *loadPlot {
	styles := map[push.Event]plot.LineStyle{push.NewCall: plot.MainLine, push.Answer: plot.SecondLine, push.Hangup: plot.ThirdLine, push.DTMF: plot.FourthLine}
	p := plot.Plot{ID: "percentiles", Title: "Latency by percentile"}
	var maxCount int64
	for _, name := range eventsOfLoad() {
		e := l.Events[name]
		if e == nil || e.Latency == nil || e.Latency.TotalCount() < 2 {
			continue
		}
		maxCount = max(maxCount, e.Latency.TotalCount())
		p.Lines = append(p.Lines, plot.Line{Name: string(name), Style: styles[name], Points: percentileCurve(e.Latency)})
		p.Summary += fmt.Sprintf("%s: p50 %s, p99 %s, at most %s. ", name, latencyAt(e.Latency, 50), latencyAt(e.Latency, 99), latencyAt(e.Latency, 100))
	}
	if len(p.Lines) == 0 {
		return nil
	}
	p.X = plot.PercentileAxis(maxCount)
	p.Y = plot.LatencyAxis(secondsToDuration(plot.Lowest(p.Lines...)), secondsToDuration(plot.Highest(p.Lines...)))
	out := figureOf(p)
	out.Summary = "Both scales are logarithmic, so that the slowest responses can be seen." // the summary has no figures, because the table above has them
	return &out
}

func percentileCurve(h *hdrhistogram.Histogram) []plot.Point {
	return plot.PercentileCurve(h.TotalCount(), func(percent float64) float64 { return verdict.Percentile(h, percent).Seconds() })
}
