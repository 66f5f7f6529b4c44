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
	n    int             // number of the connection, from 1
	read <-chan struct{} // closed when the sender has read something of the connection
	in   *bufio.Reader
}

// hear reads one complete request, and reports whether it could.
func (p *peer) hear() bool {
	r, err := http.ReadRequest(p.in)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, r.Body)
	return err == nil
}

func (p *peer) say(s string) { _, _ = io.WriteString(p, s) }

// hold keeps the connection open until the sender closes it.
func (p *peer) hold() { _, _ = io.Copy(io.Discard, p.in) }

// flood sends s again and again until the sender closes.
func (p *peer) flood(s string) {
	block := []byte(strings.Repeat(s, 1+(16<<10)/len(s)))
	for {
		if _, err := p.Write(block); err != nil {
			return
		}
	}
}

// drip sends s slowly, again and again, until the sender closes.
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

// reset ends the connection with RST, after the sender has read the bytes that were sent.
func (p *peer) reset(said bool) {
	if said {
		<-p.read
	}
	_ = p.SetLinger(0)
}

// noted is a sender's end of a connection that signals its first Read.
type noted struct {
	net.Conn
	once sync.Once
	read chan struct{}
}

func (c *noted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.once.Do(func() { close(c.read) })
	return n, err
}

// hostile starts a receiver on loopback that plays script on each connection and then closes it. It returns a pool that reaches
// only that receiver.
func hostile(t *testing.T, limits Limits, script func(*peer)) (*Pool, *url.URL) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	reads := sync.Map{} // by the sender's address
	var serving sync.WaitGroup
	serving.Go(func() {
		for n := 1; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			read, _ := reads.LoadOrStore(c.RemoteAddr().String(), make(chan struct{}))
			serving.Go(func() {
				defer c.Close()
				script(&peer{c.(*net.TCPConn), n, read.(chan struct{}), bufio.NewReader(c)})
			})
		}
	})
	rt := dialing(func(ctx context.Context, u *url.URL) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", u.Host)
		if err != nil {
			return nil, err
		}
		read, _ := reads.LoadOrStore(c.LocalAddr().String(), make(chan struct{}))
		return &noted{Conn: c, read: read.(chan struct{})}, nil
	}, limits)
	t.Cleanup(func() {
		rt.dialling.Wait()
		rt.Close()
		_ = l.Close()
		serving.Wait()
	})
	return rt, parsed(t, "http://"+l.Addr().String()+"/push")
}

const (
	okLine  = "HTTP/1.1 200 OK\r\n"
	asXML   = okLine + "Content-Type: application/xml\r\n"
	chunked = asXML + "Transfer-Encoding: chunked\r\n\r\n"
)

// chunk returns s as one chunk.
func chunk(s string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(s), s) }

// sized returns a complete response with the body s.
func sized(s string) string { return fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", asXML, len(s), s) }

// speak reads a request, sends s and closes.
func speak(s string) func(*peer) {
	return func(p *peer) {
		if p.hear() {
			p.say(s)
		}
	}
}

// speakAndHold reads a request, sends s and leaves the connection open.
func speakAndHold(s string) func(*peer) {
	return func(p *peer) {
		if p.hear() {
			p.say(s)
			p.hold()
		}
	}
}

func speakAndDrip(s, again string) func(*peer) {
	return func(p *peer) {
		if p.hear() {
			p.say(s)
			p.drip(again)
		}
	}
}

func speakAndFlood(s, again string) func(*peer) {
	return func(p *peer) {
		if p.hear() {
			p.say(s)
			p.flood(again)
		}
	}
}

func speakAndReset(s string) func(*peer) {
	return func(p *peer) {
		if p.hear() {
			p.say(s)
			p.reset(s != "")
		}
	}
}
