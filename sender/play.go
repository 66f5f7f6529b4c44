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

// Played is a call to be played, with what its transcript says about it.
type Played struct {
	Call    *call.Call
	About   transcript.Call // the fields that name it; the rest is filled in
	Twist   experiment.Twist
	Setting experiment.Setting // of the twist

	// Before is called before each push, waits if the push has to wait, and returns how it is sent. It is not sent if it returns false.
	// nil: it is sent at once, under the usual terms.
	Before func(context.Context, call.Step) (terms Terms, send bool)

	// Through is called with each exchange as soon as it is over. If two were under way at the same time, their order is not defined. nil: it is not called.
	Through func(transcript.Exchange)

	// After is called after each push, with the call so far, before the story goes on. What it returns becomes part of the
	// transcript. nil: it is not called.
	After func(context.Context, transcript.Call, transcript.Exchange) []transcript.Asked

	Unhurried bool // connecting may take as long as the exchange
}

// Terms are how a push is sent. The zero Terms are the usual ones.
type Terms struct {
	Limit time.Duration // how long it may take, from dialling to the last byte; 0: Limits.Exchange
	Fresh bool          // it has a connection of its own, so that it is not sent again if it is dropped
}

// Play plays a call to its end and returns its transcript. Where a push does not get through the call goes on, as it would
// at sipgate. It returns early when ctx ends, and sends nothing if the transport is not in order.
func (s *Sender) Play(ctx context.Context, p Played) transcript.Call {
	game := &game{sender: s, played: p, out: p.About, results: make(chan []transcript.Exchange), start: time.Now()}
	dialer := s.dialer
	if p.Unhurried {
		dialer = dialer.unhurried()
	}
	game.pool = s.pool(dialer.dial)
	game.run(ctx)
	game.pool.dialling.Wait() // all exchanges are over, and what they dialled ends with them
	game.pool.Close()
	return game.out
}

// game is one call while it is played.
type game struct {
	sender   *Sender
	played   Played
	pool     *Pool
	out      transcript.Call
	results  chan []transcript.Exchange // a push, and its copy where it comes twice
	held     []call.Step                // overtaken by what comes next
	underWay int
	start    time.Time
}

func (g *game) run(ctx context.Context) {
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
			g.deal(ctx, step)
		}
	}
}

