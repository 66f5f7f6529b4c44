package receiver

import "github.com/pushcheck/pushcheck/push"

// stateFaults are faults in the states that the receiver remembers. Its responses are correct.
func stateFaults() []Fault {
	return withPhase(Memory, []Fault{
		{
			Name: "state-forgets-hangup", Description: "shows a call as going on after its hangup push", Breaks: []string{"state.ended"},
			changeRemembered: ignoringHangups(func(*calls, push.Push) bool { return true }),
		},
		{
			Name: "state-keeps-missed", Description: "shows a call that was never answered as ringing for ever", Breaks: []string{"state.ended"},
			changeRemembered: ignoringHangups(func(c *calls, p push.Push) bool {
				return p.Diversion == "" && c.state(p.CallID) == push.CallRinging && p.Cause != push.Forwarded
			}),
		},
		{
			Name: "state-transfer-keeps-first", Description: "shows the first call as going on after a transfer", Breaks: []string{"state.transfer"},
			changeRemembered: ignoringHangups(func(c *calls, p push.Push) bool {
				return c.state(p.CallID) == push.CallAnswered && c.wasSentOn(p.CallID)
			}),
		},
		{
			Name: "state-transfer-keeps-second", Description: "shows the second call as ringing after an unanswered transfer", Breaks: []string{"state.transfer"},
			changeRemembered: ignoringHangups(func(c *calls, p push.Push) bool { return p.Diversion != "" && c.state(p.CallID) == push.CallRinging }),
		},
		{
			Name: "state-transfer-ends-both", Description: "shows both calls of a transfer as over when the first one is", Breaks: []string{"state.transfer"},
			changeRemembered: func(c *calls, p push.Push) (push.Push, bool) {
				if p.Event == push.Hangup && c.state(p.CallID) == push.CallAnswered {
					c.endNextLegs(p.CallID)
				}
				return p, true
			},
		},
		{
			Name: "state-forward-keeps-first", Description: "shows a forwarded call as still ringing", Breaks: []string{"state.forward"},
			changeRemembered: ignoringHangups(func(_ *calls, p push.Push) bool { return p.Cause == push.Forwarded }),
		},
		{
			Name: "state-truncates-ids", Description: "cuts callIds off after 128 characters, so that two calls become one", Breaks: []string{"state.apart"},
			changeRemembered: func(_ *calls, p push.Push) (push.Push, bool) {
				p.CallID = p.CallID[:min(len(p.CallID), 128)]
				return p, true
			},
		},
		{
			Name: "state-counts-duplicates", Description: "counts a newCall that comes twice as two calls, and a hangup ends only one of them", Breaks: []string{"state.once"},
			changeRemembered: ignoringHangups(func(c *calls, p push.Push) bool { return c.takeNewCallCount(p.CallID) > 1 }),
		},
		{
			Name: "state-reopens", Description: "shows a call as answered if an answer push comes after the hangup push", Breaks: []string{"state.late-answer"},
			changeRemembered: func(c *calls, p push.Push) (push.Push, bool) {
				if p.Event == push.Answer {
					c.reopen(p.CallID)
				}
				return p, true
			},
		},
	})
}

// ignoringHangups makes a receiver that ignores some hangup pushes.
func ignoringHangups(isIgnored func(*calls, push.Push) bool) func(*calls, push.Push) (push.Push, bool) {
	return func(c *calls, p push.Push) (push.Push, bool) { return p, p.Event != push.Hangup || !isIgnored(c, p) }
}

// wasSentOn reports whether a leg was sent on to another leg.
func (c *calls) wasSentOn(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, call := range c.known {
		if call.firstLeg == id {
			return true
		}
	}
	return false
}

// endNextLegs ends the legs that a leg was sent on to.
func (c *calls) endNextLegs(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, call := range c.known {
		if call.firstLeg == id {
			call.state = push.CallOver
		}
	}
}

// reopen makes a leg that was over ring again.
func (c *calls) reopen(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call, ok := c.known[id]; ok && call.state == push.CallOver {
		call.state = push.CallRinging
	}
}

// takeNewCallCount returns how many newCalls of a leg have come, and subtracts one.
func (c *calls) takeNewCallCount(id string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	call, ok := c.known[id]
	if !ok {
		return 0
	}
	call.newCallCount--
	return call.newCallCount + 1
}
