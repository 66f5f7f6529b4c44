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

// slow returns a pool to a receiver that takes one second for each response. second is how long the second connection takes; the other
// connections take no time.
func slow(second time.Duration) (p *Pool, dialled func() int) {
	n := 0
	return dialing(func(ctx context.Context, _ *url.URL) (net.Conn, error) {
		n++
		if n == 2 {
			select {
			case <-time.After(second):
			case <-ctx.Done():
				return nil, &connectError{Err: ctx.Err()}
			}
		}
		near, far := net.Pipe()
		go func(n int) {
			defer far.Close()
			for hears(far) {
				time.Sleep(time.Second)
				_, _ = io.WriteString(far, sized(fmt.Sprintf("<C%d/>", n)))
			}
		}(n)
		return near, nil
	}, Limits{}), func() int { return n }
}

func TestPushUsesTheFirstConnectionThatIsReady(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		second time.Duration
		want   []string // for each of two pushes, 400 ms apart: the connection, and when the response came
	}{
		{"a new connection is there at once", 0, []string{"<C1/> 1s", "<C2/> 1.4s"}},
		{"it is there before the first push is over", 500 * time.Millisecond, []string{"<C1/> 1s", "<C2/> 1.9s"}},
		{"it is there later", 700 * time.Millisecond, []string{"<C1/> 1s", "<C1/> 2s"}},
		{"it is never there", time.Hour, []string{"<C1/> 1s", "<C1/> 2s"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			p, dialled := slow(tt.second)
			start := time.Now()
			got := make([]string, len(tt.want))
			var pushing sync.WaitGroup
			for i := range got {
				pushing.Go(func() {
					x := roundTrip(t.Context(), p, request{URL: parsed(t, receiverURL), Body: []byte(someForm)}, Limits{})
					got[i] = fmt.Sprint(string(x.ResponseBody), " ", time.Since(start))
				})
				time.Sleep(400 * time.Millisecond)
			}
			pushing.Wait()
			p.dialling.Wait()
			p.Close()
			if diff := cmp.Diff(tt.want, got); diff != "" || dialled() != 2 {
				t.Errorf("%s: %d connections, want 2; responses mismatch (-want +got):\n%s", tt.name, dialled(), diff)
			}
		})
	}
}

func TestLateConnectionIsKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, dialled := slow(700 * time.Millisecond) // while the second push is under way on the first connection
		push := func() transcript.Exchange {
			return roundTrip(t.Context(), p, request{URL: parsed(t, receiverURL), Body: []byte(someForm)}, Limits{})
		}
		go push()
		time.Sleep(500 * time.Millisecond)
		push()
		synctest.Wait()
		var beside sync.WaitGroup
		beside.Go(func() { push() })
		synctest.Wait()
		if x := push(); x.End != transcript.Complete || dialled() != 2 {
			t.Errorf("End %q (%s), %d connections, want both used again", x.End, x.Detail, dialled())
		}
		beside.Wait()
		p.dialling.Wait()
		p.Close()
	})
}

func TestLateConnectionThatWasClosedIsNotUsed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, dialled := slow(700 * time.Millisecond)
		dial := p.dial
		p.dial = func(ctx context.Context, u *url.URL) (net.Conn, error) {
			conn, err := dial(ctx, u)
			if dialled() == 2 && err == nil {
				near, far := net.Pipe()
				_ = conn.Close()
				return near, far.Close()
			}
			return conn, err
		}
		push := func() transcript.Exchange {
			return roundTrip(t.Context(), p, request{URL: parsed(t, receiverURL), Body: []byte(someForm)}, Limits{})
		}
		go push()
		time.Sleep(500 * time.Millisecond)
		push()
		synctest.Wait()
		var beside sync.WaitGroup
		beside.Go(func() { push() })
		synctest.Wait()
		if x := push(); string(x.ResponseBody) != "<C3/>" || x.Retry {
			t.Errorf("End %q (%s), response %q, Retry %v, want it over a third connection", x.End, x.Detail, x.ResponseBody, x.Retry)
		}
		beside.Wait()
		p.dialling.Wait()
		p.Close()
	})
}

func TestReceiverMayRespondBeforeItHasReadTheRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := 0
		p := dialing(func(context.Context, *url.URL) (net.Conn, error) {
			n++
			near, far := net.Pipe()
			go func() {
				_, _ = far.Read(make([]byte, 10))
				_, _ = io.WriteString(far, sized(emptyResponse))
			}()
			return near, nil
		}, Limits{})
		for range 2 {
			start := time.Now()
			x := roundTrip(t.Context(), p, request{URL: parsed(t, receiverURL), Body: []byte(strings.Repeat("a", 1<<20))}, Limits{})
			if took := time.Since(start); x.End != transcript.Complete || x.Took != 0 || took != maxRestOfRequest {
				t.Errorf("End %q (%s), Took %v, over after %v, want a complete one at once", x.End, x.Detail, x.Took, took)
			}
		}
		if n != 2 {
			t.Errorf("%d connections, want another one after half a request", n)
		}
	})
}
