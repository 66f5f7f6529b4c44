package sender

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Played is a call to be played.
type Played struct {
	Call    *call.Call
	About   transcript.Call // the fields that identify the call; Play fills in the others
	Twist   experiment.Twist
	Setting experiment.Setting // of the twist

	// Before is called before each push. It may wait. It returns the terms of the push, and false if the push must not be sent.
	// nil: each push is sent at once, under the zero Terms.
	Before func(context.Context, call.Step) (terms Terms, send bool)

	// Through is called with each exchange when it has ended. The order of concurrent exchanges is not defined. nil: it is not called.
	Through func(transcript.Exchange)

	// After is called after each push and before the next one, with the transcript up to then. Its result becomes part of the
	// transcript. nil: it is not called.
	After func(context.Context, transcript.Call, transcript.Exchange) []transcript.Asked

	Unhurried bool // connecting may take up to Limits.Exchange
}

// Terms define how a push is sent. The zero Terms are the usual ones.
type Terms struct {
	Limit time.Duration // how long the exchange may take, from dialling to the last byte; 0: Limits.Exchange
	Fresh bool          // on a new connection, so that the push is not sent again if the receiver drops it
}

// Play plays a call to its end and returns its transcript. If an exchange goes wrong, the call goes on, as it would at sipgate. Play
// returns early if ctx ends. It sends nothing if a problem of the transport forbids that.
func (s *Sender) Play(ctx context.Context, p Played) transcript.Call {
	playing := &playback{sender: s, played: p, out: p.About, results: make(chan []transcript.Exchange), start: time.Now()}
	dialer := s.dialer
	if p.Unhurried {
		dialer = dialer.unhurried()
	}
	playing.pool = s.pool(dialer.dial)
	playing.run(ctx)
	playing.pool.dialling.Wait() // the exchanges are over, but a connection may still be in the making
	playing.pool.Close()
	return playing.out
}

// playback is a call while it is played.
type playback struct {
	sender   *Sender
	played   Played
	pool     *Pool
	out      transcript.Call
	results  chan []transcript.Exchange // a push, and its copy if it is sent twice
	held     []call.Step                // steps to be sent after the next one
	underWay int
	start    time.Time
}

func (g *playback) run(ctx context.Context) {
	c := g.played.Call
	for {
		g.release(ctx, false)
		step, state := c.Next()
		switch {
		case state == call.Over:
			g.release(ctx, true)
			g.close(ctx)
			return
		case state == call.Waiting:
			g.take(ctx, <-g.results...)
		case !g.pause(ctx, step):
			g.drain(ctx)
			g.close(ctx)
			return
		default:
			g.sendOrSkip(ctx, step)
		}
	}
}

// pause waits until a step is due by the story's clock, and handles exchanges that end before. It returns false if ctx ended.
func (g *playback) pause(ctx context.Context, step call.Step) bool {
	if g.sender.opts.Speed <= 0 {
		return ctx.Err() == nil
	}
	wait := time.Until(g.start.Add(time.Duration(float64(step.Due) / g.sender.opts.Speed)))
	if g.sender.opts.Pause != nil {
		g.sender.opts.Pause(step, wait)
	}
	due := time.NewTimer(wait)
	defer due.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case x := <-g.results:
			g.take(ctx, x...)
		case <-due.C:
			return true
		}
	}
}

// sendOrSkip sends a step, or records why it is not sent.
func (g *playback) sendOrSkip(ctx context.Context, step call.Step) {
	fate := g.played.Twist.FateOf(step)
	to, reason, detail := g.sender.destination(ctx, step)
	switch {
	case reason == "" && fate == experiment.Lost:
		reason, detail = transcript.Lost, "it is left out on purpose"
	case reason == "" && fate == experiment.Overtaken:
		g.held = append(g.held, step)
		g.played.Call.RecordOutcome(step.Number, nil)
		return
	}
	if reason != "" {
		g.leaveOut(step, reason, detail)
		g.played.Call.RecordOutcome(step.Number, nil)
		return
	}
	if !g.send(ctx, step, to, fate) {
		g.played.Call.RecordOutcome(step.Number, nil)
	}
}

// leaveOut records why a step is not sent.
func (g *playback) leaveOut(step call.Step, reason transcript.NotSentReason, detail string) {
	g.out.NotSent = append(g.out.NotSent, transcript.NotSent{
		Step: step.Number, Leg: step.Leg, Push: step.Push, Reason: reason, Detail: detail,
	})
}

