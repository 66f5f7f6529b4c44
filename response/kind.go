package response

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/internal/xmldoc"
)

// bodyGuess is the kind of a body as guessed from its text, before it is parsed.
type bodyGuess struct {
	kind       Kind
	format     Format // if kind is NotXML: the format of the body
	jsonMember string // for XML in a string of a JSON object: the name of the object's member

	// If the body contains XML, but does not start with it: what is at the start, such as "plain text before the XML". Otherwise "".
	badStart string
	hint     string // if badStart is not "": how to correct the start
	offset   int    // if badStart is not "": byte offset of the start, after white space
}

var (
	// xmlMarkerPattern matches an XML declaration or a tag named Response, also with &lt; in place of <.
	xmlMarkerPattern  = regexp.MustCompile(`(?i)<\?xml\b|<\s*/?response\b|&lt;(\?xml\s|response\b)`)
	phpWarningPattern = regexp.MustCompile(`(?is)^(<br\s*/?>\s*)?(<b>)?(PHP )?(warning|notice|fatal error|parse error|deprecated|strict standards)(</b>)?:\s.*\son line\s`)
	startTagPattern   = regexp.MustCompile(`^<([A-Za-z_][A-Za-z0-9._:-]*|[^\x00-\x7f])`)
)

// htmlElementNames are the names of common HTML elements. No element of a response has one of these names.
var htmlElementNames = map[string]bool{
	"head": true, "body": true, "title": true, "meta": true, "script": true, "style": true, "link": true,
	"h1": true, "h2": true, "h3": true, "h4": true, "p": true, "pre": true, "div": true, "span": true, "br": true, "hr": true,
	"b": true, "i": true, "em": true, "strong": true, "font": true, "code": true, "a": true, "img": true, "center": true,
	"table": true, "ul": true, "ol": true, "form": true, "section": true, "main": true, "header": true, "nav": true,
}

// guessBody guesses from the text of a body whether it is XML. An HTML page is not XML. A JSON object is XML only if one of its members
// contains XML. Any other text is XML if it contains an XML declaration or a tag named Response, if it begins with a tag that HTML does not
// have, or if it begins with < and its media type is an XML media type.
func guessBody(text, mediaType string) bodyGuess {
	offset := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
	text = strings.TrimSpace(text)
	if text == "" {
		return bodyGuess{kind: EmptyBody}
	}
	content := skipProlog(text)
	if isHTMLPage(content) {
		return bodyGuess{kind: NotXML, format: HTMLPage}
	}
	if strings.ContainsAny(text[:1], "{[") && json.Valid([]byte(text)) {
		if member := jsonMemberWithXML(text); member != "" {
			return bodyGuess{kind: XML, jsonMember: member, badStart: "a JSON object with the XML in its member " + wording.QuoteShort(member), hint: unopenedEnvelopeHint, offset: offset}
		}
		return bodyGuess{kind: NotXML, format: jsonText}
	}
	marker := xmlMarkerPattern.FindStringIndex(text)
	format := nonXMLFormat(text, content)
	switch {
	case format == "":
		return bodyGuess{kind: XML}
	case marker == nil && declaresXML(mediaType) && text[0] == '<':
		if format == phpSource || format == phpWarning {
			return bodyGuess{kind: XML, badStart: string(format) + " in place of the XML", hint: "send the XML and nothing else", offset: offset}
		}
		return bodyGuess{kind: XML}
	case marker == nil:
		return bodyGuess{kind: NotXML, format: format}
	case marker[0] == 0 || format == phpSource:
		return bodyGuess{kind: XML}
	case json.Valid([]byte(text)):
		return bodyGuess{kind: XML, badStart: "a JSON string with the XML in it", hint: "Do not encode it as JSON: send the XML itself as the body.", offset: offset}
	}
	return bodyGuess{kind: XML, badStart: string(format) + " before the XML", hint: "write nothing before the XML", offset: offset}
}

const unopenedEnvelopeHint = "The envelope reaches sipgate because nothing opened it. Send the XML itself as the body, or set up the gateway so that it opens the envelope."

