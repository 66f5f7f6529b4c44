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

// originKey identifies the origin that connections go to. host includes the port, if the URL has one.
type originKey struct{ scheme, host string }

// connQueue holds the idle connections to one origin, and the pushes that wait for a connection.
type connQueue struct {
	head    requestHead // head of every push to the origin, for Pool.Send
	idle    []*Conn
	waiting []chan *Conn // a channel for each push that waits for a connection
}

// queue returns the queue of a URL's origin, and makes the queue if necessary.
func (p *Pool) queue(u *url.URL) *connQueue {
	key := originKey{u.Scheme, u.Host}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.queues[key] == nil {
		p.queues[key] = &connQueue{}
	}
	return p.queues[key]
}

// takeIdle returns an idle connection. If there is none, it returns nil, and the next connection that becomes free is sent to handover,
// unless handover is nil.
func (p *Pool) takeIdle(q *connQueue, handover chan *Conn) *Conn {
	for {
		p.mu.Lock()
		n := len(q.idle)
		if n == 0 {
			if handover != nil {
				q.waiting = append(q.waiting, handover)
			}
			p.mu.Unlock()
			return nil
		}
		conn := q.idle[n-1]
		q.idle = q.idle[:n-1]
		p.mu.Unlock()
		if conn.prepareReuse() {
			return conn
		}
		conn.Close()
	}
}

// connect makes a new connection for a route.
func (p *Pool) connect(ctx context.Context, r Route) (*Conn, error) {
	conn, err := p.dial(ctx, r.url)
	if err != nil {
		if context.Cause(ctx) == errDeadline {
			err = &connectError{Failure: endpoint.ConnectTimeout, Err: errors.New("no connection within the time limit")}
		}
		return nil, err
	}
	c := newConn(conn, p.limits)
	c.queue = r.queue
	return c, nil
}

// takeFirstReady returns the connection that is ready first: an idle connection, a connection that another push no longer needs, or a new
// connection. It does not wait for the new connection alone, because some receivers serve one connection at a time. If the new connection
// is not ready first, it goes to another push or becomes idle.
func (p *Pool) takeFirstReady(ctx context.Context, r Route) (*Conn, error) {
	handover := make(chan *Conn, 1)
	if conn := p.takeIdle(r.queue, handover); conn != nil {
		return conn, nil
	}
	type dialResult struct {
		conn *Conn
		err  error
	}
	dialResults := make(chan dialResult, 1)
	p.dialling.Go(func() {
		conn, err := p.connect(ctx, r)
		switch {
		case p.stopWaiting(r.queue, handover):
			dialResults <- dialResult{conn, err}
		case err == nil:
			conn.lastUsed = time.Now()
			conn.watchIdle()
			p.passOn(conn)
		}
	})
	select {
	case conn := <-handover:
		conn.prepareReuse() // the result does not matter: if the connection is closed, the push is sent again
		return conn, nil
	case result := <-dialResults:
		return result.conn, result.err
	}
}

// stopWaiting removes handover from the waiting pushes. It returns false if a connection has been sent to handover already.
func (p *Pool) stopWaiting(q *connQueue, handover chan *Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.Index(q.waiting, handover)
	if i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
	return i >= 0
}

// passOn passes a connection to a push that waits for a connection. If no push waits, the connection becomes idle.
func (p *Pool) passOn(c *Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	q := c.queue
	if len(q.waiting) > 0 {
		q.waiting[0] <- c
		q.waiting = q.waiting[1:]
		return
	}
	q.idle = append(q.idle, c)
}

// sendRequest sends a request and reads the head of the response. If freshConnection is set, it uses a new connection. If there is no
// connection, conn is the zero Conn.
func (p *Pool) sendRequest(ctx context.Context, req request, freshConnection bool) (conn *Conn, resp *http.Response, err error) {
	if rt := p.sender.opts.RoundTripper; rt != nil {
		resp, err = rt.RoundTrip(req.toHTTP(ctx))
		return &Conn{}, resp, err
	}
	r := Route{queue: p.queue(req.URL), url: req.URL}
	if freshConnection {
		conn, err = p.connect(ctx, r)
	} else {
		conn, err = p.takeFirstReady(ctx, r)
	}
	if err != nil {
		return &Conn{}, nil, err
	}
	resp, err = conn.sendAndReadHead(ctx, req.method(), bytes.NewReader(req.encode()))
	return conn, resp, err
}

// putBack returns the connection of sendRequest to the pool after the response was read. complete means that the response was complete.
func (p *Pool) putBack(c *Conn, resp *http.Response, complete bool) {
	if c.waitForWriter == nil { // a round tripper sent the request, so there is no connection
		return
	}
	_ = c.waitForWriter()
	if c.endExchange(resp); c.ended || !complete {
		c.Close()
		return
	}
	c.watchIdle()
	p.passOn(c)
}

// Close closes the idle connections.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, q := range p.queues {
		for _, c := range q.idle {
			c.Close()
		}
		q.idle = nil
	}
}
