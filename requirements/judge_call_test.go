package requirements_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// transferExchanges returns the exchanges of the scenario transfer-answered. Every push is accepted.
func transferExchanges() []transcript.Exchange {
	return []transcript.Exchange{
		exchange(push.NewCall, 200, xmlType, bothSubscriptions),
		exchange(push.Answer, 200, "", ""),
		exchange(push.NewCall, 200, xmlType, bothSubscriptions, asSecondLeg),
		exchange(push.Answer, 200, "", "", asSecondLeg),
		exchange(push.Hangup, 200, "", ""),
	}
}

func TestWholeCallIsMetIfEveryPushIsSentAndAccepted(t *testing.T) {
	t.Parallel()
	const id = "call.transfer-answered"
	withExchange := func(i int, x transcript.Exchange) func(*transcript.Call) {
		return func(c *transcript.Call) { c.Exchanges[i] = x }
	}
	withNotSent := func(reason transcript.NotSentReason, diversion string) func(*transcript.Call) {
		return func(c *transcript.Call) {
			c.NotSent = []transcript.NotSent{{Leg: "Marty", Push: push.Push{Event: push.Answer, Diversion: diversion}, Reason: reason}}
		}
	}
	const docNumber = "493023125001"
	tests := []struct {
		name, why string
		change    func(*transcript.Call)
		want      map[string]string
	}{
		{"every push accepted: met", "", func(*transcript.Call) {}, nil},
		{"second newCall refused: finding", "the receiver may accept each push by itself", withExchange(2, exchange(push.NewCall, 500, "", "", asSecondLeg)),
			map[string]string{id: "must unless push.diversion, push.newcall", "following.every-leg": "gap because push.diversion"}},
		{"second newCall timed out: finding", "", withExchange(2, endedExchange(push.NewCall, transcript.TimedOut, asSecondLeg)),
			map[string]string{id: "must unless response.in-time", "response.in-time": "must", "push.diversion": "gap because response.in-time", "following.every-leg": "gap because response.in-time"}},
		{"second answer refused: finding", "", withExchange(3, exchange(push.Answer, 500, "", "", asSecondLeg)), map[string]string{id: "must unless push.answer, push.diversion"}},
		{"second answer dropped: finding", "", withExchange(3, endedExchange(push.Answer, transcript.Dropped, asSecondLeg)), map[string]string{id: "must unless push.answer, push.diversion"}},
		{"second answer gets status 404: finding", "", withExchange(3, exchange(push.Answer, 404, "", "", asSecondLeg)), map[string]string{id: "must unless following.reachable"}},
		{"first hangup refused: finding", "it may be refused because of the second leg before it", withExchange(4, exchange(push.Hangup, 500, "", "")), map[string]string{id: "must unless push.hangup"}},
		{"response to an answer never ended: met", "sipgate discards the response", withExchange(3, endedExchange(push.Answer, transcript.NeverEnded, asSecondLeg, withStatus(200))), nil},
		{"response to an answer not ended after 1 s: met", "sipgate discards the response",
			withExchange(3, endedExchange(push.Answer, transcript.NeverEnded, asSecondLeg, withStatus(200), withTimes(time.Second, time.Second))), nil},
		{"answer timed out after 1 s: gap", "sipgate waits longer", withExchange(3, endedExchange(push.Answer, transcript.TimedOut, asSecondLeg, withTimes(time.Second, time.Second))),
			map[string]string{id: "gap", "push.answer": "gap"}},
		{"no connection for hangup: gap", "", withExchange(4, endedExchange(push.Hangup, transcript.NotConnected)), map[string]string{id: "gap", "push.hangup": "gap"}},
		{"run interrupted during hangup: gap", "", withExchange(4, endedExchange(push.Hangup, transcript.Interrupted)), map[string]string{id: "gap"}},
		{"newCall refused because of its origin: gap", "the receiver is right", withExchange(0, exchange(push.NewCall, 403, "", "IP address is not from sipgate")),
			map[string]string{id: "gap", "push.newcall": "gap"}},
		{"second newCall refused because of its signature in an Error document: gap", "a 200 can be a refusal", withExchange(2, exchange(push.NewCall, 200, xmlType, `<Error message="bad signature"/>`, asSecondLeg)),
			map[string]string{id: "gap", "push.diversion": "gap", "following.every-leg": "gap"}},
		{"first leg without onAnswer: not applicable", "the receiver is free not to", withNotSent(transcript.NotSubscribed, ""),
			map[string]string{id: "not applicable: the receiver does not subscribe to the answer of such a call"}},
		{"second leg without onAnswer: gap", "", withNotSent(transcript.NotSubscribed, docNumber), map[string]string{id: "gap because following.every-leg"}},
		{"onAnswer with an unusable URL: gap", "", withNotSent(transcript.UnusableURL, ""), map[string]string{id: "gap because following.answer-url", "push.answer": "gap because following.answer-url"}},
		{"onAnswer at an unsafe host: gap", "", withNotSent(transcript.Blocked, ""), map[string]string{id: "gap because following.https", "push.answer": "gap because following.https", "following.reachable": "gap because following.https"}},
		{"onAnswer at an unreachable host: gap", "", withNotSent(transcript.NotReached, ""), map[string]string{id: "gap because following.reachable", "push.answer": "gap because following.reachable"}},
		{"onAnswer at a host that is not allowed: gap", "", withNotSent(transcript.NotAllowed, ""),
			map[string]string{id: "gap", "push.answer": "gap", "following.reachable": "gap", "following.https": "gap"}},
		{"call to second leg rejected: not applicable", "the second leg was not played", func(c *transcript.Call) {
			c.Steered, c.Skipped = true, []transcript.Skipped{{Deed: "Marty answers", Leg: "Marty", Reason: "the receiver rejects the call", ReceiverAction: "rejects"}}
		}, map[string]string{id: "not applicable: the receiver rejects every call to Marty; name a number that the receiver lets through, --numbers through=NUMBER"}},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Scenario: "transfer-answered", Exchanges: transferExchanges(), Complete: true}
		test.change(&c)
		if test.want == nil {
			test.want = map[string]string{}
		}
		if diff := cmp.Diff(test.want, resultsExceptMet(requirements.JudgeCall(c, receiver))); diff != "" {
			t.Errorf("%s: %s: mismatch (-want +got):\n%s", test.name, test.why, diff)
		}
	}
}