// jsonMemberWithXML returns the name of the member of a JSON object whose value is a string with an XML document; of several, the first in
// alphabetical order. An example is the member body in the result of an AWS Lambda function: {"statusCode": 200, "body": "<?xml …"}. It
// returns "" if no member contains XML. HTML and other text in angle brackets does not count as XML.
func jsonMemberWithXML(text string) string {
	var members map[string]any
	if json.Unmarshal([]byte(text), &members) != nil {
		return "" // text is an array
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if value, _ := members[name].(string); isXMLForSipgate(trimByteOrderMark(value)) {
			return name
		}
	}
	return ""
}

// trimByteOrderMark removes a byte order mark at the start, and white space around the text.
func trimByteOrderMark(text string) string {
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "\uFEFF"))
}

// isXMLForSipgate reports whether text is a complete XML document that sipgate may be meant to read: it has an XML declaration, or its root
// is an element that sipgate documents. It returns false for a sentence that begins with a tag.
func isXMLForSipgate(text string) bool {
	content := skipProlog(text)
	if !strings.HasPrefix(text, "<") || isHTMLPage(content) {
		return false
	}
	name := matchedName(startTagPattern.FindStringSubmatch(content))
	_, isDocumented := childElements[name]
	return (isDocumented || xmlMarkerPattern.MatchString(text)) && isCompleteDocument(text, content, name)
}

// isCompleteDocument reports whether text seems to be a whole document, even if it is not well-formed: it begins with an XML declaration
// and ends with >, or ends with the end tag of its root element, or is one empty-element tag. content is the text after the prolog, and
// name is the name of the root element.
func isCompleteDocument(text, content, name string) bool {
	if _, err := xmldoc.Read(text); err == nil {
		return true
	}
	endTag := "</" + name + ">"
	switch {
	case strings.HasPrefix(text, "<?xml") && strings.HasSuffix(text, ">"):
		return true
	case len(text) >= len(endTag) && strings.EqualFold(text[len(text)-len(endTag):], endTag):
		return true
	}
	return strings.Count(content, "<") == 1 && strings.HasSuffix(content, "/>")
}

// matchedName returns the name in a match of startTagPattern, or "" if there is no match.
func matchedName(match []string) string {
	if match == nil {
		return ""
	}
	return match[1]
}

// skipProlog removes declarations, processing instructions and comments before the root element.
func skipProlog(text string) string {
	for {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		terminator := ""
		switch {
		case strings.HasPrefix(text, "<?"):
			terminator = "?>"
		case strings.HasPrefix(text, "<!--"):
			terminator = "-->"
		default:
			return text
		}
		_, text, _ = strings.Cut(text, terminator)
	}
}

func isHTMLPage(content string) bool { return htmlPagePattern.MatchString(content) }

var htmlPagePattern = regexp.MustCompile(`(?i)^\s*<(!doctype\s+html([\s>]|$)|html([\s/>]|$))`)

// nonXMLFormat returns the format of a text that does not begin like XML, or "" if the text does. content is the text after the prolog.
func nonXMLFormat(text, content string) Format {
	startTag := startTagPattern.FindStringSubmatch(content)
	switch {
	case strings.HasPrefix(text, "<?php"), strings.HasPrefix(text, "<?="):
		return phpSource
	case phpWarningPattern.MatchString(text):
		return phpWarning
	case startTag != nil && htmlElementNames[strings.ToLower(startTag[1])]:
		return "a piece of HTML"
	case startTag != nil, content == "", strings.HasPrefix(content, "<!"):
		return ""
	case strings.HasPrefix(text, "\uFEFF"):
		return "a second byte order mark"
	case json.Valid([]byte(text)), strings.HasPrefix(text, `{"`), strings.HasPrefix(text, `[{`):
		return jsonText
	case strings.IndexFunc(text, func(r rune) bool { return !xmldoc.IsChar(r) || r == unicode.ReplacementChar }) >= 0:
		return "binary data"
	}
	return plainText
}
