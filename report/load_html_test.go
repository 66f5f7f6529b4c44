package report_test

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

func loadHTMLOf(t *testing.T, l verdict.Load, thresholds string) string {
	t.Helper()
	parsed, err := verdict.ParseThresholds(thresholds)
	if err != nil {
		t.Fatal(err)
	}
	return render(t, func(w io.Writer) error { return report.LoadHTML(w, l, l.Judge(parsed)) })
}

// wholeLoad returns a load with content for every part of the page.
func wholeLoad() verdict.Load {
	l := sampleLoad()
	l.Plan.Ramp = 10 * time.Second
	l.Shards = []verdict.Shard{{Number: 1, Total: 2}, {Number: 2, Total: 2}}
	l.WarmUp[push.Hangup] = &verdict.LoadEvent{Latency: histogramOf(1234), Errors: map[verdict.LoadError]int{verdict.LoadOtherKind: 2}}
	l.Events[push.Answer] = &verdict.LoadEvent{Latency: histogramOf(7000, 9000)}
	l.Timeline.Windows = []verdict.LoadWindow{
		{Due: 100, Started: 90, Open: 40, Errors: 5, Latency: histogramOf(7000)}, {Due: 200, Started: 210, Open: 55},
		{Due: 200, Started: 300, Open: 20, Latency: histogramOf(800, 345_000)}, {}, {},
	}
	return l
}

// loadWithErrors returns a load with errors and without findings.
func loadWithErrors() verdict.Load {
	l := sampleLoad()
	l.Findings = nil
	return l
}

func histogramOf(microseconds ...int64) *hdrhistogram.Histogram {
	h := hdrhistogram.New(1, 60_000_000, 3)
	for _, v := range microseconds {
		_ = h.RecordValue(v)
	}
	return h
}

// hostileLoad returns a load whose texts are markup, as if the load was read from a manipulated report.
func hostileLoad() verdict.Load {
	l := wholeLoad()
	l.Incoming, l.Nonce, l.Plan.Text, l.Tool.Version, l.Problems = target+hostileMarkup, hostileMarkup, hostileMarkup, hostileMarkup, []string{hostileMarkup}
	l.Pushes.Reasons["<b>"+hostileMarkup] = 1
	l.Events[push.NewCall].Errors[hostileMarkup] = 1
	f := &l.Findings[0]
	f.ID = hostileMarkup
	for range 3 {
		e := f.Examples[0]
		e.Scenario = hostileMarkup
		e.Finding = requirements.Finding{Requirement: hostileMarkup, Want: hostileMarkup, Got: hostileMarkup + "\x1b[31m\u202e", Fix: hostileMarkup}
		e.Exchange.ResponseBody, e.Exchange.Body, e.Exchange.ContentType, e.Exchange.Leg = []byte(hostileMarkup), []byte(hostileMarkup), hostileMarkup, hostileMarkup
		f.Examples = append(f.Examples, e)
	}
	return l
}

// htmlLoads returns, by name, the sample loads that are written in every format.
func htmlLoads() map[string]verdict.Load {
	concurrent, firstCall := sampleLoad(), sampleLoad()
	concurrent.Plan = verdict.LoadPlan{Concurrency: 5, Count: 100}
	firstCall.Findings[0].Examples[0].Call = 0
	interrupted := wholeLoad()
	interrupted.Interrupted = true
	return map[string]verdict.Load{
		"every part of the page": wholeLoad(), "sample": sampleLoad(), "a number of calls at a time": concurrent, "finding of the first call": firstCall, "interrupted": interrupted,
		"hostile": hostileLoad(), "empty": {},
	}
}

func TestLoadHTMLIsWellFormedAndLoadsNothing(t *testing.T) {
	t.Parallel()
	for name, l := range htmlLoads() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := loadHTMLOf(t, l, "findings=0,p99<1s")
			p := readPage(text)
			for _, f := range append(p.problems, p.linkProblems()...) {
				t.Error(f)
			}
			for element, want := range map[string]int{"header": 1, "nav": 1, "main": 1, "footer": 1, "h1": 1, "style": 1, "script": 0, "img": 0} {
				if p.elements[element] != want {
					t.Errorf("%d elements %s, want %d", p.elements[element], element, want)
				}
			}
			if found := regexp.MustCompile(`(?i)url\(|@import`).FindString(text); found != "" {
				t.Errorf("the page has %q", found)
			}
			if strings.ContainsAny(text, "\x1b\u202e") {
				t.Error("a control character is on the page")
			}
		})
	}
}

