package call

import (
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
	a := s.act
	if a.Deed == scenarios.Calls {
		c.calls(a)
		return
	}
	l := c.find(a.Who)
	if l == nil {
		c.skip(a, a.Who, "there is no such leg")
		return
	}
	if l.gone() {
		c.skip(a, l.name, l.why())
		return
	}
	switch already := l.state == answered; {
	case already && (a.Deed == scenarios.Answers || a.Deed == scenarios.Forwards):
		c.skip(a, l.name, "the call was answered before")
		return
	case !already && a.Deed == scenarios.Transfers:
		c.skip(a, l.name, "the call was not answered")
		return
	}
	switch a.Deed {
	case scenarios.Answers:
		c.ready = append(c.ready, c.answer(l, c.pickedUp(a.Who)))
	case scenarios.Transfers:
		c.transfers(a, l)
	case scenarios.Forwards:
		c.forwards(a, l)
	case scenarios.Presses:
		c.skip(a, l.name, "the receiver gathers no digits")
	case scenarios.Ends:
		c.ready = append(c.ready, c.hangup(l, a.Cause))
	}
}

const noEmergency = "sipgate sends no push about an emergency call"

// calls begins a call. A user who rings another user makes two: the caller's, outgoing, and the called party's, incoming.
func (c *Call) calls(a scenarios.Act) {
	caller, called := c.opts.Cast[a.Who], c.opts.Cast[a.To[0]]
	switch {
	case push.Emergency(called.Number):
		c.skip(a, called.Name, noEmergency)
		return
	case caller.Outside && called.Outside:
		c.skip(a, called.Name, "neither of them is a user of the account")
		return
	}
	if !caller.Outside {
		c.begin(&leg{
			name: called.Name, rings: []string{called.Name}, caller: caller.Name, direction: push.Outgoing,
			from: caller.Number, to: called.Number,
			users: []string{caller.Name}, userIDs: []string{caller.UserID}, fullIDs: []string{caller.FullID},
		})
	}
	if !called.Outside {
		l := &leg{name: called.Name, rings: a.To, caller: caller.Name, direction: push.Incoming, from: caller.Number, to: called.Number}
		c.ring(l, a.To)
		c.begin(l)
	}
}

// ring notes the users whom a leg rings.
func (c *Call) ring(l *leg, people []string) {
	for _, name := range people {
		p := c.opts.Cast[name]
		l.users = append(l.users, p.Name)
		l.userIDs = append(l.userIDs, p.UserID)
		l.fullIDs = append(l.fullIDs, p.FullID)
	}
}

// pickedUp tells who answered a leg.
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
		c.skip(a, l.name, noEmergency)
		return
	}
	next := c.onward(l, a.To[0])
	next.via = l
	c.begin(next)
}

// forwards ends a leg that was not answered and sends its caller on. The new call follows when the hangup is through.
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
	c.turn(scene{leg: next, after: forwardGap, make: func(l *leg) []Step {
		c.begin(l)
		return nil
	}})
}

// onward is the second leg of a transfer or a forward: from the first caller, through the number dialled first.
func (c *Call) onward(l *leg, target string) *leg {
	next := &leg{
		name: target, rings: []string{target}, caller: l.caller, direction: push.Incoming,
		from: l.from, diversion: l.to, orig: l.orig,
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
		next.to, next.users, next.billed = p.Number, []string{""}, true
	default:
		next.to = p.Number
		c.ring(next, next.rings)
	}
	return next
}

// skip notes a deed that could not happen.
func (c *Call) skip(a scenarios.Act, leg, reason string) {
	c.skipped = append(c.skipped, Skip{Deed: a.Sentence(), Leg: leg, Reason: reason})
}

// why tells people why a leg is over.
func (l *leg) why() string {
	if l.ended != "" {
		return l.ended
	}
	return fmt.Sprintf("%s's leg is over", l.name)
}
