package requirements

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// late judges that an answer push did not reopen a call if its hangup push had come before.
func (s *states) late(lines []*line) {
	if len(lines) != 1 || !s.readable(lines...) {
		return
	}
	l := lines[0]
	over := l.when(transcript.CallOver)
	sent := slices.ContainsFunc(s.call.Exchanges, func(x transcript.Exchange) bool { return LateAnswer(s.call, x) })
	switch {
	case s.open != "":
		s.js.leaveOpen(s.id, s.open, s.cause)
	case len(over) == 0:
		s.unended(l)
	case !over[0].FitsWanted():
		s.js.leaveOpen(s.id, fmt.Sprintf("the application did not show %s's call as over before the answer push was sent", l.name), plainer(s.id))
	case !sent:
		s.unanswered(l)
	case !over[len(over)-1].FitsWanted():
		s.differs(over[len(over)-1], "over, since its hangup push came before the answer push")
	case !l.known():
		s.js.setNotApplicable(s.id, "the application shows a call only when it is answered")
	default:
		s.js.addMet(s.id)
	}
}

// unanswered notes why the answer push of a leg was not sent.
func (s *states) unanswered(l *line) {
	for _, n := range s.call.NotSent {
		switch {
		case n.Push.CallID != l.callID || n.Push.Event != push.Answer:
		case n.Reason == transcript.NotSubscribed:
			s.js.setNotApplicable(s.id, "the receiver does not subscribe to the answer of such a call")
		default:
			s.js.addGap(s.id, gapOfNotSent(s.call, n))
		}
	}
}
