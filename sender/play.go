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

// CallToPlay is a call to be played.
type CallToPlay struct {
	Call     *call.Call
	Identity transcript.Call // transcript with the fields that identify the call; Play fills in the others
	Twist    experiment.Twist
	Setting  experiment.Setting // of the twist

	// BeforePush is called before each push. It may wait. It returns the terms of the push, and false if the push must not be sent.
	// nil: each push is sent at once, under the zero PushTerms.
	BeforePush func(context.Context, call.Step) (terms PushTerms, send bool)

	// AfterExchange is called with each exchange when it has ended. The order of concurrent exchanges is not defined. nil: it is not called.
	AfterExchange func(transcript.Exchange)

	// AskStates is called between two pushes, with the transcript so far and the exchange that ended last. Its result becomes part of the
	// transcript. nil: it is not called.
	AskStates func(context.Context, transcript.Call, transcript.Exchange) []transcript.StateQuestion

	SlowConnect bool // connecting may take up to Limits.Exchange
}

// PushTerms define how a push is sent. The zero PushTerms stand for the usual limit and an idle connection.
type PushTerms struct {
	Limit           time.Duration // longest time of the exchange, from dialling to the last byte; 0: Limits.Exchange
	FreshConnection bool          // the push is sent on a new connection, so that it is not sent again if the receiver drops it
}

// Play plays a call to its end and returns its transcript. If an exchange goes wrong, the call goes on, as it would at sipgate. Play
// returns early if ctx ends. It sends nothing if a problem of the transport forbids that.
func (s *Sender) Play(ctx context.Context, p CallToPlay) transcript.Call {
	playing := &playback{sender: s, call: p, transcript: p.Identity, results: make(chan []transcript.Exchange), start: time.Now()}
	dialer := s.dialer
	if p.SlowConnect {
		dialer = dialer.withSlowConnect()
	}
	playing.pool = s.pool(dialer.dial)
	playing.run(ctx)
	playing.pool.dialling.Wait() // the exchanges are over, but a connection may still be being made
	playing.pool.Close()
	return playing.transcript
}

// playback is a call that is being played.
type playback struct {
	sender         *Sender
	call           CallToPlay
	pool           *Pool
	transcript     transcript.Call
	results        chan []transcript.Exchange // the exchanges of a step: one, or two if the push is sent twice
	held           []call.Step                // steps that are sent only after a later step
	pushesUnderWay int
	start          time.Time
}

func (g *playback) run(ctx context.Context) {
	c := g.call.Call
	for {
		g.sendHeld(ctx, false)
		step, state := c.Next()
		switch {
		case state == call.Finished:
			g.sendHeld(ctx, true)
			g.finish(ctx)
			return
		case state == call.Waiting:
			g.recordExchanges(ctx, <-g.results...)
		case !g.waitUntilDue(ctx, step):
			g.waitForExchanges(ctx)
			g.finish(ctx)
			return
		default:
			g.sendOrSkip(ctx, step)
		}
	}
}

// waitUntilDue waits until a step is due in the time of the story, and meanwhile records exchanges that end. It returns false if ctx ended.
func (g *playback) waitUntilDue(ctx context.Context, step call.Step) bool {
	if g.sender.opts.Speed <= 0 {
		return ctx.Err() == nil
	}
	wait := time.Until(g.start.Add(time.Duration(float64(step.Due) / g.sender.opts.Speed)))
	if g.sender.opts.OnPause != nil {
		g.sender.opts.OnPause(step, wait)
	}
	due := time.NewTimer(wait)
	defer due.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case x := <-g.results:
			g.recordExchanges(ctx, x...)
		case <-due.C:
			return true
		}
	}
}

// sendOrSkip sends a step, or records why it is not sent.
func (g *playback) sendOrSkip(ctx context.Context, step call.Step) {
	fate := g.call.Twist.FateOf(step)
	to, reason, detail := g.sender.destination(ctx, step)
	switch {
	case reason == "" && fate == experiment.Lost:
		reason, detail = transcript.LeftOut, "it is left out on purpose"
	case reason == "" && fate == experiment.Overtaken:
		g.held = append(g.held, step)
		g.call.Call.RecordOutcome(step.Number, nil)
		return
	}
	if reason != "" {
		g.recordNotSent(step, reason, detail)
		g.call.Call.RecordOutcome(step.Number, nil)
		return
	}
	if !g.send(ctx, step, to, fate) {
		g.call.Call.RecordOutcome(step.Number, nil)
	}
}

