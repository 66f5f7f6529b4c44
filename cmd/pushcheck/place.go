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

// placedError is a mistake in a file, with its line and column, counted from 1.
type placedError struct {
	line, column int
	what, hint   string
}

func (m *placedError) Error() string { return fmt.Sprintf("%d:%d: %s", m.line, m.column, m.what) }

// errorAt makes a *placedError at the place of a token.
func errorAt(t *token.Token, hint, what string, args ...any) error {
	at := yamlfile.PlaceOfToken(t)
	return &placedError{line: at.Line, column: at.Column, hint: hint, what: fmt.Sprintf(what, args...)}
}

// addFilePlace returns a usage error for a *placedError. The usage error shows the name of the file, the line and the column, and below it
// the text of the line with a caret under the column. addFilePlace returns other errors unchanged.
func addFilePlace(name string, data []byte, err error) error {
	var wrong *placedError
	if !errors.As(err, &wrong) {
		return err
	}
	return &usageError{
		problem: fmt.Sprintf("%s:%d:%d: %s", name, wrong.line, wrong.column, wrong.what),
		excerpt: wrong.excerpt(data),
		hint:    wrong.hint,
	}
}

// credentials are patterns for the credentials in a URL, or in a text that may be a URL with a mistake. The credentials end at the last @,
// because a password may contain an @ that should have been escaped. In each pattern, the first group can be shown, and the second group is
// secret.
var credentials = []*regexp.Regexp{
	regexp.MustCompile(`((?:^|[\s"'\[{,])(?:[A-Za-z][A-Za-z0-9+.-]*:)?//)(.*)@`),
	regexp.MustCompile(`()([^\s"':/\[{,]+:\S.*)@`),
}

// maskCredentials replaces each character of the credentials in a line by a star, so that the caret below the line stays under the same
// character.
func maskCredentials(line string) string {
	for _, c := range credentials {
		if m := c.FindStringSubmatchIndex(line); m != nil {
			return line[:m[4]] + strings.Repeat("*", utf8.RuneCountInString(line[m[4]:m[5]])) + line[m[5]:]
		}
	}
	return line
}

// excerpt returns the line of the mistake, and below it a caret under the column. Stars replace the credentials of URLs in the line.
// excerpt returns "" if the file has no such line, or if the line is empty or too long.
func (m *placedError) excerpt(data []byte) string {
	const maxLength = 120
	lines := strings.Split(string(data), "\n")
	if m.line > len(lines) {
		return ""
	}
	line := []rune(strings.ReplaceAll(strings.TrimRight(lines[m.line-1], "\r"), "\t", " "))
	if len(line) == 0 || m.column > len(line)+1 {
		return ""
	}
	visible, beforeColumn := wording.Visible(string(line)), wording.Visible(string(line[:m.column-1]))
	if len(visible) > maxLength {
		return ""
	}
	return "  " + maskCredentials(visible) + "\n  " + strings.Repeat(" ", utf8.RuneCountInString(beforeColumn)) + "^"
}

// splitPasswordURL matches a URL such as https://doc:se/cret@example.org, which has an @ after the first slash or question mark. What looks
// like its host and port may be a user name and the beginning of a password. The first group can be shown. The second group is what looks
// like the host.
var splitPasswordURL = regexp.MustCompile(`^((?:[A-Za-z][A-Za-z0-9+.-]*:)?//)([^/?#@:\[]+):[^/?#@]*[/?].*@`)

// mayHaveSplitPassword reports whether a URL may have a password with a slash or a question mark, see splitPasswordURL. shown is the URL
// without the user name and the password.
func mayHaveSplitPassword(raw string) (shown string, isSplit bool) {
	m := splitPasswordURL.FindStringSubmatch(raw)
	if m == nil || m[2] == "localhost" || net.ParseIP(m[2]) != nil {
		return "", false
	}
	return m[1] + "…" + raw[strings.LastIndexByte(raw, '@'):], true
}

// withoutCredentials returns a URL without its credentials, and without parts that may be credentials.
func withoutCredentials(raw string) string {
	if shown, isSplit := mayHaveSplitPassword(raw); isSplit {
		return shown
	}
	return endpoint.HideUserinfo(raw)
}

// hideCredentials removes the credentials of URLs from a text, even if a password has white space in it.
func hideCredentials(text string) string {
	for _, u := range urlsWithAt {
		text = u.ReplaceAllStringFunc(text, withoutCredentials)
	}
	return text
}

// urlsWithAt are patterns for a URL with an @ in a text. The second pattern allows white space before the @.
var urlsWithAt = []*regexp.Regexp{
	regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://\S*@\S*`),
	regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://.*@\S*`),
}

// parseYAML parses YAML. If the YAML is wrong, it returns a *placedError with the hint.
func parseYAML(data []byte, hint string) (*ast.File, error) {
	file, mistake := yamlfile.Parse(data)
	if mistake == nil {
		return file, nil
	}
	wrong := &placedError{line: mistake.Line, column: mistake.Column, what: mistake.Message, hint: hint}
	if mistake.IsTab {
		wrong.what, wrong.hint = "a tab indents this line, and YAML allows spaces only", "indent it with spaces"
	}
	return nil, wrong
}
