package requirements

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeProvocation judges a provocation. If the stimulus was not sent because even the good call before it got no response,
// judgeProvocation adds a gap. If the stimulus was not sent for another reason, there is no judgement.
func judgeProvocation(js *judgements, c transcript.Call) {
	switch {
	case len(c.Exchanges) > 0:
		judgeStimulus(js, c)
	case c.GoodCallBefore != nil && c.GoodCallBefore[push.NewCall] < transcript.Refused:
		js.addGapWithReason(c.RequirementID, "the good call before it was not accepted either", PushNewCall)
	}
}

// judgeStimulus judges the response to a stimulus, and the good call after the stimulus, or during a stimulus that never ends. The receiver
// survives if it treats this good call no worse than the good call before the stimulus. It may respond to the stimulus in any way, but to a
// malformed push it has to respond in time.
func judgeStimulus(js *judgements, c transcript.Call) {
	id, stimulus := c.RequirementID, c.Exchanges[0]
	hasNoResponse := stimulus.End == transcript.TimedOut || stimulus.End == transcript.Late && stimulus.Status == 0
	switch {
	case stimulus.End == transcript.NotConnected:
		js.addGapWithReason(id, outcome.WhyNotConnected(stimulus), "")
		return
	case outcome.WhyNotJudged(stimulus) != "" && !outcome.GaveUpTooEarly(stimulus):
		js.addGapWithReason(id, outcome.WhyNotJudged(stimulus), "")
		return
	}
	isGoodPush := func(x transcript.Exchange) bool { return x.ForeignName == "" }
	isLost := stimulus.Aftermath.Gone || stimulus.Aftermath.Silent
	if isLost && !slices.ContainsFunc(c.Exchanges, isGoodPush) {
		judgeAftermath(js, c, 0) // no good push was sent after the stimulus
		return
	}
	for i, x := range c.Exchanges {
		if isGoodPush(x) && outcome.IsTreatedWorse(c, x) {
			judgeAftermath(js, c, i)
			return
		}
	}
	switch {
	case id == troubleMalformedPush && hasNoResponse && outcome.GaveUpTooEarly(stimulus):
		js.addGapWithReason(id, fmt.Sprintf("%s: %s", stimulus.ForeignName, outcome.DescribeEarlyEnd(stimulus)), "")
	case id == troubleMalformedPush && hasNoResponse:
		js.addFinding(id, Finding{
			Want: "any response, or the connection closed, within 10 s", Got: fmt.Sprintf("neither for %s", stimulus.ForeignName), Call: c.ID,
			Consequence: "The connection gets no response. Each such request occupies a connection and a worker until the sender gives up.",
			Fix:         "Send a response in every branch, also for what the receiver does not know: 400, 404, 405 or 415 with an empty body.",
		})
	case c.Complete:
		js.recordMet(id)
	}
}

// judgeAftermath judges the good push with index i, which was treated worse than a good push before the stimulus. If the receiver was lost
// before a good push was sent, i is the index of the stimulus.
func judgeAftermath(js *judgements, c transcript.Call, i int) {
	id, stimulus, x := c.RequirementID, c.Exchanges[0], c.Exchanges[i]
	circumstance := "after "
	if stimulus.End == transcript.HeldOpen {
		circumstance = "beside "
	}
	circumstance += stimulus.ForeignName
	gap, isRefusal := verificationRefusalGap(x)
	switch {
	case isRefusal && i > 0:
		js.addGap(id, gap)
	case outcome.WhyNotJudged(x) != "" && !outcome.GaveUpTooEarly(x):
		js.addGapWithReason(id, outcome.WhyNotJudged(x), "")
	case isLostByOtherPush(c):
		js.addGap(id, lossGap(*c.Lost, "", "the receiver was gone: "+outcome.DescribeEnd(x)))
	case c.Lost != nil && stimulus.End == transcript.HeldOpen: // the receiver accepted no connection even after the connection of the stimulus had been closed
		js.addGapWithReason(id, fmt.Sprintf("the receiver was gone: %s", outcome.DescribeEnd(x)), "")
	case stimulus.Aftermath.IsUnhealthy() && (i == 0 || outcome.FailedAtReceiver(x)):
		js.addFinding(id, findingAfterStimulus(c, i, fmt.Sprintf("%s: %s", circumstance, outcome.DescribeEnd(stimulus))))
	case outcome.GaveUpTooEarly(x):
		js.addGapWithReason(id, fmt.Sprintf("%s, the %s push: %s", circumstance, x.Push.Event, outcome.DescribeEarlyEnd(x)), "")
	case x.Status == 403 || outcome.IsOverLimit(x):
		js.addGapWithReason(id, fmt.Sprintf("%s the receiver blocks the address that sent it: %s", circumstance, outcome.DescribeEnd(x)), "")
	default:
		js.addFinding(id, findingAfterStimulus(c, i, fmt.Sprintf("%s, the %s push: %s", circumstance, x.Push.Event, outcome.DescribeEnd(x))))
	}
}

// findingAfterStimulus returns the finding that the receiver treats good pushes worse after a stimulus. The exchange with index i shows it.
func findingAfterStimulus(c transcript.Call, i int, got string) Finding {
	x := c.Exchanges[i]
	f := Finding{
		Want: "the next good push accepted", Got: got, Call: c.ID, Exchange: i,
		Conditions: Conditions{Excuses: catalogueExcuses(c.RequirementID, x.Push)},
	}
	if i == 0 {
		x.Push.Event = push.NewCall // the good push that would have been sent next
	}
	switch {
	case outcome.TreatmentBefore(c, x) < transcript.Accepted:
		f.Want = "the next good push treated like the one before, which was refused"
	case i > 0:
		f.Excuses = excusesOfRefusal(c.RequirementID, x)
	}
	return f
}
