package sender

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// rawSample is how much of a body that cannot be decoded is kept as evidence.
const rawSample = 4 << 10

// errEndless says that a body was longer than is read at all.
var errEndless = errors.New("the body is longer than pushcheck reads")

// evidenceKept is how much of a body a transcript keeps.
const evidenceKept = 64 << 10

// body is what was read of a response body.
type body struct {
	kept   []byte // decoded, at most Limits.BodyBytes; the raw bytes where nothing could be decoded
	length int64  // decoded bytes read, kept or not
	broken error  // the transfer did not come to its end; errEndless where reading was given up
	coding error  // the content coding is unknown or false
}

// readBody reads a body to its end, decoding it, within limits: neither the raw nor the decoded bytes can be more than
// limits.DrainBytes, so a bomb costs no more than an honest body. An empty body is empty in any coding, and bytes after
// the end of the compressed stream are passed over, as common clients do.
func readBody(resp *http.Response, limits Limits) body {
	src := &source{r: resp.Body, left: limits.DrainBytes + 1}
	raw := bufio.NewReader(src)
	decoded, unreadable := decode(raw, resp.Header.Values("Content-Encoding"))

	var b body
	buffer := make([]byte, 4<<10)
	for {
		n, err := decoded.Read(buffer)
		b.length += int64(n)
		b.kept = append(b.kept, buffer[:min(int64(n), limits.BodyBytes-int64(len(b.kept)))]...)
		if b.length > limits.DrainBytes {
			b.broken = errEndless
			return b
		}
		if err == nil {
			continue
		}
		switch {
		case src.err != nil && src.err != io.EOF:
			b.broken = src.err
		case err == io.EOF:
			b.coding = unreadable
		case errors.Is(err, io.ErrUnexpectedEOF) && closeDelimited(resp):
			b.broken = err // the close that ends the body came before the end of the compressed stream
		default:
			b.coding = err
			if b.length == 0 {
				b.kept, b.length = src.head, src.read
			}
		}
		return b
	}
}

// ReadDocument returns what sipgate would act on in a response that somebody else has got, nil if it is nothing. The response took so long
// and has its whole body.
func ReadDocument(p push.Push, outgoing bool, resp *http.Response, took time.Duration) *response.Document {
	limits := Limits{}.WithDefaults()
	x := transcript.Exchange{Push: p, Status: resp.StatusCode, ContentType: resp.Header.Get("Content-Type")}
	b := readBody(resp, limits)
	media, charset := response.MediaType(x.ContentType)
	in := response.Input{Body: b.kept, Media: media, Charset: charset, Outgoing: outgoing}
	if x.End, _ = b.end(nil, in, limits); took > limits.Exchange {
		x.End = transcript.Late
	}
	x.Document = response.Parse(in)
	return x.Effective()
}

// Decoded returns the body of a response without its content coding, as far as it can be decoded.
func Decoded(coded []byte, header http.Header) []byte {
	resp := &http.Response{Header: header, Body: io.NopCloser(bytes.NewReader(coded)), ContentLength: int64(len(coded))}
	return readBody(resp, Limits{}.WithDefaults()).kept
}

// closeDelimited reports whether the end of the connection is the end of the body.
func closeDelimited(resp *http.Response) bool {
	return resp.ContentLength == -1 && len(resp.TransferEncoding) == 0
}

// source is a body as it comes off the wire, up to a number of bytes.
type source struct {
	r    io.Reader
	left int64
	read int64
	head []byte // the first bytes, as evidence
	err  error  // how it ended; nil as long as it has not
}

func (s *source) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if s.left <= 0 {
		s.err = errEndless
		return 0, s.err
	}
	n, err := s.r.Read(p[:min(int64(len(p)), s.left)])
	s.left -= int64(n)
	s.read += int64(n)
	s.head = append(s.head, p[:min(n, rawSample-len(s.head))]...)
	if err != nil && err.Error() == "http: unexpected EOF reading trailer" {
		err = io.EOF // the last chunk came: only the empty line after it is missing, which common clients do not mind
	}
	s.err = err
	return n, err
}

