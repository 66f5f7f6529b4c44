package endpoint

import (
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// UnknownKind is the kind of a name, which only its resolution would tell.
const UnknownKind Kind = ""

// HostKind says what kind of address a URL's host is, as far as it can be told without resolving it: an IP address, or a
// name of this machine. Any other name is of UnknownKind.
func HostKind(host string) Kind {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return Loopback
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return AddressKind(a)
	}
	return UnknownKind
}

// Origin names the place that a URL's connections go to, such as https://example.org or https://example.org:8443. The
// default port is left out.
func Origin(u *url.URL) string {
	port := u.Port()
	if u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		port = ""
	}
	host := HostName(u)
	if strings.Contains(host, ":") {
		host = "[" + strings.ReplaceAll(host, "%", "%25") + "]" // the zone
	}
	if port != "" {
		host += ":" + port
	}
	return u.Scheme + "://" + host
}

// HostName is the host as DNS and certificates have it: lower case, letters beyond ASCII encoded.
func HostName(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	for _, r := range host {
		if r > 0x7f {
			if ascii, err := idna.Lookup.ToASCII(host); err == nil {
				return ascii
			}
			break
		}
	}
	return host
}

// Redact is a URL for people: credentials are replaced by a placeholder, the rest stays.
func Redact(u *url.URL) string {
	if u.User == nil {
		return u.String()
	}
	bare := *u
	bare.User = nil
	return strings.Replace(bare.String(), "://", "://$USERINFO@", 1)
}
