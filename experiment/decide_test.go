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

// Pushes with their outcomes.
var (
	acceptedPush     = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 200}}
	refusedPush      = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 500}}
	droppedPush      = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Dropped}}
	resetPush        = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Dropped, WasReset: true}}
	hungPush         = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}, TimeLimit: limit}, Outcome: transcript.Outcome{End: transcript.TimedOut}}
	refusedOddPush   = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Twist: transcript.Twist{Odd: true}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 500}}
	hungOddPush      = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}, TimeLimit: limit}, Twist: transcript.Twist{Odd: true}, Outcome: transcript.Outcome{End: transcript.TimedOut}}
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
func backLater(x transcript.Exchange) transcript.Exchange      { x.Aftermath.Away = time.Second; return x }
func runGaveUp(x transcript.Exchange) transcript.Exchange {
	x.Aftermath.Gone, x.Aftermath.GaveUp = true, true
	return x
}

// tryWith returns a try with these exchanges, during which nothing else was played.
func tryWith(exchanges ...transcript.Exchange) experiment.Try {
	return experiment.Try{Conditions: experiment.Conditions{Alone: true}, Call: transcript.Call{Exchanges: exchanges}}
}

func besideOthers(t experiment.Try) experiment.Try    { t.Alone = false; return t }
func measuredAgain(t experiment.Try) experiment.Try   { t.MeasuredAgain = true; return t }
func slow(t experiment.Try) experiment.Try            { t.Slow = true; return t }
func withNewKind(t experiment.Try) experiment.Try     { t.NewKind = true; return t }
func maybeSeenBefore(t experiment.Try) experiment.Try { t.MaybeSeenBefore = true; return t }
func withFreshIDs(t experiment.Try) experiment.Try    { t.FreshIDs = true; return t }
func goodCallWorse(t experiment.Try) experiment.Try   { t.GoodCallWorse = true; return t }
func droppedBefore(t experiment.Try) experiment.Try   { t.DroppedBefore = true; return t }

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
	retryOnFreshConnections = experiment.Conditions{Alone: true, FreshConnections: true}
	retryWithFullTimeLimit  = experiment.Conditions{Alone: true, FullTimeLimit: true}
	retryToMeasure          = experiment.Conditions{Alone: true, MeasuredAgain: true}
	retryWithFreshIDs       = experiment.Conditions{Alone: true, FreshIDs: true}
)

func twistOfKind(k experiment.Kind) experiment.Twist { return experiment.Twist{Kind: k} }

