package sender

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/transcript"
)

// slowPool returns a pool for a receiver that takes one second for each response. The pool's second connection is made after delay, and all
// other connections at once. connCount returns the number of connections so far.
func slowPool(delay time.Duration) (p *Pool, connCount func() int) {
	n := 0
	return poolWithDial(func(ctx context.Context, _ *url.URL) (net.Conn, error) {
		n++
		if n == 2 {
			select {
			case <-time.After(delay):
			case <-ctx.Done():
				return nil, &connectError{Err: ctx.Err()}
			}
		}
		senderEnd, receiverEnd := net.Pipe()
		go func(n int) {
			defer receiverEnd.Close()
			for readRequest(receiverEnd) {
				time.Sleep(time.Second)
				_, _ = io.WriteString(receiverEnd, responseWith(fmt.Sprintf("<C%d/>", n)))
			}
		}(n)
		return senderEnd, nil
	}, Limits{}), func() int { return n }
}

func TestPushUsesTheFirstConnectionThatIsReady(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name            string
		secondConnDelay time.Duration
		want            []string // connection and time of the responses to two pushes that are sent 400 ms apart
	}{
		{"new connection made at once: used", 0, []string{"<C1/> 1s", "<C2/> 1.4s"}},
		{"new connection made before the first response: used", 500 * time.Millisecond, []string{"<C1/> 1s", "<C2/> 1.9s"}},
		{"new connection made after the first response: first connection used", 700 * time.Millisecond, []string{"<C1/> 1s", "<C1/> 2s"}},
		{"new connection never made: first connection used", time.Hour, []string{"<C1/> 1s", "<C1/> 2s"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			p, connCount := slowPool(tt.secondConnDelay)
			start := time.Now()
			got := make([]string, len(tt.want))
			var group sync.WaitGroup
			for i := range got {
				group.Go(func() {
					x := roundTrip(t.Context(), p, request{URL: mustParseURL(t, receiverURL), Body: []byte(newCallForm)}, Limits{})
					got[i] = fmt.Sprint(string(x.ResponseBody), " ", time.Since(start))
				})
				time.Sleep(400 * time.Millisecond)
			}
			group.Wait()
			p.dialling.Wait()
			p.Close()
			if diff := cmp.Diff(tt.want, got); diff != "" || connCount() != 2 {
				t.Errorf("%s: %d connections, want 2; responses mismatch (-want +got):\n%s", tt.name, connCount(), diff)
			}
		})
	}
}

func TestConnectionThatIsReadyTooLateIsKeptForTheNextPush(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, connCount := slowPool(700 * time.Millisecond) // the second connection is ready while the second push waits for its response on the first connection
		push := func() transcript.Exchange {
			return roundTrip(t.Context(), p, request{URL: mustParseURL(t, receiverURL), Body: []byte(newCallForm)}, Limits{})
		}
		go push()
		time.Sleep(500 * time.Millisecond)
		push()
		synctest.Wait()
		var group sync.WaitGroup
		group.Go(func() { push() })
		synctest.Wait()
		if x := push(); x.End != transcript.Complete || connCount() != 2 {
			t.Errorf("End %q (%s), %d connections, want both used again", x.End, x.Detail, connCount())
		}
		group.Wait()
		p.dialling.Wait()
		p.Close()
	})
}

func TestConnectionThatWasReadyTooLateIsNotUsedAfterItWasClosed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, connCount := slowPool(700 * time.Millisecond)
		dial := p.dial
		p.dial = func(ctx context.Context, u *url.URL) (net.Conn, error) {
			conn, err := dial(ctx, u)
			if connCount() == 2 && err == nil {
				senderEnd, receiverEnd := net.Pipe()
				_ = conn.Close()
				return senderEnd, receiverEnd.Close()
			}
			return conn, err
		}
		push := func() transcript.Exchange {
			return roundTrip(t.Context(), p, request{URL: mustParseURL(t, receiverURL), Body: []byte(newCallForm)}, Limits{})
		}
		go push()
		time.Sleep(500 * time.Millisecond)
		push()
		synctest.Wait()
		var group sync.WaitGroup
		group.Go(func() { push() })
		synctest.Wait()
		if x := push(); string(x.ResponseBody) != "<C3/>" || x.Retry {
			t.Errorf("End %q (%s), response %q, Retry %v, want a response on a third connection", x.End, x.Detail, x.ResponseBody, x.Retry)
		}
		group.Wait()
		p.dialling.Wait()
		p.Close()
	})
}

func TestResponseBeforeTheWholeRequestIsReadCompletesTheExchange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := 0
		p := poolWithDial(func(context.Context, *url.URL) (net.Conn, error) {
			n++
			senderEnd, receiverEnd := net.Pipe()
			go func() {
				_, _ = receiverEnd.Read(make([]byte, 10))
				_, _ = io.WriteString(receiverEnd, responseWith(emptyResponse))
			}()
			return senderEnd, nil
		}, Limits{})
		for range 2 {
			start := time.Now()
			x := roundTrip(t.Context(), p, request{URL: mustParseURL(t, receiverURL), Body: []byte(strings.Repeat("a", 1<<20))}, Limits{})
			if took := time.Since(start); x.End != transcript.Complete || x.Duration != 0 || took != maxRestOfRequestTime {
				t.Errorf("End %q (%s), Duration %v, ended after %v, want Complete and Duration 0", x.End, x.Detail, x.Duration, took)
			}
		}
		if n != 2 {
			t.Errorf("%d connections, want a new connection after half a request", n)
		}
	})
}