// pause waits until a step is due by the story's clock, and takes what comes back meanwhile.
func (g *game) pause(ctx context.Context, step call.Step) bool {
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

// deal sends a step or notes why it is not sent.
func (g *game) deal(ctx context.Context, step call.Step) {
	fate := g.played.Twist.FateOf(step)
	to, reason, detail := g.sender.where(ctx, step)
	switch {
	case reason == "" && fate == experiment.Lost:
		reason, detail = transcript.Lost, "it is left out on purpose"
	case reason == "" && fate == experiment.Overtaken:
		g.held = append(g.held, step)
		g.played.Call.Take(step.Number, nil)
		return
	}
	if reason != "" {
		g.leaveOut(step, reason, detail)
		g.played.Call.Take(step.Number, nil)
		return
	}
	if !g.send(ctx, step, to, fate) {
		g.played.Call.Take(step.Number, nil)
	}
}

// leaveOut notes why a step is not sent.
func (g *game) leaveOut(step call.Step, reason transcript.NotSentReason, detail string) {
	g.out.NotSent = append(g.out.NotSent, transcript.NotSent{
		Step: step.Number, Leg: step.Leg, Push: step.Push, Reason: reason, Detail: detail,
	})
}

// send sends a step beside whatever else is under way. It reports whether the step was to be sent.
func (g *game) send(ctx context.Context, step call.Step, to *url.URL, fate experiment.Fate) bool {
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
		if fate == experiment.Twice && ctx.Err() == nil {
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

// where returns where a step goes, or why it is not sent.
func (s *Sender) where(ctx context.Context, step call.Step) (to *url.URL, reason transcript.NotSentReason, detail string) {
	raw := step.URL
	switch {
	case step.Withheld != "" && s.opts.FollowAlways:
		raw = step.PushURL
	case step.Withheld == call.NotSubscribed:
		return nil, transcript.NotSubscribed, "no response that sipgate acts on named a URL for it"
	case step.Withheld == call.UnusableURL:
		return nil, transcript.UnusableURL, "the receiver named " + endpoint.ShownURL(step.Unusable)
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

// exchange sends one step and notes what came back.
func (s *Sender) exchange(ctx context.Context, g *game, step call.Step, to *url.URL, limits Limits) transcript.Exchange {
	wire, said, odd, err := s.written(g.played, step)
	if err != nil {
		return transcript.Exchange{
			Step: step.Number, Leg: step.Leg, Push: said, URL: withoutCredentials(to), Body: wire.Body, End: transcript.Interrupted, Detail: err.Error(),
		}
	}
	leave := s.enter()
	x := roundTrip(ctx, g.pool, request{
		URL: to, Method: wire.Method, Body: wire.Body, Header: wire.Header,
		ReadDocument: step.Reads(), Outgoing: step.Outgoing(),
	}, limits)
	x.Alone = leave()
	x.Sent = decisive(wire.Header)
	x.Step, x.Leg, x.Push, x.Due, x.Billed, x.Leaves, x.Odd = step.Number, step.Leg, said, step.Due, step.Billed, step.Leaves, odd
	if g.played.Unhurried {
		g.closeIdle() // a receiver with few workers is not to be kept from the other calls
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

// Request returns the request that a step is sent as. A step without subscription goes to the push URL. Nothing is sent.
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

// written is what goes over the wire for a step, what that says, and whether the twist changed it.
func (s *Sender) written(p Played, step call.Step) (wire experiment.Wire, said push.Push, odd bool, err error) {
	plainForm := step.Push.Form(s.opts.Dialect)
	form := p.Twist.Form(p.Setting, step, plainForm)
	wire = experiment.Wire{Method: http.MethodPost, Header: s.opts.Header.Clone(), Body: form.Encode(s.opts.Dialect.RawBrackets)}
	if wire.Header == nil {
		wire.Header = http.Header{}
	}
	if step.Saved != nil {
		asSaved(&wire, *step.Saved)
	}
	plain := experiment.Wire{Method: wire.Method, Header: wire.Header.Clone(), Body: slices.Clone(wire.Body)}
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

// asSaved makes a push the one that was saved: its body, its Content-Type and its signature.
func asSaved(wire *experiment.Wire, c push.Capture) {
	wire.Body = c.Body
	if c.Type != "" && !given(wire.Header, "Content-Type") {
		wire.Header.Set("Content-Type", c.Type)
	}
	if len(c.Signatures) > 0 && !given(wire.Header, push.SignatureHeader) {
		wire.Header[push.SignatureHeader] = c.Signatures
	}
}

// read is what a changed body says, as far as it can be read; what cannot be read is taken as it was meant.
func read(body []byte, meant push.Push) push.Push {
	form, _ := push.ParseForm(body) // what is no form names no event
	said, err := push.FromForm(form)
	if err != nil {
		return meant
	}
	return said
}

// take notes an exchange that is through and lets the story go on with what the receiver said.
func (g *game) take(ctx context.Context, sent ...transcript.Exchange) {
	g.underWay--
	for _, x := range sent {
		g.out.Exchanges = append(g.out.Exchanges, x)
		g.played.Call.Take(x.Step, x.Effective()) // of a copy it takes no notice
		if g.sender.opts.Observe != nil {
			g.sender.opts.Observe(g.out, x)
		}
	}
	if g.played.After != nil && g.underWay == 0 { // a question may meet no push
		g.closeIdle() // a receiver that takes one connection at a time could not be asked
		g.out.States = append(g.out.States, g.played.After(ctx, g.out, sent[0])...)
	}
}

// closeIdle closes the connections that no push is using.
func (g *game) closeIdle() {
	g.pool.Close()
	if rt, ok := g.sender.opts.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		rt.CloseIdleConnections()
	}
}

func (g *game) drain(ctx context.Context) {
	for g.underWay > 0 {
		g.take(ctx, <-g.results...)
	}
}

// close finishes the transcript.
func (g *game) close(ctx context.Context) {
	g.out.Complete = ctx.Err() == nil
	g.out.Steered = g.played.Call.Steered()
	for _, s := range g.played.Call.Skipped() {
		g.out.Skipped = append(g.out.Skipped, transcript.Skipped{Deed: s.Deed, Leg: s.Leg, Reason: s.Reason, Does: s.Does})
	}
	if g.played.Twist.Fate == nil { // else the order in which they went out tells more
		slices.SortFunc(g.out.Exchanges, func(a, b transcript.Exchange) int { return a.Step - b.Step })
	}
}
