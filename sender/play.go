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
	Identity transcript.Call    // transcript with the fields that identify the call; Play fills in the other fields
	Twist    experiment.Twist   // what is unusual about the pushes
	Setting  experiment.Setting // the values of the run that the twist uses

	// BeforePush is called before each push. It may wait. It returns the terms of the push, and false if the push must not be sent.
	// nil: each push is sent at once, under the zero PushTerms.
	BeforePush func(context.Context, call.Step) (terms PushTerms, send bool)

	// AfterExchange is called with each exchange when it has ended. The order of concurrent exchanges is not defined. nil: it is not called.
	AfterExchange func(transcript.Exchange)

	// AskStates is called when an exchange has ended and no push is under way, with the transcript so far and that exchange. Its result
	// becomes part of the transcript. nil: it is not called.
	AskStates func(context.Context, transcript.Call, transcript.Exchange) []transcript.StateQuestion

	SlowConnect bool // connecting may take up to Limits.Exchange
}

// PushTerms define how a push is sent. The zero PushTerms stand for the usual limit, and for an idle connection if there is one.
type PushTerms struct {
	Limit           time.Duration // longest time of the exchange, from dialling to the last byte; 0: Limits.Exchange
	FreshConnection bool          // the push is sent on a new connection, so that it is not sent again if the receiver drops it
}

// Play plays a call to its end and returns its transcript. If an exchange goes wrong, the call goes on, as it would at sipgate. Play
// returns early if ctx ends. It sends nothing if a problem of the transport forbids that.
func (s *Sender) Play(ctx context.Context, p CallToPlay) transcript.Call {
	player := &playback{sender: s, call: p, transcript: p.Identity, results: make(chan []transcript.Exchange), start: time.Now()}
	dialer := s.dialer
	if p.SlowConnect {
		dialer = dialer.withSlowConnect()
	}
	player.pool = s.makePool(dialer.dial)
	player.run(ctx)
	player.pool.dialling.Wait() // the exchanges are over, but dialling may still go on
	player.pool.Close()
	return player.transcript
}

// playback is a call that is being played.
type playback struct {
	sender         *Sender
	call           CallToPlay
	pool           *Pool
	transcript     transcript.Call
	results        chan []transcript.Exchange // receives the exchanges of a step when they have ended: one exchange, or two if the push was sent twice
	heldSteps      []call.Step                // steps that are sent only after a later step
	pushesUnderWay int
	start          time.Time
}

func (pb *playback) run(ctx context.Context) {
	c := pb.call.Call
	for {
		pb.sendHeld(ctx, false)
		step, state := c.Next()
		switch {
		case state == call.Finished:
			pb.sendHeld(ctx, true)
			pb.finish(ctx)
			return
		case state == call.Waiting:
			pb.recordExchanges(ctx, <-pb.results...)
		case !pb.waitUntilDue(ctx, step):
			pb.waitForExchanges(ctx)
			pb.finish(ctx)
			return
		default:
			pb.sendOrSkip(ctx, step)
		}
	}
}

// waitUntilDue waits until the step is due, at the speed of Options.Speed. Meanwhile it records exchanges that end. It returns false if ctx
// ended.
func (pb *playback) waitUntilDue(ctx context.Context, step call.Step) bool {
	if pb.sender.opts.Speed <= 0 {
		return ctx.Err() == nil
	}
	wait := time.Until(pb.start.Add(time.Duration(float64(step.Due) / pb.sender.opts.Speed)))
	if pb.sender.opts.OnPause != nil {
		pb.sender.opts.OnPause(step, wait)
	}
	due := time.NewTimer(wait)
	defer due.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case x := <-pb.results:
			pb.recordExchanges(ctx, x...)
		case <-due.C:
			return true
		}
	}
}

// sendOrSkip sends a step, or records why it is not sent.
func (pb *playback) sendOrSkip(ctx context.Context, step call.Step) {
	fate := pb.call.Twist.FateOf(step)
	toURL, reason, detail := pb.sender.destination(ctx, step)
	switch {
	case reason == "" && fate == experiment.Lost:
		reason, detail = transcript.LeftOut, "pushcheck left it out on purpose"
	case reason == "" && fate == experiment.Overtaken:
		pb.heldSteps = append(pb.heldSteps, step)
		pb.call.Call.RecordOutcome(step.Number, nil)
		return
	}
	if reason != "" {
		pb.recordNotSent(step, reason, detail)
		pb.call.Call.RecordOutcome(step.Number, nil)
		return
	}
	if !pb.send(ctx, step, toURL, fate) {
		pb.call.Call.RecordOutcome(step.Number, nil)
	}
}

