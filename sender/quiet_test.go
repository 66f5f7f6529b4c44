//go:build linux || darwin || freebsd || netbsd || openbsd

package sender

import (
	"io"
	"net"
	"testing"
	"time"
)

func TestIdleConnectionIsUsedAgainOnlyIfTheReceiverDidNothing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name          string
		afterResponse func(receiverEnd net.Conn) // what the receiver does after its response
		idleTime      time.Duration
		want          bool // the connection is used again
	}{
		{"the receiver does nothing: used again", func(net.Conn) {}, time.Minute, true},
		{"the receiver closes the connection: not used again", func(receiverEnd net.Conn) { receiverEnd.Close() }, time.Minute, false},
		{"the receiver sends a byte: not used again", func(receiverEnd net.Conn) { _, _ = io.WriteString(receiverEnd, "H") }, time.Minute, false},
		{"the receiver closes the connection, and the next push is sent at once: used again", func(receiverEnd net.Conn) { receiverEnd.Close() }, 0, true},
	} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		senderEnd, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		receiverEnd, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		test.afterResponse(receiverEnd)
		c := newConn(senderEnd, Limits{})
		_ = senderEnd.SetDeadline(longAgo) // the deadline of the previous push is still set
		c.lastUsed = time.Now().Add(maxBusyPause/2 - test.idleTime)
		if got := c.prepareReuse(); got != test.want {
			t.Errorf("%s: the connection is usable: %t, want %t", test.name, got, test.want)
		}
		senderEnd.Close()
		receiverEnd.Close()
		listener.Close()
	}
}
