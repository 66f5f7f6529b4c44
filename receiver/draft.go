package receiver

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/pushcheck/pushcheck/push"
)

// maxHold is the time after which a response that never ends is broken off.
const maxHold = 30 * time.Second

// draft is the complete response to one request before it is sent, so that a fault can change every part of it.
type draft struct {
	acceptedPush // the push; the zero value for a page
	memory
	steered   bool   // the push's call is steered
	pagePath  string // path of the requested page; "" for a push
	userAgent string // User-Agent of the request for the page
	baseURL   string // base of the receiver's own URLs
	reason    string // reason of a refusal, for the log

	delay                time.Duration // time before the first byte
	status               int
	header               http.Header
	body                 []byte
	chunked              bool // sent in two chunks, without Content-Length
	http10               bool // sent in HTTP/1.0
	neverEnds            bool // the response does not end after the body
	closeWithoutResponse bool // the connection is closed, and there is no response
}

// memory holds what the receiver remembers of calls when it drafts a response.
type memory struct {
	stateBefore         push.CallState // state of the push's call before the push; "" for a page
	firstLegStateBefore push.CallState // state of the call's first leg before the push; "" if the call itself is the first leg
	record              callRecord     // what is remembered of the push's call after the push
	prior               priorState     // what was known of this call and of other calls before the push
}

// send writes a response. It closes the connection if there is no response, after a response that never ends, and if the receiver is closed
// during a delay.
func (r *Receiver) send(w http.ResponseWriter, req *http.Request, d draft) {
	if !r.pause(req, d.delay) || d.closeWithoutResponse {
		panic(http.ErrAbortHandler) // net/http then closes the connection
	}
	if d.http10 {
		sendHTTP10(w, d)
		return
	}
	for name, values := range d.header {
		w.Header()[name] = values
	}
	if !d.neverEnds && !d.chunked {
		w.Header().Set("Content-Length", strconv.Itoa(len(d.body)))
	}
	w.WriteHeader(d.status)
	if d.chunked && len(d.body) > 1 {
		_, _ = w.Write(d.body[:1])
		_ = http.NewResponseController(w).Flush()
		d.body = d.body[1:]
	}
	// An error means that the sender has closed the connection.
	if _, err := w.Write(d.body); err != nil || !d.neverEnds {
		return
	}
	if err := http.NewResponseController(w).Flush(); err == nil {
		r.pause(req, maxHold)
	}
	panic(http.ErrAbortHandler)
}

// sendHTTP10 writes a response in HTTP/1.0 and closes the connection.
func sendHTTP10(w http.ResponseWriter, d draft) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer conn.Close()
	resp := &http.Response{
		StatusCode: d.status, ProtoMajor: 1, ProtoMinor: 0, Header: d.header, Close: true,
		Body: io.NopCloser(bytes.NewReader(d.body)), ContentLength: -1,
	}
	_ = resp.Write(conn) // an error means that the sender has closed the connection
}

// pause waits for d, multiplied by Options.SlowFactor. It returns false if the request or the receiver ends earlier.
func (r *Receiver) pause(req *http.Request, d time.Duration) bool {
	if d == 0 {
		return true
	}
	if r.options.SlowFactor > 0 {
		d = time.Duration(float64(d) * r.options.SlowFactor)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-req.Context().Done():
		return false
	}
}
