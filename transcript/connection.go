package transcript

import (
	"strings"

	"github.com/pushcheck/pushcheck/endpoint"
)

// Connection is the record of a connection to an origin (scheme, host and port), with its problems.
type Connection struct {
	Origin    string // such as https://localhost:8443
	FollowUp  bool   // the origin belongs to a follow-up URL, not to the push URL
	Handshake endpoint.Handshake
	Problems  []endpoint.Problem
	Notes     []string // for reports; they do not change the verdict
}

// DisplayOrigin returns the origin with the host as it was written in the URL.
func (c Connection) DisplayOrigin() string {
	if c.Handshake.WrittenHost == "" {
		return c.Origin
	}
	return strings.Replace(c.Origin, c.Handshake.Host, c.Handshake.WrittenHost, 1)
}

// IsBlocked reports whether no push may be sent to the origin, because a problem forbids it or because this machine cannot connect.
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

// BlockReason returns the reason why no push may be sent to the origin, and the rule of the problem that forbids it. The rule is "" if this
// machine cannot connect. Both are "" if the connection is not blocked.
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
