package requirements

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeForgedAnswerOrHangup judges a forged answer or hangup push. sipgate discards the responses to these pushes, so a receiver may
// respond as usual and ignore the push. Then only the state of the call in the application shows whether the push had an effect. A response
// that refuses the push meets the requirement too. A crash is always a finding.
func (e evidence) judgeForgedAnswerOrHangup() {
	x, id := e.exchange, e.call.RequirementID
	next, isNextSent := pushAfterForged(e.call)
	nextUnclearReason := whyNextUnclear(next, isNextSent)
	before, after, isOngoing := e.statesBeforeAndAfter()
	switch {
	case x.End == transcript.BlockedEnd:
		e.judgements.addGapWithReason(id, outcome.WhyBlocked(x), "")
	case x.End == transcript.NotConnected:
		e.judgements.addGapWithReason(id, outcome.WhyNotConnected(x), followingReachable)
	case x.Aftermath.IsUnhealthy():
		e.addForgedPushCrash()
	case isOngoing && isStateChanged(x.Push.Event, before, after):
		if e.hasSecretURLs() {
			return
		}
		f := e.finding(fmt.Sprintf("the call still shown as %s: the %s push is not sipgate's", before.Shown, x.Push.Event),
			fmt.Sprintf("%s, and the application shows the call as %s", outcome.DescribeEnd(x), after.Shown))
		f.Fix = "Verify every push before acting on it: answer and hangup pushes as well as newCall pushes."
		e.judgements.addFinding(id, f)
	case nextUnclearReason == "" && !outcome.IsVerificationRefusal(next) && !outcome.AcceptedInTime(next):
		f := e.finding("the push refused or ignored, and the next one, signed correctly, accepted", outcome.DescribeEnd(x)+"; the next push: "+outcome.DescribeEnd(next))
		f.Excuses = excusesOfRefusal(id, next)
		e.judgements.addFinding(id, f)
	case nextUnclearReason != "" || outcome.IsVerificationRefusal(next) || outcome.HasNoRoute(x):
	case isAnswerOrHangupRefused(x) || isOngoing && after.Shown == before.Shown:
		e.judgements.recordMet(id)
	}
}

// isAnswerOrHangupRefused reports whether the response to an answer or hangup push refuses it.
func isAnswerOrHangupRefused(x transcript.Exchange) bool {
	return outcome.IsVerificationRefusal(x) || x.Responded() && !x.Accepted()
}

// statesBeforeAndAfter returns the states of the call that the application showed before and after the push. It returns false if the
// application did not show the call as ringing or answered before the push.
func (e evidence) statesBeforeAndAfter() (before, after transcript.StateQuestion, isOngoing bool) {
	for _, a := range e.call.States {
		switch {
		case a.CallID != e.exchange.Push.CallID || a.Shown == "":
		case a.Step < e.exchange.Step:
			before = a
		case a.Step == e.exchange.Step:
			after = a
		}
	}
	isOngoing = before.Shown == transcript.CallRinging || before.Shown == transcript.CallAnswered
	return before, after, isOngoing
}

// isStateChanged reports whether a call went into the state that the event of a push names: from ringing to answered, or to its end.
func isStateChanged(event push.Event, before, after transcript.StateQuestion) bool {
	if event == push.Hangup {
		return after.Shown == transcript.CallOver || after.Shown == transcript.CallUnknown
	}
	return before.Shown == transcript.CallRinging && after.Shown == transcript.CallAnswered
}

// hasSecretURLs reports whether the URLs that the receiver names in the calls differ in more than the callId. Only sipgate knows such a
// URL, and a receiver may rely on that.
func (e evidence) hasSecretURLs() bool {
	var urls []string
	for _, x := range e.call.Exchanges {
		doc := x.EffectiveDocument()
		if doc == nil || x.Push.Event != push.NewCall {
			continue
		}
		target := doc.Response.OnHangup
		if e.exchange.Push.Event == push.Answer {
			target = doc.Response.OnAnswer
		}
		if target != nil {
			urls = append(urls, strings.NewReplacer(x.Push.CallID, "", url.QueryEscape(x.Push.CallID), "").Replace(target.Text))
		}
	}
	return len(slices.Compact(urls)) > 1
}

