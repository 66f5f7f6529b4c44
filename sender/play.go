package sender

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Played is a call to be played, with what its transcript is to say of it.
type Played struct {
	Call     *call.Call
	About    transcript.Call                      // the fields that name it; the rest is filled in
	Edit     func(call.Step, push.Form) push.Form // changes the form of a push; nil: as the dialect writes it
	Write    func(call.Step, push.Form, *Wire)    // changes what goes over the wire; nil: the form, encoded as the dialect has it
	Fate     func(call.Step) Fate                 // what becomes of a push on its way; nil: it arrives
	Provoked bool                                 // the receiver was provoked: what it leaves without a response says nothing of its ordinary self
	Patient  bool                                 // each push has the whole time limit, whatever the run has waited for before
	Awaited  bool                                 // a receiver that vanished is waited for, see AwaitRestart; until that was in vain, nobody there is no silence
	Fresh    bool                                 // each push has a connection of its own: one that is dropped is not sent again
	Ready    func(context.Context)                // waits until a push may go out; nil: at once

	// After is told of each push that is through, with the call so far, before the story goes on; what it returns becomes part
	// of the transcript. nil: nobody is told.
	After func(context.Context, transcript.Call, transcript.Exchange) []transcript.Asked

	unhurried bool // connecting may take as long as the exchange
}

// Wire is what goes over the wire for one push.
type Wire struct {
	Method string      // default POST
	Header http.Header // on top of sipgate's own; a name without values is left out, a signature too
	Body   []byte
}

// Play plays a call to its end and returns its transcript. Where a push does not get through the call goes on, as it would
// at sipgate. It returns early when ctx ends, and sends nothing where the transport is not in order.
func (s *Sender) Play(ctx context.Context, p Played) transcript.Call {
	game := &game{sender: s, played: p, out: p.About, results: make(chan []transcript.Exchange), start: time.Now()}
	game.transport = s.opts.RoundTripper
	if game.transport == nil {
		dialer := s.dialer
		if p.unhurried {
			dialer = dialer.unhurried()
		}
		own := newTransport(dialer.dial, s.opts.Limits)
		defer own.CloseIdleConnections()
		game.transport = own
	}
	game.run(ctx)
	return game.out
}

// restarting is the part of the time limit for which a receiver that vanished within a call is waited for.
const restarting = 3

// game is one call while it is played.
type game struct {
	sender    *Sender
	played    Played
	transport http.RoundTripper
	out       transcript.Call
	results   chan []transcript.Exchange // a push, and its copy where it comes twice
	held      []call.Step                // overtaken by what comes next
	underWay  int
	vanished  bool // the receiver dropped a push or was not there
	start     time.Time
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
	due := time.NewTimer(time.Until(g.start.Add(time.Duration(float64(step.Due) / g.sender.opts.Speed))))
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
	fate := Arrives
	if g.played.Fate != nil {
		fate = g.played.Fate(step)
	}
	to, reason, detail := g.where(ctx, step)
	switch {
	case reason == "" && fate == Lost:
		reason, detail = transcript.Lost, "it is left out on purpose"
	case reason == "" && fate == Overtaken:
		g.held = append(g.held, step)
		g.played.Call.Take(step.Number, nil)
		return
	}
	if reason != "" {
		g.leaveOut(step, reason, detail)
		g.played.Call.Take(step.Number, nil)
		return
	}
	g.send(ctx, step, to, fate)
}

// leaveOut notes why a step is not sent.
func (g *game) leaveOut(step call.Step, reason transcript.NotSentReason, detail string) {
	g.out.NotSent = append(g.out.NotSent, transcript.NotSent{
		Step: step.Number, Leg: step.Leg, Push: step.Push, Reason: reason, Detail: detail,
	})
}

// send sends a step beside whatever else is under way.
func (g *game) send(ctx context.Context, step call.Step, to *url.URL, fate Fate) {
	g.underWay++
	if g.played.Ready != nil {
		g.played.Ready(ctx)
	}
	if g.vanished && g.played.Awaited && g.sender.opts.RoundTripper == nil && !g.sender.Absent() {
		g.vanished = g.sender.AwaitRestart(ctx, g.sender.opts.Incoming, g.sender.opts.Limits.WithDefaults().Exchange/restarting) != nil
	}
	go func() {
		sent := []transcript.Exchange{g.sender.exchange(ctx, g, step, to)}
		if fate == Twice && ctx.Err() == nil {
			again := g.sender.exchange(ctx, g, step, to)
			again.Copy = true
			sent = append(sent, again)
		}
		g.results <- sent
	}()
}

