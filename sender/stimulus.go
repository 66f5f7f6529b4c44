package sender

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	maxBodySample = 4 << 10                // number of bytes of a stimulus body that a transcript keeps
	dripInterval  = 100 * time.Millisecond // interval between the chunks of a body that never ends
)

// Provoke sends a stimulus, which is a request that is not a push, to Options.Incoming, and returns the exchange. Nothing is sent if a
// problem of the transport forbids it.
func (s *Sender) Provoke(ctx context.Context, stimulus experiment.Stimulus) transcript.Exchange {
	x, limits := s.newStimulusExchange(stimulus), s.opts.Limits.WithDefaults()
	x.TimeLimit = limits.transcriptTime(limits.Exchange)
	endExchange := s.beginExchange()
	defer endExchange()
	ctx, cancel := context.WithTimeoutCause(ctx, limits.Exchange, errDeadline)
	defer cancel()
	start := time.Now()
	netConn, ok := s.connectForStimulus(ctx, stimulus, &x)
	if !ok {
		return x
	}
	conn := newConn(netConn, limits)
	defer conn.Close()
	req := s.stimulusRequest(stimulus)
	resp, err := conn.sendAndReadHead(ctx, req.method(), completeRequest(stimulus, req))
	if err != nil {
		x.End, x.Failure, x.Detail = conn.endWithoutResponse(context.Cause(ctx), err)
		x.Duration = limits.transcriptTime(time.Since(start))
	} else {
		readResponse(resp, &x, readConditions{limits: limits, cause: func(error) error { return context.Cause(ctx) }})
		x.Duration = limits.transcriptTime(time.Since(start))
		conn.Close() // the receiver has responded, and need not read the rest
		_ = conn.waitForWriter()
	}
	x.Detail = oneLine(x.Detail)
	return x
}

// Occupy begins a request that is never completed. The connection stays open until release is called. release waits until everything that
// Occupy started has ended.
func (s *Sender) Occupy(ctx context.Context, stimulus experiment.Stimulus) (x transcript.Exchange, release func()) {
	limits := s.opts.Limits.WithDefaults()
	x = s.newStimulusExchange(stimulus)
	x.TimeLimit = limits.transcriptTime(limits.Exchange)
	start := time.Now()
	dialCtx, cancel := context.WithTimeoutCause(ctx, limits.Exchange, errDeadline)
	defer cancel()
	conn, ok := s.connectForStimulus(dialCtx, stimulus, &x)
	if !ok {
		return x, func() {}
	}
	x.End = transcript.HeldOpen
	_ = conn.SetWriteDeadline(start.Add(limits.Exchange))
	if stimulus.StopPoint != experiment.BeforeFirstByte {
		_, _ = conn.Write(partialRequest(stimulus, s.stimulusRequest(stimulus)))
	}
	x.Duration = limits.transcriptTime(time.Since(start))
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(dripInterval)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
			}
			if stimulus.StopPoint == experiment.EndlessBody {
				_ = conn.SetWriteDeadline(time.Now().Add(dripInterval))
				_, _ = io.WriteString(conn, "1\r\na\r\n")
			}
		}
	}()
	return x, func() {
		close(stop)
		<-stopped
		_ = conn.Close()
	}
}

// newStimulusExchange returns the exchange of a stimulus before it is sent.
func (s *Sender) newStimulusExchange(stimulus experiment.Stimulus) transcript.Exchange {
	return transcript.Exchange{
		Sent: transcript.Sent{URL: withoutCredentials(s.opts.Incoming), Body: bytes.Clone(stimulus.Body[:min(len(stimulus.Body), maxBodySample)])},
		Twist: transcript.Twist{
			ForeignName: stimulus.Name, Odd: true,
			ForeignRequest: transcript.ForeignRequest{Method: stimulus.Method, Host: stimulus.Host, ContentType: stimulus.ContentType, Padding: stimulus.Padding, Unfinished: stimulus.StopPoint != experiment.AtEnd},
		},
	}
}

// connectForStimulus makes the connection for a stimulus. If that fails, it records why in x.
func (s *Sender) connectForStimulus(ctx context.Context, stimulus experiment.Stimulus, x *transcript.Exchange) (net.Conn, bool) {
	if s.opts.RoundTripper != nil {
		x.End, x.Detail = transcript.Interrupted, "a stimulus needs a network connection, and there is none"
		return nil, false
	}
	if connection := s.Inspect(ctx, s.opts.Incoming); connection.IsBlocked() {
		x.End = transcript.BlockedEnd
		_, x.Detail = connection.BlockReason()
		return nil, false
	}
	var conn net.Conn
	var err error
	if stimulus.StopPoint == experiment.BeforeFirstByte {
		conn, err = s.dialer.connect(ctx, s.opts.Incoming, &endpoint.Handshake{})
	} else {
		conn, _, err = s.dialer.Dial(ctx, s.opts.Incoming)
	}
	if err != nil {
		x.End, x.Failure, x.Detail = (&Conn{}).endWithoutResponse(context.Cause(ctx), err)
		x.Detail = oneLine(x.Detail)
		return nil, false
	}
	return conn, true
}

// stimulusRequest returns the request of a stimulus, with credentials if the receiver has asked for them before.
func (s *Sender) stimulusRequest(stimulus experiment.Stimulus) request {
	header := withHeader(s.opts.Header, "Content-Type", stimulus.ContentType)
	if stimulus.Host != "" {
		header = withHeader(header, "Host", stimulus.Host)
	}
	if s.credentialsRequested.Load() {
		header = withHeader(header, "Authorization", basicAuthorization(s.opts.Incoming.User))
	}
	return request{URL: s.opts.Incoming, Method: stimulus.Method, Header: header}
}

// completeRequest returns the bytes of a stimulus: the head of the request, the body, and the padding.
func completeRequest(stimulus experiment.Stimulus, req request) io.Reader {
	head := newRequestHead(req).append(nil, req.method(), req.URL.RequestURI(), int64(len(stimulus.Body))+stimulus.Padding)
	return io.MultiReader(bytes.NewReader(append(head, stimulus.Body...)), io.LimitReader(endlessLetters{}, stimulus.Padding))
}

// partialRequest returns the bytes up to the point at which an incomplete stimulus stops.
func partialRequest(stimulus experiment.Stimulus, req request) []byte {
	length := int64(len(stimulus.Body)) + stimulus.Padding
	if stimulus.StopPoint == experiment.EndlessBody {
		length = chunkedLength
	}
	head := newRequestHead(req).append(nil, req.method(), req.URL.RequestURI(), length)
	if stimulus.StopPoint == experiment.InHeader {
		return append(bytes.TrimSuffix(head, []byte("\r\n")), "X-Sipgate-"...) // the request stops within a header name
	}
	return fmt.Appendf(head, "%x\r\n%s\r\n", len(stimulus.Body), stimulus.Body)
}

// endlessLetters is a reader that returns the letter a for ever.
type endlessLetters struct{}

func (endlessLetters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}
