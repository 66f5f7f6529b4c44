package receiver

import (
	"regexp"
	"strings"
)

// The faults edit the text of a conforming response, since what they make of it is often nothing that could be written
// properly. Each edit concerns the first element of a name; where there is none it changes nothing. What is put in stands as
// it is: escaping is the fault's affair.

// attribute gives an element an attribute, in the place of one of that name.
func attribute(element, name, value string) func(*draft) {
	return func(d *draft) {
		editTag(d, element, func(tag string) string { return setAttribute(tag, name, value) })
	}
}

// without takes an attribute away.
func without(element, name string) func(*draft) {
	return func(d *draft) {
		editTag(d, element, func(tag string) string { return attributePattern(name).ReplaceAllLiteralString(tag, "") })
	}
}

// content puts something in the place of what an element holds.
func content(element, inner string) func(*draft) {
	return func(d *draft) { editInside(d, element, func(string) string { return inner }) }
}

// more puts something behind what an element holds.
func more(element, inner string) func(*draft) {
	return func(d *draft) { editInside(d, element, func(old string) string { return old + inner }) }
}

// exchange puts one text in the place of another, wherever it stands.
func exchange(old, with string) func(*draft) {
	return func(d *draft) { d.body = []byte(strings.ReplaceAll(string(d.body), old, with)) }
}

// editTag changes the first start tag of an element.
func editTag(d *draft, element string, edit func(string) string) {
	body := string(d.body)
	if m := regexp.MustCompile(`<` + element + `\b[^<>]*>`).FindStringIndex(body); m != nil {
		d.body = []byte(body[:m[0]] + edit(body[m[0]:m[1]]) + body[m[1]:])
	}
}

// editInside changes what the first element of a name holds, which no element of the same name may be part of.
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
