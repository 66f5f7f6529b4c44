package endpoint

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// UnknownKind is the result of HostKind for a name that HostKind would have to resolve.
const UnknownKind Kind = ""

// HostKind returns the kind of a host without resolving it: AddressKind for an IP address, Loopback for localhost and names
// under it, and UnknownKind for any other name.
func HostKind(host string) Kind {
	host = normalizeHost(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return Loopback
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return AddressKind(a)
	}
	return UnknownKind
}

// OriginOf returns the same as Origin for a URL that is not parsed yet. It returns "" if the URL cannot be parsed.
func OriginOf(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return Origin(u)
}

// Origin returns scheme, host and port of a URL, such as https://example.org:8443. The default port is left out.
func Origin(u *url.URL) string {
	port := u.Port()
	if u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		port = ""
	}
	host := HostName(u)
	if strings.Contains(host, ":") {
		host = "[" + strings.ReplaceAll(host, "%", "%25") + "]" // a percent sign begins the zone of an IPv6 address
	}
	if port != "" {
		host += ":" + port
	}
	return u.Scheme + "://" + host
}

// HostName returns the host of a URL, as ASCIIHost returns it.
func HostName(u *url.URL) string { return ASCIIHost(u.Hostname()) }

// ASCIIHost returns a host as it occurs in DNS and in certificates: in lower case, and encoded with IDNA if it has characters outside ASCII.
// If the host cannot be encoded, it is returned in lower case.
func ASCIIHost(host string) string {
	host = strings.ToLower(host)
	if isASCII(host) {
		return host // IDNA refuses names that DNS allows, such as names with an underscore
	}
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		return ascii
	}
	return host
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// SameHost reports whether two hosts (without ports) are the same. They may be written differently, see normalizeHost.
func SameHost(a, b string) bool { return normalizeHost(a) == normalizeHost(b) }

// normalizeHost returns a host in a form that can be compared: as ASCIIHost returns it, without brackets and final dot, and with an IP
// address in its shortest form.
func normalizeHost(host string) string {
	host = strings.TrimSuffix(ASCIIHost(host), ".")
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if address, err := netip.ParseAddr(host); err == nil {
		return address.Unmap().String()
	}
	return host
}

// UserinfoPlaceholder is the placeholder for the user name and password of a URL in texts for people.
const UserinfoPlaceholder = "$USERINFO"

// Redact returns a URL for people: with a placeholder for user name and password, and with the host as it was written.
func Redact(u *url.URL) string {
	withoutUser := *u
	withoutUser.User = nil
	text := withoutUser.String()
	if encodedHost := (&url.URL{Host: u.Host}).String(); writtenHost(u.Hostname()) != "" {
		text = strings.Replace(text, encodedHost, "//"+u.Host, 1)
	}
	if u.User != nil {
		text = strings.Replace(text, "://", "://"+UserinfoPlaceholder+"@", 1)
	}
	return text
}

// WrittenHost returns the host of a URL as it was written, if it differs from HostName in more than letter case and can be printed.
// Otherwise it returns "".
func WrittenHost(u *url.URL) string { return writtenHost(u.Hostname()) }

// writtenHost returns the same as WrittenHost for a URL with this host.
func writtenHost(host string) string {
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) }
	if isASCII(host) || !utf8.ValidString(host) || strings.ContainsFunc(host, unprintable) || ASCIIHost(host) == strings.ToLower(host) {
		return ""
	}
	return host
}
