// Package wording formats values of other programs, and numbers, for sentences and commands for people. It does not choose the sentences.
package wording

import (
	"strconv"
	"strings"
)

// Quote returns a text of another program in quotes, with control characters escaped. A text with double quotes in it gets single quotes, so
// that nothing in it needs a backslash.
func Quote(s string) string {
	quoted := strconv.Quote(s)
	if !strings.Contains(s, `"`) || strings.Contains(s, "'") {
		return quoted
	}
	return "'" + strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`) + "'"
}

// QuoteShort returns Quote of a text that is cut after 60 characters.
func QuoteShort(s string) string { return QuoteUpTo(60, s) }

// QuoteUpTo returns Quote of a text that is cut after most characters. An ellipsis shows that something was cut off.
func QuoteUpTo(most int, s string) string {
	count := 0
	for i := range s {
		if count == most {
			return Quote(s[:i] + "…")
		}
		count++
	}
	return Quote(s)
}
