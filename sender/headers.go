package sender

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	maxEvidenceHeader = 4 << 10 // bytes of response headers kept as evidence
	minSecretLength   = 6       // shorter secrets are not replaced in responses, because they occur by chance
)

var (
	basicChallenge = regexp.MustCompile(`(?i)(^|,)\s*basic(\s|,|$)`)
	userinfo       = regexp.MustCompile(`//[^/?#\s"'<>]*@`)

	// importantHeaders are kept first, so that maxEvidenceHeader never cuts them off.
	importantHeaders = []string{"Content-Type", "Content-Encoding", "Content-Length", "Location", "Www-Authenticate", "Allow", "Retry-After", "Connection"}
)

// requestHeader returns the headers of the request, and the host if the user sets a Host header. The default headers are those of real
// pushes, captured in 2016, 2017 and 2021. A header of the user replaces the default header with the same name, in upper or lower case. If
// the header of the user has no value, the default header is left out. The user cannot set Content-Length, Transfer-Encoding and Trailer.
func requestHeader(req request) (header http.Header, host string) {
	header = http.Header{
		"Accept":          {"application/xml, text/plain, text/html"},
		"Accept-Charset":  {"utf-8"},
		"Accept-Encoding": {"gzip,deflate"},
		"User-Agent":      {"sipgate.io"},
		"X-SIPGATE-JOBS":  {"http://www.sipgate.de/jobs"},
	}
	if req.Method == "" || req.Method == http.MethodPost {
		header["Content-Type"] = []string{"application/x-www-form-urlencoded; charset=UTF-8"}
	}
	for name, values := range req.Header {
		for defaultName := range header {
			if strings.EqualFold(defaultName, name) {
				delete(header, defaultName)
			}
		}
		switch canonical := http.CanonicalHeaderKey(name); canonical {
		case "Content-Length", "Transfer-Encoding", "Trailer":
		case "Host":
			if len(values) > 0 {
				host = values[0]
			}
		case "User-Agent", "Connection", "Expect": // net/http looks up these headers by their canonical names
			header[canonical] = slices.Clone(values)
		default:
			if len(values) > 0 {
				header[name] = slices.Clone(values)
			}
		}
	}
	if len(header["User-Agent"]) == 0 {
		header["User-Agent"] = []string{""} // without a value net/http sends its own User-Agent
	}
	return header, host
}

// hasHeader reports whether the user set the header, in upper or lower case.
func hasHeader(header http.Header, name string) bool {
	for n, values := range header {
		if strings.EqualFold(n, name) && len(values) > 0 {
			return true
		}
	}
	return false
}

// withHeader returns a copy of header in which name has one value. If value is empty, name has no values, and requestHeader leaves out the
// header.
func withHeader(header http.Header, name, value string) http.Header {
	out := http.Header{name: nil}
	for n, values := range header {
		if !strings.EqualFold(n, name) {
			out[n] = values
		}
	}
	if value != "" {
		out[name] = []string{value}
	}
	return out
}

// RedactHeader returns a header's value without secrets: a placeholder replaces a secret value, and the credentials in a URL.
func RedactHeader(name, value string) string {
	if hidden := transcript.HeaderPlaceholder(name); hidden != "" {
		return hidden
	}
	return userinfo.ReplaceAllLiteralString(value, "//"+endpoint.UserinfoPlaceholder+"@")
}

// withoutCredentials returns the URL without its credentials, or "" if u is nil.
func withoutCredentials(u *url.URL) string {
	if u == nil {
		return ""
	}
	return endpoint.Redact(u)
}

// evidenceHeader returns at most maxEvidenceHeader bytes of header, with secrets and credentials in URLs replaced. The importantHeaders
// come first. A value that does not fit is cut and ends in an ellipsis.
func evidenceHeader(header http.Header) http.Header {
	names := slices.Clone(importantHeaders)
	var others []string
	for name := range header {
		if !slices.Contains(names, name) {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	keptHeader, remainingBytes := http.Header{}, maxEvidenceHeader
	for _, name := range append(names, others...) {
		for _, value := range header[name] {
			value = RedactHeader(name, value)
			if remainingBytes -= len(name) + len(": \r\n"); remainingBytes <= 0 {
				return keptHeader
			}
			if len(value) > remainingBytes {
				value = value[:max(0, remainingBytes-len("…"))] + "…"
			}
			remainingBytes -= len(value)
			keptHeader[name] = append(keptHeader[name], value)
		}
	}
	return keptHeader
}

// secrets lists values that must not appear in a transcript, each followed by its replacement.
type secrets []string

// secretsOf collects the credentials of the URL and the values of secret headers.
func secretsOf(req request) secrets {
	var s secrets
	add := func(value, replacement string) {
		if len(value) >= minSecretLength {
			s = append(s, value, replacement)
		}
	}
	for name, values := range req.Header {
		replacement := transcript.HeaderPlaceholder(name)
		if replacement == "" {
			continue
		}
		for _, value := range values {
			add(value, replacement)
			_, token, _ := strings.Cut(value, " ")
			add(token, replacement)
			for cookie := range strings.SplitSeq(value, ";") {
				_, v, _ := strings.Cut(cookie, "=")
				add(v, replacement)
			}
		}
	}
	if req.URL.User != nil {
		basic := basicAuthorization(req.URL.User)
		add(basic, "$AUTHORIZATION")
		add(strings.TrimPrefix(basic, "Basic "), "$AUTHORIZATION")
		password, _ := req.URL.User.Password()
		add(req.URL.User.String(), endpoint.UserinfoPlaceholder)
		add(password, endpoint.UserinfoPlaceholder)
	}
	return s
}

// hide replaces secrets that a receiver echoed, and credentials in URLs. A body is changed only if it contains a secret. The document
// was parsed before, so its subscriptions keep their URLs.
func (s secrets) hide(x *transcript.Exchange) {
	replacer := strings.NewReplacer(s...)
	hide := func(text string) string {
		return userinfo.ReplaceAllLiteralString(replacer.Replace(text), "//"+endpoint.UserinfoPlaceholder+"@")
	}
	x.Detail, x.ContentType = hide(x.Detail), hide(x.ContentType)
	for _, values := range x.Header {
		for i := range values {
			values[i] = replacer.Replace(values[i])
		}
	}
	if body := string(x.ResponseBody); hide(body) != body {
		x.ResponseBody = []byte(hide(body))
	}
	for i := range x.Document.Problems {
		p := &x.Document.Problems[i]
		p.Got, p.Hint = hide(p.Got), hide(p.Hint)
	}
}
