package endpoint

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// IsSipgateHost reports whether a host (without port) belongs to sipgate. pushcheck never connects to sipgate's hosts: a wrong URL of a
// receiver must not send test pushes there.
func IsSipgateHost(host string) bool {
	host = normalizeHost(host)
	for _, domain := range []string{
		"sipgate.de", "sipgate.com", "sipgate.io", "sipgate.net", "sipgate.at", "sipgate.co.uk",
	} {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
}

// MayDial reports whether pushcheck may connect to a URL that a receiver returned. target is the push URL, follow is the returned URL, and
// allowed are the further hosts that the user allows (--follow). The host of the target is allowed on any port. If the target is on
// loopback, any loopback host is allowed. Any other host has to be in allowed. sipgate's hosts, link-local addresses and IPv6 addresses
// with an embedded IPv4 address are never allowed. If the result is false, hint has the reason and a remedy. MayDial resolves no name;
// MayConnect checks the resolved address.
func MayDial(target, follow *url.URL, allowed []string) (ok bool, hint string) {
	host, written := normalizeHost(follow.Hostname()), follow.Hostname()
	switch {
	case follow.Scheme != "http" && follow.Scheme != "https", host == "":
		return false, "it is not an absolute http or https URL"
	case IsSipgateHost(host):
		return false, fmt.Sprintf("%q is sipgate's own and never called", written)
	}
	if address, err := netip.ParseAddr(host); err == nil {
		if embedded, embedding, ok := embeddedIPv4(address); ok {
			return false, fmt.Sprintf("%q has the IPv4 address %s inside (%s): its packets go to a gateway, so it is never called. Use %s itself or a host name", written, embedded, embedding.name, embedded)
		}
	}
	if HostKind(host) == LinkLocal {
		return false, fmt.Sprintf("%q is a link-local address and never called", written)
	}
	switch {
	case host == normalizeHost(target.Hostname()):
	case HostKind(host) == Loopback && HostKind(normalizeHost(target.Hostname())) == Loopback:
	case isAllowedHost(host, allowed):
	default:
		return false, fmt.Sprintf("%q is another host than the push URL's; correct the URLs in your responses, or allow it with --follow %s if it is yours", written, written)
	}
	return true, ""
}

// MayConnect reports whether pushcheck may connect to an address to which the host of a URL resolved. MayDial has to allow the URL.
// Link-local addresses, multicast addresses and IPv6 addresses with an embedded IPv4 address are never allowed. The exception is NAT64 with
// a public IPv4 address, because on a network without IPv4 a resolver returns such addresses for every name. If MayDial allowed follow only
// because its host is a name of this machine, the address has to be a loopback address.
func MayConnect(target, follow *url.URL, allowed []string, address netip.Addr) (ok bool, hint string) {
	kind := AddressKind(address)
	if kind == LinkLocal || address.Unmap().IsMulticast() {
		return false, fmt.Sprintf("%q leads to %s, an address that is never called", follow.Hostname(), address)
	}
	if embedded, embedding, ok := embeddedIPv4(address); ok && !(embedding.madeByDNS64 && AddressKind(embedded) == Public) {
		return false, fmt.Sprintf("%q leads to %s, which has the IPv4 address %s inside (%s): its packets go to a gateway, so it is never called", follow.Hostname(), address, embedded, embedding.name)
	}
	host := normalizeHost(follow.Hostname())
	if host != normalizeHost(target.Hostname()) && !isAllowedHost(host, allowed) && kind != Loopback {
		return false, fmt.Sprintf("%q leads to %s, which is not this machine", follow.Hostname(), address)
	}
	return true, ""
}

func isAllowedHost(host string, allowed []string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool { return normalizeHost(a) == host })
}
