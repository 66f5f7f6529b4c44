package endpoint

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// IsSipgateHost reports whether a host, without port, is one of sipgate's own. They are never called: a receiver that names
// one by mistake must not turn test calls into traffic there.
func IsSipgateHost(host string) bool {
	host = comparableHost(host)
	for _, domain := range []string{
		"sipgate.de", "sipgate.com", "sipgate.io", "sipgate.net", "sipgate.at", "sipgate.co.uk",
	} {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
}

// MayDial reports whether a URL that a receiver returned may be called. target is the push URL, and allowed are the hosts that the user
// allows in addition (--follow). The target's own host is allowed on any port. Loopback is allowed if the target is on loopback. Any
// other host is allowed only if the user named it. sipgate's hosts, link-local addresses and IPv6 addresses with an IPv4 address inside
// are never allowed. If the result is false, hint gives the reason and what would change it. No name is resolved: see MayConnect.
func MayDial(target, follow *url.URL, allowed []string) (ok bool, hint string) {
	host, shown := comparableHost(follow.Hostname()), follow.Hostname()
	switch {
	case follow.Scheme != "http" && follow.Scheme != "https", host == "":
		return false, "it is not an absolute http or https URL"
	case IsSipgateHost(host):
		return false, fmt.Sprintf("%q is sipgate's own and never called", shown)
	}
	if address, err := netip.ParseAddr(host); err == nil {
		if inside, form, ok := embeddedIPv4(address); ok {
			return false, fmt.Sprintf("%q has the IPv4 address %s inside (%s): its packets go to a gateway, so it is never called. Use %s itself or a host name", shown, inside, form.name, inside)
		}
	}
	if HostKind(host) == LinkLocal {
		return false, fmt.Sprintf("%q is a link-local address and never called", shown)
	}
	switch {
	case host == comparableHost(target.Hostname()):
	case HostKind(host) == Loopback && HostKind(comparableHost(target.Hostname())) == Loopback:
	case isNamed(host, allowed):
	default:
		return false, fmt.Sprintf("%q is another host than the push URL's; correct the URLs in your responses, or allow it with --follow %s if it is yours", shown, shown)
	}
	return true, ""
}

// MayConnect reports whether pushcheck may connect to the address that the host of a permitted URL resolved to. Link-local and multicast
// addresses are never allowed, and neither are IPv6 addresses with an IPv4 address inside. The exception is NAT64 with a public address
// inside, because on a network without IPv4 a resolver makes such addresses of every name. If follow was permitted as a name of this
// machine, the address must be one of this machine.
func MayConnect(target, follow *url.URL, allowed []string, address netip.Addr) (ok bool, hint string) {
	kind := AddressKind(address)
	if kind == LinkLocal || address.Unmap().IsMulticast() {
		return false, fmt.Sprintf("%q leads to %s, an address that is never called", follow.Hostname(), address)
	}
	if inside, form, ok := embeddedIPv4(address); ok && !(form.usedByDNS64 && AddressKind(inside) == Public) {
		return false, fmt.Sprintf("%q leads to %s, which has the IPv4 address %s inside (%s): its packets go to a gateway, so it is never called", follow.Hostname(), address, inside, form.name)
	}
	host := comparableHost(follow.Hostname())
	if host != comparableHost(target.Hostname()) && !isNamed(host, allowed) && kind != Loopback {
		return false, fmt.Sprintf("%q leads to %s, which is not this machine", follow.Hostname(), address)
	}
	return true, ""
}

func isNamed(host string, allowed []string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool { return comparableHost(a) == host })
}
