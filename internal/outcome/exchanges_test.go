package outcome_test

import (
	"net/http"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	pushURL           = "https://receiver.example/push"
	followUpURL       = "https://receiver.example/follow"
	xmlType           = "application/xml; charset=utf-8"
	bothSubscriptions = `<Response onAnswer="` + followUpURL + `" onHangup="` + followUpURL + `"/>`
)

// endedExchange returns an exchange with a plain push of a first leg, and with this end. The push was sent alone, and the exchange took 20
// ms of at most 10 s.
func endedExchange(event push.Event, end transcript.End, change ...func(*transcript.Exchange)) transcript.Exchange {
	digit := "1"
	x := transcript.Exchange{
		Sent: transcript.Sent{
			Leg: "Doc", URL: pushURL, TimeLimit: 10 * time.Second,
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
		x.URL = followUpURL
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

// exchange returns an exchange with a complete response.
func exchange(event push.Event, status int, contentType, body string, change ...func(*transcript.Exchange)) transcript.Exchange {
	fill := func(x *transcript.Exchange) {
		x.Status, x.ContentType, x.ResponseBody, x.BodyLength = status, contentType, []byte(body), int64(len(body))
		if event == push.NewCall || event == push.DTMF {
			media, _ := response.ParseContentType(contentType)
			x.Document = response.Parse(response.Input{Body: []byte(body), MediaType: media})
		}
	}
	return endedExchange(event, transcript.Complete, append([]func(*transcript.Exchange){fill}, change...)...)
}

// callOf returns a call of a user's scenario, which no requirement judges as a whole call.
func callOf(exchanges ...transcript.Exchange) transcript.Call {
	return transcript.Call{ID: 1, Scenario: "own", Exchanges: exchanges, Complete: true}
}

// probeCall returns a plain call of the probe.
func probeCall(x ...transcript.Exchange) transcript.Call {
	c := callOf(x...)
	c.Probe = true
	return c
}

// pushed returns an exchange whose push was accepted. The push is about the given leg, and has this callId.
func pushed(e push.Event, leg, id string, change ...func(*transcript.Exchange)) transcript.Exchange {
	x := exchange(e, 200, "", "")
	if e == push.NewCall {
		x = exchange(e, 200, xmlType, bothSubscriptions)
	}
	x.Leg, x.Push.CallID, x.Push.OrigCallID, x.Push.Direction = leg, id, id, push.Incoming
	for _, c := range change {
		c(&x)
	}
	return x
}

func asOutgoing(x *transcript.Exchange) { x.Push.Direction = push.Outgoing }

func asOdd(x *transcript.Exchange) { x.Odd = true }

func withStatus(code int) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Status = code }
}

func withTimes(d, limit time.Duration) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Duration, x.TimeLimit = d, limit }
}

// withCapturedBody returns the exchange with the captured push as its push.
func withCapturedBody(x transcript.Exchange) transcript.Exchange {
	x.Odd = true
	x.Body, _ = push.GenuinePush()
	return x
}

// withAlteredBody returns the exchange with the altered captured push as its push.
func withAlteredBody(x transcript.Exchange) transcript.Exchange {
	x.Odd = true
	x.Body, _ = push.AlteredGenuinePush()
	return x
}

// withForwardedFor returns the exchange with an X-Forwarded-For header in its push.
func withForwardedFor(x transcript.Exchange) transcript.Exchange {
	h := http.Header{"X-Forwarded-For": {"217.116.118.254"}}
	for name, values := range x.SentHeader {
		h[name] = values
	}
	x.SentHeader = h
	return x
}

const signatureError = `<Error message="Signature verification failed."/>`
