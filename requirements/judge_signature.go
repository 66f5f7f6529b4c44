package requirements

import (
	"fmt"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// signed reports whether a push carried a signature.
func signed(x transcript.Exchange) bool { return len(x.Sent[push.SignatureHeader]) > 0 }

// ours reports whether a push carried a signature that the receiver can verify with the key that it is said to have.
func (e evidence) ours() bool {
	return e.target.Signed && signed(e.exchange) && !isGenuine(e.exchange)
}

// because is the requirement that a refusal of a signed push speaks against; "" if it is right to refuse.
func (r Refused) because(x transcript.Exchange) string {
	switch {
	case r.By != SignatureCheck || !signed(x):
		return ""
	case x.Odd:
		return signatureAnyBody
	}
	return signatureValid
}

// TurnedAway returns why nothing is known of a receiver that refuses a plain push for its limit, or because of its signature or its
// origin; false if it does not.
func TurnedAway(x transcript.Exchange, target Target) (Gap, bool) {
	why, refused := Refusal(x)
	switch {
	case refusedForLimit(x):
		return Gap{Reason: overLimit(x)}, true
	case !refused || x.Odd:
		return Gap{}, false
	case target.Proxied && minds(x, why):
		return why.unproxied(), true
	}
	g := Gap{Reason: why.reason(x, target.Signed && signed(x))}
	if target.Signed {
		g.Because = why.because(x)
	}
	return g, true
}

// minds reports whether a receiver refuses a signed push in the name of its signature, and it came over no proxy.
func minds(x transcript.Exchange, why Refused) bool {
	return why.By == SignatureCheck && signed(x) && forwardedFor(x) == "none"
}

// unproxied says why nothing is known of a push that is refused where its X-Forwarded-For is missing.
func (r Refused) unproxied() Gap {
	return Gap{Because: signatureAnyProxy, Reason: fmt.Sprintf(
		"the receiver says %s about a signed push without X-Forwarded-For, and accepts one with it: to judge the rest, set the header with --header 'X-Forwarded-For: %s'", response.Quote(r.Words), sipgateAddress)}
}

// Proxied reports whether a receiver takes a signed push for the sake of its X-Forwarded-For: it has taken one with that header,
// and refused all plain ones without in the name of their signature.
func Proxied(calls []transcript.Call) bool {
	taken, refused := false, false
	for _, c := range calls {
		for _, x := range c.Exchanges {
			why, no := Refusal(x)
			switch {
			case x.Push.Event != push.NewCall || !signed(x):
			case x.Odd && c.Stimulus == signatureAnyProxy && forwardedFor(x) != "none":
				taken = taken || x.Accepted() && !no
			case x.Odd:
			case minds(x, why):
				refused = true
			case x.Accepted() && forwardedFor(x) == "none":
				return false
			}
		}
	}
	return taken && refused
}

// turnedAway notes that a push was refused because of its signature or its origin. Where its signature was in order that is
// held against the receiver's verification; apart from that such a receiver is right, and nothing is known.
func (e evidence) turnedAway(id string, why Refused) {
	x := e.exchange
	if plain := plainOf(x.Push); x.Exempt == transcript.ForSignature && plain != "" {
		id = plain // what is odd about its call is not why it is refused
	}
	if isGenuine(x) && why.By == SignatureCheck {
		e.js.notApplicable(id, "the receiver refuses sipgate's own signature: it verifies with another key")
		return
	}
	if e.target.Proxied && minds(x, why) {
		if e.call.Stimulus == signatureAnyProxy {
			e.broken(signatureAnyProxy, "the push accepted, as it is with X-Forwarded-For", fmt.Sprintf("status %d, which says %s, with X-Forwarded-For: none", x.Status, response.Quote(why.Words)))
		}
		g := why.unproxied()
		e.js.gap(signatureValid, g.Reason, g.Because)
		e.js.gap(id, g.Reason, g.Because)
		return
	}
	if id == signatureAnyProxy {
		e.refused(fmt.Sprintf("status %d, which says %s, with X-Forwarded-For: %s", x.Status, response.Quote(why.Words), forwardedFor(x)))
		return
	}
	because := ""
	if e.ours() {
		because = why.because(x)
	}
	if because != "" {
		f := e.finding("a correctly signed push accepted", fmt.Sprintf("status %d, which says %s", x.Status, response.Quote(why.Words)))
		f.Excuses = excusesFor(because, x.Push)
		e.js.broken(because, f)
	}
	e.js.gap(id, why.reason(x, e.ours()), because)
}

// forwardedFor tells the X-Forwarded-For of a push.
func forwardedFor(x transcript.Exchange) string {
	if values := x.Sent["X-Forwarded-For"]; len(values) > 0 {
		return values[0]
	}
	return "none"
}

// taken notes that a push was accepted, and so its signature.
func (e evidence) taken(id string) {
	if id == pushGoldenCapture && e.target.Signed && !isGenuine(e.exchange) {
		e.js.notApplicable(id, "the receiver refuses the genuine push, but accepts it with fresh ids and signed with --sign-key: it verifies with another key than sipgate's, or has seen the callId")
		return
	}
	e.js.met(id)
	if e.ours() && !e.exchange.Odd {
		e.js.met(signatureValid)
	}
}

// unsaid is the remedy where a receiver refuses a push and does not say why, and may be right.
func (e evidence) unsaid() string {
	switch {
	case e.exchange.Push.Event == push.NewCall && e.target.Captured == Taken:
		return capturedHint
	case e.exchange.Status != 401 && e.exchange.Status != 403 || e.ours():
		return ""
	}
	return "If the receiver verifies signatures, give it a public key of yours and pushcheck the private half with --sign-key; if it checks X-Forwarded-For, " +
		"set that with --header. Otherwise let it accept pushes without login, session or CSRF token."
}

// judgeForged judges a push that is not sipgate's: it has to be refused, in whatever way, and the next good one accepted.
func (e evidence) judgeForged() {
	x, id := e.exchange, e.call.Stimulus
	next, sent := e.next()
	untold := tellsNothing(next, sent)
	switch {
	case x.Push.Event != push.NewCall:
		e.judgeForgedFollowUp()
	case x.End == transcript.BlockedEnd:
		e.js.gap(id, blocked(x), "")
	case x.End == transcript.NotConnected:
		because := signatureForged // which comes before
		if id == signatureForged {
			because = ""
		}
		e.js.gap(id, nobodyMet(x), because)
	case x.Aftermath.Seen():
		e.judgeLostToForged()
	case !Refuses(x, next) && (untold == "" || takesPart(x)):
		e.broken(id, "the push refused: a status other than 2xx, an Error document, or the connection closed", took(x))
	case untold != "":
		e.js.gap(id, untold, "")
	case refusedToo(next):
		why, _ := TurnedAway(next, e.target)
		e.js.gap(id, why.Reason, why.Because)
	case !next.Accepted() || tookTooLong(next):
		f := e.finding("the push refused, and the next one, signed correctly, accepted", happened(x)+"; the next push: "+happened(next))
		f.Excuses = excuses(id, next)
		e.js.broken(id, f)
	case cutShort(x):
		e.js.gap(id, tooSoon(x), "")
	case x.End == transcript.TimedOut || x.End == transcript.Late || x.End == transcript.NeverEnded:
		e.milder(id, "the push refused within 10 s", tooLate(x))
	default:
		e.js.met(id)
	}
}

// judgeLostToForged judges a push that is not sipgate's and after which the receiver was not there, at least for a while. That it was
// refused by that does not count.
func (e evidence) judgeLostToForged() {
	id, x := e.call.Stimulus, e.exchange
	f := e.finding("the push refused, and the receiver still working", happened(x))
	f.Fix = "Catch the failed verification and respond with 403"
	if id == signatureMissing {
		f.Fix = "Catch the missing header and respond with 403"
	}
	if x.Aftermath.Silent {
		f.Fix += ", in every branch."
	} else {
		f.Fix += "; the process must not end."
	}
	e.js.broken(id, f)
}

// next is the good push that follows a forged one: the last newCall of its call.
func (e evidence) next() (transcript.Exchange, bool) { return following(e.call) }

func following(c transcript.Call) (transcript.Exchange, bool) {
	if n := len(c.Exchanges); n > 1 && !c.Exchanges[n-1].Odd && c.Exchanges[n-1].Push.Event == push.NewCall {
		return c.Exchanges[n-1], true
	}
	return transcript.Exchange{}, false
}

// tellsNothing says why the good push after a forged one tells nothing of it; "" if it does.
func tellsNothing(next transcript.Exchange, sent bool) string {
	switch {
	case !sent:
		return "no other push was sent after it"
	case next.End == transcript.Interrupted:
		return "the run was interrupted before another push had a response"
	case next.End == transcript.BlockedEnd:
		return blocked(next)
	case next.Failure.Local():
		return nobodyMet(next)
	case cutShort(next):
		return "the next push: " + tooSoon(next)
	}
	return ""
}

// survival reports whether a push was sent to see whether the receiver lived through the one before.
func (e evidence) survival() bool {
	_, sent := e.next()
	return sent && e.call.PlayedAs() == transcript.Forged && e.index == len(e.call.Exchanges)-1
}

// judgeNext judges the good push after a forged one. Where it is not accepted that counts against the forged one.
func (e evidence) judgeNext() {
	if e.exchange.Accepted() {
		e.judgeReading()
	}
}

// Refuses reports whether a receiver refused a push. A 2xx status is a refusal as well if its document is not a Response, and
// if the receiver takes no part in this call but takes part in the call of next, the good push after it.
func Refuses(x, next transcript.Exchange) bool {
	if !x.Accepted() || x.Declines() {
		return true
	}
	if _, says := Refusal(x); says {
		return true
	}
	return takesPart(next) && !takesPart(x)
}

// refusedToo reports whether the good push was refused because of its signature or its origin as well.
func refusedToo(next transcript.Exchange) bool {
	_, refused := Refusal(next)
	return refused
}

// takesPart reports whether a response subscribes to anything or steers the call.
func takesPart(x transcript.Exchange) bool {
	doc := x.Effective()
	return doc != nil && (doc.Response.OnAnswer != nil || doc.Response.OnHangup != nil || len(doc.Response.Actions) > 0)
}

// took tells in words how a push was taken that should not have been.
func took(x transcript.Exchange) string {
	if x.Document.Kind == response.XML {
		return fmt.Sprintf("status %d with a Response, as if sipgate had sent it", x.Status)
	}
	return fmt.Sprintf("status %d, as if sipgate had sent it", x.Status)
}

// tellsForged reports whether a receiver refused a forged push and took the good one after it, or did not live through the forged one.
func tellsForged(c transcript.Call) bool {
	next, sent := following(c)
	forged := c.PlayedAs() == transcript.Forged
	if forged && len(c.Exchanges) > 0 && c.Exchanges[0].Odd && c.Exchanges[0].Aftermath.Seen() && !lostByAnother(c) {
		return c.Exchanges[0].End != transcript.NotConnected
	}
	if !forged || tellsNothing(next, sent) != "" || refusedToo(next) || next.Responded() && !next.Accepted() {
		return false
	}
	x := c.Exchanges[0]
	return x.Odd && x.End != transcript.NotConnected && x.End != transcript.BlockedEnd && Refuses(x, next)
}

// judgeAnyBody judges a push in another encoding that was not accepted. Only a refusal because of the signature counts: that
// sipgate would ever encode pushes so is not said.
func (e evidence) judgeAnyBody() {
	x := e.exchange
	why, says := Refusal(x)
	f := e.finding("a correctly signed push accepted, however its fields are written", happened(x))
	switch {
	case why.By == SignatureCheck:
		f.Got += fmt.Sprintf(", which says %s", response.Quote(why.Words))
	case says, x.Status != 401 && x.Status != 403:
		return
	}
	f.Excuses = excusesFor(signatureAnyBody, x.Push)
	e.js.broken(signatureAnyBody, f)
}
