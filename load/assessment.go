package load

import (
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// assessmentKey is the key of a cached assessment.
type assessmentKey struct {
	response  *transcript.Exchange // compared by address: the sender returns the same address for the same bytes
	event     push.Event
	direction push.Direction
}

// assessment holds what a load counts about a response.
type assessment struct {
	accepted bool
	failure  verdict.LoadError      // the error that the load counts for the push; "" if there is none
	findings []requirements.Finding // must-level findings that are not waived
	document *response.Document     // the document that sipgate would act on
}

// isReadable reports whether the body of a response is empty, or is XML whose root element is Response. XML with an unreadable root element
// counts as readable too: a mistake in such XML is a finding. Any other body is an error of the load.
func isReadable(x transcript.Exchange) bool {
	d := x.Document
	return d.Kind == response.EmptyBody || d.Kind == response.XML && (d.Root == "" || strings.EqualFold(d.Root, "Response"))
}

// assess returns the assessment of a response. The assessment comes from the cache if the same bytes were accepted before as a response to
// a push with the same event and direction.
func (t *tally) assess(exchange *exchange) assessment {
	key := assessmentKey{exchange.reply.Exchange, exchange.step.Push.Event, exchange.step.Direction}
	if result, ok := t.assessments[key]; ok {
		return result
	}
	record := *exchange.reply.Exchange
	record.Push = exchange.step.Push
	result := assessment{accepted: record.Accepted(), document: record.EffectiveDocument()}
	if !result.accepted || record.End != transcript.Complete {
		record = exchange.evidence()
	}
	result.failure = t.classifyFailure(record)
	if result.failure == "" && record.Responded() {
		result.findings = unwaivedMustFindings(requirements.JudgeExchange(record, t.target))
	}
	if !result.accepted && result.failure == "" && len(result.findings) == 0 {
		result.failure = verdict.LoadInvalid
	}
	if exchange.reply.Shared && result.accepted { // not if the push is refused, because the findings may then depend on the push
		if len(t.assessments) >= maxCachedAssessments {
			clear(t.assessments)
		}
		t.assessments[key] = result
	}
	return result
}

// classifyFailure returns how an exchange failed if load can cause such a failure, and otherwise "".
func (t *tally) classifyFailure(x transcript.Exchange) verdict.LoadError {
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
	case x.Push.Event == push.NewCall && x.Accepted() && t.isFirstResponseReadable && !isReadable(x):
		return verdict.LoadOtherKind
	}
	return ""
}
