package main

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/pushcheck/pushcheck/internal/relay"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/sender"
)

// disguise replaces the values in an exchange before it is saved. Without pseudonyms it replaces only credentials.
type disguise struct {
	form push.Form                // replaces the form of the push; nil if its body is saved unchanged
	text func(text string) string // replaces values in the path, the headers and the response
}

// disguise returns the disguise for an exchange with this form.
func (r *recording) disguise(form push.Form) disguise {
	if r.names == nil {
		return disguise{text: func(text string) string { return text }}
	}
	return disguise{form: r.names.Form(form), text: r.names.Text(form)}
}

// header replaces the values of a header.
func (w disguise) header(h http.Header) {
	for name, values := range h {
		for i, value := range values {
			if name != push.SignatureHeader {
				values[i] = w.text(sender.RedactHeader(name, value))
			}
		}
	}
}

// response returns a response as it is saved. With pseudonyms it has no content coding.
func (w disguise) response(x relay.Exchange) []byte {
	var b bytes.Buffer
	header, body := x.Response.Header.Clone(), x.ResponseBody
	if w.form != nil {
		body = []byte(w.text(string(sender.Decode(x.ResponseBody, x.Response.Header))))
		header.Del("Content-Encoding")
	}
	w.header(header)
	fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\n", x.Response.StatusCode, http.StatusText(x.Response.StatusCode))
	writeRest(&b, header, body)
	return b.Bytes()
}
