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
	hasDoctype := false
	for !s.isAtEnd() {
		start := s.currentLocation()
		var err *Problem
		switch {
		case s.skipSpace():
		case s.consume("<!--"):
			err = s.readComment(start)
		case s.consume("<?"):
			err = s.readInstruction(start)
		case root == nil && !hasDoctype && s.consume("<!DOCTYPE"):
			hasDoctype = true
			err = s.skipDoctype(start)
		case root != nil && s.startsWith("</"):
			err = s.problem(start, "nothing after the root element", "the end tag "+s.nextText(), "the root element was closed already")
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
		return nil, s.problem(s.currentLocation(), "a root element", "the end of the body", "")
	}
	return root, nil
}

var (
	versionPattern      = regexp.MustCompile(`^1\.[0-9]+$`)
	encodingNamePattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]*$`)
)

// readDeclaration reads the XML declaration, if there is one. Version 1.1 is read in the same way as 1.0.
func (s *scanner) readDeclaration() *Problem {
	start := s.currentLocation()
	if !s.consume("<?") || s.readName() != "xml" {
		s.offset = start.offset
		return nil
	}
	const want = `an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>`
	version, err := s.readPseudoAttribute("version")
	if err != nil {
		return err
	}
	if !versionPattern.MatchString(version) {
		return s.problem(start, want, "version "+wording.QuoteShort(version), "")
	}
	encoding, err := s.readPseudoAttribute("encoding")
	if err != nil {
		return err
	}
	if encoding != "" && !encodingNamePattern.MatchString(encoding) {
		return s.problem(start, want, "encoding "+wording.QuoteShort(encoding), "")
	}
	standalone, err := s.readPseudoAttribute("standalone")
	if err != nil {
		return err
	}
	if standalone != "" && standalone != "yes" && standalone != "no" {
		return s.problem(start, `standalone="yes" or "no"`, wording.QuoteShort(standalone), "")
	}
	s.isStandalone = standalone == "yes"
	s.skipSpace()
	if !s.consume("?>") {
		return s.problem(s.currentLocation(), want, s.nextText(), "")
	}
	return nil
}

// readPseudoAttribute reads the next part of the XML declaration, such as version="1.0", and returns its value. It returns "" if the next
// part has another name.
func (s *scanner) readPseudoAttribute(name string) (string, *Problem) {
	startOffset := s.offset
	if !s.skipSpace() || !s.consume(name) {
		s.offset = startOffset
		return "", nil
	}
	s.skipSpace()
	hasEquals := s.consume("=")
	s.skipSpace()
	valueStart, excerpt := s.currentLocation(), s.nextText()
	value, _ := s.readUntil(s.readQuote())
	if !hasEquals || value == "" {
		return "", s.problem(valueStart, name+`="…" in the XML declaration`, excerpt, "")
	}
	return value, nil
}

// readQuote reads a quotation mark. It returns "" if the next character is no quotation mark.
func (s *scanner) readQuote() string {
	for _, quote := range []string{`"`, `'`} {
		if s.consume(quote) {
			return quote
		}
	}
	return ""
}

// skipDoctype skips a document type declaration that begins at start. The scanner has already read its keyword <!DOCTYPE. skipDoctype
// records the names of the entities that the declaration declares, because a reference to a declared entity is only a Milder problem.
func (s *scanner) skipDoctype(start location) *Problem {
	want := "a document type declaration such as <!DOCTYPE name>, or none"
	hasSpace := s.skipSpace()
	if _, _, ok := splitName(s.readName()); !hasSpace || !ok {
		return s.problem(start, want, s.nextText(), "")
	}
	s.skipSpace()
	literalCount := 0
	switch {
	case s.consume("SYSTEM"):
		literalCount = 1
	case s.consume("PUBLIC"):
		literalCount = 2
	}
	s.hasExternalEntities = literalCount > 0
	for range literalCount {
		hasSpace := s.skipSpace()
		literalStart, excerpt := s.currentLocation(), s.nextText()
		if !hasSpace || !s.skipLiteral() {
			return s.problem(literalStart, want, excerpt, "")
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
		return s.problem(s.currentLocation(), want, s.nextText(), "")
	}
	return nil
}

// skipInternalSubset skips the declarations in the brackets of a document type declaration, up to the closing bracket. The document type
// declaration begins at start.
func (s *scanner) skipInternalSubset(start location) *Problem {
	for !s.isAtEnd() {
		declarationStart := s.currentLocation()
		switch {
		case s.skipSpace():
		case s.consume("]"):
			return nil
		case s.consume("<!--"):
			if err := s.readComment(declarationStart); err != nil {
				return err
			}
		case s.consume("<?"):
			if err := s.readInstruction(declarationStart); err != nil {
				return err
			}
		case s.consume("%"):
			s.hasExternalEntities = true
			if s.readName() == "" || !s.consume(";") {
				return s.problem(declarationStart, "a reference such as %name;", s.nextText(), "")
			}
		case s.consume("<!ENTITY"), s.consume("<!ELEMENT"), s.consume("<!ATTLIST"), s.consume("<!NOTATION"):
			if err := s.skipMarkupDeclaration(declarationStart); err != nil {
				return err
			}
		default:
			return s.problem(declarationStart, "a declaration", s.nextText(), "leave out the document type declaration")
		}
	}
	return s.problem(start, "a document type declaration that ends with ]>", "the end of the body", "")
}

// skipMarkupDeclaration skips one declaration that begins at start. The scanner has already read its keyword, such as <!ENTITY.
func (s *scanner) skipMarkupDeclaration(start location) *Problem {
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

// skipLiteral skips a text in quotation marks. It returns false if no such text follows.
func (s *scanner) skipLiteral() bool {
	quote := s.readQuote()
	_, closed := s.readUntil(quote)
	return quote != "" && closed
}
