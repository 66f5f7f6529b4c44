package load

import (
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// readingKey is the key of a cached reading.
type readingKey struct {
	response  *transcript.Exchange // compared by address: equal bytes have the same address
	event     push.Event
	direction push.Direction
}

// reading is the part of a response that matters for a load.
type reading struct {
	accepted bool
	failure  verdict.LoadError
	findings []requirements.Finding
	document *response.Document // the document that sipgate would act on
}

// isReadable reports whether a response has no body, or XML whose root is Response or cannot be read. A mistake in such XML is a finding.
// Other responses count as errors.
func isReadable(x transcript.Exchange) bool {
	d := x.Document
	return d.Kind == response.EmptyBody || d.Kind == response.XML && (d.Root == "" || strings.EqualFold(d.Root, "Response"))
}

// cachedReading returns the reading of a response. If the same bytes were read before, it comes from the cache.
func (t *tally) cachedReading(x *exchange) reading {
	key := readingKey{x.reply.Exchange, x.step.Push.Event, x.step.Direction}
	if r, ok := t.readings[key]; ok {
		return r
	}
	exchange := *x.reply.Exchange
	exchange.Push = x.step.Push
	r := reading{accepted: exchange.Accepted(), document: exchange.EffectiveDocument()}
	if !r.accepted || exchange.End != transcript.Complete {
		exchange = x.evidence()
	}
	r.failure = t.failure(exchange)
	if r.failure == "" && exchange.Responded() {
		r.findings = fatalFindings(requirements.JudgeExchange(exchange, t.target))
	}
	if !r.accepted && r.failure == "" && len(r.findings) == 0 {
		r.failure = verdict.LoadInvalid
	}
	if x.reply.Shared && r.accepted { // if the response does not accept the push, the reason may depend on the push
		if len(t.readings) >= maxCachedReadings {
			clear(t.readings)
		}
		t.readings[key] = r
	}
	return r
}

// failure returns how an exchange failed if the load can be the reason, and otherwise "".
func (t *tally) failure(x transcript.Exchange) verdict.LoadError {
	switch {
	case x.End == transcript.TimedOut, x.End == transcript.Late, x.End == transcript.NeverEnded && x.Duration >= x.TimeLimit:
		return verdict.LoadTimeout
	case x.End == transcript.Dropped, x.End == transcript.Truncated:
		return verdict.LoadDropped
	case x.End == transcript.NotConnected, x.End == transcript.BlockedEnd:
		return verdict.LoadUnconnected
	case x.Status == 429:
		return verdict.LoadLimited
	case x.Status/100 == 5:
		return verdict.LoadFailed
	case x.Push.Event == push.NewCall && x.Accepted() && t.firstIsReadable && !isReadable(x):
		return verdict.LoadOtherKind
	}
	return ""
}
