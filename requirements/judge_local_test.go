package requirements_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// localFailure returns an exchange for which this machine could not connect.
func localFailure(event push.Event, change ...func(*transcript.Exchange)) transcript.Exchange {
	x := endedExchange(event, transcript.NotConnected, change...)
	x.Failure, x.Detail = endpoint.NoResources, "too many open files here"
	return x
}

func TestPushThatThisMachineCannotSendIsAGap(t *testing.T) {
	t.Parallel()
	concurrent := exchange(push.NewCall, 200, xmlType, bothSubscriptions, asConcurrent)
	accepted := exchange(push.NewCall, 200, xmlType, bothSubscriptions)
	stimulus := transcript.Exchange{Twist: transcript.Twist{ForeignName: "a JSON document", Odd: true}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 400}}
	refused := endedExchange(push.Hangup, transcript.NotConnected, withURL(otherOriginURL))
	refused.Failure = endpoint.ConnectionRefused
	lostReceiver := receiver
	lostReceiver.Loss = &transcript.Loss{}
	tests := []struct {
		name   string
		call   transcript.Call
		target requirements.Target
		id     string
		want   string // the only finding or gap of id
	}{
		{"plain newCall not sent: gap", callOf(localFailure(push.NewCall)), receiver, "push.newcall", "gap: too many open files here"},
		{"hangup to the receiver not sent: gap", callOf(accepted, localFailure(push.Hangup)), receiver, "push.hangup", "gap: too many open files here"},
		{"hangup to another origin not sent: gap", callOf(accepted, localFailure(push.Hangup, withURL(otherOriginURL))), receiver, "following.reachable", "gap: too many open files here"},
		{"push of a crowd not sent: gap", transcript.Call{ID: 1, RequirementID: "trouble.many-calls", Crowd: 2, Exchanges: []transcript.Exchange{concurrent, localFailure(push.NewCall, asConcurrent)}, Complete: true},
			receiver, "trouble.many-calls", "gap: of several calls at once, the newCall push: too many open files here"},
		{"good push after a stimulus not sent: gap", transcript.Call{ID: 1, RequirementID: "trouble.malformed-push", Exchanges: []transcript.Exchange{stimulus, localFailure(push.NewCall)}, Complete: true},
			receiver, "trouble.malformed-push", "gap: too many open files here"},
		{"stimulus not sent: gap", transcript.Call{ID: 1, RequirementID: "trouble.malformed-push", Exchanges: []transcript.Exchange{{
			Twist:   transcript.Twist{ForeignName: "a JSON document", Odd: true},
			Outcome: transcript.Outcome{End: transcript.NotConnected, Failure: endpoint.NoRoute, Detail: "no route"},
		}}, Complete: true}, receiver, "trouble.malformed-push", "gap: no route"},
		{"good push after a forged push not sent: gap", callFor("signature.missing", exchange(push.NewCall, 403, "", "", asOdd), localFailure(push.NewCall)), receiver, "signature.missing", "gap: the next push: too many open files here"},
		{"no connection to another origin: finding", callOf(accepted, refused), receiver, "following.reachable",
			"must, exchange 1: want a receiver for hangup pushes at " + otherOriginURL + ", got no connection: connection refused"},
		{"no connection to another origin, receiver lost: gap", callOf(accepted, refused), lostReceiver, "following.reachable",
			"gap: the receiver was gone: no connection: connection refused"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			js := requirements.JudgeCall(test.call, test.target)
			if diff := cmp.Diff([]string{test.id + ": " + test.want}, summarize(js, test.id)); diff != "" {
				t.Errorf("JudgeCall(%s) mismatch (-want +got):\n%s", test.name, diff)
			}
			for _, j := range js {
				if len(j.Findings) > 0 && j.Requirement != test.id {
					t.Errorf("%s has the findings %+v, want none", j.Requirement, j.Findings)
				}
			}
		})
	}
}

func TestFollowUpURLThatThisMachineCannotReachIsAGap(t *testing.T) {
	t.Parallel()
	connection := &transcript.Connection{Origin: "https://elsewhere.example", FollowUp: true, Handshake: endpoint.Handshake{
		Scheme: "https", Host: "elsewhere.example", Address: "192.0.2.1:443", Failure: endpoint.NoRoute,
	}}
	want := map[string]string{"following.https": "gap", "following.reach-from-outside": "not applicable: the receiver's own address is not public"}
	if diff := cmp.Diff(want, resultsExceptMet(requirements.JudgeFollowUpURL(otherOriginURL, connection, receiver))); diff != "" {
		t.Errorf("JudgeFollowUpURL mismatch (-want +got):\n%s", diff)
	}
	c := callOf(exchange(push.NewCall, 200, xmlType, bothSubscriptions))
	c.NotSent = []transcript.NotSent{{Step: 1, Push: push.Push{Event: push.Hangup}, Reason: transcript.CannotConnect, Detail: "no route"}}
	got := resultsExceptMet(requirements.JudgeCall(c, receiver))
	for _, id := range []string{"push.hangup", "following.reachable", "following.https"} {
		if got[id] != "gap" {
			t.Errorf("%s is %q, want a gap", id, got[id])
		}
	}
}

func TestFollowUpToALostReceiverIsAGapOnlyIfThereIsNoConnection(t *testing.T) {
	t.Parallel()
	lostReceiver := receiver
	lostReceiver.Loss = &transcript.Loss{}
	refused := func(x *transcript.Exchange) { x.Failure = endpoint.ConnectionRefused }
	const reason = "gap: the receiver was gone: no connection: connection refused"
	checkJudgements(t, lostReceiver, []judgedCall{
		{"accepted: met", callOf(exchange(push.Hangup, 200, "", "")), map[string]string{"following.reachable": "met", "push.hangup": "met"}},
		{"accepted at another origin: met", callOf(exchange(push.Hangup, 200, "", "", withURL(otherOriginURL))), map[string]string{"following.reachable": "met", "push.hangup": "met"}},
		{"no connection: gap", callOf(endedExchange(push.Hangup, transcript.NotConnected, refused)), map[string]string{"push.hangup": reason}},
		{"no connection to another origin: gaps", callOf(endedExchange(push.Hangup, transcript.NotConnected, refused, withURL(otherOriginURL))), map[string]string{"following.reachable": reason, "push.hangup": reason}},
	})
}
