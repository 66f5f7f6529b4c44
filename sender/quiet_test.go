//go:build linux || darwin || freebsd || netbsd || openbsd

package sender

import (
	"io"
	"net"
	"testing"
	"time"
)

func TestAConnectionIsUsedAgainOnlyIfTheReceiverLeftItAlone(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		does   func(far net.Conn) // the receiver, after its response
		unused time.Duration
		want   bool
	}{
		{"nothing", func(net.Conn) {}, time.Minute, true},
		{"it closes the connection", func(far net.Conn) { far.Close() }, time.Minute, false},
		{"it sends a byte", func(far net.Conn) { _, _ = io.WriteString(far, "H") }, time.Minute, false},
		{"it closes the connection, and the next push comes at once", func(far net.Conn) { far.Close() }, 0, true},
	} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		near, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		far, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		test.does(far)
		c := newConn(near, Limits{})
		_ = near.SetDeadline(longAgo) // of the push before
		c.lastUsed = time.Now().Add(maxBusyPause/2 - test.unused)
		if got := c.prepareReuse(); got != test.want {
			t.Errorf("%s: the connection is usable: %t, want %t", test.name, got, test.want)
		}
		near.Close()
		far.Close()
		listener.Close()
	}
}
