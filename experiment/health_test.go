package experiment

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestOverlappingWaitsAreCountedOnce(t *testing.T) {
	t.Parallel()
	var h Health
	for _, tt := range []struct {
		took, ended time.Duration // duration and end of a timeout
		want        time.Duration // total of the timeouts so far
	}{
		{10, 10, 10}, {10, 10, 10}, {8, 12, 12}, {5, 20, 17}, {8, 28, 25},
	} {
		h.RecordExchange(transcript.Exchange{Sent: transcript.Sent{TimeLimit: tt.took}, Outcome: transcript.Outcome{End: transcript.TimedOut, Duration: tt.took}}, true, tt.ended)
		if h.waits.timeoutWaits != tt.want {
			t.Errorf("after %d that ended at %d: timeouts of %d, want %d", tt.took, tt.ended, h.waits.timeoutWaits, tt.want)
		}
	}
}

func TestPushTimeLimitIsShorterAfterTwoFullTimeouts(t *testing.T) {
	t.Parallel()
	const limit = time.Second
	const maxTimeouts = 2*limit - limit/10 // connecting takes some of the limit
	for timeouts, isShortOfTime := range map[time.Duration]bool{0: false, maxTimeouts: false, maxTimeouts + 1: true} {
		h := Health{Limit: limit}
		h.waits.timeoutWaits = timeouts
		want := limit
		if isShortOfTime {
			want = limit / 20
		}
		if got := h.PushTimeLimit(false); got != want {
			t.Errorf("PushTimeLimit(false) = %v after %v, want %v", got, timeouts, want)
		}
		if got := h.PushTimeLimit(true); got != limit {
			t.Errorf("PushTimeLimit(true) = %v after %v, want %v", got, timeouts, limit)
		}
		for silences := range 5 {
			h.silences = map[push.Event]int{push.Hangup: silences}
			if got, want := h.HasGivenUpOn(push.Hangup), silences >= 3 || isShortOfTime && silences == 2; got != want {
				t.Errorf("HasGivenUpOn(hangup) = %v after %d silences and %v, want %v", got, silences, timeouts, want)
			}
			h.silences = map[push.Event]int{push.NewCall: silences}
			for _, event := range []push.Event{push.NewCall, push.Hangup} { // a call without newCall has no hangup
				if got, want := h.HasGivenUpOn(event), silences >= 3; got != want {
					t.Errorf("HasGivenUpOn(%s) = %v after %d silences of newCall and %v, want %v", event, got, silences, timeouts, want)
				}
			}
		}
	}
}

func TestTimedOutExchangeCountsAsCutShortIfItsLimitWasShorterThanThatOfTheRun(t *testing.T) {
	t.Parallel()
	const limit = 3 * time.Second
	for _, tt := range []struct {
		end         transcript.End
		limit, took time.Duration
		wasCut      bool
		isTimeout   bool // the duration is counted as time that the run spent on timeouts
	}{
		{transcript.TimedOut, limit, limit, false, true},
		{transcript.TimedOut, limit - 1, limit, true, true},
		{transcript.TimedOut, limit, limit / 2, false, false},
		{transcript.TimedOut, limit, limit/2 + 1, false, true},
		{transcript.Late, limit / 20, limit, false, true},
		{transcript.NeverEnded, limit, limit, false, true},
		{transcript.NeverEnded, limit, limit / 3, false, false},
		{transcript.Complete, limit, limit, false, false},
		{transcript.Dropped, limit / 20, limit, false, false},
	} {
		x := transcript.Exchange{Sent: transcript.Sent{TimeLimit: tt.limit}, Outcome: transcript.Outcome{End: tt.end, Duration: tt.took}}
		h := Health{Limit: limit}
		h.RecordExchange(x, true, time.Hour)
		if h.WasCutShort(x) != tt.wasCut || (h.waits.timeoutWaits == tt.took) != tt.isTimeout {
			t.Errorf("%+v: WasCutShort() = %v, %v of timeouts", tt, h.WasCutShort(x), h.waits.timeoutWaits)
		}
	}
}

