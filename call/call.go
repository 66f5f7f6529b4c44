// Package call plays a call scenario. It makes the pushes that sipgate would send, from the story of the scenario and the receiver's
// responses.
//
// Begin with New. Then call Call.Next for each push, and Call.RecordOutcome for each response. A Call is a pure state machine: it sends
// nothing and does not wait. Package sender does both.
package call

import (
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
)

// Options holds the numbers, ids and URLs for playing a story.
type Options struct {
	Incoming string         // URL for newCall pushes of incoming calls
	Outgoing string         // URL for newCall pushes of outgoing calls
	Cast     scenarios.Cast // the people; must contain everybody in the story
	IDs      push.IDs       // makes callId, origCallId and xcid
	CallIDs  []string       // callIds for the first legs, in the order in which the legs begin; all other legs get callIds from IDs
}

// State is the next thing that package sender has to do with a call.
type State int

const (
	Due      State = iota // send the returned step, unless it is withheld
	Waiting               // first record the outcomes of earlier steps
	Finished              // the call has no further step
)

// Step is one push of a call, with its destination.
type Step struct {
	Number          int            // from 0, in the order in which pushes become due
	Leg             string         // name of the person whom the leg rings, such as "Doc", or "voicemail"; in a replay it can be a number
	Push            push.Push      // the push
	Saved           *push.Capture  // in a replay: the saved bytes, which are sent unchanged; otherwise nil
	Direction       push.Direction // the direction of the leg; a dtmf push does not contain it
	URL             string         // the destination: NewCallURL, or for other events a URL that a response named; "" if withheld
	NewCallURL      string         // the URL for newCall pushes of this leg
	Due             time.Duration  // when the push is due: the time since the start of the story
	Billed          bool           // sipgate charges for the push
	BilledTarget    string         // if Billed: the destination outside the account, in words
	Withheld        WithheldReason // the reason why the push must not be sent; "" if it is to be sent
	UnusableURLText string         // if Withheld is UnusableURL: the text that the receiver wrote instead of a URL
}

// IsOutgoing reports whether the push is about an outgoing call.
func (s Step) IsOutgoing() bool { return s.Direction == push.Outgoing }

// IsResponseRead reports whether sipgate reads the response to the push. It discards the responses to answer and hangup pushes.
func (s Step) IsResponseRead() bool { return s.Push.Event == push.NewCall || s.Push.Event == push.DTMF }

// WithheldReason is the reason why a push that is due must not be sent.
type WithheldReason string

const (
	NotSubscribed WithheldReason = "not subscribed" // no response has a URL for the push
	UnusableURL   WithheldReason = "unusable URL"   // a response has a URL for the push, but it is not absolute
)

// SkippedAct is an act of the story that could not happen.
type SkippedAct struct {
	Deed           string // the act as a sentence, such as "Marty answers"
	Leg            string // name of the leg that the act would have changed, see Step.Leg
	Reason         string
	ReceiverAction string // if an action of the receiver is the reason: a verb for "the receiver … the call", such as "rejects"; otherwise ""
}

// Call is a call while it is played. It is not safe for concurrent use.
type Call struct {
	opts         Options
	scenario     scenarios.Scenario
	script       []scene // the scenes that are not yet played
	legs         []*leg
	ready        []Step         // steps that are due and not yet returned by Next
	underWay     []stepUnderWay // steps whose outcomes are not yet recorded, including the steps in ready
	xcid         string         // the xcid of all legs
	skipped      []SkippedAct
	stepCount    int           // number of steps that became due so far
	clock        time.Duration // the time in the story
	steered      bool          // see IsSteered
	unseenReason string        // the reason why sipgate sends no push about the call; "" if sipgate sends pushes
	strandedLeg  *leg          // an answered leg whose transfer failed; nil: none
}

// stepUnderWay is a step whose outcome is not yet recorded.
type stepUnderWay struct {
	number         int
	leg            *leg
	isResponseRead bool // sipgate waits for the response and reads it
}

// scene is an act of the story, or a reaction to a response of the receiver.
type scene struct {
	act       *scenarios.Act    // the act; &noDeed in a reaction
	leg       *leg              // in a reaction: the leg that it changes
	makeSteps func(*leg) []Step // in a reaction: returns the steps to play
	delay     time.Duration     // the time in the story between the previous scene and this scene
}

// noDeed is the act of a scene that is a reaction.
var noDeed scenarios.Act

// New returns a Call that plays a scenario. scenarios.Load must have loaded the scenario, or Scenario.Check must accept it.
func New(s scenarios.Scenario, opts Options) *Call {
	c := &Call{opts: opts, scenario: s, xcid: newXCID(s, opts.IDs), script: make([]scene, 0, len(s.Story))}
	for i := range s.Story {
		c.script = append(c.script, scene{act: &s.Story[i], delay: s.Story[i].PauseBefore()})
	}
	return c
}

// Next returns the next step and the state Due. If no step is due, it returns the state Waiting or Finished.
func (c *Call) Next() (Step, State) {
	for len(c.ready) == 0 {
		if len(c.script) == 0 && c.strandedLeg != nil && c.strandedLeg.state == answered && len(c.underWay) == 0 {
			c.script = append(c.script, c.endScene(c.strandedLeg, push.NormalClearing, 0))
		}
		if len(c.script) == 0 {
			if len(c.underWay) > 0 {
				return Step{}, Waiting
			}
			return Step{}, Finished
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
	c.ready = append([]Step(nil), c.ready[1:]...) // a new slice, so that the returned step does not stay in memory
	return step, Due
}

// mustWait reports whether a scene has to wait for outcomes. A scene whose act has Together set waits only for newCall and dtmf pushes of
// its leg, as sipgate does. Any other scene waits for the outcomes of all earlier pushes.
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

// RecordOutcome records the outcome of a step. doc is the document in the response, if sipgate acts on it. doc is nil if the step was
// withheld or refused, or if the response was late or unreadable. RecordOutcome ignores a step that is not under way.
func (c *Call) RecordOutcome(number int, doc *response.Document) {
	index := c.indexUnderWay(number)
	if index < 0 {
		return
	}
	u := c.underWay[index]
	c.underWay = slices.Delete(c.underWay, index, index+1)
	if u.isResponseRead && doc != nil && doc.Response != nil {
		c.steer(u.leg, *doc)
	}
}

// indexUnderWay returns the index of a step in underWay, or -1 if it is not under way.
func (c *Call) indexUnderWay(number int) int {
	return slices.IndexFunc(c.underWay, func(u stepUnderWay) bool { return u.number == number })
}

// AddAct adds an act at the end of the story. If the act cannot happen, it is skipped. The act must name the people that its deed needs.
func (c *Call) AddAct(a scenarios.Act) {
	c.script = append(c.script, scene{act: &a, delay: a.PauseBefore()})
}

// Skipped lists the acts that could not happen, in the order of the story.
func (c *Call) Skipped() []SkippedAct { return c.skipped }

// IsSteered reports whether an action of the receiver took a leg out of the story. A Gather takes no leg out of the story.
func (c *Call) IsSteered() bool { return c.steered }
