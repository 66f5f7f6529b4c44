package wording

import (
	"fmt"
	"strings"
)

// Count returns a number with its noun: "1 call", "2 calls", "2 pushes".
func Count(n int, noun string) string {
	switch {
	case n == 1:
	case strings.HasSuffix(noun, "sh"):
		noun += "es"
	default:
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
