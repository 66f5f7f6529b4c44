package xmldoc

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"

	"github.com/pushcheck/pushcheck/internal/wording"
)

// family is a group of charsets that are decoded in the same way.
type family string

const (
	unlabelled family = ""
	unknown    family = "unknown"
	registered family = "registered" // registered by IANA, but cannot be decoded here
	superset   family = "superset"   // registered, cannot be decoded here, and contains ASCII
	ascii      family = "ascii"
	utf8Family family = "utf-8"
	utf16LE    family = "utf-16le"
	utf16BE    family = "utf-16be"
	otherKnown family = "other"
)

func (f family) isUTF16() bool { return f == utf16LE || f == utf16BE }

// location is the place where a charset is declared.
type location int

const (
	nowhere location = iota
	inHeader
	inDeclaration
	inByteOrderMark
)

func (l location) String() string {
	return [...]string{"nothing", "the Content-Type", "the XML declaration", "its byte order mark"}[l]
}

// declaredCharset is a declared charset.
type declaredCharset struct {
	name     string   // as declared; empty if no charset is declared
	location location // where it was declared
	family   family
	encoding encoding.Encoding // for otherKnown
}

func charsetByName(name string, in location) declaredCharset {
	l := declaredCharset{name: name, location: in}
	normalized := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "_", "-")
	switch normalized {
	case "":
		return declaredCharset{}
	case "ascii", "us-ascii", "ansi-x3.4-1968", "iso646-us":
		l.family = ascii
		return l
	}
	known, canonical, exists := lookUp(normalized, name)
	_, isSingleByte := known.(*charmap.Charmap)
	switch {
	case canonical == "utf-8", canonical == "utf-16le", canonical == "utf-16be":
		l.family = family(canonical)
	case canonical != "" || isSingleByte:
		l.family, l.encoding = otherKnown, known
	case exists && asciiSuperset.MatchString(normalized):
		l.family = superset
	case exists:
		l.family = registered
	default:
		l.family = unknown
	}
	return l
}

// asciiSuperset matches the names of registered charsets that contain ASCII, but for which there is no decoder here.
var asciiSuperset = regexp.MustCompile(`^((ibm|cp)?(775|851|857|861|869)|cp-(gr|is)|(hp-)?roman8|r8)$`)

// lookUp finds a charset by its name, first among the names that web browsers know, then among those of IANA. canonical is the name that
// browsers use; it is empty if only IANA has the charset. isRegistered reports whether IANA has it.
func lookUp(normalized, name string) (charset encoding.Encoding, canonical string, isRegistered bool) {
	charset, _ = htmlindex.Get(normalized)
	ianaEncoding, err := ianaindex.IANA.Encoding(strings.TrimSpace(name))
	if charset == nil {
		ianaName, _ := ianaindex.IANA.Name(ianaEncoding)
		if charset, _ = htmlindex.Get(ianaName); charset == nil {
			charset = ianaEncoding
		}
	}
	canonical, _ = htmlindex.Name(charset)
	if canonical == "replacement" || canonical == "x-user-defined" {
		return nil, "", err == nil
	}
	return charset, canonical, err == nil
}

// Decode returns the body as text without its byte order mark, and the problem with its charset, if there is one. If the problem is not
// Milder, the text is only good for messages. charset is the parameter of the Content-Type; it may be empty.
//
// If the Content-Type names the charset that the body is in, that decides (RFC 7303), and an XML declaration that disagrees is a Milder
// problem. Otherwise the XML declaration decides. If its encoding does not exist or does not fit the bytes, an XML parser cannot read the
// document (XML 1.0, 4.3.3).
func Decode(received []byte, charset string) (text string, problem *Problem) {
	body, shape := removeMark(received)
	if bytes.HasPrefix(received, []byte("\x1f\x8b\x08")) {
		return "", encodingProblem(Position{1, 1}, "a body that can be read with the Content-Encoding that is declared", "gzip", "name it: Content-Encoding: gzip")
	}
	header, declaration := charsetByName(charset, inHeader), charsetByName(xmlEncoding(body, shape), inDeclaration)
	switch header.family {
	case unlabelled:
		return decodeAs(body, shape, declaration)
	case unknown, registered, superset:
		if declaration.family == unlabelled {
			return decodeAs(body, shape, header)
		}
		text, problem = decodeAs(body, shape, declaration)
		if problem == nil && (header.family != superset || firstNonASCII(body) >= 0) {
			problem = header.unusableProblem()
			problem.Milder = true
		}
		return text, problem
	}
	text, problem = decodeAs(body, shape, header)
	if problem == nil && declaration.family != unlabelled {
		if other, untrue := decodeAs(body, shape, declaration); untrue != nil || other != text {
			problem = encodingProblem(Position{1, 1}, fmt.Sprintf("no encoding in the XML declaration but %s, as the Content-Type says", strings.ToUpper(header.name)),
				"encoding="+wording.QuoteShort(declaration.name), "the Content-Type decides, and it is true; write the same into the XML declaration, or leave its encoding out")
			problem.Milder = true
		}
	}
	return text, problem
}

