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
	accepted    = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 200}}
	isRefused   = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 500}}
	dropped     = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Dropped}}
	reset       = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Dropped, WasReset: true}}
	hung        = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}, TimeLimit: limit}, Outcome: transcript.Outcome{End: transcript.TimedOut}}
	oddRefused  = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Twist: transcript.Twist{Odd: true}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 500}}
	oddHung     = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}, TimeLimit: limit}, Twist: transcript.Twist{Odd: true}, Outcome: transcript.Outcome{End: transcript.TimedOut}}
	heldOpen    = transcript.Exchange{Twist: transcript.Twist{ForeignName: "half a request"}, Outcome: transcript.Outcome{End: transcript.HeldOpen}}
	interrupted = transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Interrupted}}
	metNobody   = unconnected(endpoint.ConnectionRefused)
)

func unconnected(f endpoint.Failure) transcript.Exchange {
	return transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.NotConnected, Failure: f}}
}

// How the receiver was after a push.
func gone(x transcript.Exchange) transcript.Exchange   { x.Aftermath.Gone = true; return x }
func silent(x transcript.Exchange) transcript.Exchange { x.Aftermath.Silent = true; return x }
func away(x transcript.Exchange) transcript.Exchange   { x.Aftermath.Away = time.Second; return x }
func gaveUp(x transcript.Exchange) transcript.Exchange {
	x.Aftermath.Gone, x.Aftermath.GaveUp = true, true
	return x
}

// of is a try with these exchanges, during which nothing else was played.
func of(exchanges ...transcript.Exchange) experiment.Try {
	return experiment.Try{Conditions: experiment.Conditions{Alone: true}, Call: transcript.Call{Exchanges: exchanges}}
}

func beside(t experiment.Try) experiment.Try   { t.Alone = false; return t }
func measured(t experiment.Try) experiment.Try { t.MeasuredAgain = true; return t }
func slow(t experiment.Try) experiment.Try     { t.Slow = true; return t }
func fresh(t experiment.Try) experiment.Try    { t.NewKind = true; return t }
func known(t experiment.Try) experiment.Try    { t.MaybeSeenBefore = true; return t }
func freshIDs(t experiment.Try) experiment.Try { t.FreshIDs = true; return t }
func worse(t experiment.Try) experiment.Try    { t.GoodCallWorse = true; return t }
func usual(t experiment.Try) experiment.Try    { t.DroppedBefore = true; return t }

// hastyDivisor gives the pushes of a try less time than the limit.
func hastyDivisor(t experiment.Try) experiment.Try {
	for i := range t.Call.Exchanges {
		t.Call.Exchanges[i].TimeLimit = limit / 2
	}
	return t
}

// showing adds the state that the application showed when a call rang.
func showing(t experiment.Try, shown transcript.CallState) experiment.Try {
	t.Call.States = []transcript.StateQuestion{{Wanted: transcript.CallRinging, Shown: shown}}
	return t
}

// What is decided.
func counts(try int) experiment.Decision {
	return experiment.Decision{Action: experiment.UseTry, Try: try}
}
func crashed(try int) experiment.Decision {
	return experiment.Decision{Action: experiment.RecordCrash, Try: try}
}
func stop(try int) experiment.Decision {
	return experiment.Decision{Action: experiment.RecordLoss, Try: try}
}
func tryAgain(c experiment.Conditions) experiment.Decision {
	return experiment.Decision{Action: experiment.TryAgain, Conditions: c}
}

var (
	alone     = experiment.Conditions{Alone: true}
	onFresh   = experiment.Conditions{Alone: true, FreshConnections: true}
	patiently = experiment.Conditions{Alone: true, Patient: true}
	toMeasure = experiment.Conditions{Alone: true, MeasuredAgain: true}
	withIDs   = experiment.Conditions{Alone: true, FreshIDs: true}
)

func kind(k experiment.Kind) experiment.Twist { return experiment.Twist{Kind: k} }

