package requirements_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// withLoss returns the call with a loss of the receiver in it.
func withLoss(c transcript.Call, l transcript.Loss) transcript.Call {
	c.Lost, c.Complete = &l, false
	return c
}

// refusedConnection returns an exchange without a connection, because the port was closed.
func refusedConnection(event push.Event, change ...func(*transcript.Exchange)) transcript.Exchange {
	x := endedExchange(event, transcript.NotConnected, change...)
	x.Failure = endpoint.ConnectionRefused
	return x
}

func TestPushesAfterTheLossOfTheReceiverAreGaps(t *testing.T) {
	t.Parallel()
	const noConnectionGap = "gap: the receiver was gone: no connection: connection refused; because "
	acceptedNewCall := exchange(push.NewCall, 200, xmlType, "<Response/>")
	lossByAnswer := transcript.Loss{Requirement: "push.answer"}
	lossBySilentAnswer := transcript.Loss{Requirement: "push.answer", Silent: true}
	lossByAnotherCall := transcript.Loss{Requirement: "push.odd-caller"}
	hangupNotSentCall := scenarioCall("incoming-answered", acceptedNewCall, endedExchange(push.Answer, transcript.Dropped, thenGone))
	hangupNotSentCall.NotSent = []transcript.NotSent{{Step: 2, Leg: "Doc", Push: push.Push{Event: push.Hangup}, Reason: transcript.RunStopped}}
	const crashFinding = "must: the answer push on Doc's leg: " + crashedText + "; want every push of the call accepted, not only each one alone; unless push.answer"
	const hangFinding = "must: the answer push on Doc's leg: " + hungText + "; want every push of the call accepted, not only each one alone; unless push.answer"
	checkJudgements(t, receiver, []judgedCall{
		{"answer dropped, no connection for the hangup: gap of the hangup", withLoss(scenarioCall("incoming-answered", acceptedNewCall, endedExchange(push.Answer, transcript.Dropped, thenGone), refusedConnection(push.Hangup)), lossByAnswer), map[string]string{
			"push.newcall": "met", "push.answer": "must: " + crashedText + want2xx, "push.hangup": noConnectionGap + "push.answer", "call.answered": crashFinding, "following.reachable": "met"}},
		{"answer dropped, hangup not sent: gap of the hangup", withLoss(hangupNotSentCall, lossByAnswer), map[string]string{
			"push.newcall": "met", "push.answer": "must: " + crashedText + want2xx, "push.hangup": "gap: the push was not sent: the receiver no longer accepts connections; because push.answer", "call.answered": crashFinding, "following.reachable": "met"}},
		{"answer and hangup timed out: gap of the hangup", withLoss(scenarioCall("incoming-answered", acceptedNewCall, endedExchange(push.Answer, transcript.TimedOut, thenSilent), endedExchange(push.Hangup, transcript.TimedOut)), lossBySilentAnswer), map[string]string{
			"push.newcall": "met", "push.answer": "must: " + hungText + want2xx, "push.hangup": "gap: the receiver no longer accepted pushes: no response within 10 s; because push.answer", "call.answered": hangFinding}},
		{"receiver lost by another call: gaps", withLoss(scenarioCall("incoming-answered", acceptedNewCall, refusedConnection(push.Answer)), lossByAnotherCall), map[string]string{
			"push.newcall": "met", "push.answer": noConnectionGap + "push.odd-caller", "call.answered": noConnectionGap + "push.odd-caller"}},
		{"receiver lost by another call, no connection to another origin: gaps", withLoss(callOf(acceptedNewCall, refusedConnection(push.Hangup, withURL(otherOriginURL))), lossByAnotherCall), map[string]string{
			"push.newcall": "met", "push.hangup": noConnectionGap + "push.odd-caller", "following.reachable": noConnectionGap + "push.odd-caller"}},
		{"no connection to another origin before the loss: finding", withLoss(callOf(acceptedNewCall, refusedConnection(push.Answer, withURL(otherOriginURL)), endedExchange(push.Hangup, transcript.Dropped, thenGone)), transcript.Loss{Requirement: "push.hangup"}), map[string]string{
			"push.newcall": "met", "push.answer": "gap: the follow-up URL does not accept the push; because following.reachable", "push.hangup": "must: " + crashedText + want2xx,
			"following.reachable": "met | must: no connection: connection refused; want a receiver for answer pushes at " + otherOriginURL}},
		{"second push for the requirement that caused the loss: gap", withLoss(callFor("push.user-empty", endedExchange(push.NewCall, transcript.Dropped, asOdd, thenGone), refusedConnection(push.NewCall, asOdd)), transcript.Loss{Requirement: "push.user-empty"}), map[string]string{
			"push.user-empty": "must: " + crashedText + wantResponse2xx + "; unless push.newcall | gap: the receiver was gone: no connection: connection refused"}},
		{"status 404 before the loss: finding", withLoss(scenarioCall("incoming-answered", acceptedNewCall, exchange(push.Answer, 404, "", ""), refusedConnection(push.Hangup)), lossByAnotherCall), map[string]string{
			"push.newcall": "met", "push.hangup": noConnectionGap + "push.odd-caller", "push.answer": "gap: the follow-up URL does not accept the push; because following.reachable",
			"following.reachable": "must: status 404; want a receiver for answer pushes at " + followUpURL,
			"call.answered":       "must: the answer push on Doc's leg: status 404; want every push of the call accepted, not only each one alone; unless following.reachable"}},
		{"this machine cannot connect: gap", withLoss(callOf(acceptedNewCall, localFailure(push.Hangup)), lossByAnotherCall), map[string]string{"push.newcall": "met", "push.hangup": "gap: too many open files here"}},
		{"hangup blocked: gap", withLoss(callOf(acceptedNewCall, endedExchange(push.Hangup, transcript.BlockedEnd)), lossByAnswer), map[string]string{
			"push.newcall": "met", "push.hangup": "gap: the connection had a fault, although an earlier connection had none"}},
		{"run interrupted after the loss: not judged", withLoss(callOf(acceptedNewCall, endedExchange(push.Answer, transcript.Dropped, thenGone), endedExchange(push.Hangup, transcript.Interrupted)), lossByAnswer), map[string]string{
			"push.newcall": "met", "push.answer": "must: " + crashedText + want2xx, "following.reachable": "met"}},
		{"hangup blocked after the loss: gap", withLoss(callOf(acceptedNewCall, endedExchange(push.Answer, transcript.Dropped, thenGone), endedExchange(push.Hangup, transcript.BlockedEnd)), lossByAnswer), map[string]string{
			"push.newcall": "met", "push.answer": "must: " + crashedText + want2xx, "following.reachable": "met", "push.hangup": "gap: the connection had a fault, although an earlier connection had none"}},
		{"run interrupted in the call of the loss: gap", withLoss(scenarioCall("incoming-answered", acceptedNewCall, endedExchange(push.Answer, transcript.Interrupted)), transcript.Loss{Suspects: []string{"call.group"}}), map[string]string{
			"push.newcall": "met", "call.answered": "gap: the answer push on Doc's leg: the run was interrupted"}},
		{"first push caused the loss: gap of the second push", withLoss(callOf(endedExchange(push.NewCall, transcript.TimedOut, thenSilent), endedExchange(push.Hangup, transcript.TimedOut)), transcript.Loss{Requirement: "push.newcall", Silent: true}), map[string]string{
			"push.newcall": "must: " + hungText + wantResponse2xx, "push.encoded-brackets": "must: " + hungText + "; want a 2xx status, as for the same push with raw brackets; only if push.raw-brackets | gap: the plain push was not accepted; because push.newcall",
			"response.in-time": "gap: " + hungText + "; because push.newcall", "push.hangup": "gap: the receiver no longer accepted pushes: no response within 10 s; because push.newcall"}},
		{"no connection for the hangup, then gone: gap", withLoss(callOf(acceptedNewCall, refusedConnection(push.Hangup, thenGone)), lossByAnotherCall), map[string]string{"push.newcall": "met",
			"push.hangup": "gap: the receiver was gone: no connection: connection refused; the receiver has accepted no connection since; because push.odd-caller"}},
		{"sequence, receiver lost by another call: gap", withLoss(callFor("trouble.missing-answer", acceptedNewCall, refusedConnection(push.Hangup)), lossByAnotherCall), map[string]string{
			"push.newcall": "met", "trouble.missing-answer": noConnectionGap + "push.odd-caller"}},
	})
}

