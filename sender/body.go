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

// maxRawSample is the number of bytes that are kept as evidence if a body cannot be decoded.
const maxRawSample = 4 << 10

// errEndless means that a body is longer than Limits.DrainBytes.
var errEndless = errors.New("the body is longer than pushcheck reads")

// maxEvidence is the number of bytes of a body that a transcript keeps.
const maxEvidence = 64 << 10

// body holds what was read of a response body.
type body struct {
	kept      []byte // decoded, at most Limits.BodyBytes; the raw bytes if nothing could be decoded
	length    int64  // number of decoded bytes that were read, kept or not; of raw bytes if nothing could be decoded
	readErr   error  // the reason why the body did not end; errEndless if it was too long; nil if it ended
	codingErr error  // the content coding is unknown, or the body does not match it
}

// readBody reads and decodes a body to its end. It reads at most limits.DrainBytes raw bytes and at most as many decoded bytes, so that a
// decompression bomb does no harm. If the body is empty, its coding does not matter. Like common clients, readBody ignores bytes after the
// end of the compressed stream.
func readBody(resp *http.Response, limits Limits) body {
	raw := &rawBody{r: resp.Body, remaining: limits.DrainBytes + 1}
	buffered := bufio.NewReader(raw)
	decoded, unknownCoding := decode(buffered, resp.Header.Values("Content-Encoding"))

	var b body
	buffer := make([]byte, 4<<10)
	for {
		n, err := decoded.Read(buffer)
		b.length += int64(n)
		b.kept = append(b.kept, buffer[:min(int64(n), limits.BodyBytes-int64(len(b.kept)))]...)
		if b.length > limits.DrainBytes {
			b.readErr = errEndless
			return b
		}
		if err == nil {
			continue
		}
		switch {
		case raw.err != nil && raw.err != io.EOF:
			b.readErr = raw.err
		case err == io.EOF:
			b.codingErr = unknownCoding
		case errors.Is(err, io.ErrUnexpectedEOF) && isCloseDelimited(resp):
			b.readErr = err // the connection was closed before the end of the compressed stream
		default:
			b.codingErr = err
			if b.length == 0 {
				b.kept, b.length = raw.head, raw.readCount
			}
		}
		return b
	}
}

// ReadDocument returns the document that sipgate would act on, from a response that another program received. It returns nil if
// sipgate would do nothing. took is the time from the request to the end of the response.
func ReadDocument(p push.Push, outgoing bool, resp *http.Response, took time.Duration) *response.Document {
	limits := Limits{}.WithDefaults()
	x := transcript.Exchange{Sent: transcript.Sent{Push: p}, Outcome: transcript.Outcome{Status: resp.StatusCode, ContentType: resp.Header.Get("Content-Type")}}
	b := readBody(resp, limits)
	media, charset := response.ParseContentType(x.ContentType)
	in := response.Input{Body: b.kept, MediaType: media, Charset: charset, Outgoing: outgoing}
	if x.End, _ = b.endWithResponse(nil, in, limits); took > limits.Exchange {
		x.End = transcript.Late
	}
	x.Document = response.Parse(in)
	return x.EffectiveDocument()
}

// Decode undoes the content coding of a response body. If the body is damaged, Decode returns the part before the damage. If nothing can be
// decoded, it returns raw bytes. It returns at most 1 MiB.
func Decode(coded []byte, header http.Header) []byte {
	resp := &http.Response{Header: header, Body: io.NopCloser(bytes.NewReader(coded)), ContentLength: int64(len(coded))}
	return readBody(resp, Limits{}.WithDefaults()).kept
}

// isCloseDelimited reports whether the end of the connection is the end of the body.
func isCloseDelimited(resp *http.Response) bool {
	return resp.ContentLength == -1 && len(resp.TransferEncoding) == 0
}

// rawBody reads the raw bytes of a body, before they are decoded.
type rawBody struct {
	r         io.Reader
	remaining int64  // number of bytes that may still be read
	readCount int64  // number of bytes that were read
	head      []byte // the first bytes, as evidence
	err       error  // the error that ended reading; nil as long as reading goes on
}

