package verdict

import (
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// refusesAll returns the gap of a receiver that refuses every push because of its signature or origin, so that it does not show what it can
// do. It returns false if the receiver accepted one, or refused none for that reason.
func (r Run) refusesAll() (requirements.Gap, bool) {
	var first requirements.Gap
	refused := false
	for _, c := range r.Calls {
		for _, x := range c.Exchanges {
			if x.Odd {
				continue
			}
			gap, away := requirements.TurnedAway(x, r.Target)
			if x.Push.Event == push.NewCall && x.Accepted() && !away {
				return requirements.Gap{}, false
			}
			if away && !refused {
				first, refused = gap, true
			}
		}
	}
	return first, refused
}

// unverifying returns a note if the receiver accepts unsigned pushes although pushes are signed, and does not claim to verify them.
func (r Run) unverifying() []Note {
	unsigned := func(x transcript.Exchange) bool { return x.Odd && len(x.SentHeader[push.SignatureHeader]) == 0 }
	tried := slices.ContainsFunc(r.Calls, func(c transcript.Call) bool {
		return c.PlayedKind() == transcript.Forged && slices.ContainsFunc(c.Exchanges, unsigned)
	})
	_, closed := r.refusesAll()
	if !tried || closed || r.Stopped != nil || r.capabilities()[requirements.CanSignature] != IsAbsent {
		return nil
	}
	return []Note{{About: "signature", Text: "the receiver accepts unsigned pushes as well as signed ones, so signature.* is not applicable; if it should verify signatures, use --claim signature"}}
}

// unwatched returns a note if a receiver that verifies signatures responds to forged follow-up pushes as to genuine ones, and no
// state URL shows what they do to a call.
func (r Run) unwatched() []Note {
	if r.capabilities()[requirements.CanSignature] == IsAbsent || !slices.ContainsFunc(r.Calls, requirements.Unseen) {
		return nil
	}
	return []Note{{About: "signature", Text: "the receiver responds to forged answer and hangup pushes as to genuine ones. That is allowed: sipgate ignores these responses. " +
		"Only the application's call state shows whether forged pushes can end its calls: see --state-url"}}
}

// droppedUnsigned returns a note if the receiver closed the connection on an unsigned push and never responded: it may have crashed.
// A port that speaks TLS closes the connection on plain HTTP as well, and such a push does not count.
func (r Run) droppedUnsigned() []Note {
	crashed := func(x transcript.Exchange) bool {
		return x.End == transcript.Dropped && !requirements.HungUpOnPlainHTTP(x)
	}
	dropped := func(c transcript.Call) bool {
		return c.EarlierFailure != nil && crashed(*c.EarlierFailure) || slices.ContainsFunc(c.Exchanges, crashed)
	}
	if r.Target.Signed || r.gotResponse() || !slices.ContainsFunc(r.Calls, dropped) {
		return nil
	}
	return []Note{{About: "signature", Text: "the receiver closed the connection on a push that is not signed; some receivers that verify signatures crash if there is none, " +
		"sipgate's own Node library among them: see --sign-key"}}
}
