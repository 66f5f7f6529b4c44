package load

import (
	"fmt"
	"strings"

	"github.com/pushcheck/pushcheck/internal/suggest"
)

// ExpressionError is a mistake in a rate, a mix, a distribution or a shard that a user wrote.
type ExpressionError struct {
	Expression string
	Position   int    // position of the first wrong byte, from 1; one more than the length if something is missing at the end
	Reason     string // what is wrong, such as `the unit is "x"`
	Allowed    string // what was expected, or `did you mean "…"?`
}

func (e ExpressionError) Error() string {
	return fmt.Sprintf("%q at position %d: %s, %s", e.Expression, e.Position, e.Reason, e.Allowed)
}

// allowedHint returns a hint with the allowed words. If an allowed word is similar to word, the hint contains only this allowed word.
func allowedHint(word string, allowed []string) string {
	if near, ok := suggest.Closest(word, allowed); ok {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "expected " + joinWithOr(allowed)
}

// joinWithOr joins words: "a, b or c".
func joinWithOr(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// firstNonDigit returns the offset of the first byte that is not in digits, or len(text) if there is none.
func firstNonDigit(text, digits string) int {
	return len(text) - len(strings.TrimLeft(text, digits))
}
