package sender

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// peer is the receiver's end of a connection.
type peer struct {
	*net.TCPConn
	n         int             // number of the connection, from 1
	firstRead <-chan struct{} // closed when the sender has read from the connection
	in        *bufio.Reader   // reads from the connection
}

// readRequest reads one complete request, and reports whether that succeeded.
func (p *peer) readRequest() bool {
	r, err := http.ReadRequest(p.in)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, r.Body)
	return err == nil
}

func (p *peer) send(s string) { _, _ = io.WriteString(p, s) }

// hold keeps the connection open until the sender closes it.
func (p *peer) hold() { _, _ = io.Copy(io.Discard, p.in) }

// flood sends s repeatedly until the sender closes the connection.
func (p *peer) flood(s string) {
	block := []byte(strings.Repeat(s, 1+(16<<10)/len(s)))
	for {
		if _, err := p.Write(block); err != nil {
			return
		}
	}
}

// drip sends s repeatedly, one byte every 2 ms, until the sender closes the connection.
func (p *peer) drip(s string) {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ; i++ {
		<-tick.C
		if _, err := io.WriteString(p, s[i%len(s):i%len(s)+1]); err != nil {
			return
		}
	}
}

// reset ends the connection with RST. If waitForRead is set, it first waits until the sender has read from the connection.
func (p *peer) reset(waitForRead bool) {
	if waitForRead {
		<-p.firstRead
	}
	_ = p.SetLinger(0)
}

// readSignalConn is a connection that closes a channel at its first Read.
type readSignalConn struct {
	net.Conn
	once      sync.Once
	firstRead chan struct{}
}

func (c *readSignalConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.once.Do(func() { close(c.firstRead) })
	return n, err
}

// startReceiver starts a receiver on loopback, which runs script on each connection and then closes the connection. startReceiver returns a
// pool whose connections go to the receiver, and the URL of the receiver.
func startReceiver(t *testing.T, limits Limits, script func(*peer)) (*Pool, *url.URL) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	firstReads := sync.Map{} // channels of readSignalConn, by the address of the sender's end
	var group sync.WaitGroup
	group.Go(func() {
		for n := 1; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			read, _ := firstReads.LoadOrStore(c.RemoteAddr().String(), make(chan struct{}))
			group.Go(func() {
				defer c.Close()
				script(&peer{c.(*net.TCPConn), n, read.(chan struct{}), bufio.NewReader(c)})
			})
		}
	})
	pool := poolWithDial(func(ctx context.Context, u *url.URL) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", u.Host)
		if err != nil {
			return nil, err
		}
		read, _ := firstReads.LoadOrStore(c.LocalAddr().String(), make(chan struct{}))
		return &readSignalConn{Conn: c, firstRead: read.(chan struct{})}, nil
	}, limits)
	t.Cleanup(func() {
		pool.dialling.Wait()
		pool.Close()
		_ = l.Close()
		group.Wait()
	})
	return pool, mustParseURL(t, "http://"+l.Addr().String()+"/push")
}

const (
	okLine      = "HTTP/1.1 200 OK\r\n"
	xmlHead     = okLine + "Content-Type: application/xml\r\n"
	chunkedHead = xmlHead + "Transfer-Encoding: chunked\r\n\r\n"
)

// chunk returns s as one chunk of a chunked body.
func chunk(s string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(s), s) }

// responseWith returns a complete response with the body s.
func responseWith(s string) string {
	return fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", xmlHead, len(s), s)
}

// respondAndClose reads a request, sends s and closes the connection.
func respondAndClose(s string) func(*peer) {
	return func(p *peer) {
		if p.readRequest() {
			p.send(s)
		}
	}
}

// respondAndHold reads a request, sends s and keeps the connection open.
func respondAndHold(s string) func(*peer) {
	return func(p *peer) {
		if p.readRequest() {
			p.send(s)
			p.hold()
		}
	}
}

func respondAndDrip(s, repeated string) func(*peer) {
	return func(p *peer) {
		if p.readRequest() {
			p.send(s)
			p.drip(repeated)
		}
	}
}

func respondAndFlood(s, repeated string) func(*peer) {
	return func(p *peer) {
		if p.readRequest() {
			p.send(s)
			p.flood(repeated)
		}
	}
}

func respondAndReset(s string) func(*peer) {
	return func(p *peer) {
		if p.readRequest() {
			p.send(s)
			p.reset(s != "")
		}
	}
}
