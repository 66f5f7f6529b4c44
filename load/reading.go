package load

import (
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// knownKey is the key of a cached reading.
type knownKey struct {
	response  *transcript.Exchange // compared by address: equal bytes have the same address
	event     push.Event
	direction push.Direction
}

// reading is the part of a response that matters for a load.
type reading struct {
	accepted bool
	failed   verdict.LoadError
	findings []requirements.Finding
	document *response.Document // the document that sipgate would act on
}

// readable reports whether a response has no body, or XML that is a Response or breaks off before that can be said. A mistake in such
// XML is a finding, and no other kind of response.
func readable(x transcript.Exchange) bool {
	d := x.Document
	return d.Kind == response.Nothing || d.Kind == response.XML && (d.Root == "" || strings.EqualFold(d.Root, "Response"))
}

// read returns the reading of a response. If the same bytes were read before, it comes from the cache.
func (t *tally) read(x *exchange) reading {
	key := knownKey{x.reply.Exchange, x.step.Push.Event, x.step.Direction}
	if r, ok := t.known[key]; ok {
		return r
	}
	seen := *x.reply.Exchange
	seen.Push = x.step.Push
	r := reading{accepted: seen.Accepted(), document: seen.Effective()}
	if !r.accepted || seen.End != transcript.Complete {
		seen = x.evidence()
	}
	r.failed = t.failure(seen)
	if r.failed == "" && seen.Responded() {
		r.findings = fatal(requirements.JudgeExchange(seen, t.target))
	}
	if !r.accepted && r.failed == "" && len(r.findings) == 0 {
		r.failed = verdict.LoadInvalid
	}
	if x.reply.Shared && r.accepted { // if the response does not accept the push, the reason may depend on the push
		if len(t.known) >= knownKept {
			clear(t.known)
		}
		t.known[key] = r
	}
	return r
}

// failure returns how an exchange failed if the load can be the reason, and otherwise "".
func (t *tally) failure(x transcript.Exchange) verdict.LoadError {
	switch {
	case x.End == transcript.TimedOut, x.End == transcript.Late, x.End == transcript.NeverEnded && x.Took >= x.TimeLimit:
		return verdict.LoadTimeout
	case x.End == transcript.Dropped, x.End == transcript.Truncated:
		return verdict.LoadDropped
	case x.End == transcript.NotConnected, x.End == transcript.BlockedEnd:
		return verdict.LoadUnconnected
	case x.Status == 429:
		return verdict.LoadLimited
	case x.Status/100 == 5:
		return verdict.LoadFailed
	case x.Push.Event == push.NewCall && x.Accepted() && t.usual && !readable(x):
		return verdict.LoadOtherKind
	}
	return ""
}
