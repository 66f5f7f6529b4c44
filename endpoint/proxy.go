package endpoint

import "net/url"

// BehindProxy returns the URL that stands in for an https URL which a receiver named, if the push URL is plain HTTP and the
// https URL has its very host and port. A receiver behind a TLS proxy is judged like this: it takes plain HTTP, and builds the
// URLs that it names from the Host header of the request and the scheme of its proxy. The URL that stands in leads to where
// the proxy would pass the request on. BehindProxy reports false if nothing stands in for the URL.
//
// The default ports 80 and 443 count as the same port if neither URL names one.
func BehindProxy(target, named *url.URL) (*url.URL, bool) {
	if target.Scheme != "http" || named.Scheme != "https" || HostName(target) != HostName(named) {
		return nil, false
	}
	port := func(u *url.URL, standard string) string {
		if p := u.Port(); p != standard {
			return p
		}
		return ""
	}
	if port(target, "80") != port(named, "443") && target.Port() != named.Port() {
		return nil, false
	}
	inside := *named
	inside.Scheme, inside.Host = target.Scheme, target.Host
	return &inside, true
}
