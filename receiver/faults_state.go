package receiver

import "github.com/pushcheck/pushcheck/push"

// stateFaults are faults in the states that the receiver remembers. Its responses are correct.
func stateFaults() []Fault {
	return inPhase(Memory, []Fault{
		{
			Name: "state-forgets-hangup", Summary: "shows a call as going on after its hangup push", Breaks: []string{"state.ended"},
			recall: deaf(func(*calls, push.Push) bool { return true }),
		},
		{
			Name: "state-keeps-missed", Summary: "shows a call that was never answered as ringing for ever", Breaks: []string{"state.ended"},
			recall: deaf(func(c *calls, p push.Push) bool {
				return p.Diversion == "" && c.state(p.CallID) == push.CallRinging && p.Cause != push.Forwarded
			}),
		},
		{
			Name: "state-transfer-keeps-first", Summary: "shows the first call as going on after a transfer", Breaks: []string{"state.transfer"},
			recall: deaf(func(c *calls, p push.Push) bool { return c.state(p.CallID) == push.CallAnswered && c.ledOn(p.CallID) }),
		},
		{
			Name: "state-transfer-keeps-second", Summary: "shows the second call as ringing after an unanswered transfer", Breaks: []string{"state.transfer"},
			recall: deaf(func(c *calls, p push.Push) bool { return p.Diversion != "" && c.state(p.CallID) == push.CallRinging }),
		},
		{
			Name: "state-transfer-ends-both", Summary: "shows both calls of a transfer as over when the first one is", Breaks: []string{"state.transfer"},
			recall: func(c *calls, p push.Push) (push.Push, bool) {
				if p.Event == push.Hangup && c.state(p.CallID) == push.CallAnswered {
					c.endNext(p.CallID)
				}
				return p, true
			},
		},
		{
			Name: "state-forward-keeps-first", Summary: "shows a forwarded call as still ringing", Breaks: []string{"state.forward"},
			recall: deaf(func(_ *calls, p push.Push) bool { return p.Cause == push.Forwarded }),
		},
		{
			Name: "state-truncates-ids", Summary: "cuts callIds off after 128 characters, so that two calls become one", Breaks: []string{"state.apart"},
			recall: func(_ *calls, p push.Push) (push.Push, bool) {
				p.CallID = p.CallID[:min(len(p.CallID), 128)]
				return p, true
			},
		},
		{
			Name: "state-counts-duplicates", Summary: "counts a newCall that comes twice as two calls, and a hangup ends only one of them", Breaks: []string{"state.once"},
			recall: deaf(func(c *calls, p push.Push) bool { return c.counted(p.CallID) > 1 }),
		},
		{
			Name: "state-reopens", Summary: "shows a call as answered if an answer push comes after the hangup push", Breaks: []string{"state.late-answer"},
			recall: func(c *calls, p push.Push) (push.Push, bool) {
				if p.Event == push.Answer {
					c.reopen(p.CallID)
				}
				return p, true
			},
		},
	})
}

// deaf makes a receiver that ignores some hangup pushes.
func deaf(to func(*calls, push.Push) bool) func(*calls, push.Push) (push.Push, bool) {
	return func(c *calls, p push.Push) (push.Push, bool) { return p, p.Event != push.Hangup || !to(c, p) }
}

// ledOn reports whether a leg was sent on to another leg.
func (c *calls) ledOn(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, call := range c.known {
		if call.first == id {
			return true
		}
	}
	return false
}

// endNext ends the legs that a leg was sent on to.
func (c *calls) endNext(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, call := range c.known {
		if call.first == id {
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

// counted returns how many newCalls of a leg have come, and subtracts one.
func (c *calls) counted(id string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	call, ok := c.known[id]
	if !ok {
		return 0
	}
	call.rows--
	return call.rows + 1
}
