package receiver

import (
	"net"
	"sync"
)

// single is a listener with one connection at a time: it accepts the next one when the previous one is closed.
type single struct {
	net.Listener
	free   chan struct{} // full if no connection is open
	closed chan struct{}
	close  func() error
}

func oneByOne(l net.Listener) net.Listener {
	s := &single{Listener: l, free: make(chan struct{}, 1), closed: make(chan struct{})}
	s.free <- struct{}{}
	s.close = sync.OnceValue(func() error {
		close(s.closed)
		return l.Close()
	})
	return s
}

func (s *single) Accept() (net.Conn, error) {
	select {
	case <-s.free:
	case <-s.closed:
		return nil, net.ErrClosed
	}
	c, err := s.Listener.Accept()
	if err != nil {
		s.free <- struct{}{}
		return nil, err
	}
	return &turn{Conn: c, over: sync.OnceFunc(func() { s.free <- struct{}{} })}, nil
}

func (s *single) Close() error { return s.close() }

// turn is the open connection.
type turn struct {
	net.Conn
	over func()
}

func (t *turn) Close() error {
	defer t.over()
	return t.Conn.Close()
}
