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
	maxGathers    = 8                     // after this many Gathers on one leg, the caller hangs up
	forwardGap    = 98 * time.Millisecond // from the hangup of a forwarded leg to the newCall of the next leg (observed: sipgate.io issue #134)
	ringTime      = 5 * time.Second       // from the newCall to the answer of a redirected leg
	talkTime      = 10 * time.Second      // from the answer to the hangup of a redirected leg
	maxGatherTime = time.Minute           // the longest time from a Gather to its dtmf push, even if the Gather has a longer timeout
)

// steer records the subscriptions of a response, and performs its first valid action other than Play.
func (c *Call) steer(l *leg, doc response.Document) {
	r := doc.Response
	if r.OnAnswer != nil {
		l.onAnswer = r.OnAnswer
	}
	if r.OnHangup != nil {
		l.onHangup = r.OnHangup
	}
	for i, action := range r.Actions {
		if _, isPlay := action.(response.Play); isPlay || !doc.ActionHappens(i) {
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

// performAction changes the call in the way in which sipgate carries out an action.
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
		var answerFields push.Push
		switch {
		case a.Voicemail:
			answerFields.Users = []string{scenarios.Voicemail}
		case len(a.Numbers) > 0:
			answerFields.Users, answerFields.AnsweringNumber = []string{""}, strings.TrimPrefix(a.Numbers[0], "+")
		default:
			return // a Dial without targets does nothing; in a parsed document its ActionHappens is false
		}
		c.takeOutOfStory(l, "redirects")
		c.insertNext(scene{act: &noDeed, leg: l, delay: ringTime, makeSteps: func(l *leg) []Step { return []Step{c.answerLeg(l, answerFields)} }})
		c.insertRedirectEnd(l.transferredFrom, c.endScene(l, push.NormalClearing, talkTime))
	case response.Gather:
		c.performGather(l, a)
	}
}

// performGather inserts the dtmf push that follows every Gather. Its digits come from the next act in which somebody presses keys on the
// leg, and are cut after maxDigits. Without such an act, the digits are empty. It is inferred that sipgate drops the digits after
// maxDigits.
func (c *Call) performGather(l *leg, g response.Gather) {
	l.gatherCount++
	if l.gatherCount > maxGathers {
		c.endByReceiver(l, "gathers without end in", push.Cancel)
		return
	}
	noDigits := ""
	digits := &noDigits
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
	wait := min(time.Duration(g.TimeoutMS)*time.Millisecond, maxGatherTime)
	c.insertNext(scene{act: &noDeed, leg: l, delay: wait, makeSteps: func(l *leg) []Step {
		return []Step{c.addLegStep(l, push.Push{Event: push.DTMF, Digits: digits})}
	}})
}

// endByReceiver ends a leg because of an action of the receiver. receiverAction is the verb for SkippedAct.ReceiverAction. The other leg of
// an internal call ends too, which is inferred.
func (c *Call) endByReceiver(l *leg, receiverAction string, cause push.Cause) {
	c.takeOutOfStory(l, receiverAction)
	c.failTransfer(l)
	if other := l.otherLeg; other != nil && !other.isOutOfStory() {
		c.takeOutOfStory(other, receiverAction)
		c.insertNext(c.endScene(other, cause, 0))
	}
	c.insertNext(c.endScene(l, cause, 0))
}

// takeOutOfStory records that an action of the receiver takes a leg out of the story.
func (c *Call) takeOutOfStory(l *leg, receiverAction string) {
	c.steered = true
	l.receiverAction = receiverAction
	l.state = steeredAway
}

// failTransfer records, if a leg began by a transfer, that this transfer failed. Then the transferred leg stays connected with the caller.
func (c *Call) failTransfer(l *leg) {
	if l.transferredFrom != nil {
		c.strandedLeg = l.transferredFrom
	}
}

// endScene returns the scene in which a leg ends.
func (c *Call) endScene(l *leg, cause push.Cause, delay time.Duration) scene {
	return scene{act: &noDeed, leg: l, delay: delay, makeSteps: func(l *leg) []Step { return []Step{c.hangUpLeg(l, cause)} }}
}

// insertRedirectEnd inserts the end of a redirected leg. The end comes directly after the leg's answer, which is the next scene. But if the
// leg began by a transfer, and the story ends the transferred leg, the redirected leg ends after the transferred leg. So a transfer that is
// redirected goes on like any answered transfer.
func (c *Call) insertRedirectEnd(transferredFrom *leg, end scene) {
	index := 1
	for i, other := range c.script {
		if transferredFrom != nil && other.act.Deed == scenarios.Ends && c.findLeg(other.act.Who) == transferredFrom {
			index = i + 1
			break
		}
	}
	c.script = slices.Insert(c.script, index, end)
}

// insertNext inserts scenes before all other scenes that are not yet played.
func (c *Call) insertNext(scenes ...scene) { c.script = append(scenes, c.script...) }
