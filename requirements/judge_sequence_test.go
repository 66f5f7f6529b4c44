package requirements_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestFindingOfASequenceDescribesWhatWasUnusual(t *testing.T) {
	t.Parallel()
	const (
		missingHangup, missingAnswer, duplicate = "trouble.missing-hangup", "trouble.missing-answer", "trouble.duplicate-push"
		lateHangup, outOfOrder                  = "trouble.late-hangup", "trouble.out-of-order"
		wanted                                  = "want every push accepted, as in a call without trouble, got "
		steeredResult                           = "not applicable: the receiver steers every such call itself; name a number that the receiver lets through, --numbers through=NUMBER"
		notSubscribedResult                     = "not applicable: the receiver does not subscribe to the push that would show it"
	)
	newCall := func(n int) transcript.Exchange {
		return exchange(push.NewCall, 200, xmlType, bothSubscriptions, withStep(n))
	}
	answer := func(n, code int) transcript.Exchange { return exchange(push.Answer, code, "", "", withStep(n)) }
	hangup := func(n, code int) transcript.Exchange { return exchange(push.Hangup, code, "", "", withStep(n)) }
	asCopy := func(x transcript.Exchange) transcript.Exchange { x.Duplicate = true; return x }
	notSent := func(n int, e push.Event, reason transcript.NotSentReason) transcript.NotSent {
		return transcript.NotSent{Step: n, Leg: "Doc", Push: push.Push{Event: e}, Reason: reason}
	}
	exchanges := func(xs ...transcript.Exchange) []transcript.Exchange { return xs }
	notSentPushes := func(ns ...transcript.NotSent) []transcript.NotSent { return ns }
	blocked := endedExchange(push.Hangup, transcript.BlockedEnd, withStep(2))
	blocked.Detail = "another certificate"
	asIncomplete := func(c *transcript.Call) { c.Complete = false }
	asSteered := func(c *transcript.Call) { c.Steered = true }
	tests := []struct {
		name, id  string
		exchanges []transcript.Exchange
		notSent   []transcript.NotSent
		change    func(*transcript.Call)
		want      []string
	}{
		{"call after a lost hangup: met", missingHangup, exchanges(newCall(0), newCall(3)), notSentPushes(leftOut(2, push.Hangup)), nil, []string{"met"}},
		{"call after a lost hangup, not played to its end: not judged", missingHangup, exchanges(newCall(0), newCall(3)), notSentPushes(leftOut(2, push.Hangup)), asIncomplete, nil},
		{"no push lost, call not played to its end: not judged", missingHangup, exchanges(newCall(0)), nil, asIncomplete, nil},
		{"call refused after a lost hangup: finding", missingHangup, exchanges(newCall(0), exchange(push.NewCall, 500, "", "", withStep(3))), notSentPushes(leftOut(2, push.Hangup)), nil,
			[]string{"should, exchange 1: " + wanted + "a hangup push was left out on purpose; after that, the newCall push on Doc's leg: status 500"}},
		{"no call after a lost hangup: not applicable", missingHangup, exchanges(newCall(0), answer(1, 200)), notSentPushes(leftOut(2, push.Hangup)), nil, []string{notSubscribedResult}},
		{"call rejected: not applicable", missingHangup, exchanges(newCall(0)), nil, asSteered, []string{steeredResult}},
		{"call rejected, not played to its end: not judged", missingHangup, exchanges(newCall(0)), nil, func(c *transcript.Call) { asIncomplete(c); asSteered(c) }, nil},
		{"hangup without subscription: not applicable", missingHangup, exchanges(newCall(0), newCall(3)), notSentPushes(notSent(2, push.Hangup, transcript.NotSubscribed)), nil, []string{notSubscribedResult}},
		{"hangup with an unusable URL: gap", missingHangup, exchanges(newCall(0), newCall(3)), notSentPushes(notSent(2, push.Hangup, transcript.UnusableURL)), nil,
			[]string{"gap because following.hangup-url: the hangup push on Doc's leg was not sent: unusable URL"}},
		{"hangup blocked after a lost answer: gap", missingAnswer, exchanges(newCall(0)), notSentPushes(leftOut(1, push.Answer), notSent(2, push.Hangup, transcript.Blocked)), nil,
			[]string{"gap because following.https: the hangup push on Doc's leg was not sent: blocked"}},
		{"hangup after a lost answer: met", missingAnswer, exchanges(newCall(0), hangup(2, 200)), notSentPushes(leftOut(1, push.Answer)), nil, []string{"met"}},
		{"hangup after an answer without subscription: met", missingAnswer, exchanges(newCall(0), hangup(2, 200)), notSentPushes(notSent(1, push.Answer, transcript.NotSubscribed)), nil, []string{"met"}},
		{"hangup refused after a lost answer: finding", missingAnswer, exchanges(newCall(0), hangup(2, 500)), notSentPushes(leftOut(1, push.Answer)), nil,
			[]string{"must, exchange 1: " + wanted + "an answer push was left out on purpose; after that, the hangup push on Doc's leg: status 500"}},
		{"hangup lost, and answer without subscription: finding names the hangup", missingHangup, exchanges(newCall(0), exchange(push.NewCall, 500, "", "", withStep(3))), notSentPushes(notSent(1, push.Answer, transcript.NotSubscribed), leftOut(2, push.Hangup)), nil,
			[]string{"should, exchange 1: " + wanted + "a hangup push was left out on purpose; after that, the newCall push on Doc's leg: status 500"}},
		{"hangup without subscription in a call for a lost answer: not applicable", missingAnswer, exchanges(newCall(0), newCall(3)), notSentPushes(notSent(2, push.Hangup, transcript.NotSubscribed)), nil, []string{notSubscribedResult}},
		{"newCall refused before the lost answer: gaps", missingAnswer, exchanges(exchange(push.NewCall, 500, "", ""), hangup(2, 200)), notSentPushes(leftOut(1, push.Answer)), nil,
			[]string{"gap because push.newcall: before that, the newCall push on Doc's leg: status 500",
				"gap because call.unanswered: before that, the newCall push on Doc's leg: status 500"}},
		{"copy accepted: met", duplicate, exchanges(newCall(0), asCopy(newCall(0))), nil, nil, []string{"met"}},
		{"no copy sent: not applicable", duplicate, exchanges(newCall(0)), nil, nil, []string{notSubscribedResult}},
		{"copy refused: finding", duplicate, exchanges(newCall(0), asCopy(exchange(push.NewCall, 409, "", ""))), nil, nil,
			[]string{"should, exchange 1: " + wanted + "the second time, the newCall push on Doc's leg: status 409"}},
		{"copy complete after 12 s: finding", duplicate, exchanges(newCall(0), asCopy(exchange(push.NewCall, 200, xmlType, bothSubscriptions, withTimes(12*time.Second, 30*time.Second)))), nil, nil,
			[]string{"should, exchange 1: " + wanted + "the second time, the newCall push on Doc's leg: status 200 after 12.0 s"}},
		{"copy in a call for pushes in another order: not applicable", outOfOrder, exchanges(newCall(0), asCopy(newCall(0))), nil, nil, []string{notSubscribedResult}},
		{"newCall refused before the hangup of the first leg: finding", outOfOrder, exchanges(newCall(0), exchange(push.NewCall, 500, "", "", asSecondLeg, withStep(2)), hangup(1, 200)), nil, nil,
			[]string{"should, exchange 1: " + wanted + "when the hangup push of Doc's leg came late, the newCall push on Marty's leg: status 500"}},
		{"late hangup accepted: met", lateHangup, exchanges(newCall(0), hangup(5, 200), hangup(4, 200)), nil, nil, []string{"met"}},
		{"hangups in order: not applicable", lateHangup, exchanges(newCall(0), hangup(4, 200), hangup(5, 200)), nil, nil, []string{notSubscribedResult}},

		{"hangup refused because of its signature: gap", missingAnswer, exchanges(newCall(0), exchange(push.Hangup, 401, "", "missing signature", withStep(2))), notSentPushes(leftOut(1, push.Answer)), nil,
			[]string{`gap: the receiver checks signatures and refuses a push without one: it says "missing signature"; give it a public key of yours, and pushcheck the private half with --sign-key`}},
		{"newCall refused because of its signature in an Error document: gap", missingHangup, exchanges(exchange(push.NewCall, 200, xmlType, signatureError), newCall(3)), notSentPushes(leftOut(2, push.Hangup)), nil,
			[]string{`gap: the receiver checks signatures and refuses a push without one: it says "Signature verification failed."; give it a public key of yours, and pushcheck the private half with --sign-key`}},
		{"no connection after a lost hangup: gap", missingHangup, exchanges(newCall(0), endedExchange(push.NewCall, transcript.NotConnected, withStep(3))), notSentPushes(leftOut(2, push.Hangup)), nil,
			[]string{"gap: the newCall push on Doc's leg: the receiver was gone: no connection: "}},
		{"connection blocked: gap", missingAnswer, exchanges(newCall(0), blocked), notSentPushes(leftOut(1, push.Answer)), nil,
			[]string{"gap: the hangup push on Doc's leg: the connection had a fault, although an earlier connection had none: another certificate"}},
		{"run interrupted: gap", missingAnswer, exchanges(newCall(0), endedExchange(push.Hangup, transcript.Interrupted, withStep(2))), notSentPushes(leftOut(1, push.Answer)), asIncomplete,
			[]string{"gap: the hangup push on Doc's leg: the run was interrupted"}},
		{"hangup timed out after 1 s: gap", missingAnswer, exchanges(newCall(0), endedExchange(push.Hangup, transcript.TimedOut, withStep(2), withTimes(time.Second, time.Second))), notSentPushes(leftOut(1, push.Answer)), nil,
			[]string{"gap: the hangup push on Doc's leg: no complete response within 1s, the limit of this run; sipgate waits longer"}},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, RequirementID: test.id, Exchanges: test.exchanges, NotSent: test.notSent, Complete: true}
		if test.change != nil {
			test.change(&c)
		}
		var want []string
		for _, w := range test.want {
			want = append(want, test.id+": "+w)
		}
		if diff := cmp.Diff(want, summarize(requirements.JudgeCall(c, receiver), "trouble.")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestStimulusThatWasNotSentIsAGapIfGoodCallGotNoResponse(t *testing.T) {
	t.Parallel()
	const id = "trouble.slow-push"
	type treatments = map[push.Event]transcript.Treatment
	notSentGap := []string{id + ": gap because push.newcall: the good call before it was not accepted either"}
	for name, test := range map[string]struct {
		treatments treatments
		want       []string
	}{
		"no good call played: not judged":    {nil, nil},
		"no response to the good call: gap":  {treatments{}, notSentGap},
		"good call gets a server error: gap": {treatments{push.NewCall: transcript.ServerError}, notSentGap},
		"good call refused: not judged":      {treatments{push.NewCall: transcript.Refused}, nil},
		"good call accepted: not judged":     {treatments{push.NewCall: transcript.Accepted}, nil},
	} {
		c := transcript.Call{ID: 1, Kind: transcript.Provocation, RequirementID: id, Background: transcript.Background{GoodCallBefore: test.treatments}}
		if diff := cmp.Diff(test.want, summarize(requirements.JudgeCall(c, receiver), "")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestResponseToAnAcceptedPushOfASequenceIsJudged(t *testing.T) {
	t.Parallel()
	lost := []transcript.NotSent{leftOut(2, push.Hangup)}
	tests := []struct {
		name string
		x    transcript.Exchange
		want map[string]string
	}{
		{"text/html: finding of the response", exchange(push.NewCall, 200, "text/html", bothSubscriptions, withStep(3)), map[string]string{"response.content-type": "must"}},
		{"complete after 12 s: finding of the sequence", exchange(push.NewCall, 200, xmlType, bothSubscriptions, withStep(3), withTimes(12*time.Second, 30*time.Second)),
			map[string]string{"trouble.missing-hangup": "should unless response.in-time"}},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, RequirementID: "trouble.missing-hangup", Exchanges: []transcript.Exchange{exchange(push.NewCall, 200, xmlType, bothSubscriptions), test.x}, NotSent: lost, Complete: true}
		if diff := cmp.Diff(test.want, resultsExceptMet(requirements.JudgeCall(c, receiver))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestPushOfAnUnknownCallIsAFindingOnlyIfReceiverFails(t *testing.T) {
	t.Parallel()
	const id = "trouble.unknown-call"
	const wanted = id + ": should, exchange 0: want a response in time, with any status except 5xx, got "
	tests := []struct {
		name string
		x    transcript.Exchange
		want []string
	}{
		{"status 200: met", exchange(push.Hangup, 200, "", "", asOdd), []string{id + ": met"}},
		{"status 404: met", exchange(push.Hangup, 404, "", "", asOdd), []string{id + ": met"}},
		{"status 500: finding", exchange(push.Hangup, 500, "", "", asOdd), []string{wanted + "status 500"}},
		{"dropped: finding", endedExchange(push.Answer, transcript.Dropped, asOdd), []string{wanted + "the receiver closed the connection without a response"}},
		{"timed out: finding", endedExchange(push.Answer, transcript.TimedOut, asOdd), []string{wanted + "no response within 10 s"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, summarize(requirements.JudgeCall(callFor(id, test.x), receiver), "trouble.")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
