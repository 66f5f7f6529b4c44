package requirements_test

import (
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	droppedText   = "the receiver closed the connection without a response"
	crashedText   = droppedText + " and has accepted no connection since"
	hungText      = "no response within 10 s; since then it accepts connections but does not respond"
	restartedText = droppedText + "; it accepted connections again 0.4 s later"
)

// In the names, the receiver is "gone" if it accepts no connection after the push, "away" if it accepts connections again after a while,
// and "silent" if it accepts connections but no push.
func TestPushAfterWhichReceiverStopsRespondingIsAFindingOfItsRequirement(t *testing.T) {
	t.Parallel()
	withShortLimit := withTimes(time.Second, time.Second)
	timedOut := func(event push.Event, change ...func(*transcript.Exchange)) transcript.Exchange {
		return endedExchange(event, transcript.TimedOut, change...)
	}
	digitsCall := func(x transcript.Exchange) transcript.Call { return callFor("push.dtmf-any-key", oddExchange(x)) }
	const shortLimitText = "no response within 1 s; since then it accepts connections but does not respond"
	checkJudgements(t, receiver, []judgedCall{
		{"odd newCall with half a response, then away: finding of the response", callFor("push.user-empty", endedExchange(push.NewCall, transcript.Late, asOdd, thenAway(400*time.Millisecond))), map[string]string{
			"push.user-empty":  "gap: no response in time; because response.in-time",
			"response.in-time": "must: incomplete in time after 10.0 s; after it the receiver accepted no connection for 0.4 s; want a complete response within 10 s"}},
		{"odd newCall timed out, then gone: finding of the odd push", callFor("push.user-empty", timedOut(push.NewCall, asOdd, thenGone)), map[string]string{
			"push.user-empty":  "must: no response within 10 s; the receiver has accepted no connection since" + wantResponse2xx + "; unless push.newcall",
			"response.in-time": "gap: no response within 10 s; the receiver has accepted no connection since; because push.user-empty"}},
		{"copy timed out, then silent: finding of the copy", callFor("trouble.duplicate-push", exchange(push.NewCall, 200, xmlType, "<Response/>"), repeatedExchange(timedOut(push.NewCall, thenSilent))), map[string]string{
			"push.newcall": "met", "response.in-time": "met | gap: " + hungText + "; because trouble.duplicate-push",
			"trouble.duplicate-push": "should: the second time, the newCall push on Doc's leg: " + hungText + "; want every push accepted, as in a call without trouble; unless push.newcall"}},
		{"odd newCall timed out: finding of the response", callFor("push.user-empty", timedOut(push.NewCall, asOdd)), map[string]string{
			"push.user-empty": "gap: no response in time; because response.in-time", "response.in-time": "must: no response within 10 s; want a complete response within 10 s"}},
		{"odd newCall timed out, then silent: finding of the odd push", callFor("push.user-empty", timedOut(push.NewCall, asOdd, thenSilent)), map[string]string{
			"push.user-empty": "must: " + hungText + wantResponse2xx + "; unless push.newcall", "response.in-time": "gap: " + hungText + "; because push.user-empty"}},
		{"odd newCall timed out after 1 s, then silent: finding of the odd push", callFor("push.user-empty", timedOut(push.NewCall, asOdd, thenSilent, withShortLimit)), map[string]string{
			"push.user-empty": "must: " + shortLimitText + wantResponse2xx + "; unless push.newcall", "response.in-time": "gap: " + shortLimitText + "; because push.user-empty"}},
		{"odd newCall with half a response, then silent: finding of the odd push", callFor("push.user-empty", endedExchange(push.NewCall, transcript.Late, asOdd, thenSilent)), map[string]string{
			"push.user-empty":  "must: incomplete in time; since then the receiver accepts connections but no push" + wantResponse2xx + "; unless push.newcall",
			"response.in-time": "gap: incomplete in time; since then the receiver accepts connections but no push; because push.user-empty"}},
		{"odd dtmf timed out, then silent: finding of the odd push", digitsCall(timedOut(push.DTMF, thenSilent)), map[string]string{
			"push.dtmf-any-key": "must: " + hungText + wantResponse2xx + "; unless push.dtmf", "response.in-time": "gap: " + hungText + "; because push.dtmf-any-key"}},
		{"unknown event timed out after 1 s, then silent: finding", callFor("push.unknown-event", timedOut(push.NewCall, asOdd, thenSilent, withShortLimit)), map[string]string{
			"push.unknown-event": "should: " + shortLimitText + "; want a response in time, with any status except 5xx; unless push.newcall"}},
		{"hangup timed out after 1 s, then silent: finding", callOf(timedOut(push.Hangup, thenSilent, withShortLimit)), map[string]string{
			"push.hangup": "must: " + shortLimitText + want2xx}},
		{"hangup timed out, marked as exempt because of its signature: finding", callOf(timedOut(push.Hangup, func(x *transcript.Exchange) { x.Exempt = transcript.ExemptBySignature })), map[string]string{
			"push.hangup": "must: no response within 10 s" + want2xx}},
		{"newCall of the second leg timed out, then silent: finding of the call", scenarioCall("transfer-unanswered", exchange(push.NewCall, 200, xmlType, "<Response/>"), timedOut(push.NewCall, asSecondLeg, thenSilent)), map[string]string{
			"push.newcall":             "met",
			"response.in-time":         "met | gap: " + hungText + "; because call.transfer-unanswered",
			"call.transfer-unanswered": "must: the newCall push on Marty's leg: " + hungText + "; want every push of the call accepted, not only each one alone; unless push.diversion, push.newcall"}},
	})
}

func TestRefusedUnknownEventIsAFindingIfReceiverIsLostAfterIt(t *testing.T) {
	t.Parallel()
	const wanted = "; want a response in time, with any status except 5xx; unless push.newcall"
	unknownEvent := func(x transcript.Exchange) transcript.Call { return callFor("push.unknown-event", oddExchange(x)) }
	checkJudgements(t, receiver, []judgedCall{
		{"refused: met", unknownEvent(exchange(push.NewCall, 400, "", "")), map[string]string{"push.unknown-event": "met"}},
		{"refused, then gone: finding", unknownEvent(exchange(push.NewCall, 400, "", "", thenGone)),
			map[string]string{"push.unknown-event": "should: status 400; the receiver has accepted no connection since" + wanted}},
		{"dropped, then gone: finding", unknownEvent(endedExchange(push.NewCall, transcript.Dropped, thenGone)), map[string]string{"push.unknown-event": "should: " + crashedText + wanted}},
		{"dropped, then away: finding", unknownEvent(endedExchange(push.NewCall, transcript.Dropped, thenAway(400*time.Millisecond))), map[string]string{"push.unknown-event": "should: " + restartedText + wanted}},
	})
	firstPush := exchange(push.NewCall, 200, xmlType, "<Response/>")
	secondPush := endedExchange(push.NewCall, transcript.Dropped, thenGone)
	secondPush.Duplicate = true
	checkJudgements(t, receiver, []judgedCall{
		{"copy dropped, then gone: finding of the copy", callFor("trouble.duplicate-push", firstPush, secondPush), map[string]string{"push.newcall": "met",
			"trouble.duplicate-push": "should: the second time, the newCall push on Doc's leg: " + crashedText + "; want every push accepted, as in a call without trouble; unless push.newcall"}},
	})
}
