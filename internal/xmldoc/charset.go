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

// family is the way in which text in a charset is read.
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

func (f family) wide() bool { return f == utf16LE || f == utf16BE }

// location is the place where a charset is declared.
type location int

const (
	nowhere location = iota
	inHeader
	inDeclaration
	inMark
)

func (l location) String() string {
	return [...]string{"nothing", "the Content-Type", "the XML declaration", "its byte order mark"}[l]
}

// labelled is a declared charset.
type labelled struct {
	label    string   // as declared; empty if no charset is declared
	in       location // where it was declared
	family   family
	encoding encoding.Encoding // for otherKnown
}

func label(name string, in location) labelled {
	l := labelled{label: name, in: in}
	plain := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "_", "-")
	switch plain {
	case "":
		return labelled{}
	case "ascii", "us-ascii", "ansi-x3.4-1968", "iso646-us":
		l.family = ascii
		return l
	}
	known, canonical, exists := lookUp(plain, name)
	_, byteACharacter := known.(*charmap.Charmap)
	switch {
	case canonical == "utf-8", canonical == "utf-16le", canonical == "utf-16be":
		l.family = family(canonical)
	case canonical != "" || byteACharacter:
		l.family, l.encoding = otherKnown, known
	case exists && asciiSuperset.MatchString(plain):
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
// browsers use; it is empty if only IANA has the charset. exists reports whether IANA has it.
func lookUp(plain, name string) (known encoding.Encoding, canonical string, exists bool) {
	known, _ = htmlindex.Get(plain)
	atIANA, err := ianaindex.IANA.Encoding(strings.TrimSpace(name))
	if known == nil {
		official, _ := ianaindex.IANA.Name(atIANA)
		if known, _ = htmlindex.Get(official); known == nil {
			known = atIANA
		}
	}
	canonical, _ = htmlindex.Name(known)
	if canonical == "replacement" || canonical == "x-user-defined" {
		return nil, "", err == nil
	}
	return known, canonical, err == nil
}

// Decode returns the body as text without its byte order mark, and the problem with its charset, if there is one. If the problem is not
// Milder, the text only shows what the body looks like. charset is that of the Content-Type, or empty.
//
// If the Content-Type names the charset that the body is in, that decides (RFC 7303), and an XML declaration that disagrees is a Milder
// problem. Otherwise the XML declaration decides. If its encoding does not exist or does not fit the bytes, an XML parser cannot read the
// document (XML 1.0, 4.3.3).
func Decode(received []byte, charset string) (text string, problem *Problem) {
	body, shape := unmark(received)
	if bytes.HasPrefix(received, []byte("\x1f\x8b\x08")) {
		return "", unreadable(Position{1, 1}, "a body that can be read with the Content-Encoding that is declared", "gzip", "name it: Content-Encoding: gzip")
	}
	header, inside := label(charset, inHeader), label(xmlEncoding(body, shape), inDeclaration)
	switch header.family {
	case unlabelled:
		return decodeAs(body, shape, inside)
	case unknown, registered, superset:
		if inside.family == unlabelled {
			return decodeAs(body, shape, header)
		}
		text, problem = decodeAs(body, shape, inside)
		if problem == nil && (header.family != superset || beyondASCII(body) >= 0) {
			problem = header.unusable()
			problem.Milder = true
		}
		return text, problem
	}
	text, problem = decodeAs(body, shape, header)
	if problem == nil && inside.family != unlabelled {
		if other, untrue := decodeAs(body, shape, inside); untrue != nil || other != text {
			problem = unreadable(Position{1, 1}, fmt.Sprintf("no encoding in the XML declaration but %s, as the Content-Type says", strings.ToUpper(header.label)),
				"encoding="+wording.QuoteShort(inside.label), "the Content-Type decides, and it is true; write the same into the XML declaration, or leave its encoding out")
			problem.Milder = true
		}
	}
	return text, problem
}

// decodeAs decodes a body by one declaration. A byte order mark overrides the declaration. Without either the body is UTF-8.
func decodeAs(body []byte, shape family, declared labelled) (text string, problem *Problem) {
	switch {
	case shape.wide():
		return decodeMarkedWide(body, shape, declared)
	case shape == utf8Family:
		return decodeMarked(body, declared)
	case declared.family.wide() && bytes.IndexByte(body, 0) >= 0:
		return decodeWide(body, declared.family)
	case declared.family.wide():
		return narrow(body), unreadable(Position{1, 1}, declared.want(), "one byte a character", "declare UTF-8, or nothing at all")
	}
	return decodeNarrow(body, declared)
}

// unmark removes a byte order mark and returns the encoding that it stands for. Without a mark, it recognises UTF-16 by the first character
// of a document.
func unmark(body []byte) (rest []byte, shape family) {
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
	if shape.wide() {
		start, _ = wide(body[:min(len(body), 400)], shape)
	}
	if found := encodingDeclaration.FindStringSubmatch(start); found != nil {
		return found[1]
	}
	return ""
}

func decodeMarkedWide(body []byte, shape family, declared labelled) (string, *Problem) {
	text, problem := decodeWide(body, shape)
	if problem == nil && declared.family != unlabelled && !declared.family.wide() {
		problem = unreadable(Position{1, 1}, declared.want(), strings.ToUpper(string(shape)), "declare UTF-16, or send UTF-8")
	}
	return text, problem
}

func decodeWide(body []byte, shape family) (string, *Problem) {
	text, bad := wide(body, shape)
	if bad >= 0 {
		return text, unreadable(EndOf(text[:bad]), "text in UTF-16", "half a character", "")
	}
	return text, nil
}

func decodeMarked(body []byte, declared labelled) (string, *Problem) {
	text, problem := decodeNarrow(body, labelled{label: "UTF-8", in: inMark, family: utf8Family})
	if problem == nil && declared.family != unlabelled && declared.family != utf8Family {
		problem = unreadable(Position{1, 1}, declared.want(), "a byte order mark of UTF-8", "declare UTF-8")
		problem.Milder = declared.in == inHeader || declared.family != unknown && !declared.family.wide()
	}
	return text, problem
}

func decodeNarrow(body []byte, declared labelled) (string, *Problem) {
	text, invalid := narrow(body), invalidUTF8(body)
	switch declared.family {
	case otherKnown:
		return decodeOther(body, declared)
	case ascii:
		invalid = beyondASCII(body)
	case superset, registered:
		if declared.family == superset && beyondASCII(body) < 0 {
			return text, nil
		}
		problem := declared.unusable()
		problem.Milder = true // sipgate may be able to read it
		return text, problem
	case unknown:
		problem := declared.unusable()
		problem.Milder = invalid < 0 && declared.in == inHeader
		return text, problem
	}
	if invalid >= 0 {
		hint := "send UTF-8, or declare the charset that the body is in"
		if declared.family == unlabelled {
			hint += `, as in encoding="ISO-8859-1" in the XML declaration`
		}
		return text, unreadable(EndOf(string(body[:invalid])), declared.want(), fmt.Sprintf("the byte 0x%02x", body[invalid]), hint)
	}
	return text, nil
}

func decodeOther(body []byte, declared labelled) (string, *Problem) {
	// These decoders return U+FFFD for bytes that they cannot read, and no error.
	text, _ := declared.encoding.NewDecoder().String(string(body))
	if bad := strings.IndexRune(text, utf8.RuneError); bad >= 0 {
		return text, unreadable(EndOf(text[:bad]), declared.want(), "bytes that stand for nothing there", "declare the charset that the body is in")
	}
	_, byteACharacter := declared.encoding.(*charmap.Charmap)
	if byteACharacter && utf8.Valid(body) && text != string(body) {
		// A body that is valid UTF-8 beyond ASCII is almost certainly UTF-8: in a charset of one byte per character it would make no sense. The
		// same holds for ASCII if EBCDIC is declared.
		problem := unreadable(EndOf(string(body[:max(0, beyondASCII(body))])), declared.want(), "UTF-8", "declare UTF-8")
		problem.Milder = true
		return string(body), problem
	}
	return text, nil
}

// narrow returns bytes as UTF-8 text. Invalid bytes become U+FFFD.
func narrow(body []byte) string { return strings.ToValidUTF8(string(body), "\uFFFD") }

// beyondASCII returns the index of the first byte that is not ASCII; -1 if all are.
func beyondASCII(body []byte) int {
	return bytes.IndexFunc(body, func(r rune) bool { return r > unicode.MaxASCII })
}

// invalidUTF8 returns the index of the first byte that is not UTF-8; -1 if all are.
func invalidUTF8(body []byte) int {
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// wide decodes UTF-16. bad is the offset in text of the first unpaired surrogate; -1 if there is none.
func wide(body []byte, shape family) (text string, bad int) {
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

func (l labelled) want() string {
	if l.family == unlabelled {
		return "text in UTF-8, since no charset is declared"
	}
	return fmt.Sprintf("text in %s, as %s says", strings.ToUpper(l.label), l.in)
}

// unusable returns the problem of a label that names no charset, or a charset that cannot be decoded here. It has no place in the body if
// the label is in the header.
func (l labelled) unusable() *Problem {
	want := "a charset that pushcheck can read"
	if l.family == unknown {
		want = "a charset that exists"
	}
	at := Position{1, 1}
	if l.in == inHeader {
		at = Position{}
	}
	return unreadable(at, want, fmt.Sprintf("%s, according to %s", wording.QuoteShort(l.label), l.in), "declare UTF-8")
}

func unreadable(at Position, want, got, hint string) *Problem {
	return &Problem{Rule: Encoding, At: at, Want: want, Got: got, Hint: hint}
}
