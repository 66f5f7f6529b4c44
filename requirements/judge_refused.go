package requirements

import (
	"fmt"
	"strings"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// addRefused notes that the push was not accepted.
func (e evidence) addRefused(got string) {
	if e.countsOnlyForCall() {
		return
	}
	f := e.finding(wantedResponse(e.requirement()), got)
	f.Excuses = e.excuses()
	f.Fix = e.fix()
	if x := e.exchange; x.Odd && e.isVerifiable() && (x.Status == 401 || x.Status == 403) {
		f.Excuses = append(f.Excuses, Excuse{ID: signatureAnyBody}) // the signature may be the cause, although the response does not name it
	}
	e.js.addFinding(e.requirement(), f)
	if e.requirement() == PushNewCall {
		e.addFinding(pushEncodedBrackets, "a 2xx status, as for the same push with raw brackets", got)
		e.js.leaveOpen(pushEncodedBrackets, "the plain push was not accepted", PushNewCall)
	}
}

// judgeUnsent reports whether a push never got to the receiver. If so, it notes a gap.
func (e evidence) judgeUnsent(id string) bool {
	switch x := e.exchange; x.End {
	case transcript.BlockedEnd:
		e.js.leaveOpen(id, whyBlocked(x), "")
	case transcript.NotConnected:
		e.js.leaveOpen(id, whyNotConnected(x), "")
	default:
		return false
	}
	return true
}

// judgeRefusal reports whether the receiver refuses the push because sipgate did not sign or send it. If so, it notes that.
func (e evidence) judgeRefusal(id string) bool {
	why, yes := Refusal(e.exchange)
	if yes {
		e.addRefusal(id, why)
	}
	return yes
}

// addRefusal notes that a push was refused because of its signature or its origin. If its signature is correct, that is
// a finding about the verification. Otherwise the receiver is right, and the push cannot be judged.
func (e evidence) addRefusal(id string, why Refused) {
	x := e.exchange
	if plain := plainFollowUpRequirement(x.Push); x.Exempt == transcript.ExemptBySignature && plain != "" {
		id = plain // it is refused for its signature, and not because its call is odd
	}
	if isGenuine(x) && why.By == SignatureCheck {
		e.js.setNotApplicable(id, "the receiver refuses sipgate's own signature: it verifies with another key")
		return
	}
	if e.target.Proxied && refusesSignature(x, why) {
		if e.call.Stimulus == signatureAnyProxy {
			e.addFinding(signatureAnyProxy, "the push accepted, as it is with X-Forwarded-For", fmt.Sprintf("status %d, which says %s, with X-Forwarded-For: none", x.Status, response.Quote(why.Words)))
		}
		g := why.unproxied()
		e.js.addGap(signatureValid, g)
		e.js.addGap(id, g)
		return
	}
	if id == signatureAnyProxy {
		e.addRefused(fmt.Sprintf("status %d, which says %s, with X-Forwarded-For: %s", x.Status, response.Quote(why.Words), forwardedFor(x)))
		return
	}
	because := ""
	if e.isVerifiable() {
		because = why.because(x)
	}
	if because != "" {
		f := e.finding("a correctly signed push accepted", fmt.Sprintf("status %d, which says %s", x.Status, response.Quote(why.Words)))
		f.Excuses = catalogueExcuses(because, x.Push)
		e.js.addFinding(because, f)
	}
	e.js.leaveOpen(id, why.reason(x, e.isVerifiable()), because)
}

// addAccepted notes that a push was accepted, and its signature with it.
func (e evidence) addAccepted(id string) {
	if id == pushGoldenCapture && e.target.Signed && !isGenuine(e.exchange) {
		e.js.setNotApplicable(id, "the receiver refuses the genuine push, but accepts it with fresh ids and signed with --sign-key: it verifies with another key than sipgate's, or has seen the callId")
		return
	}
	e.js.addMet(id)
	if e.isVerifiable() && !e.exchange.Odd {
		e.js.addMet(signatureValid)
	}
}

// generalFix returns the remedy for a receiver that refuses a push without a reason, and may be right.
func (e evidence) generalFix() string {
	switch {
	case e.exchange.Push.Event == push.NewCall && e.target.Captured == Taken:
		return capturedHint
	case e.exchange.Status != 401 && e.exchange.Status != 403 || e.isVerifiable():
		return ""
	}
	return "If the receiver verifies signatures, give it a public key of yours and pushcheck the private half with --sign-key; if it checks X-Forwarded-For, " +
		"set that with --header. Otherwise let it accept pushes without login, session or CSRF token."
}

// hasFixOfItsOwn reports whether the push counts for another requirement than the plain one of its event. The fix of that requirement names in
// which respect it differs.
func (e evidence) hasFixOfItsOwn() bool {
	return requirementOf(e.exchange.Push) != plainRequirement(e.exchange.Push)
}

// fix returns how to fix that the push is not accepted. It returns "" if the fix of the requirement is the best one.
func (e evidence) fix() string {
	fix, weak := remedyFor(e.exchange)
	if fix != "" && !weak {
		return fix
	}
	if fix := e.generalFix(); fix != "" || e.hasFixOfItsOwn() {
		return fix
	}
	return fix
}

// isVerifiable reports whether the push is signed with the key of pushcheck, and the receiver should know its public half.
func (e evidence) isVerifiable() bool {
	return e.target.Signed && isSigned(e.exchange) && !isGenuine(e.exchange)
}

// judgeLogin judges how the receiver asks for credentials, and whether it accepts those of its URL. It returns true if that explains the
// exchange, so that nothing else of it is judged.
func (e evidence) judgeLogin(id string) bool {
	x := e.exchange
	denied := deniesLogin(x)
	switch {
	case x.Odd:
		return false
	case denied && x.AskedCredentials:
		f := e.finding("the credentials of the URL accepted, once they were asked for", fmt.Sprintf("status %d with them", x.Status))
		f.Fix = "Compare user and password as they stand in the URL, percent-decoded, with those that the receiver knows; the header is Authorization: Basic and the base64 of user:password."
		e.js.addFinding(transportBasicAuth, f)
		e.js.leaveOpen(id, "the receiver did not accept the credentials of its URL", transportBasicAuth)
		return true
	case denied && hasCredentials(x):
		e.addFinding(transportBasicAuth, "status 401 with WWW-Authenticate: Basic", describeChallenge(x))
		e.js.leaveOpen(id, "the receiver does not ask for the credentials of its URL as it should", transportBasicAuth)
		return true
	case x.Status == 401 && x.Header.Get("WWW-Authenticate") != "":
		f := e.finding(wantedResponse(id), "status 401, and there are no credentials in the URL")
		f.Excuses = e.excuses()
		f.Fix = "Write the credentials into the URL that you enter at sipgate, and into the follow-up URLs that the receiver names: https://user:password@example.com/push. " +
			"sipgate sends them if WWW-Authenticate: Basic asks for them, and supports no other scheme. A secret in the path or the query needs no credentials."
		e.js.addFinding(id, f)
		if id == PushNewCall {
			e.js.leaveOpen(pushEncodedBrackets, "the plain push was not accepted", id)
		}
		return true
	case x.AskedCredentials:
		e.js.addMet(transportBasicAuth)
	}
	return false
}

// asksForCredentials reports whether the receiver asks for the credentials of its URL, even if it does so in the wrong way.
func asksForCredentials(x transcript.Exchange) bool {
	return x.AskedCredentials || hasCredentials(x) && deniesLogin(x)
}

func deniesLogin(x transcript.Exchange) bool {
	_, foreign := Refusal(x)
	return !foreign && (x.Status == 401 || x.Status == 403)
}

// hasCredentials reports whether there were credentials in the URL: a transcript has a placeholder for them.
func hasCredentials(x transcript.Exchange) bool {
	return strings.Contains(x.URL, endpoint.UserinfoPlaceholder+"@")
}

// describeChallenge describes how the receiver refused the push.
func describeChallenge(x transcript.Exchange) string {
	asked := strings.Join(x.Header.Values("WWW-Authenticate"), ", ")
	switch {
	case x.Status != 401:
		return fmt.Sprintf("status %d", x.Status)
	case asked == "":
		return "status 401 without WWW-Authenticate"
	}
	return fmt.Sprintf("status 401 with WWW-Authenticate: %s", asked)
}

// Unguarded reports whether a URL with credentials accepts a push without asking for them.
func Unguarded(x transcript.Exchange) bool {
	return hasCredentials(x) && !x.AskedCredentials && x.ForeignName == "" && x.Accepted()
}