func TestDecisionFollowsFromTheTriesOfAnExperiment(t *testing.T) {
	t.Parallel()
	plain, odd, forged := twistOfKind(experiment.Plain), twistOfKind(experiment.Odd), twistOfKind(experiment.Forged)
	provocation := twistOfKind(experiment.Provocation)
	unreached := tryWith(notConnected)
	type tries = []experiment.Try
	tests := []struct {
		name   string
		twist  experiment.Twist
		tries  tries
		before int // number of earlier equal decisions in the run
		want   experiment.Decision
	}{
		{"all accepted", plain, tries{tryWith(acceptedPush, acceptedPush)}, 0, useTry(0)},
		{"all accepted while other calls are played", plain, tries{besideOthers(tryWith(acceptedPush))}, 0, useTry(0)},
		{"no push went out", plain, tries{tryWith()}, 0, useTry(0)},
		{"interrupted", plain, tries{tryWith(interruptedPush)}, 0, useTry(0)},
		{"interrupted while other calls are played", plain, tries{besideOthers(tryWith(interruptedPush))}, 0, useTry(0)},
		{"an odd push accepted", odd, tries{tryWith(acceptedPush)}, 0, useTry(0)},
		{"a push of a sequence refused", twistOfKind(experiment.Sequence), tries{tryWith(acceptedPush, refusedPush)}, 0, useTry(0)},
		{"the receiver did not come back before the first try", plain, tries{{ReceiverAbsent: true}}, 0, recordLoss(0)},
		{"the receiver did not come back before the second try", plain, tries{tryWith(droppedPush), {ReceiverAbsent: true}}, 0, recordLoss(1)},
		{"the receiver did not come back before a crowd", twistOfKind(experiment.Crowd), tries{{ReceiverAbsent: true}}, 0, recordLoss(0)},
		{"the receiver did not come back before a provocation", provocation, tries{{ReceiverAbsent: true, GoodCallWorse: true}}, 0, recordLoss(0)},

		{"the first push refused while other calls are played", plain, tries{besideOthers(tryWith(refusedPush, acceptedPush))}, 0, tryAgain(retryAlone)},
		{"a later push refused while other calls are played", plain, tries{besideOthers(tryWith(acceptedPush, refusedPush))}, 0, tryAgain(retryAlone)},
		{"refused while other calls are played, then accepted", plain, tries{besideOthers(tryWith(refusedPush)), tryWith(acceptedPush)}, 0, useTry(1)},
		{"refused while other calls are played, then refused alone", plain, tries{besideOthers(tryWith(refusedPush)), tryWith(refusedPush)}, 0, useTry(1)},
		{"refused alone", plain, tries{tryWith(refusedPush)}, 0, useTry(0)},
		{"another state shown while other calls are played", plain, tries{besideOthers(showingState(tryWith(acceptedPush), transcript.CallOver))}, 0, tryAgain(retryAlone)},
		{"another state shown alone", plain, tries{showingState(tryWith(acceptedPush), transcript.CallOver)}, 0, useTry(0)},
		{"the state that was pushed shown while other calls are played", plain, tries{besideOthers(showingState(tryWith(acceptedPush), transcript.CallRinging))}, 0, useTry(0)},
		{"given up early while other calls are played", plain, tries{besideOthers(cutShort(tryWith(hungPush)))}, 0, useTry(0)},
		{"given up early while other calls are played, and a later push refused", plain, tries{besideOthers(cutShort(tryWith(hungPush, refusedPush)))}, 0, tryAgain(retryAlone)},
		{"given up early while other calls are played, and another state shown", plain, tries{besideOthers(cutShort(showingState(tryWith(hungPush), transcript.CallOver)))}, 0, tryAgain(retryAlone)},
		{"hung for the whole limit while other calls are played", plain, tries{besideOthers(tryWith(hungPush))}, 0, tryAgain(retryAlone)},

		{"slow", plain, tries{slow(tryWith(acceptedPush))}, 0, tryAgain(retryToMeasure)},
		{"slow while other calls are played", plain, tries{besideOthers(slow(tryWith(acceptedPush)))}, 0, tryAgain(retryToMeasure)},
		{"slow, after two slow calls", plain, tries{slow(tryWith(acceptedPush))}, 2, tryAgain(retryToMeasure)},
		{"slow, after three slow calls", plain, tries{slow(tryWith(acceptedPush))}, 3, useTry(0)},
		{"slow, then prompt", plain, tries{slow(tryWith(acceptedPush)), measuredAgain(tryWith(acceptedPush))}, 0, useTry(1)},
		{"slow, then slow again", plain, tries{slow(tryWith(acceptedPush)), measuredAgain(slow(tryWith(acceptedPush)))}, 0, useTry(0)},
		{"slow, then the first push refused", plain, tries{slow(tryWith(acceptedPush)), measuredAgain(tryWith(refusedPush))}, 0, useTry(0)},
		{"slow, then a later push refused", plain, tries{slow(tryWith(acceptedPush)), measuredAgain(tryWith(acceptedPush, refusedPush))}, 0, useTry(0)},
		{"refused while other calls are played, then slow, then slow again", plain,
			tries{besideOthers(tryWith(refusedPush)), slow(tryWith(acceptedPush)), measuredAgain(slow(tryWith(acceptedPush)))}, 0, useTry(1)},
		{"slow, and a push refused", plain, tries{slow(tryWith(acceptedPush, refusedPush))}, 0, useTry(0)},

		{"dropped", plain, tries{tryWith(droppedPush)}, 0, tryAgain(retryOnFreshConnections)},
		{"a later push dropped", plain, tries{tryWith(acceptedPush, droppedPush)}, 0, tryAgain(retryOnFreshConnections)},
		{"dropped, then accepted", plain, tries{tryWith(droppedPush), tryWith(acceptedPush)}, 0, useTry(1)},
		{"dropped twice", plain, tries{tryWith(droppedPush), tryWith(droppedPush)}, 0, useTry(1)},
		{"dropped, then refused", plain, tries{tryWith(droppedPush), tryWith(refusedPush)}, 0, useTry(1)},
		{"dropped while other calls are played, then alone", plain, tries{besideOthers(tryWith(droppedPush)), tryWith(droppedPush)}, 0, useTry(1)},
		{"another state shown while other calls are played, then dropped", plain,
			tries{besideOthers(showingState(tryWith(acceptedPush), transcript.CallOver)), tryWith(droppedPush)}, 0, tryAgain(retryOnFreshConnections)},
		{"dropped after a response began", plain, tries{tryWith(transcript.Exchange{Outcome: transcript.Outcome{End: transcript.Truncated}})}, 0, useTry(0)},
		{"an odd push dropped", odd, tries{tryWith(droppedPush)}, 0, tryAgain(retryOnFreshConnections)},
		{"a forged push dropped", forged, tries{tryWith(droppedPush)}, 0, useTry(0)},
		{"a forged push dropped, and the receiver was away", forged, tries{tryWith(backLater(droppedPush))}, 0, tryAgain(retryOnFreshConnections)},
		{"a forged push dropped twice, and the receiver was away", forged, tries{tryWith(backLater(droppedPush)), tryWith(backLater(droppedPush))}, 0, useTry(1)},

		{"not connected", plain, tries{unreached}, 0, tryAgain(retryOnFreshConnections)},
		{"not connected three times", plain, tries{unreached, unreached, unreached}, 0, tryAgain(retryOnFreshConnections)},
		{"not connected four times", plain, tries{unreached, unreached, unreached, unreached}, 0, useTry(3)},
		{"not connected, then accepted", plain, tries{unreached, tryWith(acceptedPush)}, 0, useTry(1)},
		{"not connected, then dropped", plain, tries{unreached, tryWith(droppedPush)}, 0, tryAgain(retryOnFreshConnections)},
		{"dropped, then not connected three times", plain, tries{tryWith(droppedPush), unreached, unreached, unreached}, 0, tryAgain(retryOnFreshConnections)},
		{"not connected three times, and dropped twice in between", plain, tries{unreached, tryWith(droppedPush), unreached, tryWith(droppedPush), unreached}, 0, tryAgain(retryOnFreshConnections)},
		{"a forged push not connected", forged, tries{unreached}, 0, tryAgain(retryOnFreshConnections)},
		{"the connection was reset before a byte was sent", plain, tries{tryWith(unconnected(endpoint.ConnectionReset))}, 0, tryAgain(retryOnFreshConnections)},
		{"the connection was closed in the handshake", plain, tries{tryWith(unconnected(endpoint.HandshakeClosed))}, 0, tryAgain(retryOnFreshConnections)},
		{"this machine could not connect", plain, tries{tryWith(unconnected(endpoint.NoResources))}, 0, tryAgain(retryOnFreshConnections)},
		{"the handshake failed for another reason", plain, tries{tryWith(unconnected(endpoint.NoCommonSettings))}, 0, useTry(0)},
		{"dropped, with the failure of a connection", plain,
			tries{tryWith(droppedPush), tryWith(transcript.Exchange{Outcome: transcript.Outcome{End: transcript.Dropped, Failure: endpoint.ConnectionRefused}})}, 0, useTry(1)},

		{"dropped, as pushes of its kind were before", plain, tries{droppedBefore(tryWith(droppedPush))}, 0, useTry(0)},
		{"dropped while other calls are played, as pushes of its kind were before", plain, tries{besideOthers(droppedBefore(tryWith(droppedPush)))}, 0, useTry(0)},
		{"refused, and nothing accepted for a while", plain, tries{tryWith(backLater(refusedPush))}, 0, tryAgain(retryOnFreshConnections)},
		{"refused twice, and nothing accepted for a while", plain, tries{tryWith(backLater(refusedPush)), tryWith(backLater(refusedPush))}, 0, useTry(1)},
		{"refused, as pushes of its kind were dropped before, and nothing accepted for a while", plain, tries{droppedBefore(tryWith(backLater(refusedPush)))}, 0, useTry(0)},
		{"the server has no common TLS settings, and nothing accepted for a while", plain, tries{tryWith(backLater(unconnected(endpoint.NoCommonSettings)))}, 0, useTry(0)},

		{"a captured push refused", odd, tries{maybeSeenBefore(tryWith(refusedPush))}, 0, tryAgain(retryWithFreshIDs)},
		{"a captured push refused, then with fresh ids too", odd, tries{maybeSeenBefore(tryWith(refusedPush)), maybeSeenBefore(withFreshIDs(tryWith(refusedPush)))}, 0, useTry(1)},
		{"a captured push refused, then accepted with fresh ids", odd, tries{maybeSeenBefore(tryWith(refusedPush)), withFreshIDs(tryWith(acceptedPush))}, 0, useTry(1)},
		{"a captured push dropped", odd, tries{maybeSeenBefore(tryWith(droppedPush))}, 0, tryAgain(retryWithFreshIDs)},
		{"a captured push declined in an accepted response", odd, tries{maybeSeenBefore(tryWith(acceptedPush))}, 0, tryAgain(retryWithFreshIDs)},
		{"a captured push declined, then with fresh ids too", odd, tries{maybeSeenBefore(tryWith(acceptedPush)), maybeSeenBefore(withFreshIDs(tryWith(acceptedPush)))}, 0, useTry(1)},
		{"a captured push accepted", odd, tries{tryWith(acceptedPush)}, 0, useTry(0)},
		{"a captured push dropped, then with fresh ids too", odd, tries{maybeSeenBefore(tryWith(droppedPush)), maybeSeenBefore(withFreshIDs(tryWith(droppedPush)))}, 0, useTry(1)},

		{"an odd push hung and given up early", odd, tries{cutShort(tryWith(hungOddPush))}, 0, tryAgain(retryWithFullTimeLimit)},
		{"a later push, which is odd, hung and given up early", odd, tries{cutShort(tryWith(acceptedPush, hungOddPush))}, 0, tryAgain(retryWithFullTimeLimit)},
		{"an odd push hung and given up early, after another one", odd, tries{cutShort(tryWith(hungOddPush))}, 1, useTry(0)},
		{"an odd push hung for the whole limit", odd, tries{tryWith(hungOddPush)}, 0, useTry(0)},
		{"a plain push hung and given up early", plain, tries{cutShort(tryWith(hungPush))}, 0, useTry(0)},
		{"an odd push refused, and a later one given up early", odd, tries{cutShort(tryWith(refusedOddPush, hungOddPush))}, 0, useTry(0)},

		{"dropped with a push of a new kind, and the receiver still accepts connections", plain, tries{withNewKind(tryWith(droppedPush))}, 0, tryAgain(retryOnFreshConnections)},
		{"dropped with a push of a new kind, and gone", plain, tries{withNewKind(tryWith(receiverGone(droppedPush)))}, 0, recordCrash(0)},
		{"dropped with a push of a new kind, and silent", plain, tries{withNewKind(tryWith(receiverSilent(droppedPush)))}, 0, recordCrash(0)},
		{"refused with a push of a new kind, and silent", odd, tries{withNewKind(tryWith(receiverSilent(refusedPush)))}, 0, recordCrash(0)},
		{"dropped with a later push of a new kind, and gone", plain, tries{withNewKind(tryWith(acceptedPush, receiverGone(droppedPush)))}, 0, recordCrash(0)},
		{"dropped with a push of a new kind twice, and gone the second time", plain, tries{tryWith(droppedPush), withNewKind(tryWith(receiverGone(droppedPush)))}, 0, recordCrash(1)},
		{"dropped with a push of a known kind, and gone", plain, tries{tryWith(receiverGone(droppedPush))}, 0, recordLoss(0)},
		{"dropped with a push of a known kind, and silent", plain, tries{tryWith(receiverSilent(droppedPush))}, 0, recordLoss(0)},
		{"dropped twice with a push of a known kind, and gone the second time", plain, tries{tryWith(droppedPush), tryWith(receiverGone(droppedPush))}, 0, recordLoss(1)},
		{"hung with a push of a new kind, and silent", plain, tries{withNewKind(tryWith(receiverSilent(hungPush)))}, 0, recordCrash(0)},
		{"hung with a push of a new kind, and gone", plain, tries{withNewKind(tryWith(receiverGone(hungPush)))}, 0, recordLoss(0)},
		{"dropped with a push of a new kind, and the run gave up waiting", plain, tries{withNewKind(tryWith(runGaveUp(droppedPush)))}, 0, recordLoss(0)},
		{"not connected with a push of a new kind, and gone", plain, tries{withNewKind(tryWith(receiverGone(notConnected)))}, 0, recordLoss(0)},
		{"reset with the first push, of a new kind, and gone", plain, tries{withNewKind(tryWith(receiverGone(resetPush)))}, 0, recordCrash(0)},
		{"reset after an accepted push, and gone", plain, tries{withNewKind(tryWith(acceptedPush, receiverGone(resetPush)))}, 0, recordLoss(0)},
		{"reset with the first push", plain, tries{tryWith(resetPush)}, 0, tryAgain(retryOnFreshConnections)},
		{"a captured push dropped, of a new kind, and gone", odd, tries{maybeSeenBefore(withNewKind(tryWith(receiverGone(droppedPush))))}, 0, recordCrash(0)},
		{"a captured push dropped, of a known kind, and gone", odd, tries{maybeSeenBefore(tryWith(receiverGone(droppedPush)))}, 0, recordLoss(0)},

		{"the good call after a provocation as before", provocation, tries{tryWith(refusedPush, acceptedPush)}, 0, useTry(0)},
		{"the good call worse, and the run gave up waiting", provocation, tries{goodCallWorse(tryWith(runGaveUp(droppedPush), droppedPush))}, 0, recordLoss(0)},
		{"a provocation left out", provocation, tries{tryWith()}, 0, useTry(0)},
		{"worse after a provocation without an exchange", provocation, tries{goodCallWorse(tryWith())}, 0, tryAgain(retryAlone)},
		{"worse after a provocation", provocation, tries{goodCallWorse(tryWith(refusedPush))}, 0, tryAgain(retryAlone)},
		{"worse after a provocation twice", provocation, tries{goodCallWorse(tryWith(refusedPush)), goodCallWorse(tryWith(droppedPush))}, 0, useTry(1)},
		{"worse after a provocation once", provocation, tries{goodCallWorse(tryWith(refusedPush)), tryWith(refusedPush)}, 0, useTry(1)},
		{"worse during a connection that is held open", provocation, tries{goodCallWorse(tryWith(heldOpenStimulus))}, 0, useTry(0)},
		{"gone after a provocation", provocation, tries{goodCallWorse(tryWith(receiverGone(droppedPush)))}, 0, recordCrash(0)},
		{"silent after a provocation", provocation, tries{goodCallWorse(tryWith(receiverSilent(refusedPush)))}, 0, recordCrash(0)},
		{"gone after a provocation, the second time", provocation, tries{goodCallWorse(tryWith(refusedPush)), goodCallWorse(tryWith(receiverGone(refusedPush)))}, 0, recordCrash(1)},
		{"gone after a connection held open", provocation, tries{goodCallWorse(tryWith(receiverGone(heldOpenStimulus)))}, 0, recordCrash(0)},
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
