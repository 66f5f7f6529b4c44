package requirements

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/transcript"
)

// LostSince says in words how the receiver was lost, and since which calls.
func LostSince(l transcript.Loss) string {
	seen := "the receiver has accepted no connection"
	if l.Silent {
		seen = "the receiver accepts connections and has accepted no push"
	}
	if l.GaveUp {
		return stoppedWaiting
	}
	switch names := suspects(l); {
	case l.Requirement != "":
		return fmt.Sprintf("%s since the call for %s", seen, l.Requirement)
	case len(l.Suspects) == 0:
		return anyMore(l) + ", and it is not known why"
	case len(l.Suspects) == 1:
		return fmt.Sprintf("%s since the call for %s", seen, names[0])
	default:
		return fmt.Sprintf("%s since the calls for %s, which were under way at the same time", seen, enumerate(names, "and"))
	}
}

// LostIn says in a few words in which calls the receiver was lost, for a verdict below the sentence of LostSince.
func LostIn(l transcript.Loss) string {
	names := suspects(l)
	if l.Requirement != "" {
		names = []string{l.Requirement}
	}
	switch len(names) {
	case 0:
		return "the receiver was lost, and it is not known why"
	case 1:
		return "the receiver was lost in the call for " + names[0]
	}
	return "the receiver was lost in one of the calls for " + enumerate(names, "or")
}

const stoppedWaiting = "the receiver stopped again and again, and the run no longer waited for it to accept connections"

// anyMore says in words what a lost receiver does not accept any more.
func anyMore(l transcript.Loss) string {
	if l.GaveUp {
		return stoppedWaiting
	}
	if l.Silent {
		return "the receiver accepts connections but no push"
	}
	return "the receiver no longer accepts connections"
}

// suspects lists the requirements that the receiver may have been lost by, each once.
func suspects(l transcript.Loss) []string {
	var out []string
	for _, id := range l.Suspects {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// RestartAdvice says, to follow LostSince, how to find out which call the receiver was lost by; "" if there is none to suspect.
func RestartAdvice(l transcript.Loss) string {
	switch names := suspects(l); len(names) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("; start it again, and use --only %s to see whether that call is the reason", names[0])
	}
	return "; start it again, and play each of them by itself with --only ID to see which is the reason"
}

// lossGap is what a loss leaves unknown of a requirement. what says what was left undone, and seen what was met instead, if it is known by
// which push the receiver was lost.
func lossGap(l transcript.Loss, what, seen string) Gap {
	if l.Requirement == "" && len(l.Suspects) > 0 {
		return Gap{Reason: what + LostSince(l) + RestartAdvice(l), Loss: true}
	}
	return Gap{Reason: what + seen, Because: l.Requirement, Loss: true}
}

// lostBefore returns what is unknown of an exchange of a call because the receiver was lost: by then, or it is not known by which push and
// this may be it. It returns false if the exchange is judged by what happened.
func lostBefore(c transcript.Call, i int) (Gap, bool) {
	x := c.Exchanges[i]
	if c.Lost == nil || !broke(x) {
		return Gap{}, false
	}
	at := lostAt(c)
	after := i > at && (at >= 0 || x.End == transcript.NotConnected)
	if c.Lost.Requirement != "" && !after {
		return Gap{}, false
	}
	seen := "the receiver no longer accepted pushes: " + happened(x)
	if x.End == transcript.NotConnected {
		seen = nobodyMet(x)
	}
	return lossGap(*c.Lost, "", seen), true
}

// lostAt is the index of the exchange after which the receiver accepted no connection or no push; -1 if none is known. A push that met no
// receiver is none.
func lostAt(c transcript.Call) int {
	return slices.IndexFunc(c.Exchanges, func(x transcript.Exchange) bool {
		return (x.Aftermath.Gone || x.Aftermath.Silent) && x.End != transcript.NotConnected
	})
}

// lostByAnother reports whether the receiver was lost within a call, and not by what the call was played for as far as is known.
func lostByAnother(c transcript.Call) bool {
	return c.Lost != nil && c.Lost.Requirement != c.Stimulus
}

// notSent returns what is unknown of a call because a push of it did not go out.
func notSent(c transcript.Call, n transcript.NotSent) Gap {
	return withheld(c, n, fmt.Sprintf("the %s push on %s's leg was not sent", n.Push.Event, n.Leg), string(n.Reason))
}

// withheld is notSent in other words: what says which push did not go out, and why says why.
func withheld(c transcript.Call, n transcript.NotSent, what, why string) Gap {
	if c.Lost != nil && (n.Reason == transcript.Stopped || n.Reason == transcript.NotReached) {
		return lossGap(*c.Lost, what+": ", anyMore(*c.Lost))
	}
	return Gap{Reason: what + ": " + why, Because: missing(n)}
}
