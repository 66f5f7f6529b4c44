package verdict_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// recordedLoad returns one part of a load with the calls 1 to 40. number is the number of the part, parts is the number of all parts, and
// width is the width of each window of the timeline.
func recordedLoad(number, parts int, width time.Duration) verdict.Load {
	l := verdict.Load{
		RunInfo: verdict.RunInfo{
			Tool: verdict.Tool{Version: "0.1.0"}, Seed: 1, Nonce: "5f3a",
			Incoming: "https://localhost:8443/push",
		},
		Plan:   verdict.LoadPlan{PerSecond: 10, Duration: 4 * time.Second, Text: "--calls 10/s --for 4s"},
		Shards: []verdict.Shard{{Number: number, Total: parts}}, Duration: 4 * time.Second,
		LoadFigures: verdict.LoadFigures{
			Events: map[push.Event]*verdict.LoadEvent{}, WarmUp: map[push.Event]*verdict.LoadEvent{}, LatePushes: map[verdict.Bottleneck]int{},
			Pushes:   verdict.LoadPushes{Reasons: map[transcript.NotSentReason]int{}, Details: map[transcript.NotSentReason]string{}},
			Failures: map[verdict.LoadError][]verdict.LoadExample{},
			Timeline: verdict.LoadTimeline{Width: width, Windows: make([]verdict.LoadWindow, 4*time.Second/width)},
		},
		Waived: map[string]string{"transport.https": "--allow-http"},
	}
	for n := 1; n <= 40; n++ {
		if parts > 1 && n%parts != number%parts {
			continue
		}
		l.Calls.Started++
		l.Calls.Completed++
		l.Pushes.Sent++
		l.Pushes.Accepted++
		l.Pushes.NotSent++
		l.Pushes.Waiting++
		l.Pushes.Reasons["test"]++
		l.Pushes.Details["test"] = "the detail"
		event := push.NewCall
		if n%4 == 0 {
			event = push.Hangup
			l.Calls.Late++
			l.LatePushes[verdict.BottleneckOpenCalls]++
		}
		if l.Events[event] == nil {
			l.Events[event] = &verdict.LoadEvent{Latency: histogram(), Errors: map[verdict.LoadError]int{}}
		}
		value := int64(n) * 997
		_ = l.Events[event].Latency.RecordValue(value)
		w := &l.Timeline.Windows[time.Duration(n-1)*100*time.Millisecond/width]
		if w.Latency == nil {
			w.Latency = histogram()
		}
		_ = w.Latency.RecordValue(value)
		w.Due++
		w.Started++
		if n%9 == 0 {
			l.Events[event].Errors[verdict.LoadTimeout]++
			l.Failures[verdict.LoadTimeout] = verdict.FirstExamples(append(l.Failures[verdict.LoadTimeout], verdict.LoadExample{Call: n}))
			w.Errors++
		}
		if n%5 == 0 {
			l.Findings = addFinding(l.Findings, n)
		}
	}
	return l
}

func addFinding(findings []verdict.LoadFinding, call int) []verdict.LoadFinding {
	if findings == nil {
		findings = []verdict.LoadFinding{{ID: "push.newcall"}}
	}
	findings[0].Count++
	if len(findings[0].Examples) < 3 {
		findings[0].Examples = append(findings[0].Examples, verdict.LoadExample{Call: call, Finding: requirements.Finding{Requirement: "push.newcall", Level: requirements.Must}})
	}
	return findings
}

func histogram() *hdrhistogram.Histogram { return hdrhistogram.New(1, 60_000_000, 3) }

// compareHistograms makes cmp compare histograms by their recorded values.
var compareHistograms = cmp.Comparer(func(a, b *hdrhistogram.Histogram) bool { return a == b || a != nil && b != nil && a.Equals(b) })