// decodeAs decodes a body by one declaration. A byte order mark overrides the declaration. Without a mark and a declaration the body is
// UTF-8.
func decodeAs(body []byte, shape family, declared declaredCharset) (text string, problem *Problem) {
	switch {
	case shape.isUTF16():
		return decodeMarkedWide(body, shape, declared)
	case shape == utf8Family:
		return decodeMarked(body, declared)
	case declared.family.isUTF16() && bytes.IndexByte(body, 0) >= 0:
		return decodeWide(body, declared.family)
	case declared.family.isUTF16():
		return toValidUTF8(body), encodingProblem(Position{1, 1}, declared.expectation(), "one byte a character", "declare UTF-8, or nothing at all")
	}
	return decodeNarrow(body, declared)
}

// removeMark removes a byte order mark and returns the encoding that it stands for. Without a mark, it recognises UTF-16 by the first
// character of a document.
func removeMark(body []byte) (rest []byte, shape family) {
	for _, mark := range []struct {
		bytes string
		shape family
	}{{"\xef\xbb\xbf", utf8Family}, {"\xff\xfe", utf16LE}, {"\xfe\xff", utf16BE}} {
		if rest, found := bytes.CutPrefix(body, []byte(mark.bytes)); found {
			return rest, mark.shape
		}
	}
	switch {
	case bytes.HasPrefix(body, []byte("<\x00")):
		return body, utf16LE
	case bytes.HasPrefix(body, []byte("\x00<")):
		return body, utf16BE
	}
	return body, unlabelled
}

var encodingDeclaration = regexp.MustCompile(`^<\?xml\s[^<>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']`)

// xmlEncoding returns the encoding that the XML declaration names; "" if it names none.
func xmlEncoding(body []byte, shape family) string {
	start := string(body[:min(len(body), 400)])
	if shape.isUTF16() {
		start, _ = decodeUTF16(body[:min(len(body), 400)], shape)
	}
	if found := encodingDeclaration.FindStringSubmatch(start); found != nil {
		return found[1]
	}
	return ""
}

func decodeMarkedWide(body []byte, shape family, declared declaredCharset) (string, *Problem) {
	text, problem := decodeWide(body, shape)
	if problem == nil && declared.family != unlabelled && !declared.family.isUTF16() {
		problem = encodingProblem(Position{1, 1}, declared.expectation(), strings.ToUpper(string(shape)), "declare UTF-16, or send UTF-8")
	}
	return text, problem
}

func decodeWide(body []byte, shape family) (string, *Problem) {
	text, bad := decodeUTF16(body, shape)
	if bad >= 0 {
		return text, encodingProblem(EndOf(text[:bad]), "text in UTF-16", "half a character", "")
	}
	return text, nil
}

func decodeMarked(body []byte, declared declaredCharset) (string, *Problem) {
	text, problem := decodeNarrow(body, declaredCharset{name: "UTF-8", location: inByteOrderMark, family: utf8Family})
	if problem == nil && declared.family != unlabelled && declared.family != utf8Family {
		problem = encodingProblem(Position{1, 1}, declared.expectation(), "a byte order mark of UTF-8", "declare UTF-8")
		problem.Milder = declared.location == inHeader || declared.family != unknown && !declared.family.isUTF16()
	}
	return text, problem
}

