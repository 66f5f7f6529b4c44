package sender

import (
	"crypto/tls"
	"net"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/internal/certs"
)

// fatalAlert returns a TLS record with an alert that ends the handshake.
func fatalAlert(code byte) []byte { return []byte{21, 3, 3, 0, 2, 2, code} }

// respondOnce answers the ClientHello of the first connection only.
func respondOnce(answer []byte) func(net.Conn) int {
	turns := make(chan struct{}, 1)
	turns <- struct{}{}
	return func(c net.Conn) int {
		select {
		case <-turns:
			return respondToHello(answer)(c)
		default:
			return 0
		}
	}
}

// hearHello reads the complete ClientHello, sends answer and closes, with RST if byReset is set.
func hearHello(answer []byte, byReset bool) func(net.Conn) int {
	return func(c net.Conn) int {
		_, _ = c.Read(make([]byte, 4096))
		_, _ = c.Write(answer)
		if byReset {
			reset(c)
		}
		return 0
	}
}

// dripHello answers the ClientHello byte by byte, so slowly that the time limit is reached.
func dripHello(answer []byte) func(net.Conn) int {
	return func(c net.Conn) int {
		_, _ = c.Read(make([]byte, 4096))
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for i := range answer {
			<-tick.C
			if _, err := c.Write(answer[i : i+1]); err != nil {
				break
			}
		}
		return 0
	}
}

// afterHandshake makes a good handshake, calls then and closes.
func afterHandshake(o office, then func(*tls.Conn)) func(net.Conn) int {
	config := served(o.issue(o.public, certs.Leaf{}))
	return func(c net.Conn) int {
		secure := tls.Server(c, config)
		if secure.Handshake() == nil {
			then(secure)
		}
		return 0
	}
}

// encryptedFrom flips one bit of the nth encrypted record that a TLS server sends, so that its MAC is wrong. In TLS 1.2 the first
// encrypted record finishes the handshake.
func encryptedFrom(nth int) func(net.Conn) net.Conn {
	return func(c net.Conn) net.Conn { return &spoiled{Conn: c, left: nth} }
}

type spoiled struct {
	net.Conn
	mu      sync.Mutex
	left    int
	changed bool // the cipher spec
}

func (s *spoiled) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	turned := append([]byte(nil), p...)
	for rest := turned; len(rest) > 5; {
		end := 5 + int(rest[3])<<8 + int(rest[4])
		if end > len(rest) {
			break
		}
		if kind := rest[0]; kind == 20 {
			s.changed = true
		} else if s.changed {
			if s.left--; s.left == 0 {
				rest[end-1] ^= 1
			}
		}
		rest = rest[end:]
	}
	return s.Conn.Write(turned)
}