func TestEventIsGivenUpAfterThreeSilences(t *testing.T) {
	t.Parallel()
	timedOut := transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}, TimeLimit: 10 * time.Second}, Twist: transcript.Twist{Alone: true}, Outcome: transcript.Outcome{End: transcript.TimedOut, Duration: 10 * time.Second}}
	timedOutExcept := func(change func(*transcript.Exchange)) transcript.Exchange {
		x := timedOut
		change(&x)
		return x
	}
	for _, tt := range []struct {
		name       string
		x          transcript.Exchange
		isProvoked bool // the pushes follow a provocation
		want       bool // the event is given up
	}{
		{name: "a newCall that timed out", x: timedOut, want: true},
		{name: "an odd push that timed out", x: timedOutExcept(func(x *transcript.Exchange) { x.Odd = true })},
		{name: "a request of a stranger that timed out", x: timedOutExcept(func(x *transcript.Exchange) { x.ForeignName = "a JSON document" })},
		{name: "a newCall that timed out after a provocation", x: timedOut, isProvoked: true},
		{name: "a newCall that got a response", x: timedOutExcept(func(x *transcript.Exchange) { x.End, x.Status = transcript.Complete, 200 })},
		{name: "a newCall that timed out while other pushes were under way", x: timedOutExcept(func(x *transcript.Exchange) { x.Alone = false })},
		{name: "a newCall that was dropped while other pushes were under way", x: timedOutExcept(func(x *transcript.Exchange) { x.Alone, x.End, x.Duration = false, transcript.Dropped, 0 })},
		{name: "a newCall that timed out after a shorter limit while other pushes were under way", x: timedOutExcept(func(x *transcript.Exchange) { x.Alone, x.TimeLimit = false, time.Second }), want: true},
		{name: "a newCall that an interrupt ended", x: timedOutExcept(func(x *transcript.Exchange) { x.End = transcript.Interrupted })},
		{name: "a newCall that was blocked", x: timedOutExcept(func(x *transcript.Exchange) { x.End = transcript.BlockedEnd })},
		{name: "a newCall that was dropped at once", x: timedOutExcept(func(x *transcript.Exchange) { x.End, x.Duration = transcript.Dropped, 0 }), want: true},
		{name: "a follow-up that was dropped at once", x: timedOutExcept(func(x *transcript.Exchange) { x.End, x.Duration, x.Push.Event = transcript.Dropped, 0, push.Hangup })},
		{name: "a follow-up that timed out", x: timedOutExcept(func(x *transcript.Exchange) { x.Push.Event = push.Hangup }), want: true},
	} {
		h := Health{Limit: 10 * time.Second}
		for n := range 4 {
			if got := h.silences[tt.x.Push.Event] >= maxSilences; got != (tt.want && n >= maxSilences) {
				t.Errorf("%s: after %d such pushes the event is given up: %t", tt.name, n, got)
			}
			h.RecordExchange(tt.x, !tt.isProvoked, time.Duration(n+1)*time.Minute)
		}
		if got := h.HasGivenUpOn(tt.x.Push.Event); got != tt.want {
			t.Errorf("%s: HasGivenUpOn(%s) = %t after 4 such pushes, want %t", tt.name, tt.x.Push.Event, got, tt.want)
		}
		if got, _ := h.IsUnresponsive(); got != (tt.want && tt.x.Push.Event == push.NewCall) {
			t.Errorf("%s: IsUnresponsive() = %t, want %t", tt.name, got, !got)
		}
		// A response counts even after a provocation.
		h.RecordExchange(transcript.Exchange{Sent: transcript.Sent{Push: tt.x.Push}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 200}}, !tt.isProvoked, time.Hour)
		if h.HasGivenUpOn(tt.x.Push.Event) {
			t.Errorf("%s: HasGivenUpOn() = true although a response came afterwards", tt.name)
		}
	}
}

func TestPushThatThisMachineCannotSendIsNotAttributedToTheReceiver(t *testing.T) {
	t.Parallel()
	h := Health{Limit: 10 * time.Second}
	unconnected := transcript.Exchange{
		Sent:    transcript.Sent{Push: push.Push{Event: push.NewCall}},
		Twist:   transcript.Twist{Alone: true},
		Outcome: transcript.Outcome{End: transcript.NotConnected, Failure: endpoint.NoRoute, Detail: "no route"},
	}
	for range maxSilences {
		h.RecordExchange(unconnected, true, 0)
	}
	if isUnresponsive, localReason := h.IsUnresponsive(); !isUnresponsive || localReason != "no route" {
		t.Errorf("IsUnresponsive() = %v, %q, want the run stopped because there is no route", isUnresponsive, localReason)
	}
	unconnected.Failure, unconnected.Detail = endpoint.ConnectionRefused, "refused"
	h.RecordExchange(unconnected, true, 0)
	if isUnresponsive, localReason := h.IsUnresponsive(); !isUnresponsive || localReason != "" {
		t.Errorf("IsUnresponsive() = %v, %q after a push that was refused, want true and no reason of this machine", isUnresponsive, localReason)
	}
}