func decodeNarrow(body []byte, declared declaredCharset) (string, *Problem) {
	text, invalid := toValidUTF8(body), firstInvalidUTF8(body)
	switch declared.family {
	case otherKnown:
		return decodeOther(body, declared)
	case ascii:
		invalid = firstNonASCII(body)
	case superset, registered:
		if declared.family == superset && firstNonASCII(body) < 0 {
			return text, nil
		}
		problem := declared.unusableProblem()
		problem.Milder = true // sipgate may be able to read it
		return text, problem
	case unknown:
		problem := declared.unusableProblem()
		problem.Milder = invalid < 0 && declared.location == inHeader
		return text, problem
	}
	if invalid >= 0 {
		hint := "send UTF-8, or declare the charset that the body is in"
		if declared.family == unlabelled {
			hint += `, as in encoding="ISO-8859-1" in the XML declaration`
		}
		return text, encodingProblem(EndOf(string(body[:invalid])), declared.expectation(), fmt.Sprintf("the byte 0x%02x", body[invalid]), hint)
	}
	return text, nil
}

func decodeOther(body []byte, declared declaredCharset) (string, *Problem) {
	// These decoders return U+FFFD for bytes that they cannot read, and no error.
	text, _ := declared.encoding.NewDecoder().String(string(body))
	if bad := strings.IndexRune(text, utf8.RuneError); bad >= 0 {
		return text, encodingProblem(EndOf(text[:bad]), declared.expectation(), "bytes that stand for nothing there", "declare the charset that the body is in")
	}
	_, isSingleByte := declared.encoding.(*charmap.Charmap)
	if isSingleByte && utf8.Valid(body) && text != string(body) {
		// A body that is valid UTF-8 beyond ASCII is almost certainly UTF-8: in a charset of one byte per character it would make no sense.
		// The same holds for ASCII if EBCDIC is declared.
		problem := encodingProblem(EndOf(string(body[:max(0, firstNonASCII(body))])), declared.expectation(), "UTF-8", "declare UTF-8")
		problem.Milder = true
		return string(body), problem
	}
	return text, nil
}

// toValidUTF8 returns bytes as UTF-8 text. It replaces invalid bytes by U+FFFD.
func toValidUTF8(body []byte) string { return strings.ToValidUTF8(string(body), "\uFFFD") }

// firstNonASCII returns the index of the first byte that is not ASCII; -1 if all are.
func firstNonASCII(body []byte) int {
	return bytes.IndexFunc(body, func(r rune) bool { return r > unicode.MaxASCII })
}

// firstInvalidUTF8 returns the index of the first byte that is not UTF-8; -1 if all are.
func firstInvalidUTF8(body []byte) int {
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// decodeUTF16 decodes UTF-16. bad is the offset in text of the first unpaired surrogate; -1 if there is none.
func decodeUTF16(body []byte, shape family) (text string, bad int) {
	unit := func(i int) rune {
		if shape == utf16LE {
			return rune(body[i]) | rune(body[i+1])<<8
		}
		return rune(body[i])<<8 | rune(body[i+1])
	}
	var out strings.Builder
	bad = -1
	for i := 0; i < len(body); i += 2 {
		r := rune(utf8.RuneError)
		switch {
		case i+1 == len(body):
		case !utf16.IsSurrogate(unit(i)):
			out.WriteRune(unit(i))
			continue
		case i+3 < len(body):
			r = utf16.DecodeRune(unit(i), unit(i+2))
		}
		if r == utf8.RuneError && bad < 0 {
			bad = out.Len()
		}
		if r != utf8.RuneError {
			i += 2
		}
		out.WriteRune(r)
	}
	return out.String(), bad
}

func (l declaredCharset) expectation() string {
	if l.family == unlabelled {
		return "text in UTF-8, since no charset is declared"
	}
	return fmt.Sprintf("text in %s, as %s says", strings.ToUpper(l.name), l.location)
}

// unusableProblem returns the problem of a label that names no charset, or a charset that cannot be decoded here. It has no place in the
// body if the label is in the header.
func (l declaredCharset) unusableProblem() *Problem {
	want := "a charset that pushcheck can read"
	if l.family == unknown {
		want = "a charset that exists"
	}
	at := Position{1, 1}
	if l.location == inHeader {
		at = Position{}
	}
	return encodingProblem(at, want, fmt.Sprintf("%s, according to %s", wording.QuoteShort(l.name), l.location), "declare UTF-8")
}

func encodingProblem(at Position, want, got, hint string) *Problem {
	return &Problem{Rule: Encoding, Position: at, Want: want, Got: got, Hint: hint}
}
