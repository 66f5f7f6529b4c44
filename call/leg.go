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

// outOfStory reports whether the story can no longer act on the leg.
func (l *leg) outOfStory() bool { return l.state >= steeredAway }

// leg is one callId.
type leg struct {
	name   string   // who it rings
	rings  []string // everybody whom it rings
	caller string
	callID string
	orig   *leg // the first leg of the call; itself on a fresh call
	said

	subscriptions

	state     legState
	via       *leg   // the answered leg that was transferred to begin this one
	twin      *leg   // the other leg of an internal call, which is answered and steered together with this one
	answering string // the number that picked up
	ended     string // what the receiver does with the call, if that is why it is over, see Skip
	gathers   int
}

// said is what pushes say about a leg.
type said struct {
	direction push.Direction
	from, to  string
	users     []string // as in newCall
	userIDs   []string
	fullIDs   []string
	diversion string
	billed    bool
	leaves    string // with billed: where it leads
}

// subscriptions are the URLs in force that the receiver named for follow-up pushes of a leg.
type subscriptions struct {
	onAnswer, onHangup, onData *response.Target // the subscriptions in force
}

// step makes a push of the leg due and records that its outcome must be taken.
func (c *Call) step(l *leg, p push.Push) Step {
	p.CallID, p.OrigCallID, p.XCID = l.callID, l.orig.callID, c.xcid
	if p.Event != push.DTMF {
		p.Direction, p.From, p.To, p.Diversion = l.direction, l.from, l.to, l.diversion
	}
	return c.due(l, p)
}

// due makes a push of the leg due as it is.
func (c *Call) due(l *leg, p push.Push) Step {
	s := Step{Number: c.steps, Leg: l.name, Push: p, OfCall: l.direction, PushURL: c.opts.Incoming, Due: c.clock, Billed: l.billed, Leaves: l.leaves}
	c.steps++
	if l.direction == push.Outgoing {
		s.PushURL = c.opts.Outgoing
	}
	switch p.Event {
	case push.Answer:
		s.URL, s.Withheld, s.Unusable = where(l.onAnswer)
	case push.Hangup:
		s.URL, s.Withheld, s.Unusable = where(l.onHangup)
	case push.DTMF:
		s.URL, s.Withheld, s.Unusable = where(l.onData)
	default:
		s.URL = s.PushURL
	}
	c.under = append(c.under, underWay{s.Number, l, s.Reads()})
	return s
}

// xcid returns the id that all legs of the call share.
func xcid(s scenarios.Scenario, ids push.IDs) string {
	if len(s.Story) > 0 && s.Story[0].How == scenarios.ByClick {
		return ids.ClickXCID(s.Name)
	}
	return ids.XCID(s.Name)
}

func where(t *response.Target) (url string, withheld Withheld, unusable string) {
	switch {
	case t == nil:
		return "", NotSubscribed, ""
	case !t.Usable:
		return "", UnusableURL, t.URL
	}
	return t.URL, "", ""
}

// begin starts a leg and makes its newCall due.
func (c *Call) begin(l *leg) {
	if l.orig == nil {
		l.orig = l
	}
	l.callID = c.id(l)
	c.legs = append(c.legs, l)
	c.ready = append(c.ready, c.step(l, push.Push{Event: push.NewCall, Users: l.users, UserIDs: l.userIDs, FullUserIDs: l.fullIDs}))
}

// id is the callId of a leg that is about to begin, different from those of all others.
func (c *Call) id(l *leg) string {
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

// answer makes the leg's answer due. Only the answer of an incoming call names who picked up.
func (c *Call) answer(l *leg, p push.Push) Step {
	l.state, l.answering = answered, p.AnsweringNumber
	p.Event = push.Answer
	if l.direction == push.Outgoing {
		p.Users, p.UserIDs, p.FullUserIDs = nil, nil, nil
	}
	return c.step(l, p)
}

// hangup makes the leg's last push due.
func (c *Call) hangup(l *leg, cause push.Cause) Step {
	l.state = over
	return c.step(l, push.Push{Event: push.Hangup, Cause: cause, AnsweringNumber: l.answering})
}

// find returns the leg that concerns somebody: the latest that rings them, else the latest on which they are the caller;
// legs that go on before those that are over. The voicemail can take any incoming leg.
func (c *Call) find(who string) *leg {
	var best *leg
	rank := 0
	for _, l := range c.legs {
		r := 0
		if l.caller == who || who == scenarios.Voicemail && l.direction == push.Incoming {
			r = 1
		}
		if slices.Contains(l.rings, who) {
			r = 2
		}
		if r > 0 && !l.outOfStory() {
			r += 2
		}
		if r > 0 && r >= rank {
			best, rank = l, r
		}
	}
	return best
}
