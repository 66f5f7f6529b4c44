package receiver

import (
	"strings"
	"sync"

	"github.com/pushcheck/pushcheck/push"
)

const (
	maxCalls  = 10_000 // if more calls are remembered, the oldest is forgotten
	maxCallID = 1024   // bytes; pushes with a longer callId are accepted, but not remembered. sipgate's callIds have up to 136 bytes
)

// callStore remembers the state of each call. Two calls are the same only if all bytes of their callIds are equal. A push that comes twice
// changes nothing the second time, and pushes may come in any order.
type callStore struct {
	mu     sync.Mutex
	byID   map[string]*callRecord
	order  []string // ring buffer of callIds in order of arrival. If it is full, order[oldest] is the oldest callId
	oldest int
	limit  int // how many calls are remembered at most

	lastNewCallID  string // callId of the latest newCall, of any call
	usesOtherCalls bool   // priorState also looks at other calls; only faults need this
}

// callRecord is what is remembered of a call.
type callRecord struct {
	state        push.CallState
	answered     bool   // an answer push came
	firstLegID   string // callId of the leg that was forwarded or transferred to this leg; "" if there is none
	newCallCount int    // how many newCalls came; only the fault state-counts-duplicates reads this
	from         string // the caller's number, from the newCall
	to           string // the called number, from the newCall
	isGroupCall  bool   // the newCall named several users
	firstUser    string // the first of several users
	hasDigits    bool   // keys were pressed
}

// priorState holds what the receiver knew of calls before it handled a push.
type priorState struct {
	callState          push.CallState // state of the push's call
	firstLegState      push.CallState // state of the leg that was forwarded or transferred to this call; CallUnknown if there is none
	isNextLegOver      bool           // the call was forwarded or transferred to a leg that was answered and is over
	samePartiesTalking bool           // the push is a newCall, and an answered call goes on between the same caller and called party
	ringingCallCount   int            // how many calls ring
	lastNewCallID      string         // callId of the previous newCall, of any call
}

func makeCallStore(limit int) *callStore {
	return &callStore{byID: map[string]*callRecord{}, limit: limit}
}

// update updates the state of a push's call. A push without callId, or with a callId longer than maxCallID, changes nothing.
func (c *callStore) update(p push.Push) {
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
		call = &callRecord{state: push.CallRinging}
		c.remember(strings.Clone(p.CallID), call) // the text is cloned, because otherwise it would keep the whole form in memory
	}
	if p.Event == push.NewCall {
		call.newCallCount++
		if p.Diversion != "" && p.OrigCallID != p.CallID && len(p.OrigCallID) <= maxCallID {
			call.firstLegID = strings.Clone(p.OrigCallID)
		}
	}
	switch {
	case p.Event == push.NewCall && call.to == "" && len(p.To)+len(p.From) <= maxCallID:
		call.from, call.to = strings.Clone(p.From), strings.Clone(p.To)
		if call.isGroupCall = len(p.Users) > 1; call.isGroupCall && len(p.Users[0]) <= maxCallID {
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

// priorState returns what is known of the call of a push, and of other calls, before the push.
func (c *callStore) priorState(p push.Push) priorState {
	c.mu.Lock()
	defer c.mu.Unlock()
	prior := priorState{callState: push.CallUnknown, firstLegState: push.CallUnknown, lastNewCallID: c.lastNewCallID}
	if call, ok := c.byID[p.CallID]; ok {
		prior.callState = call.state
	}
	if !c.usesOtherCalls {
		return prior
	}
	if first, ok := c.byID[p.OrigCallID]; ok && p.OrigCallID != p.CallID {
		prior.firstLegState = first.state
	}
	for id, call := range c.byID {
		if call.state == push.CallRinging {
			prior.ringingCallCount++
		}
		prior.isNextLegOver = prior.isNextLegOver || call.firstLegID == p.CallID && call.answered && call.state == push.CallOver
		sameParties := call.state == push.CallAnswered && call.from == p.From && call.to == p.To
		prior.samePartiesTalking = prior.samePartiesTalking || p.Event == push.NewCall && id != p.CallID && sameParties
	}
	return prior
}

func (c *callStore) recordDigits(p push.Push) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call, ok := c.byID[p.CallID]; ok && p.Digits != nil && *p.Digits != "" {
		call.hasDigits = true
	}
}

// find returns the record of a call, or the zero record if the call is unknown.
func (c *callStore) find(id string) callRecord {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call, ok := c.byID[id]; ok {
		return *call
	}
	return callRecord{}
}

// remember adds a call, and forgets the oldest call if there are too many.
func (c *callStore) remember(id string, call *callRecord) {
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
func (c *callStore) markOver(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call, ok := c.byID[id]; ok {
		call.state = push.CallOver
	}
}

func (c *callStore) state(id string) push.CallState {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call, ok := c.byID[id]; ok {
		return call.state
	}
	return push.CallUnknown
}

// calledNumber returns the called number of a call; false if the call is unknown.
func (c *callStore) calledNumber(id string) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	call, ok := c.byID[id]
	if !ok {
		return "", false
	}
	return call.to, true
}

func (c *callStore) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.byID)
}
