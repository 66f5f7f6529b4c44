package requirements

import (
	"fmt"
	"strings"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// addRefusal adds the finding that the push was not accepted. If the push counts only for its whole call, judgeWholeCall adds the finding
// instead.
func (e evidence) addRefusal(got string) {
	if e.countsOnlyForCall() {
		return
	}
	f := e.finding(describeWantedResponse(e.requirement()), got)
	f.Excuses = e.excuses()
	f.Fix = e.fix()
	if x := e.exchange; x.Odd && e.isVerifiable() && (x.Status == 401 || x.Status == 403) {
		f.Excuses = append(f.Excuses, Excuse{ID: signatureAnyBody}) // the signature may be the cause, although the response does not name it
	}
	e.judgements.addFinding(e.requirement(), f)
	if e.requirement() == PushNewCall {
		e.addFinding(pushEncodedBrackets, "a 2xx status, as for the same push with raw brackets", got)
		e.judgements.addGapWithReason(pushEncodedBrackets, "the plain push was not accepted", PushNewCall)
	}
}

// addGapIfUnsent adds a gap if the push was not sent, because there was no connection or because the connection had a problem. It reports
// whether it added the gap.
func (e evidence) addGapIfUnsent(id string) bool {
	switch x := e.exchange; x.End {
	case transcript.BlockedEnd:
		e.judgements.addGapWithReason(id, outcome.WhyBlocked(x), "")
	case transcript.NotConnected:
		e.judgements.addGapWithReason(id, outcome.WhyNotConnected(x), "")
	default:
		return false
	}
	return true
}

// judgeVerificationRefusal reports whether the response refuses the push because of its signature or origin. If so, addVerificationRefusal
// judges the response.
func (e evidence) judgeVerificationRefusal(id string) bool {
	refusal, isRefusal := outcome.FindVerificationRefusal(e.exchange)
	if isRefusal {
		e.addVerificationRefusal(id, refusal)
	}
	return isRefusal
}

// addVerificationRefusal judges a response that refuses the push because of its signature or origin. If the signature is correct, there is
// a finding of a requirement about signatures. Otherwise the receiver is right, and the push cannot be judged.
func (e evidence) addVerificationRefusal(id string, refusal outcome.VerificationRefusal) {
	x := e.exchange
	if plain := plainFollowUpRequirement(x.Push); x.Exempt == transcript.ExemptBySignature && plain != "" {
		id = plain // the signature is the cause of the refusal, and not an odd push before it
	}
	if outcome.IsCapturedPush(x) && refusal.Check == outcome.SignatureCheck {
		e.judgements.setNotApplicable(id, "the receiver refuses sipgate's own signature: it verifies with another key")
		return
	}
	if e.target.NeedsForwardedFor && outcome.RefusesSignature(x, refusal) {
		if e.call.RequirementID == signatureAnyProxy {
			e.addFinding(signatureAnyProxy, "the push accepted, as it is with X-Forwarded-For", fmt.Sprintf("status %d, which says %s, with X-Forwarded-For: none", x.Status, response.Quote(refusal.Words)))
		}
		gap := gapWithoutProxyHeader(refusal)
		e.judgements.addGap(signatureValid, gap)
		e.judgements.addGap(id, gap)
		return
	}
	if id == signatureAnyProxy {
		e.addRefusal(fmt.Sprintf("status %d, which says %s, with X-Forwarded-For: %s", x.Status, response.Quote(refusal.Words), outcome.ForwardedFor(x)))
		return
	}
	violatedID := ""
	if e.isVerifiable() {
		violatedID = violatedRequirement(refusal, x)
	}
	if violatedID != "" {
		f := e.finding("a correctly signed push accepted", fmt.Sprintf("status %d, which says %s", x.Status, response.Quote(refusal.Words)))
		f.Excuses = catalogueExcuses(violatedID, x.Push)
		e.judgements.addFinding(violatedID, f)
	}
	e.judgements.addGapWithReason(id, refusal.Reason(x, e.isVerifiable()), violatedID)
}

// recordAccepted records that the requirement id is met, because the push was accepted. If the push is signed, it also records that
// signature.valid is met.
func (e evidence) recordAccepted(id string) {
	if id == pushGoldenCapture && e.target.PushesSigned && !outcome.IsCapturedPush(e.exchange) {
		e.judgements.setNotApplicable(id, "the receiver refuses the genuine push, but accepts it with fresh ids and signed with --sign-key: it verifies with another key than sipgate's, or has seen the callId")
		return
	}
	e.judgements.recordMet(id)
	if e.isVerifiable() && !e.exchange.Odd {
		e.judgements.recordMet(signatureValid)
	}
}

// generalFix returns the fix for a receiver that gives no reason for a refusal: it may not know the numbers of the push, or may expect a
// signature or a login. It returns "" if nothing suggests that.
func (e evidence) generalFix() string {
	switch {
	case e.exchange.Push.Event == push.NewCall && e.target.Captured == outcome.CapturedAccepted:
		return capturedFix
	case e.exchange.Status != 401 && e.exchange.Status != 403 || e.isVerifiable():
		return ""
	}
	return "If the receiver verifies signatures, give it a public key of yours and pushcheck the private half with --sign-key; if it checks X-Forwarded-For, " +
		"set that with --header. Otherwise let it accept pushes without login, session or CSRF token."
}

// hasSpecificFix reports whether the push counts for another requirement than the plain push of its event. The fix of that requirement
// names what is unusual about the push.
func (e evidence) hasSpecificFix() bool {
	return requirementOf(e.exchange.Push) != plainRequirement(e.exchange.Push)
}

// fix returns the fix for a push that is not accepted. It returns "" if the fix of the requirement is the best.
func (e evidence) fix() string {
	fix, statusOnly := outcome.FixFor(e.exchange)
	if fix != "" && !statusOnly {
		return fix
	}
	if general := e.generalFix(); general != "" || e.hasSpecificFix() {
		return general
	}
	return fix
}

// isVerifiable reports whether the push is signed with a key of which the receiver should have the public half.
func (e evidence) isVerifiable() bool {
	return e.target.PushesSigned && outcome.IsSigned(e.exchange) && !outcome.IsCapturedPush(e.exchange)
}

// judgeLogin judges how the receiver asks for credentials, and whether it accepts the credentials in its URL. It returns true if this
// explains why the push was not accepted. Then nothing else of the exchange is judged.
func (e evidence) judgeLogin(id string) bool {
	x := e.exchange
	isDenied := deniesLogin(x)
	switch {
	case x.Odd:
		return false
	case isDenied && x.CredentialsRequested:
		f := e.finding("the credentials of the URL accepted, once they were asked for", fmt.Sprintf("status %d with them", x.Status))
		f.Fix = "Compare user and password as they stand in the URL, percent-decoded, with those that the receiver knows; the header is Authorization: Basic and the base64 of user:password."
		e.judgements.addFinding(transportBasicAuth, f)
		e.judgements.addGapWithReason(id, "the receiver did not accept the credentials of its URL", transportBasicAuth)
		return true
	case isDenied && hasCredentials(x):
		e.addFinding(transportBasicAuth, "status 401 with WWW-Authenticate: Basic", describeChallenge(x))
		e.judgements.addGapWithReason(id, "the receiver does not ask for the credentials of its URL as it should", transportBasicAuth)
		return true
	case x.Status == 401 && x.Header.Get("WWW-Authenticate") != "":
		f := e.finding(describeWantedResponse(id), "status 401, and there are no credentials in the URL")
		f.Excuses = e.excuses()
		f.Fix = "Write the credentials into the URL that you enter at sipgate, and into the follow-up URLs that the receiver names: https://user:password@example.com/push. " +
			"sipgate sends them if WWW-Authenticate: Basic asks for them, and supports no other scheme. A secret in the path or the query needs no credentials."
		e.judgements.addFinding(id, f)
		if id == PushNewCall {
			e.judgements.addGapWithReason(pushEncodedBrackets, "the plain push was not accepted", id)
		}
		return true
	case x.CredentialsRequested:
		e.judgements.recordMet(transportBasicAuth)
	}
	return false
}

// asksForCredentials reports whether the receiver asks for the credentials in its URL, even if it does so in the wrong way.
func asksForCredentials(x transcript.Exchange) bool {
	return x.CredentialsRequested || hasCredentials(x) && deniesLogin(x)
}

// deniesLogin reports whether a response has status 401 or 403, and does not name the signature or the origin as the reason.
func deniesLogin(x transcript.Exchange) bool {
	return (x.Status == 401 || x.Status == 403) && !outcome.IsVerificationRefusal(x)
}

// hasCredentials reports whether the URL of a push has credentials. A transcript contains a placeholder for them.
func hasCredentials(x transcript.Exchange) bool {
	return strings.Contains(x.URL, endpoint.UserinfoPlaceholder+"@")
}

// describeChallenge describes the status of a refused push, and the challenge in WWW-Authenticate.
func describeChallenge(x transcript.Exchange) string {
	challenges := strings.Join(x.Header.Values("WWW-Authenticate"), ", ")
	switch {
	case x.Status != 401:
		return fmt.Sprintf("status %d", x.Status)
	case challenges == "":
		return "status 401 without WWW-Authenticate"
	}
	return fmt.Sprintf("status 401 with WWW-Authenticate: %s", challenges)
}

// AcceptsWithoutCredentials reports whether a URL with credentials accepts a push without asking for the credentials.
func AcceptsWithoutCredentials(x transcript.Exchange) bool {
	return hasCredentials(x) && !x.CredentialsRequested && x.ForeignName == "" && x.Accepted()
}

// capturedFix is the fix if the receiver accepts the captured push, and refuses another push for a reason other than its signature.
const capturedFix = "The receiver accepts a push that sipgate really sent, but not this one, which has other numbers and names a user. If it accepts only " +
	"numbers and users that it knows, set them with --cast, or name a number with --numbers through=NUMBER. Otherwise look for the reason in its log."
