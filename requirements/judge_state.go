package requirements

import (
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeStates judges how the application shows a call, if it was asked. A finding needs every push of the call accepted. Anything beyond
// the end of a plain call also needs that end to be shown correctly.
func judgeStates(js *judgements, c transcript.Call) {
	if len(c.States) == 0 || !ShowsState(c) {
		return
	}
	lines := linesOf(c)
	s := states{js: js, call: c}
	s.open, s.cause = hindrance(c)
	switch c.Stimulus {
	case StateApart:
		s.id = StateApart
		s.apart(lines)
		return
	case StateOnce:
		s.id = StateOnce
		s.once(lines)
		return
	case StateLateAnswer:
		s.id = StateLateAnswer
		s.late(lines)
		return
	}
	for _, l := range lines {
		switch next := l.next(lines); {
		case next != nil && l.forwarded:
			s.id = stateForward
			s.forward(l, next)
		case next != nil:
			s.id = stateTransfer
			s.transfer(l, next)
		case !l.diverted:
			s.id = stateEnded
			s.ended(l, nil)
		}
	}
}

// forward judges a forward by its two legs, and the end of the second.
func (s *states) forward(first, second *line) {
	if !s.readable(first, second) {
		return
	}
	if s.goesOn(second, first) {
		s.ended(first, second)
	}
	s.id = stateEnded
	s.ended(second, first)
}

// transfer judges a transfer by its two legs.
func (s *states) transfer(first, second *line) {
	if !s.readable(first, second) {
		return
	}
	judged := true
	if answered := second.when(transcript.CallAnswered); len(answered) > 0 {
		judged = s.pickedUp(first, answered)
	}
	for _, l := range []*line{first, second} {
		if judged && len(l.when(transcript.CallOver)) > 0 {
			judged = s.ended(l, first)
		}
	}
	if judged && !first.ended && !second.ended {
		s.unended(first)
		s.unended(second)
	}
}

// pickedUp judges that the second leg is shown as answered at last. It compares the leg with the first one.
func (s *states) pickedUp(first *line, answered []transcript.StateQuestion) bool {
	plain := first.when(transcript.CallAnswered)
	last := answered[len(answered)-1]
	switch {
	case last.FitsWanted():
		return true
	case len(plain) == 0 || !plain[0].FitsWanted():
		s.js.leaveOpen(s.id, noAnswers, "")
	default:
		s.differs(last, "answered")
	}
	return false
}

// goesOn judges that the second leg of a forward is shown as long as it lasts.
func (s *states) goesOn(second, first *line) bool {
	var lasting []transcript.StateQuestion
	for _, a := range second.asked {
		if a.Wanted != transcript.CallOver {
			lasting = append(lasting, a)
		}
	}
	for i, a := range lasting {
		gone := a.Shown == transcript.CallUnknown && i == len(lasting)-1 && first.known()
		if a.Shown == transcript.CallOver || gone {
			s.differs(a, "ringing or answered, since the call goes on")
			return false
		}
	}
	return true
}

// pushLongCallIDs is the requirement that explains best why an application does not find a call under a long callId.