// send starts the exchange of a step without waiting for its end. It returns false if Before forbids the push.
func (g *playback) send(ctx context.Context, step call.Step, to *url.URL, fate experiment.Fate) bool {
	limits, terms, hurried := g.sender.opts.Limits.WithDefaults(), Terms{}, false
	if g.played.Before != nil {
		send := false
		if terms, send = g.played.Before(ctx, step); !send {
			g.leaveOut(step, transcript.Stopped, "the run had stopped sending such pushes")
			return false
		}
		if terms.Limit > 0 {
			hurried, limits.Exchange = terms.Limit < limits.Exchange, terms.Limit
		}
		if terms.Fresh {
			g.closeIdle()
		}
	}
	g.underWay++
	go func() {
		sent := []transcript.Exchange{g.sender.exchange(ctx, g, step, to, limits)}
		if fate == experiment.Duplicated && ctx.Err() == nil {
			if terms.Fresh {
				g.closeIdle()
			}
			again := g.sender.exchange(ctx, g, step, to, limits)
			again.Copy = true
			sent = append(sent, again)
		}
		for i := range sent {
			sent[i].Hurried = hurried
		}
		g.results <- sent
	}()
	return true
}

// destination returns the URL that a step is sent to, or why it is not sent.
func (s *Sender) destination(ctx context.Context, step call.Step) (to *url.URL, reason transcript.NotSentReason, detail string) {
	raw := step.URL
	switch {
	case step.Withheld != "" && s.opts.FollowAlways:
		raw = step.PushURL
	case step.Withheld == call.NotSubscribed:
		return nil, transcript.NotSubscribed, "no response that sipgate acts on named a URL for it"
	case step.Withheld == call.UnusableURL:
		return nil, transcript.UnusableURL, "the receiver named " + endpoint.ShownURL(step.UnusableTarget)
	}
	if raw == "" {
		return nil, transcript.NoOutgoing, "there is no URL for outgoing calls"
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, transcript.UnusableURL, "the receiver named " + endpoint.ShownURL(raw)
	}
	u = s.inside(u)
	own := slices.Contains(s.Origins(), endpoint.Origin(u))
	if ok, hint := endpoint.MayDial(s.dialer.Target, u, s.dialer.Follow); !own && !ok {
		return nil, transcript.NotAllowed, "the receiver named " + endpoint.ShownURL(raw) + ": " + hint
	}
	seen := s.Inspect(ctx, u)
	switch rule, why := seen.BlockedBy(); {
	case ctx.Err() != nil:
		return nil, transcript.Stopped, "the run was interrupted"
	case !seen.Blocked():
		return u, "", ""
	case rule == "":
		return nil, transcript.Prevented, why
	case slices.ContainsFunc(seen.Problems, func(p endpoint.Problem) bool { return p.Rule == "transport.reachable" }):
		return nil, transcript.NotReached, fmt.Sprintf("%s: %s", seen.Shown(), seen.Handshake.Failure)
	default:
		return nil, transcript.Blocked, fmt.Sprintf("%s: %s", seen.Shown(), why)
	}
}

// exchange sends one step and records the response.
func (s *Sender) exchange(ctx context.Context, g *playback, step call.Step, to *url.URL, limits Limits) transcript.Exchange {
	wire, said, odd, err := s.written(g.played, step)
	if err != nil {
		return transcript.Exchange{
			Sent:    transcript.Sent{Step: step.Number, Leg: step.Leg, Push: said, URL: withoutCredentials(to), Body: wire.Body},
			Outcome: transcript.Outcome{End: transcript.Interrupted, Detail: err.Error()},
		}
	}
	leave := s.enter()
	x := roundTrip(ctx, g.pool, request{
		URL: to, Method: wire.Method, Body: wire.Body, Header: wire.Header,
		ReadDocument: step.IsResponseRead(), Outgoing: step.IsOutgoing(),
	}, limits)
	x.Alone = leave()
	x.SentHeader = decisive(wire.Header)
	x.Step, x.Leg, x.Push, x.Due, x.Billed, x.Leaves, x.Odd = step.Number, step.Leg, said, step.Due, step.Billed, step.BilledTarget, odd
	if g.played.Unhurried {
		g.closeIdle() // a receiver with few workers needs them for the other calls
	}
	x.Sounds = s.sounds(ctx, x.Effective())
	if x.Asked {
		s.asked.Store(true)
	}
	if g.played.Through != nil {
		g.played.Through(x)
	}
	return x
}

