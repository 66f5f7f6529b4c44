package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// steersAll describes what the receiver does with calls like this one, which it steered.
func steersAll(c transcript.Call) string {
	i := slices.IndexFunc(c.Skipped, func(s transcript.Skipped) bool { return s.Does != "" })
	if i < 0 {
		return "the receiver steers every such call itself"
	}
	text := "the receiver " + c.Skipped[i].Does + " every call"
	if leg := c.Skipped[i].Leg; len(c.Exchanges) > 0 && leg != c.Exchanges[0].Leg {
		text += " to " + leg
	}
	return text
}

// judgeSteered judges the pushes that follow from the receiver's own action.
func judgeSteered(js *judgements, c transcript.Call) {
	const id = callSteered
	if !steeredAway(c) || !takesAll(js, id, c) || !sendsAll(js, id, c) {
		return
	}
	sent := slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool {
		return x.Push.Event == push.Answer || x.Push.Event == push.Hangup
	})
	switch {
	case !sent:
		js.notApplicable(id, "the receiver does not subscribe to the pushes that follow its action")
	case c.Complete:
		js.met(id)
	}
}

// judgeMenu judges a call in which the receiver gathers digits. Keys are pressed or not.
func judgeMenu(js *judgements, c transcript.Call) {
	const id = callMenu
	gathered := slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.Push.Event == push.DTMF })
	if !gathered && c.Steered {
		js.notApplicable(id, steersAll(c)+"; name a number at which it gathers digits, --numbers gather=NUMBER")
		return
	}
	if !takesAll(js, id, c) || !sendsAll(js, id, c) {
		return
	}
	switch {
	case !gathered:
		js.unwanted(c, id, "the receiver gathers no digits in such a call; name a number at which it does, --numbers gather=NUMBER")
	case c.Complete:
		js.met(id)
	}
}
