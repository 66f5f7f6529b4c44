package receiver

import (
	"net/http"
	"regexp"
	"strings"
)

// The faults edit the text of a conforming response, because their result is often something that package response cannot write. Each
// edit changes the first element of a name; if there is none, it changes nothing. The new text is not escaped: the fault has to do that.

// attribute sets an attribute of an element.
func attribute(element, name, value string) func(*draft) {
	return func(d *draft) {
		editTag(d, element, func(tag string) string { return setAttribute(tag, name, value) })
	}
}

// without removes an attribute.
func without(element, name string) func(*draft) {
	return func(d *draft) {
		editTag(d, element, func(tag string) string { return attributePattern(name).ReplaceAllLiteralString(tag, "") })
	}
}

// content replaces the content of an element.
func content(element, inner string) func(*draft) {
	return func(d *draft) { editInside(d, element, func(string) string { return inner }) }
}

// broken makes a response one with status 500.
func broken(d *draft) { nothing(http.StatusInternalServerError)(d) }

// more adds something to the end of an element's content.
func more(element, inner string) func(*draft) {
	return func(d *draft) { editInside(d, element, func(old string) string { return old + inner }) }
}

// replace replaces all occurrences of a text by another.
func replace(old, with string) func(*draft) {
	return func(d *draft) { d.body = []byte(strings.ReplaceAll(string(d.body), old, with)) }
}

// editTag changes the first start tag of an element.
func editTag(d *draft, element string, edit func(string) string) {
	body := string(d.body)
	if m := regexp.MustCompile(`<` + element + `\b[^<>]*>`).FindStringIndex(body); m != nil {
		d.body = []byte(body[:m[0]] + edit(body[m[0]:m[1]]) + body[m[1]:])
	}
}

// editInside changes the content of the first element of a name. The content must not contain an element of the same name.
func editInside(d *draft, element string, edit func(string) string) {
	body := string(d.body)
	tag := regexp.MustCompile(`<` + element + `\b[^<>]*>`).FindStringIndex(body)
	if tag == nil {
		return
	}
	start, rest, end := body[:tag[1]], body[tag[1]:], "</"+element+">"
	if open, ok := strings.CutSuffix(start, "/>"); ok {
		d.body = []byte(strings.TrimRight(open, " ") + ">" + edit("") + end + rest)
		return
	}
	if inner, after, ok := strings.Cut(rest, end); ok {
		d.body = []byte(start + edit(inner) + end + after)
	}
}

func setAttribute(tag, name, value string) string {
	written := " " + name + `="` + value + `"`
	if p := attributePattern(name); p.MatchString(tag) {
		return p.ReplaceAllLiteralString(tag, written)
	}
	end := strings.LastIndex(tag, ">")
	if strings.HasSuffix(tag, "/>") {
		end--
	}
	return strings.TrimRight(tag[:end], " ") + written + tag[end:]
}

func attributePattern(name string) *regexp.Regexp {
	return regexp.MustCompile(`\s+` + name + `\s*=\s*("[^"]*"|'[^']*')`)
}

// both makes several changes.
func both(changes ...func(*draft)) func(*draft) {
	return func(d *draft) {
		for _, change := range changes {
			change(d)
		}
	}
}

func status(code int) func(*draft) { return func(d *draft) { d.status = code } }

func header(name, value string) func(*draft) { return func(d *draft) { d.header.Set(name, value) } }

func text(body string) func(*draft) { return func(d *draft) { d.body = []byte(body) } }

// nothing sends a status and no body.
func nothing(code int) func(*draft) {
	return func(d *draft) {
		d.status, d.body = code, nil
		d.header.Del("Content-Type")
	}
}
