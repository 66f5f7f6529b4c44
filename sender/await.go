package sender

import (
	"context"
	"net/url"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
)

// Await waits until something accepts connections at a URL, at most for limit. No push is sent and nothing is judged. Its
// error is that of the context that ended first.
func (s *Sender) Await(ctx context.Context, u *url.URL, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		var sight endpoint.Handshake
		if conn, err := s.dialer.connect(ctx, u, &sight); err == nil {
			s.absent.Store(false)
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			s.absent.Store(ctx.Err() == context.DeadlineExceeded)
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// Absent tells whether nobody accepted connections for as long as Await last waited.
func (s *Sender) Absent() bool { return s.absent.Load() }