func TestPushIsAGapIfItIsUnknownWhichPushCausedTheLoss(t *testing.T) {
	t.Parallel()
	acceptedNewCall := exchange(push.NewCall, 200, xmlType, bothSubscriptions)
	unknownCause := transcript.Loss{Suspects: []string{"call.group", "push.odd-caller"}}
	const reason = "gap: the receiver has accepted no connection since the calls for call.group and push.odd-caller, which were under way at the same time; " +
		"start it again, and play each of them alone with --only ID to see which one crashes it"
	withSecondCallID := func(x *transcript.Exchange) { x.Push.CallID = "21102015" }
	similarIDs := callWithStates("state.apart", []transcript.Exchange{acceptedNewCall, exchange(push.NewCall, 500, "", "", withSecondCallID)}, "ringing, ringing ringing")
	similarIDs.RequirementID = "state.apart"
	for name, test := range map[string]struct {
		call transcript.Call
		ids  []string // requirements with a gap
	}{
		"newCall dropped":                                                {callOf(endedExchange(push.NewCall, transcript.Dropped, asConcurrent)), []string{"push.newcall"}},
		"newCall dropped, then gone":                                     {callOf(endedExchange(push.NewCall, transcript.Dropped, asConcurrent, thenGone)), []string{"push.newcall"}},
		"newCall gets status 502":                                        {callOf(exchange(push.NewCall, 502, "", "", asConcurrent)), []string{"push.newcall"}},
		"newCall timed out":                                              {callOf(endedExchange(push.NewCall, transcript.TimedOut, asConcurrent)), []string{"push.newcall", "response.in-time"}},
		"newCall timed out, then silent":                                 {callOf(endedExchange(push.NewCall, transcript.TimedOut, asConcurrent, thenSilent)), []string{"push.newcall", "response.in-time"}},
		"newCall incomplete in time":                                     {callOf(endedExchange(push.NewCall, transcript.Late, asConcurrent)), []string{"push.newcall", "response.in-time"}},
		"newCall truncated":                                              {callOf(endedExchange(push.NewCall, transcript.Truncated, asConcurrent)), []string{"push.newcall"}},
		"no connection for newCall":                                      {callOf(refusedConnection(push.NewCall, asConcurrent)), []string{"push.newcall"}},
		"odd newCall dropped":                                            {callFor("push.user-empty", endedExchange(push.NewCall, transcript.Dropped, asOdd)), []string{"push.user-empty"}},
		"unknown event dropped":                                          {callFor("push.unknown-event", endedExchange(push.NewCall, transcript.Dropped, asOdd)), []string{"push.unknown-event"}},
		"hangup dropped":                                                 {callOf(acceptedNewCall, endedExchange(push.Hangup, transcript.Dropped)), []string{"push.hangup"}},
		"no connection for hangup to another origin":                     {callOf(acceptedNewCall, refusedConnection(push.Hangup, withURL(otherOriginURL))), []string{"push.hangup", "following.reachable"}},
		"hangup to another origin dropped":                               {callOf(acceptedNewCall, endedExchange(push.Hangup, transcript.Dropped, withURL(otherOriginURL))), []string{"push.hangup"}},
		"answer of a whole call dropped":                                 {scenarioCall("incoming-answered", acceptedNewCall, endedExchange(push.Answer, transcript.Dropped)), []string{"push.answer", "call.answered"}},
		"hangup of a steered call dropped":                               {transcript.Call{ID: 1, Scenario: "own", Steered: true, Exchanges: []transcript.Exchange{acceptedNewCall, endedExchange(push.Hangup, transcript.Dropped)}}, []string{"push.hangup", "call.steered"}},
		"newCall of a second leg dropped":                                {scenarioCall("transfer-answered", acceptedNewCall, endedExchange(push.NewCall, transcript.Dropped, asSecondLeg)), []string{"push.diversion", "following.every-leg", "call.transfer-answered"}},
		"newCall of a sequence dropped":                                  {callFor("trouble.missing-hangup", endedExchange(push.NewCall, transcript.Dropped)), []string{"trouble.missing-hangup"}},
		"copy timed out":                                                 {callFor("trouble.duplicate-push", acceptedNewCall, repeatedExchange(endedExchange(push.NewCall, transcript.TimedOut))), []string{"trouble.duplicate-push"}},
		"newCall of a crowd dropped":                                     {crowdCall("trouble.many-calls", 15, acceptedNewCall, endedExchange(push.NewCall, transcript.Dropped)), []string{"trouble.many-calls"}},
		"no connection for good push after a stimulus":                   {callFor("trouble.malformed-push", stimulusExchange(transcript.Dropped, thenGone), refusedConnection(push.NewCall)), []string{"trouble.malformed-push"}},
		"stimulus dropped, no good push sent":                            {callFor("trouble.malformed-push", stimulusExchange(transcript.Dropped, thenGone)), []string{"trouble.malformed-push"}},
		"forged newCall dropped":                                         {callFor("signature.missing", endedExchange(push.NewCall, transcript.Dropped, asOdd, thenGone), refusedConnection(push.NewCall)), []string{"signature.missing"}},
		"forged hangup dropped":                                          {callFor("signature.missing", acceptedNewCall, endedExchange(push.Hangup, transcript.Dropped, asOdd, thenGone), refusedConnection(push.NewCall)), []string{"signature.missing"}},
		"newCall of a second call with a similar callId gets status 500": {similarIDs, []string{"state.apart"}},
	} {
		got := requirements.JudgeCall(withLoss(test.call, unknownCause), receiver)
		gaps := map[string]string{}
		for _, j := range got {
			if len(j.Findings) > 0 {
				t.Errorf("%s: findings %+v, want none", name, j.Findings)
			}
		}
		for id, words := range describeJudgements(got) {
			if strings.Contains(words, "gap") {
				gaps[id] = strings.TrimPrefix(words, "met | ")
			}
		}
		want := map[string]string{}
		for _, id := range test.ids {
			want[id] = reason
		}
		if diff := cmp.Diff(want, gaps); diff != "" {
			t.Errorf("%s: gaps mismatch (-want +got):\n%s", name, diff)
		}
	}
}