func TestWaitForARestartGetsShorter(t *testing.T) {
	t.Parallel()
	const limit = 10 * time.Second
	h := Health{Limit: limit}
	for _, tt := range []struct {
		waited time.Duration // wait since the previous row
		isBack bool
		want   time.Duration
	}{
		{0, true, limit},
		{limit, true, limit},
		{limit + limit/2, true, limit / 2}, // of three limits in all, half a limit is left
		{limit, true, shortRestartWait},
		{shortRestartWait, false, shortRestartWait},
	} {
		if h.RecordRestartWait(tt.waited, tt.isBack); h.RestartWait() != tt.want {
			t.Errorf("RestartWait() = %v after another %v, want %v", h.RestartWait(), tt.waited, tt.want)
		}
	}
	h = Health{Limit: limit}
	if h.RecordRestartWait(limit, false); h.RestartWait() != shortRestartWait {
		t.Errorf("RestartWait() = %v after a wait without success, want %v", h.RestartWait(), shortRestartWait)
	}
	if h.RecordRestart(); h.RestartWait() != limit {
		t.Errorf("RestartWait() = %v after the user's restart, want %v", h.RestartWait(), limit)
	}
	if h.RecordRestartWait(3*limit, true); h.RestartWait() != shortRestartWait || !h.IsRestartWaitCut() {
		t.Errorf("RestartWait() = %v, IsRestartWaitCut() = %v after waits of three limits, want %v, true", h.RestartWait(), h.IsRestartWaitCut(), shortRestartWait)
	}
}

func TestWaitsForRestartsTakeAtMostThreeLimitsOrOneMaxRestartWait(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		restart, waited time.Duration // MaxRestartWait, and how long the run has waited for restarts so far
		want            time.Duration // result of RestartWait
		isCut           bool          // result of IsRestartWaitCut
	}{
		{20 * time.Second, 0, 20 * time.Second, false},
		{20 * time.Second, 10 * time.Second, 20 * time.Second, false},
		{20 * time.Second, 15 * time.Second, 15 * time.Second, true}, // of three limits in all, 15 s are left
		{40 * time.Second, 0, 40 * time.Second, false},
		{40 * time.Second, 30 * time.Second, 10 * time.Second, true},
	} {
		h := Health{Limit: 10 * time.Second, MaxRestartWait: test.restart}
		if h.RecordRestartWait(test.waited, true); h.RestartWait() != test.want || h.IsRestartWaitCut() != test.isCut {
			t.Errorf("RestartWait() = %v, IsRestartWaitCut() = %v with Restart %v after %v, want %v, %v",
				h.RestartWait(), h.IsRestartWaitCut(), test.restart, test.waited, test.want, test.isCut)
		}
		if h.RecordLoss(transcript.Loss{}).GaveUp {
			t.Errorf("RecordLoss() gives up with Restart %v after %v, before the waiting is over", test.restart, test.waited)
		}
		if h.RecordRestartWait(test.want, true); !h.RecordLoss(transcript.Loss{}).GaveUp && test.waited > 0 && test.isCut {
			t.Errorf("RecordLoss() does not give up with Restart %v after %v", test.restart, test.waited+test.want)
		}
	}
}

