package sender

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"runtime"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Pool sends many pushes over connections that stay open. It is safe for concurrent use.
type Pool struct {
	sender *Sender
	dial   dialFunc
	limits Limits

	cache *responseCache // nil in a pool for one call

	mu       sync.Mutex
	queues   map[originKey]*connQueue
	dialling sync.WaitGroup // connections that are being made, even if no push waits for them
}

// NewPool returns a pool of connections to the receiver.
func (s *Sender) NewPool() *Pool {
	p := s.makePool(s.dialer.dial)
	p.cache = newResponseCache()
	return p
}

// makePool returns a pool without a response cache. The pool makes its connections with dial.
func (s *Sender) makePool(dial dialFunc) *Pool {
	return &Pool{
		sender: s, dial: dial, limits: s.opts.Limits.WithDefaults(), queues: map[originKey]*connQueue{},
	}
}

// Route is the destination of a push.
type Route struct {
	queue  *connQueue
	url    *url.URL
	target string // target in the request line
}

// Route returns the destination of a step, or the reason why the step must not be sent, with details.
func (p *Pool) Route(ctx context.Context, step call.Step) (Route, transcript.NotSentReason, string) {
	u, err := url.Parse(step.URL)
	if err == nil && step.Withheld == "" {
		p.mu.Lock()
		queue := p.queues[originKey{u.Scheme, u.Host}]
		p.mu.Unlock()
		if queue != nil {
			return Route{queue, u, u.RequestURI()}, "", ""
		}
	}
	toURL, reason, detail := p.sender.destination(ctx, step)
	if reason != "" {
		return Route{}, reason, detail
	}
	header := p.sender.opts.Header
	if p.sender.credentialsRequested.Load() {
		header = withHeader(header, "Authorization", basicAuthorization(p.sender.opts.Incoming.User))
	}
	queue := &connQueue{head: newRequestHead(request{URL: toURL, Header: header})}
	if step.Withheld == "" && u.Host == toURL.Host { // if the host was replaced, the host has to be determined for each push
		p.mu.Lock()
		p.queues[originKey{u.Scheme, u.Host}] = queue
		p.mu.Unlock()
	}
	return Route{queue, toURL, toURL.RequestURI()}, "", ""
}

// Reply is the result of sending a push.
type Reply struct {
	Exchange *transcript.Exchange // must not be changed
	Shared   bool                 // other replies contain the same Exchange
	Sent     bool                 // the request was written
	Ended    time.Time            // the time at which the exchange ended
}

// requestBuffers holds the bytes of a request while it is written.
type requestBuffers struct{ body, request []byte }

var bufferPool = sync.Pool{New: func() any { return new(requestBuffers) }}

// idleBeforeClose is the time after which a receiver may close an idle connection. If a connection that was idle for a shorter time is
// closed when a push is sent on it, the receiver has dropped the push.
const idleBeforeClose = time.Second

// Send sends a step, and waits at most Limits.Exchange for the response. If the receiver had closed the idle connection, the push is sent
// again on another connection.
func (p *Pool) Send(ctx context.Context, r Route, step call.Step) Reply {
	b := bufferPool.Get().(*requestBuffers)
	defer bufferPool.Put(b)
	b.body = step.Push.Form(p.sender.opts.Dialect).Append(b.body[:0], p.sender.opts.Dialect.RawBrackets)
	head := r.queue.head
	if key := p.sender.opts.SignKey; key != nil {
		req := experiment.Request{Method: http.MethodPost, Header: http.Header{}, Body: b.body}
		if err := sign(&req, key); err != nil {
			return p.failedReply(transcript.Interrupted, endpoint.NoFailure, err.Error())
		}
		head.tail = append([]byte(push.SignatureHeader+": "+req.Header.Get(push.SignatureHeader)+"\r\n"), head.tail...)
	}
	b.request = append(head.append(b.request[:0], http.MethodPost, r.target, int64(len(b.body))), b.body...)

	deadline := time.Now().Add(p.limits.Exchange)
	for freshConnection := false; ; freshConnection = true {
		conn, err := p.takeConnection(ctx, r, deadline, freshConnection)
		if err != nil {
			return p.notConnectedReply(ctx, err)
		}
		reply, err := p.exchange(conn, step, b.request, deadline)
		if conn.ended || err != nil {
			conn.Close()
		} else {
			p.passOn(conn)
		}
		if errors.Is(err, errUnrequested) || err != nil && conn.idleTime >= idleBeforeClose && conn.isStale(err) {
			continue
		}
		return reply
	}
}

