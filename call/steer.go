package call

import (
	"slices"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
)

const (
	maxGathers = 8                     // on one leg; then the caller hangs up
	forwardGap = 98 * time.Millisecond // between the hangup of a forwarded leg and the newCall of the next. See wire-facts: Timing.
	ringTime   = 5 * time.Second
	talkTime   = 10 * time.Second
	gatherTime = time.Minute // the longest that a caller waits before the digits are pushed
)

// steer does what a response asks for: its subscriptions are in force from now on, and its action changes the story.
func (c *Call) steer(l *leg, doc response.Document) {
	r := doc.Response
	if r.OnAnswer != nil {
		l.onAnswer = r.OnAnswer
	}
	if r.OnHangup != nil {
		l.onHangup = r.OnHangup
	}
	for i, action := range r.Actions {
		if _, play := action.(response.Play); play || !doc.ActionHappens(i) {
			continue
		}
		if g, ok := action.(response.Gather); ok {
			l.onData = &g.OnData
		}
		if !l.isOutOfStory() {
			c.performAction(l, action)
		}
		return
	}
}

// performAction changes the story as an action asks.
func (c *Call) performAction(l *leg, action response.Action) {
	switch a := action.(type) {
	case response.Reject:
		cause := push.NoAnswer
		if a.Reason == "busy" {
			cause = push.Busy
		}
		c.endByReceiver(l, "rejects", cause)
	case response.Hangup:
		c.endByReceiver(l, "ends", push.NormalClearing)
	case response.Dial:
		var pickedUp push.Push
		switch {
		case a.Voicemail:
			pickedUp.Users = []string{scenarios.Voicemail}
		case len(a.Numbers) > 0:
			pickedUp.Users, pickedUp.AnsweringNumber = []string{""}, strings.TrimPrefix(a.Numbers[0], "+")
		default:
			return // leads nowhere; in a document that was parsed, ActionHappens is false
		}
		c.takeOutOfStory(l, "redirects")
		c.insertNext(scene{act: &noDeed, leg: l, delay: ringTime, makeSteps: func(l *leg) []Step { return []Step{c.answerLeg(l, pickedUp)} }})
		c.insertAfterTransfer(l.transferredFrom, c.endScene(l, push.NormalClearing, talkTime))
	case response.Gather:
		c.performGather(l, a)
	}
}

// performGather makes due the dtmf push that every Gather leads to. It has the digits that the story presses next, if any, and at most as
// many as the receiver wants. Inferred: the digits beyond that are lost.
func (c *Call) performGather(l *leg, g response.Gather) {
	l.gatherCount++
	if l.gatherCount > maxGathers {
		c.endByReceiver(l, "gathers without end in", push.Cancel)
		return
	}
	nothing := ""
	digits := &nothing
	for i, s := range c.script {
		if s.act.Deed == scenarios.Presses && c.findLeg(s.act.Who) == l {
			digits = s.act.Digits
			c.script = slices.Delete(c.script, i, i+1)
			break
		}
	}
	if digits != nil {
		cut := (*digits)[:min(len(*digits), g.MaxDigits)]
		digits = &cut
	}
	wait := min(time.Duration(g.TimeoutMS)*time.Millisecond, gatherTime)
	c.insertNext(scene{act: &noDeed, leg: l, delay: wait, makeSteps: func(l *leg) []Step {
		return []Step{c.addLegStep(l, push.Push{Event: push.DTMF, Digits: digits})}
	}})
}

// endByReceiver ends a leg as the receiver wants. receiverAction is the receiver's action in words, see Skip. If the call is internal, the
// other leg ends with it, which is inferred.
func (c *Call) endByReceiver(l *leg, receiverAction string, cause push.Cause) {
	c.takeOutOfStory(l, receiverAction)
	c.failTransfer(l)
	if other := l.otherLeg; other != nil && !other.isOutOfStory() {
		c.takeOutOfStory(other, receiverAction)
		c.insertNext(c.endScene(other, cause, 0))
	}
	c.insertNext(c.endScene(l, cause, 0))
}

// takeOutOfStory records that the receiver's own action takes a leg out of the story.
func (c *Call) takeOutOfStory(l *leg, receiverAction string) {
	c.steered = true
	l.receiverAction = receiverAction
	l.state = steeredAway
}

// failTransfer leaves the transferring party with the caller if the leg was begun by a transfer.
func (c *Call) failTransfer(l *leg) {
	if l.transferredFrom != nil {
		c.strandedLeg = l.transferredFrom
	}
}

// endScene is the scene in which a leg ends.
func (c *Call) endScene(l *leg, cause push.Cause, after time.Duration) scene {
	return scene{act: &noDeed, leg: l, delay: after, makeSteps: func(l *leg) []Step { return []Step{c.hangUpLeg(l, cause)} }}
}

// insertAfterTransfer inserts a scene after the answer of a redirected leg. If that leg was begun by a transfer, the scene comes after the
// transferring leg has ended, if the story has that: a redirected leg is picked up like any other.
func (c *Call) insertAfterTransfer(transferredFrom *leg, s scene) {
	at := 1
	for i, other := range c.script {
		if transferredFrom != nil && other.act.Deed == scenarios.Ends && c.findLeg(other.act.Who) == transferredFrom {
			at = i + 1
			break
		}
	}
	c.script = slices.Insert(c.script, at, s)
}

// insertNext inserts scenes before all others that have not been played.
func (c *Call) insertNext(scenes ...scene) { c.script = append(scenes, c.script...) }
