package endpoint

import (
	"fmt"
	"strings"
)

// IsLocal reports whether this machine alone may have caused a failure. sipgate may still be able to connect then, so the failure shows
// nothing about the receiver. A failure with an unknown cause is local.
func (f Failure) IsLocal() bool {
	switch f {
	case NoLookup, NoRoute, NotPermitted, NoResources, Unreachable:
		return true
	}
	return false
}

// LocalReason returns the reason why this machine could not connect, and a remedy, as a sentence without a full stop. It returns "" if the
// failure is not local.
func (h Handshake) LocalReason() string {
	detail := ""
	if h.Detail != "" {
		detail = " (" + h.Detail + ")"
	}
	target := h.Address
	if target == "" {
		target = h.quotedHost()
	}
	if h.Failure == NoLookup && strings.HasSuffix(h.Host, ".localhost") {
		return fmt.Sprintf("this machine could not look up the host %s%s: not every resolver knows names under .localhost; use --connect-to %s::127.0.0.1:", h.quotedHost(), detail, h.Host)
	}
	switch h.Failure {
	case NoLookup:
		return fmt.Sprintf("this machine could not look up the host %s%s: check its resolver, or use --connect-to; if other names resolve, the name servers of this domain do not answer", h.quotedHost(), detail)
	case NoRoute:
		return fmt.Sprintf("this machine has no route to %s%s: check its network, IPv6 included, its VPN and its firewall", target, detail)
	case NotPermitted:
		return fmt.Sprintf("this machine does not permit a connection to %s%s: check its firewall and what its sandbox or container allows", target, detail)
	case NoResources:
		return fmt.Sprintf("this machine is out of resources for a connection to %s%s: raise its limit of open files (ulimit -n), or use a lower --parallel", target, detail)
	case Unreachable:
		return fmt.Sprintf("this machine could not connect to %s%s; whether others can connect is not known: check its network", target, detail)
	}
	return ""
}
