package requirements_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// stimulusExchange returns an exchange with a stimulus, a JSON document.
func stimulusExchange(end transcript.End, change ...func(*transcript.Exchange)) transcript.Exchange {
	x := endedExchange("", end, append([]func(*transcript.Exchange){asOdd, func(x *transcript.Exchange) { x.ForeignName, x.Push = "a JSON document", push.Push{} }}, change...)...)
	return x
}

func TestGoodPushTreatedWorseAfterAStimulusThanBeforeIsAFinding(t *testing.T) {
	t.Parallel()
	const malformed, oversized, slow = "trouble.malformed-push", "trouble.oversized-push", "trouble.slow-push"
	acceptedNewCall, acceptedAnswer := exchange(push.NewCall, 200, xmlType, bothSubscriptions), exchange(push.Answer, 200, "", "")
	withShortLimit := withTimes(time.Second, time.Second)
	stimulusRefused, heldOpen := stimulusExchange(transcript.Complete, withStatus(400)), stimulusExchange(transcript.HeldOpen)
	stimulusBlocked := stimulusExchange(transcript.BlockedEnd)
	stimulusBlocked.Detail = "another certificate"
	const wanted = "want the next good push accepted, got "
	tests := []struct {
		name, id   string
		exchanges  []transcript.Exchange
		incomplete bool // the call was not played to its end
		want       []string
	}{
		{"stimulus refused, good pushes accepted: met", malformed, []transcript.Exchange{stimulusRefused, acceptedNewCall, acceptedAnswer}, false, []string{"met"}},
		{"stimulus gets status 500, good push accepted: met", malformed, []transcript.Exchange{stimulusExchange(transcript.Complete, withStatus(500)), acceptedNewCall}, false, []string{"met"}},
		{"good push during a slow push accepted: met", slow, []transcript.Exchange{heldOpen, acceptedNewCall}, false, []string{"met"}},
		{"good call not played to its end: not judged", malformed, []transcript.Exchange{stimulusRefused, acceptedNewCall}, true, nil},
		{"malformed push timed out: finding", malformed, []transcript.Exchange{stimulusExchange(transcript.TimedOut), acceptedNewCall}, false,
			[]string{"must, exchange 0: want any response, or the connection closed, within 10 s, got neither for a JSON document"}},
		{"malformed push gets half a status line: finding", malformed, []transcript.Exchange{stimulusExchange(transcript.Late, withStatus(0)), acceptedNewCall}, false,
			[]string{"must, exchange 0: want any response, or the connection closed, within 10 s, got neither for a JSON document"}},
		{"malformed push gets half a response: met", malformed, []transcript.Exchange{stimulusExchange(transcript.Late, withStatus(400)), acceptedNewCall}, false, []string{"met"}},
		{"malformed push timed out after 1 s: gap", malformed, []transcript.Exchange{stimulusExchange(transcript.TimedOut, withShortLimit), acceptedNewCall}, false,
			[]string{"gap: a JSON document: no complete response within 1s, the limit of this run; sipgate waits longer"}},
		{"malformed push gets a response that did not end in 1 s: met", malformed, []transcript.Exchange{stimulusExchange(transcript.NeverEnded, withStatus(400), withShortLimit), acceptedNewCall}, false, []string{"met"}},
		{"oversized push timed out after 1 s: met", oversized, []transcript.Exchange{stimulusExchange(transcript.TimedOut, withShortLimit), acceptedNewCall}, false, []string{"met"}},
		{"oversized push timed out: met", oversized, []transcript.Exchange{stimulusExchange(transcript.TimedOut), acceptedNewCall}, false, []string{"met"}},
		{"stimulus blocked: gap", malformed, []transcript.Exchange{stimulusBlocked, acceptedNewCall}, false,
			[]string{"gap: the connection had a fault, although an earlier connection had none: another certificate"}},
		{"no connection for the stimulus: gap", malformed, []transcript.Exchange{stimulusExchange(transcript.NotConnected), acceptedNewCall}, false, []string{"gap: the receiver was gone: no connection: "}},
		{"run interrupted during the stimulus: gap", malformed, []transcript.Exchange{stimulusExchange(transcript.Interrupted), acceptedNewCall}, false, []string{"gap: the run was interrupted"}},

		{"answer after the stimulus gets status 500: finding", malformed, []transcript.Exchange{stimulusRefused, acceptedNewCall, exchange(push.Answer, 500, "", "")}, false,
			[]string{"must, exchange 2: " + wanted + "after a JSON document, the answer push: status 500"}},
		{"good push complete after 12 s: finding", malformed, []transcript.Exchange{stimulusRefused, exchange(push.NewCall, 200, xmlType, bothSubscriptions, withTimes(12*time.Second, 30*time.Second))}, false,
			[]string{"must, exchange 1: " + wanted + "after a JSON document, the newCall push: status 200 after 12.0 s"}},
		{"good push during a slow push gets status 500: finding", slow, []transcript.Exchange{heldOpen, exchange(push.NewCall, 500, "", "")}, false,
			[]string{"should, exchange 1: " + wanted + "beside a JSON document, the newCall push: status 500"}},
		{"good push refused because of its signature: gap", malformed, []transcript.Exchange{stimulusRefused, exchange(push.NewCall, 401, "", "missing signature")}, false,
			[]string{`gap: the receiver checks signatures and refuses a push without one: it says "missing signature"; give it a public key of yours, and pushcheck the private half with --sign-key`}},
		{"run interrupted during the good push: gap", malformed, []transcript.Exchange{stimulusRefused, endedExchange(push.NewCall, transcript.Interrupted)}, true, []string{"gap: the run was interrupted"}},
		{"good push blocked: gap", malformed, []transcript.Exchange{stimulusRefused, endedExchange(push.NewCall, transcript.BlockedEnd)}, false,
			[]string{"gap: the connection had a fault, although an earlier connection had none"}},
		{"good push timed out after 1 s: gap", malformed, []transcript.Exchange{stimulusRefused, endedExchange(push.NewCall, transcript.TimedOut, withShortLimit)}, false,
			[]string{"gap: after a JSON document, the newCall push: no complete response within 1s, the limit of this run; sipgate waits longer"}},
		{"good push gets status 403: gap", malformed, []transcript.Exchange{stimulusRefused, exchange(push.NewCall, 403, "", "")}, false,
			[]string{"gap: after a JSON document the receiver blocks the address that sent it: status 403"}},
		{"good push gets status 429: gap", malformed, []transcript.Exchange{stimulusRefused, exchange(push.NewCall, 429, "", "")}, false,
			[]string{"gap: after a JSON document the receiver blocks the address that sent it: status 429"}},
		{"good push gets status 503 with Retry-After: gap", malformed, []transcript.Exchange{stimulusRefused, exchange(push.NewCall, 503, "", "", func(x *transcript.Exchange) { x.Header = http.Header{"Retry-After": {"5"}} })}, false,
			[]string{"gap: after a JSON document the receiver blocks the address that sent it: status 503"}},
		{"good push gets a truncated status 403: gap", malformed, []transcript.Exchange{stimulusRefused, endedExchange(push.NewCall, transcript.Truncated, withStatus(403))}, false,
			[]string{"gap: after a JSON document the receiver blocks the address that sent it: status 403, truncated"}},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, RequirementID: test.id, Exchanges: test.exchanges, Complete: !test.incomplete}
		var want []string
		for _, w := range test.want {
			want = append(want, test.id+": "+w)
		}
		if diff := cmp.Diff(want, summarize(requirements.JudgeCall(c, receiver), "trouble.")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestResponseToAStimulusIsJudgedByNoOtherRequirement(t *testing.T) {
	t.Parallel()
	page := stimulusExchange(transcript.Complete, func(x *transcript.Exchange) {
		x.Status, x.ContentType, x.ResponseBody, x.BodyLength = 202, "text/html", []byte("<h1>It works</h1>"), 17
	})
	for _, j := range requirements.JudgeCall(transcript.Call{ID: 1, RequirementID: "trouble.malformed-push", Exchanges: []transcript.Exchange{page}, Complete: true}, receiver) {
		if j.Requirement != "trouble.malformed-push" {
			t.Errorf("%+v, want judgements of trouble.malformed-push only", j)
		}
	}
}
