package response

import "github.com/pushcheck/pushcheck/internal/wording"

// Quote quotes a text of the receiver as in Problem.Got: in quotes, with control characters escaped.
func Quote(s string) string { return wording.Quote(s) }
