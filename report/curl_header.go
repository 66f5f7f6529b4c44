package report

import (
	"net/http"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// curlHeader is a value of curl's option -H: "Name: value", "Name;" for an empty value, or "Name:" for a header that curl must not send.
type curlHeader string

func (h curlHeader) name() string {
	name, _, _ := strings.Cut(string(h), ":")
	return http.CanonicalHeaderKey(strings.TrimSuffix(name, ";"))
}

// word quotes a header as one word for a shell. If the value is the placeholder of a secret, the shell expands it.
func (h curlHeader) word() string {
	if placeholder := transcript.HeaderPlaceholder(h.name()); placeholder != "" && strings.HasSuffix(string(h), ": "+placeholder) {
		return `"` + h.name() + ": " + placeholder + `"`
	}
	return shellQuote(string(h))
}

// curlHeaders returns the headers for an exchange. A header in the options of curl replaces sipgate's header of the same name, and a header
// of the exchange replaces both.
func curlHeaders(ex transcript.Exchange, options []string) []curlHeader {
	headers := []curlHeader{"Accept: application/xml, text/plain, text/html", "Content-Type: application/x-www-form-urlencoded; charset=UTF-8"}
	remove := func(name string) {
		headers = slices.DeleteFunc(headers, func(h curlHeader) bool { return h.name() == name })
	}
	set := func(name string, values ...string) {
		remove(name)
		for _, value := range values {
			headers = append(headers, curlHeader(strings.TrimSpace(name+": "+visible(value))))
		}
	}
	var userHeaders []curlHeader
	for i, option := range options {
		if i > 0 && options[i-1] == "-H" {
			name, value, _ := strings.Cut(option, ":")
			if strings.TrimSpace(value) == "" {
				option = name + ";" // with a semicolon curl sends an empty value; with a colon it would not send the header
			}
			userHeaders = append(userHeaders, curlHeader(option))
		}
	}
	for _, h := range userHeaders {
		remove(h.name())
	}
	headers = append(headers, userHeaders...)
	if ex.ForeignName == "" { // an odd push may have other values of these headers
		set(push.SignatureHeader, ex.SentHeader[push.SignatureHeader]...)
		set("X-Forwarded-For", ex.SentHeader["X-Forwarded-For"]...)
		return headers
	}
	set("Content-Type", ex.ForeignRequest.ContentType)
	if ex.ForeignRequest.Host != "" {
		set("Host", ex.ForeignRequest.Host)
	}
	if ex.ForeignRequest.Padding > 0 {
		set("Expect", "") // curl adds this header to requests with large bodies
	}
	return headers
}
