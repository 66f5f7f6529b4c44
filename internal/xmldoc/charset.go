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
	noFamily            family = ""           // no charset is declared
	unknownFamily       family = "unknown"    // a name that neither web browsers nor IANA know
	undecodableFamily   family = "registered" // registered by IANA, but this package has no decoder for it
	asciiSupersetFamily family = "superset"   // like undecodableFamily, but the charset contains ASCII, so that ASCII text can be read
	asciiFamily         family = "ascii"
	utf8Family          family = "utf-8"
	utf16LEFamily       family = "utf-16le"
	utf16BEFamily       family = "utf-16be"
	otherFamily         family = "other" // decoded with declaredCharset.encoding
)

func (f family) isUTF16() bool { return f == utf16LEFamily || f == utf16BEFamily }

// charsetSource is the part of a response that declares a charset.
type charsetSource int

const (
	sourceNone charsetSource = iota
	sourceHeader
	sourceDeclaration
	sourceByteOrderMark
)

func (source charsetSource) String() string {
	return [...]string{"nothing", "the Content-Type", "the XML declaration", "its byte order mark"}[source]
}

// declaredCharset is the charset that a source declares. The zero value means that the source declares none.
type declaredCharset struct {
	name     string // as the source writes it
	source   charsetSource
	family   family
	encoding encoding.Encoding // set if family is otherFamily
}

// charsetByName returns the declared charset for a name that a source contains. If the name is empty, the result is the zero value.
func charsetByName(name string, source charsetSource) declaredCharset {
	charset := declaredCharset{name: name, source: source}
	normalizedName := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "_", "-")
	switch normalizedName {
	case "":
		return declaredCharset{}
	case "ascii", "us-ascii", "ansi-x3.4-1968", "iso646-us":
		charset.family = asciiFamily
		return charset
	}
	decoder, browserName, isRegistered := findCharset(normalizedName, name)
	_, isSingleByte := decoder.(*charmap.Charmap)
	switch {
	case browserName == "utf-8", browserName == "utf-16le", browserName == "utf-16be":
		charset.family = family(browserName)
	case browserName != "" || isSingleByte:
		charset.family, charset.encoding = otherFamily, decoder
	case isRegistered && asciiSupersetPattern.MatchString(normalizedName):
		charset.family = asciiSupersetFamily
	case isRegistered:
		charset.family = undecodableFamily
	default:
		charset.family = unknownFamily
	}
	return charset
}

// asciiSupersetPattern matches the names of the charsets in asciiSupersetFamily.
var asciiSupersetPattern = regexp.MustCompile(`^((ibm|cp)?(775|851|857|861|869)|cp-(gr|is)|(hp-)?roman8|r8)$`)

// findCharset finds a charset by its name, first among the names that web browsers know, then among those of IANA. browserName is the name
// that browsers use for the charset, or "" if browsers do not know the charset. isRegistered reports whether IANA has the charset.
func findCharset(normalizedName, name string) (charset encoding.Encoding, browserName string, isRegistered bool) {
	charset, _ = htmlindex.Get(normalizedName)
	ianaEncoding, err := ianaindex.IANA.Encoding(strings.TrimSpace(name))
	if charset == nil {
		ianaName, _ := ianaindex.IANA.Name(ianaEncoding)
		if charset, _ = htmlindex.Get(ianaName); charset == nil {
			charset = ianaEncoding
		}
	}
	browserName, _ = htmlindex.Name(charset)
	if browserName == "replacement" || browserName == "x-user-defined" {
		return nil, "", err == nil
	}
	return charset, browserName, err == nil
}

// Decode returns the body as text without its byte order mark, and the problem of its charset, if there is one. If the problem is not
// Milder, use the text only for error messages. charset is the charset parameter of the Content-Type; it may be empty.
//
// The charset of the Content-Type decides how the body is decoded (RFC 7303). An XML declaration that contradicts it is a Milder
// problem. If the Content-Type names no charset, or a charset that cannot be decoded here, the XML declaration decides. If the encoding in
// the XML declaration does not exist or does not fit the bytes, an XML parser cannot read the document (XML 1.0, 4.3.3).
func Decode(receivedBody []byte, charset string) (text string, problem *Problem) {
	body, bodyFamily := removeByteOrderMark(receivedBody)
	if bytes.HasPrefix(receivedBody, []byte("\x1f\x8b\x08")) {
		return "", encodingProblem(Position{1, 1}, "a body that can be read with the Content-Encoding that is declared", "gzip", "name it: Content-Encoding: gzip")
	}
	header, declaration := charsetByName(charset, sourceHeader), charsetByName(xmlEncoding(body, bodyFamily), sourceDeclaration)
	switch header.family {
	case noFamily:
		return decodeAs(body, bodyFamily, declaration)
	case unknownFamily, undecodableFamily, asciiSupersetFamily:
		if declaration.family == noFamily {
			return decodeAs(body, bodyFamily, header)
		}
		text, problem = decodeAs(body, bodyFamily, declaration)
		if problem == nil && (header.family != asciiSupersetFamily || firstNonASCII(body) >= 0) {
			problem = header.unusableProblem()
			problem.Milder = true
		}
		return text, problem
	}
	text, problem = decodeAs(body, bodyFamily, header)
	if problem == nil && declaration.family != noFamily {
		if otherText, otherProblem := decodeAs(body, bodyFamily, declaration); otherProblem != nil || otherText != text {
			problem = encodingProblem(Position{1, 1}, fmt.Sprintf("no encoding in the XML declaration but %s, as the Content-Type says", strings.ToUpper(header.name)),
				"encoding="+wording.QuoteShort(declaration.name), "the Content-Type decides, and the body matches it; write the same encoding into the XML declaration, or leave it out")
			problem.Milder = true
		}
	}
	return text, problem
}