// repeatedExchange returns the exchange with its push marked as a copy of an earlier push.
func repeatedExchange(x transcript.Exchange) transcript.Exchange {
	x.Duplicate = true
	return x
}

// crowdCall returns a crowd with the given number of calls.
func crowdCall(id string, size int, xs ...transcript.Exchange) transcript.Call {
	return transcript.Call{ID: 1, RequirementID: id, Crowd: size, Exchanges: xs, Complete: true}
}

func TestReasonOfAPushNotSentNamesTheSuspects(t *testing.T) {
	t.Parallel()
	c := scenarioCall("incoming-answered", exchange(push.NewCall, 200, xmlType, bothSubscriptions))
	lost := withLoss(c, transcript.Loss{Suspects: []string{"call.group"}})
	const reason = "the receiver has accepted no connection since the call for call.group; start it again, and use --only call.group to see whether that call is the reason"
	for reasonNotSent, want := range map[transcript.NotSentReason]string{
		transcript.RunStopped:  "gap: the hangup push on Doc's leg was not sent: " + reason,
		transcript.NotReached:  "gap: the hangup push on Doc's leg was not sent: " + reason,
		transcript.UnusableURL: "gap: the hangup push on Doc's leg was not sent: unusable URL; because following.hangup-url",
	} {
		lost.NotSent = []transcript.NotSent{{Step: 2, Leg: "Doc", Push: push.Push{Event: push.Hangup}, Reason: reasonNotSent}}
		if got := describeJudgements(requirements.JudgeCall(lost, receiver))["call.answered"]; got != want {
			t.Errorf("%s: call.answered is %q, want %q", reasonNotSent, got, want)
		}
	}
}

