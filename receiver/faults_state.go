package receiver

import "github.com/pushcheck/pushcheck/push"

// stateFaults lists the faults in the states that the receiver remembers. The responses of these receivers are correct.
func stateFaults() []Fault {
	return setPhase(Memory, []Fault{
		{
			Name: "state-forgets-hangup", Description: "shows a call as going on after its hangup push", Breaks: []string{"state.ended"},
			rewritePush: ignoreHangups(func(*callStore, push.Push) bool { return true }),
		},
		{
			Name: "state-keeps-missed", Description: "shows a call that was never answered as ringing for ever", Breaks: []string{"state.ended"},
			rewritePush: ignoreHangups(func(c *callStore, p push.Push) bool {
				return p.Diversion == "" && c.state(p.CallID) == push.CallRinging && p.Cause != push.Forwarded
			}),
		},
		{
			Name: "state-transfer-keeps-first", Description: "shows the first call as going on after a transfer", Breaks: []string{"state.transfer"},
			rewritePush: ignoreHangups(func(c *callStore, p push.Push) bool {
				return c.state(p.CallID) == push.CallAnswered && c.hasNextLeg(p.CallID)
			}),
		},
		{
			Name: "state-transfer-keeps-second", Description: "shows the second call as ringing after an unanswered transfer", Breaks: []string{"state.transfer"},
			rewritePush: ignoreHangups(func(c *callStore, p push.Push) bool {
				return p.Diversion != "" && c.state(p.CallID) == push.CallRinging
			}),
		},
		{
			Name: "state-transfer-ends-both", Description: "shows both calls of a transfer as over when the first one is", Breaks: []string{"state.transfer"},
			rewritePush: func(c *callStore, p push.Push) (push.Push, bool) {
				if p.Event == push.Hangup && c.state(p.CallID) == push.CallAnswered {
					c.endNextLegs(p.CallID)
				}
				return p, true
			},
		},
		{
			Name: "state-forward-keeps-first", Description: "shows a forwarded call as still ringing", Breaks: []string{"state.forward"},
			rewritePush: ignoreHangups(func(_ *callStore, p push.Push) bool { return p.Cause == push.Forwarded }),
		},
		{
			Name: "state-truncates-ids", Description: "cuts callIds off after 128 characters, so that two calls become one", Breaks: []string{"state.apart"},
			rewritePush: func(_ *callStore, p push.Push) (push.Push, bool) {
				p.CallID = p.CallID[:min(len(p.CallID), 128)]
				return p, true
			},
		},
		{
			Name: "state-counts-duplicates", Description: "counts a newCall that comes twice as two calls, and a hangup ends only one of them", Breaks: []string{"state.once"},
			rewritePush: ignoreHangups(func(c *callStore, p push.Push) bool { return c.countDownNewCalls(p.CallID) > 1 }),
		},
		{
			Name: "state-reopens", Description: "shows a call as answered if an answer push comes after the hangup push", Breaks: []string{"state.late-answer"},
			rewritePush: func(c *callStore, p push.Push) (push.Push, bool) {
				if p.Event == push.Answer {
					c.reopen(p.CallID)
				}
				return p, true
			},
		},
	})
}

// ignoreHangups returns a function for Fault.rewritePush that makes the receiver forget some hangup pushes.
func ignoreHangups(isIgnored func(*callStore, push.Push) bool) func(*callStore, push.Push) (push.Push, bool) {
	return func(c *callStore, p push.Push) (push.Push, bool) {
		return p, p.Event != push.Hangup || !isIgnored(c, p)
	}
}

// hasNextLeg reports whether a leg was forwarded or transferred to another leg.
func (c *callStore) hasNextLeg(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, call := range c.byID {
		if call.firstLegID == id {
			return true
		}
	}
	return false
}

// endNextLegs marks as over every leg to which the given leg was forwarded or transferred.
func (c *callStore) endNextLegs(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, call := range c.byID {
		if call.firstLegID == id {
			call.state = push.CallOver
		}
	}
}

// reopen marks a leg as ringing again if the leg was over.
func (c *callStore) reopen(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call, ok := c.byID[id]; ok && call.state == push.CallOver {
		call.state = push.CallRinging
	}
}

// countDownNewCalls decreases the count of newCalls of a leg by 1, and returns the count before.
func (c *callStore) countDownNewCalls(id string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	call, ok := c.byID[id]
	if !ok {
		return 0
	}
	call.newCallCount--
	return call.newCallCount + 1
}
