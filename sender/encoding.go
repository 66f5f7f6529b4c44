package sender

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"
)

// decode returns a reader that undoes the content coding. If the body cannot have the declared coding, decode returns an error and a
// reader of the raw bytes. An empty body has no coding.
func decode(raw *bufio.Reader, declared []string) (io.Reader, error) {
	coding := contentCoding(declared)
	if _, err := raw.Peek(1); coding == "" || err != nil {
		return raw, nil
	}
	switch coding {
	case "gzip":
		if !isGzip(raw) {
			return raw, errors.New("declared as gzip, but does not begin like it")
		}
		return &gzipMembers{raw: raw}, nil
	case "deflate":
		return &deflateReader{raw: raw}, nil
	}
	return raw, fmt.Errorf("content coding %q was not offered", coding)
}

// contentCoding returns the coding in lower case, or "" if there is none. Several codings are joined by commas.
func contentCoding(declared []string) string {
	var codings []string
	for c := range strings.SplitSeq(strings.Join(declared, ","), ",") {
		switch c = strings.ToLower(strings.TrimSpace(c)); c {
		case "", "identity":
		case "x-gzip":
			codings = append(codings, "gzip")
		default:
			codings = append(codings, c)
		}
	}
	return strings.Join(codings, ", ")
}

func isGzip(raw *bufio.Reader) bool {
	magic, _ := raw.Peek(2)
	return string(magic) == "\x1f\x8b"
}

// gzipMembers reads gzip members until other bytes follow, and discards these bytes.
type gzipMembers struct {
	raw    *bufio.Reader
	reader *gzip.Reader
}

func (m *gzipMembers) Read(p []byte) (n int, err error) {
	for {
		if m.reader == nil {
			m.reader, err = gzip.NewReader(m.raw)
		} else {
			if n, err = m.reader.Read(p); n > 0 {
				return n, nil // the next Read returns the error
			}
			if err != io.EOF {
				return 0, err
			}
			if !isGzip(m.raw) {
				return 0, discardRest(m.raw)
			}
			err = m.reader.Reset(m.raw)
		}
		if err != nil {
			return 0, err
		}
		m.reader.Multistream(false)
	}
}

// deflateReader reads the content coding deflate. The body is a zlib stream, or a stream without zlib header, as some servers send it.
type deflateReader struct {
	raw    *bufio.Reader
	reader io.Reader
}

func (d *deflateReader) Read(p []byte) (n int, err error) {
	if d.reader == nil {
		start, _ := d.raw.Peek(2)
		if len(start) == 2 && start[0]&0x0f == 8 && (int(start[0])<<8|int(start[1]))%31 == 0 {
			if d.reader, err = zlib.NewReader(d.raw); err != nil {
				return 0, err
			}
		} else {
			d.reader = flate.NewReader(d.raw)
		}
	}
	if n, err = d.reader.Read(p); n > 0 {
		return n, nil // the next Read returns the error
	}
	if err != io.EOF {
		return 0, err
	}
	return 0, discardRest(d.raw)
}

// discardRest reads r to its end. Its error is always io.EOF, because rawBody keeps the real error.
func discardRest(r io.Reader) error {
	_, _ = io.Copy(io.Discard, r)
	return io.EOF
}
