package call

import (
	"cmp"
	"fmt"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// performScene plays a scene: it adds the steps of a reaction, or performs an act if it can happen.
func (c *Call) performScene(s scene) {
	if s.makeSteps != nil {
		c.ready = append(c.ready, s.makeSteps(s.leg)...)
		return
	}
	a := *s.act
	if a.Deed == scenarios.Calls {
		c.beginCall(a)
		return
	}
	l := c.findLeg(a.Who)
	if l == nil {
		c.recordSkip(a, a.Who, cmp.Or(c.unseenReason, "there is no such leg"), "")
		return
	}
	if l.isOutOfStory() {
		c.recordSkip(a, l.name, l.outOfStoryReason(), l.receiverAction)
		return
	}
	switch isAnswered := l.state == answered; {
	case isAnswered && (a.Deed == scenarios.Answers || a.Deed == scenarios.Forwards):
		c.recordSkip(a, l.name, "the call was answered before", "")
		return
	case !isAnswered && a.Deed == scenarios.Transfers:
		c.recordSkip(a, l.name, "the call was not answered", "")
		return
	}
	switch a.Deed {
	case scenarios.Answers:
		answerFields := c.answererFields(a.Who)
		c.ready = append(c.ready, c.answerLeg(l, answerFields))
		if l.otherLeg != nil && l.otherLeg.state == ringing {
			c.insertNext(scene{act: &noDeed, leg: l.otherLeg, makeSteps: func(other *leg) []Step { return []Step{c.answerLeg(other, answerFields)} }})
		}
	case scenarios.Transfers:
		c.transfer(a, l)
	case scenarios.Forwards:
		c.forward(a, l)
	case scenarios.Presses:
		c.recordSkip(a, l.name, "the receiver gathers no digits", "")
	case scenarios.Ends:
		c.ready = append(c.ready, c.hangUpLeg(l, a.Cause))
	}
}

const emergencyReason = "sipgate sends no push about an emergency call"

// beginCall begins a call. An internal call, from a user to a user, has two legs: an outgoing leg of the caller and an incoming leg of the
// called party (reported: sipgate.io issue #76). A click-to-dial call has two legs too: the second leg rings the caller's own phone, and
// its origCallId is the callId of the first leg (observed: sipgate.io issue #130).
func (c *Call) beginCall(a scenarios.Act) {
	caller, callee := c.opts.Cast[a.Who], c.opts.Cast[a.To[0]]
	fromNumber, calleeName := caller.Number, a.To[0]
	if a.Shows != "" {
		fromNumber = a.Shows
	}
	switch {
	case push.IsEmergency(callee.Number):
		c.unseenReason = emergencyReason
		c.recordSkip(a, calleeName, c.unseenReason, "")
		return
	case caller.IsOutside && callee.IsOutside:
		c.recordSkip(a, calleeName, "neither the caller nor the called party is a user of the account", "")
		return
	}
	var outgoing *leg
	if !caller.IsOutside {
		outgoing = &leg{
			name: calleeName, rungPeople: []string{calleeName}, caller: a.Who,
			pushFields: pushFields{
				direction: push.Outgoing, from: fromNumber, to: callee.Number,
				users: []string{caller.Name}, userIDs: []string{caller.UserID}, fullUserIDs: []string{caller.FullUserID},
			},
		}
		c.beginLeg(outgoing)
	}
	switch {
	case !callee.IsOutside:
		incoming := &leg{name: calleeName, rungPeople: a.To, caller: a.Who, pushFields: pushFields{direction: push.Incoming, from: fromNumber, to: callee.Number}, otherLeg: outgoing}
		if outgoing != nil {
			outgoing.otherLeg = incoming
		}
		c.setUsers(incoming, a.To)
		c.beginLeg(incoming)
	case a.How == scenarios.ByClick:
		// The value of from is inferred: the caller's own phone shows the number that it will call. The other fields were observed.
		incoming := &leg{name: a.Who, rungPeople: []string{a.Who}, caller: calleeName, pushFields: pushFields{direction: push.Incoming, from: callee.Number, to: caller.Number}, firstLeg: outgoing}
		c.setUsers(incoming, incoming.rungPeople)
		c.beginLeg(incoming)
	}
}

// setUsers sets the user fields of a leg to the people whom it rings.
func (c *Call) setUsers(l *leg, people []string) {
	for _, name := range people {
		p := c.opts.Cast[name]
		l.users = append(l.users, p.Name)
		l.userIDs = append(l.userIDs, p.UserID)
		l.fullUserIDs = append(l.fullUserIDs, p.FullUserID)
	}
}

// answererFields returns a push with the fields of the person, or of the voicemail, that answered a leg.
func (c *Call) answererFields(who string) push.Push {
	p := c.opts.Cast[who]
	switch {
	case who == scenarios.Voicemail:
		return push.Push{Users: []string{scenarios.Voicemail}}
	case p.IsOutside:
		return push.Push{Users: []string{""}, AnsweringNumber: p.Number}
	}
	return push.Push{Users: []string{p.Name}, UserIDs: []string{p.UserID}, FullUserIDs: []string{p.FullUserID}, AnsweringNumber: p.Number}
}

// transfer begins a new leg that connects the caller of an answered leg with another person.
func (c *Call) transfer(a scenarios.Act, l *leg) {
	if push.IsEmergency(c.opts.Cast[a.To[0]].Number) {
		c.recordSkip(a, l.name, emergencyReason, "")
		return
	}
	next := c.newNextLeg(l, a.To[0])
	next.transferredFrom = l
	c.beginLeg(next)
}

// forward ends a leg that is not answered, and begins a new leg from the same caller. The new leg begins when the outcome of the hangup is
// recorded.
func (c *Call) forward(a scenarios.Act, l *leg) {
	cause := a.Cause
	if cause == "" {
		cause = push.Forwarded
	}
	c.ready = append(c.ready, c.hangUpLeg(l, cause))
	if push.IsEmergency(c.opts.Cast[a.To[0]].Number) {
		return
	}
	next := c.newNextLeg(l, a.To[0])
	c.insertNext(scene{act: &noDeed, leg: next, delay: forwardGap, makeSteps: func(l *leg) []Step {
		c.beginLeg(l)
		return nil
	}})
}

// newNextLeg returns the leg that follows l after a transfer or forward. It has the same caller as l. Its diversion is the number that the
// caller dialled first.
func (c *Call) newNextLeg(l *leg, target string) *leg {
	next := &leg{
		name: target, rungPeople: []string{target}, caller: l.caller,
		pushFields: pushFields{
			direction: push.Incoming,
			from:      l.from, diversion: l.to,
		},
		firstLeg: l.firstLeg,
	}
	if l.diversion != "" {
		next.diversion = l.diversion
	}
	p := c.opts.Cast[target]
	switch {
	case target == scenarios.Voicemail:
		next.to, next.users = l.to, []string{scenarios.Voicemail}
	case p.IsOutside:
		// The empty user[] of a leg to a number outside the account is inferred. It is documented that sipgate charges for such pushes.
		next.to, next.users, next.billed, next.billedTarget = p.Number, []string{""}, true, "an outside number"
		if p.IsInOtherAccount {
			next.billedTarget = "another sipgate account"
		}
	default:
		next.to = p.Number
		c.setUsers(next, next.rungPeople)
	}
	return next
}

// recordSkip records an act that could not happen. For receiverAction see SkippedAct.ReceiverAction.
func (c *Call) recordSkip(a scenarios.Act, leg, reason, receiverAction string) {
	c.skipped = append(c.skipped, SkippedAct{Deed: a.Sentence(), Leg: leg, Reason: reason, ReceiverAction: receiverAction})
}

// outOfStoryReason returns the reason why the story no longer changes a leg.
func (l *leg) outOfStoryReason() string {
	if l.receiverAction != "" {
		return fmt.Sprintf("the receiver %s the call", l.receiverAction)
	}
	return fmt.Sprintf("%s's leg is over", l.name)
}
