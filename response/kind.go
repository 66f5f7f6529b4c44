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

// recognition is what a body looks like before it is read.
type recognition struct {
	kind        Kind
	look        Look   // for Other
	member      string // for XML: the member of a JSON object that it is in
	leadingText string // for XML: text before the document that cannot be part of it; "" if only reading the document shows that
	hint        string // how to get rid of leadingText
	leadOffset  int    // where leadingText begins
}

var (
	xmlSign   = regexp.MustCompile(`(?i)<\?xml\b|<\s*/?response\b|&lt;(\?xml\s|response\b)`)
	phpNotice = regexp.MustCompile(`(?is)^(<br\s*/?>\s*)?(<b>)?(PHP )?(warning|notice|fatal error|parse error|deprecated|strict standards)(</b>)?:\s.*\son line\s`)
	tagName   = regexp.MustCompile(`^<([A-Za-z_][A-Za-z0-9._:-]*|[^\x00-\x7f])`)
)

// htmlNames are names of HTML elements that cannot be part of a push response.
var htmlNames = map[string]bool{
	"head": true, "body": true, "title": true, "meta": true, "script": true, "style": true, "link": true,
	"h1": true, "h2": true, "h3": true, "h4": true, "p": true, "pre": true, "div": true, "span": true, "br": true, "hr": true,
	"b": true, "i": true, "em": true, "strong": true, "font": true, "code": true, "a": true, "img": true, "center": true,
	"table": true, "ul": true, "ol": true, "form": true, "section": true, "main": true, "header": true, "nav": true,
}

// recognise decides whether text is meant as XML. It is if it contains an XML declaration or a tag named Response, unless it is an HTML
// page, or a JSON object without XML in a member. It also is if it begins with a tag that is not one of HTML's, or if it begins with <
// and its media type is one of XML, unless it is an HTML page.
func recognise(text, media string) recognition {
	at := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
	text = strings.TrimSpace(text)
	if text == "" {
		return recognition{kind: Nothing}
	}
	content := skipMisc(text)
	if isPage(content) {
		return recognition{kind: Other, look: Page}
	}
	if strings.ContainsAny(text[:1], "{[") && json.Valid([]byte(text)) {
		if member := envelopeMember(text); member != "" {
			return recognition{kind: XML, member: member, leadingText: "a JSON object with the XML in its member " + wording.QuoteShort(member), hint: openEnvelope, leadOffset: at}
		}
		return recognition{kind: Other, look: jsonText}
	}
	sign := xmlSign.FindStringIndex(text)
	look := looksLike(text, content)
	switch {
	case look == "":
		return recognition{kind: XML}
	case sign == nil && declaresXML(media) && text[0] == '<':
		if look == phpSource || look == phpNote {
			return recognition{kind: XML, leadingText: string(look) + " in place of the XML", hint: "send the XML and nothing else", leadOffset: at}
		}
		return recognition{kind: XML}
	case sign == nil:
		return recognition{kind: Other, look: look}
	case sign[0] == 0 || look == phpSource:
		return recognition{kind: XML}
	case json.Valid([]byte(text)):
		return recognition{kind: XML, leadingText: "a JSON string with the XML in it", hint: "Do not encode it as JSON: send the XML itself as the body.", leadOffset: at}
	}
	return recognition{kind: XML, leadingText: string(look) + " before the XML", hint: "write nothing before the XML", leadOffset: at}
}

const openEnvelope = "The envelope reaches sipgate because nothing opened it. Send the XML itself as the body, or set up the gateway so that it opens the envelope."

// envelopeMember returns the name of the member of a JSON object that holds XML in a string, such as the body of an AWS Lambda
// function's {"statusCode": 200, "body": "<?xml …"}. It returns "" if there is none. HTML and other text in angle brackets is not XML.
func envelopeMember(object string) string {
	var members map[string]any
	if json.Unmarshal([]byte(object), &members) != nil {
		return "" // an array
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if value, _ := members[name].(string); isMarkup(trimByteOrderMark(value)) {
			return name
		}
	}
	return ""
}

// trimByteOrderMark removes white space and a byte order mark.
func trimByteOrderMark(text string) string {
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "\uFEFF"))
}

// isMarkup reports whether text is a document that is meant for sipgate, and not a sentence that only begins with a tag.
func isMarkup(text string) bool {
	content := skipMisc(text)
	if !strings.HasPrefix(text, "<") || isPage(content) {
		return false
	}
	name := matchedName(tagName.FindStringSubmatch(content))
	_, documented := childrenOf[name]
	return (documented || xmlSign.MatchString(text)) && isWholeDocument(text, content, name)
}

// isWholeDocument reports whether text is a complete document: well-formed, or with a mistake but with its end tag. content is the text
// after the prolog, and name is the name of the root element.
func isWholeDocument(text, content, name string) bool {
	if _, err := xmldoc.Read(text); err == nil {
		return true
	}
	end := "</" + name + ">"
	switch {
	case strings.HasPrefix(text, "<?xml") && strings.HasSuffix(text, ">"):
		return true
	case len(text) >= len(end) && strings.EqualFold(text[len(text)-len(end):], end):
		return true
	}
	return strings.Count(content, "<") == 1 && strings.HasSuffix(content, "/>")
}

// matchedName is the name in a match of tagName, "" for no match.
func matchedName(match []string) string {
	if match == nil {
		return ""
	}
	return match[1]
}

// skipMisc removes what may precede the root element: declarations, instructions, comments.
func skipMisc(text string) string {
	for {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		end := ""
		switch {
		case strings.HasPrefix(text, "<?"):
			end = "?>"
		case strings.HasPrefix(text, "<!--"):
			end = "-->"
		default:
			return text
		}
		_, text, _ = strings.Cut(text, end)
	}
}

func isPage(content string) bool { return pageStart.MatchString(content) }

var pageStart = regexp.MustCompile(`(?i)^\s*<(!doctype\s+html([\s>]|$)|html([\s/>]|$))`)

// looksLike names what text is instead of XML; "" if it starts as XML does. content is the text after its prolog.
func looksLike(text, content string) Look {
	name := tagName.FindStringSubmatch(content)
	switch {
	case strings.HasPrefix(text, "<?php"), strings.HasPrefix(text, "<?="):
		return phpSource
	case phpNotice.MatchString(text):
		return phpNote
	case name != nil && htmlNames[strings.ToLower(name[1])]:
		return "a piece of HTML"
	case name != nil, content == "", strings.HasPrefix(content, "<!"):
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
