package receiver

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

// baseURLFor returns the base of the receiver's own URLs in the response to a request; false if the Host header is not valid.
func (r *Receiver) baseURLFor(req *http.Request) (string, bool) {
	switch {
	case r.baseURL != "":
		return r.baseURL, true
	case !isValidHost(req.Host):
		return "", false
	case req.TLS != nil:
		return "https://" + req.Host, true
	default:
		return "http://" + req.Host, true
	}
}

// isValidHost reports whether a Host header is a name or an address, with or without port.
func isValidHost(host string) bool {
	name := host
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		port, err := strconv.ParseUint(host[i+1:], 10, 16)
		if err != nil || port == 0 {
			return false
		}
		name = host[:i]
	}
	if inner, ok := strings.CutPrefix(name, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		address, err := netip.ParseAddr(inner)
		return ok && err == nil && address.Is6() && address.Zone() == ""
	}
	if name == "" || len(name) > 253 {
		return false
	}
	return !strings.ContainsFunc(name, func(c rune) bool { return !isNameRune(c) })
}

func isNameRune(c rune) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_'
}

func trimSlash(url string) string { return strings.TrimRight(url, "/") }
