package experiment_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

const limit = 2 * time.Second

// Exchanges of one push each, with different outcomes.
var (
	acceptedPush     = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 200}}
	refusedPush      = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 500}}
	droppedPush      = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Dropped}}
	resetPush        = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Dropped, WasReset: true}}
	timedOutPush     = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}, TimeLimit: limit}, Outcome: transcript.Outcome{End: transcript.TimedOut}}
	refusedOddPush   = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Twist: transcript.Twist{Odd: true}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 500}}
	timedOutOddPush  = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}, TimeLimit: limit}, Twist: transcript.Twist{Odd: true}, Outcome: transcript.Outcome{End: transcript.TimedOut}}
	heldOpenStimulus = transcript.Exchange{Twist: transcript.Twist{ForeignName: "half a request"}, Outcome: transcript.Outcome{End: transcript.HeldOpen}}
	interruptedPush  = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Interrupted}}
	notConnected     = unconnected(endpoint.ConnectionRefused)
)

func unconnected(f endpoint.Failure) transcript.Exchange {
	return transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.NotConnected, Failure: f}}
}

// These functions set the health of the receiver after a push.
func receiverGone(x transcript.Exchange) transcript.Exchange   { x.Aftermath.Gone = true; return x }
func receiverSilent(x transcript.Exchange) transcript.Exchange { x.Aftermath.Silent = true; return x }
func receiverBackLater(x transcript.Exchange) transcript.Exchange {
	x.Aftermath.Away = time.Second
	return x
}
func runGaveUp(x transcript.Exchange) transcript.Exchange {
	x.Aftermath.Gone, x.Aftermath.GaveUp = true, true
	return x
}

// tryWith returns a try with these exchanges, during which nothing else was played.
func tryWith(exchanges ...transcript.Exchange) experiment.Try {
	return experiment.Try{Conditions: experiment.Conditions{Alone: true}, Call: transcript.Call{Exchanges: exchanges}}
}

// The following functions change one property of a try.
func withOtherCalls(t experiment.Try) experiment.Try    { t.Alone = false; return t }
func measuredAgain(t experiment.Try) experiment.Try     { t.IsMeasuredAgain = true; return t }
func slowCall(t experiment.Try) experiment.Try          { t.IsSlow = true; return t }
func withNewKind(t experiment.Try) experiment.Try       { t.RefusedNewKind = true; return t }
func maybeSeenBefore(t experiment.Try) experiment.Try   { t.MayKnowCallID = true; return t }
func withFreshIDs(t experiment.Try) experiment.Try      { t.HasFreshIDs = true; return t }
func withWorseGoodCall(t experiment.Try) experiment.Try { t.IsGoodCallWorse = true; return t }
func droppedBefore(t experiment.Try) experiment.Try     { t.WasDroppedBefore = true; return t }

// cutShort changes a try: its pushes had less time than the limit.
func cutShort(t experiment.Try) experiment.Try {
	for i := range t.Call.Exchanges {
		t.Call.Exchanges[i].TimeLimit = limit / 2
	}
	return t
}

// showingState adds the state that the application showed when a call rang.
func showingState(t experiment.Try, state transcript.CallState) experiment.Try {
	t.Call.States = []transcript.StateQuestion{{Wanted: transcript.CallRinging, Shown: state}}
	return t
}

// These functions return decisions.
func useTry(try int) experiment.Decision {
	return experiment.Decision{Action: experiment.UseTry, Try: try}
}
func recordCrash(try int) experiment.Decision {
	return experiment.Decision{Action: experiment.RecordCrash, Try: try}
}
func recordLoss(try int) experiment.Decision {
	return experiment.Decision{Action: experiment.RecordLoss, Try: try}
}
func tryAgain(c experiment.Conditions) experiment.Decision {
	return experiment.Decision{Action: experiment.TryAgain, Conditions: c}
}

