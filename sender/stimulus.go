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
	maxBodySample = 4 << 10                // bytes of a body that a transcript keeps
	dripInterval  = 100 * time.Millisecond // interval between the chunks of a body that never ends
)

// Provoke sends a stimulus, which is a request that is not a push, to Options.Incoming, and returns the exchange. Nothing is sent if a
// problem of the transport forbids it.
func (s *Sender) Provoke(ctx context.Context, st experiment.Stimulus) transcript.Exchange {
	x, limits := s.newStimulusExchange(st), s.opts.Limits.WithDefaults()
	x.TimeLimit = limits.transcriptTime(limits.Exchange)
	endExchange := s.beginExchange()
	defer endExchange()
	ctx, cancel := context.WithTimeoutCause(ctx, limits.Exchange, errDeadline)
	defer cancel()
	start := time.Now()
	netConn, ok := s.connectForStimulus(ctx, st, &x)
	if !ok {
		return x
	}
	conn := newConn(netConn, limits)
	defer conn.Close()
	req := s.stimulusRequest(st)
	resp, err := conn.sendAndReadHead(ctx, req.method(), completeRequest(st, req))
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
func (s *Sender) Occupy(ctx context.Context, st experiment.Stimulus) (x transcript.Exchange, release func()) {
	limits := s.opts.Limits.WithDefaults()
	x = s.newStimulusExchange(st)
	x.TimeLimit = limits.transcriptTime(limits.Exchange)
	start := time.Now()
	dialing, cancel := context.WithTimeoutCause(ctx, limits.Exchange, errDeadline)
	defer cancel()
	conn, ok := s.connectForStimulus(dialing, st, &x)
	if !ok {
		return x, func() {}
	}
	x.End = transcript.HeldOpen
	_ = conn.SetWriteDeadline(start.Add(limits.Exchange))
	if st.StopPoint != experiment.BeforeFirstByte {
		_, _ = conn.Write(partialRequest(st, s.stimulusRequest(st)))
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
			if st.StopPoint == experiment.EndlessBody {
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
func (s *Sender) newStimulusExchange(st experiment.Stimulus) transcript.Exchange {
	return transcript.Exchange{
		Sent: transcript.Sent{URL: withoutCredentials(s.opts.Incoming), Body: bytes.Clone(st.Body[:min(len(st.Body), maxBodySample)])},
		Twist: transcript.Twist{
			ForeignName: st.Name, Odd: true,
			ForeignRequest: transcript.ForeignRequest{Method: st.Method, Host: st.Host, ContentType: st.ContentType, Padding: st.Padding, Unfinished: st.StopPoint != experiment.AtEnd},
		},
	}
}

// connectForStimulus makes the connection for a stimulus. If that fails, it records why in x.
func (s *Sender) connectForStimulus(ctx context.Context, st experiment.Stimulus, x *transcript.Exchange) (net.Conn, bool) {
	if s.opts.RoundTripper != nil {
		x.End, x.Detail = transcript.Interrupted, "there is no network to send it over"
		return nil, false
	}
	if connection := s.Inspect(ctx, s.opts.Incoming); connection.IsBlocked() {
		x.End = transcript.BlockedEnd
		_, x.Detail = connection.BlockReason()
		return nil, false
	}
	var conn net.Conn
	var err error
	if st.StopPoint == experiment.BeforeFirstByte {
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
func (s *Sender) stimulusRequest(st experiment.Stimulus) request {
	header := withHeader(s.opts.Header, "Content-Type", st.ContentType)
	if st.Host != "" {
		header = withHeader(header, "Host", st.Host)
	}
	if s.credentialsAsked.Load() {
		header = withHeader(header, "Authorization", basicAuthorization(s.opts.Incoming.User))
	}
	return request{URL: s.opts.Incoming, Method: st.Method, Header: header}
}

// completeRequest returns the complete request.
func completeRequest(st experiment.Stimulus, req request) io.Reader {
	head := newRequestHead(req).append(nil, req.method(), req.URL.RequestURI(), int64(len(st.Body))+st.Padding)
	return io.MultiReader(bytes.NewReader(append(head, st.Body...)), io.LimitReader(endlessLetters{}, st.Padding))
}

// partialRequest returns the first part of a request that is never completed.
func partialRequest(st experiment.Stimulus, req request) []byte {
	length := int64(len(st.Body)) + st.Padding
	if st.StopPoint == experiment.EndlessBody {
		length = chunkedLength
	}
	head := newRequestHead(req).append(nil, req.method(), req.URL.RequestURI(), length)
	if st.StopPoint == experiment.InHeader {
		return append(bytes.TrimSuffix(head, []byte("\r\n")), "X-Sipgate-"...) // the request stops within a header name
	}
	return fmt.Appendf(head, "%x\r\n%s\r\n", len(st.Body), st.Body)
}

// endlessLetters is a reader that returns the letter a for ever.
type endlessLetters struct{}

func (endlessLetters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}