func TestGapOfACallThatWasNotPlayedHasItsVariant(t *testing.T) {
	t.Parallel()
	c := transcript.Call{ID: 1, RequirementID: "push.odd-caller", Variant: "the caller is a SIP id", Background: transcript.Background{Lost: &transcript.Loss{Requirement: "push.user-empty"}}}
	want := []requirements.Judgement{{Requirement: "push.odd-caller", Gaps: []requirements.Gap{{
		Variant: "the caller is a SIP id", Reason: "the call was not played: the receiver no longer accepts connections", CauseID: "push.user-empty", ByLoss: true,
	}}}}
	if diff := cmp.Diff(want, requirements.JudgeCall(c, receiver)); diff != "" {
		t.Errorf("JudgeCall mismatch (-want +got):\n%s", diff)
	}
	c.RequirementID = "signature.missing"
	if shown := requirements.CapabilitiesShownBy(c); len(shown) > 0 {
		t.Errorf("CapabilitiesShownBy() = %v, want none: the call was not played", shown)
	}
}

func TestDescriptionOfALossNamesTheStateOfTheReceiverAndTheSuspectedCalls(t *testing.T) {
	t.Parallel()
	for want, l := range map[string]transcript.Loss{
		"the receiver has accepted no connection since the call for push.user-empty":                                                                 {Requirement: "push.user-empty"},
		"the receiver accepts connections and has accepted no push since the call for call.group":                                                    {Suspects: []string{"call.group"}, Silent: true},
		"the receiver has accepted no connection since the calls for call.group, call.menu and call.internal, which were under way at the same time": {Suspects: []string{"call.group", "call.menu", "call.internal"}},
		"the receiver has accepted no connection since the calls for push.odd-caller, which were under way at the same time":                         {Suspects: []string{"push.odd-caller", "push.odd-caller"}},
		"the receiver stopped again and again, and the run no longer waited for it to accept connections":                                            {Requirement: "push.user-empty", GaveUp: true},
		"the receiver no longer accepts connections, and it is not known why":                                                                        {},
		"the receiver accepts connections but no push, and it is not known why":                                                                      {Silent: true},
	} {
		if got := outcome.DescribeLoss(l); got != want {
			t.Errorf("DescribeLoss(%+v) = %q, want %q", l, got, want)
		}
	}
}

