package xmldoc

import (
	"regexp"

	"github.com/pushcheck/pushcheck/internal/wording"
)

// readDocument reads the whole document: prolog, root element, and comments and instructions after it.
func (s *scanner) readDocument() (*Element, *Problem) {
	if err := s.readDeclaration(); err != nil {
		return nil, err
	}
	var root *Element
	seenType := false
	for !s.isAtEnd() {
		start := s.currentPlace()
		var err *Problem
		switch {
		case s.skipSpace():
		case s.consume("<!--"):
			err = s.readComment(start)
		case s.consume("<?"):
			err = s.readInstruction(start)
		case root == nil && !seenType && s.consume("<!DOCTYPE"):
			seenType = true
			err = s.skipDoctype(start)
		case root != nil && s.startsWith("</"):
			err = s.problem(start, "nothing after the root element", "the end tag "+s.nextText(), "it was closed already")
		case root != nil && s.startsWith("<"):
			err = s.problem(start, "nothing after the root element", s.nextText(), "put everything into the root element")
		case root != nil:
			err = s.problem(start, "nothing after the root element", s.nextText(), "write nothing after the XML")
		case s.startsWith("<"):
			root, err = s.readTree()
		case s.startsWith("&lt;"):
			err = s.problem(start, "a document that starts with <", s.nextText(), "the markup itself was escaped; escape only the values that go into it")
		default:
			err = s.problem(start, "a document that starts with <", s.nextText(), "write nothing before the XML")
		}
		if err != nil {
			return root, err
		}
	}
	if root == nil {
		return nil, s.problem(s.currentPlace(), "a root element", "the end of the body", "")
	}
	return root, nil
}

var (
	versionOne   = regexp.MustCompile(`^1\.[0-9]+$`)
	encodingName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]*$`)
)

// readDeclaration reads the XML declaration, if there is one. Version 1.1 is read in the same way as 1.0.
func (s *scanner) readDeclaration() *Problem {
	start := s.currentPlace()
	if !s.consume("<?") || s.readName() != "xml" {
		s.offset = start.offset
		return nil
	}
	const want = `an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>`
	version, err := s.readPseudoAttribute("version")
	if err != nil {
		return err
	}
	if !versionOne.MatchString(version) {
		return s.problem(start, want, "version "+wording.QuoteShort(version), "")
	}
	encoding, err := s.readPseudoAttribute("encoding")
	if err != nil {
		return err
	}
	if encoding != "" && !encodingName.MatchString(encoding) {
		return s.problem(start, want, "encoding "+wording.QuoteShort(encoding), "")
	}
	standalone, err := s.readPseudoAttribute("standalone")
	if err != nil {
		return err
	}
	if standalone != "" && standalone != "yes" && standalone != "no" {
		return s.problem(start, `standalone="yes" or "no"`, wording.QuoteShort(standalone), "")
	}
	s.standalone = standalone == "yes"
	s.skipSpace()
	if !s.consume("?>") {
		return s.problem(s.currentPlace(), want, s.nextText(), "")
	}
	return nil
}

// readPseudoAttribute reads one part of the XML declaration; "" if it is not the next part.
func (s *scanner) readPseudoAttribute(name string) (string, *Problem) {
	before := s.offset
	if !s.skipSpace() || !s.consume(name) {
		s.offset = before
		return "", nil
	}
	s.skipSpace()
	equals := s.consume("=")
	s.skipSpace()
	at, shown := s.currentPlace(), s.nextText()
	value, _ := s.readUntil(s.readQuote())
	if !equals || value == "" {
		return "", s.problem(at, name+`="…" in the XML declaration`, shown, "")
	}
	return value, nil
}

// readQuote reads a quotation mark; "" if there is none.
func (s *scanner) readQuote() string {
	for _, quote := range []string{`"`, `'`} {
		if s.consume(quote) {
			return quote
		}
	}
	return ""
}

// skipDoctype skips a document type declaration; its first characters were already read at start. It records the names of the entities that
// the declaration declares, so that references to them are not reported.
func (s *scanner) skipDoctype(start place) *Problem {
	want := "a document type declaration such as <!DOCTYPE name>, or none"
	spaced := s.skipSpace()
	if _, _, ok := splitName(s.readName()); !spaced || !ok {
		return s.problem(start, want, s.nextText(), "")
	}
	s.skipSpace()
	literals := 0
	switch {
	case s.consume("SYSTEM"):
		literals = 1
	case s.consume("PUBLIC"):
		literals = 2
	}
	s.hasExternalEntities = literals > 0
	for range literals {
		spaced := s.skipSpace()
		at, shown := s.currentPlace(), s.nextText()
		if !spaced || !s.skipLiteral() {
			return s.problem(at, want, shown, "")
		}
	}
	s.skipSpace()
	if s.consume("[") {
		if err := s.skipInternalSubset(start); err != nil {
			return err
		}
		s.skipSpace()
	}
	if !s.consume(">") {
		return s.problem(s.currentPlace(), want, s.nextText(), "")
	}
	return nil
}

// skipInternalSubset skips declarations up to the closing bracket.
func (s *scanner) skipInternalSubset(start place) *Problem {
	for !s.isAtEnd() {
		at := s.currentPlace()
		switch {
		case s.skipSpace():
		case s.consume("]"):
			return nil
		case s.consume("<!--"):
			if err := s.readComment(at); err != nil {
				return err
			}
		case s.consume("<?"):
			if err := s.readInstruction(at); err != nil {
				return err
			}
		case s.consume("%"):
			s.hasExternalEntities = true
			if s.readName() == "" || !s.consume(";") {
				return s.problem(at, "a reference such as %name;", s.nextText(), "")
			}
		case s.consume("<!ENTITY"), s.consume("<!ELEMENT"), s.consume("<!ATTLIST"), s.consume("<!NOTATION"):
			if err := s.skipMarkupDeclaration(at); err != nil {
				return err
			}
		default:
			return s.problem(at, "a declaration", s.nextText(), "do without a document type declaration")
		}
	}
	return s.problem(start, "a document type declaration that ends with ]>", "the end of the body", "")
}

// skipMarkupDeclaration skips one declaration; its keyword was already read at start.
func (s *scanner) skipMarkupDeclaration(start place) *Problem {
	isEntity := s.text[start.offset:s.offset] == "<!ENTITY"
	if !s.skipSpace() {
		return s.problem(start, "white space after the keyword of a declaration", s.nextText(), "")
	}
	if isEntity {
		s.declaredEntities[s.readName()] = true
	}
	for {
		s.readWhile(func(r rune) bool { return r != '>' && r != '"' && r != '\'' })
		if s.consume(">") {
			return nil
		}
		if !s.skipLiteral() {
			return s.problem(start, "a declaration that ends with >", "the end of the body", "")
		}
	}
}

// skipLiteral skips a text in quotation marks.
func (s *scanner) skipLiteral() bool {
	quote := s.readQuote()
	_, closed := s.readUntil(quote)
	return quote != "" && closed
}
