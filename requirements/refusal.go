package requirements

import (
	"regexp"
	"strings"

	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

var (
	// A signature that is missing, wrong or to be verified, in either order of the words.
	namesSignature = regexp.MustCompile(`(?i)x-sipgate-signature|` +
		`\b(invalid|missing|no|wrong|bad|unsigned|verif\w*|required?|mismatch\w*|fail\w*)\W+(\w+\W+){0,3}signature|` +
		`\bsignature\W+(\w+\W+){0,3}(invalid|missing|wrong|bad|verif\w*|required?|mismatch\w*|fail\w*|not)\b`)
	notOurs = regexp.MustCompile(`(?i)typeerror|function signature|method signature|call signature`)
	// Where the push came from: only beside a status that says no.
	namesOrigin = regexp.MustCompile(`(?i)not from sipgate|x-forwarded-for|\bip[\s-]?(address|adresse)|\bip\b.*\b(allow|block|white|black|unknown|denied|forbidden|unbekannt)|` +
		`white-?list|allow-?list|originate|\borigin\b|217\.116\.118\.|212\.9\.(44|46)\.`)
	// A framework's protection against forged forms speaks of origins too, and is not about sipgate's.
	forgedForm   = regexp.MustCompile(`(?i)\bcsrf\s+(verification|validation|token|check|protection|failed)|cross[ -]?site request`)
	errorMessage = regexp.MustCompile(`(?i)<Error\s+message=["']([^"']*)["']`)
)

// refusalLength is how much of a body is looked at: who refuses says so at once.
const refusalLength = 4 << 10

// Refusal tells whether a response refuses the push because of its signature or its origin, and in which words. A receiver
// may do so with any status; sipgate's official library does it with status 200 and an Error document. Such a receiver is
// right: what it refuses cannot be judged, and is no fault. A 404, 405 or 410 is about the URL, whatever its page says, a
// framework's protection against forged forms is in the way of every push, and a document that sipgate would act on is no
// refusal.
func Refusal(x transcript.Exchange) (words string, refused bool) {
	if !x.Answered() || nobodyThere(x) || x.Effective() != nil {
		return "", false
	}
	document := x.Document.Root == "Error"
	sentence := x.Document.Kind == response.Other && x.Document.Looks != "an HTML page"
	if kind := x.Status / 100; kind == 3 || kind == 2 && !document && !sentence {
		return "", false
	}
	body := x.ResponseBody[:min(len(x.ResponseBody), refusalLength)]
	signature := namesSignature.Match(body) && !notOurs.Match(body)
	origin := (x.Status == 401 || x.Status == 403 || document) && namesOrigin.Match(body) && !forgedForm.Match(body)
	if !signature && !origin {
		return "", false
	}
	if m := errorMessage.FindSubmatch(body); m != nil {
		return string(m[1]), true
	}
	words = strings.Join(strings.Fields(string(body)), " ")
	if runes := []rune(words); len(runes) > 120 {
		words = string(runes[:120]) + "…"
	}
	return words, true
}
