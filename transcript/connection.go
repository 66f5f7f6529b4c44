package transcript

import (
	"strings"

	"github.com/pushcheck/pushcheck/endpoint"
)

// Connection is the inspection of one origin (scheme, host and port) when it was needed for the first time.
type Connection struct {
	Origin    string // such as https://localhost:8443
	FollowUp  bool   // the origin is that of a follow-up URL, not of the push URL
	Handshake endpoint.Handshake
	Problems  []endpoint.Problem
	Notes     []string // shown in reports, without effect on the verdict
}

// DisplayOrigin returns the origin with the host as it is written in the URL.
func (c Connection) DisplayOrigin() string {
	if c.Handshake.WrittenHost == "" {
		return c.Origin
	}
	return strings.Replace(c.Origin, c.Handshake.Host, c.Handshake.WrittenHost, 1)
}

// IsBlocked reports whether nothing may be sent: a problem forbids it, or this machine cannot connect.
func (c Connection) IsBlocked() bool {
	if c.Handshake.Failure.IsLocal() {
		return true
	}
	for _, p := range c.Problems {
		if p.BlocksSending() {
			return true
		}
	}
	return false
}

// BlockReason returns why nothing may be sent, and the rule of the problem that forbids it. The rule is empty if this machine cannot
// connect. Both are empty if the connection is not blocked.
func (c Connection) BlockReason() (rule, why string) {
	if why := c.Handshake.LocalReason(); why != "" {
		return "", why
	}
	for _, p := range c.Problems {
		if p.BlocksSending() {
			return p.Rule, p.Got
		}
	}
	return "", ""
}
