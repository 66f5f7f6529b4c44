package endpoint

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// IsSipgateHost reports whether a host (without port) belongs to sipgate. pushcheck never connects to sipgate's hosts: a receiver that
// returns a wrong URL must not cause test pushes to sipgate.
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

// MayDial reports whether pushcheck may connect to returnedURL, a URL that a receiver returned. allowedHosts are the hosts that the user
// allows with --follow. The host of pushURL is allowed on any port. If that host is on loopback, any loopback host is allowed. Any other
// host has to be in allowedHosts. sipgate's hosts, link-local addresses and IPv6 addresses with an embedded IPv4 address are never allowed.
// If the result is false, hint has the reason and a remedy. MayDial resolves no name; MayConnect checks the resolved address.
func MayDial(pushURL, returnedURL *url.URL, allowedHosts []string) (ok bool, hint string) {
	host, hostAsWritten := normalizeHost(returnedURL.Hostname()), returnedURL.Hostname()
	switch {
	case returnedURL.Scheme != "http" && returnedURL.Scheme != "https", host == "":
		return false, "it is not an absolute http or https URL"
	case IsSipgateHost(host):
		return false, fmt.Sprintf("%q belongs to sipgate, and pushcheck never connects to it", hostAsWritten)
	}
	if address, err := netip.ParseAddr(host); err == nil {
		if ipv4Address, embedding, ok := embeddedIPv4(address); ok {
			return false, fmt.Sprintf("%q has the IPv4 address %s inside (%s): its packets go to a gateway, so pushcheck never connects to it. Use %s itself or a host name", hostAsWritten, ipv4Address, embedding.name, ipv4Address)
		}
	}
	if HostKind(host) == LinkLocal {
		return false, fmt.Sprintf("%q is a link-local address, and pushcheck never connects to it", hostAsWritten)
	}
	switch {
	case host == normalizeHost(pushURL.Hostname()):
	case HostKind(host) == Loopback && HostKind(normalizeHost(pushURL.Hostname())) == Loopback:
	case isAllowedHost(host, allowedHosts):
	default:
		return false, fmt.Sprintf("%q is another host than the push URL's; correct the URLs in your responses, or allow it with --follow %s if it is yours", hostAsWritten, hostAsWritten)
	}
	return true, ""
}

// MayConnect reports whether pushcheck may connect to an address to which the host of returnedURL resolved. MayDial has to allow the URL.
// Link-local addresses, multicast addresses and IPv6 addresses with an embedded IPv4 address are never allowed. The exception is NAT64 with
// a public IPv4 address, because on a network without IPv4 a resolver returns such addresses for every name. If MayDial allowed returnedURL
// only because its host is a name of this machine, the address has to be a loopback address.
func MayConnect(pushURL, returnedURL *url.URL, allowedHosts []string, address netip.Addr) (ok bool, hint string) {
	kind := AddressKind(address)
	if kind == LinkLocal || address.Unmap().IsMulticast() {
		return false, fmt.Sprintf("%q leads to %s, an address to which pushcheck never connects", returnedURL.Hostname(), address)
	}
	if ipv4Address, embedding, ok := embeddedIPv4(address); ok && !(embedding.isMadeByDNS64 && AddressKind(ipv4Address) == Public) {
		return false, fmt.Sprintf("%q leads to %s, which has the IPv4 address %s inside (%s): its packets go to a gateway, so pushcheck never connects to it", returnedURL.Hostname(), address, ipv4Address, embedding.name)
	}
	host := normalizeHost(returnedURL.Hostname())
	if host != normalizeHost(pushURL.Hostname()) && !isAllowedHost(host, allowedHosts) && kind != Loopback {
		return false, fmt.Sprintf("%q leads to %s, which is not this machine", returnedURL.Hostname(), address)
	}
	return true, ""
}

func isAllowedHost(host string, allowedHosts []string) bool {
	return slices.ContainsFunc(allowedHosts, func(a string) bool { return normalizeHost(a) == host })
}
