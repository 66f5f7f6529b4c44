package sender

import "strings"

// headSample is how many bytes of a response are looked at to tell what it is.
const headSample = 64

// responseHead is how a response begins, as far as it was kept.
type responseHead string

const httpVersion = "HTTP/1."

// mayBeHTTP reports whether the bytes are, or can still become, an HTTP/1.x response.
func (h responseHead) mayBeHTTP() bool {
	return strings.HasPrefix(string(h), httpVersion) || strings.HasPrefix(httpVersion, string(h))
}

// noWholeLine reports whether the bytes ended within the status line.
func (h responseHead) noWholeLine() bool {
	return h != "" && len(h) < headSample && !strings.Contains(string(h), "\n")
}
