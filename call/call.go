// Package call plays one call scenario: it turns a story about people, and what the receiver responds, into the pushes that sipgate
// would send.
//
// Begin with New, and take turns with Call.Next and Call.RecordOutcome. A Call is a pure state machine: it sends nothing and does not wait.
// Package sender does both.
package call

import (
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
)

// Options are the numbers, ids and URLs that a story is played with.
type Options struct {
	Incoming string         // URL for newCall pushes of incoming calls
	Outgoing string         // URL for newCall pushes of outgoing calls
	Cast     scenarios.Cast // the people; everybody in the story must be in it
	IDs      push.IDs       // makes callId, origCallId and xcid
	Literal  []string       // callIds to use instead, one per leg in the order in which the legs begin
}

// State is what has to be done with a call.
type State int

const (
	Due     State = iota // the returned step must be sent, or skipped if it is withheld
	Waiting              // outcomes of earlier steps must be taken first
	Over                 // no step is left
)

// Step is one push that the story made due.
type Step struct {
	Number         int            // from 0, in the order in which pushes become due
	Leg            string         // who the leg rings, such as "Doc"
	Push           push.Push      //
	Saved          *push.Capture  // the bytes that are sent for the push; nil: they are made from Push
	Direction      push.Direction // of the leg; a dtmf push does not contain it
	URL            string         // where it is sent: the subscription in force, or the URL for newCall pushes; "" if it is withheld
	PushURL        string         // the URL for newCall pushes of this leg
	Due            time.Duration  // since the story's start, by the story's clock
	Billed         bool           // sipgate charges for it
	BilledTarget   string         // with Billed: the destination outside the account, in words
	Withheld       Withheld       // why it must not be sent; "" if it is sent
	UnusableTarget string         // with UnusableURL: what the receiver named
}

// IsOutgoing reports whether the push is about an outgoing call.
func (s Step) IsOutgoing() bool { return s.Direction == push.Outgoing }

// IsResponseRead reports whether sipgate reads the response: those to answer and hangup pushes are discarded.
func (s Step) IsResponseRead() bool { return s.Push.Event == push.NewCall || s.Push.Event == push.DTMF }

// Withheld is why a push that is due is not sent.
type Withheld string

const (
	NotSubscribed Withheld = "not subscribed" // no response named a URL for it
	UnusableURL   Withheld = "unusable URL"   // a response named something that is not an absolute URL
)

// Skip is a deed of the story that could no longer happen.
type Skip struct {
	Deed           string // such as "Marty answers"
	Leg            string // who the leg rings that it would have concerned
	Reason         string
	ReceiverAction string // if the receiver's action is the reason: a verb that fits before "the call"; else ""
}

// Call is a story being played. It is not safe for concurrent use.
type Call struct {
	opts         Options
	scenario     scenarios.Scenario
	script       []scene // the scenes that have not been played
	legs         []*leg
	ready        []Step
	underWay     []startedStep // the steps whose outcomes are to be taken
	xcid         string        // the same for all legs
	skipped      []Skip
	stepCount    int
	clock        time.Duration
	steered      bool
	unseenReason string // why sipgate sends no push about the call
	strandedLeg  *leg   // an answered leg whose transfer failed
}

// startedStep is a step whose outcome has not been taken.
type startedStep struct {
	number         int
	leg            *leg
	isResponseRead bool // sipgate waits for the response and reads it
}

// scene is an act of the story, or a reaction: something that happens because of the receiver's response.
type scene struct {
	act       *scenarios.Act    // in reactions: one without a deed
	leg       *leg              // set in reactions: the leg that is meant
	makeSteps func(*leg) []Step // set in reactions: what it makes due
	delay     time.Duration
}

// noDeed is the act of a reaction.
var noDeed scenarios.Act

// New prepares a call. The scenario must have come from package scenarios' loader, or satisfy its checks.
func New(s scenarios.Scenario, opts Options) *Call {
	c := &Call{opts: opts, scenario: s, xcid: newXCID(s, opts.IDs), script: make([]scene, 0, len(s.Story))}
	for i := range s.Story {
		c.script = append(c.script, scene{act: &s.Story[i], delay: s.Story[i].PauseBefore()})
	}
	return c
}

// Next returns the step that is due. If there is none, the State shows whether outcomes must be taken first or the call is over.
func (c *Call) Next() (Step, State) {
	for len(c.ready) == 0 {
		if len(c.script) == 0 && c.strandedLeg != nil && c.strandedLeg.state == answered && len(c.underWay) == 0 {
			c.script = append(c.script, c.endScene(c.strandedLeg, push.NormalClearing, 0))
		}
		if len(c.script) == 0 {
			if len(c.underWay) > 0 {
				return Step{}, Waiting
			}
			return Step{}, Over
		}
		if c.mustWait(c.script[0]) {
			return Step{}, Waiting
		}
		s := c.script[0]
		c.script = c.script[1:]
		c.clock += s.delay
		c.performScene(s)
	}
	step := c.ready[0]
	c.ready = append([]Step(nil), c.ready[1:]...) // keeps no step in memory: a call may wait long for its next one
	return step, Due
}

// mustWait reports whether a scene has to wait for outcomes. A scene marked Together waits only for the pushes that sipgate itself waits
// for, the newCall and dtmf pushes. Every other scene waits for the outcomes of all earlier pushes.
func (c *Call) mustWait(s scene) bool {
	if !s.act.Together {
		return len(c.underWay) > 0
	}
	for _, u := range c.underWay {
		if u.isResponseRead && u.leg == c.findLeg(s.act.Who) {
			return true
		}
	}
	return false
}

// RecordOutcome records how a step ended. doc is the document that sipgate would read; it is nil if the step was withheld or refused, or if its
// response was late or unreadable. A step that is not under way is ignored.
func (c *Call) RecordOutcome(number int, doc *response.Document) {
	at := c.indexUnderWay(number)
	if at < 0 {
		return
	}
	u := c.underWay[at]
	c.underWay = slices.Delete(c.underWay, at, at+1)
	if u.isResponseRead && doc != nil && doc.Response != nil {
		c.steer(u.leg, *doc)
	}
}

// indexUnderWay returns the index of a step in underWay; -1 if it is not under way.
func (c *Call) indexUnderWay(number int) int {
	return slices.IndexFunc(c.underWay, func(u startedStep) bool { return u.number == number })
}

// AddAct adds an act after those of the story. If it cannot happen, it is skipped, as in a story. The act must name the people that its deed
// needs.
func (c *Call) AddAct(a scenarios.Act) {
	c.script = append(c.script, scene{act: &a, delay: a.PauseBefore()})
}

// Skipped lists the deeds that could not happen, in order.
func (c *Call) Skipped() []Skip { return c.skipped }

// Steered reports whether the receiver's own action took a leg out of the story. A Gather alone does not.
func (c *Call) Steered() bool { return c.steered }
