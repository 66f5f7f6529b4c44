package endpoint

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// UnknownKind is the kind of a name. Only its resolution would show the kind.
const UnknownKind Kind = ""

// HostKind returns what kind of address a URL's host is, as far as that is known without resolving it: an IP address, or a
// name of this machine. Any other name is of UnknownKind.
func HostKind(host string) Kind {
	host = comparableHost(host)
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

// HostName returns the host of a URL in the form of ASCIIHost.
func HostName(u *url.URL) string { return ASCIIHost(u.Hostname()) }

// ASCIIHost returns a host in the form that DNS and certificates have: lower case, letters beyond ASCII encoded (IDNA). A host
// that has no such form is only put in lower case.
func ASCIIHost(host string) string {
	host = strings.ToLower(host)
	if isASCII(host) {
		return host // not by IDNA, which refuses names that DNS allows, such as those with an underscore
	}
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		return ascii
	}
	return host
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// SameHost reports whether two hosts, without ports, are the same, however they are written.
func SameHost(a, b string) bool { return comparableHost(a) == comparableHost(b) }

// comparableHost makes hosts comparable: as ASCIIHost, no brackets, no dot at the end, addresses in their shortest form.
func comparableHost(host string) string {
	host = strings.TrimSuffix(ASCIIHost(host), ".")
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if address, err := netip.ParseAddr(host); err == nil {
		return address.Unmap().String()
	}
	return host
}

// Userinfo stands for the credentials of a URL wherever it is shown.
const Userinfo = "$USERINFO"

// Redact returns a URL for people: credentials are replaced by a placeholder, and the host stays as it was written.
func Redact(u *url.URL) string {
	bare := *u
	bare.User = nil
	text := bare.String()
	if encoded := (&url.URL{Host: u.Host}).String(); writtenHost(u.Hostname()) != "" {
		text = strings.Replace(text, encoded, "//"+u.Host, 1)
	}
	if u.User != nil {
		text = strings.Replace(text, "://", "://"+Userinfo+"@", 1)
	}
	return text
}

// WrittenHost returns the host of a URL as it was written, if that is another name for people than HostName and can be printed,
// else "".
func WrittenHost(u *url.URL) string { return writtenHost(u.Hostname()) }

func writtenHost(host string) string {
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) }
	if isASCII(host) || !utf8.ValidString(host) || strings.ContainsFunc(host, unprintable) || ASCIIHost(host) == strings.ToLower(host) {
		return ""
	}
	return host
}
