package experiment_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// crowdTry returns a try of a crowd of n calls, with these exchanges.
func crowdTry(n int, exchanges ...transcript.Exchange) experiment.Try {
	t := tryWith(exchanges...)
	t.Size = n
	return t
}

func staggered(t experiment.Try) experiment.Try { t.IsStaggered = true; return t }

func TestDecisionFollowsFromTheTriesOfACrowd(t *testing.T) {
	t.Parallel()
	crowd, overlap := experiment.Twist{Kind: experiment.Crowd, Size: 50}, experiment.Twist{Kind: experiment.Overlap, Size: 20}
	nextSize := func(size int) experiment.Decision { return tryAgain(experiment.Conditions{Alone: true, Size: size}) }
	nextStaggered := func(size int) experiment.Decision {
		return tryAgain(experiment.Conditions{Alone: true, Size: size, IsStaggered: true})
	}
	late := transcript.Exchange{Outcome: transcript.Outcome{End: transcript.Late, Status: 200}}
	truncated := transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Truncated, Status: 200}}
	type tries = []experiment.Try
	tests := []struct {
		name  string
		twist experiment.Twist
		tries tries
		want  experiment.Decision
	}{
		{"5 calls accepted, full size 50: 15 calls next", crowd, tries{crowdTry(5, acceptedPush)}, nextSize(15)},
		{"15 calls accepted, full size 50: 50 calls next", crowd, tries{crowdTry(5, acceptedPush), crowdTry(15, acceptedPush)}, nextSize(50)},
		{"50 calls accepted, full size 50: done", crowd, tries{crowdTry(5, acceptedPush), crowdTry(15, acceptedPush), crowdTry(50, acceptedPush)}, useTry(2)},
		{"5 calls accepted, full size 12: 12 calls next", experiment.Twist{Kind: experiment.Crowd, Size: 12}, tries{crowdTry(5, acceptedPush)}, nextSize(12)},
		{"5 calls accepted, full size 15: 15 calls next", experiment.Twist{Kind: experiment.Crowd, Size: 15}, tries{crowdTry(5, acceptedPush)}, nextSize(15)},
		{"5 calls accepted, full size 16: 15 calls next", experiment.Twist{Kind: experiment.Crowd, Size: 16}, tries{crowdTry(5, acceptedPush)}, nextSize(15)},
		{"3 calls accepted, full size 3: done", experiment.Twist{Kind: experiment.Crowd, Size: 3}, tries{crowdTry(3, acceptedPush)}, useTry(0)},
		{"a push interrupted", crowd, tries{crowdTry(50, acceptedPush, interruptedPush)}, useTry(0)},

		{"the first push refused by a response", crowd, tries{crowdTry(5, refusedPush, acceptedPush)}, useTry(0)},
		{"a later push refused by a response", crowd, tries{crowdTry(5, acceptedPush, refusedPush)}, useTry(0)},
		{"a push without a response in time", crowd, tries{crowdTry(5, acceptedPush, timedOutPush)}, useTry(0)},
		{"a push whose response was not complete in time", crowd, tries{crowdTry(5, acceptedPush, late)}, useTry(0)},
		{"this machine could not connect", crowd, tries{crowdTry(5, acceptedPush, unconnected(endpoint.NoResources))}, useTry(0)},
		{"a push dropped, and another refused by a response", crowd, tries{crowdTry(5, droppedPush, refusedPush)}, useTry(0)},

		{"a push dropped", crowd, tries{crowdTry(5, acceptedPush, droppedPush)}, nextStaggered(5)},
		{"a push of 15 calls dropped", crowd, tries{crowdTry(5, acceptedPush), crowdTry(15, acceptedPush, droppedPush)}, nextStaggered(15)},
		{"a push could not connect", crowd, tries{crowdTry(5, acceptedPush, notConnected)}, nextStaggered(5)},
		{"a push whose response broke off", crowd, tries{crowdTry(5, acceptedPush, truncated)}, nextStaggered(5)},
		{"a push of 5 calls dropped, but accepted if the calls begin apart", crowd, tries{crowdTry(5, acceptedPush, droppedPush), staggered(crowdTry(5, acceptedPush))}, nextSize(15)},
		{"a push of 5 calls dropped, also if the calls begin apart", crowd, tries{crowdTry(5, acceptedPush, droppedPush), staggered(crowdTry(5, acceptedPush, droppedPush))}, useTry(1)},
		{"a push of 50 calls dropped, but accepted if the calls begin apart", crowd, tries{crowdTry(50, acceptedPush, droppedPush), staggered(crowdTry(50, acceptedPush))}, useTry(1)},

		{"the receiver away for a while", crowd, tries{crowdTry(5, acceptedPush, receiverBackLater(droppedPush))}, nextSize(5)},
		{"the receiver away for a while after a response", crowd, tries{crowdTry(5, acceptedPush), crowdTry(15, receiverBackLater(refusedPush))}, nextSize(15)},
		{"the receiver away for a while, then all pushes accepted", crowd, tries{crowdTry(5, receiverBackLater(droppedPush)), crowdTry(5, acceptedPush)}, nextSize(15)},
		{"the receiver away for a while, twice", crowd, tries{crowdTry(5, receiverBackLater(droppedPush)), crowdTry(5, receiverBackLater(droppedPush))}, useTry(1)},
		{"the run gave up waiting for the receiver", crowd, tries{crowdTry(5, acceptedPush, runGaveUp(droppedPush))}, recordLoss(0)},
		{"the receiver gone after a push was dropped", crowd, tries{crowdTry(5, acceptedPush, receiverGone(droppedPush))}, recordCrash(0)},
		{"the receiver silent after a push was refused by a response", crowd, tries{crowdTry(5, acceptedPush), crowdTry(15, receiverSilent(refusedPush))}, recordCrash(1)},
		{"the receiver gone after the second try", crowd, tries{crowdTry(5, droppedPush), staggered(crowdTry(5, receiverGone(droppedPush)))}, recordCrash(1)},

		{"5 overlapping calls accepted, full size 20: done", overlap, tries{crowdTry(5, acceptedPush)}, useTry(0)},
		{"a push of overlapping calls refused", overlap, tries{crowdTry(20, acceptedPush, refusedPush)}, useTry(0)},
		{"a push of overlapping calls dropped", overlap, tries{crowdTry(20, acceptedPush, droppedPush)}, nextStaggered(20)},
		{"the receiver gone after overlapping calls", overlap, tries{crowdTry(20, receiverGone(droppedPush))}, recordCrash(0)},
		{"one call instead of 20 overlapping calls", overlap, tries{crowdTry(1)}, useTry(0)},
	}
	for _, test := range tests {
		h := &experiment.Health{Limit: 2 * time.Second}
		got := experiment.Decide(h, experiment.Experiment{Twist: test.twist}, test.tries)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: Decide() mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestFirstCrowdHasAtMostFiveCallsAndFirstOverlapFitsHalfTheLimit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		kind experiment.Kind
		size int
		pace time.Duration // response time of a push; 0: the receiver responded to no push of the probe
		want int
	}{
		{"a crowd of 50: 5 calls", experiment.Crowd, 50, 0, 5},
		{"a crowd of 50 at a slow receiver: 5 calls", experiment.Crowd, 50, time.Second, 5},
		{"a crowd of 6: 5 calls", experiment.Crowd, 6, 0, 5},
		{"a crowd of 5: 5 calls", experiment.Crowd, 5, 0, 5},
		{"a crowd of 3: 3 calls", experiment.Crowd, 3, 0, 3},
		{"20 overlapping calls at a receiver whose pace is unknown: 20 calls", experiment.Overlap, 20, 0, 20},
		{"20 overlapping calls at a fast receiver: 20 calls", experiment.Overlap, 20, time.Millisecond, 20},
		{"20 overlapping calls, half the limit is enough for 20 pushes: 20 calls", experiment.Overlap, 20, 50 * time.Millisecond, 20},
		{"20 overlapping calls, half the limit is enough for 3 pushes: 3 calls", experiment.Overlap, 20, 300 * time.Millisecond, 3},
		{"20 overlapping calls, half the limit is enough for 1 push: 1 call", experiment.Overlap, 20, 600 * time.Millisecond, 1},
		{"20 overlapping calls, half the limit is not enough for 1 push: 1 call", experiment.Overlap, 20, 1500 * time.Millisecond, 1},
	}
	for _, test := range tests {
		h := &experiment.Health{Limit: 2 * time.Second}
		if test.pace > 0 {
			h.RecordProbeTime(test.pace)
		}
		if got := experiment.FirstCrowdSize(h, experiment.Twist{Kind: test.kind, Size: test.size}); got != test.want {
			t.Errorf("%s: FirstCrowdSize() = %d, want %d", test.name, got, test.want)
		}
	}
}

func TestOrdinaryCallIsAnsweredAndEnds(t *testing.T) {
	t.Parallel()
	story := scenarios.Scenario{Name: "ordinary", Story: experiment.OrdinaryCall("Marty")}
	var got []string
	for _, step := range call.New(story, call.Options{Cast: scenarios.DefaultCast()}).Rehearse() {
		got = append(got, string(step.Push.Event)+" "+step.Leg+" "+string(step.Push.Cause))
	}
	want := []string{"newCall Marty ", "answer Marty ", "hangup Marty normalClearing"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the pushes of OrdinaryCall() mismatch (-want +got):\n%s", diff)
	}
}
