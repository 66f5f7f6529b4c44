package xmldoc

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pushcheck/pushcheck/internal/wording"
)

// Limits for a document. Documents for sipgate are far below them.
const (
	maxDepth              = 100
	maxElements           = 1000
	maxAttributes         = 100  // in an element
	maxDocumentAttributes = 2000 // in the document
)

// location is a position in the text, with its offset in bytes.
type location struct {
	offset int
	Position
}

// scanner reads a text in one pass, strictly as XML 1.0 (fifth edition) and Namespaces in XML 1.0 define a well-formed document. A document
// type declaration is skipped: nothing in it is expanded or fetched, and its content is hardly checked.
type scanner struct {
	text           string
	offset         int
	lastLocation   location // the latest result of currentLocation; the next call counts lines and columns from there
	elementCount   int
	attributeCount int
	prefixes       []prefix // the prefixes that are valid now, those of the innermost element last

	declaredEntities    map[string]bool // names of the entities that the document type declaration declares
	hasExternalEntities bool            // the document type declaration may declare more entities in other files
	isStandalone        bool            // the XML declaration has standalone="yes"
	entityProblem       *Problem        // the problem of the first reference that was not expanded
}

// normalizeLineEnds replaces every line end by \n, as XML requires. Positions do not change.
func normalizeLineEnds(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// Read reads a text strictly as one document. If the name of the root element could be read, Read returns the element even if there is a
// problem. Read takes time proportional to the length of the text.
func Read(text string) (*Element, *Problem) {
	text = normalizeLineEnds(text)
	s := &scanner{text: text, lastLocation: location{Position: Position{1, 1}}, declaredEntities: map[string]bool{}}
	illegalOffset := strings.IndexFunc(text, func(r rune) bool { return !IsChar(r) })
	root, err := s.readDocument()
	if illegalOffset >= 0 && (err == nil || err.offset >= illegalOffset) {
		s.lastLocation = location{Position: Position{1, 1}}
		s.offset = illegalOffset
		r, _ := utf8.DecodeRuneInString(text[illegalOffset:])
		return root, s.problem(s.currentLocation(), "characters that XML allows", fmt.Sprintf("the control character U+%04X", r), "leave it out; XML cannot hold it in any form")
	}
	if err == nil {
		err = s.entityProblem
	}
	return root, err
}

// currentLocation returns the location of the next character. s.offset must not be smaller than in the previous call.
func (s *scanner) currentLocation() location {
	for s.lastLocation.offset < s.offset {
		r, size := utf8.DecodeRuneInString(s.text[s.lastLocation.offset:])
		s.lastLocation.offset += size
		s.lastLocation.Column++
		if r == '\n' {
			s.lastLocation.Line, s.lastLocation.Column = s.lastLocation.Line+1, 1
		}
	}
	return s.lastLocation
}

// EndOf returns the position just after the last character of text.
func EndOf(text string) Position {
	text = normalizeLineEnds(text)
	s := scanner{text: text, offset: len(text), lastLocation: location{Position: Position{1, 1}}}
	return s.currentLocation().Position
}

func (s *scanner) problem(loc location, want, got, hint string) *Problem {
	return &Problem{Position: loc.Position, Want: want, Got: got, Hint: hint, offset: loc.offset}
}

// limitProblem returns the problem of a document that is too large to be read to its end.
func (s *scanner) limitProblem(loc location, want string) *Problem {
	return &Problem{Rule: Size, Milder: true, Position: loc.Position, Want: want, Got: "more", Hint: "not read any further", offset: loc.offset}
}

func (s *scanner) remainingText() string { return s.text[s.offset:] }
func (s *scanner) isAtEnd() bool         { return s.offset >= len(s.text) }
func (s *scanner) startsWith(expected string) bool {
	return strings.HasPrefix(s.remainingText(), expected)
}

// consume reads expected if it comes next. Otherwise it reads nothing and returns false.
func (s *scanner) consume(expected string) bool {
	if !s.startsWith(expected) {
		return false
	}
	s.offset += len(expected)
	return true
}

// readUntil reads the text up to end, and end itself. It returns the text without end. If end does not follow, it reads nothing and returns
// false.
func (s *scanner) readUntil(end string) (string, bool) {
	i := strings.Index(s.remainingText(), end)
	if i < 0 {
		return "", false
	}
	text := s.remainingText()[:i]
	s.offset += i + len(end)
	return text, true
}

// readWhile reads the characters before the first one for which accept returns false.
func (s *scanner) readWhile(accept func(rune) bool) string {
	text := s.remainingText()
	text = text[:len(text)-len(strings.TrimLeftFunc(text, accept))]
	s.offset += len(text)
	return text
}

func (s *scanner) skipSpace() bool { return s.readWhile(isSpace) != "" }

// readName reads a name, which may contain colons. It returns "" if no name follows.
func (s *scanner) readName() string {
	if first, _ := utf8.DecodeRuneInString(s.remainingText()); !isNameStart(first) {
		return ""
	}
	return s.readWhile(isNameChar)
}

// nextText returns the next few characters, quoted, for messages.
func (s *scanner) nextText() string { return s.textAt(s.offset) }

// textAt returns a few characters from an offset, quoted, for messages.
func (s *scanner) textAt(offset int) string {
	const maxLength = 24
	rest := s.text[offset:]
	if rest == "" {
		return "the end of the body"
	}
	rest = rest[:min(len(rest), maxLength*utf8.UTFMax+utf8.UTFMax)]
	if i := strings.IndexByte(rest, '\n'); i > 0 {
		rest = rest[:i]
	}
	return wording.QuoteUpTo(maxLength, rest)
}

// readComment reads a comment that begins at start. The scanner has already read its <!--.
func (s *scanner) readComment(start location) *Problem {
	if _, found := s.readUntil("--"); !found {
		return s.problem(start, "a comment that ends with -->", "the end of the body", "")
	}
	if !s.consume(">") {
		s.offset -= len("--")
		return s.problem(s.currentLocation(), "no -- inside a comment", "--", "")
	}
	return nil
}

// readInstruction reads a processing instruction that begins at start. The scanner has already read its <?.
func (s *scanner) readInstruction(start location) *Problem {
	target := s.readName()
	if target == "" || strings.Contains(target, ":") {
		return s.problem(start, "a name without colon after <?", wording.QuoteShort(target), "")
	}
	if strings.EqualFold(target, "xml") {
		hint := ""
		if target == "xml" && strings.TrimSpace(s.text[:start.offset]) == "" {
			hint = "remove the white space before it"
		}
		return s.problem(start, "the XML declaration at the very beginning, in lower case, or none", "<?"+target+" here", hint)
	}
	if !s.startsWith("?>") && !s.skipSpace() {
		return s.problem(s.currentLocation(), "white space after the name of the instruction", s.nextText(), "")
	}
	if _, found := s.readUntil("?>"); !found {
		return s.problem(start, "an instruction that ends with ?>", "the end of the body", "")
	}
	return nil
}

// readReference reads an entity or character reference, and returns the text that it stands for. It returns "" if the reference is not
// expanded.
func (s *scanner) readReference() (string, *Problem) {
	start, excerpt := s.currentLocation(), s.nextText()
	s.offset++
	if s.consume("#") {
		return s.readCharacterReference(start, excerpt)
	}
	name := s.readName()
	if name == "" || !s.consume(";") {
		return "", s.problem(start, "&amp; in place of a bare &", excerpt, "escape what goes into XML, URLs too: & is written &amp;")
	}
	switch name {
	case "amp":
		return "&", nil
	case "lt":
		return "<", nil
	case "gt":
		return ">", nil
	case "quot":
		return `"`, nil
	case "apos":
		return "'", nil
	}
	if !s.declaredEntities[name] && (!s.hasExternalEntities || s.isStandalone) {
		return "", s.problem(start, "one of &amp; &lt; &gt; &quot; &apos;, or a number as in &#228;", wording.QuoteShort("&"+name+";"), "a bare & is written &amp;")
	}
	if s.entityProblem == nil {
		s.entityProblem = s.problem(start, "the text itself", "the entity "+wording.QuoteShort("&"+name+";")+" of a document type declaration, which is not expanded",
			"leave out the document type declaration")
		s.entityProblem.Milder = true
	}
	return "", nil
}

// readCharacterReference reads the rest of a character reference that begins at start. The scanner has already read its &#. excerpt is the
// text at start, for a problem.
func (s *scanner) readCharacterReference(start location, excerpt string) (string, *Problem) {
	base, digits := 10, "0123456789"
	if s.consume("x") {
		base, digits = 16, "0123456789abcdefABCDEF"
	}
	number := s.readWhile(func(r rune) bool { return strings.ContainsRune(digits, r) })
	// n is 0 if there are no digits, and math.MaxInt32 if the number is too large. Neither is the number of a character.
	n, _ := strconv.ParseInt(number, base, 32)
	if !s.consume(";") || !IsChar(rune(n)) {
		return "", s.problem(start, "the number of a character that XML allows, as in &#228;", excerpt, "")
	}
	return string(rune(n)), nil
}

// The kinds of characters, as XML 1.0 lists them.
var (
	allowedChars = &unicode.RangeTable{
		R16: []unicode.Range16{{'\t', '\n', 1}, {'\r', '\r', 1}, {' ', 0xD7FF, 1}, {0xE000, 0xFFFD, 1}},
		R32: []unicode.Range32{{0x10000, 0x10FFFF, 1}},
	}
	nameStarts = &unicode.RangeTable{
		R16: []unicode.Range16{{':', ':', 1}, {'A', 'Z', 1}, {'_', '_', 1}, {'a', 'z', 1}, {0xC0, 0xD6, 1}, {0xD8, 0xF6, 1},
			{0xF8, 0x2FF, 1}, {0x370, 0x37D, 1}, {0x37F, 0x1FFF, 1}, {0x200C, 0x200D, 1}, {0x2070, 0x218F, 1},
			{0x2C00, 0x2FEF, 1}, {0x3001, 0xD7FF, 1}, {0xF900, 0xFDCF, 1}, {0xFDF0, 0xFFFD, 1}},
		R32: []unicode.Range32{{0x10000, 0xEFFFF, 1}},
	}
	nameContinuations = &unicode.RangeTable{
		R16: []unicode.Range16{{'-', '.', 1}, {'0', '9', 1}, {0xB7, 0xB7, 1}, {0x300, 0x36F, 1}, {0x203F, 0x2040, 1}},
	}
)

// IsChar reports whether XML 1.0 allows a character in a document.
func IsChar(r rune) bool      { return unicode.Is(allowedChars, r) }
func isNameStart(r rune) bool { return unicode.Is(nameStarts, r) }
func isNameChar(r rune) bool  { return unicode.In(r, nameStarts, nameContinuations) }

// isSpace reports whether a character is white space. Carriage returns do not occur, because normalizeLineEnds has replaced them.
func isSpace(r rune) bool { return strings.ContainsRune(" \t\n", r) }
