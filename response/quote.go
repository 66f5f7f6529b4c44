package response

import (
	"strconv"
	"strings"
)

// Quote shows people a text that the receiver wrote: in quotes, with control characters escaped. A text with double quotes in it
// stands in single quotes, so that nothing in it needs a backslash.
func Quote(s string) string {
	quoted := strconv.Quote(s)
	if !strings.Contains(s, `"`) || strings.Contains(s, "'") {
		return quoted
	}
	return "'" + strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`) + "'"
}

// quoted is Quote for a text that is cut if it is long.
func quoted(s string) string {
	return quotedUpTo(60, s)
}

func quotedUpTo(most int, s string) string {
	count := 0
	for i := range s {
		if count == most {
			return Quote(s[:i] + "…")
		}
		count++
	}
	return Quote(s)
}
