package sender

import (
	"net/http"
	"testing"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// turncoat is a transport on which the certificate turns out to be bad only when a push is sent. That happens behind a load balancer
// with different certificates.
type turncoat struct{}

func (turncoat) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, &connectError{Blocked: true}
}

func TestBadCertificateAtThePushEndsTheExchangeAsBlocked(t *testing.T) {
	t.Parallel()
	story, _ := scenarios.Find("incoming-cancelled")
	u := parsed(t, "https://receiver.test/push")
	s := New(Options{Incoming: u, RoundTripper: turncoat{}})
	got := s.Play(t.Context(), CallToPlay{Call: call.New(story, call.Options{
		Incoming: u.String(), Cast: scenarios.DefaultCast(), IDs: push.IDs{Seed: 1, Nonce: "n"},
	})})
	if len(got.Exchanges) != 1 || got.Exchanges[0].End != transcript.BlockedEnd {
		t.Errorf("Play(a bad connection) = %+v, want one exchange that ended blocked", got.Exchanges)
	}
}
