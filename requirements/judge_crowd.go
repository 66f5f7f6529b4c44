package requirements

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeCrowd judges calls that were played at the same time: every push has to be accepted, and no call may get a URL of another call.
func judgeCrowd(js *judgements, c transcript.Call) {
	if c.Crowd == 0 {
		return // the crowd was not played
	}
	if c.Crowd == 1 {
		js.addGapWithReason(c.RequirementID, "the receiver handles one call at a time, too slowly for two within the time limit", "")
		return
	}
	judgeURLsOfOtherCalls(js, c)
	judgeCrowdPushes(js, c)
}

// judgeCrowdPushes judges whether every push of a crowd was accepted.
func judgeCrowdPushes(js *judgements, c transcript.Call) {
	id, unclearReason := c.RequirementID, ""
	var unacceptedIndexes []int
	for i, x := range c.Exchanges {
		if gap, isLost := lossGapBefore(c, i); isLost && isLostByOtherPush(c) {
			js.addGap(id, gap)
			return
		}
		switch gap, isRefusal := verificationRefusalGap(x); {
		case isRefusal:
			unclearReason = gap.Reason
		case outcome.AcceptedInTime(x):
		case outcome.WhyNotJudged(x) != "":
			unclearReason = fmt.Sprintf("of several calls at once, the %s push: %s", x.Push.Event, outcome.WhyNotJudged(x))
		default:
			unacceptedIndexes = append(unacceptedIndexes, i)
		}
	}
	isReached := slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.End != transcript.NotConnected })
	switch {
	case unclearReason != "":
		js.addGapWithReason(id, unclearReason, "")
	case len(unacceptedIndexes) > 0 && !isReached:
		js.addGapWithReason(id, outcome.WhyNotConnected(c.Exchanges[unacceptedIndexes[0]]), "")
	case len(unacceptedIndexes) > 0:
		x := c.Exchanges[unacceptedIndexes[0]]
		f := Finding{
			Want: "every push of calls at once accepted, as each is on its own",
			Got:  fmt.Sprintf("of %d calls at once, %d of %d pushes %s not accepted; the first, %s", c.Crowd, len(unacceptedIndexes), len(c.Exchanges), wasOrWere(len(unacceptedIndexes)), outcome.DescribePush(x)),
			Call: c.ID, Exchange: unacceptedIndexes[0], Conditions: Conditions{Excuses: excusesOfRefusal(id, x)},
		}
		if outcome.IsOverLimit(x) {
			f.Got += "; the receiver limits how many pushes it accepts"
			f.Fix = "Raise the limit, or exempt the addresses of sipgate from it: 50 calls that are answered and end are 150 pushes within seconds."
		}
		js.addFinding(id, f)
	case c.Complete:
		js.recordMet(id)
	}
}

// wasOrWere returns the verb for a subject of n things.
func wasOrWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// judgeURLsOfOtherCalls looks for a URL that the receiver named in one call and that contains the callId of another call. Only a callId
// shows to which call a URL belongs, because pushcheck cannot read the receiver's own tokens.
func judgeURLsOfOtherCalls(js *judgements, c transcript.Call) {
	for i, x := range c.Exchanges {
		doc := x.EffectiveDocument()
		if doc == nil {
			continue
		}
		for _, t := range followUpTargets(*doc.Response) {
			if containsCallID(t.Text, x.Push.CallID) {
				continue
			}
			otherIndex := slices.IndexFunc(c.Exchanges, func(other transcript.Exchange) bool { return containsCallID(t.Text, other.Push.CallID) })
			if otherIndex >= 0 {
				js.addFinding(callConcurrent, Finding{
					Want: "URLs that name their own call, or no call",
					Got:  fmt.Sprintf("in the response to call %s, the URL of call %s, which was under way at the same time", endOfID(x.Push.CallID), endOfID(c.Exchanges[otherIndex].Push.CallID)),
					Call: c.ID, Exchange: i,
				})
				return
			}
		}
	}
}

// containsCallID reports whether a URL contains a callId. An id of less than 16 characters does not count, because a URL may contain it by
// chance. sipgate's ids are longer.
func containsCallID(rawURL, callID string) bool {
	const minLength = 16
	if len(callID) < minLength {
		return false
	}
	decoded, _ := url.QueryUnescape(rawURL) // "" if the URL cannot be decoded
	return strings.Contains(rawURL, callID) || strings.Contains(decoded, callID)
}

// endOfID returns the last characters of an id, because all ids of a run begin alike.
func endOfID(id string) string {
	const length = 12
	if len(id) <= length {
		return id
	}
	return "…" + id[len(id)-length:]
}
