package transcript

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxResponseText is the largest number of characters that ResponseText returns, without the ellipsis.
const maxResponseText = 120

var (
	markupStart     = regexp.MustCompile(`^\s*<[A-Za-z!?]`)
	invisibleMarkup = regexp.MustCompile(`(?is)<!--.*?-->|<script\b.*?</script\s*>|<style\b.*?</style\s*>`)
	markup          = regexp.MustCompile(`(?s)</?[A-Za-z!?][^>]*>`)
)

// ResponseText returns the body of the response as one line of text for people: without tags, with single spaces, and cut after 120
// characters. If there is no text between the tags, it returns the markup. If the body is empty, it returns "". For binary data it returns
// the number of bytes in parentheses.
func (x Exchange) ResponseText() string {
	body := string(x.ResponseBody)
	if isBinary(body) {
		return fmt.Sprintf("(%d bytes of binary data)", max(x.BodyLength, int64(len(body))))
	}
	text := body
	if markupStart.MatchString(body) {
		text = html.UnescapeString(markup.ReplaceAllLiteralString(invisibleMarkup.ReplaceAllLiteralString(body, " "), " "))
	}
	line := foldSpace(text)
	if line == "" {
		line = foldSpace(body)
	}
	if runes := []rune(line); len(runes) > maxResponseText {
		return strings.TrimRight(string(runes[:maxResponseText]), " ") + "…"
	}
	return line
}

// foldSpace replaces each sequence of white space by one space.
func foldSpace(text string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
}

// isBinary reports whether a body is not text: it contains a NUL, or more than a tenth of its characters are control characters or invalid
// UTF-8.
func isBinary(body string) bool {
	nonTextCount, count := 0, 0
	for _, r := range body {
		if r == 0 {
			return true
		}
		if count++; r == utf8.RuneError || unicode.IsControl(r) && !unicode.IsSpace(r) {
			nonTextCount++
		}
	}
	return nonTextCount*10 > count
}