func TestRecordLossSetsTheCauseOrTheSuspects(t *testing.T) {
	t.Parallel()
	const limit = 10 * time.Second
	recordCrash := func(h *Health) { h.RecordCrash("push.anonymous") }
	for _, tt := range []struct {
		name   string
		before func(*Health)
		loss   transcript.Loss
		want   transcript.Loss
	}{
		{"the requirement is known: the loss is unchanged", func(h *Health) { h.RecordVanished("push.new-call") }, transcript.Loss{Requirement: "trouble.malformed-push"}, transcript.Loss{Requirement: "trouble.malformed-push"}},
		{"the receiver did not vanish: the suspects of the loss stay", func(*Health) {}, transcript.Loss{Suspects: []string{"push.answer"}}, transcript.Loss{Suspects: []string{"push.answer"}}},
		{"the receiver vanished twice: the suspects are the requirements of the first time", func(h *Health) { h.RecordVanished("push.hangup"); h.RecordVanished("push.answer") },
			transcript.Loss{Suspects: []string{"push.answer"}}, transcript.Loss{Suspects: []string{"push.hangup"}}},
		{"the receiver vanished and came back: the suspects of the loss stay", func(h *Health) { h.RecordVanished("push.hangup"); h.RecordRestartWait(time.Second, true) },
			transcript.Loss{Suspects: []string{"push.answer"}}, transcript.Loss{Suspects: []string{"push.answer"}}},
		{"the receiver crashed and came back: the suspects of the loss stay", recordCrash, transcript.Loss{Suspects: []string{"push.answer"}}, transcript.Loss{Suspects: []string{"push.answer"}}},
		{"the receiver crashed, and the run no longer waits: the crash is the cause", func(h *Health) { recordCrash(h); h.RecordRestartWait(3*limit, true) },
			transcript.Loss{Suspects: []string{"push.answer"}}, transcript.Loss{Requirement: "push.anonymous", GaveUp: true}},
		{"the run no longer waits, but the receiver accepts connections: GaveUp is not set", func(h *Health) { h.RecordRestartWait(3*limit, true) },
			transcript.Loss{Requirement: "push.answer", Silent: true}, transcript.Loss{Requirement: "push.answer", Silent: true}},
		{"the run gave up: GaveUp stays", func(*Health) {}, transcript.Loss{Requirement: "push.answer", GaveUp: true}, transcript.Loss{Requirement: "push.answer", GaveUp: true}},
	} {
		h := Health{Limit: limit}
		tt.before(&h)
		if diff := cmp.Diff(tt.want, h.RecordLoss(tt.loss)); diff != "" {
			t.Errorf("%s: RecordLoss(%+v) mismatch (-want +got):\n%s", tt.name, tt.loss, diff)
		}
		h.RecordLoss(transcript.Loss{Requirement: "push.form"})
		if diff := cmp.Diff(&tt.want, h.Loss()); diff != "" {
			t.Errorf("%s: Loss() mismatch (-want +got):\n%s", tt.name, diff)
		}
		if h.RecordRestart(); h.Loss() != nil {
			t.Errorf("%s: the receiver still counts as lost after the user restarted it", tt.name)
		}
	}
}

func TestFewerCallsAreSentAtOnceToASlowReceiver(t *testing.T) {
	t.Parallel()
	for pace, want := range map[time.Duration]string{
		0:                      "50 at once, 4 in parallel",
		10 * time.Millisecond:  "50 at once, 4 in parallel",
		250 * time.Millisecond: "20 at once, 4 in parallel",
		time.Second:            "5 at once, 2 in parallel",
		4 * time.Second:        "1 at once, 1 in parallel",
		20 * time.Second:       "1 at once, 1 in parallel",
	} {
		h := Health{Limit: 10 * time.Second}
		if pace > 0 {
			for _, p := range []time.Duration{pace, 0, 30 * time.Second} { // the median counts
				h.RecordProbeTime(p)
			}
		}
		got := fmt.Sprintf("%d at once, %d in parallel", FirstCrowdSize(&h, Twist{Kind: Overlap, Size: 50}), h.ParallelCalls(4))
		if got != want {
			t.Errorf("at %v for a push: %s, want %s", pace, got, want)
		}
	}
}

func TestNoPushIsSentToAURLWithoutARoute(t *testing.T) {
	t.Parallel()
	h := Health{Limit: 10 * time.Second}
	if !h.IsRouted() || h.HasGivenUpOn(push.NewCall) {
		t.Error("HasGivenUpOn() = true before a push was sent")
	}
	h.RecordNoRoute()
	for _, e := range []push.Event{push.NewCall, push.Hangup} {
		if h.IsRouted() || !h.HasGivenUpOn(e) {
			t.Errorf("HasGivenUpOn(%s) = false at a URL without a route", e)
		}
	}
}
