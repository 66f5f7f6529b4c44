package call

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
)

type legState int

const (
	ringing legState = iota
	answered
	steeredAway // the receiver's own action decides how it goes on; the story no longer does
	over
)

// isOutOfStory reports whether the story can no longer act on the leg.
func (l *leg) isOutOfStory() bool { return l.state >= steeredAway }

// leg is one callId.
type leg struct {
	name       string   // who it rings
	rungPeople []string // everybody whom it rings
	caller     string
	callID     string
	firstLeg   *leg // the first leg of the call; itself on a fresh call
	pushFields

	subscriptions

	state           legState
	transferredFrom *leg   // the answered leg that was transferred to begin this one
	otherLeg        *leg   // the other leg of an internal call, which is answered and steered together with this one
	answeringNumber string // the number that picked up
	receiverAction  string // what the receiver does with the call, if that is why it is over, see Skip
	gatherCount     int
}

// pushFields is what pushes say about a leg.
type pushFields struct {
	direction    push.Direction
	from, to     string
	users        []string // as in newCall
	userIDs      []string
	fullUserIDs  []string
	diversion    string
	billed       bool
	billedTarget string // with billed: where it leads
}

// subscriptions are the URLs in force that the receiver named for follow-up pushes of a leg.
type subscriptions struct {
	onAnswer, onHangup, onData *response.URL // the subscriptions in force
}

// addLegStep makes a push of the leg due and records that its outcome must be taken.
func (c *Call) addLegStep(l *leg, p push.Push) Step {
	p.CallID, p.OrigCallID, p.XCID = l.callID, l.firstLeg.callID, c.xcid
	if p.Event != push.DTMF {
		p.Direction, p.From, p.To, p.Diversion = l.direction, l.from, l.to, l.diversion
	}
	return c.addStep(l, p)
}

// addStep makes a push of the leg due as it is.
func (c *Call) addStep(l *leg, p push.Push) Step {
	s := Step{Number: c.stepCount, Leg: l.name, Push: p, Direction: l.direction, PushURL: c.opts.Incoming, Due: c.clock, Billed: l.billed, BilledTarget: l.billedTarget}
	c.stepCount++
	if l.direction == push.Outgoing {
		s.PushURL = c.opts.Outgoing
	}
	switch p.Event {
	case push.Answer:
		s.URL, s.Withheld, s.UnusableTarget = targetURL(l.onAnswer)
	case push.Hangup:
		s.URL, s.Withheld, s.UnusableTarget = targetURL(l.onHangup)
	case push.DTMF:
		s.URL, s.Withheld, s.UnusableTarget = targetURL(l.onData)
	default:
		s.URL = s.PushURL
	}
	c.underWay = append(c.underWay, startedStep{s.Number, l, s.IsResponseRead()})
	return s
}

// newXCID returns the id that all legs of the call share.
func newXCID(s scenarios.Scenario, ids push.IDs) string {
	if len(s.Story) > 0 && s.Story[0].How == scenarios.ByClick {
		return ids.ClickXCID(s.Name)
	}
	return ids.XCID(s.Name)
}

func targetURL(t *response.URL) (url string, withheld Withheld, unusable string) {
	switch {
	case t == nil:
		return "", NotSubscribed, ""
	case !t.Usable:
		return "", UnusableURL, t.Text
	}
	return t.Text, "", ""
}

// beginLeg starts a leg and makes its newCall due.
func (c *Call) beginLeg(l *leg) {
	if l.firstLeg == nil {
		l.firstLeg = l
	}
	l.callID = c.newCallID(l)
	c.legs = append(c.legs, l)
	c.ready = append(c.ready, c.addLegStep(l, push.Push{Event: push.NewCall, Users: l.users, UserIDs: l.userIDs, FullUserIDs: l.fullUserIDs}))
}

// newCallID is the callId of a leg that is about to begin, different from those of all others.
func (c *Call) newCallID(l *leg) string {
	n := len(c.legs)
	if n < len(c.opts.Literal) {
		return c.opts.Literal[n]
	}
	name := l.name
	if slices.ContainsFunc(c.legs, func(other *leg) bool { return other.name == l.name && other.direction == l.direction }) {
		name = fmt.Sprintf("%s/%d", l.name, n) // somebody is rung again
	}
	return c.opts.IDs.CallID(c.scenario.Name, name, l.direction)
}

// answerLeg makes the leg's answer due. Only the answer of an incoming call names who picked up.
func (c *Call) answerLeg(l *leg, p push.Push) Step {
	l.state, l.answeringNumber = answered, p.AnsweringNumber
	p.Event = push.Answer
	if l.direction == push.Outgoing {
		p.Users, p.UserIDs, p.FullUserIDs = nil, nil, nil
	}
	return c.addLegStep(l, p)
}

// hangUpLeg makes the leg's last push due.
func (c *Call) hangUpLeg(l *leg, cause push.Cause) Step {
	l.state = over
	return c.addLegStep(l, push.Push{Event: push.Hangup, Cause: cause, AnsweringNumber: l.answeringNumber})
}

// findLeg returns the leg that concerns somebody: the latest that rings them, else the latest on which they are the caller;
// legs that go on before those that are over. The voicemail can take any incoming leg.
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
