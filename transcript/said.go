package transcript

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// saidLength is how many characters of what a receiver said are shown.
const saidLength = 120

var (
	startsAsMarkup = regexp.MustCompile(`^\s*<[A-Za-z!?]`)
	noText         = regexp.MustCompile(`(?is)<!--.*?-->|<script\b.*?</script\s*>|<style\b.*?</style\s*>`)
	markup         = regexp.MustCompile(`(?s)</?[A-Za-z!?][^>]*>`)
)

// Said returns the body of the response as one line of plain text for people: without tags, white space folded, cut at 120 characters.
// Markup without any text in it, such as an XML document that says everything in attributes, is returned as it stands. The result is
// empty if the body is empty.
func (x Exchange) Said() string {
	body := string(x.ResponseBody)
	if isBinary(body) {
		return fmt.Sprintf("(%d bytes that are no text)", max(x.BodyLength, int64(len(body))))
	}
	text := body
	if startsAsMarkup.MatchString(body) {
		text = html.UnescapeString(markup.ReplaceAllLiteralString(noText.ReplaceAllLiteralString(body, " "), " "))
	}
	line := folded(text)
	if line == "" {
		line = folded(body)
	}
	if runes := []rune(line); len(runes) > saidLength {
		return strings.TrimRight(string(runes[:saidLength]), " ") + "…"
	}
	return line
}

// folded makes one line of text.
func folded(text string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
}

// isBinary reports whether a body is no text: it has a NUL, or more than one in ten of its characters is a control character or no UTF-8.
func isBinary(body string) bool {
	odd, all := 0, 0
	for _, r := range body {
		if r == 0 {
			return true
		}
		if all++; r == utf8.RuneError || unicode.IsControl(r) && !unicode.IsSpace(r) {
			odd++
		}
	}
	return odd*10 > all
}
