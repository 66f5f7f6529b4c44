package requirements

import (
	"fmt"

	"github.com/pushcheck/pushcheck/transcript"
)

// apart judges that the two calls of StateApart are two for the application as well. The second began while the first went
// on, and the first was over before it.
func (s *states) apart(lines []*line) {
	if len(lines) != 2 || !s.readable(lines...) {
		return
	}
	first, second := lines[0], lines[1]
	for i, x := range s.call.Exchanges {
		before := s.call
		before.Exchanges = s.call.Exchanges[:i]
		_, lost := lossBefore(s.call, i)
		if why, _ := hindrance(before); why == "" && !lost && x.Push.CallID == second.callID && x.Responded() && !x.Accepted() {
			s.js.addFinding(s.id, Finding{
				Want: "the pushes of a second call accepted, as those of the first were",
				Got:  fmt.Sprintf("the %s push on %s's leg: %s", x.Push.Event, second.name, describeEnd(x)),
				Call: s.call.ID, Exchange: i, Conditions: Conditions{Excuses: []Excuse{{ID: pushLongCallIDs}}},
			})
			return
		}
	}
	if !first.known() && !second.known() {
		for _, a := range first.asked {
			if a.Wanted != transcript.CallOver {
				s.differs(a, "the call, under its whole callId of 136 characters")
				return
			}
		}
		return
	}
	if answered := first.when(transcript.CallAnswered); len(answered) > 0 && answered[0].FitsWanted() {
		for _, a := range answered[1:] {
			if !a.FitsWanted() {
				s.differs(a, "answered, whatever the other call does")
				return
			}
		}
	}
	// Some applications do not show calls that ring, or show them as answered. How the first call was shown while it was alone decides.
	rang := transcript.CallUnknown
	if rings := first.when(transcript.CallRinging); len(rings) > 0 {
		rang = rings[0].Shown
	}
	for _, a := range second.asked {
		unknown := a.Shown == transcript.CallUnknown && (rang != transcript.CallUnknown || a.Wanted == transcript.CallAnswered)
		answered := a.Shown == transcript.CallAnswered && a.Wanted == transcript.CallRinging && rang == transcript.CallRinging
		if a.Wanted != transcript.CallOver && (a.Shown == transcript.CallOver || unknown || answered) {
			s.differs(a, fmt.Sprintf("%s: it is another call than %s's", a.Wanted, first.name))
			return
		}
	}
	if s.open != "" {
		s.js.leaveOpen(s.id, s.open, s.cause)
		return
	}
	s.ended(first, nil)
}

// once judges that pushes which came twice changed nothing the second time.
func (s *states) once(lines []*line) {
	if len(lines) != 1 || !s.readable(lines...) {
		return
	}
	l := lines[0]
	for _, a := range l.asked {
		if a.Wanted != transcript.CallOver && a.Shown == transcript.CallOver {
			s.differs(a, "ringing or answered, since the call goes on")
			return
		}
	}
	s.ended(l, nil)
}
