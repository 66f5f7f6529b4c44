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

// numbersInVain holds what the user said about numbers against what the receiver did there. Where it took no newCall at all that says
// nothing about numbers.
func (r *Run) numbersInVain(calls []*Played) (vain []verdict.Vain, strangers string) {
	var taken, others, refused int
	for _, p := range calls {
		for _, x := range plainIncoming(p.Call) {
			switch {
			case slices.ContainsFunc(r.opts.Numbers, func(n scenarios.Number) bool { return concerns(n, x) }):
				if x.Accepted() {
					taken++
				}
			case x.Accepted():
				others++
			case x.Responded():
				refused++
				strangers = fmt.Sprintf("to %s from %s", x.Push.To, x.Push.From)
			}
		}
	}
	if taken == 0 || others > 0 || refused == 0 {
		strangers = ""
	}
	if taken+others == 0 {
		return nil, ""
	}
	for _, n := range r.opts.Numbers {
		if did, ok := instead(n, calls); ok {
			vain = append(vain, verdict.Vain{Entry: n.String(), Did: did})
		}
	}
	return vain, strangers
}

// plainIncoming are the newCall pushes of incoming calls with which nothing is odd.
func plainIncoming(c transcript.Call) []transcript.Exchange {
	return slices.DeleteFunc(slices.Clone(c.Exchanges), func(x transcript.Exchange) bool {
		return x.Push.Event != push.NewCall || x.Push.Direction == push.Outgoing || x.Odd || x.Raw != "" || c.Stimulus != ""
	})
}

// concerns reports whether a push is about a number.
func concerns(n scenarios.Number, x transcript.Exchange) bool {
	if n.Caller {
		return x.Push.From == n.Number
	}
	return x.Push.To == n.Number
}

// instead returns what the receiver did at a number instead of what the user said it does there. It returns false if the receiver did what
// the user said, or if nobody called the number.
func instead(n scenarios.Number, calls []*Played) (did string, ok bool) {
	for _, p := range calls {
		if n.Kind != scenarios.Through && p.Experiment.At != n {
			continue
		}
		for _, x := range plainIncoming(p.Call) {
			if !concerns(n, x) {
				continue
			}
			if holds(n.Kind, x) {
				return "", false
			}
			if !ok {
				did, ok = deed(x), true
			}
		}
	}
	return did, ok
}

// holds reports whether the receiver did with a call what the user said it does with calls of a kind.
func holds(k scenarios.Kind, x transcript.Exchange) bool {
	if k == scenarios.Through {
		return x.Accepted() && !slices.ContainsFunc(acts(x), turns)
	}
	return slices.ContainsFunc(acts(x), func(a response.Action) bool { return Does(k, a) })
}

// acts are the actions that a response asks for, except those that break a rule of their own. A response that sipgate does not
// act on, such as one with a wrong content type, shows what the receiver does at a number too.
func acts(x transcript.Exchange) []response.Action {
	var out []response.Action
	if doc := x.Meant(); doc != nil {
		for i, a := range doc.Response.Actions {
			if doc.Happens(i) {
				out = append(out, a)
			}
		}
	}
	return out
}

// turns reports whether an action keeps the call from the person who was called.
func turns(a response.Action) bool {
	return slices.Contains([]string{"Reject", "Hangup", "Dial"}, a.Element())
}

// deed is what the receiver did with a call, to stand after "the receiver".
func deed(x transcript.Exchange) string {
	switch done := acts(x); {
	case !x.Responded():
		return "does not accept the call: " + string(x.End)
	case !x.Accepted():
		return fmt.Sprintf("refuses the call with status %d", x.Status)
	case len(done) > 0:
		return "responds with " + done[0].Element()
	}
	return "lets the call through"
}
