package requirements

import (
	"fmt"
	"regexp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

var (
	// A signature that is missing, wrong or to be verified. The words may be in either order, in English or German. The word
	// "signature" alone counts as well.
	namesSignature = regexp.MustCompile(`(?i)x-sipgate-signature|^\W*signatur(e|en)?\W*$|\bunsigned\s+(request|push|webhook|body|call)|` +
		`\b(ungültige?|fehlende?|falsche?|keine)\s+signatur|\bsignatur\s+(\w+\s+){0,2}(ungültig|fehlt|falsch|stimmt)|\bnicht\s+signiert|` +
		`\b(invalid|missing|no|wrong|bad|unsigned|verif\w*|required?|mismatch\w*|fail\w*)\W+(\w+\W+){0,3}signature|` +
		`\bsignature\W+(\w+\W+){0,3}(invalid|missing|wrong|bad|verif\w*|required?|mismatch\w*|fail\w*|not)\b`)
	notOurs = regexp.MustCompile(`(?i)typeerror|function signature|method signature|call signature`)
	// Where the push came from. This counts only if the status is a refusal as well.
	namesOrigin = regexp.MustCompile(`(?i)not from sipgate|x-forwarded-for|\bip[\s-]?(address|adresse)|\bip\b.*\b(allow|block|white|black|unknown|denied|forbidden|unbekannt)|` +
		`white-?list|allow-?list|originate|\borigin\b|217\.116\.118\.|212\.9\.(44|46)\.`)
	// A framework's protection against forged forms names origins too, but does not mean sipgate's.
	forgedForm   = regexp.MustCompile(`(?i)\bcsrf\s+(verification|validation|token|check|protection|failed)|cross[ -]?site request`)
	errorMessage = regexp.MustCompile(`(?i)<Error\s+message=["']([^"']*)["']`)
)

// refusalLength is how much of a body is searched for a refusal, in bytes. A refusal is in the first words.
const refusalLength = 4 << 10

// Check is the property of a push that a receiver checks.
type Check string

const (
	SignatureCheck Check = "signature" // sipgate signed it
	OriginCheck    Check = "origin"    // it comes from sipgate's address
)

// Refused is why a receiver did not accept a push.
type Refused struct {
	By    Check
	Words string // the receiver's own
}

// Refusal reports whether a response refuses the push because of its signature or its origin, and in which words. A receiver
// may do so with any status; sipgate's official library does it with status 200 and an Error document. Such a receiver is
// right: the pushes that it refuses cannot be judged, and are no finding. There are three exceptions: a 404, 405 or 410 is about the URL,
// whatever the page contains; a framework's protection against forged forms blocks every push; and a document that sipgate would act on
// is no refusal.
//
// If a receiver verifies with sipgate's key, its refusals count whatever their words are, see Exempt.
func Refusal(x transcript.Exchange) (Refused, bool) {
	if x.Exempt == transcript.ExemptBySignature {
		return Refused{By: SignatureCheck}, true
	}
	if !x.Responded() || hasNoRoute(x) {
		return Refused{}, false
	}
	body := x.ResponseBody[:min(len(x.ResponseBody), refusalLength)]
	document := x.Document.Root == "Error" || x.Push.Event != push.NewCall && x.Push.Event != push.DTMF && errorMessage.Match(body)
	sentence := x.Document.Kind == response.NotXML && x.Document.Format != response.HTMLPage
	if kind := x.Status / 100; kind == 3 || kind == 2 && !document && !sentence {
		return Refused{}, false
	}
	var r Refused
	switch {
	case namesSignature.Match(body) && !notOurs.Match(body):
		r.By = SignatureCheck
	case (x.Status == 401 || x.Status == 403 || document) && namesOrigin.Match(body) && !forgedForm.Match(body):
		r.By = OriginCheck
	default:
		return Refused{}, false
	}
	if m := errorMessage.FindSubmatch(body); m != nil {
		r.Words = string(m[1])
		return r, true
	}
	r.Words = x.ResponseText()
	return r, true
}

// reason explains why a refused push could not be judged, and what to do about it. ours means that the push carried a signature that the
// receiver should have been able to verify.
func (r Refused) reason(x transcript.Exchange, ours bool) string {
	switch {
	case x.Exempt == transcript.ExemptBySignature:
		return "the receiver accepts a push that sipgate really sent, and refuses it with one digit changed, so it verifies signatures with sipgate's key: " +
			"give it a public key of yours, and pushcheck the private half with --sign-key"
	case r.By == OriginCheck && forwardedFor(x) != "none":
		return fmt.Sprintf("the receiver checks where a push comes from and refuses this one, with X-Forwarded-For %q: it says %s; let it accept pushes from here while it is judged", forwardedFor(x), response.Quote(r.Words))
	case r.By == OriginCheck:
		return fmt.Sprintf("the receiver checks where a push comes from and refuses this one: it says %s; make it look as if it comes from sipgate: --header 'X-Forwarded-For: %s'", response.Quote(r.Words), sipgateAddress)
	case ours && x.Odd:
		return fmt.Sprintf("the receiver checks signatures and refuses this one, which is signed correctly: it says %s", response.Quote(r.Words))
	case ours:
		return fmt.Sprintf("the receiver checks signatures and refuses this one: it says %s; does it have the public half of --sign-key?", response.Quote(r.Words))
	}
	return fmt.Sprintf("the receiver checks signatures and refuses a push without one: it says %s; give it a public key of yours, and pushcheck the private half with --sign-key", response.Quote(r.Words))
}

// sipgateAddress is the address from which sipgate sends pushes. See wire-facts: Request headers over the years.
const sipgateAddress = "217.116.118.254"

// isSigned reports whether a push carried a signature.
func isSigned(x transcript.Exchange) bool { return len(x.SentHeader[push.SignatureHeader]) > 0 }

// forwardedFor returns the X-Forwarded-For of a push, "none" if it has none.
func forwardedFor(x transcript.Exchange) string {
	if values := x.SentHeader["X-Forwarded-For"]; len(values) > 0 {
		return values[0]
	}
	return "none"
}

// because returns the requirement that the refusal violates; "" if refusing is correct.
func (r Refused) because(x transcript.Exchange) string {
	switch {
	case r.By != SignatureCheck || !isSigned(x):
		return ""
	case x.Odd:
		return signatureAnyBody
	}
	return signatureValid
}

// refusalGap returns the gap of a push that the receiver refuses because of its signature or its origin. It returns false if the receiver
// does not. The signature counts as one that the receiver should have been able to verify.
func refusalGap(x transcript.Exchange) (Gap, bool) {
	why, refused := Refusal(x)
	if !refused {
		return Gap{}, false
	}
	return Gap{Reason: why.reason(x, isSigned(x)), Because: why.because(x)}, true
}

// TurnedAway returns the gap of a receiver that refuses a plain push because of its limit, the signature or the origin. It returns false if
// the receiver does not.
func TurnedAway(x transcript.Exchange, target Target) (Gap, bool) {
	why, refused := Refusal(x)
	switch {
	case refusedForLimit(x):
		return Gap{Reason: describeOverLimit(x)}, true
	case !refused || x.Odd:
		return Gap{}, false
	case target.Proxied && refusesSignature(x, why):
		return why.unproxied(), true
	}
	g := Gap{Reason: why.reason(x, target.Signed && isSigned(x))}
	if target.Signed {
		g.Because = why.because(x)
	}
	return g, true
}

// refusesSignature reports whether a receiver refuses a signed push because of the signature, and the push has no X-Forwarded-For.
func refusesSignature(x transcript.Exchange, why Refused) bool {
	return why.By == SignatureCheck && isSigned(x) && forwardedFor(x) == "none"
}

// unproxied returns the gap of a push that is refused because it has no X-Forwarded-For.
func (r Refused) unproxied() Gap {
	return Gap{Because: signatureAnyProxy, Reason: fmt.Sprintf(
		"the receiver says %s about a signed push without X-Forwarded-For, and accepts one with it: to judge the rest, set the header with --header 'X-Forwarded-For: %s'", response.Quote(r.Words), sipgateAddress)}
}

// Proxied reports whether a receiver accepts a signed push only because of its X-Forwarded-For header: it accepted one with that header, and
// refused all plain ones without it because of the signature.
func Proxied(calls []transcript.Call) bool {
	taken, refused := false, false
	for _, c := range calls {
		for _, x := range c.Exchanges {
			why, no := Refusal(x)
			switch {
			case x.Push.Event != push.NewCall || !isSigned(x):
			case x.Odd && c.Stimulus == signatureAnyProxy && forwardedFor(x) != "none":
				taken = taken || x.Accepted() && !no
			case x.Odd:
			case refusesSignature(x, why):
				refused = true
			case x.Accepted() && forwardedFor(x) == "none":
				return false
			}
		}
	}
	return taken && refused
}