// recordNotSent records why a step is not sent.
func (pb *playback) recordNotSent(step call.Step, reason transcript.NotSentReason, detail string) {
	pb.transcript.NotSent = append(pb.transcript.NotSent, transcript.NotSent{
		Step: step.Number, Leg: step.Leg, Push: step.Push, Reason: reason, Detail: detail,
	})
}

// send starts the exchange of a step without waiting for its end. It returns false if BeforePush forbids the push.
func (pb *playback) send(ctx context.Context, step call.Step, toURL *url.URL, fate experiment.Fate) bool {
	limits, terms, isLimitReduced := pb.sender.opts.Limits.WithDefaults(), PushTerms{}, false
	if pb.call.BeforePush != nil {
		send := false
		if terms, send = pb.call.BeforePush(ctx, step); !send {
			pb.recordNotSent(step, transcript.RunStopped, "the run had stopped sending such pushes")
			return false
		}
		if terms.Limit > 0 {
			isLimitReduced, limits.Exchange = terms.Limit < limits.Exchange, terms.Limit
		}
		if terms.FreshConnection {
			pb.closeIdle()
		}
	}
	pb.pushesUnderWay++
	go func() {
		exchanges := []transcript.Exchange{pb.sender.exchangeStep(ctx, pb, step, toURL, limits)}
		if fate == experiment.Duplicated && ctx.Err() == nil {
			if terms.FreshConnection {
				pb.closeIdle()
			}
			second := pb.sender.exchangeStep(ctx, pb, step, toURL, limits)
			second.Duplicate = true
			exchanges = append(exchanges, second)
		}
		for i := range exchanges {
			exchanges[i].ShortTimeLimit = isLimitReduced
		}
		pb.results <- exchanges
	}()
	return true
}

