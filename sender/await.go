package sender

import (
	"context"
	"net"
	"net/url"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
)

// Await waits until the receiver accepts a connection to the URL. It sends no push and judges nothing. If the limit is reached, it returns
// context.DeadlineExceeded. If ctx ends, it returns the error of ctx.
func (s *Sender) Await(ctx context.Context, u *url.URL, limit time.Duration) error {
	_, err := s.await(ctx, u, limit, func(net.Conn) bool { return true })
	return err
}

// AwaitRestart waits like Await for a receiver that stopped accepting connections. A connection that is closed at once does not count,
// because a process that is about to end may accept it. AwaitRestart returns the time for which the receiver accepted no connection; 0 if
// it accepted the first connection.
func (s *Sender) AwaitRestart(ctx context.Context, u *url.URL, limit time.Duration) (away time.Duration, err error) {
	return s.await(ctx, u, limit, staysOpen)
}

func (s *Sender) await(ctx context.Context, u *url.URL, limit time.Duration, isAccepted func(net.Conn) bool) (away time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	start := time.Now()
	for {
		var record endpoint.Handshake
		if conn, err := s.dialer.connect(ctx, u, &record); err == nil {
			accepted := isAccepted(conn)
			if err := conn.Close(); accepted {
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

// minOpenTime is the time for which a connection has to stay open to count for AwaitRestart.
const minOpenTime = 100 * time.Millisecond

// staysOpen reports whether the receiver keeps a connection open although nothing is sent.
func staysOpen(conn net.Conn) bool {
	if err := conn.SetReadDeadline(time.Now().Add(minOpenTime)); err != nil {
		return false
	}
	n, err := conn.Read(make([]byte, 1))
	return n > 0 || timedOut(context.Background(), err)
}
