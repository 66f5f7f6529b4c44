package call

import (
	"cmp"
	"fmt"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// perform plays one scene.
func (c *Call) perform(s scene) {
	if s.make != nil {
		c.ready = append(c.ready, s.make(s.leg)...)
		return
	}
	a := *s.act
	if a.Deed == scenarios.Calls {
		c.calls(a)
		return
	}
	l := c.find(a.Who)
	if l == nil {
		c.skip(a, a.Who, cmp.Or(c.unseen, "there is no such leg"), "")
		return
	}
	if l.outOfStory() {
		c.skip(a, l.name, l.why(), l.ended)
		return
	}
	switch already := l.state == answered; {
	case already && (a.Deed == scenarios.Answers || a.Deed == scenarios.Forwards):
		c.skip(a, l.name, "the call was answered before", "")
		return
	case !already && a.Deed == scenarios.Transfers:
		c.skip(a, l.name, "the call was not answered", "")
		return
	}
	switch a.Deed {
	case scenarios.Answers:
		who := c.pickedUp(a.Who)
		c.ready = append(c.ready, c.answer(l, who))
		if l.twin != nil && l.twin.state == ringing {
			c.turn(scene{act: &noAct, leg: l.twin, make: func(other *leg) []Step { return []Step{c.answer(other, who)} }})
		}
	case scenarios.Transfers:
		c.transfers(a, l)
	case scenarios.Forwards:
		c.forwards(a, l)
	case scenarios.Presses:
		c.skip(a, l.name, "the receiver gathers no digits", "")
	case scenarios.Ends:
		c.ready = append(c.ready, c.hangup(l, a.Cause))
	}
}

const noEmergency = "sipgate sends no push about an emergency call"

// calls begins a call. If a user calls another user, there are two legs: the caller's, which is outgoing, and the called party's, which is
// incoming. A call by a click has two legs too: the second rings the caller's own phone, and its origCallId names the first.
//
// See wire-facts: Sequences.
func (c *Call) calls(a scenarios.Act) {
	caller, called := c.opts.Cast[a.Who], c.opts.Cast[a.To[0]]
	from, rung := caller.Number, a.To[0]
	if a.Shows != "" {
		from = a.Shows
	}
	switch {
	case push.Emergency(called.Number):
		c.unseen = noEmergency
		c.skip(a, rung, c.unseen, "")
		return
	case caller.Outside && called.Outside:
		c.skip(a, rung, "neither of them is a user of the account", "")
		return
	}
	var out *leg
	if !caller.Outside {
		out = &leg{
			name: rung, rings: []string{rung}, caller: a.Who,
			said: said{
				direction: push.Outgoing, from: from, to: called.Number,
				users: []string{caller.Name}, userIDs: []string{caller.UserID}, fullIDs: []string{caller.FullID},
			},
		}
		c.begin(out)
	}
	switch {
	case !called.Outside:
		in := &leg{name: rung, rings: a.To, caller: a.Who, said: said{direction: push.Incoming, from: from, to: called.Number}, twin: out}
		if out != nil {
			out.twin = in
		}
		c.ring(in, a.To)
		c.begin(in)
	case a.How == scenarios.ByClick:
		// Observed but for from, which is inferred: the phone shows whom it is about to call.
		in := &leg{name: a.Who, rings: []string{a.Who}, caller: rung, said: said{direction: push.Incoming, from: called.Number, to: caller.Number}, orig: out}
		c.ring(in, in.rings)
		c.begin(in)
	}
}

// ring records the users whom a leg rings.
func (c *Call) ring(l *leg, people []string) {
	for _, name := range people {
		p := c.opts.Cast[name]
		l.users = append(l.users, p.Name)
		l.userIDs = append(l.userIDs, p.UserID)
		l.fullIDs = append(l.fullIDs, p.FullID)
	}
}

// pickedUp names who answered a leg.
func (c *Call) pickedUp(who string) push.Push {
	p := c.opts.Cast[who]
	switch {
	case who == scenarios.Voicemail:
		return push.Push{Users: []string{scenarios.Voicemail}}
	case p.Outside:
		return push.Push{Users: []string{""}, AnsweringNumber: p.Number}
	}
	return push.Push{Users: []string{p.Name}, UserIDs: []string{p.UserID}, FullUserIDs: []string{p.FullID}, AnsweringNumber: p.Number}
}

// transfers sends the caller of an answered leg on to somebody else, which is a new call.
func (c *Call) transfers(a scenarios.Act, l *leg) {
	if push.Emergency(c.opts.Cast[a.To[0]].Number) {
		c.skip(a, l.name, noEmergency, "")
		return
	}
	next := c.onward(l, a.To[0])
	next.via = l
	c.begin(next)
}

// forwards ends a leg that was not answered and sends its caller on. The new call begins when the outcome of the hangup is known.
func (c *Call) forwards(a scenarios.Act, l *leg) {
	cause := a.Cause
	if cause == "" {
		cause = push.Forwarded
	}
	c.ready = append(c.ready, c.hangup(l, cause))
	if push.Emergency(c.opts.Cast[a.To[0]].Number) {
		return
	}
	next := c.onward(l, a.To[0])
	c.turn(scene{act: &noAct, leg: next, after: forwardGap, make: func(l *leg) []Step {
		c.begin(l)
		return nil
	}})
}

// onward is the second leg of a transfer or a forward: from the first caller, through the number dialled first.
func (c *Call) onward(l *leg, target string) *leg {
	next := &leg{
		name: target, rings: []string{target}, caller: l.caller,
		said: said{
			direction: push.Incoming,
			from:      l.from, diversion: l.to,
		},
		orig: l.orig,
	}
	if l.diversion != "" {
		next.diversion = l.diversion
	}
	p := c.opts.Cast[target]
	switch {
	case target == scenarios.Voicemail:
		next.to, next.users = l.to, []string{scenarios.Voicemail}
	case p.Outside:
		// Inferred: nothing documents user[] of a leg that leaves the account. Such pushes are billed.
		next.to, next.users, next.billed, next.leaves = p.Number, []string{""}, true, "an outside number"
		if p.OtherAccount {
			next.leaves = "another sipgate account"
		}
	default:
		next.to = p.Number
		c.ring(next, next.rings)
	}
	return next
}

// skip records a deed that could not happen. does is the receiver's action if that is the reason, see Skip.
func (c *Call) skip(a scenarios.Act, leg, reason, does string) {
	c.skipped = append(c.skipped, Skip{Deed: a.Sentence(), Leg: leg, Reason: reason, Does: does})
}

// why describes why a leg is over.
func (l *leg) why() string {
	if l.ended != "" {
		return fmt.Sprintf("the receiver %s the call", l.ended)
	}
	return fmt.Sprintf("%s's leg is over", l.name)
}