// destination returns the URL that a step is sent to, or the reason why it is not sent, with a sentence for the report.
func (s *Sender) destination(ctx context.Context, step call.Step) (toURL *url.URL, reason transcript.NotSentReason, detail string) {
	urlText := step.URL
	switch {
	case step.Withheld != "" && s.opts.FollowAlways:
		urlText = step.NewCallURL
	case step.Withheld == call.NotSubscribed:
		return nil, transcript.NotSubscribed, "no response that sipgate acts on named a URL for it"
	case step.Withheld == call.UnusableURL:
		return nil, transcript.UnusableURL, "the receiver named " + endpoint.QuoteURL(step.UnusableURLText)
	}
	if urlText == "" {
		return nil, transcript.NoOutgoing, "there is no URL for outgoing calls"
	}
	u, err := url.Parse(urlText)
	if err != nil {
		return nil, transcript.UnusableURL, "the receiver named " + endpoint.QuoteURL(urlText)
	}
	u = s.urlBehindProxy(u)
	isPushOrigin := slices.Contains(s.Origins(), endpoint.Origin(u))
	if ok, hint := endpoint.MayDial(s.dialer.Target, u, s.dialer.FollowHosts); !isPushOrigin && !ok {
		return nil, transcript.NotAllowed, "the receiver named " + endpoint.QuoteURL(urlText) + ": " + hint
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
func (s *Sender) exchangeStep(ctx context.Context, pb *playback, step call.Step, toURL *url.URL, limits Limits) transcript.Exchange {
	req, sentPush, isOdd, err := s.buildRequest(pb.call, step)
	if err != nil {
		return transcript.Exchange{
			Sent:    transcript.Sent{Step: step.Number, Leg: step.Leg, Push: sentPush, URL: withoutCredentials(toURL), Body: req.Body},
			Outcome: transcript.Outcome{End: transcript.Interrupted, Detail: err.Error()},
		}
	}
	endExchange := s.beginExchange()
	x := roundTrip(ctx, pb.pool, request{
		URL: toURL, Method: req.Method, Body: req.Body, Header: req.Header,
		ReadDocument: step.IsResponseRead(), Outgoing: step.IsOutgoing(),
	}, limits)
	x.Alone = endExchange()
	x.SentHeader = decisiveHeaders(req.Header)
	x.Step, x.Leg, x.Push, x.Due, x.Billed, x.BilledTarget, x.Odd = step.Number, step.Leg, sentPush, step.Due, step.Billed, step.BilledTarget, isOdd
	if pb.call.SlowConnect {
		pb.closeIdle() // a receiver with few workers needs its connections for the other calls
	}
	for _, soundURL := range s.claimSounds(x.EffectiveDocument()) {
		pb.closeIdle() // some receivers serve one connection at a time
		x.Sounds = append(x.Sounds, s.fetchSound(ctx, soundURL))
	}
	if x.CredentialsRequested {
		s.credentialsRequested.Store(true)
	}
	if pb.call.AfterExchange != nil {
		pb.call.AfterExchange(x)
	}
	return x
}

// Request returns the HTTP request of a step and sends nothing. Without a subscription the URL is the push URL.
func (s *Sender) Request(ctx context.Context, p CallToPlay, step call.Step) (*http.Request, error) {
	req, _, _, err := s.buildRequest(p, step)
	if err != nil {
		return nil, err
	}
	toURL, err := url.Parse(cmp.Or(step.URL, step.NewCallURL))
	if err != nil {
		return nil, err
	}
	return request{URL: toURL, Method: req.Method, Body: req.Body, Header: req.Header}.toHTTP(ctx), nil
}

// buildRequest returns the request of a step, and the push that it contains. isOdd reports whether the twist changed the request.
func (s *Sender) buildRequest(p CallToPlay, step call.Step) (req experiment.Request, sentPush push.Push, isOdd bool, err error) {
	plainForm := step.Push.Form(s.opts.Dialect)
	form := p.Twist.Form(p.Setting, step, plainForm)
	req = experiment.Request{Method: http.MethodPost, Header: s.opts.Header.Clone(), Body: form.Encode(s.opts.Dialect.RawBrackets)}
	if req.Header == nil {
		req.Header = http.Header{}
	}
	if step.Saved != nil {
		applyCapture(&req, *step.Saved)
	}
	plain := experiment.Request{Method: req.Method, Header: req.Header.Clone(), Body: slices.Clone(req.Body)}
	err = p.Twist.Apply(p.Setting, step, form, &req)
	isOdd = !slices.Equal(plainForm, form) || !reflect.DeepEqual(plain, req)
	if sentPush = step.Push; isOdd {
		sentPush = parseChanged(req.Body, sentPush)
	}
	if err == nil {
		err = sign(&req, s.opts.SignKey)
	}
	return req, sentPush, isOdd, err
}

// applyCapture copies the body, Content-Type and signature of a captured push to a request. A header of the user is not overwritten.
func applyCapture(req *experiment.Request, c push.Capture) {
	req.Body = c.Body
	if c.ContentType != "" && !hasHeader(req.Header, "Content-Type") {
		req.Header.Set("Content-Type", c.ContentType)
	}
	if len(c.Signatures) > 0 && !hasHeader(req.Header, push.SignatureHeader) {
		req.Header[push.SignatureHeader] = c.Signatures
	}
}

// parseChanged returns the push in a body that a twist changed. If the body contains no push, it returns the original push.
func parseChanged(body []byte, original push.Push) push.Push {
	form, _ := push.ParseForm(body) // if the body is no form, FromForm returns an error, because the event is missing
	changed, err := push.FromForm(form)
	if err != nil {
		return original
	}
	return changed
}

// recordExchanges records the exchanges of a step that have ended, and passes their responses to the call.
func (pb *playback) recordExchanges(ctx context.Context, exchanges ...transcript.Exchange) {
	pb.pushesUnderWay--
	for _, x := range exchanges {
		pb.transcript.Exchanges = append(pb.transcript.Exchanges, x)
		pb.call.Call.RecordOutcome(x.Step, x.EffectiveDocument()) // RecordOutcome ignores the second response to a step
		if pb.sender.opts.OnExchange != nil {
			pb.sender.opts.OnExchange(pb.transcript, x)
		}
	}
	if pb.call.AskStates != nil && pb.pushesUnderWay == 0 { // the application must not be asked while a push is under way
		pb.closeIdle() // some receivers serve one connection at a time
		pb.transcript.States = append(pb.transcript.States, pb.call.AskStates(ctx, pb.transcript, exchanges[0])...)
	}
}

// closeIdle closes the idle connections.
func (pb *playback) closeIdle() {
	pb.pool.Close()
	if rt, ok := pb.sender.opts.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		rt.CloseIdleConnections()
	}
}

func (pb *playback) waitForExchanges(ctx context.Context) {
	for pb.pushesUnderWay > 0 {
		pb.recordExchanges(ctx, <-pb.results...)
	}
}

// finish fills in the fields of the transcript that are known only at the end of the call.
func (pb *playback) finish(ctx context.Context) {
	pb.transcript.Complete = ctx.Err() == nil
	pb.transcript.Steered = pb.call.Call.IsSteered()
	for _, s := range pb.call.Call.Skipped() {
		pb.transcript.Skipped = append(pb.transcript.Skipped, transcript.Skipped{Deed: s.Deed, Leg: s.Leg, Reason: s.Reason, ReceiverAction: s.ReceiverAction})
	}
	if pb.call.Twist.Fate == nil { // if pushes were reordered, the transcript keeps the order in which they were sent
		slices.SortFunc(pb.transcript.Exchanges, func(a, b transcript.Exchange) int { return a.Step - b.Step })
	}
}
