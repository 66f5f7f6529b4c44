package wording

import (
	"regexp"
	"strings"
)

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// ShellWord returns a text as one word for a POSIX shell, in quotes only if it needs them. A text with a leading dash gets quotes.
func ShellWord(s string) string {
	if plainWord.MatchString(s) && !strings.HasPrefix(s, "-") {
		return s
	}
	return ShellQuote(s)
}

// ShellQuote returns a text as one word for a POSIX shell, always in quotes. The text may contain everything except NUL.
func ShellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