func (s *rawBody) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if s.remaining <= 0 {
		s.err = errEndless
		return 0, s.err
	}
	n, err := s.r.Read(p[:min(int64(len(p)), s.remaining)])
	s.remaining -= int64(n)
	s.readCount += int64(n)
	s.head = append(s.head, p[:min(n, maxRawSample-len(s.head))]...)
	if err != nil && err.Error() == "http: unexpected EOF reading trailer" {
		err = io.EOF // only the empty line after the last chunk is missing; common clients accept that
	}
	s.err = err
	return n, err
}

// readConditions holds the conditions under which a response is read.
type readConditions struct {
	isDocument bool // the push is a newCall or dtmf push, so sipgate reads the response as a document
	outgoing   bool // the push is about an outgoing call
	limits     Limits
	cause      func(error) error // returns why pushcheck stopped reading: errDeadline, or the cause of a cancelled run; nil if the receiver caused the error
}

// readResponse reads resp to its end, closes it, and stores its status, headers and body in x. If the Content-Length is more than
// limits.DrainBytes, the body is not read. A document is parsed if the whole document was read, even if the response does not end after it.
func readResponse(resp *http.Response, x *transcript.Exchange, r readConditions) {
	defer resp.Body.Close()
	x.Status = resp.StatusCode
	x.Header, x.ContentType = evidenceHeader(resp.Header), resp.Header.Get("Content-Type")
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
	x.ResponseBody, x.BodyLength = slices.Clone(b.kept[:min(len(b.kept), maxEvidence)]), b.length
	if resp.Header.Get("Content-Encoding") == "" {
		x.BodyLength = max(b.length, resp.ContentLength)
	}
	media, charset := response.ParseContentType(x.ContentType)
	in := response.Input{Body: b.kept, MediaType: media, Charset: charset, Outgoing: r.outgoing}
	x.End, x.Detail = b.endWithResponse(r.cause(b.readErr), in, r.limits)
	if r.isDocument && (x.End == transcript.Complete || x.End == transcript.NeverEnded) {
		x.Document = response.Parse(in)
	}
	if r.isDocument && x.End == transcript.BodyTooLong {
		// The beginning of an HTML page is enough to recognize it. The beginning of a document does not show whether the rest is valid.
		if d := response.Parse(in); d.Kind == response.NotXML {
			x.Document = d
		}
	}
}

// endWithResponse returns how an exchange with a complete response head ended, and the text for Exchange.Detail. The argument in contains
// the kept part of the body. cause is nil if the receiver ended the body.
func (b body) endWithResponse(cause error, in response.Input, limits Limits) (transcript.End, string) {
	switch {
	case b.readErr == errEndless:
		return transcript.NeverEnded, fmt.Sprintf("no end within %d bytes", limits.DrainBytes)
	case cause == errDeadline && b.isWholeDocument(in): // also for a body that ended after the deadline, because the receiver may have waited until pushcheck gave up
		return transcript.NeverEnded, fmt.Sprintf("the document was complete after %d bytes, the response had not ended within %v", b.length, limits.Exchange)
	case cause == errDeadline:
		return transcript.Late, fmt.Sprintf("%d bytes of the body had come within %v", b.length, limits.Exchange)
	case b.readErr != nil && cause != nil:
		return transcript.Interrupted, cause.Error()
	case b.readErr != nil && strings.Contains(b.readErr.Error(), "suspiciously long trailer"): // net/http exports no error value for this
		return transcript.NeverEnded, b.readErr.Error()
	case b.readErr != nil:
		return transcript.Truncated, errorText(b.readErr)
	case b.codingErr != nil:
		return transcript.BadEncoding, b.codingErr.Error()
	case b.length > limits.BodyBytes:
		return transcript.BodyTooLong, fmt.Sprintf("%d bytes, at most %d are read", b.length, limits.BodyBytes)
	}
	return transcript.Complete, ""
}

// isWholeDocument reports whether the bytes that arrived are a complete document.
func (b body) isWholeDocument(in response.Input) bool {
	return b.length == int64(len(b.kept)) && response.Parse(in).Response != nil
}
