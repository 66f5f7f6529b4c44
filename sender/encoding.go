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

// decode returns raw with its content coding undone. With an error the body cannot be in the coding that it declares;
// the reader then gives the raw bytes. A body of which not one byte comes is left alone.
func decode(raw *bufio.Reader, declared []string) (io.Reader, error) {
	coding := contentCoding(declared)
	if _, err := raw.Peek(1); coding == "" || err != nil {
		return raw, nil
	}
	switch coding {
	case "gzip":
		if !startsGzip(raw) {
			return raw, errors.New("declared as gzip, but does not begin like it")
		}
		return &members{raw: raw}, nil
	case "deflate":
		return &deflated{raw: raw}, nil
	}
	return raw, fmt.Errorf("content coding %q was not offered", coding)
}

// contentCoding returns the coding in lower case, "" for none, several joined by commas.
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

func startsGzip(raw *bufio.Reader) bool {
	magic, _ := raw.Peek(2)
	return string(magic) == "\x1f\x8b"
}

// members reads gzip members until something else follows, and that to its end.
type members struct {
	raw  *bufio.Reader
	z    *gzip.Reader
	rest bool // the last member has ended
}

func (m *members) Read(p []byte) (n int, err error) {
	for !m.rest {
		if m.z == nil {
			m.z, err = gzip.NewReader(m.raw)
		} else {
			n, err = m.z.Read(p)
			if n > 0 && err == io.EOF {
				return n, nil // the end of the member is met again
			}
			if err != io.EOF {
				return n, err
			}
			if m.rest = !startsGzip(m.raw); m.rest {
				break
			}
			err = m.z.Reset(m.raw)
		}
		if err != nil {
			return 0, unexpected(err)
		}
		m.z.Multistream(false)
	}
	return 0, drain(m.raw)
}

// deflated reads what HTTP calls deflate: a zlib stream, or a bare one as some servers send it.
type deflated struct {
	raw  *bufio.Reader
	z    io.Reader
	rest bool
}

func (d *deflated) Read(p []byte) (n int, err error) {
	if d.z == nil {
		start, _ := d.raw.Peek(2)
		if len(start) == 2 && start[0]&0x0f == 8 && (int(start[0])<<8|int(start[1]))%31 == 0 {
			if d.z, err = zlib.NewReader(d.raw); err != nil {
				return 0, unexpected(err)
			}
		} else {
			d.z = flate.NewReader(d.raw)
		}
	}
	if !d.rest {
		n, err = d.z.Read(p)
		if err != io.EOF {
			return n, err
		}
		d.rest = true
		if n > 0 {
			return n, nil
		}
	}
	return 0, drain(d.raw)
}

// drain reads r to its end, which it returns as io.EOF.
func drain(r io.Reader) error {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	return io.EOF
}

// unexpected is err, where the end of the body within a header is no good end.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