// IsForgeryEffectUnknown reports whether it is unknown if a forged answer or hangup push had an effect: the response did not refuse it, and
// the application was not asked for the state of the call.
func IsForgeryEffectUnknown(c transcript.Call) bool {
	return c.PlayedKind() == transcript.Forged && len(c.States) == 0 && slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool {
		return x.Odd && (x.Push.Event == push.Answer || x.Push.Event == push.Hangup) && x.Accepted() && !isAnswerOrHangupRefused(x)
	})
}

// judgeForged judges a forged push. The receiver has to refuse it in some way, and to accept the good push after it.
func (e evidence) judgeForged() {
	x, id := e.exchange, e.call.RequirementID
	next, isNextSent := pushAfterForged(e.call)
	nextUnclearReason := whyNextUnclear(next, isNextSent)
	switch {
	case x.Push.Event != push.NewCall:
		e.judgeForgedAnswerOrHangup()
	case x.End == transcript.BlockedEnd:
		e.judgements.addGapWithReason(id, outcome.WhyBlocked(x), "")
	case x.End == transcript.NotConnected:
		e.judgements.addGapWithReason(id, outcome.WhyNotConnected(x), signatureForged) // the calls for signature.forged come first and may have crashed the receiver
	case x.Aftermath.IsUnhealthy():
		e.addForgedPushCrash()
	case !IsForgedPushRefused(e.call, e.index) && (asksForSomething(x) || outcome.AcceptedInTime(next)):
		e.addFinding(id, "the push refused: a status other than 2xx, an Error document, or the connection closed", describeAcceptance(x))
	case nextUnclearReason != "":
		e.judgements.addGapWithReason(id, nextUnclearReason, "")
	case outcome.IsVerificationRefusal(next):
		gap, _ := GapOfRefusedPush(next, e.target)
		e.judgements.addGap(id, gap)
	case !outcome.AcceptedInTime(next):
		f := e.finding("the push refused, and the next one, signed correctly, accepted", outcome.DescribeEnd(x)+"; the next push: "+outcome.DescribeEnd(next))
		f.Excuses = excusesOfRefusal(id, next)
		e.judgements.addFinding(id, f)
	case outcome.GaveUpTooEarly(x):
		e.judgements.addGapWithReason(id, outcome.DescribeEarlyEnd(x), "")
	case x.End == transcript.TimedOut || x.End == transcript.Late || x.End == transcript.NeverEnded:
		e.addWarning(id, "the push refused within 10 s", outcome.DescribeLateEnd(x))
	default:
		e.judgements.recordMet(id)
	}
}

// addForgedPushCrash adds the finding that after a forged push the receiver accepted no connection or no push, at least for a while.
func (e evidence) addForgedPushCrash() {
	id, x := e.call.RequirementID, e.exchange
	f := e.finding("the push refused, and the receiver still working", outcome.DescribeEnd(x))
	f.Fix = "Catch the failed verification and respond with 403"
	if id == signatureMissing {
		f.Fix = "Catch the missing header and respond with 403"
	}
	if x.Aftermath.Silent {
		f.Fix += ", in every branch."
	} else {
		f.Fix += "; the process must not end."
	}
	e.judgements.addFinding(id, f)
}

// pushAfterForged returns the good push after a forged push: the first newCall push after it that begins a call. The good push need not be
// the last push, because more pushes follow if the receiver steers its call. pushAfterForged returns false if no good push was sent.
func pushAfterForged(c transcript.Call) (transcript.Exchange, bool) {
	i := indexAfterForged(c)
	if i == -1 {
		return transcript.Exchange{}, false
	}
	return c.Exchanges[i], true
}

