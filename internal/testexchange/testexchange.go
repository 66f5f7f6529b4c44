// Package testexchange makes exchanges for tests of how exchanges and calls are judged. It plays no call.
package testexchange

import (
	"net/http"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	PushURL           = "https://receiver.example/push"
	FollowUpURL       = "https://receiver.example/follow"
	XMLType           = "application/xml; charset=utf-8"
	BothSubscriptions = `<Response onAnswer="` + FollowUpURL + `" onHangup="` + FollowUpURL + `"/>`
	SignatureError    = `<Error message="Signature verification failed."/>`
)

// Ended returns an exchange with a plain push of a first leg, and with the given end. No other push was sent at the same time. The exchange
// took 20 ms, or its limit of 10 s if the response was not complete in time.
func Ended(event push.Event, end transcript.End, change ...func(*transcript.Exchange)) transcript.Exchange {
	digit := "1"
	x := transcript.Exchange{
		Sent: transcript.Sent{
			Leg: "Doc", URL: PushURL, TimeLimit: 10 * time.Second,
			Push: push.Push{
				Event: event, Direction: push.Incoming, From: "491713920001", To: "493023125001", CallID: "12111955",
				Users: []string{"Doc"}, UserIDs: []string{"w0"}, FullUserIDs: []string{"1234567w0"}, AnsweringNumber: "493023125001",
			},
		},
		Twist:   transcript.Twist{Alone: true},
		Outcome: transcript.Outcome{End: end, Duration: 20 * time.Millisecond},
	}
	switch event {
	case push.Hangup:
		x.Push.Cause = push.NormalClearing
	case push.DTMF:
		x.Push.Direction, x.Push.Digits = "", &digit
	}
	if event != push.NewCall {
		x.URL = FollowUpURL
	}
	switch end {
	case transcript.TimedOut, transcript.Late, transcript.NeverEnded:
		x.Duration = 10 * time.Second
	}
	if x.Responded() {
		x.Status = 200
	}
	for _, c := range change {
		c(&x)
	}
	return x
}

// New returns an exchange with a complete response.
func New(event push.Event, status int, contentType, body string, change ...func(*transcript.Exchange)) transcript.Exchange {
	fill := func(x *transcript.Exchange) {
		x.Status, x.ContentType, x.ResponseBody, x.BodyLength = status, contentType, []byte(body), int64(len(body))
		if event == push.NewCall || event == push.DTMF {
			media, _ := response.ParseContentType(contentType)
			x.Document = response.Parse(response.Input{Body: []byte(body), MediaType: media})
		}
	}
	return Ended(event, transcript.Complete, append([]func(*transcript.Exchange){fill}, change...)...)
}

// CallOf returns a call of a user's scenario, which no requirement judges as a whole call.
func CallOf(exchanges ...transcript.Exchange) transcript.Call {
	return transcript.Call{ID: 1, Scenario: "own", Exchanges: exchanges, Complete: true}
}

// ProbeCallOf returns a plain call of the probe.
func ProbeCallOf(x ...transcript.Exchange) transcript.Call {
	c := CallOf(x...)
	c.Probe = true
	return c
}

// Accepted returns an exchange whose push was accepted. The push has the given event, leg and callId.
func Accepted(e push.Event, leg, id string, change ...func(*transcript.Exchange)) transcript.Exchange {
	x := New(e, 200, "", "")
	if e == push.NewCall {
		x = New(e, 200, XMLType, BothSubscriptions)
	}
	x.Leg, x.Push.CallID, x.Push.OrigCallID, x.Push.Direction = leg, id, id, push.Incoming
	for _, c := range change {
		c(&x)
	}
	return x
}

// AsOutgoing makes the push a push of an outgoing call.
func AsOutgoing(x *transcript.Exchange) { x.Push.Direction = push.Outgoing }

// AsOdd makes the push an odd push.
func AsOdd(x *transcript.Exchange) { x.Odd = true }

// WithStatus returns a change that sets the status of the response.
func WithStatus(code int) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Status = code }
}

// WithTimes returns a change that sets how long the exchange took, and its time limit.
func WithTimes(d, limit time.Duration) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Duration, x.TimeLimit = d, limit }
}

// WithCapturedBody returns the exchange with the captured push as its push.
func WithCapturedBody(x transcript.Exchange) transcript.Exchange {
	x.Odd = true
	x.Body, _ = push.GenuinePush()
	return x
}

// WithAlteredBody returns the exchange with the altered captured push as its push.
func WithAlteredBody(x transcript.Exchange) transcript.Exchange {
	x.Odd = true
	x.Body, _ = push.AlteredGenuinePush()
	return x
}

// WithForwardedFor returns the exchange with an X-Forwarded-For header in its push.
func WithForwardedFor(x transcript.Exchange) transcript.Exchange {
	h := http.Header{"X-Forwarded-For": {"217.116.118.254"}}
	for name, values := range x.SentHeader {
		h[name] = values
	}
	x.SentHeader = h
	return x
}

// ThenGone lets the receiver accept no connection after the exchange.
func ThenGone(x *transcript.Exchange) { x.Aftermath.Gone = true }

// ThenSilent lets the receiver accept connections but no push after the exchange.
func ThenSilent(x *transcript.Exchange) { x.Aftermath.Silent = true }

// ThenAway returns a change that lets the receiver accept no connection for a while after the exchange.
func ThenAway(d time.Duration) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Aftermath.Away = d }
}

// ThenGivenUp lets the run wait only a short time for the receiver after the exchange, because it had waited too often before.
func ThenGivenUp(x *transcript.Exchange) { x.Aftermath.GaveUp = true }
