package requirements_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestFindingOfASequenceDescribesItsTrouble(t *testing.T) {
	t.Parallel()
	const (
		missingHangup, missingAnswer, duplicate = "trouble.missing-hangup", "trouble.missing-answer", "trouble.duplicate-push"
		lateHangup, outOfOrder                  = "trouble.late-hangup", "trouble.out-of-order"
		wanted                                  = "want every push accepted, as in a call without trouble, got "
		steered                                 = "not applicable: the receiver steers every such call itself; name a number that it lets through"
		unsubscribed                            = "not applicable: the receiver does not subscribe to the push that would show it"
	)
	ring := func(n int) transcript.Exchange { return says(push.NewCall, 200, xml, both, step(n)) }
	answer := func(n, code int) transcript.Exchange { return says(push.Answer, code, "", "", step(n)) }
	hangup := func(n, code int) transcript.Exchange { return says(push.Hangup, code, "", "", step(n)) }
	again := func(x transcript.Exchange) transcript.Exchange { x.Duplicate = true; return x }
	without := func(n int, e push.Event, reason transcript.NotSentReason) transcript.NotSent {
		return transcript.NotSent{Step: n, Leg: "Doc", Push: push.Push{Event: e}, Reason: reason}
	}
	all := func(xs ...transcript.Exchange) []transcript.Exchange { return xs }
	none := func(ns ...transcript.NotSent) []transcript.NotSent { return ns }
	blocked := ended(push.Hangup, transcript.BlockedEnd, step(2))
	blocked.Detail = "another certificate"
	cut := func(c *transcript.Call) { c.Complete = false }
	turned := func(c *transcript.Call) { c.Steered = true }
	tests := []struct {
		name, id  string
		exchanges []transcript.Exchange
		notSent   []transcript.NotSent
		change    func(*transcript.Call)
		want      []string
	}{
		{"a call after one that never ended", missingHangup, all(ring(0), ring(3)), none(lost(2, push.Hangup)), nil, []string{"met"}},
		{"a call after one that never ended, cut off: no judgement", missingHangup, all(ring(0), ring(3)), none(lost(2, push.Hangup)), cut, nil},
		{"no push left out, call cut off", missingHangup, all(ring(0)), nil, cut, nil},
		{"a call after one that never ended, refused", missingHangup, all(ring(0), says(push.NewCall, 500, "", "", step(3))), none(lost(2, push.Hangup)), nil,
			[]string{"should, exchange 1: " + wanted + "a hangup push was left out on purpose; after that, the newCall push on Doc's leg: status 500"}},
		{"no call after one that never ended", missingHangup, all(ring(0), answer(1, 200)), none(lost(2, push.Hangup)), nil, []string{unsubscribed}},
		{"no call after one that never ended, since the receiver rejects it", missingHangup, all(ring(0)), nil, turned, []string{steered}},
		{"cut off, since the receiver rejects the call", missingHangup, all(ring(0)), nil, func(c *transcript.Call) { cut(c); turned(c) }, nil},
		{"a hangup without subscription is not lost", missingHangup, all(ring(0), ring(3)), none(without(2, push.Hangup, transcript.NotSubscribed)), nil, []string{unsubscribed}},
		{"a hangup that could not be sent is not lost: no judgement", missingHangup, all(ring(0), ring(3)), none(without(2, push.Hangup, transcript.UnusableURL)), nil,
			[]string{"gap because following.hangup-url: the hangup push on Doc's leg was not sent: unusable URL"}},
		{"a hangup that could not be sent after an answer that was lost", missingAnswer, all(ring(0)), none(lost(1, push.Answer), without(2, push.Hangup, transcript.Blocked)), nil,
			[]string{"gap because following.https: the hangup push on Doc's leg was not sent: blocked"}},
		{"a hangup without an answer", missingAnswer, all(ring(0), hangup(2, 200)), none(lost(1, push.Answer)), nil, []string{"met"}},
		{"a hangup without an answer, which has no subscription", missingAnswer, all(ring(0), hangup(2, 200)), none(without(1, push.Answer, transcript.NotSubscribed)), nil, []string{"met"}},
		{"a hangup without an answer, refused", missingAnswer, all(ring(0), hangup(2, 500)), none(lost(1, push.Answer)), nil,
			[]string{"must, exchange 1: " + wanted + "an answer push was left out on purpose; after that, the hangup push on Doc's leg: status 500"}},
		{"an answer without subscription is not lost", missingHangup, all(ring(0), says(push.NewCall, 500, "", "", step(3))), none(without(1, push.Answer, transcript.NotSubscribed), lost(2, push.Hangup)), nil,
			[]string{"should, exchange 1: " + wanted + "a hangup push was left out on purpose; after that, the newCall push on Doc's leg: status 500"}},
		{"a hangup without subscription is no lost answer", missingAnswer, all(ring(0), ring(3)), none(without(2, push.Hangup, transcript.NotSubscribed)), nil, []string{unsubscribed}},
		{"the newCall refused before a push was lost", missingAnswer, all(says(push.NewCall, 500, "", ""), hangup(2, 200)), none(lost(1, push.Answer)), nil,
			[]string{"gap because push.newcall: before that, the newCall push on Doc's leg: status 500",
				"gap because call.unanswered: before that, the newCall push on Doc's leg: status 500"}},
		{"a copy", duplicate, all(ring(0), again(ring(0))), nil, nil, []string{"met"}},
		{"no copy", duplicate, all(ring(0)), nil, nil, []string{unsubscribed}},
		{"a copy refused", duplicate, all(ring(0), again(says(push.NewCall, 409, "", ""))), nil, nil,
			[]string{"should, exchange 1: " + wanted + "the second time, the newCall push on Doc's leg: status 409"}},
		{"a copy accepted after sipgate gives up", duplicate, all(ring(0), again(says(push.NewCall, 200, xml, both, took(12*time.Second, 30*time.Second)))), nil, nil,
			[]string{"should, exchange 1: " + wanted + "the second time, the newCall push on Doc's leg: status 200 after 12.0 s"}},
		{"a copy overtakes nothing", outOfOrder, all(ring(0), again(ring(0))), nil, nil, []string{unsubscribed}},
		{"a hangup overtaken", outOfOrder, all(ring(0), says(push.NewCall, 500, "", "", secondLeg, step(2)), hangup(1, 200)), nil, nil,
			[]string{"should, exchange 1: " + wanted + "when the hangup push of Doc's leg came late, the newCall push on Marty's leg: status 500"}},
		{"a hangup too late", lateHangup, all(ring(0), hangup(5, 200), hangup(4, 200)), nil, nil, []string{"met"}},
		{"hangups in order", lateHangup, all(ring(0), hangup(4, 200), hangup(5, 200)), nil, nil, []string{unsubscribed}},

		{"refused for its signature: the receiver is right", missingAnswer, all(ring(0), says(push.Hangup, 401, "", "missing signature", step(2))), none(lost(1, push.Answer)), nil,
			[]string{`gap: the receiver checks signatures and refuses a push without one: it says "missing signature"; give it a public key of yours, and pushcheck the private half with --sign-key`}},
		{"refused for its signature in an Error document, with status 200", missingHangup, all(says(push.NewCall, 200, xml, bad), ring(3)), none(lost(2, push.Hangup)), nil,
			[]string{`gap: the receiver checks signatures and refuses a push without one: it says "Signature verification failed."; give it a public key of yours, and pushcheck the private half with --sign-key`}},
		{"connection blocked during the call", missingAnswer, all(ring(0), blocked), none(lost(1, push.Answer)), nil,
			[]string{"gap: the hangup push on Doc's leg: its connection had a fault, although an earlier connection had none: another certificate"}},
		{"interrupted", missingAnswer, all(ring(0), ended(push.Hangup, transcript.Interrupted, step(2))), none(lost(1, push.Answer)), cut,
			[]string{"gap: the hangup push on Doc's leg: the run was interrupted"}},
		{"shorter wait than sipgate's", missingAnswer, all(ring(0), ended(push.Hangup, transcript.TimedOut, step(2), took(time.Second, time.Second))), none(lost(1, push.Answer)), nil,
			[]string{"gap: the hangup push on Doc's leg: no complete response within 1s, the limit of this run; sipgate waits longer"}},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Stimulus: test.id, Exchanges: test.exchanges, NotSent: test.notSent, Complete: true}
		if test.change != nil {
			test.change(&c)
		}
		var want []string
		for _, w := range test.want {
			want = append(want, test.id+": "+w)
		}
		if diff := cmp.Diff(want, summaries(requirements.JudgeCall(c, receiver), "trouble.")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestProvocationIsNotTriedIfAGoodCallIsNotRespondedToBefore(t *testing.T) {
	t.Parallel()
	const id = "trouble.slow-push"
	type before = map[push.Event]transcript.Treatment
	notTried := []string{id + ": gap because push.newcall: the good call before it was not accepted either"}
	for name, test := range map[string]struct {
		before before
		want   []string
	}{
		"no good call was played":      {nil, nil},
		"no response to the good call": {before{}, notTried},
		"a server error":               {before{push.NewCall: transcript.Crashed}, notTried},
		"a refusal":                    {before{push.NewCall: transcript.Refused}, nil},
		"the good call accepted":       {before{push.NewCall: transcript.Taken}, nil},
	} {
		c := transcript.Call{ID: 1, Kind: transcript.Provocation, Stimulus: id, Background: transcript.Background{GoodCallBefore: test.before}}
		if diff := cmp.Diff(test.want, summaries(requirements.JudgeCall(c, receiver), "")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestAcceptedPushInACallWithTroubleIsJudgedAsAnyOther(t *testing.T) {
	t.Parallel()
	lost := []transcript.NotSent{lost(2, push.Hangup)}
	tests := []struct {
		name string
		x    transcript.Exchange
		want map[string]string
	}{
		{"a wrong type", says(push.NewCall, 200, "text/html", both, step(3)), map[string]string{"response.content-type": "must"}},
		{"too late: it may be the trouble", says(push.NewCall, 200, xml, both, step(3), took(12*time.Second, 30*time.Second)),
			map[string]string{"trouble.missing-hangup": "should unless response.in-time"}},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Stimulus: "trouble.missing-hangup", Exchanges: []transcript.Exchange{says(push.NewCall, 200, xml, both), test.x}, NotSent: lost, Complete: true}
		if diff := cmp.Diff(test.want, exceptMet(requirements.JudgeCall(c, receiver))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestPushOfAnUnknownCallMayBeRefusedButNotDropped(t *testing.T) {
	t.Parallel()
	const id = "trouble.unknown-call"
	const wanted = id + ": should, exchange 0: want a response in time, with any status except 5xx, got "
	tests := []struct {
		name string
		x    transcript.Exchange
		want []string
	}{
		{"accepted", says(push.Hangup, 200, "", "", odd), []string{id + ": met"}},
		{"not found", says(push.Hangup, 404, "", "", odd), []string{id + ": met"}},
		{"an error", says(push.Hangup, 500, "", "", odd), []string{wanted + "status 500"}},
		{"dropped", ended(push.Answer, transcript.Dropped, odd), []string{wanted + "the receiver closed the connection without a response"}},
		{"timed out", ended(push.Answer, transcript.TimedOut, odd), []string{wanted + "no response within 10 s"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, summaries(requirements.JudgeCall(about(id, test.x), receiver), "trouble.")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
