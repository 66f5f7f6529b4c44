package requirements_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// transferred returns the exchanges of transfer-answered, each push accepted.
func transferred() []transcript.Exchange {
	return []transcript.Exchange{
		says(push.NewCall, 200, xml, both),
		says(push.Answer, 200, "", ""),
		says(push.NewCall, 200, xml, both, secondLeg),
		says(push.Answer, 200, "", "", secondLeg),
		says(push.Hangup, 200, "", ""),
	}
}

func TestAWholeCallIsJudged(t *testing.T) {
	t.Parallel()
	const id = "call.transfer-answered"
	with := func(i int, x transcript.Exchange) func(*transcript.Call) {
		return func(c *transcript.Call) { c.Exchanges[i] = x }
	}
	notSent := func(reason transcript.NotSentReason, diversion string) func(*transcript.Call) {
		return func(c *transcript.Call) {
			c.NotSent = []transcript.NotSent{{Leg: "Marty", Push: push.Push{Event: push.Answer, Diversion: diversion}, Reason: reason}}
		}
	}
	const doc = "493023125001"
	tests := []struct {
		name, why string
		change    func(*transcript.Call)
		want      map[string]string
	}{
		{"everything accepted", "", func(*transcript.Call) {}, nil},
		{"second newCall refused", "each push alone may be fine", with(2, says(push.NewCall, 500, "", "", secondLeg)),
			map[string]string{id: "must unless push.diversion, push.newcall", "following.every-leg": "gap because push.diversion"}},
		{"second newCall late", "", with(2, ended(push.NewCall, transcript.TimedOut, secondLeg)),
			map[string]string{id: "must unless response.in-time", "response.in-time": "must", "push.diversion": "gap because response.in-time", "following.every-leg": "gap because response.in-time"}},
		{"second answer refused", "", with(3, says(push.Answer, 500, "", "", secondLeg)), map[string]string{id: "must unless push.answer, push.diversion"}},
		{"second answer dropped", "", with(3, ended(push.Answer, transcript.Dropped, secondLeg)), map[string]string{id: "must unless push.answer, push.diversion"}},
		{"second answer gets 404", "", with(3, says(push.Answer, 404, "", "", secondLeg)), map[string]string{id: "must unless following.reachable"}},
		{"first hangup refused", "after a second leg it may be the sequence", with(4, says(push.Hangup, 500, "", "")), map[string]string{id: "must unless push.hangup"}},
		{"never-ending response to an answer", "it is discarded", with(3, ended(push.Answer, transcript.NeverEnded, secondLeg, status(200))), nil},
		{"never-ending response to an answer, given up on too early", "it is discarded",
			with(3, ended(push.Answer, transcript.NeverEnded, secondLeg, status(200), took(time.Second, time.Second))), nil},
		{"an answer given up on too early", "sipgate waits longer", with(3, ended(push.Answer, transcript.TimedOut, secondLeg, took(time.Second, time.Second))),
			map[string]string{id: "gap", "push.answer": "gap"}},
		{"the receiver gone", "", with(4, ended(push.Hangup, transcript.NotConnected)), map[string]string{id: "gap", "push.hangup": "gap"}},
		{"interrupted", "", with(4, ended(push.Hangup, transcript.Interrupted)), map[string]string{id: "gap"}},
		{"refused for its origin", "the receiver is right", with(0, says(push.NewCall, 403, "", "IP address is not from sipgate")),
			map[string]string{id: "gap", "push.newcall": "gap"}},
		{"refused for its signature with an Error document", "a 200 can be a refusal", with(2, says(push.NewCall, 200, xml, `<Error message="bad signature"/>`, secondLeg)),
			map[string]string{id: "gap", "push.diversion": "gap", "following.every-leg": "gap"}},
		{"not subscribed on the first leg", "the receiver is free not to", notSent(transcript.NotSubscribed, ""),
			map[string]string{id: "not applicable: the receiver does not subscribe to the answer of such a call"}},
		{"not subscribed on the second leg", "", notSent(transcript.NotSubscribed, doc), map[string]string{id: "gap because following.every-leg"}},
		{"an unusable URL", "", notSent(transcript.UnusableURL, ""), map[string]string{id: "gap because following.answer-url", "push.answer": "gap because following.answer-url"}},
		{"a place that is not safe", "", notSent(transcript.Blocked, ""), map[string]string{id: "gap because following.https", "push.answer": "gap because following.https", "following.reachable": "gap because following.https"}},
		{"a place that is not there", "", notSent(transcript.NotReached, ""), map[string]string{id: "gap because following.reachable", "push.answer": "gap because following.reachable"}},
		{"a place that may not be called", "", notSent(transcript.NotAllowed, ""),
			map[string]string{id: "gap", "push.answer": "gap", "following.reachable": "gap", "following.https": "gap"}},
		{"steered", "what was planned did not happen", func(c *transcript.Call) {
			c.Steered, c.Skipped = true, []transcript.Skipped{{Deed: "Marty answers", Leg: "Marty", Reason: "the receiver rejects the call", ReceiverAction: "rejects"}}
		}, map[string]string{id: "not applicable: the receiver rejects every call to Marty; name a number that it lets through, --numbers through=NUMBER"}},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Scenario: "transfer-answered", Exchanges: transferred(), Complete: true}
		test.change(&c)
		if test.want == nil {
			test.want = map[string]string{}
		}
		if diff := cmp.Diff(test.want, exceptMet(requirements.JudgeCall(c, receiver))); diff != "" {
			t.Errorf("%s: %s: mismatch (-want +got):\n%s", test.name, test.why, diff)
		}
	}
}

