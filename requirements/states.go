package requirements

import (
	"fmt"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	nothingShown = "the application shows no call at all under the callId of the pushes: check that --state-url (or --state-command) looks it up by callId " +
		"and that --state-map says what its words mean"
	noAnswers = "the application does not show a call as answered directly after its answer push; if it has another word for that, " +
		"name it with --state-map WORD=answered"
)

// states judges how the application shows the legs of one call, for one requirement.
type states struct {
	js    *judgements
	call  transcript.Call
	id    string
	open  string // why there can be no finding; "" if there can be one
	cause string // id of the requirement that causes this
}

// hindrance returns why the state of a call cannot be judged: a push of the call was not accepted. It returns "" if all were.
func hindrance(c transcript.Call) (reason, because string) {
	for i, x := range c.Exchanges {
		why, refused := Refusal(x)
		gap, lost := lossBefore(c, i)
		switch {
		case lost:
			return gap.Reason, gap.Because
		case refused:
			return why.reason(x, isSigned(x)), ""
		case LateAnswer(c, x) && x.Status != 0:
		case x.Duplicate && !x.Accepted():
			return fmt.Sprintf("the %s push on %s's leg was not accepted when it came again: %s", x.Push.Event, x.Leg, describeEnd(x)), troubleDuplicatePush
		case !acceptedInTime(x):
			return fmt.Sprintf("the %s push on %s's leg was not accepted: %s", x.Push.Event, x.Leg, describeEnd(x)), causeOfRefusal(x)
		}
	}
	return "", ""
}

// readable reports whether the application could be asked about the legs. If not, it notes a gap.
func (s *states) readable(lines ...*line) bool {
	for _, l := range lines {
		for _, a := range l.asked {
			if a.Shown == "" {
				s.js.leaveOpen(s.id, "the call state could not be read: "+a.Failure, "")
				return false
			}
		}
	}
	return true
}

// ended judges that a leg is over after its hangup, and reports whether it is. If the application never showed the leg, that counts as over
// only if it showed witness, another leg of the call.
func (s *states) ended(l *line, witness *line) bool {
	if !s.readable(l) {
		return false
	}
	after := l.when(transcript.CallOver)
	switch {
	case len(after) == 0 && s.open != "":
		s.js.leaveOpen(s.id, s.open, s.cause)
		return false
	case len(after) == 0:
		s.unended(l)
		return false
	}
	for _, a := range after {
		if !a.FitsWanted() {
			s.differs(a, "over")
			return false
		}
	}
	if !l.known() && (witness == nil || !witness.known()) {
		// The application may show no missed or outgoing calls at all. It should show an answered one.
		if l.answered && !l.outgoing {
			s.js.leaveOpen(s.id, nothingShown, "")
		}
		return false
	}
	s.js.addMet(s.id)
	return true
}

// unended notes why no hangup push of a leg was sent, if that keeps the requirement from being judged.
func (s *states) unended(l *line) {
	for _, n := range s.call.NotSent {
		if n.Push.CallID != l.callID || n.Push.Event != push.Hangup {
			continue
		}
		if n.Reason == transcript.NotSubscribed {
			s.js.setNotRequested(s.call, s.id, "the receiver does not subscribe to the hangup of such a call, so it cannot know when the call ends")
			return
		}
		s.js.addGap(s.id, gapOfNotSent(s.call, n))
	}
}

// differs notes that the application shows something else than it should. It is a gap if pushes were not accepted, or if pushcheck did not
// wait long enough.
func (s *states) differs(a transcript.StateQuestion, want string) {
	switch {
	case s.open != "":
		s.js.leaveOpen(s.id, s.open, s.cause)
		return
	case a.CutShort:
		s.js.leaveOpen(s.id, fmt.Sprintf("the application did not show %s's call correctly at once, and pushcheck no longer waited, after too many earlier timeouts", a.Leg), plainer(s.id))
		return
	}
	index := 0
	for i, x := range s.call.Exchanges {
		if x.Step == a.Step {
			index = i
		}
	}
	f := Finding{Want: fmt.Sprintf("%s's call shown as %s", a.Leg, want), Got: shownAs(a, s.call.Exchanges[index]), Call: s.call.ID, Exchange: index}
	f.Excuses = catalogueExcuses(s.id, push.Push{})
	s.js.addFinding(s.id, f)
}

// plainer returns the first requirement that excuses another one; "" if the catalogue names none.
func plainer(id string) string {
	if all := rulesOf(id).Excuses; len(all) > 0 {
		return all[0].ID
	}
	return ""
}

// shownAs describes what the application showed, and when.
func shownAs(a transcript.StateQuestion, x transcript.Exchange) string {
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
