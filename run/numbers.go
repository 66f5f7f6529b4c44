package run

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// numbersWithoutEffect returns the --numbers of the user that had no effect. If the receiver accepted calls at some numbers of --numbers,
// but no other call, refusedCall names another call that it refused. If the receiver accepted no newCall at all, the numbers may not be the
// cause, and the result is empty.
func (r *Run) numbersWithoutEffect(calls []*PlayedExperiment) (withoutEffect []verdict.NumberWithoutEffect, refusedCall string) {
	var acceptedCountAtNumbers, acceptedCountAtOthers, refusedCount int
	for _, p := range calls {
		for _, x := range plainIncoming(p.Call) {
			switch {
			case slices.ContainsFunc(r.opts.Numbers, func(n scenarios.Number) bool { return isAboutNumber(n, x) }):
				if x.Accepted() {
					acceptedCountAtNumbers++
				}
			case x.Accepted():
				acceptedCountAtOthers++
			case x.Responded():
				refusedCount++
				refusedCall = fmt.Sprintf("to %s from %s", x.Push.To, x.Push.From)
			}
		}
	}
	if acceptedCountAtNumbers == 0 || acceptedCountAtOthers > 0 || refusedCount == 0 {
		refusedCall = ""
	}
	if acceptedCountAtNumbers+acceptedCountAtOthers == 0 {
		return nil, ""
	}
	for _, n := range r.opts.Numbers {
		if behaviour, ok := otherBehaviour(n, calls); ok {
			withoutEffect = append(withoutEffect, verdict.NumberWithoutEffect{Entry: n.String(), Behaviour: behaviour})
		}
	}
	return withoutEffect, refusedCall
}

// plainIncoming returns the plain newCall pushes of incoming calls.
func plainIncoming(c transcript.Call) []transcript.Exchange {
	return slices.DeleteFunc(slices.Clone(c.Exchanges), func(x transcript.Exchange) bool {
		return x.Push.Event != push.NewCall || x.Push.Direction == push.Outgoing || x.Odd || x.ForeignName != "" || c.RequirementID != ""
	})
}

// isAboutNumber reports whether the called number of a push is n. If n is the number of a caller, it compares the caller instead.
func isAboutNumber(n scenarios.Number, x transcript.Exchange) bool {
	if n.IsCaller {
		return x.Push.From == n.Number
	}
	return x.Push.To == n.Number
}

// otherBehaviour describes what the receiver did at a number instead of the behaviour in --numbers. It returns false if the receiver did
// what --numbers says at least once, or if the number was not called.
func otherBehaviour(n scenarios.Number, calls []*PlayedExperiment) (behaviour string, ok bool) {
	for _, p := range calls {
		if n.Kind != scenarios.LetThrough && p.Experiment.Number != n {
			continue
		}
		for _, x := range plainIncoming(p.Call) {
			if !isAboutNumber(n, x) {
				continue
			}
			if behavesAs(n.Kind, x) {
				return "", false
			}
			if !ok {
				behaviour, ok = describeBehaviour(x), true
			}
		}
	}
	return behaviour, ok
}

// behavesAs reports whether the receiver responded to a call with the behaviour that numbers of a kind have.
func behavesAs(k scenarios.Kind, x transcript.Exchange) bool {
	if k == scenarios.LetThrough {
		return x.Accepted() && !slices.ContainsFunc(validActions(x), preventsRinging)
	}
	return slices.ContainsFunc(validActions(x), func(a response.Action) bool { return IsActionOf(k, a) })
}

// validActions returns the valid actions in a response. It also reads responses that sipgate would ignore, for example because of a wrong
// content type. They still show what the receiver does at a number.
func validActions(x transcript.Exchange) []response.Action {
	var out []response.Action
	if doc := x.MeantDocument(); doc != nil {
		for i, a := range doc.Response.Actions {
			if doc.ActionHappens(i) {
				out = append(out, a)
			}
		}
	}
	return out
}

// preventsRinging reports whether an action keeps the phone of the called party from ringing.
func preventsRinging(a response.Action) bool {
	return slices.Contains([]string{"Reject", "Hangup", "Dial"}, a.Element())
}

// describeBehaviour returns what the receiver did with a call, in words that follow "the receiver".
func describeBehaviour(x transcript.Exchange) string {
	switch actions := validActions(x); {
	case !x.Responded():
		return "does not accept the call: " + string(x.End)
	case !x.Accepted():
		return fmt.Sprintf("refuses the call with status %d", x.Status)
	case len(actions) > 0:
		return "responds with " + actions[0].Element()
	}
	return "lets the call through"
}
