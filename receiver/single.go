package receiver

import (
	"net"
	"sync"
)

// singleListener is a listener that accepts a connection only after the previous connection is closed.
type singleListener struct {
	net.Listener
	freeSlot chan struct{} // holds a value if no connection is open
	closed   chan struct{} // closed by Close
	close    func() error
}

func oneConnectionAtATime(l net.Listener) net.Listener {
	s := &singleListener{Listener: l, freeSlot: make(chan struct{}, 1), closed: make(chan struct{})}
	s.freeSlot <- struct{}{}
	s.close = sync.OnceValue(func() error {
		close(s.closed)
		return l.Close()
	})
	return s
}

func (s *singleListener) Accept() (net.Conn, error) {
	select {
	case <-s.freeSlot:
	case <-s.closed:
		return nil, net.ErrClosed
	}
	c, err := s.Listener.Accept()
	if err != nil {
		s.freeSlot <- struct{}{}
		return nil, err
	}
	return &singleConn{Conn: c, release: sync.OnceFunc(func() { s.freeSlot <- struct{}{} })}, nil
}

func (s *singleListener) Close() error { return s.close() }

// singleConn is the open connection of a singleListener.
type singleConn struct {
	net.Conn
	release func()
}

func (t *singleConn) Close() error {
	defer t.release()
	return t.Conn.Close()
}
