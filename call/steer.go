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
		if _, play := action.(response.Play); play || !doc.Happens(i) {
			continue
		}
		if g, ok := action.(response.Gather); ok {
			l.onData = &g.OnData
		}
		if !l.outOfStory() {
			c.act(l, action)
		}
		return
	}
}

// act changes the story as an action asks.
func (c *Call) act(l *leg, action response.Action) {
	switch a := action.(type) {
	case response.Reject:
		cause := push.NoAnswer
		if a.Reason == "busy" {
			cause = push.Busy
		}
		c.finish(l, "rejects", cause)
	case response.Hangup:
		c.finish(l, "ends", push.NormalClearing)
	case response.Dial:
		var picks push.Push
		switch {
		case a.Voicemail:
			picks.Users = []string{scenarios.Voicemail}
		case len(a.Numbers) > 0:
			picks.Users, picks.AnsweringNumber = []string{""}, strings.TrimPrefix(a.Numbers[0], "+")
		default:
			return // leads nowhere; in a document that was parsed, Happens is false
		}
		c.leaveStory(l, "redirects")
		c.turn(scene{act: &noAct, leg: l, after: ringTime, make: func(l *leg) []Step { return []Step{c.answer(l, picks)} }})
		c.after(l.via, c.end(l, push.NormalClearing, talkTime))
	case response.Gather:
		c.gather(l, a)
	}
}

// gather makes due the dtmf push that every Gather leads to. It has the digits that the story presses next, if any, and at most as many as
// the receiver wants. Inferred: the digits beyond that are lost.
func (c *Call) gather(l *leg, g response.Gather) {
	l.gathers++
	if l.gathers > maxGathers {
		c.finish(l, "gathers without end in", push.Cancel)
		return
	}
	nothing := ""
	digits := &nothing
	for i, s := range c.script {
		if s.act.Deed == scenarios.Presses && c.find(s.act.Who) == l {
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
	c.turn(scene{act: &noAct, leg: l, after: wait, make: func(l *leg) []Step {
		return []Step{c.step(l, push.Push{Event: push.DTMF, Digits: digits})}
	}})
}

// finish ends a leg as the receiver wants. does is the receiver's action in words, see Skip. If the call is internal, the other leg ends
// with it, which is inferred.
func (c *Call) finish(l *leg, does string, cause push.Cause) {
	c.leaveStory(l, does)
	c.transferFails(l)
	if other := l.twin; other != nil && !other.outOfStory() {
		c.leaveStory(other, does)
		c.turn(c.end(other, cause, 0))
	}
	c.turn(c.end(l, cause, 0))
}

// leaveStory records that the receiver's own action takes a leg out of the story.
func (c *Call) leaveStory(l *leg, does string) {
	c.steered = true
	l.ended = does
	l.state = steeredAway
}

// transferFails leaves the transferring party with the caller if the leg was begun by a transfer.
func (c *Call) transferFails(l *leg) {
	if l.via != nil {
		c.stranded = l.via
	}
}

// end is the scene in which a leg ends.
func (c *Call) end(l *leg, cause push.Cause, after time.Duration) scene {
	return scene{act: &noAct, leg: l, after: after, make: func(l *leg) []Step { return []Step{c.hangup(l, cause)} }}
}

// after inserts a scene after the answer of a redirected leg. If that leg was begun by a transfer, the scene comes after the transferring
// leg has ended, if the story has that: a redirected leg is picked up like any other.
func (c *Call) after(via *leg, s scene) {
	at := 1
	for i, other := range c.script {
		if via != nil && other.act.Deed == scenarios.Ends && c.find(other.act.Who) == via {
			at = i + 1
			break
		}
	}
	c.script = slices.Insert(c.script, at, s)
}

// turn inserts scenes before all others that have not been played.
func (c *Call) turn(scenes ...scene) { c.script = append(scenes, c.script...) }