// Request returns the HTTP request of a step and sends nothing. Without a subscription the URL is the push URL.
func (s *Sender) Request(ctx context.Context, p Played, step call.Step) (*http.Request, error) {
	wire, _, _, err := s.written(p, step)
	if err != nil {
		return nil, err
	}
	to, err := url.Parse(cmp.Or(step.URL, step.PushURL))
	if err != nil {
		return nil, err
	}
	return request{URL: to, Method: wire.Method, Body: wire.Body, Header: wire.Header}.http(ctx), nil
}

// written returns the request of a step, the push that it contains, and whether the twist changed it.
func (s *Sender) written(p Played, step call.Step) (wire experiment.Request, said push.Push, odd bool, err error) {
	plainForm := step.Push.Form(s.opts.Dialect)
	form := p.Twist.Form(p.Setting, step, plainForm)
	wire = experiment.Request{Method: http.MethodPost, Header: s.opts.Header.Clone(), Body: form.Encode(s.opts.Dialect.RawBrackets)}
	if wire.Header == nil {
		wire.Header = http.Header{}
	}
	if step.Saved != nil {
		asSaved(&wire, *step.Saved)
	}
	plain := experiment.Request{Method: wire.Method, Header: wire.Header.Clone(), Body: slices.Clone(wire.Body)}
	err = p.Twist.Apply(p.Setting, step, form, &wire)
	odd = !slices.Equal(plainForm, form) || !reflect.DeepEqual(plain, wire)
	if said = step.Push; odd {
		said = read(wire.Body, said)
	}
	if err == nil {
		err = sign(&wire, s.opts.SignKey)
	}
	return wire, said, odd, err
}

// asSaved replaces the body, Content-Type and signature by those of a captured push.
func asSaved(wire *experiment.Request, c push.Capture) {
	wire.Body = c.Body
	if c.Type != "" && !given(wire.Header, "Content-Type") {
		wire.Header.Set("Content-Type", c.Type)
	}
	if len(c.Signatures) > 0 && !given(wire.Header, push.SignatureHeader) {
		wire.Header[push.SignatureHeader] = c.Signatures
	}
}

// read returns the push in a changed body. If the body contains no push, it returns the one before the change.
func read(body []byte, meant push.Push) push.Push {
	form, _ := push.ParseForm(body) // without a form there is no event, so FromForm returns an error
	said, err := push.FromForm(form)
	if err != nil {
		return meant
	}
	return said
}

// take records an exchange that has ended, and lets the story go on by the response.
func (g *playback) take(ctx context.Context, sent ...transcript.Exchange) {
	g.underWay--
	for _, x := range sent {
		g.out.Exchanges = append(g.out.Exchanges, x)
		g.played.Call.RecordOutcome(x.Step, x.Effective()) // it ignores copies
		if g.sender.opts.Observe != nil {
			g.sender.opts.Observe(g.out, x)
		}
	}
	if g.played.After != nil && g.underWay == 0 { // the application must not be asked while a push is under way
		g.closeIdle() // some receivers serve one connection at a time
		g.out.States = append(g.out.States, g.played.After(ctx, g.out, sent[0])...)
	}
}

// closeIdle closes the idle connections.
func (g *playback) closeIdle() {
	g.pool.Close()
	if rt, ok := g.sender.opts.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		rt.CloseIdleConnections()
	}
}

func (g *playback) drain(ctx context.Context) {
	for g.underWay > 0 {
		g.take(ctx, <-g.results...)
	}
}

// close finishes the transcript.
func (g *playback) close(ctx context.Context) {
	g.out.Complete = ctx.Err() == nil
	g.out.Steered = g.played.Call.Steered()
	for _, s := range g.played.Call.Skipped() {
		g.out.Skipped = append(g.out.Skipped, transcript.Skipped{Deed: s.Deed, Leg: s.Leg, Reason: s.Reason, Does: s.ReceiverAction})
	}
	if g.played.Twist.Fate == nil { // if pushes were reordered, the transcript keeps the order in which they were sent
		slices.SortFunc(g.out.Exchanges, func(a, b transcript.Exchange) int { return a.Step - b.Step })
	}
}