func TestCallMeetsOnlyTheRequirementOfItsScenario(t *testing.T) {
	t.Parallel()
	tests := []struct {
		scenario, requirementID string
		incomplete              bool
		want                    string
	}{
		{"transfer-answered", "", false, "call.transfer-answered"},
		{"transfer-unanswered", "", false, "call.transfer-unanswered"},
		{"forward-busy", "", false, "call.forward-busy"},
		{"incoming-answered", "", false, "call.answered"},
		{"outgoing-answered", "", false, "call.answered"},
		{"incoming-answered", "push.user-empty", false, ""},
		{"incoming-answered", "", true, ""},
		{"own", "", false, ""},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Scenario: test.scenario, RequirementID: test.requirementID, Complete: !test.incomplete, Exchanges: []transcript.Exchange{exchange(push.NewCall, 200, xmlType, bothSubscriptions)}}
		got := ""
		for _, j := range requirements.JudgeCall(c, receiver) {
			if (requirements.Requirement{ID: j.Requirement}).Area() == "call" && j.TimesJudged > 0 {
				got += j.Requirement
			}
		}
		if got != test.want {
			t.Errorf("%s, for %q, incomplete %t: meets %q, want %q", test.scenario, test.requirementID, test.incomplete, got, test.want)
		}
	}
}

func TestSecondLegNeedsTheSubscriptionsOfTheFirstLeg(t *testing.T) {
	t.Parallel()
	const id = "following.every-leg"
	secondResponse := func(status int, contentType, body string) transcript.Exchange {
		return exchange(push.NewCall, status, contentType, body, asSecondLeg)
	}
	answerOnly, hangupOnly := `<Response onAnswer="`+followUpURL+`"/>`, `<Response onHangup="`+followUpURL+`"/>`
	tests := []struct {
		name, first    string
		secondResponse transcript.Exchange
		met            bool
		want           string
	}{
		{"both subscriptions on both legs: met", bothSubscriptions, secondResponse(200, xmlType, bothSubscriptions), true, ""},
		{"second leg without onHangup: finding", bothSubscriptions, secondResponse(200, xmlType, answerOnly), false, "must"},
		{"second leg without onAnswer: finding", bothSubscriptions, secondResponse(200, xmlType, hangupOnly), false, "must"},
		{"second leg without subscriptions: finding", bothSubscriptions, secondResponse(200, xmlType, "<Response/>"), false, "must"},
		{"second response empty: finding", bothSubscriptions, secondResponse(200, "", ""), false, "must"},
		{"second response with status 204: finding", bothSubscriptions, secondResponse(204, "", ""), false, "must"},
		{"second leg rejected: not judged", bothSubscriptions, secondResponse(200, xmlType, "<Response><Reject/></Response>"), false, ""},
		{"second response with another root: gap", bothSubscriptions, secondResponse(200, xmlType, "<Reply/>"), false, "gap because response.root"},
		{"second response not well-formed: gap", bothSubscriptions, secondResponse(200, xmlType, "<Response>"), false, "gap because response.well-formed"},
		{"second response as text/html: gap", bothSubscriptions, secondResponse(200, "text/html", bothSubscriptions), false, "gap because response.content-type"},
		{"second response in JSON: finding", bothSubscriptions, secondResponse(200, "application/json", "{}"), false, "must"},
		{"second response with status 201: gap", bothSubscriptions, secondResponse(201, xmlType, bothSubscriptions), false, "gap because response.status"},
		{"second response too long: gap", bothSubscriptions, endedExchange(push.NewCall, transcript.BodyTooLong, asSecondLeg), false, "gap"},
		{"second response in another encoding than declared: gap", bothSubscriptions, endedExchange(push.NewCall, transcript.BadEncoding, asSecondLeg), false, "gap because response.readable-encoding"},
		{"no leg with onHangup: met", answerOnly, secondResponse(200, xmlType, answerOnly), true, ""},
		{"first leg with onAnswer only, second leg without subscriptions: finding", answerOnly, secondResponse(200, xmlType, "<Response/>"), false, "must"},
		{"first leg without subscriptions: not judged", "<Response/>", secondResponse(200, xmlType, bothSubscriptions), false, ""},
		{"onAnswer only on the second leg: met", hangupOnly, secondResponse(200, xmlType, bothSubscriptions), true, ""},
		{"second newCall without a diversion: not judged", bothSubscriptions, exchange(push.NewCall, 200, xmlType, "<Response/>"), false, ""},
	}
	for _, test := range tests {
		js := requirements.JudgeCall(callOf(exchange(push.NewCall, 200, xmlType, test.first), test.secondResponse), receiver)
		met := false
		for _, j := range js {
			met = met || j.Requirement == id && j.TimesJudged > 0 && len(j.Findings) == 0
		}
		if got := resultsExceptMet(js)[id]; got != test.want || met != test.met {
			t.Errorf("%s: %q, met %t, want %q, %t", test.name, got, met, test.want, test.met)
		}
	}
}
