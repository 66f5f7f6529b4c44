package requirements_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// prevented is an exchange for which this machine could not connect.
func prevented(event push.Event, change ...func(*transcript.Exchange)) transcript.Exchange {
	x := ended(event, transcript.NotConnected, change...)
	x.Failure, x.Detail = endpoint.NoResources, "too many open files here"
	return x
}

func TestPushNotSentBecauseOfThisMachineIsAGap(t *testing.T) {
	t.Parallel()
	ring := says(push.NewCall, 200, xml, both, besideOthers)
	good := says(push.NewCall, 200, xml, both)
	raw := transcript.Exchange{Twist: transcript.Twist{ForeignName: "a JSON document", Odd: true}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 400}}
	refused := ended(push.Hangup, transcript.NotConnected, to(elsewhere))
	refused.Failure = endpoint.ConnectionRefused
	gone := receiver
	gone.Lost = &transcript.Loss{}
	tests := []struct {
		name   string
		call   transcript.Call
		target requirements.Target
		id     string
		want   string // the finding or gap
	}{
		{"plain newCall", one(prevented(push.NewCall)), receiver, "push.newcall", "gap: too many open files here"},
		{"hangup at the receiver", one(good, prevented(push.Hangup)), receiver, "push.hangup", "gap: too many open files here"},
		{"hangup elsewhere", one(good, prevented(push.Hangup, to(elsewhere))), receiver, "following.reachable", "gap: too many open files here"},
		{"calls at once", transcript.Call{ID: 1, Stimulus: "trouble.many-calls", Crowd: 2, Exchanges: []transcript.Exchange{ring, prevented(push.NewCall, besideOthers)}, Complete: true},
			receiver, "trouble.many-calls", "gap: of several calls at once, the newCall push: too many open files here"},
		{"after a stimulus", transcript.Call{ID: 1, Stimulus: "trouble.malformed-push", Exchanges: []transcript.Exchange{raw, prevented(push.NewCall)}, Complete: true},
			receiver, "trouble.malformed-push", "gap: too many open files here"},
		{"stimulus itself", transcript.Call{ID: 1, Stimulus: "trouble.malformed-push", Exchanges: []transcript.Exchange{{
			Twist:   transcript.Twist{ForeignName: "a JSON document", Odd: true},
			Outcome: transcript.Outcome{End: transcript.NotConnected, Failure: endpoint.NoRoute, Detail: "no route"},
		}}, Complete: true}, receiver, "trouble.malformed-push", "gap: no route"},
		{"good push after a forged one", about("signature.missing", says(push.NewCall, 403, "", "", odd), prevented(push.NewCall)), receiver, "signature.missing", "gap: the next push: too many open files here"},
		{"hangup elsewhere refused by a receiver that is there", one(good, refused), receiver, "following.reachable",
			"must, exchange 1: want a receiver for hangup pushes at " + elsewhere + ", got no connection: connection refused"},
		{"hangup elsewhere refused by a receiver that is gone at the end", one(good, refused), gone, "following.reachable",
			"gap: the receiver was gone: no connection: connection refused"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			js := requirements.JudgeCall(test.call, test.target)
			if diff := cmp.Diff([]string{test.id + ": " + test.want}, summaries(js, test.id)); diff != "" {
				t.Errorf("JudgeCall(%s) mismatch (-want +got):\n%s", test.name, diff)
			}
			for _, j := range js {
				if len(j.Findings) > 0 && j.Requirement != test.id {
					t.Errorf("%s is accused as well: %+v", j.Requirement, j.Findings)
				}
			}
		})
	}
}

func TestFollowUpPlaceThatThisMachineCannotReachIsUndetermined(t *testing.T) {
	t.Parallel()
	place := &transcript.Connection{Origin: "https://elsewhere.example", FollowUp: true, Handshake: endpoint.Handshake{
		Scheme: "https", Host: "elsewhere.example", Address: "192.0.2.1:443", Failure: endpoint.NoRoute,
	}}
	want := map[string]string{"following.https": "gap", "following.reach-from-outside": "not applicable: the receiver's own address is not public"}
	if diff := cmp.Diff(want, exceptMet(requirements.JudgeFollowUpURL(elsewhere, place, receiver))); diff != "" {
		t.Errorf("JudgeFollowUpURL mismatch (-want +got):\n%s", diff)
	}
	c := one(says(push.NewCall, 200, xml, both))
	c.NotSent = []transcript.NotSent{{Step: 1, Push: push.Push{Event: push.Hangup}, Reason: transcript.CannotConnect, Detail: "no route"}}
	got := exceptMet(requirements.JudgeCall(c, receiver))
	for _, id := range []string{"push.hangup", "following.reachable", "following.https"} {
		if got[id] != "gap" {
			t.Errorf("%s is %q, want a gap", id, got[id])
		}
	}
}

func TestFollowUpToAReceiverThatIsGoneIsJudgedByWhatHappened(t *testing.T) {
	t.Parallel()
	gone := receiver
	gone.Lost = &transcript.Loss{}
	refused := func(x *transcript.Exchange) { x.Failure = endpoint.ConnectionRefused }
	const reason = "gap: the receiver was gone: no connection: connection refused"
	checkInWords(t, gone, []judgedCall{
		{"accepted before it went", one(says(push.Hangup, 200, "", "")), map[string]string{"following.reachable": "met", "push.hangup": "met"}},
		{"accepted elsewhere before it went", one(says(push.Hangup, 200, "", "", to(elsewhere))), map[string]string{"following.reachable": "met", "push.hangup": "met"}},
		{"no connection", one(ended(push.Hangup, transcript.NotConnected, refused)), map[string]string{"push.hangup": reason}},
		{"no connection elsewhere", one(ended(push.Hangup, transcript.NotConnected, refused, to(elsewhere))), map[string]string{"following.reachable": reason, "push.hangup": reason}},
	})
}
