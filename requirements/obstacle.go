package requirements

import (
	"cmp"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// unreadBecause returns the requirement that keeps a response from being read, so that it is unknown what the response asks for. It
// returns "" if the response was read, is no XML, refuses the push, or was too large.
func unreadBecause(x transcript.Exchange) string {
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
		return weighty(doc)
	}
	return ""
}

// weighty returns the rule of the first must-level problem of a document; "" if it has none.
func weighty(doc response.Document) string {
	i := slices.IndexFunc(doc.Problems, func(p response.Problem) bool { return !p.Milder })
	if i < 0 {
		return ""
	}
	return doc.Problems[i].Rule
}

// ignoredBecause returns the requirement that keeps sipgate from acting on a response that was read. It returns "" if it acts
// on it.
func ignoredBecause(x transcript.Exchange) string {
	doc := x.Meant()
	switch {
	case doc == nil || x.Effective() != nil:
		return ""
	case x.Status != 200:
		return responseStatus
	case doc.Root != "Response":
		return responseRoot
	}
	return responseContentType
}

// obstacle returns the requirement that keeps sipgate from doing what a response of a call asks for. It returns "" if nothing does.
func obstacle(c transcript.Call) string {
	for _, x := range c.Exchanges {
		if id := cmp.Or(unreadBecause(x), ignoredBecause(x)); id != "" {
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
func Unread(calls []transcript.Call) []Gap { return gaps(calls, unreadBecause, notRead) }

// Unheeded lists why sipgate does not act on responses that could be read, each cause once. It is then unknown what would have followed from
// them. It lists none if no response asks for anything, because nothing would have followed.
func Unheeded(calls []transcript.Call) []Gap {
	for _, c := range calls {
		if slices.ContainsFunc(c.Exchanges, asks) {
			return gaps(calls, ignoredBecause, notActedOn)
		}
	}
	return nil
}

// asks reports whether a response names a follow-up URL or an action.
func asks(x transcript.Exchange) bool {
	doc := x.Meant()
	return doc != nil && len(contents(*doc.Response)) > 0
}

func gaps(calls []transcript.Call, cause func(transcript.Exchange) string, reason string) []Gap {
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

// gaveUp reports whether the reader gave a document up for its size before its end.
func gaveUp(doc response.Document) bool {
	return slices.ContainsFunc(doc.Problems, func(p response.Problem) bool { return p.Rule == responseReasonableSize })
}

// unexpanded reports whether a document was not read to its end because of its entities, and has no other problem.
func unexpanded(doc response.Document) bool {
	return doc.Kind == response.XML && doc.Response == nil && weighty(doc) == ""
}

// ends reports whether a response ends its leg, so that no further push about it follows.
func ends(r response.Response) bool {
	return slices.ContainsFunc(contents(r), func(o Occasion) bool { return o == OnReject || o == OnHangup })
}
