package plot

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPathHasAGapForMissingValuesAndADotForASinglePoint(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for name, test := range map[string]struct {
		values []float64 // NaN for a gap
		want   string    // path data of the line
	}{
		"a line without gaps":    {[]float64{0, 5, 10}, "M0 1000L100 500L200 0"},
		"a gap":                  {[]float64{0, 5, nan, 5, 10}, "M0 1000L100 500M300 500L400 0"},
		"a point between gaps":   {[]float64{nan, 5, nan, 10}, "M100 500h0M300 0h0"},
		"values beyond the axis": {[]float64{-5, 20}, "M0 1000L100 0"},
		"only gaps":              {[]float64{nan, nan}, ""},
		"a line without points":  {nil, ""},
		"a single point":         {[]float64{5}, "M0 500h0"},
	} {
		var points []Point
		for i, v := range test.values {
			points = append(points, Point{float64(i), v})
		}
		p := Plot{X: Axis{Max: 10}, Y: Axis{Max: 10}}
		if diff := cmp.Diff(test.want, p.path(points)); diff != "" {
			t.Errorf("%s: path mismatch (-want +got):\n%s", name, diff)
		}
	}
}

// describeAxis returns the two ends and the labels of an axis as text.
func describeAxis(a Axis) string {
	var all []string
	for _, t := range a.Ticks {
		all = append(all, t.Label)
	}
	return fmt.Sprintf("%.4g to %.4g: %s", a.Min, a.Max, strings.Join(all, ", "))
}

func TestAxesHaveAFewRoundLabels(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		axis Axis
		want string
	}{
		"numbers":                    {NumberAxis(43), "0 to 50: 0, 10, 20, 30, 40, 50"},
		"large numbers":              {NumberAxis(100000), "0 to 1e+05: 0, 20,000, 40,000, 60,000, 80,000, 100,000"},
		"small numbers":              {NumberAxis(0.4), "0 to 0.4: 0, 0.1, 0.2, 0.3, 0.4"},
		"only the number 0":          {NumberAxis(0), "0 to 0.0002: 0, 0.0002"},
		"seconds":                    {ElapsedAxis(31 * time.Second), "0 to 31: 0 s, 10 s, 20 s, 30 s"},
		"minutes":                    {ElapsedAxis(10 * time.Minute), "0 to 600: 0 min, 2 min, 4 min, 6 min, 8 min, 10 min"},
		"hours":                      {ElapsedAxis(9 * time.Hour), "0 to 3.24e+04: 0 h, 2 h, 4 h, 6 h, 8 h"},
		"weeks":                      {ElapsedAxis(21 * 24 * time.Hour), "0 to 1.814e+06: 0 h, 120 h, 240 h, 360 h, 480 h"},
		"no elapsed time":            {ElapsedAxis(0), "0 to 0.001: 0 s"},
		"latencies":                  {LatencyAxis(3*time.Millisecond, 42*time.Millisecond), "0.002 to 0.05: 2 ms, 5 ms, 10 ms, 20 ms, 50 ms"},
		"equal latencies":            {LatencyAxis(time.Millisecond, time.Millisecond), "0.001 to 0.01: 1 ms, 2 ms, 5 ms, 10 ms"},
		"very different latencies":   {LatencyAxis(300*time.Microsecond, 10*time.Second), "0.0001 to 10: 100 µs, 1 ms, 10 ms, 100 ms, 1 s, 10 s"},
		"latency 0":                  {LatencyAxis(0, 0), "1e-06 to 1e-05: 1 µs, 2 µs, 5 µs, 10 µs"},
		"percentiles of 5000 values": {PercentileAxis(5000), "0 to 3.699: 50 %, 90 %, 99 %, 99.9 %"},
		"percentiles of 10 values":   {PercentileAxis(10), "0 to 1: 50 %, 90 %"},
		"percentiles of no values":   {PercentileAxis(0), "0 to 1: 50 %, 90 %"},
	} {
		if diff := cmp.Diff(test.want, describeAxis(test.axis)); diff != "" {
			t.Errorf("%s: axis mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestPercentileCurveEndsAtTheMaximum(t *testing.T) {
	t.Parallel()
	got := PercentileCurve(1000, func(percent float64) float64 { return percent })
	if last := got[len(got)-1]; last.Y != 100 || math.Abs(last.X-3) > 1e-9 || got[0].Y != 0 {
		t.Errorf("the curve goes from %v to %v, want the percentiles 0 to 100 at 0 and 3", got[0], last)
	}
	if half := got[10]; math.Abs(half.Y-100*(1-math.Pow(10, -0.3))) > 1e-9 {
		t.Errorf("point 10 is %v", half)
	}
}

// hostileText is text that could end an element or an attribute.
const hostileText = `</title></text>&"'><svg onload=alert(1)>]]>`

func TestFigureIsXMLWithoutForeignElements(t *testing.T) {
	t.Parallel()
	allowedElements := map[string]bool{"figure": true, "svg": true, "title": true, "desc": true, "path": true, "text": true, "figcaption": true, "span": true}
	tick := []Tick{{1, hostileText}}
	line := Line{Name: hostileText, Style: MainLine, Points: []Point{{0, 1}, {1, 1}}}
	got := Figure(Plot{ID: hostileText, Title: hostileText, Summary: hostileText, X: Axis{Max: 1, Ticks: tick}, Y: Axis{Max: 2, Ticks: tick},
		Lines: []Line{line, line}, Limits: []Limit{{1, hostileText}}, Spans: []Span{{0, 1, hostileText}}})
	hostileTexts := 0
	d := xml.NewDecoder(strings.NewReader(got))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not XML: %v\n%s", err, got)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if !allowedElements[token.Name.Local] {
				t.Errorf("element %s", token.Name.Local)
			}
			for _, a := range token.Attr {
				if strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("attribute %s", a.Name.Local)
				}
			}
		case xml.CharData:
			hostileTexts += strings.Count(string(token), hostileText)
		}
	}
	if want := 8; hostileTexts != want { // in the title, the summary, the names of two lines, two ticks, a limit and a span
		t.Errorf("the text occurs %d times, want %d", hostileTexts, want)
	}
}

func TestPlotOfSeveralLinesHasALegend(t *testing.T) {
	t.Parallel()
	legend := regexp.MustCompile(`class="key"`)
	for lines, want := range map[int]int{1: 0, 2: 2} {
		if got := len(legend.FindAllString(Figure(Plot{Lines: make([]Line, lines)}), -1)); got != want {
			t.Errorf("%d lines have %d keys, want %d", lines, got, want)
		}
	}
}

func TestHighestAndLowestIgnoreGaps(t *testing.T) {
	t.Parallel()
	line := Line{Points: []Point{{0, math.NaN()}, {1, 3}, {2, 7}, {3, math.NaN()}}}
	if high, low := Highest(line), Lowest(line); high != 7 || low != 3 {
		t.Errorf("highest %v and lowest %v, want 7 and 3", high, low)
	}
	if high, low := Highest(), Lowest(); high != 0 || low != 0 {
		t.Errorf("without lines: highest %v and lowest %v, want 0", high, low)
	}
}