// exchange sends a request and reads the response. It reads even if writing failed, because a receiver may respond before it closes the
// connection.
func (p *Pool) exchange(c *Conn, step call.Step, request []byte, deadline time.Time) (Reply, error) {
	err := c.send(request, deadline)
	isSent := err == nil
	var raw []byte
	if !errors.Is(err, errUnrequested) {
		runtime.Gosched() // lets other goroutines send first, because a read that has to wait costs more CPU time than a read that finds the response
		raw, err = c.peek()
	}
	if err == nil {
		isSent = true
		if x, shared := p.cache.lookUp(step, raw); x != nil {
			c.skip()
			return Reply{Exchange: x, Shared: shared, Sent: true, Ended: c.lastUsed}, nil
		}
	}
	var resp *http.Response
	if err == nil {
		resp, err = c.readHead(http.MethodPost)
	}
	x := &transcript.Exchange{}
	if err != nil {
		x.End, x.Failure, x.Detail = c.endWithoutResponse(c.cause(err), err)
		x.Detail = oneLine(x.Detail)
		return Reply{Exchange: x, Sent: isSent, Ended: time.Now()}, err
	}
	readResponse(resp, x, readConditions{isDocument: step.IsResponseRead(), outgoing: step.IsOutgoing(), limits: p.limits, cause: c.cause})
	x.Detail = oneLine(x.Detail)
	reply := Reply{Exchange: x, Sent: true, Ended: time.Now()}
	if x.End != transcript.Complete {
		return reply, errors.New(string(x.End))
	}
	c.endExchange(resp)
	if !c.ended && c.receivedBytes == int64(len(c.firstBytes)) {
		reply.Shared = p.cache.addParsed(step, c.firstBytes, resp, x)
	}
	return reply, nil
}

// takeConnection returns an idle connection. It returns a new connection if none is idle, or if freshConnection is set.
func (p *Pool) takeConnection(ctx context.Context, r Route, deadline time.Time, freshConnection bool) (*Conn, error) {
	if !freshConnection {
		if conn := p.takeIdle(r.queue, nil); conn != nil {
			return conn, nil
		}
	}
	ctx, cancel := context.WithDeadlineCause(ctx, deadline, errDeadline)
	defer cancel()
	return p.connect(ctx, r)
}

// notConnectedReply returns the reply if there was no connection.
func (p *Pool) notConnectedReply(ctx context.Context, err error) Reply {
	return p.failedReply((&Conn{}).endWithoutResponse(context.Cause(ctx), err))
}

func (p *Pool) failedReply(end transcript.End, failure endpoint.Failure, detail string) Reply {
	return Reply{Exchange: &transcript.Exchange{Outcome: transcript.Outcome{End: end, Failure: failure, Detail: oneLine(detail)}}, Ended: time.Now()}
}

// Evidence returns the complete record of a push and its reply, with secrets replaced.
func (p *Pool) Evidence(r Route, step call.Step, reply Reply, took time.Duration) transcript.Exchange {
	x := *reply.Exchange
	x.Header, x.Document.Problems = x.Header.Clone(), append(x.Document.Problems[:0:0], x.Document.Problems...)
	x.Step, x.Leg, x.Push, x.Due = step.Number, step.Leg, step.Push, step.Due
	x.Billed, x.BilledTarget = step.Billed, step.BilledTarget
	x.URL, x.Body = withoutCredentials(r.url), step.Push.Form(p.sender.opts.Dialect).Encode(p.sender.opts.Dialect.RawBrackets)
	x.Duration, x.TimeLimit = took, p.limits.Exchange
	secretsOf(request{URL: p.sender.opts.Incoming, Header: p.sender.opts.Header}).hide(&x)
	return x
}