func TestReasonOfACallNotPlayedSaysThatRunGaveUp(t *testing.T) {
	t.Parallel()
	c := transcript.Call{Scenario: "group-answered", Background: transcript.Background{Lost: &transcript.Loss{Requirement: "push.user-empty", GaveUp: true}}}
	want := "the call was not played: the receiver stopped again and again, and the run no longer waited for it to accept connections"
	for _, j := range requirements.JudgeCall(c, requirements.Target{}) {
		for _, g := range j.Gaps {
			if g.Reason != want || g.CauseID != "push.user-empty" {
				t.Errorf("%s: gap %q because of %q, want %q because of push.user-empty", j.Requirement, g.Reason, g.CauseID, want)
			}
		}
		if len(j.Gaps) != 1 {
			t.Errorf("%s: %d gaps, want 1", j.Requirement, len(j.Gaps))
		}
	}
}

func TestLossAfterAStimulusIsAFindingOfTheStimulus(t *testing.T) {
	t.Parallel()
	const malformed, slow = "trouble.malformed-push", "trouble.slow-push"
	const wanted = "; want the next good push accepted"
	refusedNewCall, acceptedNewCall := refusedConnection(push.NewCall), exchange(push.NewCall, 200, xmlType, "<Response/>")
	lossByStimulus := transcript.Loss{Requirement: malformed}
	stimulusCall := func(before transcript.Treatment, xs ...transcript.Exchange) transcript.Call {
		c := callFor(malformed, xs...)
		c.GoodCallBefore = map[push.Event]transcript.Treatment{push.NewCall: before}
		return c
	}
	heldOpen := stimulusExchange(transcript.HeldOpen)
	newCallRefused := stimulusCall(transcript.Refused, stimulusExchange(transcript.Dropped, thenAway(400*time.Millisecond)), exchange(push.NewCall, 401, "", ""), endedExchange(push.Hangup, transcript.Dropped))
	newCallRefused.GoodCallBefore[push.Hangup] = transcript.Accepted
	thenRestarted := thenAway(400 * time.Millisecond)
	checkJudgements(t, receiver, []judgedCall{
		{"stimulus dropped, then gone: finding", withLoss(stimulusCall(transcript.Accepted, stimulusExchange(transcript.Dropped, thenGone), refusedNewCall), lossByStimulus), map[string]string{
			malformed: "must: after a JSON document: " + crashedText + wanted + "; unless push.newcall, signature.missing"}},
		{"stimulus dropped, then gone before a good push was sent: finding", withLoss(stimulusCall(transcript.Accepted, stimulusExchange(transcript.Dropped, thenGone)), lossByStimulus), map[string]string{
			malformed: "must: after a JSON document: " + crashedText + wanted + "; unless signature.missing"}},
		{"good push refused before the stimulus, receiver gone after the stimulus: finding", withLoss(stimulusCall(transcript.Refused, stimulusExchange(transcript.Dropped, thenGone)), lossByStimulus), map[string]string{
			malformed: "must: after a JSON document: " + crashedText + "; want the next good push treated like the one before, which was refused; unless signature.missing"}},
		{"stimulus refused, then gone: finding", withLoss(stimulusCall(transcript.Accepted, stimulusExchange(transcript.Complete, withStatus(400), thenGone), refusedNewCall), lossByStimulus), map[string]string{
			malformed: "must: after a JSON document: status 400; the receiver has accepted no connection since" + wanted + "; unless push.newcall, signature.missing"}},
		{"stimulus refused because of its signature, then gone: finding", withLoss(stimulusCall(transcript.Accepted, withBody(stimulusExchange(transcript.Complete, withStatus(401), thenGone), "missing signature")), lossByStimulus), map[string]string{
			malformed: "must: after a JSON document: status 401; the receiver has accepted no connection since" + wanted + "; unless signature.missing"}},
		{"stimulus timed out, then silent: finding", withLoss(stimulusCall(transcript.Accepted, stimulusExchange(transcript.TimedOut, thenSilent), endedExchange(push.NewCall, transcript.TimedOut, withTimes(time.Second, time.Second))), lossByStimulus), map[string]string{
			malformed: "must: after a JSON document: " + hungText + wanted + "; unless response.in-time, signature.missing"}},
		{"no connection for the good push: finding", stimulusCall(transcript.Accepted, stimulusExchange(transcript.Dropped, thenRestarted), refusedNewCall), map[string]string{
			malformed: "must: after a JSON document: " + restartedText + wanted + "; unless push.newcall, signature.missing"}},
		{"receiver away for 0.4 s after the stimulus, good push accepted: met", stimulusCall(transcript.Accepted, stimulusExchange(transcript.Dropped, thenRestarted), acceptedNewCall), map[string]string{malformed: "met", "push.newcall": "met"}},
		{"receiver away for 0.4 s after the stimulus, good push gets status 403: gap", stimulusCall(transcript.Accepted, stimulusExchange(transcript.Dropped, thenRestarted), exchange(push.NewCall, 403, "", "")), map[string]string{
			malformed: "gap: after a JSON document the receiver blocks the address that sent it: status 403"}},
		{"receiver lost by another call: gap", withLoss(stimulusCall(transcript.Accepted, stimulusExchange(transcript.Complete, withStatus(400)), refusedNewCall), transcript.Loss{Requirement: "push.odd-caller"}), map[string]string{
			malformed: "gap: the receiver was gone: no connection: connection refused; because push.odd-caller"}},
		{"stimulus refused, no good push sent: not judged", withLoss(stimulusCall(transcript.Accepted, stimulusExchange(transcript.Complete, withStatus(400))), lossByStimulus), nil},
		{"newCall refused as before, hangup dropped: finding", newCallRefused, map[string]string{
			malformed: "must: after a JSON document: " + restartedText + wanted + "; unless push.hangup, signature.missing"}},
		{"no connection after a slow push was closed: gap", withLoss(callFor(slow, heldOpen, refusedNewCall), transcript.Loss{Requirement: slow}), map[string]string{
			slow: "gap: the receiver was gone: no connection: connection refused"}},
	})
}

