package requirements

import (
	"regexp"
	"strings"

	"github.com/pushcheck/pushcheck/transcript"
)

var (
	namesOrigin  = regexp.MustCompile(`(?i)signature|ip address is not from sipgate|not from sipgate|x-forwarded-for`)
	errorMessage = regexp.MustCompile(`(?i)<Error\s+message=["']([^"']*)["']`)
)

// Refusal tells whether a response refuses the push because of its signature or its origin, and in which words. A receiver
// may do so with any status; sipgate's official library does it with status 200 and an Error document. Such a receiver is
// right: what it refuses cannot be judged, and is no fault. A 404, 405 or 410 is about the URL, whatever its page says.
func Refusal(x transcript.Exchange) (words string, refused bool) {
	if !x.Answered() {
		return "", false
	}
	refusing := x.Status/100 == 4 && !nobodyThere(x) || x.Document.Root == "Error"
	if !refusing || !namesOrigin.Match(x.ResponseBody) {
		return "", false
	}
	if m := errorMessage.FindSubmatch(x.ResponseBody); m != nil {
		return string(m[1]), true
	}
	words = strings.Join(strings.Fields(string(x.ResponseBody)), " ")
	if len(words) > 120 {
		words = words[:120] + "…"
	}
	return words, true
}
