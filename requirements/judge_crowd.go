package requirements

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/transcript"
)

// judgeCrowd judges calls that were played at the same time: every push has to be accepted, and no call may get the URL of another one.
func judgeCrowd(js *judgements, c transcript.Call) {
	if c.Crowd == 0 {
		return // it was not played
	}
	if c.Crowd == 1 {
		js.leaveOpen(c.Stimulus, "the receiver handles one call at a time, too slowly for two within the time limit", "")
		return
	}
	judgeMixed(js, c)
	judgeAcceptedTogether(js, c)
}

// judgeAcceptedTogether judges whether every push was accepted although many came at once.
func judgeAcceptedTogether(js *judgements, c transcript.Call) {
	id, gap := c.Stimulus, ""
	var missed []int
	for i, x := range c.Exchanges {
		if g, lost := lossBefore(c, i); lost && isLostByOtherPush(c) {
			js.addGap(id, g)
			return
		}
		switch g, refused := refusalGap(x); {
		case refused:
			gap = g.Reason
		case acceptedInTime(x):
		case whyNotJudged(x) != "":
			gap = fmt.Sprintf("of several calls at once, the %s push: %s", x.Push.Event, whyNotJudged(x))
		default:
			missed = append(missed, i)
		}
	}
	there := slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.End != transcript.NotConnected })
	switch {
	case gap != "":
		js.leaveOpen(id, gap, "")
	case len(missed) > 0 && !there:
		js.leaveOpen(id, whyNotConnected(c.Exchanges[missed[0]]), "")
	case len(missed) > 0:
		x := c.Exchanges[missed[0]]
		f := Finding{
			Want: "every push of calls at once accepted, as each is on its own",
			Got:  fmt.Sprintf("of %d calls at once, %d of %d pushes %s not accepted; the first, %s", c.Crowd, len(missed), len(c.Exchanges), were(len(missed)), HowPushWent(x)),
			Call: c.ID, Exchange: missed[0], Conditions: Conditions{Excuses: excusesOfRefusal(id, x)},
		}
		if OverLimit(x) {
			f.Got += "; the receiver limits how many pushes it accepts"
			f.Fix = "Raise the limit, or exempt the addresses of sipgate from it: 50 calls that are answered and end are 150 pushes within seconds."
		}
		js.addFinding(id, f)
	case c.Complete:
		js.addMet(id)
	}
}

func were(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// judgeMixed finds URLs that the receiver gave to one call and that contain the callId of another. Only a callId shows to which call a URL
// belongs, because pushcheck cannot read the receiver's own tokens.
func judgeMixed(js *judgements, c transcript.Call) {
	for i, x := range c.Exchanges {
		doc := x.EffectiveDocument()
		if doc == nil {
			continue
		}
		for _, t := range followUpTargets(*doc.Response) {
			if containsCallID(t.Text, x.Push.CallID) {
				continue
			}
			other := slices.IndexFunc(c.Exchanges, func(o transcript.Exchange) bool { return containsCallID(t.Text, o.Push.CallID) })
			if other >= 0 {
				js.addFinding(callConcurrent, Finding{
					Want: "URLs that name their own call, or no call",
					Got:  fmt.Sprintf("in the response to call %s, the URL of call %s, which was under way at the same time", endOfID(x.Push.CallID), endOfID(c.Exchanges[other].Push.CallID)),
					Call: c.ID, Exchange: i,
				})
				return
			}
		}
	}
}

// containsCallID reports whether a callId occurs in a URL. Shorter ids than sipgate's may occur by chance.
func containsCallID(raw, callID string) bool {
	const shortest = 16
	if len(callID) < shortest {
		return false
	}
	decoded, _ := url.QueryUnescape(raw) // "" if it cannot be
	return strings.Contains(raw, callID) || strings.Contains(decoded, callID)
}

// endOfID returns the end of an id. The ids of a run have the same beginning.
func endOfID(id string) string {
	const enough = 12
	if len(id) <= enough {
		return id
	}
	return "…" + id[len(id)-enough:]
}
