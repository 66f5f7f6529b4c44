package requirements

import (
	"fmt"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// states judges what the application thought of the legs of one call, for one requirement.
type states struct {
	js    *judgements
	call  transcript.Call
	id    string
	open  string // why nothing can be held against the receiver; "" if it can
	cause string // the requirement that this leads to
}

// judgeStates judges what the application made of a call, as far as somebody asked it. It is blamed only where every push of
// the call was accepted, and, for more than the end of a plain call, where such an end is shown as it should be.
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

// hindrance says why what the application thinks of a call may come from something else: a push that was not accepted.
func hindrance(c transcript.Call) (reason, because string) {
	for i, x := range c.Exchanges {
		why, refused := Refusal(x)
		gap, lost := lostBefore(c, i)
		switch {
		case lost:
			return gap.Reason, gap.Because
		case refused:
			return why.reason(x, signed(x)), ""
		case LateAnswer(c, x) && x.Status != 0:
		case x.Copy && !x.Accepted():
			return fmt.Sprintf("the %s push on %s's leg was not accepted when it came again: %s", x.Push.Event, x.Leg, happened(x)), troubleDuplicatePush
		case !x.Accepted() || tookTooLong(x):
			return fmt.Sprintf("the %s push on %s's leg was not accepted: %s", x.Push.Event, x.Leg, happened(x)), plainest(x)
		}
	}
	return "", ""
}

// readable notes a gap where the application could not be asked about the legs, and says whether it could.
func (s *states) readable(lines ...*line) bool {
	for _, l := range lines {
		for _, a := range l.asked {
			if a.Shown == "" {
				s.js.gap(s.id, "the call state could not be read: "+a.Failure, "")
				return false
			}
		}
	}
	return true
}

const (
	nothingShown = "the application shows no call at all under the callId of the pushes: check that --state-url (or --state-command) looks it up by callId " +
		"and that --state-map says what its words mean"
	noAnswers = "the application does not show a call as answered directly after its answer push; if it has another word for that, " +
		"name it with --state-map WORD=answered"
)

// ended judges that a leg whose hangup came is over, and says whether it could be judged. Where witness is another leg of the
// call, one that the application showed, a leg that it never showed counts as over.
func (s *states) ended(l *line, witness *line) bool {
	if !s.readable(l) {
		return false
	}
	after := l.when(transcript.CallOver)
	switch {
	case len(after) == 0 && s.open != "":
		s.js.gap(s.id, s.open, s.cause)
		return false
	case len(after) == 0:
		s.unended(l)
		return false
	}
	for _, a := range after {
		if !a.Fits() {
			s.blame(a, "over", "")
			return false
		}
	}
	if !l.known() && (witness == nil || !witness.known()) {
		// What it shows of no call it may show of none of that kind: missed ones, outgoing ones. An answered one is another matter.
		if l.answered && !l.outgoing {
			s.js.gap(s.id, nothingShown, "")
		}
		return false
	}
	s.js.met(s.id)
	return true
}

// unended says why no hangup push of a leg was sent, as far as that keeps a requirement from being judged.
func (s *states) unended(l *line) {
	for _, n := range s.call.NotSent {
		if n.Push.CallID != l.callID || n.Push.Event != push.Hangup {
			continue
		}
		if n.Reason == transcript.NotSubscribed {
			s.js.unwanted(s.call, s.id, "the receiver does not subscribe to the hangup of such a call, so it cannot know when the call ends")
			return
		}
		s.js.lost(s.id, notSent(s.call, n))
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

// pickedUp judges that the leg of whoever picked up is shown as answered, at last. The first leg is what it is compared with.
func (s *states) pickedUp(first *line, answered []transcript.Asked) bool {
	plain := first.when(transcript.CallAnswered)
	last := answered[len(answered)-1]
	switch {
	case last.Fits():
		return true
	case len(plain) == 0 || !plain[0].Fits():
		s.js.gap(s.id, noAnswers, "")
	default:
		s.blame(last, "answered", "")
	}
	return false
}

// goesOn judges that the second leg of a forward is shown as long as it lasts.
func (s *states) goesOn(second, first *line) bool {
	var lasting []transcript.Asked
	for _, a := range second.asked {
		if a.Wanted != transcript.CallOver {
			lasting = append(lasting, a)
		}
	}
	for i, a := range lasting {
		gone := a.Shown == transcript.CallUnknown && i == len(lasting)-1 && first.known()
		if a.Shown == transcript.CallOver || gone {
			s.blame(a, "ringing or answered, since the call goes on", "")
			return false
		}
	}
	return true
}

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
		_, lost := lostBefore(s.call, i)
		if why, _ := hindrance(before); why == "" && !lost && x.Push.CallID == second.callID && x.Responded() && !x.Accepted() {
			s.js.broken(s.id, Finding{
				Want: "the pushes of a second call accepted, as those of the first were",
				Got:  fmt.Sprintf("the %s push on %s's leg: %s", x.Push.Event, second.name, happened(x)),
				Call: s.call.ID, Exchange: i, Excuses: []Excuse{{ID: pushLongCallIDs}},
			})
			return
		}
	}
	if !first.known() && !second.known() {
		for _, a := range first.asked {
			if a.Wanted != transcript.CallOver {
				s.blame(a, "the call, under its whole callId of 136 characters", "")
				return
			}
		}
		return
	}
	if answered := first.when(transcript.CallAnswered); len(answered) > 0 && answered[0].Fits() {
		for _, a := range answered[1:] {
			if !a.Fits() {
				s.blame(a, "answered, whatever the other call does", "")
				return
			}
		}
	}
	// Not every application shows calls that ring, or as something else than answered: the first one, while it was alone, tells.
	rang := transcript.CallUnknown
	if rings := first.when(transcript.CallRinging); len(rings) > 0 {
		rang = rings[0].Shown
	}
	for _, a := range second.asked {
		unknown := a.Shown == transcript.CallUnknown && (rang != transcript.CallUnknown || a.Wanted == transcript.CallAnswered)
		answered := a.Shown == transcript.CallAnswered && a.Wanted == transcript.CallRinging && rang == transcript.CallRinging
		if a.Wanted != transcript.CallOver && (a.Shown == transcript.CallOver || unknown || answered) {
			s.blame(a, fmt.Sprintf("%s: it is another call than %s's", a.Wanted, first.name), "")
			return
		}
	}
	if s.open != "" {
		s.js.gap(s.id, s.open, s.cause)
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
			s.blame(a, "ringing or answered, since the call goes on", "")
			return
		}
	}
	s.ended(l, nil)
}