func TestDecisionFollowsFromTheTriesOfAnExperiment(t *testing.T) {
	t.Parallel()
	plain, odd, forged := kind(experiment.Plain), kind(experiment.Odd), kind(experiment.Forged)
	provocation := kind(experiment.Provocation)
	unreached := of(metNobody)
	type tries = []experiment.Try
	tests := []struct {
		name   string
		twist  experiment.Twist
		tries  tries
		before int // how often the same was decided earlier in the run
		want   experiment.Decision
	}{
		{"all accepted", plain, tries{of(accepted, accepted)}, 0, counts(0)},
		{"all accepted beside others", plain, tries{beside(of(accepted))}, 0, counts(0)},
		{"no push went out", plain, tries{of()}, 0, counts(0)},
		{"interrupted", plain, tries{of(interrupted)}, 0, counts(0)},
		{"interrupted beside others", plain, tries{beside(of(interrupted))}, 0, counts(0)},
		{"an odd push accepted", odd, tries{of(accepted)}, 0, counts(0)},
		{"a push of a sequence refused", kind(experiment.Sequence), tries{of(accepted, isRefused)}, 0, counts(0)},
		{"the receiver did not come back before the first try", plain, tries{{ReceiverAbsent: true}}, 0, stop(0)},
		{"the receiver did not come back before the second try", plain, tries{of(dropped), {ReceiverAbsent: true}}, 0, stop(1)},
		{"the receiver did not come back before a crowd", kind(experiment.Crowd), tries{{ReceiverAbsent: true}}, 0, stop(0)},
		{"the receiver did not come back before a provocation", provocation, tries{{ReceiverAbsent: true, GoodCallWorse: true}}, 0, stop(0)},

		{"the first push refused beside others", plain, tries{beside(of(isRefused, accepted))}, 0, tryAgain(alone)},
		{"a later push refused beside others", plain, tries{beside(of(accepted, isRefused))}, 0, tryAgain(alone)},
		{"refused beside others, then accepted", plain, tries{beside(of(isRefused)), of(accepted)}, 0, counts(1)},
		{"refused beside others, then refused alone", plain, tries{beside(of(isRefused)), of(isRefused)}, 0, counts(1)},
		{"refused alone", plain, tries{of(isRefused)}, 0, counts(0)},
		{"another state shown beside others", plain, tries{beside(showing(of(accepted), transcript.CallOver))}, 0, tryAgain(alone)},
		{"another state shown alone", plain, tries{showing(of(accepted), transcript.CallOver)}, 0, counts(0)},
		{"the state that was pushed shown beside others", plain, tries{beside(showing(of(accepted), transcript.CallRinging))}, 0, counts(0)},
		{"given up early beside others", plain, tries{beside(hastyDivisor(of(hung)))}, 0, counts(0)},
		{"given up early beside others, and a later push refused", plain, tries{beside(hastyDivisor(of(hung, isRefused)))}, 0, tryAgain(alone)},
		{"given up early beside others, and another state shown", plain, tries{beside(hastyDivisor(showing(of(hung), transcript.CallOver)))}, 0, tryAgain(alone)},
		{"hung for the whole limit beside others", plain, tries{beside(of(hung))}, 0, tryAgain(alone)},

		{"slow", plain, tries{slow(of(accepted))}, 0, tryAgain(toMeasure)},
		{"slow beside others", plain, tries{beside(slow(of(accepted)))}, 0, tryAgain(toMeasure)},
		{"slow, after two slow calls", plain, tries{slow(of(accepted))}, 2, tryAgain(toMeasure)},
		{"slow, after three slow calls", plain, tries{slow(of(accepted))}, 3, counts(0)},
		{"slow, then prompt", plain, tries{slow(of(accepted)), measured(of(accepted))}, 0, counts(1)},
		{"slow, then slow again", plain, tries{slow(of(accepted)), measured(slow(of(accepted)))}, 0, counts(0)},
		{"slow, then the first push refused", plain, tries{slow(of(accepted)), measured(of(isRefused))}, 0, counts(0)},
		{"slow, then a later push refused", plain, tries{slow(of(accepted)), measured(of(accepted, isRefused))}, 0, counts(0)},
		{"refused beside others, then slow, then slow again", plain,
			tries{beside(of(isRefused)), slow(of(accepted)), measured(slow(of(accepted)))}, 0, counts(1)},
		{"slow, and a push refused", plain, tries{slow(of(accepted, isRefused))}, 0, counts(0)},

		{"dropped", plain, tries{of(dropped)}, 0, tryAgain(onFresh)},
		{"a later push dropped", plain, tries{of(accepted, dropped)}, 0, tryAgain(onFresh)},
		{"dropped, then accepted", plain, tries{of(dropped), of(accepted)}, 0, counts(1)},
		{"dropped twice", plain, tries{of(dropped), of(dropped)}, 0, counts(1)},
		{"dropped, then refused", plain, tries{of(dropped), of(isRefused)}, 0, counts(1)},
		{"dropped beside others, then alone", plain, tries{beside(of(dropped)), of(dropped)}, 0, counts(1)},
		{"another state shown beside others, then dropped", plain,
			tries{beside(showing(of(accepted), transcript.CallOver)), of(dropped)}, 0, tryAgain(onFresh)},
		{"dropped after a response began", plain, tries{of(transcript.Exchange{Outcome: transcript.Outcome{End: transcript.Truncated}})}, 0, counts(0)},
		{"an odd push dropped", odd, tries{of(dropped)}, 0, tryAgain(onFresh)},
		{"a forged push dropped", forged, tries{of(dropped)}, 0, counts(0)},
		{"a forged push dropped, and the receiver was away", forged, tries{of(away(dropped))}, 0, tryAgain(onFresh)},
		{"a forged push dropped twice, and the receiver was away", forged, tries{of(away(dropped)), of(away(dropped))}, 0, counts(1)},

		{"not connected", plain, tries{unreached}, 0, tryAgain(onFresh)},
		{"not connected three times", plain, tries{unreached, unreached, unreached}, 0, tryAgain(onFresh)},
		{"not connected four times", plain, tries{unreached, unreached, unreached, unreached}, 0, counts(3)},
		{"not connected, then accepted", plain, tries{unreached, of(accepted)}, 0, counts(1)},
		{"not connected, then dropped", plain, tries{unreached, of(dropped)}, 0, tryAgain(onFresh)},
		{"dropped, then not connected three times", plain, tries{of(dropped), unreached, unreached, unreached}, 0, tryAgain(onFresh)},
		{"not connected three times, and dropped twice in between", plain, tries{unreached, of(dropped), unreached, of(dropped), unreached}, 0, tryAgain(onFresh)},
		{"a forged push not connected", forged, tries{unreached}, 0, tryAgain(onFresh)},
		{"the connection was reset before a byte was sent", plain, tries{of(unconnected(endpoint.ConnectionReset))}, 0, tryAgain(onFresh)},
		{"the connection was closed in the handshake", plain, tries{of(unconnected(endpoint.HandshakeClosed))}, 0, tryAgain(onFresh)},
		{"this machine could not connect", plain, tries{of(unconnected(endpoint.NoResources))}, 0, tryAgain(onFresh)},
		{"the handshake failed for another reason", plain, tries{of(unconnected(endpoint.NoCommonSettings))}, 0, counts(0)},
		{"dropped, with the failure of a connection", plain,
			tries{of(dropped), of(transcript.Exchange{Outcome: transcript.Outcome{End: transcript.Dropped, Failure: endpoint.ConnectionRefused}})}, 0, counts(1)},

		{"dropped, as pushes of its kind were before", plain, tries{usual(of(dropped))}, 0, counts(0)},
		{"dropped beside others, as pushes of its kind were before", plain, tries{beside(usual(of(dropped)))}, 0, counts(0)},
		{"refused, and nothing accepted for a while", plain, tries{of(away(isRefused))}, 0, tryAgain(onFresh)},
		{"refused twice, and nothing accepted for a while", plain, tries{of(away(isRefused)), of(away(isRefused))}, 0, counts(1)},
		{"refused, as pushes of its kind were dropped before, and nothing accepted for a while", plain, tries{usual(of(away(isRefused)))}, 0, counts(0)},
		{"met somebody who gave no handshake, and nothing accepted for a while", plain, tries{of(away(unconnected(endpoint.NoCommonSettings)))}, 0, counts(0)},

		{"a captured push refused", odd, tries{known(of(isRefused))}, 0, tryAgain(withIDs)},
		{"a captured push refused, then with fresh ids too", odd, tries{known(of(isRefused)), known(freshIDs(of(isRefused)))}, 0, counts(1)},
		{"a captured push refused, then accepted with fresh ids", odd, tries{known(of(isRefused)), freshIDs(of(accepted))}, 0, counts(1)},
		{"a captured push dropped", odd, tries{known(of(dropped))}, 0, tryAgain(withIDs)},
		{"a captured push declined in an accepted response", odd, tries{known(of(accepted))}, 0, tryAgain(withIDs)},
		{"a captured push declined, then with fresh ids too", odd, tries{known(of(accepted)), known(freshIDs(of(accepted)))}, 0, counts(1)},
		{"a captured push accepted", odd, tries{of(accepted)}, 0, counts(0)},
		{"a captured push dropped, then with fresh ids too", odd, tries{known(of(dropped)), known(freshIDs(of(dropped)))}, 0, counts(1)},

		{"an odd push hung and given up early", odd, tries{hastyDivisor(of(oddHung))}, 0, tryAgain(patiently)},
		{"a later push, which is odd, hung and given up early", odd, tries{hastyDivisor(of(accepted, oddHung))}, 0, tryAgain(patiently)},
		{"an odd push hung and given up early, after another one", odd, tries{hastyDivisor(of(oddHung))}, 1, counts(0)},
		{"an odd push hung for the whole limit", odd, tries{of(oddHung)}, 0, counts(0)},
		{"a plain push hung and given up early", plain, tries{hastyDivisor(of(hung))}, 0, counts(0)},
		{"an odd push refused, and a later one given up early", odd, tries{hastyDivisor(of(oddRefused, oddHung))}, 0, counts(0)},

		{"dropped with a push of a new kind, and still there", plain, tries{fresh(of(dropped))}, 0, tryAgain(onFresh)},
		{"dropped with a push of a new kind, and gone", plain, tries{fresh(of(gone(dropped)))}, 0, crashed(0)},
		{"dropped with a push of a new kind, and silent", plain, tries{fresh(of(silent(dropped)))}, 0, crashed(0)},
		{"refused with a push of a new kind, and silent", odd, tries{fresh(of(silent(isRefused)))}, 0, crashed(0)},
		{"dropped with a later push of a new kind, and gone", plain, tries{fresh(of(accepted, gone(dropped)))}, 0, crashed(0)},
		{"dropped with a push of a new kind twice, and gone the second time", plain, tries{of(dropped), fresh(of(gone(dropped)))}, 0, crashed(1)},
		{"dropped with a push of a known kind, and gone", plain, tries{of(gone(dropped))}, 0, stop(0)},
		{"dropped with a push of a known kind, and silent", plain, tries{of(silent(dropped))}, 0, stop(0)},
		{"dropped twice with a push of a known kind, and gone the second time", plain, tries{of(dropped), of(gone(dropped))}, 0, stop(1)},
		{"hung with a push of a new kind, and silent", plain, tries{fresh(of(silent(hung)))}, 0, crashed(0)},
		{"hung with a push of a new kind, and gone", plain, tries{fresh(of(gone(hung)))}, 0, stop(0)},
		{"dropped with a push of a new kind, and not waited for", plain, tries{fresh(of(gaveUp(dropped)))}, 0, stop(0)},
		{"not connected with a push of a new kind, and gone", plain, tries{fresh(of(gone(metNobody)))}, 0, stop(0)},
		{"reset with the first push, of a new kind, and gone", plain, tries{fresh(of(gone(reset)))}, 0, crashed(0)},
		{"reset after an accepted push, and gone", plain, tries{fresh(of(accepted, gone(reset)))}, 0, stop(0)},
		{"reset with the first push", plain, tries{of(reset)}, 0, tryAgain(onFresh)},
		{"a captured push dropped, of a new kind, and gone", odd, tries{known(fresh(of(gone(dropped))))}, 0, crashed(0)},
		{"a captured push dropped, of a known kind, and gone", odd, tries{known(of(gone(dropped)))}, 0, stop(0)},

		{"the good call after a provocation as before", provocation, tries{of(isRefused, accepted)}, 0, counts(0)},
		{"the good call worse, and not waited for", provocation, tries{worse(of(gaveUp(dropped), dropped))}, 0, stop(0)},
		{"a provocation left out", provocation, tries{of()}, 0, counts(0)},
		{"worse after a provocation that nothing is known of", provocation, tries{worse(of())}, 0, tryAgain(alone)},
		{"worse after a provocation", provocation, tries{worse(of(isRefused))}, 0, tryAgain(alone)},
		{"worse after a provocation twice", provocation, tries{worse(of(isRefused)), worse(of(dropped))}, 0, counts(1)},
		{"worse after a provocation once", provocation, tries{worse(of(isRefused)), of(isRefused)}, 0, counts(1)},
		{"worse beside a connection held open", provocation, tries{worse(of(heldOpen))}, 0, counts(0)},
		{"gone after a provocation", provocation, tries{worse(of(gone(dropped)))}, 0, crashed(0)},
		{"silent after a provocation", provocation, tries{worse(of(silent(isRefused)))}, 0, crashed(0)},
		{"gone after a provocation, the second time", provocation, tries{worse(of(isRefused)), worse(of(gone(isRefused)))}, 0, crashed(1)},
		{"gone after a connection held open", provocation, tries{worse(of(gone(heldOpen)))}, 0, crashed(0)},
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
