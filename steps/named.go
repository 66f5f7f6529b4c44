package steps

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// named holds what the user said about numbers against what the receiver did there. Where it took no newCall at all that says
// nothing about numbers.
func (r *Run) named() (vain []verdict.Vain, strangers string) {
	r.mu.Lock()
	calls := slices.Clone(r.calls)
	r.mu.Unlock()
	var taken, others, refused int
	for _, p := range calls {
		for _, x := range plainIncoming(p.out) {
			switch {
			case slices.ContainsFunc(r.opts.Numbers, func(n scenarios.Number) bool { return concerns(n, x) }):
				taken += one(x.Accepted())
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

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// plainIncoming are the newCall pushes of incoming calls with which nothing is odd.
func plainIncoming(c transcript.Call) []transcript.Exchange {
	return slices.DeleteFunc(slices.Clone(c.Exchanges), func(x transcript.Exchange) bool {
		return x.Push.Event != push.NewCall || x.Push.Direction == push.Outgoing || x.Odd || x.Raw != "" || c.Stimulus != ""
	})
}

// concerns tells whether a push is about a number.
func concerns(n scenarios.Number, x transcript.Exchange) bool {
	if n.Caller {
		return x.Push.From == n.Number
	}
	return x.Push.To == n.Number
}

// instead is what the receiver did at a number in the place of what it is said to do there; false where it did that, or
// nobody called.
func instead(n scenarios.Number, calls []*played) (did string, ok bool) {
	for _, p := range calls {
		if n.Kind != scenarios.Through && p.at != n {
			continue
		}
		for _, x := range plainIncoming(p.out) {
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

// holds tells whether the receiver did with a call what it is said to do with those of a kind.
func holds(k scenarios.Kind, x transcript.Exchange) bool {
	if k == scenarios.Through {
		return x.Accepted() && !slices.ContainsFunc(acts(x), turns)
	}
	i := slices.IndexFunc(steerings(), func(s steering) bool { return slices.Contains(s.kinds, k) })
	return i >= 0 && slices.ContainsFunc(acts(x), steerings()[i].shown)
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

// turns tells whether an action keeps a call from whom it went to.
func turns(a response.Action) bool {
	return slices.Contains([]string{"Reject", "Hangup", "Dial"}, a.Element())
}

// deed is what the receiver did with a call, to stand after "the receiver".
func deed(x transcript.Exchange) string {
	switch done := acts(x); {
	case !x.Responded():
		return "does not take the call: " + string(x.End)
	case !x.Accepted():
		return fmt.Sprintf("refuses the call with status %d", x.Status)
	case len(done) > 0:
		return "responds with " + done[0].Element()
	}
	return "lets the call through"
}
