package sender

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
)

// place identifies where connections go.
type place struct{ scheme, host string }

// line holds the idle connections to one place, and the pushes that wait for a connection.
type line struct {
	head    requestHead
	idle    []*Conn
	waiting []chan *Conn // of pushes that wait for a connection from another push
}

// line returns the line of a URL's place. It makes one if there is none.
func (p *Pool) line(u *url.URL) *line {
	at := place{u.Scheme, u.Host}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lines[at] == nil {
		p.lines[at] = &line{}
	}
	return p.lines[at]
}

// idle returns an idle connection. If there is none, the next connection that is kept is sent to given, unless that is nil.
func (p *Pool) idle(l *line, given chan *Conn) *Conn {
	for {
		p.mu.Lock()
		n := len(l.idle)
		if n == 0 {
			if given != nil {
				l.waiting = append(l.waiting, given)
			}
			p.mu.Unlock()
			return nil
		}
		conn := l.idle[n-1]
		l.idle = l.idle[:n-1]
		p.mu.Unlock()
		if conn.usable() {
			return conn
		}
		conn.Close()
	}
}

// connect makes a connection.
func (p *Pool) connect(ctx context.Context, r Route) (*Conn, error) {
	conn, err := p.dial(ctx, r.url)
	if err != nil {
		if context.Cause(ctx) == errDeadline {
			err = &connectError{Failure: endpoint.ConnectTimeout, Err: errors.New("no connection within the time limit")}
		}
		return nil, err
	}
	c := newConn(conn, p.limits)
	c.line = r.line
	return c, nil
}

// soonest returns an idle connection, one that another push no longer needs, or a new one, whichever is ready first. It does not
// wait for a new one only, because some receivers serve one connection at a time. If a new connection is ready later and ctx has not
// ended, it is kept.
func (p *Pool) soonest(ctx context.Context, r Route) (*Conn, error) {
	given := make(chan *Conn, 1)
	if conn := p.idle(r.line, given); conn != nil {
		return conn, nil
	}
	type outcome struct {
		conn *Conn
		err  error
	}
	made := make(chan outcome, 1)
	p.dialling.Go(func() {
		conn, err := p.connect(ctx, r)
		switch {
		case p.stopWaiting(r.line, given):
			made <- outcome{conn, err}
		case err == nil:
			conn.last = time.Now()
			conn.listen()
			p.keep(conn)
		}
	})
	select {
	case conn := <-given:
		conn.usable() // the result does not matter: if the connection is closed, the push is sent again
		return conn, nil
	case m := <-made:
		return m.conn, m.err
	}
}

// stopWaiting removes given from the waiting pushes. It returns false if a connection has been sent to given already.
func (p *Pool) stopWaiting(l *line, given chan *Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.Index(l.waiting, given)
	if i >= 0 {
		l.waiting = slices.Delete(l.waiting, i, i+1)
	}
	return i >= 0
}

// keep passes a connection to a push that waits for one. If none waits, the connection becomes idle.
func (p *Pool) keep(c *Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := c.line
	if len(l.waiting) > 0 {
		l.waiting[0] <- c
		l.waiting = l.waiting[1:]
		return
	}
	l.idle = append(l.idle, c)
}

// ask sends a request and reads the head of the response. fresh: on a new connection. If there is no connection, conn is the zero
// Conn.
func (p *Pool) ask(ctx context.Context, req request, fresh bool) (conn *Conn, resp *http.Response, err error) {
	if rt := p.sender.opts.RoundTripper; rt != nil {
		resp, err = rt.RoundTrip(req.http(ctx))
		return &Conn{}, resp, err
	}
	r := Route{line: p.line(req.URL), url: req.URL}
	if fresh {
		conn, err = p.connect(ctx, r)
	} else {
		conn, err = p.soonest(ctx, r)
	}
	if err != nil {
		return &Conn{}, nil, err
	}
	resp, err = conn.ask(ctx, req.method(), bytes.NewReader(req.bytes()))
	return conn, resp, err
}

// putBack returns the connection of ask to the pool after the response was read. whole: the response was complete.
func (p *Pool) putBack(c *Conn, resp *http.Response, whole bool) {
	if c.finish == nil { // the request was sent by a round tripper
		return
	}
	_ = c.finish()
	if c.over(resp); c.ended || !whole {
		c.Close()
		return
	}
	c.listen()
	p.keep(c)
}

// Close closes the idle connections.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.lines {
		for _, c := range l.idle {
			c.Close()
		}
		l.idle = nil
	}
}