func TestLoadHTMLHasTheTextsForEachKindOfLoad(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		load           verdict.Load
		want, unwanted []string
	}{
		"every part of the page": {wholeLoad(), []string{
			"Not conformant", "findings=0 was wanted, and it is 12", "<code>p99&lt;1s</code></td><td>297.2", "✓</span> kept", "✗</span> crossed",
			"nothing was measured", "--calls 20/s --for 30s", "600 calls in 31 s: 598 completed, 2 cut, 1 late", "1000 sent: 995 accepted, 5 refused; 3 not sent",
			"all 2 parts of the load, merged", "transport.https (--allow-http)", "response.xml", "<dd>12 times</dd>", "call 7 answered, newCall", "Write XML.", "oops",
			"500 calls were planned, and 600 began. Most began at 25 s: 30 per second.", "At most 55 calls were open, at 20 s.", "p99 is highest at 25 s: 345 ms.",
			"7 errors in all, most at 5 s.", ">warm-up</text>", ">no new calls</text>", ">p99&lt;1s</text>", "<th scope=\"col\">answer</th>", "<td>9.0 ms</td>",
			"During the warm-up", "1.2 ms", "another kind of response", "not subscribed", "was too slow", "exit code 1",
			"2026-11-29 06:00:00 UTC", "--seed 1 --nonce &#39;5f3a0c&#39;",
		}, []string{"The load was interrupted", "There were no errors"}},
		"only errors": {loadWithErrors(), []string{
			"<code>errors&lt;0.1%</code>", "Of the pushes, 0.5% had an error.", "status 5xx: call 9 busy, newCall", "Bad Gateway",
		}, []string{"Nothing: no requirement"}},
		"a number of calls at a time": {htmlLoads()["a number of calls at a time"], []string{"5: a new call begins when one ends", "100 at most"}, []string{">wanted<", "Parts"}},
		"finding of the first call":   {htmlLoads()["finding of the first call"], []string{"the call that was played first, alone"}, nil},
		"interrupted":                 {htmlLoads()["interrupted"], []string{"The load was interrupted.", "interrupted: the figures cover the calls until then"}, nil},
		"empty": {verdict.Load{}, []string{"No verdict", "No requirement was judged.", "The load was too short to be drawn over time.", "No latency was measured.", "There were no errors."},
			[]string{"<figure"}},
	} {
		got := loadHTMLOf(t, test.load, "findings=0,p99<1s,dtmf.p50<1s,errors<0.1%")
		for _, s := range test.want {
			if !strings.Contains(got, s) {
				t.Errorf("%s: the page does not have %q", name, s)
			}
		}
		for _, s := range test.unwanted {
			if strings.Contains(got, s) {
				t.Errorf("%s: the page has %q", name, s)
			}
		}
	}
}

func TestPlotsOfALoadHaveAPointForEachWindow(t *testing.T) {
	t.Parallel()
	l := wholeLoad()
	page := loadHTMLOf(t, l, "findings=0")
	point := regexp.MustCompile(`[ML][0-9.]+ [0-9.]+`)
	for id, want := range map[string][]int{ // by id of a plot, the number of points of each line
		"rate": {5, 5}, "open": {5}, "latency-time": {2, 2}, "errors-time": {5}, // only two of the five windows have a latency
	} {
		_, figure, _ := strings.Cut(page, fmt.Sprintf("aria-labelledby=\"%s-t", id))
		figure, _, _ = strings.Cut(figure, "</figure>")
		for _, class := range []string{"grid", "span", "limit"} {
			figure = regexp.MustCompile(`<path class="`+class+`"[^>]*>`).ReplaceAllString(figure, "")
		}
		lines := regexp.MustCompile(`<path class="(?:main|second|goal|bad)" d="([^"]*)"/>\n`).FindAllStringSubmatch(figure, -1)
		var got []int
		for _, line := range lines {
			got = append(got, len(point.FindAllString(line[1], -1)))
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: lines with %v points, want %v", id, got, want)
		}
	}
}

func TestPlotsOfALongLoadHaveFewerPointsThanWindows(t *testing.T) {
	t.Parallel()
	l := wholeLoad()
	for len(l.Timeline.Windows) < 600 {
		l.Timeline.Windows = append(l.Timeline.Windows, verdict.LoadWindow{Started: 100, Open: 7})
	}
	if page := loadHTMLOf(t, l, "findings=0"); !strings.Contains(page, "Every point stands for 40 s.") {
		t.Error("a point does not stand for four windows of 10 s")
	}
}
