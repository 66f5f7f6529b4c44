package requirements

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeAllAccepted reports whether every push of a call was accepted. For the first push that was not accepted, it adds a finding or a gap.
func judgeAllAccepted(js *judgements, id string, c transcript.Call) bool {
	for i, x := range c.Exchanges {
		gap, isUnclear := unclearGap(c, i)
		switch {
		case isUnclear:
			js.addGap(id, gap)
		case outcome.AcceptedInTime(x):
			continue
		default:
			js.addFinding(id, findingOfRefusal(id, c, i))
		}
		return false
	}
	return true
}

// judgeAllSent reports whether every push of a call was sent, except pushes without a subscription and pushes left out on purpose. For the
// first push that was not sent, it adds a gap.
func judgeAllSent(js *judgements, id string, c transcript.Call) bool {
	for _, n := range c.NotSent {
		if n.Reason != transcript.NotSubscribed && n.Reason != transcript.LeftOut {
			js.addGap(id, gapOfUnsentPush(c, n))
			return false
		}
	}
	return true
}

// unclearGap returns the gap of the exchange with index i if it is unclear whether the receiver accepts its push. It returns false if that
// is clear.
func unclearGap(c transcript.Call, i int) (Gap, bool) {
	x := c.Exchanges[i]
	if gap, lost := lossGapBefore(c, i); lost {
		return gap, true
	}
	gap, isRefusal := verificationRefusalGap(x)
	switch {
	case isRefusal:
		return gap, true
	case outcome.AcceptedInTime(x):
		return Gap{}, false
	case x.End == transcript.NotConnected:
		return Gap{Reason: outcome.PushName(x) + ": " + outcome.WhyNotConnected(x)}, true
	case outcome.WhyNotJudged(x) != "":
		return Gap{Reason: outcome.PushName(x) + ": " + outcome.WhyNotJudged(x)}, true
	}
	return Gap{}, false
}

// findingOfRefusal returns the finding that a push of a whole call was not accepted.
func findingOfRefusal(id string, c transcript.Call, i int) Finding {
	x := c.Exchanges[i]
	f := Finding{
		Want: "every push of the call accepted, not only each one alone",
		Got:  outcome.DescribePush(x),
		Call: c.ID, Exchange: i, Conditions: Conditions{Excuses: excusesOfRefusal(id, x)},
	}
	if x.Odd {
		f.Excuses = append(f.Excuses, Excuse{ID: c.RequirementID})
	}
	if !rulesOf(id).MovesToPlainPush {
		return f
	}
	f.MovesTo = plainFollowUpRequirement(x.Push)
	if cause := x.Push.Cause; c.PlayedKind() == transcript.Plain && cause != "" && cause != push.NormalClearing {
		f.Got = fmt.Sprintf("the hangup push with the cause %s on %s's leg: %s", cause, x.Leg, outcome.DescribeEnd(x))
	}
	if outcome.HasNoRoute(x) {
		f.MovesTo = followingReachable
	}
	return f
}

// describeSteering describes how the receiver steers calls like this steered call.
func describeSteering(c transcript.Call) string {
	i := slices.IndexFunc(c.Skipped, func(s transcript.Skipped) bool { return s.ReceiverAction != "" })
	if i < 0 {
		return "the receiver steers every such call itself"
	}
	text := "the receiver " + c.Skipped[i].ReceiverAction + " every call"
	if leg := c.Skipped[i].Leg; len(c.Exchanges) > 0 && leg != c.Exchanges[0].Leg {
		text += " to " + leg
	}
	return text
}

// judgeSteeredCall judges the pushes that follow from the action with which the receiver steered a call.
func judgeSteeredCall(js *judgements, c transcript.Call) {
	const id = callSteered
	if !isSteeredAway(c) || !judgeAllAccepted(js, id, c) || !judgeAllSent(js, id, c) {
		return
	}
	isFollowUpSent := slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool {
		return x.Push.Event == push.Answer || x.Push.Event == push.Hangup
	})
	switch {
	case !isFollowUpSent:
		js.setNotApplicable(id, "the receiver does not subscribe to the pushes that follow its action")
	case c.Complete:
		js.recordMet(id)
	}
}

