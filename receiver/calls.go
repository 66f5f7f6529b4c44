package receiver

import (
	"strings"
	"sync"

	"github.com/pushcheck/pushcheck/push"
)

const (
	maxCalls  = 10_000 // if more calls are remembered, the oldest is forgotten
	maxCallID = 1024   // bytes; calls with longer ids are accepted and not remembered. sipgate's ids have up to 136 bytes
)

// calls remembers the state of each call by its whole callId. A push that comes twice changes nothing the second time, and pushes may come
// in any order.
type calls struct {
	mu     sync.Mutex
	byID   map[string]*record
	order  []string // ring buffer of callIds in order of arrival. If it is full, order[oldest] is the oldest
	oldest int
	limit  int // how many calls are remembered

	lastNewCallID  string // callId of the latest newCall, of any call
	usesOtherCalls bool   // priorState also looks at other calls; only faults need this
}

type record struct {
	state     push.CallState
	answered  bool   // its answer push came
	firstLeg  string // callId of the leg that was forwarded or transferred to this one; "" if there is none
	newCalls  int    // how many newCalls came; for a fault that stores a row for each
	from      string // the caller's number, from the newCall
	to        string // the called number, from the newCall
	toGroup   bool   // several users were called
	firstUser string // the first user of the group
	hasDigits bool   // keys were pressed
}

// priorState holds what the receiver knew before a push changed it.
type priorState struct {
	call               push.CallState // state of the push's call
	firstLeg           push.CallState // state of its first leg, if that is another call
	nextLegOver        bool           // the call was forwarded or transferred to a leg that was answered and is over
	samePartiesTalking bool           // the push is a newCall, and an answered call goes on between the same caller and called party
	ringingCalls       int            // how many calls ring
	lastNewCallID      string         // callId of the previous newCall, of any call
}

func newCalls(limit int) *calls {
	return &calls{byID: map[string]*record{}, limit: limit}
}

// update updates the state of a push's call. A push without callId changes nothing.
func (c *calls) update(p push.Push) {
	if p.CallID == "" || len(p.CallID) > maxCallID {
		return
	}
	switch p.Event {
	case push.NewCall, push.Answer, push.Hangup:
	case push.DTMF:
		c.recordDigits(p)
		return
	default:
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	call, ok := c.byID[p.CallID]
	if !ok {
		// Cloned: otherwise the two values would keep the whole form in memory.
		call = &record{state: push.CallRinging}
		c.remember(strings.Clone(p.CallID), call)
	}
	if p.Event == push.NewCall {
		call.newCalls++
		if p.Diversion != "" && p.OrigCallID != p.CallID && len(p.OrigCallID) <= maxCallID {
			call.firstLeg = strings.Clone(p.OrigCallID)
		}
	}
	switch {
	case p.Event == push.NewCall && call.to == "" && len(p.To)+len(p.From) <= maxCallID:
		call.from, call.to = strings.Clone(p.From), strings.Clone(p.To)
		if call.toGroup = len(p.Users) > 1; call.toGroup && len(p.Users[0]) <= maxCallID {
			call.firstUser = strings.Clone(p.Users[0])
		}
	case p.Event == push.Answer && call.state == push.CallRinging:
		call.state, call.answered = push.CallAnswered, true
	case p.Event == push.Hangup:
		call.state = push.CallOver
	}
	if p.Event == push.NewCall {
		c.lastNewCallID = strings.Clone(p.CallID)
	}
}

// priorState returns what is known of the call of a push and of other calls.
func (c *calls) priorState(p push.Push) priorState {
	c.mu.Lock()
	defer c.mu.Unlock()
	prior := priorState{call: push.CallUnknown, firstLeg: push.CallUnknown, lastNewCallID: c.lastNewCallID}
	if call, ok := c.byID[p.CallID]; ok {
		prior.call = call.state
	}
	if !c.usesOtherCalls {
		return prior
	}
	if first, ok := c.byID[p.OrigCallID]; ok && p.OrigCallID != p.CallID {
		prior.firstLeg = first.state
	}
	for id, call := range c.byID {
		if call.state == push.CallRinging {
			prior.ringingCalls++
		}
		prior.nextLegOver = prior.nextLegOver || call.firstLeg == p.CallID && call.answered && call.state == push.CallOver
		sameParties := call.state == push.CallAnswered && call.from == p.From && call.to == p.To
		prior.samePartiesTalking = prior.samePartiesTalking || p.Event == push.NewCall && id != p.CallID && sameParties
	}
	return prior
}

func (c *calls) recordDigits(p push.Push) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call, ok := c.byID[p.CallID]; ok && p.Digits != nil && *p.Digits != "" {
		call.hasDigits = true
	}
}

// find returns the record of a call, or the zero record if the call is unknown.
func (c *calls) find(id string) record {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call, ok := c.byID[id]; ok {
		return *call
	}
	return record{}
}

// remember adds a call, and forgets the oldest call if there are too many.
func (c *calls) remember(id string, call *record) {
	c.byID[id] = call
	if len(c.order) < c.limit {
		c.order = append(c.order, id)
		return
	}
	delete(c.byID, c.order[c.oldest])
	c.order[c.oldest] = id
	c.oldest = (c.oldest + 1) % c.limit
}

// markOver marks a call as over although its hangup push has not come.
func (c *calls) markOver(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call, ok := c.byID[id]; ok {
		call.state = push.CallOver
	}
}

func (c *calls) state(id string) push.CallState {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call, ok := c.byID[id]; ok {
		return call.state
	}
	return push.CallUnknown
}

// calledNumber returns the called number of a call; false if the call is unknown.
func (c *calls) calledNumber(id string) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	call, ok := c.byID[id]
	if !ok {
		return "", false
	}
	return call.to, true
}

func (c *calls) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.byID)
}
