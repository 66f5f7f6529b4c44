package receiver

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/pushcheck/pushcheck/push"
)

// maxHold is how long a connection is kept busy by a receiver that never ends its response.
const maxHold = 30 * time.Second

// draft is the complete response to one request before it is sent, so that a fault can change every part of it.
type draft struct {
	taken // the push; the zero value for a page
	memory
	steered bool   // calls to its number are steered
	page    string // path of the page that was asked for; "" for a push
	agent   string // User-Agent of the request for the page
	base    string // what the receiver's own URLs start with
	reason  string // of a refusal

	wait    time.Duration // before the first byte
	status  int
	header  http.Header
	body    []byte
	chunked bool // in two chunks, without Content-Length
	old     bool // in HTTP/1.0
	hold    bool // after the body the response does not end
	drop    bool // no response: the connection is closed
}

// memory is what the receiver remembers of calls when it drafts a response.
type memory struct {
	was   push.CallState // what was known of its call before; "" for a page
	first push.CallState // and of the call that it was sent on from; "" if there is none
	call  record         // what is remembered of the call
	seen  seen           // what was known of other calls before
}

// send writes a response. A response without end, and one that is cut short because the receiver is being closed, ends with the
// connection.
func (r *Receiver) send(w http.ResponseWriter, req *http.Request, d draft) {
	if !r.pause(req, d.wait) || d.drop {
		panic(http.ErrAbortHandler) // makes net/http close the connection
	}
	if d.old {
		sendOld(w, d)
		return
	}
	for name, values := range d.header {
		w.Header()[name] = values
	}
	if !d.hold && !d.chunked {
		w.Header().Set("Content-Length", strconv.Itoa(len(d.body)))
	}
	w.WriteHeader(d.status)
	if d.chunked && len(d.body) > 1 {
		_, _ = w.Write(d.body[:1])
		_ = http.NewResponseController(w).Flush()
		d.body = d.body[1:]
	}
	// An error means that the sender has gone.
	if _, err := w.Write(d.body); err != nil || !d.hold {
		return
	}
	if err := http.NewResponseController(w).Flush(); err == nil {
		r.pause(req, maxHold)
	}
	panic(http.ErrAbortHandler)
}

// sendOld writes a response in HTTP/1.0, which ends with the connection.
func sendOld(w http.ResponseWriter, d draft) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer conn.Close()
	old := &http.Response{
		StatusCode: d.status, ProtoMajor: 1, ProtoMinor: 0, Header: d.header, Close: true,
		Body: io.NopCloser(bytes.NewReader(d.body)), ContentLength: -1,
	}
	_ = old.Write(conn) // an error means that the sender has gone
}

// pause waits for d and reports whether it could: it returns false if the request or the receiver ends earlier.
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
