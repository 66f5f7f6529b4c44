package endpoint

import (
	"crypto/x509"
	"net/netip"
	"slices"
	"strings"
)

// The organizations of the authorities that pushcheck makes for receivers under development.
const (
	CertOrganization    = "pushcheck development" // for authorities that pushcheck cert makes
	ReceiveOrganization = "pushcheck receiver"    // for authorities that pushcheck receive makes
)

// developmentFix returns the remedy for a certificate of an untrusted authority that pushcheck made. It returns "" if pushcheck did not
// make the authority. nameIsTrusted is true if a trusted authority, such as one in the CA file, has the name of the issuer but did not sign
// the certificate.
func developmentFix(c *x509.Certificate, nameIsTrusted bool) string {
	issuedBy := func(authority string) bool { return slices.Contains(c.Issuer.Organization, authority) }
	const waiverSuffix = " transport.trusted-chain is then waived. In service the receiver needs a certificate of a public authority."
	switch {
	case !issuedBy(CertOrganization) && !issuedBy(ReceiveOrganization):
		return ""
	case nameIsTrusted:
		return "The CA file holds another authority of the same name: pushcheck makes a new one every time. Pass the ca.pem that was written with this certificate: --ca-file ca.pem." + waiverSuffix
	case issuedBy(ReceiveOrganization):
		return "pushcheck receive made this certificate. Start it with --ca-out ca.pem, and pass --ca-file ca.pem here." + waiverSuffix
	}
	return "pushcheck cert made this certificate. Pass the authority that it wrote beside it: --ca-file ca.pem." + waiverSuffix
}

// isUnderDevelopment reports whether a receiver is on this machine or in a private network, where sipgate cannot reach it.
func isUnderDevelopment(handshake Handshake) bool {
	if handshake.Host == "localhost" || strings.HasSuffix(handshake.Host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(handshake.Host)
	if err != nil {
		addrPort, err := netip.ParseAddrPort(handshake.Address)
		if err != nil {
			return false
		}
		address = addrPort.Addr()
	}
	kind := AddressKind(address)
	return kind == Loopback || kind == Private
}

// connectToFix returns a remedy with the flag --connect-to for a host whose top-level domain is reserved for development. It returns "" for
// any other host.
func connectToFix(host string) string {
	for _, domain := range []string{".localhost", ".test"} {
		if strings.HasSuffix(host, domain) {
			return "Names under " + domain + " are kept for development, and public DNS knows none of them. Name the address yourself: --connect-to " + host + "::127.0.0.1:"
		}
	}
	return ""
}