// indexAfterForged returns the index of the good push after a forged push; -1 if no good push was sent.
func indexAfterForged(c transcript.Call) int {
	isForgedSent := false
	return slices.IndexFunc(c.Exchanges, func(x transcript.Exchange) bool {
		isForgedSent = isForgedSent || x.Odd
		return isForgedSent && !x.Odd && x.Push.Event == push.NewCall && x.Push.Diversion == ""
	})
}

// whyNextUnclear returns why the good push after a forged push cannot be judged; "" if it can be judged.
func whyNextUnclear(next transcript.Exchange, isSent bool) string {
	switch {
	case !isSent:
		return "no good push was sent after it"
	case outcome.WhyNotJudged(next) != "":
		return "the next push: " + outcome.WhyNotJudged(next)
	}
	return ""
}

// judgePushAfterForged judges the good push after a forged push. If it is not accepted, judgeForged adds a finding about the forged push.
func (e evidence) judgePushAfterForged() {
	if e.exchange.Accepted() {
		e.judgeNewCallOrDTMF()
	}
}

// IsForgedPushRefused reports whether a receiver refused the forged newCall push at index i of a call. A response with a 2xx status refuses
// the push if its document is not a Response. It also refuses the push if it asks for nothing or is empty, and the response to the good push
// after the forged push asks for something or is not empty.
func IsForgedPushRefused(c transcript.Call, i int) bool {
	x := c.Exchanges[i]
	next, _ := pushAfterForged(c)
	asksForLess := asksForSomething(next) && !asksForSomething(x) || next.BodyLength > 0 && x.BodyLength == 0
	return !x.Accepted() || x.IsDeclined() || outcome.IsVerificationRefusal(x) || asksForLess
}

// describeAcceptance describes how a forged push was accepted.
func describeAcceptance(x transcript.Exchange) string {
	if x.Document.Kind == response.XML {
		return fmt.Sprintf("status %d with a Response, as if sipgate had sent it", x.Status)
	}
	return fmt.Sprintf("status %d, as if sipgate had sent it", x.Status)
}

// refusesForged reports whether a receiver refused a forged newCall push but not the good push after it, or crashed because of the forged
// push.
func refusesForged(c transcript.Call) bool {
	next, isNextSent := pushAfterForged(c)
	isForged := c.PlayedKind() == transcript.Forged
	if isForged && len(c.Exchanges) > 0 && c.Exchanges[0].Odd && c.Exchanges[0].Aftermath.IsUnhealthy() && !isLostByOtherPush(c) {
		return c.Exchanges[0].End != transcript.NotConnected
	}
	if !isForged || whyNextUnclear(next, isNextSent) != "" || outcome.IsVerificationRefusal(next) || next.Responded() && !next.Accepted() {
		return false
	}
	x := c.Exchanges[0]
	return x.Odd && x.End != transcript.NotConnected && x.End != transcript.BlockedEnd && IsForgedPushRefused(c, 0)
}

// judgeUnusualEncoding judges a signed push that was not accepted, and whose fields are written in an unusual encoding. No source states
// that sipgate encodes pushes in this way. So there is a finding only if the signature is, or may be, the reason for the refusal.
func (e evidence) judgeUnusualEncoding() {
	x := e.exchange
	refusal, isRefusal := outcome.FindVerificationRefusal(x)
	f := e.finding("a correctly signed push accepted, however its fields are written", outcome.DescribeEnd(x))
	switch {
	case refusal.Check == outcome.SignatureCheck:
		f.Got += fmt.Sprintf(", which says %s", response.Quote(refusal.Words))
	case isRefusal, x.Status != 401 && x.Status != 403:
		return
	}
	f.Excuses = catalogueExcuses(signatureAnyBody, x.Push)
	e.judgements.addFinding(signatureAnyBody, f)
}