func TestACallIsMetByItsOwnScenarioOnly(t *testing.T) {
	t.Parallel()
	tests := []struct {
		scenario, stimulus string
		incomplete         bool
		want               string
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
		c := transcript.Call{ID: 1, Scenario: test.scenario, Stimulus: test.stimulus, Complete: !test.incomplete, Exchanges: []transcript.Exchange{says(push.NewCall, 200, xml, both)}}
		got := ""
		for _, j := range requirements.JudgeCall(c, receiver) {
			if (requirements.Requirement{ID: j.Requirement}).Area() == "call" && j.Judged > 0 {
				got += j.Requirement
			}
		}
		if got != test.want {
			t.Errorf("%s, stimulus %q, incomplete %t: meets %q, want %q", test.scenario, test.stimulus, test.incomplete, got, test.want)
		}
	}
}

func TestTheSecondLegIsComparedWithTheFirst(t *testing.T) {
	t.Parallel()
	const id = "following.every-leg"
	second := func(status int, contentType, body string) transcript.Exchange {
		return says(push.NewCall, status, contentType, body, secondLeg)
	}
	answerOnly, hangupOnly := `<Response onAnswer="`+followUp+`"/>`, `<Response onHangup="`+followUp+`"/>`
	tests := []struct {
		name, first string
		second      transcript.Exchange
		met         bool
		want        string
	}{
		{"the same", both, second(200, xml, both), true, ""},
		{"no hangup", both, second(200, xml, answerOnly), false, "must"},
		{"no answer", both, second(200, xml, hangupOnly), false, "must"},
		{"nothing subscribed", both, second(200, xml, "<Response/>"), false, "must"},
		{"an empty body subscribes to nothing", both, second(200, "", ""), false, "must"},
		{"status 204 subscribes to nothing", both, second(204, "", ""), false, "must"},
		{"rejected: no push follows", both, second(200, xml, "<Response><Reject/></Response>"), false, ""},
		{"a Reject after another root is none", both, second(200, xml, "<Reply/>"), false, "gap because response.root"},
		{"not well-formed", both, second(200, xml, "<Response>"), false, "gap because response.well-formed"},
		{"text/html", both, second(200, "text/html", both), false, "gap because response.content-type"},
		{"JSON", both, second(200, "application/json", "{}"), false, "must"},
		{"status 201", both, second(201, xml, both), false, "gap because response.status"},
		{"too long", both, ended(push.NewCall, transcript.BodyTooLong, secondLeg), false, "gap"},
		{"false encoding", both, ended(push.NewCall, transcript.BadEncoding, secondLeg), false, "gap because response.readable-encoding"},
		{"the first leg has no hangup either", answerOnly, second(200, xml, answerOnly), false, ""},
		{"more than on the first leg", hangupOnly, second(200, xml, both), true, ""},
		{"another call at the same time, no second leg", both, says(push.NewCall, 200, xml, "<Response/>"), false, ""},
	}
	for _, test := range tests {
		js := requirements.JudgeCall(one(says(push.NewCall, 200, xml, test.first), test.second), receiver)
		met := false
		for _, j := range js {
			met = met || j.Requirement == id && j.Judged > 0 && len(j.Findings) == 0
		}
		if got := exceptMet(js)[id]; got != test.want || met != test.met {
			t.Errorf("%s: %q, met %t, want %q, %t", test.name, got, met, test.want, test.met)
		}
	}
}
