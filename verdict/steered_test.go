package verdict_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// asOddCall returns the call with its last push odd, as played for a variant of a requirement.
func asOddCall(id string, variant transcript.Variant, c transcript.Call) transcript.Call {
	c.RequirementID, c.Variant = id, variant
	c.Exchanges[len(c.Exchanges)-1].Odd = true
	return c
}

// redirectedCall returns a plain call that the receiver redirects, with the statuses of the responses to its answer and hangup.
func redirectedCall(answer, hangup int) transcript.Call {
	const url = "https://receiver.example/follow"
	c := callWithResponse(`<Response onAnswer="` + url + `" onHangup="` + url + `"><Dial><Number>4915799912345</Number></Dial></Response>`)
	c.Scenario, c.Steered, c.Complete = "incoming-answered", true, true
	c = addPush(addPush(c, push.Answer, transcript.Complete), push.Hangup, transcript.Complete)
	for i, status := range []int{answer, hangup} {
		x := &c.Exchanges[i+1]
		x.Push.To, x.Push.AnsweringNumber, x.Push.Users, x.Status = "4921100000000", "4915799912345", nil, status
	}
	return c
}

// busyCall returns a plain call that the receiver rejects as busy, with the status of the response to its hangup.
func busyCall(status int) transcript.Call {
	c := rejectedCall(push.Busy, status)
	c.Scenario, c.Complete = "incoming-answered", true
	return c
}

