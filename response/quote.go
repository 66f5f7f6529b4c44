package response

import "github.com/pushcheck/pushcheck/internal/wording"

// Quote writes a text of the receiver in the form of Problem.Got: in quotes, with control characters escaped.
func Quote(s string) string { return wording.Quote(s) }