// decodeAs decodes a body in the charset that one source declares. bodyFamily is the result of removeByteOrderMark, and overrides the
// declared charset. If bodyFamily is noFamily and no charset is declared, the body is UTF-8.
func decodeAs(body []byte, bodyFamily family, charset declaredCharset) (text string, problem *Problem) {
	switch {
	case bodyFamily.isUTF16():
		return decodeDetectedUTF16(body, bodyFamily, charset)
	case bodyFamily == utf8Family:
		return decodeMarkedUTF8(body, charset)
	case charset.family.isUTF16() && bytes.IndexByte(body, 0) >= 0:
		return decodeCheckedUTF16(body, charset.family)
	case charset.family.isUTF16():
		return toValidUTF8(body), encodingProblem(Position{1, 1}, charset.expectation(), "one byte per character", "declare UTF-8, or nothing at all")
	}
	return decodeNonUTF16(body, charset)
}

// removeByteOrderMark removes a byte order mark and returns the family that the mark stands for. Without a byte order mark, it recognizes
// UTF-16 if the body begins with <, and returns noFamily otherwise.
func removeByteOrderMark(body []byte) (rest []byte, bodyFamily family) {
	for _, mark := range []struct {
		bytes      string
		bodyFamily family
	}{{"\xef\xbb\xbf", utf8Family}, {"\xff\xfe", utf16LEFamily}, {"\xfe\xff", utf16BEFamily}} {
		if rest, found := bytes.CutPrefix(body, []byte(mark.bytes)); found {
			return rest, mark.bodyFamily
		}
	}
	switch {
	case bytes.HasPrefix(body, []byte("<\x00")):
		return body, utf16LEFamily
	case bytes.HasPrefix(body, []byte("\x00<")):
		return body, utf16BEFamily
	}
	return body, noFamily
}

var encodingDeclarationPattern = regexp.MustCompile(`^<\?xml\s[^<>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']`)

// xmlEncoding returns the encoding that the XML declaration names. It returns "" if the declaration names none.
func xmlEncoding(body []byte, bodyFamily family) string {
	start := string(body[:min(len(body), 400)])
	if bodyFamily.isUTF16() {
		start, _ = decodeUTF16(body[:min(len(body), 400)], bodyFamily)
	}
	if match := encodingDeclarationPattern.FindStringSubmatch(start); match != nil {
		return match[1]
	}
	return ""
}

// decodeDetectedUTF16 decodes a body that removeByteOrderMark recognized as UTF-16. It is a problem if another charset is declared.
func decodeDetectedUTF16(body []byte, bodyFamily family, charset declaredCharset) (string, *Problem) {
	text, problem := decodeCheckedUTF16(body, bodyFamily)
	if problem == nil && charset.family != noFamily && !charset.family.isUTF16() {
		problem = encodingProblem(Position{1, 1}, charset.expectation(), strings.ToUpper(string(bodyFamily)), "declare UTF-16, or send UTF-8")
	}
	return text, problem
}

// decodeCheckedUTF16 decodes UTF-16. It is a problem if a surrogate is unpaired or the last byte is missing.
func decodeCheckedUTF16(body []byte, bodyFamily family) (string, *Problem) {
	text, firstUnpaired := decodeUTF16(body, bodyFamily)
	if firstUnpaired >= 0 {
		return text, encodingProblem(EndOf(text[:firstUnpaired]), "text in UTF-16", "half a character", "")
	}
	return text, nil
}

// decodeMarkedUTF8 decodes a body that had a byte order mark of UTF-8. It is a problem if another charset is declared.
func decodeMarkedUTF8(body []byte, charset declaredCharset) (string, *Problem) {
	text, problem := decodeNonUTF16(body, declaredCharset{name: "UTF-8", source: sourceByteOrderMark, family: utf8Family})
	if problem == nil && charset.family != noFamily && charset.family != utf8Family {
		problem = encodingProblem(Position{1, 1}, charset.expectation(), "a byte order mark of UTF-8", "declare UTF-8")
		problem.Milder = charset.source == sourceHeader || charset.family != unknownFamily && !charset.family.isUTF16()
	}
	return text, problem
}

