package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// leg is one leg of a call, with the states that the application showed for it.
type leg struct {
	name, callID string
	outgoing     bool
	diverted     bool // it is the second leg of a transfer or forward
	answered     bool // its answer push was sent
	ended        bool // its hangup push was sent
	forwarded    bool // it ended by a forward, even if no hangup push was sent
	next         *leg // the leg to which it was forwarded or transferred; nil: none
	questions    []transcript.StateQuestion
}

// legsOf returns the legs of a call, in the order in which they began.
func legsOf(c transcript.Call) []*leg {
	var legs []*leg
	byID := map[string]*leg{}
	for _, x := range c.Exchanges {
		l := byID[x.Push.CallID]
		if l == nil {
			l = &leg{name: x.Leg, callID: x.Push.CallID, diverted: x.Push.Diversion != ""}
			if first := byID[x.Push.OrigCallID]; l.diverted && first != nil && first.next == nil {
				first.next = l
			}
			legs, byID[l.callID] = append(legs, l), l
		}
		l.outgoing = l.outgoing || x.Push.Direction == push.Outgoing
		l.answered = l.answered || x.Push.Event == push.Answer
		l.ended = l.ended || x.Push.Event == push.Hangup
		l.forwarded = l.forwarded || x.Push.Cause == push.Forwarded
	}
	for _, n := range c.NotSent {
		if l := byID[n.Push.CallID]; l != nil {
			l.forwarded = l.forwarded || n.Push.Cause == push.Forwarded
		}
	}
	for _, a := range c.States {
		if l := byID[a.CallID]; l != nil {
			l.questions = append(l.questions, a)
		}
	}
	return legs
}

// wasShown reports whether the application ever showed the leg. It must have been possible to ask about it.
func (l *leg) wasShown() bool {
	return slices.ContainsFunc(l.questions, func(a transcript.StateQuestion) bool { return a.Shown != transcript.CallUnknown })
}

// askedWhile returns the questions that were asked while the leg should have been in one of these states.
func (l *leg) askedWhile(states ...transcript.CallState) []transcript.StateQuestion {
	var out []transcript.StateQuestion
	for _, a := range l.questions {
		if slices.Contains(states, a.Wanted) {
			out = append(out, a)
		}
	}
	return out
}

// shownAtFirst returns the first answer about the leg while it should have been in this state. If the application was not asked, it returns
// CallUnknown.
func (l *leg) shownAtFirst(s transcript.CallState) transcript.CallState {
	if asked := l.askedWhile(s); len(asked) > 0 {
		return asked[0].Shown
	}
	return transcript.CallUnknown
}