var (
	retryAlone              = experiment.Conditions{Alone: true}
	retryOnFreshConnections = experiment.Conditions{Alone: true, HasFreshConnections: true}
	retryWithFullTimeLimit  = experiment.Conditions{Alone: true, HasFullTimeLimit: true}
	retryToMeasure          = experiment.Conditions{Alone: true, IsMeasuredAgain: true}
	retryWithFreshIDs       = experiment.Conditions{Alone: true, HasFreshIDs: true}
)

func twistOfKind(k experiment.Kind) experiment.Twist { return experiment.Twist{Kind: k} }

func TestDecisionFollowsFromTheTriesOfAnExperiment(t *testing.T) {
	t.Parallel()
	plain, odd, forged := twistOfKind(experiment.Plain), twistOfKind(experiment.Odd), twistOfKind(experiment.Forged)
	provocation := twistOfKind(experiment.Provocation)
	notConnectedTry := tryWith(notConnected)
	type tries = []experiment.Try
	tests := []struct {
		name   string
		twist  experiment.Twist
		tries  tries
		before int // number of earlier experiments of the run that had the same tries
		want   experiment.Decision
	}{
		{"all pushes accepted", plain, tries{tryWith(acceptedPush, acceptedPush)}, 0, useTry(0)},
		{"all pushes accepted while other calls are played", plain, tries{withOtherCalls(tryWith(acceptedPush))}, 0, useTry(0)},
		{"no push went out", plain, tries{tryWith()}, 0, useTry(0)},
		{"push interrupted", plain, tries{tryWith(interruptedPush)}, 0, useTry(0)},
		{"push interrupted while other calls are played", plain, tries{withOtherCalls(tryWith(interruptedPush))}, 0, useTry(0)},
		{"an odd push accepted", odd, tries{tryWith(acceptedPush)}, 0, useTry(0)},
		{"a push of a sequence refused", twistOfKind(experiment.Sequence), tries{tryWith(acceptedPush, refusedPush)}, 0, useTry(0)},
		{"the receiver did not come back before the first try", plain, tries{{IsReceiverAbsent: true}}, 0, recordLoss(0)},
		{"the receiver did not come back before the second try", plain, tries{tryWith(droppedPush), {IsReceiverAbsent: true}}, 0, recordLoss(1)},
		{"the receiver did not come back before a crowd", twistOfKind(experiment.Crowd), tries{{IsReceiverAbsent: true}}, 0, recordLoss(0)},
		{"the receiver did not come back before a provocation", provocation, tries{{IsReceiverAbsent: true, IsGoodCallWorse: true}}, 0, recordLoss(0)},

		{"the first push refused while other calls are played", plain, tries{withOtherCalls(tryWith(refusedPush, acceptedPush))}, 0, tryAgain(retryAlone)},
		{"a later push refused while other calls are played", plain, tries{withOtherCalls(tryWith(acceptedPush, refusedPush))}, 0, tryAgain(retryAlone)},
		{"push refused while other calls are played, then accepted alone", plain, tries{withOtherCalls(tryWith(refusedPush)), tryWith(acceptedPush)}, 0, useTry(1)},
		{"push refused while other calls are played, then refused alone", plain, tries{withOtherCalls(tryWith(refusedPush)), tryWith(refusedPush)}, 0, useTry(1)},
		{"push refused alone", plain, tries{tryWith(refusedPush)}, 0, useTry(0)},
		{"wrong state shown while other calls are played", plain, tries{withOtherCalls(showingState(tryWith(acceptedPush), transcript.CallOver))}, 0, tryAgain(retryAlone)},
		{"wrong state shown while no other call is played", plain, tries{showingState(tryWith(acceptedPush), transcript.CallOver)}, 0, useTry(0)},
		{"right state shown while other calls are played", plain, tries{withOtherCalls(showingState(tryWith(acceptedPush), transcript.CallRinging))}, 0, useTry(0)},
		{"push timed out before the whole limit while other calls are played", plain, tries{withOtherCalls(cutShort(tryWith(timedOutPush)))}, 0, useTry(0)},
		{"push timed out before the whole limit while other calls are played, and a later push refused", plain, tries{withOtherCalls(cutShort(tryWith(timedOutPush, refusedPush)))}, 0, tryAgain(retryAlone)},
		{"push timed out before the whole limit while other calls are played, and a wrong state shown", plain, tries{withOtherCalls(cutShort(showingState(tryWith(timedOutPush), transcript.CallOver)))}, 0, tryAgain(retryAlone)},
		{"push timed out after the whole limit while other calls are played", plain, tries{withOtherCalls(tryWith(timedOutPush))}, 0, tryAgain(retryAlone)},

		{"slow call", plain, tries{slowCall(tryWith(acceptedPush))}, 0, tryAgain(retryToMeasure)},
		{"slow call while other calls are played", plain, tries{withOtherCalls(slowCall(tryWith(acceptedPush)))}, 0, tryAgain(retryToMeasure)},
		{"slow call, after two other slow calls", plain, tries{slowCall(tryWith(acceptedPush))}, 2, tryAgain(retryToMeasure)},
		{"slow call, after three other slow calls", plain, tries{slowCall(tryWith(acceptedPush))}, 3, useTry(0)},
		{"slow call, then a fast call", plain, tries{slowCall(tryWith(acceptedPush)), measuredAgain(tryWith(acceptedPush))}, 0, useTry(1)},
		{"slow call, then slow again", plain, tries{slowCall(tryWith(acceptedPush)), measuredAgain(slowCall(tryWith(acceptedPush)))}, 0, useTry(0)},
		{"slow call, then the first push refused in the second try", plain, tries{slowCall(tryWith(acceptedPush)), measuredAgain(tryWith(refusedPush))}, 0, useTry(0)},
		{"slow call, then a later push refused in the second try", plain, tries{slowCall(tryWith(acceptedPush)), measuredAgain(tryWith(acceptedPush, refusedPush))}, 0, useTry(0)},
		{"push refused while other calls are played, then the call slow, then slow again", plain,
			tries{withOtherCalls(tryWith(refusedPush)), slowCall(tryWith(acceptedPush)), measuredAgain(slowCall(tryWith(acceptedPush)))}, 0, useTry(1)},
		{"slow call, and one of its pushes refused", plain, tries{slowCall(tryWith(acceptedPush, refusedPush))}, 0, useTry(0)},

		{"push dropped", plain, tries{tryWith(droppedPush)}, 0, tryAgain(retryOnFreshConnections)},
		{"a later push dropped", plain, tries{tryWith(acceptedPush, droppedPush)}, 0, tryAgain(retryOnFreshConnections)},
		{"push dropped, then accepted", plain, tries{tryWith(droppedPush), tryWith(acceptedPush)}, 0, useTry(1)},
		{"push dropped twice", plain, tries{tryWith(droppedPush), tryWith(droppedPush)}, 0, useTry(1)},
		{"push dropped, then refused", plain, tries{tryWith(droppedPush), tryWith(refusedPush)}, 0, useTry(1)},
		{"push dropped while other calls are played, then dropped alone", plain, tries{withOtherCalls(tryWith(droppedPush)), tryWith(droppedPush)}, 0, useTry(1)},
		{"wrong state shown while other calls are played, then a push dropped", plain,
			tries{withOtherCalls(showingState(tryWith(acceptedPush), transcript.CallOver)), tryWith(droppedPush)}, 0, tryAgain(retryOnFreshConnections)},
		{"connection closed in the middle of the response", plain, tries{tryWith(transcript.Exchange{Outcome: transcript.Outcome{End: transcript.Truncated}})}, 0, useTry(0)},
		{"an odd push dropped", odd, tries{tryWith(droppedPush)}, 0, tryAgain(retryOnFreshConnections)},
		{"a forged push dropped", forged, tries{tryWith(droppedPush)}, 0, useTry(0)},
		{"a forged push dropped, and the receiver was away", forged, tries{tryWith(receiverBackLater(droppedPush))}, 0, tryAgain(retryOnFreshConnections)},
		{"a forged push dropped twice, and the receiver was away", forged, tries{tryWith(receiverBackLater(droppedPush)), tryWith(receiverBackLater(droppedPush))}, 0, useTry(1)},

		{"push not connected", plain, tries{notConnectedTry}, 0, tryAgain(retryOnFreshConnections)},
		{"push not connected three times", plain, tries{notConnectedTry, notConnectedTry, notConnectedTry}, 0, tryAgain(retryOnFreshConnections)},
		{"push not connected four times", plain, tries{notConnectedTry, notConnectedTry, notConnectedTry, notConnectedTry}, 0, useTry(3)},
		{"push not connected, then accepted", plain, tries{notConnectedTry, tryWith(acceptedPush)}, 0, useTry(1)},
		{"push not connected, then dropped", plain, tries{notConnectedTry, tryWith(droppedPush)}, 0, tryAgain(retryOnFreshConnections)},
		{"push dropped, then not connected three times", plain, tries{tryWith(droppedPush), notConnectedTry, notConnectedTry, notConnectedTry}, 0, tryAgain(retryOnFreshConnections)},
		{"push not connected three times, and dropped twice in between", plain, tries{notConnectedTry, tryWith(droppedPush), notConnectedTry, tryWith(droppedPush), notConnectedTry}, 0, tryAgain(retryOnFreshConnections)},
		{"a forged push not connected", forged, tries{notConnectedTry}, 0, tryAgain(retryOnFreshConnections)},
		{"the connection was reset before a byte was sent", plain, tries{tryWith(unconnected(endpoint.ConnectionReset))}, 0, tryAgain(retryOnFreshConnections)},
		{"the connection was closed in the handshake", plain, tries{tryWith(unconnected(endpoint.HandshakeClosed))}, 0, tryAgain(retryOnFreshConnections)},
		{"this machine could not connect", plain, tries{tryWith(unconnected(endpoint.NoResources))}, 0, tryAgain(retryOnFreshConnections)},
		{"the handshake failed for another reason", plain, tries{tryWith(unconnected(endpoint.NoCommonSettings))}, 0, useTry(0)},
		{"push dropped twice, the second time because a connection was refused", plain,
			tries{tryWith(droppedPush), tryWith(transcript.Exchange{Outcome: transcript.Outcome{End: transcript.Dropped, Failure: endpoint.ConnectionRefused}})}, 0, useTry(1)},

		{"push dropped, and earlier pushes of this kind were dropped too", plain, tries{droppedBefore(tryWith(droppedPush))}, 0, useTry(0)},
		{"push dropped while other calls are played, and earlier pushes of this kind were dropped too", plain, tries{withOtherCalls(droppedBefore(tryWith(droppedPush)))}, 0, useTry(0)},
		{"push refused, and nothing accepted for a while", plain, tries{tryWith(receiverBackLater(refusedPush))}, 0, tryAgain(retryOnFreshConnections)},
		{"push refused twice, and nothing accepted for a while", plain, tries{tryWith(receiverBackLater(refusedPush)), tryWith(receiverBackLater(refusedPush))}, 0, useTry(1)},
		{"push refused and nothing accepted for a while, after earlier pushes of this kind were dropped", plain, tries{droppedBefore(tryWith(receiverBackLater(refusedPush)))}, 0, useTry(0)},
		{"the server has no common TLS settings, and nothing accepted for a while", plain, tries{tryWith(receiverBackLater(unconnected(endpoint.NoCommonSettings)))}, 0, useTry(0)},

		{"a captured push refused", odd, tries{maybeSeenBefore(tryWith(refusedPush))}, 0, tryAgain(retryWithFreshIDs)},
		{"a captured push refused, then refused with fresh ids", odd, tries{maybeSeenBefore(tryWith(refusedPush)), maybeSeenBefore(withFreshIDs(tryWith(refusedPush)))}, 0, useTry(1)},
		{"a captured push refused, then accepted with fresh ids", odd, tries{maybeSeenBefore(tryWith(refusedPush)), withFreshIDs(tryWith(acceptedPush))}, 0, useTry(1)},
		{"a captured push dropped", odd, tries{maybeSeenBefore(tryWith(droppedPush))}, 0, tryAgain(retryWithFreshIDs)},
		{"a captured push declined in the body of a 2xx response", odd, tries{maybeSeenBefore(tryWith(acceptedPush))}, 0, tryAgain(retryWithFreshIDs)},
		{"a captured push declined in the body of a 2xx response, also with fresh ids", odd, tries{maybeSeenBefore(tryWith(acceptedPush)), maybeSeenBefore(withFreshIDs(tryWith(acceptedPush)))}, 0, useTry(1)},
		{"a captured push accepted", odd, tries{tryWith(acceptedPush)}, 0, useTry(0)},
		{"a captured push dropped, then dropped with fresh ids", odd, tries{maybeSeenBefore(tryWith(droppedPush)), maybeSeenBefore(withFreshIDs(tryWith(droppedPush)))}, 0, useTry(1)},

		{"an odd push timed out before the whole limit", odd, tries{cutShort(tryWith(timedOutOddPush))}, 0, tryAgain(retryWithFullTimeLimit)},
		{"the second push is odd and timed out before the whole limit", odd, tries{cutShort(tryWith(acceptedPush, timedOutOddPush))}, 0, tryAgain(retryWithFullTimeLimit)},
		{"an odd push timed out before the whole limit, after another such push", odd, tries{cutShort(tryWith(timedOutOddPush))}, 1, useTry(0)},
		{"an odd push timed out after the whole limit", odd, tries{tryWith(timedOutOddPush)}, 0, useTry(0)},
		{"a plain push timed out before the whole limit", plain, tries{cutShort(tryWith(timedOutPush))}, 0, useTry(0)},
		{"an odd push refused, and a later push timed out before the whole limit", odd, tries{cutShort(tryWith(refusedOddPush, timedOutOddPush))}, 0, useTry(0)},

		{"push of a new kind dropped, and the receiver still accepts connections", plain, tries{withNewKind(tryWith(droppedPush))}, 0, tryAgain(retryOnFreshConnections)},
		{"push of a new kind dropped, and the receiver gone", plain, tries{withNewKind(tryWith(receiverGone(droppedPush)))}, 0, recordCrash(0)},
		{"push of a new kind dropped, and the receiver silent", plain, tries{withNewKind(tryWith(receiverSilent(droppedPush)))}, 0, recordCrash(0)},
		{"push of a new kind refused, and the receiver silent", odd, tries{withNewKind(tryWith(receiverSilent(refusedPush)))}, 0, recordCrash(0)},
		{"later push of a new kind dropped, and the receiver gone", plain, tries{withNewKind(tryWith(acceptedPush, receiverGone(droppedPush)))}, 0, recordCrash(0)},
		{"push of a new kind dropped twice, and the receiver gone the second time", plain, tries{tryWith(droppedPush), withNewKind(tryWith(receiverGone(droppedPush)))}, 0, recordCrash(1)},
		{"push of a known kind dropped, and the receiver gone", plain, tries{tryWith(receiverGone(droppedPush))}, 0, recordLoss(0)},
		{"push of a known kind dropped, and the receiver silent", plain, tries{tryWith(receiverSilent(droppedPush))}, 0, recordLoss(0)},
		{"push of a known kind dropped twice, and the receiver gone the second time", plain, tries{tryWith(droppedPush), tryWith(receiverGone(droppedPush))}, 0, recordLoss(1)},
		{"push of a new kind timed out, and the receiver silent", plain, tries{withNewKind(tryWith(receiverSilent(timedOutPush)))}, 0, recordCrash(0)},
		{"push of a new kind timed out, and the receiver gone", plain, tries{withNewKind(tryWith(receiverGone(timedOutPush)))}, 0, recordLoss(0)},
		{"push of a new kind dropped, and the run gave up waiting", plain, tries{withNewKind(tryWith(runGaveUp(droppedPush)))}, 0, recordLoss(0)},
		{"push of a new kind not connected, and the receiver gone", plain, tries{withNewKind(tryWith(receiverGone(notConnected)))}, 0, recordLoss(0)},
		{"push of a new kind reset as the first push, and the receiver gone", plain, tries{withNewKind(tryWith(receiverGone(resetPush)))}, 0, recordCrash(0)},
		{"push of a new kind reset as the second push, and the receiver gone", plain, tries{withNewKind(tryWith(acceptedPush, receiverGone(resetPush)))}, 0, recordLoss(0)},
		{"connection reset at the first push", plain, tries{tryWith(resetPush)}, 0, tryAgain(retryOnFreshConnections)},
		{"a captured push of a new kind dropped, and the receiver gone", odd, tries{maybeSeenBefore(withNewKind(tryWith(receiverGone(droppedPush))))}, 0, recordCrash(0)},
		{"a captured push of a known kind dropped, and the receiver gone", odd, tries{maybeSeenBefore(tryWith(receiverGone(droppedPush)))}, 0, recordLoss(0)},

		{"good call treated the same before and after a provocation", provocation, tries{tryWith(refusedPush, acceptedPush)}, 0, useTry(0)},
		{"good call worse after a provocation, and the run gave up waiting", provocation, tries{withWorseGoodCall(tryWith(runGaveUp(droppedPush), droppedPush))}, 0, recordLoss(0)},
		{"provocation without an exchange", provocation, tries{tryWith()}, 0, useTry(0)},
		{"good call worse after a provocation without an exchange", provocation, tries{withWorseGoodCall(tryWith())}, 0, tryAgain(retryAlone)},
		{"good call worse after a provocation", provocation, tries{withWorseGoodCall(tryWith(refusedPush))}, 0, tryAgain(retryAlone)},
		{"good call worse after a provocation, twice", provocation, tries{withWorseGoodCall(tryWith(refusedPush)), withWorseGoodCall(tryWith(droppedPush))}, 0, useTry(1)},
		{"good call worse after a provocation, but not the second time", provocation, tries{withWorseGoodCall(tryWith(refusedPush)), tryWith(refusedPush)}, 0, useTry(1)},
		{"good call worse while the connection of a provocation is held open", provocation, tries{withWorseGoodCall(tryWith(heldOpenStimulus))}, 0, useTry(0)},
		{"receiver gone after a provocation", provocation, tries{withWorseGoodCall(tryWith(receiverGone(droppedPush)))}, 0, recordCrash(0)},
		{"receiver silent after a provocation", provocation, tries{withWorseGoodCall(tryWith(receiverSilent(refusedPush)))}, 0, recordCrash(0)},
		{"receiver gone only after the second try of a provocation", provocation, tries{withWorseGoodCall(tryWith(refusedPush)), withWorseGoodCall(tryWith(receiverGone(refusedPush)))}, 0, recordCrash(1)},
		{"receiver gone after a provocation whose connection was held open", provocation, tries{withWorseGoodCall(tryWith(receiverGone(heldOpenStimulus)))}, 0, recordCrash(0)},
	}
	names := map[string]bool{}
	for _, test := range tests {
		if names[test.name] {
			t.Errorf("%s: there are two such rows", test.name)
		}
		names[test.name] = true
		h := &experiment.Health{Limit: limit}
		for range test.before {
			experiment.Decide(h, experiment.Experiment{Twist: test.twist}, slices.Clone(test.tries))
		}
		got := experiment.Decide(h, experiment.Experiment{Twist: test.twist}, test.tries)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: Decide() mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
