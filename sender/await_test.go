package sender

import (
	"context"
	"net"
	"testing"
	"time"
)

func TestAwaitReturnsIfAConnectionIsAcceptedOrTheLimitIsReached(t *testing.T) {
	t.Parallel()
	connAccepted := make(chan struct{}, 1)
	receiver := listen(t, func(net.Conn) int { connAccepted <- struct{}{}; return 0 })
	u := receiver.url(t, "https", "127.0.0.1")
	s := New(Options{Incoming: u})
	if err := s.Await(t.Context(), u, 20*time.Second); err != nil {
		t.Errorf("Await of a receiver that listens: %v", err)
	}
	<-connAccepted // wait for Accept, because close does not count a connection that was not accepted
	if _, dials := receiver.close(); dials != 1 {
		t.Errorf("%d connections were made, want 1", dials)
	}
	if err := s.Await(t.Context(), u, 20*time.Millisecond); err != context.DeadlineExceeded {
		t.Errorf("Await of a receiver that has closed: %v, want %v", err, context.DeadlineExceeded)
	}
}