// reading is what a response is read for.
type reading struct {
	document bool // sipgate reads it: it is the response to a newCall or dtmf push
	outgoing bool // the push is about an outgoing call
	limits   Limits
	cause    func(error) error // why reading ended, given the error: errDeadline, another cause, or nil if the receiver did it
}

// readResponse reads resp to its end, closes it and fills in everything that x says of it. A body that announces more
// than limits.DrainBytes is not read. The document is read from complete responses and from those that never ended.
func readResponse(resp *http.Response, x *transcript.Exchange, r reading) {
	defer resp.Body.Close()
	x.Status, x.Proto = resp.StatusCode, resp.Proto
	x.Header, x.ContentType = keptHeader(resp.Header), resp.Header.Get("Content-Type")
	switch {
	case resp.Proto != "" && resp.ProtoMajor != 1:
		x.End, x.Detail = transcript.NotHTTP, fmt.Sprintf("the response has the protocol %q", resp.Proto)
		return
	case resp.StatusCode == http.StatusSwitchingProtocols:
		x.End, x.Detail = transcript.NotHTTP, "the receiver switched protocols without being asked"
		return
	case resp.ContentLength > r.limits.DrainBytes:
		x.End, x.BodyLength = transcript.BodyTooLong, resp.ContentLength
		x.Detail = fmt.Sprintf("%d bytes announced, at most %d are read", resp.ContentLength, r.limits.DrainBytes)
		return
	}

	b := readBody(resp, r.limits)
	x.ResponseBody, x.BodyLength = slices.Clone(b.kept[:min(len(b.kept), evidenceKept)]), b.length
	if resp.Header.Get("Content-Encoding") == "" {
		x.BodyLength = max(b.length, resp.ContentLength)
	}
	media, charset := response.MediaType(x.ContentType)
	in := response.Input{Body: b.kept, Media: media, Charset: charset, Outgoing: r.outgoing}
	x.End, x.Detail = b.end(r.cause(b.broken), in, r.limits)
	if r.document && (x.End == transcript.Complete || x.End == transcript.NeverEnded) {
		x.Document = response.Parse(in)
	}
	if r.document && x.End == transcript.BodyTooLong {
		// The beginning of a page tells that it is one; that of a document does not tell whether it is in order.
		if d := response.Parse(in); d.Kind == response.Other {
			x.Document = d
		}
	}
}

// end names how the body ended. in is what was kept of it; cause is why reading ended, if it was not the receiver's doing.
func (b body) end(cause error, in response.Input, limits Limits) (transcript.End, string) {
	switch {
	case b.broken == errEndless:
		return transcript.NeverEnded, fmt.Sprintf("no end within %d bytes", limits.DrainBytes)
	case cause == errDeadline && b.whole(in): // also where it ends now: a receiver that waits until nobody listens may do so
		return transcript.NeverEnded, fmt.Sprintf("the document was complete after %d bytes, the response had not ended within %v", b.length, limits.Exchange)
	case cause == errDeadline:
		return transcript.Late, fmt.Sprintf("%d bytes of the body had come within %v", b.length, limits.Exchange)
	case b.broken != nil && cause != nil:
		return transcript.Interrupted, cause.Error()
	case b.broken != nil && strings.Contains(b.broken.Error(), "suspiciously long trailer"): // net/http has no name for it
		return transcript.NeverEnded, b.broken.Error()
	case b.broken != nil:
		return transcript.Truncated, words(b.broken)
	case b.coding != nil:
		return transcript.BadEncoding, b.coding.Error()
	case b.length > limits.BodyBytes:
		return transcript.BodyTooLong, fmt.Sprintf("%d bytes, at most %d are read", b.length, limits.BodyBytes)
	}
	return transcript.Complete, ""
}

// whole reports whether what came is a document that nothing is missing from.
func (b body) whole(in response.Input) bool {
	return b.length == int64(len(b.kept)) && response.Parse(in).Response != nil
}
