package sender

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	sampleOfBody = 4 << 10                // bytes of a body that a transcript keeps
	dripEvery    = 100 * time.Millisecond // how often a body that never ends goes on
)

// Provoke makes a request that is no push, and says what came of it: the exchange ends as any other. Where it goes has to be
// the URL for newCall pushes of incoming calls; nothing is sent where the transport is not in order.
func (s *Sender) Provoke(ctx context.Context, st experiment.Stimulus) transcript.Exchange {
	x, limits := s.stimulated(st), s.opts.Limits.WithDefaults()
	x.TimeLimit = limits.told(limits.Exchange)
	leave := s.enter()
	defer leave()
	ctx, cancel := context.WithTimeoutCause(ctx, limits.Exchange, errDeadline)
	defer cancel()
	start := time.Now()
	conn, ok := s.reach(ctx, st, &x)
	if !ok {
		return x
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()

	writing := make(chan struct{})
	go func() {
		defer close(writing)
		_, _ = io.Copy(conn, wholeStimulus(st, s.opts.Incoming, s.strangersHeader(st)))
	}()
	hearStimulus(ctx, st, conn, &x, limits)
	x.Took = limits.told(time.Since(start))
	_ = conn.SetDeadline(time.Unix(1, 0)) // who has responded need not be told the rest
	<-writing
	x.Detail = plain(x.Detail)
	return x
}

// Occupy begins a request that is never completed. The connection stays open until release is called, which waits until
// nothing of it is under way any more.
func (s *Sender) Occupy(ctx context.Context, st experiment.Stimulus) (x transcript.Exchange, release func()) {
	limits := s.opts.Limits.WithDefaults()
	x = s.stimulated(st)
	x.TimeLimit = limits.told(limits.Exchange)
	start := time.Now()
	dialing, cancel := context.WithTimeoutCause(ctx, limits.Exchange, errDeadline)
	defer cancel()
	conn, ok := s.reach(dialing, st, &x)
	if !ok {
		return x, func() {}
	}
	x.End = transcript.HeldOpen
	_ = conn.SetWriteDeadline(start.Add(limits.Exchange))
	if st.Unfinished != experiment.NotBegun {
		_, _ = conn.Write(begunStimulus(st, s.opts.Incoming, s.strangersHeader(st)))
	}
	x.Took = limits.told(time.Since(start))
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(dripEvery)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
			}
			if st.Unfinished == experiment.EndlessTail {
				_ = conn.SetWriteDeadline(time.Now().Add(dripEvery))
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

// stimulated is an exchange of which nothing is known yet.
func (s *Sender) stimulated(st experiment.Stimulus) transcript.Exchange {
	return transcript.Exchange{
		Raw: st.Name, Odd: true, URL: withoutCredentials(s.opts.Incoming), Body: bytes.Clone(st.Body[:min(len(st.Body), sampleOfBody)]),
		Foreign: transcript.Request{Method: st.Method, Host: st.Host, Type: st.Type, Pad: st.Pad, Unfinished: st.Unfinished != experiment.Whole},
	}
}

// reach makes the connection for a stimulus. Without one x says why.
func (s *Sender) reach(ctx context.Context, st experiment.Stimulus, x *transcript.Exchange) (net.Conn, bool) {
	if s.opts.RoundTripper != nil {
		x.End, x.Detail = transcript.Interrupted, "there is no network to send it over"
		return nil, false
	}
	if seen := s.Inspect(ctx, s.opts.Incoming); seen.Blocked() {
		x.End = transcript.BlockedEnd
		_, x.Detail = seen.BlockedBy()
		return nil, false
	}
	var conn net.Conn
	var err error
	if st.Unfinished == experiment.NotBegun {
		conn, err = s.dialer.connect(ctx, s.opts.Incoming, &endpoint.Handshake{})
	} else {
		conn, _, err = s.dialer.Dial(ctx, s.opts.Incoming)
	}
	if err != nil {
		x.End, x.Failure, x.Detail = (&attempt{}).endWithout(ctx, err)
		x.Detail = plain(x.Detail)
		return nil, false
	}
	return conn, true
}

// strangersHeader are the headers of a stimulus, credentials among them where the receiver is known to ask for them.
func (s *Sender) strangersHeader(st experiment.Stimulus) http.Header {
	header, host := requestHeader(request{Method: st.Method, Header: s.opts.Header})
	delete(header, "Content-Type")
	header.Set("Host", s.opts.Incoming.Host)
	if ascii, err := httpguts.PunycodeHostPort(s.opts.Incoming.Host); err == nil {
		header.Set("Host", ascii)
	}
	if host != "" {
		header.Set("Host", host)
	}
	if st.Host != "" {
		header.Set("Host", st.Host)
	}
	if st.Type != "" {
		header.Set("Content-Type", st.Type)
	}
	if s.asked.Load() {
		header.Set("Authorization", basicAuthorization(s.opts.Incoming.User))
	}
	return header
}

// head writes the request line and the header lines, those that frame the body last, without the empty line after them.
func stimulusHead(st experiment.Stimulus, u *url.URL, header http.Header) *bytes.Buffer {
	method := st.Method
	if method == "" {
		method = http.MethodPost
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, u.RequestURI(), header.Get("Host"))
	_ = header.WriteSubset(&b, map[string]bool{"Host": true})
	switch {
	case st.Unfinished == experiment.EndlessTail:
		b.WriteString("Transfer-Encoding: chunked\r\n")
	case method != http.MethodGet:
		b.WriteString("Content-Length: " + strconv.FormatInt(int64(len(st.Body))+st.Pad, 10) + "\r\n")
	}
	return &b
}

// request is the whole request.
func wholeStimulus(st experiment.Stimulus, u *url.URL, header http.Header) io.Reader {
	b := stimulusHead(st, u, header)
	b.WriteString("\r\n")
	b.Write(st.Body)
	return io.MultiReader(b, io.LimitReader(letters{}, st.Pad))
}

// begun is what is sent at once of a request that is never completed.
func begunStimulus(st experiment.Stimulus, u *url.URL, header http.Header) []byte {
	b := stimulusHead(st, u, header)
	if st.Unfinished == experiment.InHeader {
		b.WriteString("X-Sipgate-") // and no more
		return b.Bytes()
	}
	fmt.Fprintf(b, "\r\n%x\r\n%s\r\n", len(st.Body), st.Body)
	return b.Bytes()
}

// letters are the letter a, without end.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// hear reads the response to a stimulus.
func hearStimulus(ctx context.Context, st experiment.Stimulus, conn net.Conn, x *transcript.Exchange, limits Limits) {
	came := &counted{r: io.LimitReader(conn, limits.HeaderBytes+limits.DrainBytes)}
	in := bufio.NewReader(came)
	for {
		resp, err := http.ReadResponse(in, &http.Request{Method: st.Method})
		if err != nil {
			x.End, x.Detail = came.endWithout(ctx, err)
			return
		}
		if resp.StatusCode/100 == 1 && resp.StatusCode != http.StatusSwitchingProtocols {
			continue
		}
		readResponse(resp, x, reading{limits: limits, cause: func(error) error { return context.Cause(ctx) }})
		return
	}
}

// counted is what came of a response.
type counted struct {
	r io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

// endWithout names the end of an exchange of which no whole response head came.
func (c *counted) endWithout(ctx context.Context, err error) (transcript.End, string) {
	cause := context.Cause(ctx)
	switch {
	case cause != nil && cause != errDeadline:
		return transcript.Interrupted, cause.Error()
	case cause == errDeadline && c.n == 0:
		return transcript.TimedOut, cause.Error()
	case cause == errDeadline:
		return transcript.Late, "the response headers were not complete within the time limit"
	case c.n == 0:
		return transcript.Dropped, words(err)
	case errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(err.Error(), "reset"):
		return transcript.Truncated, words(err)
	}
	return transcript.NotHTTP, err.Error()
}
