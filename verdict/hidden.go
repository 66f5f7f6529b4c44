package verdict

import (
	"slices"

	"github.com/pushcheck/pushcheck/requirements"
)

// hidden holds the gaps that failed requirements leave. They are nil if there are none.
type hidden struct {
	asked    *requirements.Gap // why it is not known what a response asks for
	followed *requirements.Gap // why it is not known what follows from a response: this, or that sipgate does not act on it
}

// hides looks for responses that could not be read, or that sipgate does not act on, for a reason that is itself reported.
func (r Run) hides(said judgements) hidden {
	unread := said.reported(requirements.Unread(r.Calls))
	if unread != nil {
		return hidden{asked: unread, followed: unread}
	}
	return hidden{followed: said.reported(requirements.Unheeded(r.Calls))}
}

// reported returns the first gap whose cause failed; nil if there is none.
func (js judgements) reported(gaps []requirements.Gap) *requirements.Gap {
	i := slices.IndexFunc(gaps, func(g requirements.Gap) bool { return js.failed(g.Because) })
	if i < 0 {
		return nil
	}
	return &gaps[i]
}

// followsResponse reports whether a requirement is about a response, or about what follows from one.
func followsResponse(req requirements.Requirement) bool {
	return req.Area() == "response" || req.Area() == "following" || needsResponse(req)
}

// needsResponse reports whether a requirement needs a capability that responses show.
func needsResponse(req requirements.Requirement) bool {
	return slices.ContainsFunc(req.Needs, func(any []requirements.Capability) bool {
		return slices.ContainsFunc(any, requirements.ShownByResponse)
	})
}
