package requirements

import (
	"cmp"
	"slices"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// causeOfUnreadResponse returns the requirement because of which a response could not be read. Then it is unknown what the response asks
// for. It returns "" if the response was read, is not XML, refuses the push, or was too large.
func causeOfUnreadResponse(x transcript.Exchange) string {
	if !outcome.IsResponseRead(x.Push) || x.Status/100 != 2 || outcome.IsVerificationRefusal(x) {
		return ""
	}
	switch doc := x.Document; {
	case x.End == transcript.BadEncoding:
		return responseReadableEncoding
	case x.End == transcript.Complete && doc.Kind == response.XML && doc.Response == nil:
		return firstMustRule(doc)
	}
	return ""
}

// firstMustRule returns the rule of the first must-level problem of a document; "" if it has none.
func firstMustRule(doc response.Document) string {
	i := slices.IndexFunc(doc.Problems, func(p response.Problem) bool { return !p.Milder })
	if i < 0 {
		return ""
	}
	return doc.Problems[i].Rule
}

// causeOfIgnoredResponse returns the requirement because of which sipgate does not act on a response that could be read. It returns "" if
// sipgate acts on it.
func causeOfIgnoredResponse(x transcript.Exchange) string {
	doc := x.MeantDocument()
	switch {
	case doc == nil || x.EffectiveDocument() != nil:
		return ""
	case x.Status != 200:
		return responseStatus
	case doc.Root != "Response":
		return responseRoot
	}
	return responseContentType
}

// causeOfNoAction returns the requirement because of which sipgate does not do what a response of a call asks for. It returns "" if sipgate
// does everything.
func causeOfNoAction(c transcript.Call) string {
	for _, x := range c.Exchanges {
		if id := cmp.Or(causeOfUnreadResponse(x), causeOfIgnoredResponse(x)); id != "" {
			return id
		}
	}
	return ""
}

const (
	unreadReason  = "a response could not be read, so what it asks for is not known"
	ignoredReason = "sipgate does not act on the response, so nothing followed from it"
)

// GapsOfUnreadResponses returns a gap for each requirement because of which responses could not be read. It is unknown what the receiver
// asks for in these responses.
func GapsOfUnreadResponses(calls []transcript.Call) []Gap {
	return distinctGaps(calls, causeOfUnreadResponse, unreadReason)
}

// GapsOfIgnoredResponses returns a gap for each requirement because of which sipgate does not act on responses that could be read. It is
// unknown what would have followed from these responses. It returns nil if no response asks for anything, because nothing would have
// followed.
func GapsOfIgnoredResponses(calls []transcript.Call) []Gap {
	for _, c := range calls {
		if slices.ContainsFunc(c.Exchanges, asksForSomething) {
			return distinctGaps(calls, causeOfIgnoredResponse, ignoredReason)
		}
	}
	return nil
}

// asksForSomething reports whether a response has a subscription or an action, even if sipgate does not act on it.
func asksForSomething(x transcript.Exchange) bool {
	doc := x.MeantDocument()
	return doc != nil && len(contentsOf(*doc.Response)) > 0
}

// distinctGaps returns a gap for each requirement that causeOf returns for the exchanges of the calls.
func distinctGaps(calls []transcript.Call, causeOf func(transcript.Exchange) string, reason string) []Gap {
	var out []Gap
	for _, c := range calls {
		for _, x := range c.Exchanges {
			gap := Gap{Reason: reason, CauseID: causeOf(x)}
			if gap.CauseID != "" && !slices.Contains(out, gap) {
				out = append(out, gap)
			}
		}
	}
	return out
}

// isTooLargeToRead reports whether a document was not read to its end because of its size.
func isTooLargeToRead(doc response.Document) bool {
	return slices.ContainsFunc(doc.Problems, func(p response.Problem) bool { return p.Rule == responseReasonableSize })
}

// hasUnexpandedEntities reports whether the entities that a document declares are the only reason why it was not read.
func hasUnexpandedEntities(doc response.Document) bool {
	return doc.Kind == response.XML && doc.Response == nil && firstMustRule(doc) == ""
}

// endsLeg reports whether a response rejects or ends its leg.
func endsLeg(r response.Response) bool {
	return slices.ContainsFunc(contentsOf(r), func(o Occasion) bool { return o == OccasionReject || o == OccasionHangup })
}
