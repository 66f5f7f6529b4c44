package sender

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/transcript"
)

func compress(t *testing.T, w func(io.Writer) io.WriteCloser, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := w(&b)
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func toGzip(t *testing.T, s string) string {
	return compress(t, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, s)
}

func toZlib(t *testing.T, s string) string {
	return compress(t, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }, s)
}

func toRawDeflate(t *testing.T, s string) string {
	return compress(t, func(w io.Writer) io.WriteCloser {
		z, _ := flate.NewWriter(w, flate.DefaultCompression)
		return z
	}, s)
}

// storedDeflate returns emptyResponse as a deflate stream without zlib header. Its parameter is the first byte of the stream, whose upper
// bits have no meaning.
func storedDeflate(first byte) string {
	n := byte(len(emptyResponse))
	return string([]byte{first, n, 0, ^n, 0xff}) + emptyResponse + "\x01\x00\x00\xff\xff"
}

func TestResponseBodyIsDecodedByItsContentCoding(t *testing.T) {
	t.Parallel()
	gzipBody, zlibBody, rawDeflateBody := toGzip(t, emptyResponse), toZlib(t, emptyResponse), toRawDeflate(t, emptyResponse)
	tests := []struct {
		name, coding, body string
		end                transcript.End
		want               string
		why                string // explains the expectation; shown if the test fails
	}{
		{"no coding", "", emptyResponse, transcript.Complete, emptyResponse, ""},
		{"identity", "identity", emptyResponse, transcript.Complete, emptyResponse, ""},
		{"gzip", "gzip", gzipBody, transcript.Complete, emptyResponse, ""},
		{"gzip in capitals beside identity", "identity, GZIP", gzipBody, transcript.Complete, emptyResponse, ""},
		{"x-gzip", "x-gzip", gzipBody, transcript.Complete, emptyResponse, "an old name for gzip"},
		{"deflate as zlib", "deflate", zlibBody, transcript.Complete, emptyResponse, ""},
		{"deflate without zlib header", "deflate", rawDeflateBody, transcript.Complete, emptyResponse, "not what the standard says, but common"},
		{"gzip in two members", "gzip", toGzip(t, "<Response>") + toGzip(t, "</Response>"), transcript.Complete, "<Response></Response>", ""},
		{"gzip with bytes after it", "gzip", gzipBody + "\r\n", transcript.Complete, emptyResponse, "common clients ignore these bytes"},
		{"deflate with bytes after it", "deflate", zlibBody + "\r\n", transcript.Complete, emptyResponse, "common clients ignore these bytes"},
		{"gzip with an unknown compression method", "gzip", "\x1f\x8b\x09" + gzipBody[3:], transcript.BadEncoding, "\x1f\x8b\x09" + gzipBody[3:], ""},
		{"zlib that wants a dictionary", "deflate", "\x78\x20" + zlibBody[2:], transcript.BadEncoding, "\x78\x20" + zlibBody[2:], "no dictionary was agreed on"},
		{"raw deflate whose first bytes look like a zlib header with a wrong checksum", "deflate", storedDeflate(0x08), transcript.Complete, emptyResponse, ""},
		{"raw deflate whose first bytes look like a zlib header with an unknown method", "deflate", storedDeflate(0xb0), transcript.Complete, emptyResponse, ""},
		{"only the first byte of a zlib stream", "deflate", "\x78", transcript.Truncated, "", "the connection ended within the body"},
		{"gzip of an empty body", "gzip", toGzip(t, ""), transcript.Complete, "", ""},
		{"an empty body declared as gzip", "gzip", "", transcript.Complete, "", "an empty body is fine"},
		{"uncompressed body declared as gzip", "gzip", emptyResponse, transcript.BadEncoding, emptyResponse, ""},
		{"one byte declared as gzip", "gzip", "<", transcript.BadEncoding, "<", ""},
		{"uncompressed body declared as deflate", "deflate", emptyResponse, transcript.BadEncoding, emptyResponse, ""},
		{"gzip with a wrong checksum", "gzip", gzipBody[:len(gzipBody)-8] + "12345678", transcript.BadEncoding, emptyResponse, ""},
		{"zlib with a wrong checksum", "deflate", zlibBody[:len(zlibBody)-4] + "1234", transcript.BadEncoding, emptyResponse, ""},
		{"brotli", "br", "\x0b\x02", transcript.BadEncoding, "\x0b\x02", "pushcheck does not offer brotli"},
		{"a character set", "utf-8", emptyResponse, transcript.BadEncoding, emptyResponse, "utf-8 is not a content coding"},
		{"gzip without Content-Encoding", "", gzipBody, transcript.Complete, gzipBody, "the document parser judges such a body"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := reply(200, tt.body)
			if tt.end == transcript.Complete {
				r.ContentLength = int64(len(tt.body)) // length before decoding
			}
			if tt.coding != "" {
				r.Header.Set("Content-Encoding", tt.coding)
			}
			x, _ := exchangeWithMock(t, request{}, r)
			if x.End != tt.end || (x.Detail == "") != (tt.end == transcript.Complete) {
				t.Errorf("End = %q (%s), want %q; %s", x.End, x.Detail, tt.end, tt.why)
			}
			if diff := cmp.Diff(tt.want, string(x.ResponseBody)); diff != "" {
				t.Errorf("ResponseBody mismatch (-want +got):\n%s%s", diff, tt.why)
			}
			if x.BodyLength != int64(len(tt.want)) {
				t.Errorf("BodyLength = %d, want %d", x.BodyLength, len(tt.want))
			}
		})
	}
}
