package report_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// sampleLoad returns a load with a finding and errors.
func sampleLoad() verdict.Load {
	latency := hdrhistogram.New(1, 60_000_000, 3)
	for n := int64(1); n <= 1000; n++ {
		_ = latency.RecordValue(n * 300)
	}
	return verdict.Load{
		RunInfo: verdict.RunInfo{
			Tool: verdict.Tool{Version: "0.1.0", Roots: "2026-10-30"}, Seed: 1, Nonce: "5f3a0c",
			Incoming: target,
		},
		Plan:   verdict.LoadPlan{PerSecond: 20, Duration: 30 * time.Second, Text: "--calls 20/s --for 30s"},
		Shards: []verdict.Shard{{Number: 1, Total: 1}}, Started: time.Date(2026, 11, 29, 6, 0, 0, 0, time.UTC), Duration: 31 * time.Second,
		LoadFigures: verdict.LoadFigures{
			Calls: verdict.LoadCalls{Started: 600, Completed: 598, Unfinished: 2, Late: 1},
			Pushes: verdict.LoadPushes{Sent: 1000, Accepted: 995, Refused: 5, NotSent: 3, Waiting: 8,
				Reasons: map[transcript.NotSentReason]int{transcript.NotSubscribed: 2, transcript.NotAllowed: 1},
				Details: map[transcript.NotSentReason]string{transcript.NotAllowed: `"example.net" is another host`}},
			Events: map[push.Event]*verdict.LoadEvent{push.NewCall: {Latency: latency, Errors: map[verdict.LoadError]int{verdict.LoadTimeout: 4, verdict.LoadFailed: 1}}},
			WarmUp: map[push.Event]*verdict.LoadEvent{}, LatePushes: map[verdict.Bottleneck]int{verdict.BottleneckMachine: 1},
			Failures: map[verdict.LoadError][]verdict.LoadExample{verdict.LoadFailed: {{Call: 9, Scenario: "busy", Exchange: transcript.Exchange{
				Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}, URL: target, Body: []byte("event=newCall")}, Outcome: transcript.Outcome{Status: 502, ContentType: "text/html", Duration: 5 * time.Millisecond,
					ResponseBody: []byte("Bad Gateway"), BodyLength: 11, End: transcript.Complete}}}}},
			Findings: []verdict.LoadFinding{{ID: "response.xml", Count: 12, Examples: []verdict.LoadExample{{Call: 7, Scenario: "answered",
				Finding: requirements.Finding{Requirement: "response.xml", Level: requirements.Must, Want: "XML", Got: "no XML", Fix: "Write XML.", Call: 7},
				Exchange: transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}, URL: target, Body: []byte("event=newCall")},
					Outcome: transcript.Outcome{Status: 200, ContentType: "text/html", Duration: 3 * time.Millisecond, ResponseBody: []byte("oops"), BodyLength: 4, End: transcript.Complete}}}}}},
			Timeline: verdict.LoadTimeline{Width: 10 * time.Second, Windows: []verdict.LoadWindow{{Due: 200, Started: 201, Open: 40, Errors: 5, Latency: latency}, {}}},
		},
		Waived: map[string]string{"transport.https": "--allow-http"},
	}
}

// stoppedLoad returns the sample load with a part that stopped because of status 401.
func stoppedLoad() verdict.Load {
	l := sampleLoad()
	l.Stopped = []verdict.StoppedShard{{Shard: verdict.Shard{Number: 1, Total: 1}, Reason: "status 401"}}
	return l
}

