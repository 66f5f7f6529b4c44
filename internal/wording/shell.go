package wording

import (
	"regexp"
	"strings"
)

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// ShellWord writes a text as one word for a POSIX shell, in quotes only if it needs them. A leading dash is quoted.
func ShellWord(s string) string {
	if plainWord.MatchString(s) && !strings.HasPrefix(s, "-") {
		return s
	}
	return ShellQuote(s)
}

// ShellQuote writes a text as one word for a POSIX shell, always in quotes. The text may contain everything except NUL.
func ShellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
