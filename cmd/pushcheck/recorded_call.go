package main

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/internal/derive"
	"github.com/pushcheck/pushcheck/push"
)

// recordedCalls groups pushes by the call that they are about.
type recordedCalls struct {
	count  int
	recent []*recordedCall
	byID   map[string]*recordedCall // the same calls, by callId, origCallId and xcid
}

// mostRecent is the number of calls that are remembered.
const mostRecent = 1000

// recordedCall holds the pushes of one call.
type recordedCall struct {
	number    int
	pushes    map[int]derive.Recorded // by the order in which they came
	live      map[string]bool         // callIds of legs without a hangup
	past      bool                    // the receiver names URLs that may lead past the recorder
	concluded bool
	written   bool        // its scenario was written
	timer     *time.Timer // when it ends, the call counts as over; nil: a leg still goes on
}

// add adds a push to its call.
func (cs *recordedCalls) add(number int, r derive.Recorded) *recordedCall {
	var c *recordedCall
	ids := slices.DeleteFunc([]string{r.Push.CallID, r.Push.OrigCallID, r.Push.XCID}, func(id string) bool { return id == "" })
	for _, id := range ids {
		c = cmp.Or(c, cs.byID[id])
	}
	if c == nil {
		cs.count++
		c = &recordedCall{number: cs.count, pushes: map[int]derive.Recorded{}, live: map[string]bool{}}
		cs.recent = append(cs.recent, c)
	}
	for _, id := range ids {
		cs.byID[id] = c
	}
	c.pushes[number] = r
	switch r.Push.Event {
	case push.NewCall:
		c.live[r.Push.CallID] = true
	case push.Hangup:
		delete(c.live, r.Push.CallID)
	}
	return c
}

// forget removes the oldest call if there are too many calls, and returns it. Otherwise it returns nil.
func (cs *recordedCalls) forget() *recordedCall {
	if len(cs.recent) <= mostRecent {
		return nil
	}
	oldest := cs.recent[0]
	cs.recent = cs.recent[1:]
	maps.DeleteFunc(cs.byID, func(_ string, c *recordedCall) bool { return c == oldest })
	oldest.stop()
	return oldest
}

// inOrder returns the pushes in the order in which they came.
func (c *recordedCall) inOrder() []derive.Recorded {
	var out []derive.Recorded
	for _, number := range slices.Sorted(maps.Keys(c.pushes)) {
		out = append(out, c.pushes[number])
	}
	return out
}

// afterwards is how long a call may be without a leg before it counts as over. A forward begins its next leg 0.1 s after the end of the
// first.
const afterwards = 2 * time.Second

// wait starts the timer after which the call counts as over.
func (c *recordedCall) wait(over func()) {
	c.stop()
	c.concluded = false
	if len(c.live) == 0 {
		c.timer = time.AfterFunc(afterwards, over)
	}
}

// stop stops that timer.
func (c *recordedCall) stop() {
	if c.timer != nil {
		c.timer.Stop()
	}
}