// pushLongCallIDs is the requirement that explains best why an application does not find a call under a long callId.

// blame notes that the application shows something else than it should. It is none if pushes were not accepted, where it
// was not waited for long enough, or where something plainer explains it.
func (s *states) blame(a transcript.Asked, want, fix string) {
	switch {
	case s.open != "":
		s.js.gap(s.id, s.open, s.cause)
		return
	case a.Hasty:
		s.js.gap(s.id, fmt.Sprintf("the application did not show %s's call correctly at once, and pushcheck no longer waited, after too many earlier timeouts", a.Leg), plainer(s.id))
		return
	}
	index := 0
	for i, x := range s.call.Exchanges {
		if x.Step == a.Step {
			index = i
		}
	}
	f := Finding{Want: fmt.Sprintf("%s's call shown as %s", a.Leg, want), Got: shownAs(a, s.call.Exchanges[index]), Fix: fix, Call: s.call.ID, Exchange: index}
	f.Excuses = excusesFor(s.id, push.Push{})
	s.js.broken(s.id, f)
}

// plainer returns the first requirement that excuses another one; "" if the catalogue names none.
func plainer(id string) string {
	if all := rulesOf(id).Excuses; len(all) > 0 {
		return all[0].ID
	}
	return ""
}

// shownAs tells in words what the application showed, and when.
func shownAs(a transcript.Asked, x transcript.Exchange) string {
	text := string(a.Shown)
	if a.Word != "" && a.Word != text {
		text += fmt.Sprintf(" (it says %s)", response.Quote(a.Word))
	}
	after := fmt.Sprintf("the %s push", x.Push.Event)
	if x.Push.Cause != "" {
		after += fmt.Sprintf(" (%s)", x.Push.Cause)
	}
	if x.Leg != a.Leg {
		after += fmt.Sprintf(" on %s's leg", x.Leg)
	}
	if waited := a.Waited.Round(time.Second / 10); waited > 0 {
		return fmt.Sprintf("%s, still %s after %s", text, waited, after)
	}
	return fmt.Sprintf("%s after %s", text, after)
}
