package requirements

import (
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeLegs judges the subscriptions of each newCall response.
func judgeLegs(js *judgements, c transcript.Call) {
	var first *response.Response
	for i, x := range c.Exchanges {
		if x.Push.Event != push.NewCall {
			continue
		}
		if meant := x.Meant(); meant != nil {
			judgePair(js, c, i, *meant.Response)
		}
		doc, second := x.Effective(), x.Push.Diversion != "" && first != nil && first.OnHangup != nil
		switch {
		case doc == nil && second:
			judgeUnreadLeg(js, c, i, *first)
		case second && !ends(*doc.Response):
			judgeSecondLeg(js, c, i, *first, *doc.Response)
		}
		if doc != nil && first == nil {
			first = doc.Response
		}
	}
}

// judgeUnreadLeg judges a second leg whose response has no document that sipgate would act on. If there is nothing to
// read it subscribes to nothing; what cannot be read is another requirement's finding.
func judgeUnreadLeg(js *judgements, c transcript.Call, i int, first response.Response) {
	x := c.Exchanges[i]
	id := followingEveryLeg
	gap, lost := lostBefore(c, i)
	refusal, refused := refusalGap(x)
	switch {
	case lost:
		js.lost(id, gap)
	case refused:
		js.open(id, refusal)
	case !acceptedInTime(x):
		js.gap(id, "the second leg's newCall push was not accepted", plainest(x))
	case x.End == transcript.BodyTooLong && x.BodyLength >= endless:
		js.gap(id, "the second leg's response was too long to be read", responseEnds)
	case x.End == transcript.BodyTooLong, gaveUp(x.Document):
		js.gap(id, "the second leg's response was too long to be read", "")
	case unexpanded(x.Document):
		js.gap(id, "the second leg's response could not be read because of the entities in it", "")
	case unreadBecause(x) != "":
		js.gap(id, "the second leg's response could not be read", unreadBecause(x))
	case ignoredBecause(x) != "":
		js.gap(id, "sipgate does not act on the second leg's response", ignoredBecause(x))
	default:
		judgeSecondLeg(js, c, i, first, response.Response{})
	}
}

// judgePair judges that a response with onAnswer has onHangup as well.
func judgePair(js *judgements, c transcript.Call, i int, r response.Response) {
	if r.OnAnswer == nil {
		return
	}
	if r.OnHangup == nil {
		js.broken(followingHangupToo, Finding{Want: "onHangup beside onAnswer", Got: "onAnswer alone", Call: c.ID, Exchange: i})
		return
	}
	js.met(followingHangupToo)
}

// judgeSecondLeg compares the subscriptions of a transfer's or forward's second leg with those of the first.
func judgeSecondLeg(js *judgements, c transcript.Call, i int, first, second response.Response) {
	f := Finding{Call: c.ID, Exchange: i}
	switch {
	case second.OnHangup == nil:
		f.Want, f.Got = "onHangup, as on the first leg", "no onHangup on the second leg"
	case first.OnAnswer != nil && second.OnAnswer == nil:
		f.Want, f.Got = "onAnswer, as on the first leg", "no onAnswer on the second leg"
	default:
		js.met(followingEveryLeg)
		return
	}
	js.broken(followingEveryLeg, f)
}
