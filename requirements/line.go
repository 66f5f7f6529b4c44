package requirements

import (
	"cmp"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// line is one leg of a call, with the states that the application showed.
type line struct {
	name, callID string
	origin       string // the callId of the leg that it came out of
	outgoing     bool
	diverted     bool // it is the second leg of a transfer or forward
	answered     bool // its answer push was sent
	ended        bool // its hangup push was sent
	forwarded    bool // it ended by a forward, even if no hangup push was sent
	asked        []transcript.StateQuestion
}

// linesOf returns the legs of a call, in the order in which they began.
func linesOf(c transcript.Call) []*line {
	var out []*line
	for _, x := range c.Exchanges {
		i := slices.IndexFunc(out, func(l *line) bool { return l.callID == x.Push.CallID })
		if i < 0 {
			i = len(out)
			out = append(out, &line{name: x.Leg, callID: x.Push.CallID, diverted: x.Push.Diversion != ""})
		}
		l := out[i]
		l.origin = cmp.Or(l.origin, x.Push.OrigCallID)
		l.outgoing = l.outgoing || x.Push.Direction == push.Outgoing
		l.answered = l.answered || x.Push.Event == push.Answer
		l.ended = l.ended || x.Push.Event == push.Hangup
		l.forwarded = l.forwarded || x.Push.Cause == push.Forwarded
	}
	for _, n := range c.NotSent {
		for _, l := range out {
			if l.callID == n.Push.CallID {
				l.forwarded = l.forwarded || n.Push.Cause == push.Forwarded
			}
		}
	}
	for _, a := range c.States {
		for _, l := range out {
			if l.callID == a.CallID {
				l.asked = append(l.asked, a)
			}
		}
	}
	return out
}

// next returns the leg to which this one was forwarded or transferred; nil if there is none.
func (l *line) next(lines []*line) *line {
	for _, o := range lines {
		if o.diverted && o.origin == l.callID {
			return o
		}
	}
	return nil
}

// known reports whether the application ever showed the leg. It must have been possible to ask it.
func (l *line) known() bool {
	return slices.ContainsFunc(l.asked, func(a transcript.StateQuestion) bool {
		return a.Shown != transcript.CallUnknown
	})
}

// when returns the questions that were asked while the leg should have been in this state.
func (l *line) when(s transcript.CallState) []transcript.StateQuestion {
	var out []transcript.StateQuestion
	for _, a := range l.asked {
		if a.Wanted == s {
			out = append(out, a)
		}
	}
	return out
}
