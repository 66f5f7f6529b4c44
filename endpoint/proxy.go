package endpoint

import "net/url"

// URLBehindProxy returns the URL that stands in for an https URL which a receiver named, if one of the push URLs is plain HTTP and the
// https URL has its very host and port. A receiver behind a TLS proxy is judged like this: it takes plain HTTP, and builds the
// URLs that it names from the Host header of the request and the scheme of its proxy. The URL that stands in leads to where
// the proxy would pass the request on. URLBehindProxy returns false if nothing stands in for the URL. Push URLs that are nil are left out.
//
// Port 80 of the push URL and port 443 of the other count as the same.
func URLBehindProxy(pushURLs []*url.URL, named *url.URL) (*url.URL, bool) {
	for _, target := range pushURLs {
		if target != nil && isBehindProxy(target, named) {
			inside := *named
			inside.Scheme, inside.Host = target.Scheme, target.Host
			return &inside, true
		}
	}
	return nil, false
}

func isBehindProxy(target, named *url.URL) bool {
	if target.Scheme != "http" || named.Scheme != "https" || !SameHost(target.Hostname(), named.Hostname()) {
		return false
	}
	plain, secure := portOr(target, "80"), portOr(named, "443")
	return plain == secure || plain == "80" && secure == "443"
}

// portOr returns the port of a URL, or the standard one if the URL names none.
func portOr(u *url.URL, standard string) string {
	if port := u.Port(); port != "" {
		return port
	}
	return standard
}
