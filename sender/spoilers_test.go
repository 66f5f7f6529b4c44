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

// respondOnce responds to the ClientHello of the first connection only, and closes later connections.
func respondOnce(response []byte) func(net.Conn) int {
	firstConnection := make(chan struct{}, 1)
	firstConnection <- struct{}{}
	return func(c net.Conn) int {
		select {
		case <-firstConnection:
			return respondToHello(response)(c)
		default:
			return 0
		}
	}
}

// readHelloAndClose reads the complete ClientHello, sends response and closes the connection, with RST if byReset is set.
func readHelloAndClose(response []byte, byReset bool) func(net.Conn) int {
	return func(c net.Conn) int {
		_, _ = c.Read(make([]byte, 4096))
		_, _ = c.Write(response)
		if byReset {
			reset(c)
		}
		return 0
	}
}

// dripHello sends a response to the ClientHello byte by byte, so slowly that the time limit is reached.
func dripHello(response []byte) func(net.Conn) int {
	return func(c net.Conn) int {
		_, _ = c.Read(make([]byte, 4096))
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for i := range response {
			<-tick.C
			if _, err := c.Write(response[i : i+1]); err != nil {
				break
			}
		}
		return 0
	}
}

// serveAfterHandshake makes a good handshake, calls act and closes the connection.
func serveAfterHandshake(cas authorities, act func(*tls.Conn)) func(net.Conn) int {
	config := serverConfig(cas.issue(cas.public, certs.Leaf{}))
	return func(c net.Conn) int {
		tlsConn := tls.Server(c, config)
		if tlsConn.Handshake() == nil {
			act(tlsConn)
		}
		return 0
	}
}

// breakRecord flips one bit of the nth encrypted record that a TLS server sends, so that its MAC is wrong. The first encrypted record of
// TLS 1.2 belongs to the handshake.
func breakRecord(nth int) func(net.Conn) net.Conn {
	return func(c net.Conn) net.Conn { return &recordBreaker{Conn: c, remaining: nth} }
}

// recordBreaker is the connection of breakRecord.
type recordBreaker struct {
	net.Conn
	mu        sync.Mutex
	remaining int  // number of encrypted records up to the record that is changed
	encrypted bool // records are encrypted, because ChangeCipherSpec was sent
}

func (s *recordBreaker) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	changedBytes := append([]byte(nil), p...)
	for rest := changedBytes; len(rest) > 5; {
		end := 5 + int(rest[3])<<8 + int(rest[4])
		if end > len(rest) {
			break
		}
		if kind := rest[0]; kind == 20 {
			s.encrypted = true
		} else if s.encrypted {
			if s.remaining--; s.remaining == 0 {
				rest[end-1] ^= 1
			}
		}
		rest = rest[end:]
	}
	return s.Conn.Write(changedBytes)
}
