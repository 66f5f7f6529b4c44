package sender

import (
	"net/http"
	"testing"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// blockingTransport is a round tripper that finds a bad certificate when a push is sent, although the inspection found no problem. A load
// balancer in front of servers with different certificates behaves like this.
type blockingTransport struct{}

func (blockingTransport) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, &connectError{Blocked: true}
}

func TestCertificateThatBecomesBadAfterTheInspectionBlocksThePush(t *testing.T) {
	t.Parallel()
	story, _ := scenarios.Find("incoming-cancelled")
	u := mustParseURL(t, "https://receiver.test/push")
	s := New(Options{Incoming: u, RoundTripper: blockingTransport{}})
	got := s.Play(t.Context(), CallToPlay{Call: call.New(story, call.Options{
		Incoming: u.String(), Cast: scenarios.DefaultCast(), IDs: push.IDs{Seed: 1, Nonce: "n"},
	})})
	if len(got.Exchanges) != 1 || got.Exchanges[0].End != transcript.BlockedEnd {
		t.Errorf("exchanges %+v, want one exchange that was blocked", got.Exchanges)
	}
}
