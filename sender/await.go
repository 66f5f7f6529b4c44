package sender

import (
	"context"
	"net"
	"net/url"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
)

// Await waits until something accepts connections at a URL, at most for limit. No push is sent and nothing is judged. Its
// error is that of the context that ended first.
func (s *Sender) Await(ctx context.Context, u *url.URL, limit time.Duration) error {
	_, err := s.await(ctx, u, limit, func(net.Conn) bool { return true })
	return err
}

// AwaitRestart is Await for a receiver that was there and vanished: a connection that is closed at once does not count, since a
// process that is about to end may accept it. It returns for how long no connection was accepted, 0 if the first one was.
func (s *Sender) AwaitRestart(ctx context.Context, u *url.URL, limit time.Duration) (away time.Duration, err error) {
	return s.await(ctx, u, limit, stays)
}

func (s *Sender) await(ctx context.Context, u *url.URL, limit time.Duration, counts func(net.Conn) bool) (away time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	start := time.Now()
	for {
		var sight endpoint.Handshake
		if conn, err := s.dialer.connect(ctx, u, &sight); err == nil {
			there := counts(conn)
			if err := conn.Close(); there {
				return away, err
			}
		}
		select {
		case <-ctx.Done():
			return time.Since(start), ctx.Err()
		case <-tick.C:
			away = time.Since(start)
		}
	}
}

// moment is how long a connection has to stay open to be one to a receiver that is there.
const moment = 100 * time.Millisecond

// stays reports whether a connection on which nothing is said stays open.
func stays(conn net.Conn) bool {
	if err := conn.SetReadDeadline(time.Now().Add(moment)); err != nil {
		return false
	}
	n, err := conn.Read(make([]byte, 1))
	return n > 0 || inVain(context.Background(), err)
}