// judgeMenu judges a call in which the receiver may gather digits. If the caller presses no key, there is a dtmf push without digits.
func judgeMenu(js *judgements, c transcript.Call) {
	const id = callMenu
	hasGathered := slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.Push.Event == push.DTMF })
	if !hasGathered && c.Steered {
		js.setNotApplicable(id, describeSteering(c)+"; name a number at which it gathers digits, --numbers gather=NUMBER")
		return
	}
	if !judgeAllAccepted(js, id, c) || !judgeAllSent(js, id, c) {
		return
	}
	switch {
	case !hasGathered:
		js.setNotRequested(c, id, "the receiver gathers no digits in such a call; name a number at which it does, --numbers gather=NUMBER")
	case c.Complete:
		js.recordMet(id)
	}
}

// judgeWholeCall judges a whole call: every push of it has to be accepted, to the end. A refused push is a finding of the whole call only
// if the receiver accepts such a push by itself, so the requirements of such a push are excuses of the finding.
func judgeWholeCall(js *judgements, c transcript.Call) {
	id := requirementOfScenario(c.Scenario)
	switch {
	case !isJudgedAsWhole(c):
		return
	case id == callMenu:
		judgeMenu(js, c)
		return
	case c.Steered:
		js.setNotApplicable(id, describeSteering(c)+"; name a number that the receiver lets through, --numbers through=NUMBER")
		return
	}
	if !judgeAllAccepted(js, id, c) {
		return
	}
	if len(c.NotSent) > 0 {
		n := c.NotSent[0]
		if n.Reason == transcript.NoOutgoing {
			js.setNotApplicable(id, n.Detail)
			return
		}
		if n.Reason == transcript.NotSubscribed && (n.Push.Diversion == "" || !firstResponseSubscribes(c, n.Push.Event)) {
			js.setNotRequested(c, id, fmt.Sprintf("the receiver does not subscribe to the %s of such a call", n.Push.Event))
			return
		}
		js.addGap(id, gapOfUnsentPush(c, n))
		return
	}
	if c.Complete {
		js.recordMet(id)
	}
}

// firstResponseSubscribes reports whether the first response of a call subscribes to an event. A response does not count if sipgate does
// not act on it.
func firstResponseSubscribes(c transcript.Call, e push.Event) bool {
	for _, x := range c.Exchanges {
		if doc := x.EffectiveDocument(); doc != nil {
			return e == push.Answer && doc.Response.OnAnswer != nil || e == push.Hangup && doc.Response.OnHangup != nil
		}
	}
	return false
}

// addUnsentPushGaps adds gaps for the pushes that were not sent: a gap of the requirement about the plain push, and a gap of the
// requirement about the odd push that the call is played for. If the odd push was sent, the second gap does not matter, because the
// requirement was judged.
func addUnsentPushGaps(js *judgements, c transcript.Call) {
	for _, n := range c.NotSent {
		plain := plainFollowUpRequirement(n.Push)
		if plain == "" || n.Reason == transcript.NotSubscribed {
			continue
		}
		reason := strings.TrimSuffix(string(n.Reason)+"; "+n.Detail, "; ")
		pushJudgements := js.withVariants(variantsOfPush(c, n.Push, false))
		pushJudgements.addGap(plain, gapOfUnsentPushInWords(c, n, "the push was not sent", reason))
		if isForOddPush(c) && c.RequirementID != plain {
			pushJudgements.addGap(c.RequirementID, gapOfUnsentPushInWords(c, n, "the push was not sent", reason))
		}
		if n.Reason == transcript.Blocked {
			js.addGapWithReason(followingReachable, n.Detail, followingHTTPS)
		}
		if n.Reason == transcript.NotAllowed || n.Reason == transcript.CannotConnect {
			js.addGapWithReason(followingReachable, n.Detail, "")
			js.addGapWithReason(followingHTTPS, n.Detail, "")
		}
	}
}