func withBody(x transcript.Exchange, body string) transcript.Exchange {
	x.ResponseBody = []byte(body)
	return x
}

func TestLossOfUnknownCauseShowsNoCapability(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]transcript.Call{
		"forged push dropped, suspected: not shown":    withLoss(callFor("signature.missing", endedExchange(push.NewCall, transcript.Dropped, asOdd, thenGone)), transcript.Loss{Suspects: []string{"signature.missing"}}),
		"plain push dropped: not shown":                withLoss(callFor("signature.missing", endedExchange(push.NewCall, transcript.Dropped, thenGone), refusedConnection(push.Hangup, asOdd)), transcript.Loss{Requirement: "signature.missing"}),
		"no connection for the forged push: not shown": withLoss(callFor("signature.missing", refusedConnection(push.NewCall, asOdd, thenGone)), transcript.Loss{Requirement: "signature.missing"}),
	} {
		if shown := requirements.CapabilitiesShownBy(c); len(shown) > 0 {
			t.Errorf("%s: CapabilitiesShownBy() = %v, want none", name, shown)
		}
	}
}

func TestFollowUpWithoutConnectionIsAGapIfReceiverIsLost(t *testing.T) {
	t.Parallel()
	const noConnectionGap = "gap: the receiver was gone: no connection: connection refused"
	refusedHangupCall, localFailureCall := callOf(refusedConnection(push.Hangup, withURL(otherOriginURL))), callOf(localFailure(push.Hangup, withURL(otherOriginURL)))
	for name, test := range map[string]struct {
		lost *transcript.Loss
		call transcript.Call
		want string // results of following.reachable
	}{
		"not lost: finding":                               {nil, refusedHangupCall, "must: no connection: connection refused; want a receiver for hangup pushes at " + otherOriginURL},
		"gone because of an answer: gap with a cause":     {&transcript.Loss{Requirement: "push.answer"}, refusedHangupCall, noConnectionGap + "; because push.answer"},
		"gone for an unknown reason: gap":                 {&transcript.Loss{}, refusedHangupCall, noConnectionGap},
		"silent: finding, because it accepts connections": {&transcript.Loss{Requirement: "push.answer", Silent: true}, refusedHangupCall, "must: no connection: connection refused; want a receiver for hangup pushes at " + otherOriginURL},
		"gone, and this machine cannot connect: gap":      {&transcript.Loss{Requirement: "push.answer"}, localFailureCall, "gap: too many open files here"},
	} {
		target := receiver
		target.Loss = test.lost
		if got := describeJudgements(requirements.JudgeCall(test.call, target))["following.reachable"]; got != test.want {
			t.Errorf("%s: following.reachable is %q, want %q", name, got, test.want)
		}
	}
}

