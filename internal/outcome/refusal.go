package outcome

import (
	"fmt"
	"regexp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

var (
	// Matches a text that says that a signature is missing, wrong or not verified. The words may be in any order, in English or German. A
	// text that is only the word "signature" matches, too.
	signaturePattern = regexp.MustCompile(`(?i)x-sipgate-signature|^\W*signatur(e|en)?\W*$|\bunsigned\s+(request|push|webhook|body|call)|` +
		`\b(ungültige?|fehlende?|falsche?|keine)\s+signatur|\bsignatur\s+(\w+\s+){0,2}(ungültig|fehlt|falsch|stimmt)|\bnicht\s+signiert|` +
		`\b(invalid|missing|no|wrong|bad|unsigned|verif\w*|required?|mismatch\w*|fail\w*)\W+(\w+\W+){0,3}signature|` +
		`\bsignature\W+(\w+\W+){0,3}(invalid|missing|wrong|bad|verif\w*|required?|mismatch\w*|fail\w*|not)\b`)
	// Matches a text about the signature of a function. Such a text is no refusal.
	otherSignaturePattern = regexp.MustCompile(`(?i)typeerror|function signature|method signature|call signature`)
	// Matches a text about the address or the host that sent the push. Such a text shows a refusal only with status 401 or 403 or in an
	// Error document.
	originPattern = regexp.MustCompile(`(?i)not from sipgate|x-forwarded-for|\bip[\s-]?(address|adresse)|\bip\b.*\b(allow|block|white|black|unknown|denied|forbidden|unbekannt)|` +
		`white-?list|allow-?list|originate|\borigin\b|217\.116\.118\.|212\.9\.(44|46)\.`)
	// Matches a text of a framework's protection against forged forms (CSRF). Such a text can name an origin, but does not mean the sender of
	// the push.
	formTokenPattern    = regexp.MustCompile(`(?i)\bcsrf\s+(verification|validation|token|check|protection|failed)|cross[ -]?site request`)
	errorMessagePattern = regexp.MustCompile(`(?i)<Error\s+message=["']([^"']*)["']`)
)

// searchedLength is how many bytes of a body are searched for the reason of a refusal. The reason is in the first words.
const searchedLength = 4 << 10

// Check is the property of a push that a receiver checks.
type Check string

const (
	SignatureCheck Check = "signature" // whether sipgate signed the push
	OriginCheck    Check = "origin"    // whether the push comes from an address of sipgate
)

// VerificationRefusal is the reason why a response refuses a push: its signature, or the address that sent it.
type VerificationRefusal struct {
	Check Check
	Words string // the words of the response that name the reason
}

// FindVerificationRefusal reports whether a response is a verification refusal: it refuses the push because of its signature or its origin.
// The response may have any status; sipgate's official library responds with status 200 and an Error document. Such a receiver is right:
// the pushes that it refuses cannot be judged, and are no finding. Three kinds of responses are not verification refusals: a 404, 405 or
// 410, which is about the URL; a page of a framework's protection against forged forms, which blocks every push; and a document that
// sipgate would act on.
//
// If a receiver verifies with sipgate's key, each refusal that is marked with ExemptBySignature is a verification refusal, whatever its
// words are.
func FindVerificationRefusal(x transcript.Exchange) (VerificationRefusal, bool) {
	if x.Exempt == transcript.ExemptBySignature {
		return VerificationRefusal{Check: SignatureCheck}, true
	}
	if !x.Responded() || HasNoRoute(x) {
		return VerificationRefusal{}, false
	}
	body := x.ResponseBody[:min(len(x.ResponseBody), searchedLength)]
	isErrorDocument := x.Document.Root == "Error" || !IsResponseRead(x.Push) && errorMessagePattern.Match(body)
	isPlainText := x.Document.Kind == response.NotXML && x.Document.Format != response.HTMLPage
	if statusClass := x.Status / 100; statusClass == 3 || statusClass == 2 && !isErrorDocument && !isPlainText {
		return VerificationRefusal{}, false
	}
	var r VerificationRefusal
	switch {
	case signaturePattern.Match(body) && !otherSignaturePattern.Match(body):
		r.Check = SignatureCheck
	case (x.Status == 401 || x.Status == 403 || isErrorDocument) && originPattern.Match(body) && !formTokenPattern.Match(body):
		r.Check = OriginCheck
	default:
		return VerificationRefusal{}, false
	}
	if m := errorMessagePattern.FindSubmatch(body); m != nil {
		r.Words = string(m[1])
		return r, true
	}
	r.Words = x.ResponseText()
	return r, true
}

// IsVerificationRefusal reports whether a response is a verification refusal.
func IsVerificationRefusal(x transcript.Exchange) bool {
	_, refused := FindVerificationRefusal(x)
	return refused
}

// Reason explains why a refused push could not be judged, and what the user can do. If isVerifiable, the push had a signature that the
// receiver should have been able to verify.
func (r VerificationRefusal) Reason(x transcript.Exchange, isVerifiable bool) string {
	switch {
	case x.Exempt == transcript.ExemptBySignature:
		return "the receiver accepts a push that sipgate really sent, and refuses it with one digit changed, so it verifies signatures with sipgate's key: " +
			"give it a public key of yours, and pushcheck the private half with --sign-key"
	case r.Check == OriginCheck && ForwardedFor(x) != "none":
		return fmt.Sprintf("the receiver checks where a push comes from and refuses this one, with X-Forwarded-For %q: it says %s; let it accept pushes from here while it is judged", ForwardedFor(x), response.Quote(r.Words))
	case r.Check == OriginCheck:
		return fmt.Sprintf("the receiver checks where a push comes from and refuses this one: it says %s; make it look as if it comes from sipgate: --header 'X-Forwarded-For: %s'", response.Quote(r.Words), SipgateAddress)
	case isVerifiable && x.Odd:
		return fmt.Sprintf("the receiver checks signatures and refuses this one, which is signed correctly: it says %s", response.Quote(r.Words))
	case isVerifiable:
		return fmt.Sprintf("the receiver checks signatures and refuses this one: it says %s; does it have the public half of --sign-key?", response.Quote(r.Words))
	}
	return fmt.Sprintf("the receiver checks signatures and refuses a push without one: it says %s; give it a public key of yours, and pushcheck the private half with --sign-key", response.Quote(r.Words))
}

// SipgateAddress is an address from which sipgate sends pushes: observed as X-Forwarded-For in a push of 2016 (sipgate.io issue #86).
const SipgateAddress = "217.116.118.254"

// IsSigned reports whether a push had a signature.
func IsSigned(x transcript.Exchange) bool { return len(x.SentHeader[push.SignatureHeader]) > 0 }

// ForwardedFor returns the header X-Forwarded-For of a push; "none" if the push has no such header.
func ForwardedFor(x transcript.Exchange) string {
	if values := x.SentHeader["X-Forwarded-For"]; len(values) > 0 {
		return values[0]
	}
	return "none"
}

// RefusesSignature reports whether a verification refusal is about the signature of a signed push without X-Forwarded-For.
func RefusesSignature(x transcript.Exchange, refusal VerificationRefusal) bool {
	return refusal.Check == SignatureCheck && IsSigned(x) && ForwardedFor(x) == "none"
}
