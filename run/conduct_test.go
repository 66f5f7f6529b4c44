package run

import (
	"testing"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestUnconfirmedRefusalIsMarkedAsInterrupted(t *testing.T) {
	t.Parallel()
	newCall := push.Push{Event: push.NewCall}
	refusedPush := transcript.Exchange{Sent: transcript.Sent{Push: newCall}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 404}}
	failedPush := transcript.Exchange{Sent: transcript.Sent{Push: newCall}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 500}}
	droppedPush := transcript.Exchange{Sent: transcript.Sent{Push: newCall}, Outcome: transcript.Outcome{End: transcript.Dropped}}
	stimulus := transcript.Exchange{Twist: transcript.Twist{ForeignName: "a GET", Odd: true}, Outcome: transcript.Outcome{End: transcript.Dropped}}
	for _, tt := range []struct {
		name    string
		isAlone bool
		sent    []transcript.Exchange
		want    transcript.End // end of the last exchange
	}{
		{"push refused while no other call is played: confirmed", true, []transcript.Exchange{refusedPush}, transcript.Complete},
		{"push refused during other calls: unconfirmed", false, []transcript.Exchange{refusedPush}, transcript.Interrupted},
		{"push with status 500: unconfirmed", true, []transcript.Exchange{failedPush}, transcript.Interrupted},
		{"push dropped: unconfirmed", true, []transcript.Exchange{droppedPush}, transcript.Interrupted},
		{"push dropped after a stimulus: unconfirmed", true, []transcript.Exchange{stimulus, droppedPush}, transcript.Interrupted},
		{"push refused after a stimulus: unconfirmed", true, []transcript.Exchange{stimulus, refusedPush}, transcript.Interrupted},
		{"stimulus dropped, no push after it: unchanged", true, []transcript.Exchange{stimulus}, transcript.Dropped},
	} {
		try := experiment.Try{Conditions: experiment.Conditions{Alone: tt.isAlone}, Call: transcript.Call{Exchanges: tt.sent}}
		got := markUnconfirmed([]experiment.Try{try}).Exchanges
		if end := got[len(got)-1].End; end != tt.want {
			t.Errorf("%s: ends as %q, want %q", tt.name, end, tt.want)
		}
	}
}

func TestReceiverIsAwayIfItRefusesAConnectionButNotIfThisMachineHasNoRoute(t *testing.T) {
	t.Parallel()
	r := New(Options{})
	r.recordVanished(transcript.Call{Exchanges: []transcript.Exchange{{Outcome: transcript.Outcome{End: transcript.NotConnected, Failure: endpoint.NoRoute}}}})
	if r.health.IsAway() {
		t.Error("the receiver counts as away, although this machine has no route to it")
	}
	r.recordVanished(transcript.Call{Exchanges: []transcript.Exchange{{Outcome: transcript.Outcome{End: transcript.NotConnected, Failure: endpoint.ConnectionRefused}}}})
	if !r.health.IsAway() {
		t.Error("the receiver does not count as away, although it refused a connection")
	}
}