// recordNotSent records why a step is not sent.
func (g *playback) recordNotSent(step call.Step, reason transcript.NotSentReason, detail string) {
	g.transcript.NotSent = append(g.transcript.NotSent, transcript.NotSent{
		Step: step.Number, Leg: step.Leg, Push: step.Push, Reason: reason, Detail: detail,
	})
}

// send starts the exchange of a step without waiting for its end. It returns false if BeforePush forbids the push.
func (g *playback) send(ctx context.Context, step call.Step, to *url.URL, fate experiment.Fate) bool {
	limits, terms, isLimitReduced := g.sender.opts.Limits.WithDefaults(), PushTerms{}, false
	if g.call.BeforePush != nil {
		send := false
		if terms, send = g.call.BeforePush(ctx, step); !send {
			g.recordNotSent(step, transcript.RunStopped, "the run had stopped sending such pushes")
			return false
		}
		if terms.Limit > 0 {
			isLimitReduced, limits.Exchange = terms.Limit < limits.Exchange, terms.Limit
		}
		if terms.FreshConnection {
			g.closeIdle()
		}
	}
	g.pushesUnderWay++
	go func() {
		sent := []transcript.Exchange{g.sender.exchangeStep(ctx, g, step, to, limits)}
		if fate == experiment.Duplicated && ctx.Err() == nil {
			if terms.FreshConnection {
				g.closeIdle()
			}
			second := g.sender.exchangeStep(ctx, g, step, to, limits)
			second.Duplicate = true
			sent = append(sent, second)
		}
		for i := range sent {
			sent[i].ShortTimeLimit = isLimitReduced
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
		raw = step.NewCallURL
	case step.Withheld == call.NotSubscribed:
		return nil, transcript.NotSubscribed, "no response that sipgate acts on named a URL for it"
	case step.Withheld == call.UnusableURL:
		return nil, transcript.UnusableURL, "the receiver named " + endpoint.QuoteURL(step.UnusableURLText)
	}
	if raw == "" {
		return nil, transcript.NoOutgoing, "there is no URL for outgoing calls"
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, transcript.UnusableURL, "the receiver named " + endpoint.QuoteURL(raw)
	}
	u = s.urlBehindProxy(u)
	isPushOrigin := slices.Contains(s.Origins(), endpoint.Origin(u))
	if ok, hint := endpoint.MayDial(s.dialer.Target, u, s.dialer.FollowHosts); !isPushOrigin && !ok {
		return nil, transcript.NotAllowed, "the receiver named " + endpoint.QuoteURL(raw) + ": " + hint
	}
	connection := s.Inspect(ctx, u)
	switch rule, why := connection.BlockReason(); {
	case ctx.Err() != nil:
		return nil, transcript.RunStopped, "the run was interrupted"
	case !connection.IsBlocked():
		return u, "", ""
	case rule == "":
		return nil, transcript.CannotConnect, why
	case slices.ContainsFunc(connection.Problems, func(p endpoint.Problem) bool { return p.Rule == "transport.reachable" }):
		return nil, transcript.NotReached, fmt.Sprintf("%s: %s", connection.DisplayOrigin(), connection.Handshake.Failure)
	default:
		return nil, transcript.Blocked, fmt.Sprintf("%s: %s", connection.DisplayOrigin(), why)
	}
}

// exchangeStep sends one step and records the response.
func (s *Sender) exchangeStep(ctx context.Context, g *playback, step call.Step, to *url.URL, limits Limits) transcript.Exchange {
	wire, sentPush, odd, err := s.buildRequest(g.call, step)
	if err != nil {
		return transcript.Exchange{
			Sent:    transcript.Sent{Step: step.Number, Leg: step.Leg, Push: sentPush, URL: withoutCredentials(to), Body: wire.Body},
			Outcome: transcript.Outcome{End: transcript.Interrupted, Detail: err.Error()},
		}
	}
	endExchange := s.beginExchange()
	x := roundTrip(ctx, g.pool, request{
		URL: to, Method: wire.Method, Body: wire.Body, Header: wire.Header,
		ReadDocument: step.IsResponseRead(), Outgoing: step.IsOutgoing(),
	}, limits)
	x.Alone = endExchange()
	x.SentHeader = decisiveHeaders(wire.Header)
	x.Step, x.Leg, x.Push, x.Due, x.Billed, x.BilledTarget, x.Odd = step.Number, step.Leg, sentPush, step.Due, step.Billed, step.BilledTarget, odd
	if g.call.SlowConnect {
		g.closeIdle() // a receiver with few workers needs its connections for the other calls
	}
	x.Sounds = s.fetchSounds(ctx, x.EffectiveDocument())
	if x.CredentialsRequested {
		s.credentialsAsked.Store(true)
	}
	if g.call.AfterExchange != nil {
		g.call.AfterExchange(x)
	}
	return x
}

// Request returns the HTTP request of a step and sends nothing. Without a subscription the URL is the push URL.
func (s *Sender) Request(ctx context.Context, p CallToPlay, step call.Step) (*http.Request, error) {
	wire, _, _, err := s.buildRequest(p, step)
	if err != nil {
		return nil, err
	}
	to, err := url.Parse(cmp.Or(step.URL, step.NewCallURL))
	if err != nil {
		return nil, err
	}
	return request{URL: to, Method: wire.Method, Body: wire.Body, Header: wire.Header}.toHTTP(ctx), nil
}

// buildRequest returns the request of a step, the push that it contains, and whether the twist changed it.
func (s *Sender) buildRequest(p CallToPlay, step call.Step) (wire experiment.Request, sentPush push.Push, odd bool, err error) {
	plainForm := step.Push.Form(s.opts.Dialect)
	form := p.Twist.Form(p.Setting, step, plainForm)
	wire = experiment.Request{Method: http.MethodPost, Header: s.opts.Header.Clone(), Body: form.Encode(s.opts.Dialect.RawBrackets)}
	if wire.Header == nil {
		wire.Header = http.Header{}
	}
	if step.Saved != nil {
		applySaved(&wire, *step.Saved)
	}
	plain := experiment.Request{Method: wire.Method, Header: wire.Header.Clone(), Body: slices.Clone(wire.Body)}
	err = p.Twist.Apply(p.Setting, step, form, &wire)
	odd = !slices.Equal(plainForm, form) || !reflect.DeepEqual(plain, wire)
	if sentPush = step.Push; odd {
		sentPush = parseChanged(wire.Body, sentPush)
	}
	if err == nil {
		err = sign(&wire, s.opts.SignKey)
	}
	return wire, sentPush, odd, err
}

// applySaved sets the body, Content-Type and signature of a captured push.
func applySaved(wire *experiment.Request, c push.Capture) {
	wire.Body = c.Body
	if c.ContentType != "" && !hasHeader(wire.Header, "Content-Type") {
		wire.Header.Set("Content-Type", c.ContentType)
	}
	if len(c.Signatures) > 0 && !hasHeader(wire.Header, push.SignatureHeader) {
		wire.Header[push.SignatureHeader] = c.Signatures
	}
}

// parseChanged returns the push in a changed body. If the body contains no push, it returns the original push.
func parseChanged(body []byte, original push.Push) push.Push {
	form, _ := push.ParseForm(body) // without a form there is no event, so FromForm returns an error
	changed, err := push.FromForm(form)
	if err != nil {
		return original
	}
	return changed
}

// recordExchanges records the exchanges of a step that have ended, and passes their responses to the call.
func (g *playback) recordExchanges(ctx context.Context, sent ...transcript.Exchange) {
	g.pushesUnderWay--
	for _, x := range sent {
		g.transcript.Exchanges = append(g.transcript.Exchanges, x)
		g.call.Call.RecordOutcome(x.Step, x.EffectiveDocument()) // it ignores the second response to a step
		if g.sender.opts.OnExchange != nil {
			g.sender.opts.OnExchange(g.transcript, x)
		}
	}
	if g.call.AskStates != nil && g.pushesUnderWay == 0 { // the application must not be asked while a push is under way
		g.closeIdle() // some receivers serve one connection at a time
		g.transcript.States = append(g.transcript.States, g.call.AskStates(ctx, g.transcript, sent[0])...)
	}
}

// closeIdle closes the idle connections.
func (g *playback) closeIdle() {
	g.pool.Close()
	if rt, ok := g.sender.opts.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		rt.CloseIdleConnections()
	}
}

func (g *playback) waitForExchanges(ctx context.Context) {
	for g.pushesUnderWay > 0 {
		g.recordExchanges(ctx, <-g.results...)
	}
}

// finish finishes the transcript.
func (g *playback) finish(ctx context.Context) {
	g.transcript.Complete = ctx.Err() == nil
	g.transcript.Steered = g.call.Call.IsSteered()
	for _, s := range g.call.Call.Skipped() {
		g.transcript.Skipped = append(g.transcript.Skipped, transcript.Skipped{Deed: s.Deed, Leg: s.Leg, Reason: s.Reason, ReceiverAction: s.ReceiverAction})
	}
	if g.call.Twist.Fate == nil { // if pushes were reordered, the transcript keeps the order in which they were sent
		slices.SortFunc(g.transcript.Exchanges, func(a, b transcript.Exchange) int { return a.Step - b.Step })
	}
}