func TestForgedPushIsAFindingIfItCrashesReceiver(t *testing.T) {
	t.Parallel()
	const missing, forged = "signature.missing", "signature.forged"
	const wanted = "want the push refused, and the receiver still working, got "
	signedReceiver := receiver
	signedReceiver.PushesSigned = true
	goodPush := withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions))
	thenRestarted := thenAway(400 * time.Millisecond)
	for name, test := range map[string]struct {
		id    string
		xs    []transcript.Exchange
		want  []string
		fix   string
		shown bool
	}{
		"newCall dropped, good push accepted: met": {missing, []transcript.Exchange{endedExchange(push.NewCall, transcript.Dropped), goodPush}, []string{"met"}, "", true},
		"newCall dropped, then gone: finding":      {missing, []transcript.Exchange{endedExchange(push.NewCall, transcript.Dropped, thenGone), withSignature(refusedConnection(push.NewCall))}, []string{"must, exchange 0: " + wanted + crashedText}, "Catch the missing header and respond with 403; the process must not end.", true},
		"newCall dropped, then gone before a good push was sent: finding": {forged, []transcript.Exchange{endedExchange(push.NewCall, transcript.Dropped, thenGone)}, []string{"must, exchange 0: " + wanted + crashedText},
			"Catch the failed verification and respond with 403; the process must not end.", true},
		"newCall dropped, then away for 0.4 s: finding":  {missing, []transcript.Exchange{endedExchange(push.NewCall, transcript.Dropped, thenRestarted), goodPush}, []string{"must, exchange 0: " + wanted + restartedText}, "Catch the missing header and respond with 403; the process must not end.", true},
		"newCall timed out, then silent: finding":        {missing, []transcript.Exchange{endedExchange(push.NewCall, transcript.TimedOut, thenSilent), withSignature(endedExchange(push.NewCall, transcript.TimedOut))}, []string{"must, exchange 0: " + wanted + hungText}, "Catch the missing header and respond with 403, in every branch.", true},
		"hangup dropped, good push accepted: not judged": {forged, []transcript.Exchange{goodPush, endedExchange(push.Hangup, transcript.Dropped), goodPush}, nil, "", false},
		"hangup dropped, then gone: finding": {forged, []transcript.Exchange{goodPush, endedExchange(push.Hangup, transcript.Dropped, thenGone), withSignature(refusedConnection(push.NewCall))},
			[]string{"must, exchange 1: " + wanted + crashedText}, "Catch the failed verification and respond with 403; the process must not end.", false},
	} {
		c := callFor(test.id, test.xs...)
		forgedIndex := len(c.Exchanges) - 2 // a good push follows the forged push
		if len(c.Exchanges) == 1 {
			forgedIndex = 0
		}
		c.Exchanges[forgedIndex].Odd = true
		if c.Exchanges[forgedIndex].Aftermath.Gone {
			c = withLoss(c, transcript.Loss{Requirement: test.id})
		}
		js := requirements.JudgeCall(c, signedReceiver)
		var want []string
		for _, w := range test.want {
			want = append(want, test.id+": "+w)
		}
		if diff := cmp.Diff(want, summarize(js, "signature.m")); test.id == missing && diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(want, summarize(js, "signature.f")); test.id == forged && diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", name, diff)
		}
		if fs := findingsOf(js, test.id); len(fs) > 0 && fs[0].Fix != test.fix {
			t.Errorf("%s: fix %q, want %q", name, fs[0].Fix, test.fix)
		}
		if shown := slices.Contains(requirements.CapabilitiesShownBy(c), requirements.CanSignature); shown != test.shown {
			t.Errorf("%s: the capability is shown: %t, want %t", name, shown, test.shown)
		}
	}
}

