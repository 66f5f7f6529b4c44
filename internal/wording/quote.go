// Package wording formats values of other programs, and numbers, for sentences and commands for people. It does not choose the sentences.
package wording

import (
	"strconv"
	"strings"
)

// Quote returns a text of another program in quotes, with control characters escaped. A text that contains double quotes gets single
// quotes, so that its double quotes need no backslash.
func Quote(s string) string {
	quoted := strconv.Quote(s)
	if !strings.Contains(s, `"`) || strings.Contains(s, "'") {
		return quoted
	}
	return "'" + strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`) + "'"
}

// QuoteShort quotes a text and cuts it after 60 characters, see QuoteUpTo.
func QuoteShort(s string) string { return QuoteUpTo(60, s) }

// QuoteUpTo quotes a text and cuts it after maxLength characters. An ellipsis shows that something was cut off.
func QuoteUpTo(maxLength int, s string) string {
	count := 0
	for i := range s {
		if count == maxLength {
			return Quote(s[:i] + "…")
		}
		count++
	}
	return Quote(s)
}
