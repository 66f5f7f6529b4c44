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

// stranger is an exchange with something that is no push, and how it ended.
func stranger(end transcript.End, change ...func(*transcript.Exchange)) transcript.Exchange {
	x := ended("", end, append([]func(*transcript.Exchange){odd, func(x *transcript.Exchange) { x.ForeignName, x.Push = "a JSON document", push.Push{} }}, change...)...)
	return x
}

func TestStimulusIsAFindingOnlyIfItBreaksTheReceiver(t *testing.T) {
	t.Parallel()
	const malformed, oversized, slow = "trouble.malformed-push", "trouble.oversized-push", "trouble.slow-push"
	good, answered := says(push.NewCall, 200, xml, both), says(push.Answer, 200, "", "")
	hurry := took(time.Second, time.Second)
	refused, held := stranger(transcript.Complete, status(400)), stranger(transcript.HeldOpen)
	blocked := stranger(transcript.BlockedEnd)
	blocked.Detail = "another certificate"
	const wanted = "want the next good push accepted, got "
	tests := []struct {
		name, id  string
		exchanges []transcript.Exchange
		cut       bool // the call was not played to its end
		want      []string
	}{
		{"garbage refused, and the next call accepted", malformed, []transcript.Exchange{refused, good, answered}, false, []string{"met"}},
		{"the next call cut off: no judgement", malformed, []transcript.Exchange{refused, good}, true, nil},
		{"garbage left without a response: somebody waits for nothing", malformed, []transcript.Exchange{stranger(transcript.TimedOut), good}, false,
			[]string{"must, exchange 0: want any response, or the connection closed, within 10 s, got neither for a JSON document"}},
		{"garbage left with half a status line", malformed, []transcript.Exchange{stranger(transcript.Late, status(0)), good}, false,
			[]string{"must, exchange 0: want any response, or the connection closed, within 10 s, got neither for a JSON document"}},
		{"garbage responded to by halves: that is any response", malformed, []transcript.Exchange{stranger(transcript.Late, status(400)), good}, false, []string{"met"}},
		{"garbage left without a response by a run in a hurry", malformed, []transcript.Exchange{stranger(transcript.TimedOut, hurry), good}, false,
			[]string{"gap: a JSON document: no complete response within 1s, the limit of this run; sipgate waits longer"}},
		{"garbage responded to without an end, in a run in a hurry", malformed, []transcript.Exchange{stranger(transcript.NeverEnded, status(400), hurry), good}, false, []string{"met"}},
		{"a long body left without a response by a run in a hurry: it may be", oversized, []transcript.Exchange{stranger(transcript.TimedOut, hurry), good}, false, []string{"met"}},
		{"a long body left without a response: it may be", oversized, []transcript.Exchange{stranger(transcript.TimedOut), good}, false, []string{"met"}},
		{"nothing sent, since the transport is no longer in order", malformed, []transcript.Exchange{blocked, good}, false,
			[]string{"gap: its connection had a fault, although an earlier connection had none: another certificate"}},
		{"the receiver gone before", malformed, []transcript.Exchange{stranger(transcript.NotConnected), good}, false, []string{"gap: the receiver was gone: no connection: "}},
		{"interrupted", malformed, []transcript.Exchange{stranger(transcript.Interrupted), good}, false, []string{"gap: the run was interrupted"}},

		{"the next push refused", malformed, []transcript.Exchange{refused, good, says(push.Answer, 500, "", "")}, false,
			[]string{"must, exchange 2: " + wanted + "after a JSON document, the answer push: status 500"}},
		{"the next push accepted after sipgate gives up", malformed, []transcript.Exchange{refused, says(push.NewCall, 200, xml, both, took(12*time.Second, 30*time.Second))}, false,
			[]string{"must, exchange 1: " + wanted + "after a JSON document, the newCall push: status 200 after 12.0 s"}},
		{"a push refused beside a connection that is held open", slow, []transcript.Exchange{held, says(push.NewCall, 500, "", "")}, false,
			[]string{"should, exchange 1: " + wanted + "beside a JSON document, the newCall push: status 500"}},
		{"the next push refused for its signature: the receiver is right", malformed, []transcript.Exchange{refused, says(push.NewCall, 401, "", "missing signature")}, false,
			[]string{`gap: the receiver checks signatures and refuses a push without one: it says "missing signature"; give it a public key of yours, and pushcheck the private half with --sign-key`}},
		{"interrupted afterwards", malformed, []transcript.Exchange{refused, ended(push.NewCall, transcript.Interrupted)}, true, []string{"gap: the run was interrupted"}},
		{"the transport no longer in order afterwards", malformed, []transcript.Exchange{refused, ended(push.NewCall, transcript.BlockedEnd)}, false,
			[]string{"gap: its connection had a fault, although an earlier connection had none"}},
		{"the next push not waited for as long as sipgate does", malformed, []transcript.Exchange{refused, ended(push.NewCall, transcript.TimedOut, hurry)}, false,
			[]string{"gap: after a JSON document, the newCall push: no complete response within 1s, the limit of this run; sipgate waits longer"}},
		{"receiver blocks the sender of the garbage: sipgate sends none", malformed, []transcript.Exchange{refused, says(push.NewCall, 403, "", "")}, false,
			[]string{"gap: after a JSON document the receiver blocks the address that sent it: status 403"}},
		{"refused with 429", malformed, []transcript.Exchange{refused, says(push.NewCall, 429, "", "")}, false,
			[]string{"gap: after a JSON document the receiver blocks the address that sent it: status 429"}},
		{"refused with Retry-After", malformed, []transcript.Exchange{refused, says(push.NewCall, 503, "", "", func(x *transcript.Exchange) { x.Header = http.Header{"Retry-After": {"5"}} })}, false,
			[]string{"gap: after a JSON document the receiver blocks the address that sent it: status 503"}},
		{"shut out, and cut off in the middle of saying so", malformed, []transcript.Exchange{refused, ended(push.NewCall, transcript.Truncated, status(403))}, false,
			[]string{"gap: after a JSON document the receiver blocks the address that sent it: status 403, truncated"}},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Stimulus: test.id, Exchanges: test.exchanges, Complete: !test.cut}
		var want []string
		for _, w := range test.want {
			want = append(want, test.id+": "+w)
		}
		if diff := cmp.Diff(want, summaries(requirements.JudgeCall(c, receiver), "trouble.")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestResponseToAStrangerMeetsOrBreaksNoOtherRequirement(t *testing.T) {
	t.Parallel()
	page := stranger(transcript.Complete, func(x *transcript.Exchange) {
		x.Status, x.ContentType, x.ResponseBody, x.BodyLength = 202, "text/html", []byte("<h1>It works</h1>"), 17
	})
	for _, j := range requirements.JudgeCall(transcript.Call{ID: 1, Stimulus: "trouble.malformed-push", Exchanges: []transcript.Exchange{page}, Complete: true}, receiver) {
		if j.Requirement != "trouble.malformed-push" {
			t.Errorf("%+v, want judgements of trouble.malformed-push only", j)
		}
	}
}
