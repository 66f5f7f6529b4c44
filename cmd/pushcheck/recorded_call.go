package main

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/internal/derive"
	"github.com/pushcheck/pushcheck/push"
)

// recordedCalls groups recorded pushes by the call that they are about.
type recordedCalls struct {
	count int                      // number of calls so far, including those that are no longer in memory
	calls []*recordedCall          // calls in memory, the oldest first
	byID  map[string]*recordedCall // the same calls, by callId, origCallId and xcid
}

// maxRecordedCalls is the number of calls that are kept in memory.
const maxRecordedCalls = 1000

// recordedCall holds the pushes of one call.
type recordedCall struct {
	number      int                         // counted from 1
	pushes      map[int]derive.RecordedPush // by the number of the request in which the push came
	openLegs    map[string]bool             // legs without a hangup push, by callId
	mayBypass   bool                        // the receiver names URLs at other origins, so pushes of this call may bypass the recorder
	isReported  bool                        // since the last push of the call, its scenario was written, or the reason why there is none was printed
	hasScenario bool                        // the file with its scenario was written
	timer       *time.Timer                 // fires when the call counts as over; nil: it was never started
}

// add adds a push to the call that it is about, and returns the call. number is the number of the request in which the push came.
func (cs *recordedCalls) add(number int, r derive.RecordedPush) *recordedCall {
	var c *recordedCall
	ids := slices.DeleteFunc([]string{r.Push.CallID, r.Push.OrigCallID, r.Push.XCID}, func(id string) bool { return id == "" })
	for _, id := range ids {
		c = cmp.Or(c, cs.byID[id])
	}
	if c == nil {
		cs.count++
		c = &recordedCall{number: cs.count, pushes: map[int]derive.RecordedPush{}, openLegs: map[string]bool{}}
		cs.calls = append(cs.calls, c)
	}
	for _, id := range ids {
		cs.byID[id] = c
	}
	c.pushes[number] = r
	switch r.Push.Event {
	case push.NewCall:
		c.openLegs[r.Push.CallID] = true
	case push.Hangup:
		delete(c.openLegs, r.Push.CallID)
	}
	return c
}

// removeOldest removes the oldest call and returns it, if there are more than maxRecordedCalls calls in memory. Otherwise it returns nil.
func (cs *recordedCalls) removeOldest() *recordedCall {
	if len(cs.calls) <= maxRecordedCalls {
		return nil
	}
	oldest := cs.calls[0]
	cs.calls = cs.calls[1:]
	maps.DeleteFunc(cs.byID, func(_ string, c *recordedCall) bool { return c == oldest })
	oldest.stopTimer()
	return oldest
}

// sortedPushes returns the pushes in the order in which they came.
func (c *recordedCall) sortedPushes() []derive.RecordedPush {
	var out []derive.RecordedPush
	for _, number := range slices.Sorted(maps.Keys(c.pushes)) {
		out = append(out, c.pushes[number])
	}
	return out
}

// callEndDelay is the time between the end of the last leg of a call and the moment when the call counts as over. Another leg may begin in
// this time. For example, the second leg of a forward begins 0.1 s after the end of the first leg.
const callEndDelay = 2 * time.Second

// startTimer is called after each push. It stops the timer, and starts it again if all legs of the call have ended. The timer calls onOver
// when the call counts as over.
func (c *recordedCall) startTimer(onOver func()) {
	c.stopTimer()
	c.isReported = false
	if len(c.openLegs) == 0 {
		c.timer = time.AfterFunc(callEndDelay, onOver)
	}
}

// stopTimer stops the timer of startTimer.
func (c *recordedCall) stopTimer() {
	if c.timer != nil {
		c.timer.Stop()
	}
}
