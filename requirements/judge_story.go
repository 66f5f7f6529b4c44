package requirements

import (
	"fmt"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeStory judges a call as a whole: every push of it accepted, to the end. A refused push is a finding of the
// call only if such a push alone is accepted, so each finding names the requirements that would excuse it.
func judgeStory(js *judgements, c transcript.Call) {
	id := storyOf(c.Scenario)
	switch {
	case !judged(c):
		return
	case id == callMenu:
		judgeMenu(js, c)
		return
	case c.Steered:
		js.notApplicable(id, steersAll(c)+"; name a number that it lets through, --numbers through=NUMBER")
		return
	}
	if !takesAll(js, id, c) {
		return
	}
	if len(c.NotSent) > 0 {
		n := c.NotSent[0]
		if n.Reason == transcript.NoOutgoing {
			js.notApplicable(id, n.Detail)
			return
		}
		if n.Reason == transcript.NotSubscribed && (n.Push.Diversion == "" || !subscribedFirst(c, n.Push.Event)) {
			js.unwanted(c, id, fmt.Sprintf("the receiver does not subscribe to the %s of such a call", n.Push.Event))
			return
		}
		js.lost(id, notSent(c, n))
		return
	}
	if c.Complete {
		js.met(id)
	}
}

// subscribedFirst reports whether the first response of a call asked for an event.
func subscribedFirst(c transcript.Call, e push.Event) bool {
	for _, x := range c.Exchanges {
		if doc := x.Effective(); doc != nil {
			return e == push.Answer && doc.Response.OnAnswer != nil || e == push.Hangup && doc.Response.OnHangup != nil
		}
	}
	return false
}

// judgeWithheld notes what could not be judged because a push was not sent: the plain requirement of its event, and that of the odd push
// for which the call is played. If the odd push was another one, it was judged, and this gap does not matter.
func judgeWithheld(js *judgements, c transcript.Call) {
	for _, n := range c.NotSent {
		plain := plainOf(n.Push)
		if plain == "" || n.Reason == transcript.NotSubscribed {
			continue
		}
		why := strings.TrimSuffix(string(n.Reason)+"; "+n.Detail, "; ")
		of := js.about(ofPush(c, n.Push, false))
		of.lost(plain, withheld(c, n, "the push was not sent", why))
		if oddPush(c) && c.Stimulus != plain {
			of.lost(c.Stimulus, withheld(c, n, "the push was not sent", why))
		}
		if n.Reason == transcript.Blocked {
			js.gap(followingReachable, n.Detail, followingHTTPS)
		}
		if n.Reason == transcript.NotAllowed || n.Reason == transcript.Prevented {
			js.gap(followingReachable, n.Detail, "")
			js.gap(followingHTTPS, n.Detail, "")
		}
	}
}
