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

// dialSilent makes a connection on which no data arrives.
func dialSilent(context.Context, *url.URL) (net.Conn, error) {
	return silentConn{done: make(chan struct{})}, nil
}

// silentConn is a connection that accepts data. Reads block until the connection is closed.
type silentConn struct {
	net.Conn
	done chan struct{}
}

func (c silentConn) Write(b []byte) (int, error)      { return len(b), nil }
func (c silentConn) Read([]byte) (int, error)         { <-c.done; return 0, net.ErrClosed }
func (c silentConn) Close() error                     { close(c.done); return nil }
func (c silentConn) SetDeadline(time.Time) error      { return nil }
func (c silentConn) SetReadDeadline(time.Time) error  { return nil }
func (c silentConn) SetWriteDeadline(time.Time) error { return nil }
