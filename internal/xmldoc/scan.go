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
	maxDepth         = 100
	maxElements      = 1000
	maxAttributes    = 100  // in an element
	maxAllAttributes = 2000 // in the document
)

// place is a position with its offset in the text.
type place struct {
	offset int
	Position
}

// scanner reads a text in one pass, strictly as one well-formed document by XML 1.0 (fifth edition) and Namespaces in XML 1.0. A document
// type declaration is skipped: nothing in it is expanded or fetched, and its content is hardly checked.
type scanner struct {
	text       string
	at         int
	last       place // the last place that here returned, so that counting continues from there
	elements   int
	attributes int
	prefixes   []prefix // the declared ones, innermost last

	declaredEntities map[string]bool // names of the entities that the document type declaration declares
	openEntities     bool            // the document type declaration may declare more entities in other files
	standalone       bool
	unexpanded       *Problem // the first reference that was not expanded
}

// unixLines replaces every line end by \n, as XML requires. Positions do not change.
func unixLines(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// Read reads a text strictly as one document. If the start tag of the root was read, it returns the root element even if there is a problem
// after it. Its time is linear in the length of the text.
func Read(text string) (*Element, *Problem) {
	text = unixLines(text)
	s := &scanner{text: text, last: place{Position: Position{1, 1}}, declaredEntities: map[string]bool{}}
	illegal := strings.IndexFunc(text, func(r rune) bool { return !IsChar(r) })
	root, err := s.document()
	if illegal >= 0 && (err == nil || err.offset >= illegal) {
		s.last = place{Position: Position{1, 1}}
		s.at = illegal
		r, _ := utf8.DecodeRuneInString(text[illegal:])
		return root, s.fail(s.here(), "characters that XML allows", fmt.Sprintf("the control character U+%04X", r), "leave it out; XML cannot hold it in any form")
	}
	if err == nil {
		err = s.unexpanded
	}
	return root, err
}

// here returns the place of the scanner. No call may be for an earlier place than the call before.
func (s *scanner) here() place {
	for s.last.offset < s.at {
		r, size := utf8.DecodeRuneInString(s.text[s.last.offset:])
		s.last.offset += size
		s.last.Column++
		if r == '\n' {
			s.last.Line, s.last.Column = s.last.Line+1, 1
		}
	}
	return s.last
}

// EndOf returns the position just after text.
func EndOf(text string) Position {
	text = unixLines(text)
	s := scanner{text: text, at: len(text), last: place{Position: Position{1, 1}}}
	return s.here().Position
}

func (s *scanner) fail(at place, want, got, hint string) *Problem {
	return &Problem{At: at.Position, Want: want, Got: got, Hint: hint, offset: at.offset}
}

// tooMuch returns the problem of a document that is too large to be read to its end.
func (s *scanner) tooMuch(at place, want string) *Problem {
	return &Problem{Rule: Size, Milder: true, At: at.Position, Want: want, Got: "more", Hint: "not read any further", offset: at.offset}
}

func (s *scanner) rest() string           { return s.text[s.at:] }
func (s *scanner) ended() bool            { return s.at >= len(s.text) }
func (s *scanner) sees(start string) bool { return strings.HasPrefix(s.rest(), start) }

func (s *scanner) take(start string) bool {
	if !s.sees(start) {
		return false
	}
	s.at += len(start)
	return true
}

// until reads everything up to end and end itself.
func (s *scanner) until(end string) (string, bool) {
	i := strings.Index(s.rest(), end)
	if i < 0 {
		return "", false
	}
	taken := s.rest()[:i]
	s.at += i + len(end)
	return taken, true
}

// run reads all characters up to the first that is not of a kind.
func (s *scanner) run(ofKind func(rune) bool) string {
	taken := s.rest()
	taken = taken[:len(taken)-len(strings.TrimLeftFunc(taken, ofKind))]
	s.at += len(taken)
	return taken
}

func (s *scanner) skipSpace() bool { return s.run(isSpace) != "" }

// name reads a name, which may have colons; "" if there is none.
func (s *scanner) name() string {
	if first, _ := utf8.DecodeRuneInString(s.rest()); !isNameStart(first) {
		return ""
	}
	return s.run(isNameChar)
}

// got returns the next few characters, quoted.
func (s *scanner) got() string { return s.gotAt(s.at) }

// gotAt returns the few characters at an offset, quoted.
func (s *scanner) gotAt(offset int) string {
	const most = 24
	rest := s.text[offset:]
	if rest == "" {
		return "the end of the body"
	}
	rest = rest[:min(len(rest), most*utf8.UTFMax+utf8.UTFMax)]
	if i := strings.IndexByte(rest, '\n'); i > 0 {
		rest = rest[:i]
	}
	return wording.QuoteUpTo(most, rest)
}

// comment reads a comment; its first characters were already read at start.
func (s *scanner) comment(start place) *Problem {
	if _, found := s.until("--"); !found {
		return s.fail(start, "a comment that ends with -->", "the end of the body", "")
	}
	if !s.take(">") {
		s.at -= len("--")
		return s.fail(s.here(), "no -- inside a comment", "--", "")
	}
	return nil
}

// instruction reads a processing instruction; its first characters were already read at start.
func (s *scanner) instruction(start place) *Problem {
	target := s.name()
	if target == "" || strings.Contains(target, ":") {
		return s.fail(start, "a name without colon after <?", wording.QuoteShort(target), "")
	}
	if strings.EqualFold(target, "xml") {
		hint := ""
		if target == "xml" && strings.TrimSpace(s.text[:start.offset]) == "" {
			hint = "take away the white space before it"
		}
		return s.fail(start, "the XML declaration at the very beginning, in lower case, or none", "<?"+target+" here", hint)
	}
	if !s.sees("?>") && !s.skipSpace() {
		return s.fail(s.here(), "white space after the name of the instruction", s.got(), "")
	}
	if _, found := s.until("?>"); !found {
		return s.fail(start, "an instruction that ends with ?>", "the end of the body", "")
	}
	return nil
}

// reference reads an entity or character reference and returns the text that it stands for; "" if it is not expanded.
func (s *scanner) reference() (string, *Problem) {
	start, shown := s.here(), s.got()
	s.at++
	if s.take("#") {
		return s.characterReference(start, shown)
	}
	name := s.name()
	if name == "" || !s.take(";") {
		return "", s.fail(start, "&amp; in place of a bare &", shown, "escape what goes into XML, URLs too: & is written &amp;")
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
	if !s.declaredEntities[name] && (!s.openEntities || s.standalone) {
		return "", s.fail(start, "one of &amp; &lt; &gt; &quot; &apos;, or a number as in &#228;", wording.QuoteShort("&"+name+";"), "a bare & is written &amp;")
	}
	if s.unexpanded == nil {
		s.unexpanded = s.fail(start, "the text itself", "the entity "+wording.QuoteShort("&"+name+";")+" of a document type declaration, which is not expanded",
			"do without a document type declaration")
		s.unexpanded.Milder = true
	}
	return "", nil
}

func (s *scanner) characterReference(start place, shown string) (string, *Problem) {
	base, digits := 10, "0123456789"
	if s.take("x") {
		base, digits = 16, "0123456789abcdefABCDEF"
	}
	number := s.run(func(r rune) bool { return strings.ContainsRune(digits, r) })
	n, _ := strconv.ParseInt(number, base, 32) // a missing number is 0, and one that is too large the largest; neither is a character
	if !s.take(";") || !IsChar(rune(n)) {
		return "", s.fail(start, "the number of a character that XML allows, as in &#228;", shown, "")
	}
	return string(rune(n)), nil
}

// The kinds of characters, as XML 1.0 lists them.
var (
	chars = &unicode.RangeTable{
		R16: []unicode.Range16{{'\t', '\n', 1}, {'\r', '\r', 1}, {' ', 0xD7FF, 1}, {0xE000, 0xFFFD, 1}},
		R32: []unicode.Range32{{0x10000, 0x10FFFF, 1}},
	}
	nameStarts = &unicode.RangeTable{
		R16: []unicode.Range16{{':', ':', 1}, {'A', 'Z', 1}, {'_', '_', 1}, {'a', 'z', 1}, {0xC0, 0xD6, 1}, {0xD8, 0xF6, 1},
			{0xF8, 0x2FF, 1}, {0x370, 0x37D, 1}, {0x37F, 0x1FFF, 1}, {0x200C, 0x200D, 1}, {0x2070, 0x218F, 1},
			{0x2C00, 0x2FEF, 1}, {0x3001, 0xD7FF, 1}, {0xF900, 0xFDCF, 1}, {0xFDF0, 0xFFFD, 1}},
		R32: []unicode.Range32{{0x10000, 0xEFFFF, 1}},
	}
	moreOfNames = &unicode.RangeTable{
		R16: []unicode.Range16{{'-', '.', 1}, {'0', '9', 1}, {0xB7, 0xB7, 1}, {0x300, 0x36F, 1}, {0x203F, 0x2040, 1}},
	}
)

// IsChar reports whether XML 1.0 allows a character in a document.
func IsChar(r rune) bool      { return unicode.Is(chars, r) }
func isNameStart(r rune) bool { return unicode.Is(nameStarts, r) }
func isNameChar(r rune) bool  { return unicode.In(r, nameStarts, moreOfNames) }

// isSpace reports whether a character is white space. unixLines has already replaced carriage returns.
func isSpace(r rune) bool { return strings.ContainsRune(" \t\n", r) }