func TestFindingOfACrowdNamesItsSize(t *testing.T) {
	t.Parallel()
	const id = "trouble.many-calls"
	accepted, dropped := exchange(push.NewCall, 200, xmlType, bothSubscriptions, asConcurrent), endedExchange(push.NewCall, transcript.Dropped, asConcurrent, thenGone)
	const wanted = id + ": must, exchange 1: want every push of calls at once accepted, as each is on its own, got "
	for name, test := range map[string]struct {
		call transcript.Call
		want []string
	}{
		"one of 3 pushes dropped: finding":            {crowdCall(id, 5, accepted, dropped, accepted), []string{wanted + "of 5 calls at once, 1 of 3 pushes was not accepted; the first, the newCall push on Doc's leg: " + crashedText}},
		"two of 3 pushes without a response: finding": {crowdCall(id, 15, accepted, dropped, refusedConnection(push.NewCall)), []string{wanted + "of 15 calls at once, 2 of 3 pushes were not accepted; the first, the newCall push on Doc's leg: " + crashedText}},
		"receiver lost by the crowd: finding": {withLoss(crowdCall(id, 15, accepted, dropped, refusedConnection(push.NewCall)), transcript.Loss{Requirement: id}),
			[]string{wanted + "of 15 calls at once, 2 of 3 pushes were not accepted; the first, the newCall push on Doc's leg: " + crashedText}},
		"receiver lost by another call: gap": {withLoss(crowdCall(id, 15, accepted, refusedConnection(push.NewCall)), transcript.Loss{Requirement: "push.odd-caller"}),
			[]string{id + ": gap because push.odd-caller: the receiver was gone: no connection: connection refused"}},
		"one push timed out after 1 s, then silent: finding": {crowdCall(id, 5, accepted, endedExchange(push.NewCall, transcript.TimedOut, asConcurrent, thenSilent, withTimes(time.Second, time.Second))),
			[]string{wanted + "of 5 calls at once, 1 of 2 pushes was not accepted; the first, the newCall push on Doc's leg: no response within 1 s; since then it accepts connections but does not respond"}},
		"crowd of one call: gap":       {crowdCall(id, 1), []string{id + ": gap: the receiver handles one call at a time, too slowly for two within the time limit"}},
		"crowd not played: not judged": {crowdCall(id, 0), nil},
	} {
		if diff := cmp.Diff(test.want, summarize(requirements.JudgeCall(test.call, receiver), id)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", name, diff)
		}
	}
}
