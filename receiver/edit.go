package receiver

import (
	"net/http"
	"regexp"
	"strings"
)

// Most functions of this file return a function that changes a conforming response. They change its text, because package response cannot
// write most invalid documents. A change of an element applies to the first element with the given name, and does nothing if there is no
// such element. Values are written as given, without escaping.

// setAttribute sets an attribute of an element.
func setAttribute(element, name, value string) func(*draft) {
	return func(d *draft) {
		editTag(d, element, func(tag string) string { return tagWithAttribute(tag, name, value) })
	}
}

// removeAttribute removes an attribute of an element.
func removeAttribute(element, name string) func(*draft) {
	return func(d *draft) {
		editTag(d, element, func(tag string) string { return attributePattern(name).ReplaceAllLiteralString(tag, "") })
	}
}

// setContent replaces the content of an element.
func setContent(element, inner string) func(*draft) {
	return func(d *draft) { editInside(d, element, func(string) string { return inner }) }
}

// respondStatus500 changes the response to status 500 without a body.
func respondStatus500(d *draft) { respondEmpty(http.StatusInternalServerError)(d) }

// appendContent adds text to the end of an element's content.
func appendContent(element, inner string) func(*draft) {
	return func(d *draft) { editInside(d, element, func(old string) string { return old + inner }) }
}

// replaceText replaces all occurrences of a text.
func replaceText(old, replacement string) func(*draft) {
	return func(d *draft) { d.body = []byte(strings.ReplaceAll(string(d.body), old, replacement)) }
}

// editTag changes the first start tag of an element.
func editTag(d *draft, element string, edit func(string) string) {
	body := string(d.body)
	if m := regexp.MustCompile(`<` + element + `\b[^<>]*>`).FindStringIndex(body); m != nil {
		d.body = []byte(body[:m[0]] + edit(body[m[0]:m[1]]) + body[m[1]:])
	}
}

// editInside changes the content of the first element with a name. The content must not contain an element with the same name.
func editInside(d *draft, element string, edit func(string) string) {
	body := string(d.body)
	tag := regexp.MustCompile(`<` + element + `\b[^<>]*>`).FindStringIndex(body)
	if tag == nil {
		return
	}
	start, rest, endTag := body[:tag[1]], body[tag[1]:], "</"+element+">"
	if emptyTag, ok := strings.CutSuffix(start, "/>"); ok {
		d.body = []byte(strings.TrimRight(emptyTag, " ") + ">" + edit("") + endTag + rest)
		return
	}
	if inner, remainder, ok := strings.Cut(rest, endTag); ok {
		d.body = []byte(start + edit(inner) + endTag + remainder)
	}
}

func tagWithAttribute(tag, name, value string) string {
	attribute := " " + name + `="` + value + `"`
	if p := attributePattern(name); p.MatchString(tag) {
		return p.ReplaceAllLiteralString(tag, attribute)
	}
	end := strings.LastIndex(tag, ">")
	if strings.HasSuffix(tag, "/>") {
		end--
	}
	return strings.TrimRight(tag[:end], " ") + attribute + tag[end:]
}

func attributePattern(name string) *regexp.Regexp {
	return regexp.MustCompile(`\s+` + name + `\s*=\s*("[^"]*"|'[^']*')`)
}

// combine returns a change that makes several changes, in order.
func combine(changes ...func(*draft)) func(*draft) {
	return func(d *draft) {
		for _, change := range changes {
			change(d)
		}
	}
}

func setStatus(code int) func(*draft) { return func(d *draft) { d.status = code } }

func setHeader(name, value string) func(*draft) { return func(d *draft) { d.header.Set(name, value) } }

func setBody(body string) func(*draft) { return func(d *draft) { d.body = []byte(body) } }

// respondEmpty returns a change of the response to a status without a body.
func respondEmpty(code int) func(*draft) {
	return func(d *draft) {
		d.status, d.body = code, nil
		d.header.Del("Content-Type")
	}
}
