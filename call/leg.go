package call

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
)

// legState is the state of a leg.
type legState int

const (
	ringing legState = iota
	answered
	steeredAway // an action of the receiver decides how the leg goes on, not the story
	ended
)

// isOutOfStory reports whether the acts of the story no longer change the leg.
func (l *leg) isOutOfStory() bool { return l.state >= steeredAway }

// leg is one leg of the call. It has one callId.
type leg struct {
	name       string   // see Step.Leg; for a group, the name of the first person
	rungPeople []string // everybody whom the leg rings
	caller     string   // the name of the caller
	callID     string
	firstLeg   *leg // the first leg of the call; it can be this leg
	pushFields

	subscriptions

	state           legState
	transferredFrom *leg   // the answered leg whose transfer began this leg; nil: no transfer
	otherLeg        *leg   // the other leg of an internal call, which is answered and steered together with this leg
	answeringNumber string // the number that picked up
	receiverAction  string // see SkippedAct.ReceiverAction
	gatherCount     int    // number of Gathers on the leg
}

// pushFields holds the field values for the pushes of a leg, and whether sipgate charges for these pushes.
type pushFields struct {
	direction    push.Direction
	from, to     string
	users        []string // the users of the newCall
	userIDs      []string
	fullUserIDs  []string
	diversion    string
	billed       bool
	billedTarget string // see Step.BilledTarget
}

// subscriptions are the URLs for the follow-up pushes of a leg.
type subscriptions struct {
	onAnswer, onHangup, onData *response.URL // from the latest response that names the URL; nil: no response names it
}

// addLegStep completes a push with the values of the leg, and returns its step. The step is under way from now on.
func (c *Call) addLegStep(l *leg, p push.Push) Step {
	p.CallID, p.OrigCallID, p.XCID = l.callID, l.firstLeg.callID, c.xcid
	if p.Event != push.DTMF {
		p.Direction, p.From, p.To, p.Diversion = l.direction, l.from, l.to, l.diversion
	}
	return c.addStep(l, p)
}

// addStep returns the step for p, a push of leg l whose fields are already set. The step is under way from now on.
func (c *Call) addStep(l *leg, p push.Push) Step {
	s := Step{Number: c.stepCount, Leg: l.name, Push: p, Direction: l.direction, NewCallURL: c.opts.Incoming, Due: c.clock, Billed: l.billed, BilledTarget: l.billedTarget}
	c.stepCount++
	if l.direction == push.Outgoing {
		s.NewCallURL = c.opts.Outgoing
	}
	switch p.Event {
	case push.Answer:
		s.URL, s.Withheld, s.UnusableURLText = targetURL(l.onAnswer)
	case push.Hangup:
		s.URL, s.Withheld, s.UnusableURLText = targetURL(l.onHangup)
	case push.DTMF:
		s.URL, s.Withheld, s.UnusableURLText = targetURL(l.onData)
	default:
		s.URL = s.NewCallURL
	}
	c.underWay = append(c.underWay, stepUnderWay{s.Number, l, s.IsResponseRead()})
	return s
}

// newXCID returns the id that all legs of the call share.
func newXCID(s scenarios.Scenario, ids push.IDs) string {
	if len(s.Story) > 0 && s.Story[0].How == scenarios.ByClick {
		return ids.ClickXCID(s.Name)
	}
	return ids.XCID(s.Name)
}

// targetURL returns the URL of a subscription, or the reason why a push for it is withheld, with the text of an unusable URL.
func targetURL(t *response.URL) (url string, withheld WithheldReason, unusableText string) {
	switch {
	case t == nil:
		return "", NotSubscribed, ""
	case !t.Usable:
		return "", UnusableURL, t.Text
	}
	return t.Text, "", ""
}

// beginLeg begins a leg: the leg gets a callId, and its newCall push becomes due.
func (c *Call) beginLeg(l *leg) {
	if l.firstLeg == nil {
		l.firstLeg = l
	}
	l.callID = c.makeCallID(l)
	c.legs = append(c.legs, l)
	c.ready = append(c.ready, c.addLegStep(l, push.Push{Event: push.NewCall, Users: l.users, UserIDs: l.userIDs, FullUserIDs: l.fullUserIDs}))
}

// makeCallID returns a callId for a leg that is about to begin. No other leg of the call has the same callId.
func (c *Call) makeCallID(l *leg) string {
	n := len(c.legs)
	if n < len(c.opts.CallIDs) {
		return c.opts.CallIDs[n]
	}
	name := l.name
	if slices.ContainsFunc(c.legs, func(other *leg) bool { return other.name == l.name && other.direction == l.direction }) {
		name = fmt.Sprintf("%s/%d", l.name, n) // another leg rings the same person
	}
	return c.opts.IDs.CallID(c.scenario.Name, name, l.direction)
}

// answerLeg records that a leg is answered, and returns the step of its answer push. p has the fields of the person who picked up; the push
// of an outgoing leg has no user fields.
func (c *Call) answerLeg(l *leg, p push.Push) Step {
	l.state, l.answeringNumber = answered, p.AnsweringNumber
	p.Event = push.Answer
	if l.direction == push.Outgoing {
		p.Users, p.UserIDs, p.FullUserIDs = nil, nil, nil
	}
	return c.addLegStep(l, p)
}

// hangUpLeg records that a leg is over, and returns the step of its hangup push.
func (c *Call) hangUpLeg(l *leg, cause push.Cause) Step {
	l.state = ended
	return c.addLegStep(l, push.Push{Event: push.Hangup, Cause: cause, AnsweringNumber: l.answeringNumber})
}

// findLeg returns the leg that an act of a person changes: a leg that rings the person, or a leg on which the person is the caller. Of
// several legs, it prefers a leg that is not out of the story, then a leg that rings the person, then the latest leg. The voicemail can
// answer every incoming leg, so it counts as the caller of every incoming leg. findLeg returns nil if the person has no leg.
func (c *Call) findLeg(who string) *leg {
	var best *leg
	rank := 0
	for _, l := range c.legs {
		r := 0
		if l.caller == who || who == scenarios.Voicemail && l.direction == push.Incoming {
			r = 1
		}
		if slices.Contains(l.rungPeople, who) {
			r = 2
		}
		if r > 0 && !l.isOutOfStory() {
			r += 2
		}
		if r > 0 && r >= rank {
			best, rank = l, r
		}
	}
	return best
}
