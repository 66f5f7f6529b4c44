package experiment_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestKindIsNewUntilAPushOfTheKindIsAccepted(t *testing.T) {
	t.Parallel()
	var h experiment.Health
	if !h.IsNew("plain") {
		t.Error("IsNew() = false before any push was accepted, want true")
	}
	h.RecordAccepted("plain", "answer")
	h.RecordAccepted("hangup")
	for _, test := range []struct {
		kinds []string
		want  bool
	}{
		{nil, false},
		{[]string{"plain"}, false},
		{[]string{"plain", "answer", "hangup"}, false},
		{[]string{"dtmf"}, true},
		{[]string{"plain", "dtmf"}, true},
	} {
		if got := h.IsNew(test.kinds...); got != test.want {
			t.Errorf("IsNew(%q) = %t, want %t", test.kinds, got, test.want)
		}
	}
}

func TestReceiverIsAwayUntilItAcceptsConnectionsAgain(t *testing.T) {
	t.Parallel()
	h := experiment.Health{Limit: time.Second}
	for _, step := range []struct {
		name string
		do   func()
		want bool
	}{
		{"at the start", func() {}, false},
		{"after the receiver vanished", func() { h.RecordVanished("push.answer") }, true},
		{"after a wait without success", func() { h.RecordRestartWait(time.Second, false) }, true},
		{"after a successful wait", func() { h.RecordRestartWait(time.Second, true) }, false},
		{"after the receiver vanished again", func() { h.RecordVanished() }, true},
		{"after a restart by the user's command", h.RecordRestart, false},
	} {
		step.do()
		if got := h.IsAway(); got != step.want {
			t.Errorf("%s: IsAway() = %t, want %t", step.name, got, step.want)
		}
	}
}

func TestSuspectsAreTheRequirementsTriedWhenTheReceiverVanished(t *testing.T) {
	t.Parallel()
	h := experiment.Health{Limit: time.Second}
	h.RecordVanished("push.answer", "push.hangup")
	h.RecordRestartWait(time.Minute, false)
	want := transcript.Loss{Suspects: []string{"push.answer", "push.hangup"}, GaveUp: true}
	if diff := cmp.Diff(want, h.RecordLoss(transcript.Loss{Suspects: []string{"push.dtmf"}})); diff != "" {
		t.Errorf("RecordLoss() mismatch (-want +got):\n%s", diff)
	}
}

func TestHealthIsOneCallOnlyAfterThisIsRecorded(t *testing.T) {
	t.Parallel()
	var h experiment.Health
	if h.IsOneCallOnly() {
		t.Error("IsOneCallOnly() = true at the start, want false")
	}
	if h.RecordOneCallOnly(); !h.IsOneCallOnly() {
		t.Error("IsOneCallOnly() = false after RecordOneCallOnly(), want true")
	}
}

func TestMissingResponseAfterAProvocationIsNotCountedAsSilence(t *testing.T) {
	t.Parallel()
	unansweredPush := transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Twist: transcript.Twist{Alone: true}, Outcome: transcript.Outcome{End: transcript.Dropped}}
	for name, test := range map[string]struct {
		after transcript.Exchange // the push after the provocation
		want  bool                // the receiver counts as unresponsive after one more push without a response
	}{
		"a push with a response":    {acceptedPush, false},
		"a push without a response": {unansweredPush, true},
	} {
		h := experiment.Health{Limit: time.Second}
		for _, x := range []transcript.Exchange{unansweredPush, unansweredPush} {
			h.RecordExchange(x, true, 0)
		}
		h.RecordExchange(test.after, false, 0)
		if isUnresponsive, _ := h.IsUnresponsive(); isUnresponsive {
			t.Errorf("%s after a provocation: IsUnresponsive() = true after two earlier silences, want false", name)
		}
		h.RecordExchange(unansweredPush, true, 0)
		if isUnresponsive, _ := h.IsUnresponsive(); isUnresponsive != test.want {
			t.Errorf("%s after a provocation, then a push without a response: IsUnresponsive() = %t, want %t", name, isUnresponsive, test.want)
		}
	}
}

