package requirements

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeProvocation judges a call beside which a stranger sent something that is no push.
func judgeProvocation(js *judgements, c transcript.Call) {
	if len(c.Exchanges) == 0 {
		addNotTried(js, c)
		return
	}
	judgeStimulus(js, c)
}

// addNotTried notes that the stimulus was not sent because even the good call before it got no response. If there was a response, the
// stimulus was not wanted or the run was over.
func addNotTried(js *judgements, c transcript.Call) {
	if c.GoodCallBefore != nil && c.GoodCallBefore[push.NewCall] < transcript.Refused {
		js.leaveOpen(c.Stimulus, "the good call before it was not accepted either", PushNewCall)
	}
}

// judgeStimulus judges what a stranger sent, and the good call after it, or beside it if the stimulus never ends. The receiver survives if
// it treats that call no worse than the good call before. It may treat the stimulus itself as it likes, but has to respond to a malformed
// one in time.
func judgeStimulus(js *judgements, c transcript.Call) {
	id, raw := c.Stimulus, c.Exchanges[0]
	waiting := raw.End == transcript.TimedOut || raw.End == transcript.Late && raw.Status == 0
	switch {
	case raw.End == transcript.NotConnected:
		js.leaveOpen(id, whyNotConnected(raw), "")
		return
	case whyNotJudged(raw) != "" && !gaveUpTooEarly(raw):
		js.leaveOpen(id, whyNotJudged(raw), "")
		return
	}
	good := func(x transcript.Exchange) bool { return x.ForeignName == "" }
	gone := raw.Aftermath.Gone || raw.Aftermath.Silent
	if gone && !slices.ContainsFunc(c.Exchanges, good) {
		judgeAftermath(js, c, 0) // no good push was sent after it
		return
	}
	for i, x := range c.Exchanges {
		if good(x) && isTreatedWorse(c, x) {
			judgeAftermath(js, c, i)
			return
		}
	}
	switch {
	case id == troubleMalformedPush && waiting && gaveUpTooEarly(raw):
		js.leaveOpen(id, fmt.Sprintf("%s: %s", raw.ForeignName, describeEarlyEnd(raw)), "")
	case id == troubleMalformedPush && waiting:
		js.addFinding(id, Finding{
			Want: "any response, or the connection closed, within 10 s", Got: fmt.Sprintf("neither for %s", raw.ForeignName), Call: c.ID,
			So:  "The connection gets no response. Each such request occupies a connection and a worker until the sender gives up.",
			Fix: "Send a response in every branch, also for what the receiver does not know: 400, 404, 405 or 415 with an empty body.",
		})
	case c.Complete:
		js.addMet(id)
	}
}

// judgeAftermath judges a good push that was treated worse after a stimulus than before. If the receiver was lost before a good push was
// sent, the exchange at i is the stimulus.
func judgeAftermath(js *judgements, c transcript.Call, i int) {
	id, raw, x := c.Stimulus, c.Exchanges[0], c.Exchanges[i]
	when := "after "
	if raw.End == transcript.HeldOpen {
		when = "beside "
	}
	when += raw.ForeignName
	gap, refused := refusalGap(x)
	switch {
	case refused && i > 0:
		js.addGap(id, gap)
	case whyNotJudged(x) != "" && !gaveUpTooEarly(x):
		js.leaveOpen(id, whyNotJudged(x), "")
	case isLostByOtherPush(c):
		js.addGap(id, lossGap(*c.Lost, "", "the receiver was gone: "+describeEnd(x)))
	case c.Lost != nil && raw.End == transcript.HeldOpen: // it did not come back when the connection was closed
		js.leaveOpen(id, fmt.Sprintf("the receiver was gone: %s", describeEnd(x)), "")
	case raw.Aftermath.IsUnhealthy() && (i == 0 || failedAtReceiver(x)):
		js.addFinding(id, findingAfterStimulus(c, i, fmt.Sprintf("%s: %s", when, describeEnd(raw))))
	case gaveUpTooEarly(x):
		js.leaveOpen(id, fmt.Sprintf("%s, the %s push: %s", when, x.Push.Event, describeEarlyEnd(x)), "")
	case x.Status == 403 || OverLimit(x):
		js.leaveOpen(id, fmt.Sprintf("%s the receiver blocks the address that sent it: %s", when, describeEnd(x)), "")
	default:
		js.addFinding(id, findingAfterStimulus(c, i, fmt.Sprintf("%s, the %s push: %s", when, x.Push.Event, describeEnd(x))))
	}
}

// findingAfterStimulus returns the finding that the receiver is in a worse state after a stimulus. The exchange at i shows it.
func findingAfterStimulus(c transcript.Call, i int, got string) Finding {
	x := c.Exchanges[i]
	f := Finding{
		Want: "the next good push accepted", Got: got, Call: c.ID, Exchange: i,
		Conditions: Conditions{Excuses: catalogueExcuses(c.Stimulus, x.Push)},
	}
	if i == 0 {
		x.Push.Event = push.NewCall // the good push that was not sent
	}
	switch {
	case treatmentBefore(c, x) < transcript.Taken:
		f.Want = "the next good push treated like the one before, which was refused"
	case i > 0:
		f.Excuses = excusesOfRefusal(c.Stimulus, x)
	}
	return f
}

// Treated returns how the pushes of a good call were treated, by event. Of several pushes of one event the worst counts.
func Treated(c transcript.Call) map[push.Event]transcript.Treatment {
	out := map[push.Event]transcript.Treatment{}
	for _, x := range c.Exchanges {
		if worst, ok := out[x.Push.Event]; x.ForeignName == "" && (!ok || treatmentInTime(x) < worst) {
			out[x.Push.Event] = treatmentInTime(x)
		}
	}
	return out
}

// Survived reports whether no good push of a call with a stimulus was treated worse than before the stimulus.
func Survived(c transcript.Call) bool {
	return !slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.ForeignName == "" && isTreatedWorse(c, x) })
}

// isTreatedWorse reports whether a good push was treated isTreatedWorse than such a push before the stimulus.
func isTreatedWorse(c transcript.Call, x transcript.Exchange) bool {
	return treatmentInTime(x) < treatmentBefore(c, x)
}

// treatmentBefore returns how a push of the same event was treated treatmentBefore the stimulus: Unheard if none was due. If no good call is known, it
// counts as accepted.
func treatmentBefore(c transcript.Call, x transcript.Exchange) transcript.Treatment {
	if c.GoodCallBefore == nil {
		return transcript.Taken
	}
	return c.GoodCallBefore[x.Push.Event]
}