// where tells where a step goes, or why it is not sent.
func (g *game) where(ctx context.Context, step call.Step) (to *url.URL, reason transcript.NotSentReason, detail string) {
	s, raw := g.sender, step.URL
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
	if s.Unresponsive() || s.givenUp(step.Push.Event) || s.tiredOf(step) {
		return nil, transcript.Stopped, "the receiver left the pushes before it without a response"
	}
	u = s.inside(u)
	own := slices.Contains(s.Origins(), endpoint.Origin(u))
	if ok, hint := endpoint.MayDial(s.dialer.Target, u, s.dialer.Follow); !own && !ok {
		return nil, transcript.NotAllowed, hint
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
func (s *Sender) exchange(ctx context.Context, g *game, step call.Step, to *url.URL) transcript.Exchange {
	form, said, odd := step.Push.Form(s.opts.Dialect), step.Push, false
	if g.played.Edit != nil {
		edited := g.played.Edit(step, form)
		odd = !slices.Equal(form, edited)
		form = edited
	}
	wire := Wire{Method: http.MethodPost, Header: s.opts.Header.Clone(), Body: form.Encode(s.opts.Dialect.RawBrackets)}
	if wire.Header == nil {
		wire.Header = http.Header{}
	}
	if g.played.Write != nil {
		plain := Wire{Method: wire.Method, Header: wire.Header.Clone(), Body: slices.Clone(wire.Body)}
		g.played.Write(step, form, &wire)
		odd = odd || !reflect.DeepEqual(plain, wire)
	}
	if odd {
		said = read(wire.Body, said)
	}
	if err := wire.sign(s.opts.SignKey); err != nil {
		return transcript.Exchange{
			Step: step.Number, Leg: step.Leg, Push: said, URL: withoutCredentials(to), Body: wire.Body, End: transcript.Interrupted, Detail: err.Error(),
		}
	}
	leave := s.enter()
	x := roundTrip(ctx, g.transport, request{
		URL: to, Method: wire.Method, Body: wire.Body, Header: wire.Header,
		ReadDocument: step.Reads(), Outgoing: step.Outgoing(),
	}, s.limits(g.played.Provoked || g.played.Patient))
	x.Alone = leave()
	x.Sent = decisive(wire.Header)
	x.Step, x.Leg, x.Push, x.Due, x.Billed, x.Leaves, x.Odd = step.Number, step.Leg, said, step.Due, step.Billed, step.Leaves, odd
	if pool, ok := g.transport.(*http.Transport); ok && g.played.unhurried {
		pool.CloseIdleConnections() // a receiver with few workers is not to be kept from the other calls
	}
	x.Sounds = s.sounds(ctx, x.Effective())
	if x.Asked {
		s.asked.Store(true)
	}
	s.wasted(x)
	nobody := x.Failure == endpoint.ConnectionRefused || x.Failure == endpoint.ConnectionReset || x.Failure.Local()
	soon := g.played.Awaited && nobody && !s.Absent()
	if (!g.played.Provoked || x.Responded()) && !soon {
		s.note(x)
	}
	return x
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
		g.vanished = g.vanished || x.End == transcript.Dropped || x.End == transcript.NotConnected
		g.out.Exchanges = append(g.out.Exchanges, x)
		g.played.Call.Take(x.Step, x.Effective()) // of a copy it takes no notice
		if g.sender.opts.Observe != nil {
			g.sender.opts.Observe(g.out, x)
		}
	}
	if pool, ok := g.transport.(*http.Transport); ok && g.played.Fresh {
		pool.CloseIdleConnections()
	}
	if g.played.After != nil && g.underWay == 0 { // a question may meet no push
		if pool, ok := g.transport.(interface{ CloseIdleConnections() }); ok {
			pool.CloseIdleConnections() // a receiver that takes one connection at a time could not be asked
		}
		g.out.States = append(g.out.States, g.played.After(ctx, g.out, sent[0])...)
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
		g.out.Skipped = append(g.out.Skipped, transcript.Skipped{Deed: s.Deed, Leg: s.Leg, Reason: s.Reason})
	}
	if g.played.Fate == nil { // else the order in which they went out tells more
		slices.SortFunc(g.out.Exchanges, func(a, b transcript.Exchange) int { return a.Step - b.Step })
	}
}
