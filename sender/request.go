package sender

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// request is a request to the receiver, before its bytes are written.
type request struct {
	URL          *url.URL    // its credentials are sent only if the receiver asks for them
	Method       string      // default POST
	Body         []byte      // the form
	Header       http.Header // headers of the user, in addition to the default headers of requestHeader
	ReadDocument bool        // the request is a newCall or dtmf push, so the response is read as a document
	Outgoing     bool        // the push is about an outgoing call
}

func (r request) method() string { return cmp.Or(r.Method, http.MethodPost) }

// encode returns the bytes of the request.
func (r request) encode() []byte {
	return append(newRequestHead(r).append(nil, r.method(), r.URL.RequestURI(), int64(len(r.Body))), r.Body...)
}

// toHTTP converts the request to a request of net/http, for a round tripper.
func (r request) toHTTP(ctx context.Context) *http.Request {
	target := *r.URL
	target.User, target.Fragment, target.RawFragment = nil, "", ""
	header, host := requestHeader(r)
	out := &http.Request{
		Method: r.method(), URL: &target, Host: host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(len(r.Body)),
	}
	if len(r.Body) > 0 {
		out.Body = io.NopCloser(bytes.NewReader(r.Body))
	}
	return out.WithContext(ctx)
}

// validate returns an error if the request cannot be sent. That is a mistake of the user, not a fault of the receiver.
func (r request) validate() error {
	if r.URL == nil || r.URL.Host == "" || (r.URL.Scheme != "http" && r.URL.Scheme != "https") {
		return errors.New("reading the URL: it is not an absolute http or https URL")
	}
	isControl := func(c rune) bool { return c < ' ' || c == 0x7f }
	if !httpguts.ValidHostHeader(hostHeader(r.URL.Host)) || strings.ContainsFunc(r.URL.RequestURI(), isControl) {
		return errors.New("reading the URL: it has characters that cannot be sent")
	}
	if !httpguts.ValidHeaderFieldName(r.method()) {
		return fmt.Errorf("reading method %q: not a method", r.Method)
	}
	for name, values := range r.Header {
		if !httpguts.ValidHeaderFieldName(name) {
			return fmt.Errorf("reading header %q: not a header name", name)
		}
		for _, v := range values {
			if !httpguts.ValidHeaderFieldValue(v) || strings.EqualFold(name, "Host") && !httpguts.ValidHostHeader(hostHeader(v)) {
				return fmt.Errorf("reading header %q: its value cannot be sent", name)
			}
		}
	}
	return nil
}

// requestHead holds the headers of every push to one host, except Content-Length.
type requestHead struct {
	front []byte // headers before Content-Length
	tail  []byte // headers after Content-Length, and the empty line
}

// newRequestHead writes the headers in the order of net/http: Host, User-Agent, Content-Length, then the other headers by name.
func newRequestHead(r request) requestHead {
	header, host := requestHeader(r)
	var front, tail bytes.Buffer
	fmt.Fprintf(&front, "Host: %s\r\n", hostHeader(cmp.Or(host, r.URL.Host)))
	if agent := header["User-Agent"]; agent[0] != "" {
		_ = http.Header{"User-Agent": agent[:1]}.Write(&front)
	}
	delete(header, "User-Agent")
	_ = header.Write(&tail)
	tail.WriteString("\r\n")
	return requestHead{front.Bytes(), tail.Bytes()}
}

// hostHeader returns the value of the Host header: an internationalized name in ASCII form, an IPv6 address without its zone.
func hostHeader(host string) string {
	if ascii, err := httpguts.PunycodeHostPort(host); err == nil {
		host = ascii
	}
	address, port, hasBracket := strings.Cut(host, "]")
	if withoutZone, _, hasZone := strings.Cut(address, "%"); hasBracket && hasZone && strings.HasPrefix(host, "[") {
		return withoutZone + "]" + port
	}
	return host
}

// chunkedLength is the length of a body with Transfer-Encoding chunked.
const chunkedLength = -1

// append appends the head of a request to b. length is the length of the body, or chunkedLength.
func (h requestHead) append(b []byte, method, target string, length int64) []byte {
	b = append(append(b, method...), ' ')
	b = append(append(b, target...), " HTTP/1.1\r\n"...)
	b = append(b, h.front...)
	switch {
	case length == chunkedLength:
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
	case length > 0 || method != http.MethodGet:
		b = append(strconv.AppendInt(append(b, "Content-Length: "...), length, 10), "\r\n"...)
	}
	return append(b, h.tail...)
}