// decodeNonUTF16 decodes a body in the declared charset, which is not UTF-16. If no charset is declared, the body is UTF-8.
func decodeNonUTF16(body []byte, charset declaredCharset) (string, *Problem) {
	text, firstInvalid := toValidUTF8(body), firstInvalidUTF8(body)
	switch charset.family {
	case otherFamily:
		return decodeOtherFamily(body, charset)
	case asciiFamily:
		firstInvalid = firstNonASCII(body)
	case asciiSupersetFamily, undecodableFamily:
		if charset.family == asciiSupersetFamily && firstNonASCII(body) < 0 {
			return text, nil
		}
		problem := charset.unusableProblem()
		problem.Milder = true // sipgate may be able to read the charset
		return text, problem
	case unknownFamily:
		problem := charset.unusableProblem()
		problem.Milder = firstInvalid < 0 && charset.source == sourceHeader
		return text, problem
	}
	if firstInvalid >= 0 {
		hint := "send UTF-8, or declare the charset that the body is in"
		if charset.family == noFamily {
			hint += `, as in encoding="ISO-8859-1" in the XML declaration`
		}
		return text, encodingProblem(EndOf(string(body[:firstInvalid])), charset.expectation(), fmt.Sprintf("the byte 0x%02x", body[firstInvalid]), hint)
	}
	return text, nil
}

// decodeOtherFamily decodes a body in a charset of otherFamily.
func decodeOtherFamily(body []byte, charset declaredCharset) (string, *Problem) {
	// These decoders return U+FFFD for bytes that they cannot read, and no error.
	text, _ := charset.encoding.NewDecoder().String(string(body))
	if firstUnreadable := strings.IndexRune(text, utf8.RuneError); firstUnreadable >= 0 {
		return text, encodingProblem(EndOf(text[:firstUnreadable]), charset.expectation(), "bytes that are no characters of this charset", "declare the charset that the body is in")
	}
	_, isSingleByte := charset.encoding.(*charmap.Charmap)
	if isSingleByte && utf8.Valid(body) && text != string(body) {
		// A body with characters outside ASCII that is valid UTF-8 is almost certainly UTF-8: in a charset of one byte per character, it would
		// make no sense. For the same reason, a body that is valid ASCII is not EBCDIC.
		problem := encodingProblem(EndOf(string(body[:max(0, firstNonASCII(body))])), charset.expectation(), "UTF-8", "declare UTF-8")
		problem.Milder = true
		return string(body), problem
	}
	return text, nil
}

// toValidUTF8 returns bytes as UTF-8 text. It replaces invalid bytes by U+FFFD.
func toValidUTF8(body []byte) string { return strings.ToValidUTF8(string(body), "\uFFFD") }

// firstNonASCII returns the index of the first byte that is not ASCII, or -1 if all bytes are ASCII.
func firstNonASCII(body []byte) int {
	return bytes.IndexFunc(body, func(r rune) bool { return r > unicode.MaxASCII })
}

// firstInvalidUTF8 returns the index of the first byte that is not part of valid UTF-8, or -1 if there is none.
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

// decodeUTF16 decodes UTF-16. It replaces unpaired surrogates and an incomplete last character by U+FFFD. firstUnpaired is the offset in
// text of the first replacement, or -1 if nothing was replaced.
func decodeUTF16(body []byte, bodyFamily family) (text string, firstUnpaired int) {
	unit := func(i int) rune {
		if bodyFamily == utf16LEFamily {
			return rune(body[i]) | rune(body[i+1])<<8
		}
		return rune(body[i])<<8 | rune(body[i+1])
	}
	var decoded strings.Builder
	firstUnpaired = -1
	for i := 0; i < len(body); i += 2 {
		r := rune(utf8.RuneError)
		switch {
		case i+1 == len(body):
		case !utf16.IsSurrogate(unit(i)):
			decoded.WriteRune(unit(i))
			continue
		case i+3 < len(body):
			r = utf16.DecodeRune(unit(i), unit(i+2))
		}
		if r == utf8.RuneError && firstUnpaired < 0 {
			firstUnpaired = decoded.Len()
		}
		if r != utf8.RuneError {
			i += 2
		}
		decoded.WriteRune(r)
	}
	return decoded.String(), firstUnpaired
}

// expectation returns the Want of a problem: in which charset the body should be, and which source declares it.
func (charset declaredCharset) expectation() string {
	if charset.family == noFamily {
		return "text in UTF-8, since no charset is declared"
	}
	return fmt.Sprintf("text in %s, as %s says", strings.ToUpper(charset.name), charset.source)
}

// unusableProblem returns the problem of a declared charset that does not exist, or that this package cannot decode. Its Position is zero
// if the Content-Type declares the charset.
func (charset declaredCharset) unusableProblem() *Problem {
	want := "a charset that pushcheck can read"
	if charset.family == unknownFamily {
		want = "a charset that exists"
	}
	pos := Position{1, 1}
	if charset.source == sourceHeader {
		pos = Position{}
	}
	return encodingProblem(pos, want, fmt.Sprintf("%s, according to %s", wording.QuoteShort(charset.name), charset.source), "declare UTF-8")
}

func encodingProblem(pos Position, want, got, hint string) *Problem {
	return &Problem{Rule: Encoding, Position: pos, Want: want, Got: got, Hint: hint}
}
