package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// leg is one leg of a call, with the states that the application showed for it.
type leg struct {
	name, callID string
	isOutgoing   bool
	isDiverted   bool                       // the leg is the second leg of a transfer or forward
	isAnswered   bool                       // the answer push of the leg was sent
	isEnded      bool                       // the hangup push of the leg was sent
	isForwarded  bool                       // the leg ended by a forward, even if no hangup push was sent
	next         *leg                       // the leg to which this leg was forwarded or transferred; nil: none
	questions    []transcript.StateQuestion // about the state of the leg, with the answers
}

// legsOf returns the legs of a call, in the order in which they began.
func legsOf(c transcript.Call) []*leg {
	var legs []*leg
	byID := map[string]*leg{}
	for _, x := range c.Exchanges {
		l := byID[x.Push.CallID]
		if l == nil {
			l = &leg{name: x.Leg, callID: x.Push.CallID, isDiverted: x.Push.Diversion != ""}
			if first := byID[x.Push.OrigCallID]; l.isDiverted && first != nil && first.next == nil {
				first.next = l
			}
			legs, byID[l.callID] = append(legs, l), l
		}
		l.isOutgoing = l.isOutgoing || x.Push.Direction == push.Outgoing
		l.isAnswered = l.isAnswered || x.Push.Event == push.Answer
		l.isEnded = l.isEnded || x.Push.Event == push.Hangup
		l.isForwarded = l.isForwarded || x.Push.Cause == push.Forwarded
	}
	for _, n := range c.NotSent {
		if l := byID[n.Push.CallID]; l != nil {
			l.isForwarded = l.isForwarded || n.Push.Cause == push.Forwarded
		}
	}
	for _, a := range c.States {
		if l := byID[a.CallID]; l != nil {
			l.questions = append(l.questions, a)
		}
	}
	return legs
}

// wasShown reports whether the application ever showed the leg. startJudging must have found that each question about the leg was answered.
func (l *leg) wasShown() bool {
	return slices.ContainsFunc(l.questions, func(a transcript.StateQuestion) bool { return a.Shown != transcript.CallUnknown })
}

// questionsWhile returns the questions that were asked while the leg should have been in one of these states.
func (l *leg) questionsWhile(states ...transcript.CallState) []transcript.StateQuestion {
	var out []transcript.StateQuestion
	for _, a := range l.questions {
		if slices.Contains(states, a.Wanted) {
			out = append(out, a)
		}
	}
	return out
}

// firstShownWhile returns the first answer about the leg that was given while it should have been in this state. It returns CallUnknown if
// there was no question then.
func (l *leg) firstShownWhile(s transcript.CallState) transcript.CallState {
	if questions := l.questionsWhile(s); len(questions) > 0 {
		return questions[0].Shown
	}
	return transcript.CallUnknown
}
