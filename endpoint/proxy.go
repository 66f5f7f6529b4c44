package endpoint

import "net/url"

// URLBehindProxy returns the plain HTTP URL to which a TLS proxy would forward a request to returnedURL, an https URL in a response. It is
// for a receiver that normally runs behind such a proxy, and is now tested without it: pushes go to a plain HTTP push URL, but the receiver
// returns https URLs, made from the Host header of the request and the scheme of its proxy. If a push URL is plain HTTP and has the host
// and port of the https URL, URLBehindProxy returns the https URL with the scheme, host and port of that push URL. Otherwise it returns
// false. Push URLs that are nil are ignored.
//
// Port 80 of the push URL counts as the same port as port 443 of the https URL.
func URLBehindProxy(pushURLs []*url.URL, returnedURL *url.URL) (*url.URL, bool) {
	for _, pushURL := range pushURLs {
		if pushURL != nil && isBehindProxy(pushURL, returnedURL) {
			plainURL := *returnedURL
			plainURL.Scheme, plainURL.Host = pushURL.Scheme, pushURL.Host
			return &plainURL, true
		}
	}
	return nil, false
}

// isBehindProxy reports whether a plain HTTP push URL and a returned https URL have the same host and port, as if the returned URL were
// that of a TLS proxy in front of the receiver.
func isBehindProxy(pushURL, returnedURL *url.URL) bool {
	if pushURL.Scheme != "http" || returnedURL.Scheme != "https" || !SameHost(pushURL.Hostname(), returnedURL.Hostname()) {
		return false
	}
	httpPort, httpsPort := portOrDefault(pushURL, "80"), portOrDefault(returnedURL, "443")
	return httpPort == httpsPort || httpPort == "80" && httpsPort == "443"
}

// portOrDefault returns the port of a URL, or standardPort if the URL has no port.
func portOrDefault(u *url.URL, standardPort string) string {
	if port := u.Port(); port != "" {
		return port
	}
	return standardPort
}