func TestMergedPartsEqualTheWholeLoad(t *testing.T) {
	t.Parallel()
	wholeLoad := recordedLoad(1, 1, time.Second)
	for name, widths := range map[string][2]time.Duration{
		"both parts with windows of 1 s":     {time.Second, time.Second},
		"first part with windows of 0.5 s":   {500 * time.Millisecond, time.Second},
		"second part with windows of 0.25 s": {time.Second, 250 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := verdict.MergeLoads(recordedLoad(2, 2, widths[1]), recordedLoad(1, 2, widths[0]))
			if err != nil {
				t.Fatal(err)
			}
			want := wholeLoad
			want.Shards = []verdict.Shard{{Number: 1, Total: 2}, {Number: 2, Total: 2}}
			if diff := cmp.Diff(want, got, compareHistograms); diff != "" {
				t.Errorf("the merged load mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPartsOfDifferentLoadsAreNotMerged(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*verdict.Load){
		`merging loads: part 1 of 2 is there twice`:                                 func(l *verdict.Load) { l.Shards[0].Number = 1 },
		`merging loads: the seeds 1 and 2 differ`:                                   func(l *verdict.Load) { l.Seed = 2 },
		`merging loads: the nonces "5f3a" and "77" differ`:                          func(l *verdict.Load) { l.Nonce = "77" },
		`merging loads: the plans "--calls 10/s --for 4s" and "x" differ`:           func(l *verdict.Load) { l.Plan = verdict.LoadPlan{Text: "x"} },
		`merging loads: one is a part of 2 and another of 3`:                        func(l *verdict.Load) { l.Shards[0].Total = 3 },
		`merging loads: the versions "0.1.0" and "0.2.0" of pushcheck differ`:       func(l *verdict.Load) { l.Tool.Version = "0.2.0" },
		`merging loads: the receivers "https://localhost:8443/push" and "x" differ`: func(l *verdict.Load) { l.Incoming = "x" },
		`merging loads: a report does not say which part it is`:                     func(l *verdict.Load) { l.Shards = nil },
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			other := recordedLoad(2, 2, time.Second)
			change(&other)
			_, err := verdict.MergeLoads(recordedLoad(1, 2, time.Second), other)
			if err == nil || err.Error() != want {
				t.Errorf("MergeLoads: error %v, want %s", err, want)
			}
		})
	}
}

func TestMergedLoadNamesAPartThatSentNoTraffic(t *testing.T) {
	t.Parallel()
	stoppedPart := recordedLoad(2, 2, time.Second)
	stoppedPart.Stopped = []verdict.StoppedShard{{Shard: verdict.Shard{Number: 2, Total: 2}, Reason: "status 409"}}
	merged, err := verdict.MergeLoads(recordedLoad(1, 2, time.Second), stoppedPart)
	if err != nil {
		t.Fatal(err)
	}
	const want = "no verdict: part 2 of 2 sent no traffic, because the first call was not accepted (status 409)"
	if v := merged.Judge(nil); v.Exit != verdict.ExitNoVerdict || !strings.HasPrefix(v.Summary, want) {
		t.Errorf("exit %d, %q; want %d, %q", v.Exit, v.Summary, verdict.ExitNoVerdict, want)
	}
}

func TestMissingPartsAreThePartsThatAreNotInTheLoad(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff([]int{1, 3}, recordedLoad(2, 3, time.Second).MissingParts()); diff != "" {
		t.Errorf("missing parts mismatch (-want +got):\n%s", diff)
	}
}

func TestParseThresholdsReturnsThePositionOfAMistake(t *testing.T) {
	t.Parallel()
	const metrics, latency = "p50, p90, p95, p99, p999, max, errors, late or findings", "p50, p90, p95, p99, p999 or max"
	for text, want := range map[string]verdict.ThresholdError{
		"":                     {Position: 0, Allowed: metrics},
		"p99<1s,":              {Position: 7, Allowed: metrics},
		"p98<1s":               {Position: 0, Part: "p98", Allowed: metrics},
		"p99<1s, ringing.p9<1": {Position: 8, Part: "ringing", Allowed: "newCall, answer, hangup or dtmf"},
		"newCall.errors<1%":    {Position: 8, Part: "errors", Allowed: latency},
		"p99":                  {Position: 3, Allowed: "<, <= or ="},
		"p99>1s":               {Position: 3, Part: ">", Allowed: "<, <= or ="},
		"p99<":                 {Position: 4, Allowed: "a time such as 500ms"},
		"p99<500":              {Position: 4, Part: "500", Allowed: "a time such as 500ms"},
		"errors<1":             {Position: 7, Part: "1", Allowed: "a percentage from 0% to 100%, such as 0.1%"},
		"errors<NaN%":          {Position: 7, Part: "NaN%", Allowed: "a percentage from 0% to 100%, such as 0.1%"},
		"findings=0,late<101%": {Position: 16, Part: "101%", Allowed: "a percentage from 0% to 100%, such as 0.1%"},
		"findings=-1":          {Position: 9, Part: "-1", Allowed: "a number such as 0"},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			_, err := verdict.ParseThresholds(text)
			var got *verdict.ThresholdError
			if !errors.As(err, &got) {
				t.Fatalf("ParseThresholds(%q): error %v, want a ThresholdError", text, err)
			}
			want.Text = text
			if diff := cmp.Diff(want, *got); diff != "" {
				t.Errorf("error mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJudgeComparesTheLoadWithThresholds(t *testing.T) {
	t.Parallel()
	const lateClause = "; 25% of the calls began late, because as many calls as allowed were open"
	for name, test := range map[string]struct {
		thresholds string
		change     func(*verdict.Load)
		exit       int
		why        string
	}{
		"default thresholds: not kept": {verdict.DefaultThresholds, nil, 1,
			"not conformant: findings=0 was wanted, and it is 8; errors<0.1% was wanted, and it is 10%" + lateClause},
		"three thresholds: kept":                                         {"p99<500ms,newCall.max<=1s,late<=25%", nil, 0, "conformant: p99<500ms, newCall.max<=1s, late<=25%" + lateClause},
		"threshold for the latency: not kept":                            {"hangup.p50<10ms", nil, 1, "not conformant: hangup.p50<10ms was wanted, and it is 19.951ms" + lateClause},
		"threshold for late calls: not kept":                             {"late<1%", nil, 1, "not conformant: late<1% was wanted, and it is 25%" + lateClause},
		"no late call: summary without a note":                           {"findings<9", func(l *verdict.Load) { l.Calls.Late = 0 }, 0, "conformant: findings<9"},
		"load with a fixed number of open calls: summary without a note": {"findings<9", func(l *verdict.Load) { l.Plan = verdict.LoadPlan{Concurrency: 1} }, 0, "conformant: findings<9"},
		"interruption and a problem: interrupted":                        {"late<1%", func(l *verdict.Load) { l.Interrupted, l.Problems = true, []string{"x"}; l.Calls.Late = 0 }, 130, "interrupted: the figures cover the calls until then"},
		"problem: no verdict":                                            {"late<1%", func(l *verdict.Load) { l.Problems = []string{"the disk is full"}; l.Plan.PerSecond = 0 }, 3, "no verdict: the disk is full"},
		"no push sent: no verdict":                                       {verdict.DefaultThresholds, func(l *verdict.Load) { *l = verdict.Load{} }, 3, "no verdict: no push was sent"},
		"threshold for an event that had no push: no verdict":            {"dtmf.p50<1s", func(l *verdict.Load) { l.Calls.Late = 0 }, 3, "no verdict: dtmf.p50<1s could not be judged, because nothing was measured"},
		"should-level findings only: conformant":                         {"findings=0", func(l *verdict.Load) { l.Calls.Late = 0; l.Findings[0].Examples[0].Finding.Level = requirements.Should }, 0, "conformant: findings=0"},
		"waived findings only: conformant":                               {"findings=0", func(l *verdict.Load) { l.Calls.Late = 0; l.Findings[0].Examples[0].Finding.Waived = "--allow-http" }, 0, "conformant: findings=0"},
		"rate not reached: summary with a note": {"findings<9", func(l *verdict.Load) {
			l.Calls.Late = 0
			for i := range l.Timeline.Windows {
				l.Timeline.Windows[i].Started = 1
			}
		}, 0, "conformant: findings<9; 1 of the wanted 10 calls/s were reached, because as many calls as allowed were open"},
		"one second without a new call: summary without a note": {"findings<9", func(l *verdict.Load) { l.Calls.Late, l.Timeline.Windows[0].Started = 0, 0 }, 0, "conformant: findings<9"},
		"late calls because this machine was too slow: summary with a note": {"findings<9", func(l *verdict.Load) { l.LatePushes = nil }, 0,
			"conformant: findings<9; 25% of the calls began late, because this machine was too slow"},
		"two parts that sent no traffic: no verdict": {"errors<50%", func(l *verdict.Load) {
			l.Calls.Late = 0
			l.Stopped = []verdict.StoppedShard{{Shard: verdict.Shard{Number: 2, Total: 3}, Reason: "status 409"}, {Shard: verdict.Shard{Number: 3, Total: 3}, Reason: "status 500"}}
		}, 3, "no verdict: part 2, 3 of 3 sent no traffic, because the first call was not accepted (status 409)"},
		"no follow-up push allowed: no verdict": {verdict.DefaultThresholds, func(l *verdict.Load) {
			*l = verdict.Load{
				LoadFigures: verdict.LoadFigures{
					Events: map[push.Event]*verdict.LoadEvent{push.NewCall: {}},
					Pushes: verdict.LoadPushes{Sent: 9, NotSent: 5, Details: map[transcript.NotSentReason]string{transcript.NotAllowed: "allow it with --follow"}},
				},
			}
		}, 3, "no verdict: no answer, hangup or dtmf push was sent: allow it with --follow"},
		"some follow-up pushes allowed: conformant": {verdict.DefaultThresholds, func(l *verdict.Load) {
			*l = verdict.Load{
				LoadFigures: verdict.LoadFigures{
					Events: map[push.Event]*verdict.LoadEvent{push.NewCall: {}}, WarmUp: map[push.Event]*verdict.LoadEvent{push.Hangup: {}},
					Pushes: verdict.LoadPushes{Sent: 9, NotSent: 5, Details: map[transcript.NotSentReason]string{transcript.NotAllowed: "allow it with --follow"}},
				},
			}
		}, 0, "conformant: findings=0, errors<0.1%"},
		"no subscription: conformant as an observer": {verdict.DefaultThresholds, func(l *verdict.Load) {
			*l = verdict.Load{
				LoadFigures: verdict.LoadFigures{
					Events: map[push.Event]*verdict.LoadEvent{push.NewCall: {}},
					Pushes: verdict.LoadPushes{Sent: 9, NotSent: 18, Reasons: map[transcript.NotSentReason]int{transcript.NotSubscribed: 18}},
				},
			}
		}, 0, "conformant as an observer, which subscribes to nothing: findings=0, errors<0.1%"},
		"no connection: not conformant": {"errors<1%", func(l *verdict.Load) {
			*l = verdict.Load{
				LoadFigures: verdict.LoadFigures{
					Events: map[push.Event]*verdict.LoadEvent{push.NewCall: {Errors: map[verdict.LoadError]int{verdict.LoadUnconnected: 3}}},
					Pushes: verdict.LoadPushes{NotSent: 3, Reasons: map[transcript.NotSentReason]int{transcript.NotReached: 3}},
				},
			}
		}, 1, "not conformant: errors<1% was wanted, and it is 100%"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			thresholds, err := verdict.ParseThresholds(test.thresholds)
			if err != nil {
				t.Fatal(err)
			}
			l := recordedLoad(1, 1, time.Second)
			if test.change != nil {
				test.change(&l)
			}
			got := l.Judge(thresholds)
			if got.Exit != test.exit || got.Summary != test.why {
				t.Errorf("Judge: exit %d, %q\nwant exit %d, %q", got.Exit, got.Summary, test.exit, test.why)
			}
		})
	}
}

func TestJudgeReturnsEachThresholdWithItsMeasuredValue(t *testing.T) {
	t.Parallel()
	thresholds, err := verdict.ParseThresholds("findings=0,hangup.p50<1s,dtmf.p50<1s")
	if err != nil {
		t.Fatal(err)
	}
	want := []verdict.JudgedThreshold{
		{Threshold: thresholds[0], Measured: "8"},
		{Threshold: thresholds[1], Kept: true, Measured: "19.951ms"},
		{Threshold: thresholds[2]},
	}
	if diff := cmp.Diff(want, recordedLoad(1, 1, time.Second).Judge(thresholds).Thresholds); diff != "" {
		t.Errorf("Thresholds mismatch (-want +got):\n%s", diff)
	}
}

func TestAdjacentWindowsAreJoinedIfThereAreTooMany(t *testing.T) {
	t.Parallel()
	timeline := verdict.LoadTimeline{Width: time.Second}
	for n := range 7 {
		timeline.Windows = append(timeline.Windows, verdict.LoadWindow{Started: n + 1, Open: n})
	}
	for maxWindows, want := range map[int]verdict.LoadTimeline{
		7: timeline,
		6: {Width: 2 * time.Second, Windows: []verdict.LoadWindow{{Started: 3, Open: 1}, {Started: 7, Open: 3}, {Started: 11, Open: 5}, {Started: 7, Open: 6}}},
		3: {Width: 3 * time.Second, Windows: []verdict.LoadWindow{{Started: 6, Open: 2}, {Started: 15, Open: 5}, {Started: 7, Open: 6}}},
	} {
		if diff := cmp.Diff(want, timeline.LimitWindows(maxWindows)); diff != "" {
			t.Errorf("LimitWindows(%d) mismatch (-want +got):\n%s", maxWindows, diff)
		}
	}
}