func TestOnlyANewCallPushSetsTheLocalReason(t *testing.T) {
	t.Parallel()
	unsentNewCall := transcript.Exchange{
		Sent:    transcript.Sent{Push: push.Push{Event: push.NewCall}},
		Outcome: transcript.Outcome{End: transcript.NotConnected, Failure: endpoint.NoRoute, Detail: "no route to host"},
	}
	acceptedAnswer := transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.Answer}}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 200}}
	unsentAnswer := unsentNewCall
	unsentAnswer.Push.Event, unsentAnswer.Detail = push.Answer, "too many open files"
	var h experiment.Health
	for _, step := range []struct {
		name string
		x    transcript.Exchange
		want string
	}{
		{"an answer push that could not be sent", unsentAnswer, ""},
		{"a newCall push that could not be sent", unsentNewCall, "no route to host"},
		{"an accepted answer push", acceptedAnswer, "no route to host"},
		{"an answer push that could not be sent, after the newCall push", unsentAnswer, "no route to host"},
		{"an accepted newCall push", acceptedPush, ""},
	} {
		h.RecordExchange(step.x, true, 0)
		if _, got := h.IsUnresponsive(); got != step.want {
			t.Errorf("after %s: IsUnresponsive() names %q, want %q", step.name, got, step.want)
		}
	}
}

func TestCrashIsAttributedToAnEarlierCrashOnlyIfTheExcusesListIt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		crash   string
		excuses []string
		want    string
	}{
		{"", nil, "push.answer"},
		{"", []string{"push.newcall"}, "push.answer"},
		{"push.newcall", nil, "push.answer"},
		{"push.newcall", []string{"push.hangup"}, "push.answer"},
		{"push.newcall", []string{"push.hangup", "push.newcall"}, "push.newcall"},
	} {
		var h experiment.Health
		h.RecordCrash(test.crash)
		if got := h.CrashCause("push.answer", test.excuses); got != test.want {
			t.Errorf("CrashCause(excuses %q) = %s after a crash by %q, want %s", test.excuses, got, test.crash, test.want)
		}
	}
}

func TestWasDroppedIsTrueForEachRecordedKind(t *testing.T) {
	t.Parallel()
	var h experiment.Health
	if h.WasDropped("plain") {
		t.Error("WasDropped() = true before any push was dropped, want false")
	}
	h.RecordDropped("plain", "answer")
	h.RecordDropped("hangup")
	for _, test := range []struct {
		kinds []string
		want  bool
	}{
		{nil, false},
		{[]string{"plain"}, true},
		{[]string{"hangup"}, true},
		{[]string{"dtmf"}, false},
		{[]string{"dtmf", "answer"}, true},
	} {
		if got := h.WasDropped(test.kinds...); got != test.want {
			t.Errorf("WasDropped(%q) = %t, want %t", test.kinds, got, test.want)
		}
	}
}

func TestSlowReceiverThatAcceptsParallelPushesGetsParallelCalls(t *testing.T) {
	t.Parallel()
	h := experiment.Health{Limit: 10 * time.Second}
	h.RecordProbeTime(2 * time.Second)
	if got := h.ParallelCalls(8); got != 1 {
		t.Errorf("ParallelCalls(8) = %d at 2 s a push, want 1", got)
	}
	h.RecordParallelPushes()
	if got := h.ParallelCalls(8); got != 8 {
		t.Errorf("ParallelCalls(8) = %d at a receiver that takes several pushes at a time, want 8", got)
	}
}

func TestRestartWaitIsCutAfterLongSuccessfulWaits(t *testing.T) {
	t.Parallel()
	h := experiment.Health{Limit: time.Second}
	for _, step := range []struct {
		wait   time.Duration
		isBack bool
		want   bool
	}{
		{0, true, false}, {2 * time.Second, true, false}, {1, true, true}, {0, false, false},
	} {
		h.RecordRestartWait(step.wait, step.isBack)
		if got := h.IsRestartWaitCut(); got != step.want {
			t.Errorf("IsRestartWaitCut() = %t after another wait of %s, want %t", got, step.wait, step.want)
		}
	}
}
