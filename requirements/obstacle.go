package requirements

import (
	"cmp"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// whyNotRead returns the requirement that keeps a response from being read, so that it is unknown what the response asks for. It
// returns "" if the response was read, is no XML, refuses the push, or was too large.
func whyNotRead(x transcript.Exchange) string {
	if x.Push.Event != push.NewCall && x.Push.Event != push.DTMF || x.Status/100 != 2 {
		return ""
	}
	if _, refused := Refusal(x); refused {
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

// whyNotActedOn returns the requirement that keeps sipgate from acting on a response that was read. It returns "" if it acts
// on it.
func whyNotActedOn(x transcript.Exchange) string {
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

// causeOfNoAction returns the requirement that keeps sipgate from doing what a response of a call asks for. It returns "" if nothing does.
func causeOfNoAction(c transcript.Call) string {
	for _, x := range c.Exchanges {
		if id := cmp.Or(whyNotRead(x), whyNotActedOn(x)); id != "" {
			return id
		}
	}
	return ""
}

const (
	notRead    = "a response could not be read, so what it asks for is not known"
	notActedOn = "sipgate does not act on the response, so nothing followed from it"
)

// Unread lists why responses could not be read, each cause once. It is then unknown what else the receiver asks for.
func Unread(calls []transcript.Call) []Gap { return distinctGaps(calls, whyNotRead, notRead) }

// Unheeded lists why sipgate does not act on responses that could be read, each cause once. It is then unknown what would have followed from
// them. It lists none if no response asks for anything, because nothing would have followed.
func Unheeded(calls []transcript.Call) []Gap {
	for _, c := range calls {
		if slices.ContainsFunc(c.Exchanges, meansToAsk) {
			return distinctGaps(calls, whyNotActedOn, notActedOn)
		}
	}
	return nil
}

// meansToAsk reports whether a response names a follow-up URL or an action.
func meansToAsk(x transcript.Exchange) bool {
	doc := x.MeantDocument()
	return doc != nil && len(contentsOf(*doc.Response)) > 0
}

func distinctGaps(calls []transcript.Call, cause func(transcript.Exchange) string, reason string) []Gap {
	var out []Gap
	for _, c := range calls {
		for _, x := range c.Exchanges {
			gap := Gap{Reason: reason, Because: cause(x)}
			if gap.Because != "" && !slices.Contains(out, gap) {
				out = append(out, gap)
			}
		}
	}
	return out
}

// isTooLargeToRead reports whether the reader gave a document up for its size before its end.
func isTooLargeToRead(doc response.Document) bool {
	return slices.ContainsFunc(doc.Problems, func(p response.Problem) bool { return p.Rule == responseReasonableSize })
}

// hasUnexpandedEntities reports whether a document was not read to its end because of its entities, and has no other problem.
func hasUnexpandedEntities(doc response.Document) bool {
	return doc.Kind == response.XML && doc.Response == nil && firstMustRule(doc) == ""
}

// endsLeg reports whether a response endsLeg its leg, so that no further push about it follows.
func endsLeg(r response.Response) bool {
	return slices.ContainsFunc(contentsOf(r), func(o Occasion) bool { return o == OnReject || o == OnHangup })
}
