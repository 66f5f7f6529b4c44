package oracle_test

import (
	"context"
	"net"
	"net/url"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/pushcheck/pushcheck/oracle"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func template(t *testing.T) oracle.Template {
	t.Helper()
	parsed, err := oracle.ParseTemplate("https://app.example/{callId}")
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// hanging makes connections on which no data ever arrives.
func hanging(context.Context, *url.URL) (net.Conn, error) {
	return quiet{done: make(chan struct{})}, nil
}

type quiet struct {
	net.Conn
	done chan struct{}
}

func (q quiet) Write(b []byte) (int, error)      { return len(b), nil }
func (q quiet) Read([]byte) (int, error)         { <-q.done; return 0, net.ErrClosed }
func (q quiet) Close() error                     { close(q.done); return nil }
func (q quiet) SetDeadline(time.Time) error      { return nil }
func (q quiet) SetReadDeadline(time.Time) error  { return nil }
func (q quiet) SetWriteDeadline(time.Time) error { return nil }
