package receiver

import (
	"strings"
	"sync"

	"github.com/pushcheck/pushcheck/push"
)

const (
	maxCalls  = 10_000 // remembered; the oldest is forgotten first
	maxCallID = 1024   // bytes; calls with longer ids are accepted and not remembered. sipgate's have up to 136
)

// calls is what the receiver remembers, by whole callId. A push that comes twice changes nothing the second time, and
// pushes may come in any order.
type calls struct {
	mu    sync.Mutex
	known map[string]*record
	order []string // a ring: in order of arrival, the oldest at next once it is full
	next  int
	limit int

	latest  string // callId of the latest newCall
	curious bool   // looks for calls that belong together
}

type record struct {
	state    push.CallState
	answered bool   // its answer came
	first    string // callId of the leg that was sent on to this one; "" if there is none
	rows     int    // times that its newCall came: what a receiver stores that adds a row for each
	from     string // the caller's number, from the newCall
	to       string // the called number, from the newCall
	group    bool   // several users were rung
	rung     string // the first of them
	pressed  bool   // digits came
}

// seen is what the receiver knew before a push changed it.
type seen struct {
	call      push.CallState // of the push's call
	first     push.CallState // of its first leg, if that is another one
	late      bool           // a leg that this one led to was answered and is over
	again     bool           // a newCall, while an answered call goes on between the same two
	ringing   int            // calls that ring
	newCallID string         // of the previous newCall, of any call
}

func newCalls(limit int) *calls {
	return &calls{known: map[string]*record{}, limit: limit}
}

// take updates the state of a push's call. A push without callId changes nothing.
func (c *calls) take(p push.Push) {
	if p.CallID == "" || len(p.CallID) > maxCallID {
		return
	}
	switch p.Event {
	case push.NewCall, push.Answer, push.Hangup:
	case push.DTMF:
		c.press(p)
		return
	default:
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	call, ok := c.known[p.CallID]
	if !ok {
		// Cloned: otherwise the two values would keep the whole form in memory.
		call = &record{state: push.CallRinging}
		c.remember(strings.Clone(p.CallID), call)
	}
	if p.Event == push.NewCall {
		call.rows++
		if p.Diversion != "" && p.OrigCallID != p.CallID && len(p.OrigCallID) <= maxCallID {
			call.first = strings.Clone(p.OrigCallID)
		}
	}
	switch {
	case p.Event == push.NewCall && call.to == "" && len(p.To)+len(p.From) <= maxCallID:
		call.from, call.to = strings.Clone(p.From), strings.Clone(p.To)
		if call.group = len(p.Users) > 1; call.group && len(p.Users[0]) <= maxCallID {
			call.rung = strings.Clone(p.Users[0])
		}
	case p.Event == push.Answer && call.state == push.CallRinging:
		call.state, call.answered = push.CallAnswered, true
	case p.Event == push.Hangup:
		call.state = push.CallOver
	}
	if p.Event == push.NewCall {
		c.latest = strings.Clone(p.CallID)
	}
}

// before is what is known of a push's call and of the calls that belong to it. Only faults need more than the call itself.
func (c *calls) before(p push.Push) seen {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := seen{call: push.CallUnknown, first: push.CallUnknown, newCallID: c.latest}
	if call, ok := c.known[p.CallID]; ok {
		s.call = call.state
	}
	if !c.curious {
		return s
	}
	if first, ok := c.known[p.OrigCallID]; ok && p.OrigCallID != p.CallID {
		s.first = first.state
	}
	for id, call := range c.known {
		if call.state == push.CallRinging {
			s.ringing++
		}
		s.late = s.late || call.first == p.CallID && call.answered && call.state == push.CallOver
		between := call.state == push.CallAnswered && call.from == p.From && call.to == p.To
		s.again = s.again || p.Event == push.NewCall && id != p.CallID && between
	}
	return s
}

// press records that keys were pressed in a call that is known.
func (c *calls) press(p push.Push) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call, ok := c.known[p.CallID]; ok && p.Digits != nil && *p.Digits != "" {
		call.pressed = true
	}
}

// find returns what is remembered of a call; the zero record if nothing is.
func (c *calls) find(id string) record {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call, ok := c.known[id]; ok {
		return *call
	}
	return record{}
}

// remember adds a call, and forgets the oldest one if there are too many.
func (c *calls) remember(id string, call *record) {
	c.known[id] = call
	if len(c.order) < c.limit {
		c.order = append(c.order, id)
		return
	}
	delete(c.known, c.order[c.next])
	c.order[c.next] = id
	c.next = (c.next + 1) % c.limit
}

// drop marks a call as over without its hangup.
func (c *calls) drop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call, ok := c.known[id]; ok {
		call.state = push.CallOver
	}
}

func (c *calls) state(id string) push.CallState {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call, ok := c.known[id]; ok {
		return call.state
	}
	return push.CallUnknown
}

// called is the number that a remembered call went to.
func (c *calls) called(id string) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	call, ok := c.known[id]
	if !ok {
		return "", false
	}
	return call.to, true
}

func (c *calls) len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.known)
}
