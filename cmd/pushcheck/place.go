package main

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/internal/yamlfile"
)

// misplaced is an error in a file, with its place.
type misplaced struct {
	line, column int
	what, hint   string
}

func (m *misplaced) Error() string { return fmt.Sprintf("%d:%d: %s", m.line, m.column, m.what) }

// wrongAt makes an error about a place.
func wrongAt(t *token.Token, hint, what string, args ...any) error {
	at := yamlfile.PlaceOf(t)
	return &misplaced{line: at.Line, column: at.Column, hint: hint, what: fmt.Sprintf(what, args...)}
}

// inFile returns an error about a place with the file, line and column, and with the line and a caret under the place.
func inFile(name string, data []byte, err error) error {
	var wrong *misplaced
	if !errors.As(err, &wrong) {
		return err
	}
	return &usageError{
		what:    fmt.Sprintf("%s:%d:%d: %s", name, wrong.line, wrong.column, wrong.what),
		excerpt: wrong.excerpt(data),
		hint:    wrong.hint,
	}
}

// credentials match the credentials in a URL, or in a text that may be meant as one. They end at the last @, because a password may have
// characters that should have been escaped. The first group can be shown, the second cannot.
var credentials = []*regexp.Regexp{
	regexp.MustCompile(`((?:^|[\s"'\[{,])(?:[A-Za-z][A-Za-z0-9+.-]*:)?//)(.*)@`),
	regexp.MustCompile(`()([^\s"':/\[{,]+:\S.*)@`),
}

// starred replaces credentials by stars, so that columns in the line do not change.
func starred(line string) string {
	for _, c := range credentials {
		if m := c.FindStringSubmatchIndex(line); m != nil {
			return line[:m[4]] + strings.Repeat("*", utf8.RuneCountInString(line[m[4]:m[5]])) + line[m[5]:]
		}
	}
	return line
}

// excerpt returns the line with a caret under the place, and with stars for credentials in URLs; "" if there is no such line or it is too
// long.
func (m *misplaced) excerpt(data []byte) string {
	const most = 120
	lines := strings.Split(string(data), "\n")
	if m.line > len(lines) {
		return ""
	}
	line := []rune(strings.ReplaceAll(strings.TrimRight(lines[m.line-1], "\r"), "\t", " "))
	if len(line) == 0 || m.column > len(line)+1 {
		return ""
	}
	clean, before := wording.Visible(string(line)), wording.Visible(string(line[:m.column-1]))
	if len(clean) > most {
		return ""
	}
	return "  " + starred(clean) + "\n  " + strings.Repeat(" ", utf8.RuneCountInString(before)) + "^"
}

// splitPassword matches a URL with an @ after the first slash or question mark of its path or query. Its host and port may be the user
// name and the beginning of a password with such a character. The first group can be shown, the second is the host.
var splitPassword = regexp.MustCompile(`^((?:[A-Za-z][A-Za-z0-9+.-]*:)?//)([^/?#@:\[]+):[^/?#@]*[/?].*@`)

// splitsPassword reports whether a URL may have such a password. shown is the URL without it.
func splitsPassword(raw string) (shown string, yes bool) {
	m := splitPassword.FindStringSubmatch(raw)
	if m == nil || m[2] == "localhost" || net.ParseIP(m[2]) != nil {
		return "", false
	}
	return m[1] + "…" + raw[strings.LastIndexByte(raw, '@'):], true
}

// withoutCredentials returns a URL without anything that may be its credentials.
func withoutCredentials(raw string) string {
	if shown, yes := splitsPassword(raw); yes {
		return shown
	}
	return endpoint.HideUserinfo(raw)
}

// hideCredentials replaces the credentials of URLs in a text, also if a password has white space in it.
func hideCredentials(text string) string {
	for _, u := range anyURL {
		text = u.ReplaceAllStringFunc(text, withoutCredentials)
	}
	return text
}

var anyURL = []*regexp.Regexp{
	regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://\S*@\S*`),
	regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://.*@\S*`),
}

// parseYAML reads YAML; its errors are *misplaced, with the hint.
func parseYAML(data []byte, hint string) (*ast.File, error) {
	file, mistake := yamlfile.Parse(data)
	if mistake == nil {
		return file, nil
	}
	wrong := &misplaced{line: mistake.Line, column: mistake.Column, what: mistake.What, hint: hint}
	if mistake.Tab {
		wrong.what, wrong.hint = "a tab indents this line, and YAML allows spaces only", "indent it with spaces"
	}
	return nil, wrong
}
