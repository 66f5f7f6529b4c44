package requirements

import (
	"fmt"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// refused notes that the push was not accepted.
func (e evidence) refused(got string) {
	if e.wholeOnly() {
		return
	}
	f := e.finding(wanted(e.accepting()), got)
	f.Excuses = e.baselines()
	f.Fix = e.fixFor()
	if x := e.exchange; x.Odd && e.verifiable() && (x.Status == 401 || x.Status == 403) {
		f.Excuses = append(f.Excuses, Excuse{ID: signatureAnyBody}) // the signature may be the cause, although the response does not name it
	}
	e.js.broken(e.accepting(), f)
	if e.accepting() == PushNewCall {
		e.broken(pushEncodedBrackets, "a 2xx status, as for the same push with raw brackets", got)
		e.js.gap(pushEncodedBrackets, "the plain push was not accepted", PushNewCall)
	}
}

// unsent reports whether a push never got to the receiver. If so, it notes a gap.
func (e evidence) unsent(id string) bool {
	switch x := e.exchange; x.End {
	case transcript.BlockedEnd:
		e.js.gap(id, blocked(x), "")
	case transcript.NotConnected:
		e.js.gap(id, notConnected(x), "")
	default:
		return false
	}
	return true
}

// refusesForeign reports whether the receiver refuses the push because sipgate did not sign or send it. If so, it notes that.
func (e evidence) refusesForeign(id string) bool {
	why, yes := Refusal(e.exchange)
	if yes {
		e.turnedAway(id, why)
	}
	return yes
}

// turnedAway notes that a push was refused because of its signature or its origin. If its signature is correct, that is
// a finding about the verification. Otherwise the receiver is right, and the push cannot be judged.
func (e evidence) turnedAway(id string, why Refused) {
	x := e.exchange
	if plain := plainOf(x.Push); x.Exempt == transcript.ForSignature && plain != "" {
		id = plain // it is refused for its signature, and not because its call is odd
	}
	if isGenuine(x) && why.By == SignatureCheck {
		e.js.notApplicable(id, "the receiver refuses sipgate's own signature: it verifies with another key")
		return
	}
	if e.target.Proxied && refusesSignature(x, why) {
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
	if e.verifiable() {
		because = why.because(x)
	}
	if because != "" {
		f := e.finding("a correctly signed push accepted", fmt.Sprintf("status %d, which says %s", x.Status, response.Quote(why.Words)))
		f.Excuses = excusesFor(because, x.Push)
		e.js.broken(because, f)
	}
	e.js.gap(id, why.reason(x, e.verifiable()), because)
}

// taken notes that a push was accepted, and its signature with it.
func (e evidence) taken(id string) {
	if id == pushGoldenCapture && e.target.Signed && !isGenuine(e.exchange) {
		e.js.notApplicable(id, "the receiver refuses the genuine push, but accepts it with fresh ids and signed with --sign-key: it verifies with another key than sipgate's, or has seen the callId")
		return
	}
	e.js.met(id)
	if e.verifiable() && !e.exchange.Odd {
		e.js.met(signatureValid)
	}
}

// generalRemedy returns the remedy for a receiver that refuses a push without a reason, and may be right.
func (e evidence) generalRemedy() string {
	switch {
	case e.exchange.Push.Event == push.NewCall && e.target.Captured == Taken:
		return capturedHint
	case e.exchange.Status != 401 && e.exchange.Status != 403 || e.verifiable():
		return ""
	}
	return "If the receiver verifies signatures, give it a public key of yours and pushcheck the private half with --sign-key; if it checks X-Forwarded-For, " +
		"set that with --header. Otherwise let it accept pushes without login, session or CSRF token."
}

// ownRemedy reports whether the push counts for another requirement than the plain one of its event. The fix of that requirement names in
// which respect it differs.
func (e evidence) ownRemedy() bool { return accepting(e.exchange.Push) != plainPush(e.exchange.Push) }

// fixFor returns how to fix that the push is not accepted. It returns "" if the fix of the requirement is the best one.
func (e evidence) fixFor() string {
	fix, weak := remedyFor(e.exchange)
	if fix != "" && !weak {
		return fix
	}
	if fix := e.generalRemedy(); fix != "" || e.ownRemedy() {
		return fix
	}
	return fix
}

// verifiable reports whether the push is signed with the key of pushcheck, and the receiver should know its public half.
func (e evidence) verifiable() bool {
	return e.target.Signed && signed(e.exchange) && !isGenuine(e.exchange)
}
