package main

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/pushcheck/pushcheck/internal/relay"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/sender"
)

// replacer replaces numbers, names and ids in an exchange by pseudonyms before the exchange is saved. With --verbatim it replaces only
// credentials.
type replacer struct {
	form    push.Form                // form to save in place of the pushed form; nil if the body is saved unchanged
	replace func(text string) string // replaces values in the path, the headers and the response
}

// newReplacer returns the replacer for an exchange in which this form was pushed.
func (r *recording) newReplacer(form push.Form) replacer {
	if r.names == nil {
		return replacer{replace: func(text string) string { return text }}
	}
	return replacer{form: r.names.Form(form), replace: r.names.Text(form)}
}

// replaceHeaders replaces values in all headers except the signature.
func (w replacer) replaceHeaders(h http.Header) {
	for name, values := range h {
		for i, value := range values {
			if name != push.SignatureHeader {
				values[i] = w.replace(sender.RedactHeader(name, value))
			}
		}
	}
}

// responseText returns a response as text for its file. If values are replaced, the body is saved decoded, without its content coding.
func (w replacer) responseText(x relay.Exchange) []byte {
	var b bytes.Buffer
	header, body := x.Response.Header.Clone(), x.ResponseBody
	if w.form != nil {
		body = []byte(w.replace(string(sender.Decode(x.ResponseBody, x.Response.Header))))
		header.Del("Content-Encoding")
	}
	w.replaceHeaders(header)
	fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\n", x.Response.StatusCode, http.StatusText(x.Response.StatusCode))
	writeHeaderAndBody(&b, header, body)
	return b.Bytes()
}