func loadJSONOf(t *testing.T, l verdict.Load) []byte {
	t.Helper()
	thresholds, err := verdict.ParseThresholds(verdict.DefaultThresholds)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := report.LoadJSON(&b, l, l.Judge(thresholds)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestLoadJSONIsValidByItsSchema(t *testing.T) {
	t.Parallel()
	for name, l := range map[string]verdict.Load{"sample": sampleLoad(), "stopped": stoppedLoad(), "empty": {Shards: []verdict.Shard{{Number: 1, Total: 1}}}} {
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(loadJSONOf(t, l)))
		if err != nil {
			t.Fatal(err)
		}
		if err := closedSchema(t, report.LoadSchema()).Validate(document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseLoadReportReturnsTheLoadThatLoadJSONWrote(t *testing.T) {
	t.Parallel()
	want := stoppedLoad()
	got, err := report.ParseLoadReport(loadJSONOf(t, want))
	if err != nil {
		t.Fatal(err)
	}
	histogramComparer := cmp.Comparer(func(a, b *hdrhistogram.Histogram) bool { return a == b || a != nil && b != nil && a.Equals(b) })
	lengthComparer := cmp.Comparer(func(a, b []string) bool { return len(a) == len(b) })
	if diff := cmp.Diff(want, got, histogramComparer, lengthComparer); diff != "" {
		t.Errorf("the load mismatch (-want +got):\n%s", diff)
	}
}

func TestParseLoadReportRefusesDamagedReportsAndOtherDocuments(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"": "it is empty",
		`{"schema": 1, "tool": {"name": "pushcheck"}}`:                                                     "it is a report of a run, not of a load",
		`{"schema": 1, "kind": "load", "tool": {"name": "pushcheck"}}`:                                     "it is a damaged report: it does not say",
		`{"schema": 1, "kind": "load", "tool": {"name": "pushcheck"}, "shards": [{"number": 3, "of": 2}]}`: "it is a damaged report: it says that it is part 3 of 2",
		strings.Replace(string(loadJSONOf(t, sampleLoad())), `"width": 10`, `"width": 1e-9`, 1):            "it is a damaged report: it does not say",
		strings.Replace(string(loadJSONOf(t, sampleLoad())), `"exchange": 0`, `"exchange": 1000000000`, 1): "it is a damaged report: an example of \"response.xml\" has no place in its call",
		strings.Replace(string(loadJSONOf(t, sampleLoad())), `"hdr": "`, `"hdr": "x`, 1):                   "it is a damaged report: a histogram cannot be read",
	} {
		if _, err := report.ParseLoadReport([]byte(data)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("ParseLoadReport: error %v, want %s", err, want)
		}
	}
}

func TestLoadSummaryEndsWithThresholdsAndVerdict(t *testing.T) {
	t.Parallel()
	l := wholeLoad()
	thresholds, err := verdict.ParseThresholds("errors<1%,findings=0,dtmf.p50<1s")
	if err != nil {
		t.Fatal(err)
	}
	v := l.Judge(thresholds)
	got := render(t, func(w io.Writer) error { return report.LoadText(w, l, v, report.TerminalOptions{}) })
	_, got, _ = strings.Cut(got, "  seen ")
	want := `     12 times
  fix       Write XML.

600 calls in 31 s: 598 completed, 2 cut, 1 late (the first call is not counted)
1000 pushes: 995 accepted, 5 refused; 3 not sent (not allowed 1, not subscribed
  2); 8 had no response yet
not allowed: "example.net" is another host
waived: transport.https (--allow-http)
seed 1, nonce 5f3a0c

event       pushes       p50       p90       p95       p99     p99.9       max
newCall       1000    150 ms    270 ms    285 ms    297 ms    300 ms    300 ms
answer           2    7.0 ms    9.0 ms    9.0 ms    9.0 ms    9.0 ms    9.0 ms
all           1002    150 ms    270 ms    285 ms    297 ms    300 ms    300 ms
without the warm-up of 10s

errors                    count
another kind of response      2
status 5xx                    1
  at        call 9 busy
            --> newCall  from (empty) to (empty)
            <-- 502  5.0 ms  text/html  Bad Gateway
timeout                       4

kept       errors<1%    0.7%
crossed    findings=0   12
not judged dtmf.p50<1s  nothing was measured

not conformant: findings=0 was wanted, and it is 12
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("summary mismatch (-want +got):\n%s", diff)
	}
	quiet := render(t, func(w io.Writer) error {
		return report.LoadText(w, l, v, report.TerminalOptions{Quiet: true, Color: true})
	})
	if strings.Contains(quiet, "600 calls") || !strings.HasSuffix(quiet, "\n\x1b[1;31mnot conformant: findings=0 was wanted, and it is 12\x1b[0m\n") {
		t.Errorf("the quiet summary has figures, or does not end with the verdict in red: %q", quiet)
	}
}

func TestLoadSummarySaysThatAFindingIsAboutTheFirstCall(t *testing.T) {
	t.Parallel()
	l := sampleLoad()
	l.Findings[0].Examples[0].Call, l.Findings[0].Examples[0].Finding.Call = 0, 0
	got := render(t, func(w io.Writer) error { return report.LoadText(w, l, l.Judge(nil), report.TerminalOptions{}) })
	if want := "at        the call that was played first, push 1: newCall\n"; !strings.Contains(got, want) {
		t.Errorf("there is no %q in:\n%s", want, got)
	}
}

func TestLoadLineAndLoadStatusShowTheProgress(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		progress     verdict.LoadProgress
		line, status string
	}{
		"a load with a rate": {verdict.LoadProgress{Elapsed: 20 * time.Second, Interval: 10 * time.Second, Window: sampleLoad().Timeline.Windows[0], Errors: 7, Findings: 1},
			" 20 s  201 begun  40 open  100 pushes/s  p50 150 ms  p99 297 ms  5 errors  1 finding", "20 s  40 open  20.1 of 20 calls/s  p99 297 ms  7 errors  1 finding"},
		"a load with a number of calls at a time": {verdict.LoadProgress{Elapsed: 754 * time.Second, Interval: 4 * time.Second, Window: verdict.LoadWindow{Started: 1, Open: 3}},
			"12 min 34 s  1 begun  3 open  0 pushes/s  p50 -  p99 -  0 errors  0 findings", "12 min 34 s  3 open  0.3 calls/s  p99 -  0 errors  0 findings"},
	} {
		if diff := cmp.Diff([]string{test.line, test.status}, []string{report.LoadLine(test.progress), report.LoadStatus(test.progress)}); diff != "" {
			t.Errorf("%s: lines mismatch (-want +got):\n%s", name, diff)
		}
	}
}