func TestRefusedOddPushOfASteeredCallIsAFindingOnlyOfItsRequirement(t *testing.T) {
	t.Parallel()
	type row struct {
		Status  verdict.Status
		CauseID string
	}
	passed, failed, warned := row{verdict.Passed, ""}, row{verdict.Failed, ""}, row{verdict.Warned, ""}
	undeterminedBecauseOf := func(id string) row { return row{verdict.Undetermined, id} }
	refusedAnswerFor := func(id string, variant transcript.Variant) transcript.Call {
		c := redirectedCall(500, 200)
		c.Exchanges[1].Odd, c.Exchanges[2].Odd, c.RequirementID, c.Variant = true, true, id, variant
		return c
	}
	emptyCaller, anonymousCaller := refusedAnswerFor("push.odd-caller", "the caller's number is empty"), refusedAnswerFor("push.anonymous-caller", "the caller suppresses the number")
	outgoingWithRefusedHangup := wholeOutgoingCall()
	outgoingWithRefusedHangup.Scenario, outgoingWithRefusedHangup.Complete, outgoingWithRefusedHangup.Exchanges[2].Status = "outgoing-answered", true, 500
	forCause := func(cause push.Cause, c transcript.Call) transcript.Call {
		c.RequirementID, c.Variant = "push.hangup-causes", requirements.CauseVariant(cause)
		return c
	}
	plainCallWithHangupStatus := func(status int) transcript.Call {
		c := forCause(push.NormalClearing, wholeCall())
		c.Exchanges[2].Status = status
		return c
	}
	troubleCall := busyCall(500)
	troubleCall.RequirementID = "trouble.missing-answer"
	tests := []struct {
		name  string
		calls []transcript.Call
		want  map[string]row
	}{
		{"hangup with an unknown cause refused: finding of push.unknown-cause", []transcript.Call{busyCall(200), asOddCall("push.unknown-cause", "the hangup cause is chanunavail", rejectedCall("chanunavail", 500))},
			map[string]row{"push.unknown-cause": warned, "call.steered": passed, "push.hangup": passed}},
		{"hangup refused in a call with an empty caller: finding of push.odd-caller", []transcript.Call{busyCall(200), asOddCall("push.odd-caller", "the caller's number is empty", rejectedCall(push.Busy, 500))},
			map[string]row{"push.odd-caller": warned, "call.steered": passed, "push.hangup": passed}},
		{"every push of redirected calls accepted: no finding", []transcript.Call{redirectedCall(200, 200)},
			map[string]row{"push.answer": passed, "push.hangup": passed, "call.steered": passed}},
		{"answer refused in a call with an empty caller: finding of push.odd-caller", []transcript.Call{redirectedCall(200, 200), emptyCaller},
			map[string]row{"push.answer": passed, "push.odd-caller": warned, "call.steered": passed}},
		{"answer refused in a call with an anonymous caller: finding of push.anonymous-caller", []transcript.Call{redirectedCall(200, 200), anonymousCaller},
			map[string]row{"push.answer": passed, "push.anonymous-caller": failed}},
		{"hangup with normalClearing refused, every call rejected as busy: finding of push.hangup-causes", []transcript.Call{busyCall(200), rejectedCallWithCause(push.NormalClearing, 500)},
			map[string]row{"push.hangup": passed, "push.hangup-causes": failed}},
		{"hangup with normalClearing refused, incoming calls rejected as busy: finding of push.hangup-causes", []transcript.Call{busyCall(200), rejectedCallWithCause(push.NormalClearing, 500), outgoingWithRefusedHangup},
			map[string]row{"push.hangup": passed, "push.hangup-causes": failed, "call.answered": undeterminedBecauseOf("push.hangup-causes")}},
		{"hangup with another cause and hangup of outgoing calls refused: findings of push.hangup-causes and call.answered", []transcript.Call{busyCall(200), rejectedCallWithCause(push.Forwarded, 500), outgoingWithRefusedHangup},
			map[string]row{"push.hangup": passed, "push.hangup-causes": failed, "call.answered": failed}},
		{"hangup refused in a call rejected as busy: finding of push.hangup", []transcript.Call{busyCall(500), forCause(push.Busy, busyCall(500)), rejectedCallWithCause(push.Cancel, 200)},
			map[string]row{"push.hangup": failed, "push.hangup-causes": undeterminedBecauseOf("push.hangup")}},
		{"hangup refused in a rejected call, also in a call with trouble: finding of push.hangup", []transcript.Call{busyCall(500), troubleCall},
			map[string]row{"push.hangup": failed, "trouble.missing-answer": undeterminedBecauseOf("push.hangup")}},
		{"hangup with the cause busy refused, plain hangup accepted: finding of call.steered", []transcript.Call{wholeOutgoingCall(), wholeCall(), busyCall(500), rejectedCallWithCause(push.Cancel, 200)},
			map[string]row{"push.hangup": passed, "push.hangup-causes": undeterminedBecauseOf("call.steered"), "call.steered": failed}},
		{"hangup with normalClearing accepted in a plain call: no finding", []transcript.Call{plainCallWithHangupStatus(200)},
			map[string]row{"push.hangup": passed, "push.hangup-causes": passed}},
		{"hangup with normalClearing refused in a plain call: finding of push.hangup", []transcript.Call{plainCallWithHangupStatus(500)},
			map[string]row{"push.hangup": failed, "push.hangup-causes": undeterminedBecauseOf("push.hangup")}},
		{"every answer refused, newCalls of odd callers accepted: finding of push.answer", []transcript.Call{redirectedCall(500, 200), emptyCaller, anonymousCaller},
			map[string]row{"push.answer": failed, "push.odd-caller": passed,
				"push.anonymous-caller": passed, "call.steered": undeterminedBecauseOf("push.answer")}},
	}
	for _, test := range tests {
		run := verdict.Run{RunInfo: verdict.RunInfo{Outgoing: "https://receiver.example/"}, Evidence: verdict.Evidence{Calls: numberedCalls(test.calls...), Target: requirements.Target{Origins: []string{"https://receiver.example"}}}}
		got := map[string]row{}
		for _, r := range run.Judge().Rows {
			if _, ok := test.want[r.ID]; ok {
				got[r.ID] = row{r.Status, r.CauseID}
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestReasonExplainsWhyNoCallReachedAPush(t *testing.T) {
	t.Parallel()
	unsubscribedCall := callWithResponse("<Response/>")
	unsubscribedCall.NotSent = []transcript.NotSent{
		{Step: 1, Push: push.Push{Event: push.Answer}, Reason: transcript.NotSubscribed},
		{Step: 2, Push: push.Push{Event: push.Hangup}, Reason: transcript.NotSubscribed},
	}
	oddCall := unsubscribedCall
	oddCall.RequirementID = "push.unknown-event"
	const advice = "; name a number that the receiver lets through, --numbers through=NUMBER"
	tests := []struct {
		name  string
		calls []transcript.Call
		id    string
		want  string
	}{
		{"push.answering-number, incoming call let through without subscriptions: no subscription to answer", []transcript.Call{unsubscribedCall, wholeOutgoingCall()}, "push.answering-number",
			"the receiver does not subscribe to the answer of such a call"},
		{"push.unknown-cause, incoming call let through without subscriptions: no subscription to hangup", []transcript.Call{unsubscribedCall, wholeOutgoingCall()}, "push.unknown-cause",
			"the receiver does not subscribe to the hangup of such a call"},
		{"every call rejected: every call turned away", []transcript.Call{busyCall(200), oddCall}, "push.answer",
			"no call got that far: the receiver turned away every call before" + advice},
		{"every incoming call rejected: every incoming call turned away", []transcript.Call{busyCall(200), wholeOutgoingCall()}, "push.answering-number",
			"no call got that far: the receiver turned away every incoming call before" + advice},
		{"no call turned away: no call got that far", []transcript.Call{wholeCall()}, "push.answering-number", "no call of the run got that far"},
	}
	for _, test := range tests {
		run := verdict.Run{
			RunInfo: verdict.RunInfo{Outgoing: "https://receiver.example/"},
			Evidence: verdict.Evidence{
				Calls: numberedCalls(test.calls...), Target: requirements.Target{Origins: []string{"https://receiver.example"}},
				OtherCapabilities: []requirements.Capability{requirements.CanAnswer},
			},
		}
		rows := run.Judge().Rows
		row := rows[slices.IndexFunc(rows, func(r verdict.Row) bool { return r.ID == test.id })]
		if row.Status != verdict.NotApplicable || row.Reason != test.want {
			t.Errorf("%s: %s is %s (%s), want not applicable (%s)", test.name, test.id, row.Status, row.Reason, test.want)
		}
	}
}
