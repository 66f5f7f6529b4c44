package xmldoc

import (
	"regexp"

	"github.com/pushcheck/pushcheck/internal/wording"
)

// document reads the whole document: prolog, root element, and comments and instructions after it.
func (s *scanner) document() (*Element, *Problem) {
	if err := s.declaration(); err != nil {
		return nil, err
	}
	var root *Element
	seenType := false
	for !s.ended() {
		start := s.here()
		var err *Problem
		switch {
		case s.skipSpace():
		case s.take("<!--"):
			err = s.comment(start)
		case s.take("<?"):
			err = s.instruction(start)
		case root == nil && !seenType && s.take("<!DOCTYPE"):
			seenType = true
			err = s.doctype(start)
		case root != nil && s.sees("</"):
			err = s.fail(start, "nothing after the root element", "the end tag "+s.got(), "it was closed already")
		case root != nil && s.sees("<"):
			err = s.fail(start, "nothing after the root element", s.got(), "put everything into the root element")
		case root != nil:
			err = s.fail(start, "nothing after the root element", s.got(), "write nothing after the XML")
		case s.sees("<"):
			root, err = s.tree()
		case s.sees("&lt;"):
			err = s.fail(start, "a document that starts with <", s.got(), "the markup itself was escaped; escape only the values that go into it")
		default:
			err = s.fail(start, "a document that starts with <", s.got(), "write nothing before the XML")
		}
		if err != nil {
			return root, err
		}
	}
	if root == nil {
		return nil, s.fail(s.here(), "a root element", "the end of the body", "")
	}
	return root, nil
}

var (
	versionOne   = regexp.MustCompile(`^1\.[0-9]+$`)
	encodingName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]*$`)
)

// declaration reads the XML declaration, if there is one. Version 1.1 is read in the same way as 1.0.
func (s *scanner) declaration() *Problem {
	start := s.here()
	if !s.take("<?") || s.name() != "xml" {
		s.at = start.offset
		return nil
	}
	const want = `an XML declaration such as <?xml version="1.0" encoding="UTF-8"?>`
	version, err := s.pseudoAttribute("version")
	if err != nil {
		return err
	}
	if !versionOne.MatchString(version) {
		return s.fail(start, want, "version "+wording.QuoteShort(version), "")
	}
	encoding, err := s.pseudoAttribute("encoding")
	if err != nil {
		return err
	}
	if encoding != "" && !encodingName.MatchString(encoding) {
		return s.fail(start, want, "encoding "+wording.QuoteShort(encoding), "")
	}
	standalone, err := s.pseudoAttribute("standalone")
	if err != nil {
		return err
	}
	if standalone != "" && standalone != "yes" && standalone != "no" {
		return s.fail(start, `standalone="yes" or "no"`, wording.QuoteShort(standalone), "")
	}
	s.standalone = standalone == "yes"
	s.skipSpace()
	if !s.take("?>") {
		return s.fail(s.here(), want, s.got(), "")
	}
	return nil
}

// pseudoAttribute reads one part of the XML declaration; "" if it is not the next part.
func (s *scanner) pseudoAttribute(name string) (string, *Problem) {
	before := s.at
	if !s.skipSpace() || !s.take(name) {
		s.at = before
		return "", nil
	}
	s.skipSpace()
	equals := s.take("=")
	s.skipSpace()
	at, shown := s.here(), s.got()
	value, _ := s.until(s.quote())
	if !equals || value == "" {
		return "", s.fail(at, name+`="…" in the XML declaration`, shown, "")
	}
	return value, nil
}

// quote reads a quotation mark; "" if there is none.
func (s *scanner) quote() string {
	for _, quote := range []string{`"`, `'`} {
		if s.take(quote) {
			return quote
		}
	}
	return ""
}

// doctype skips a document type declaration; its first characters were already read at start. It records the names of the entities that the
// declaration declares, so that references to them are not reported.
func (s *scanner) doctype(start place) *Problem {
	want := "a document type declaration such as <!DOCTYPE name>, or none"
	spaced := s.skipSpace()
	if _, _, ok := splitName(s.name()); !spaced || !ok {
		return s.fail(start, want, s.got(), "")
	}
	s.skipSpace()
	literals := 0
	switch {
	case s.take("SYSTEM"):
		literals = 1
	case s.take("PUBLIC"):
		literals = 2
	}
	s.openEntities = literals > 0
	for range literals {
		spaced := s.skipSpace()
		at, shown := s.here(), s.got()
		if !spaced || !s.literal() {
			return s.fail(at, want, shown, "")
		}
	}
	s.skipSpace()
	if s.take("[") {
		if err := s.internalSubset(start); err != nil {
			return err
		}
		s.skipSpace()
	}
	if !s.take(">") {
		return s.fail(s.here(), want, s.got(), "")
	}
	return nil
}

// internalSubset skips declarations up to the closing bracket.
func (s *scanner) internalSubset(start place) *Problem {
	for !s.ended() {
		at := s.here()
		switch {
		case s.skipSpace():
		case s.take("]"):
			return nil
		case s.take("<!--"):
			if err := s.comment(at); err != nil {
				return err
			}
		case s.take("<?"):
			if err := s.instruction(at); err != nil {
				return err
			}
		case s.take("%"):
			s.openEntities = true
			if s.name() == "" || !s.take(";") {
				return s.fail(at, "a reference such as %name;", s.got(), "")
			}
		case s.take("<!ENTITY"), s.take("<!ELEMENT"), s.take("<!ATTLIST"), s.take("<!NOTATION"):
			if err := s.markupDeclaration(at); err != nil {
				return err
			}
		default:
			return s.fail(at, "a declaration", s.got(), "do without a document type declaration")
		}
	}
	return s.fail(start, "a document type declaration that ends with ]>", "the end of the body", "")
}

// markupDeclaration skips one declaration; its keyword was already read at start.
func (s *scanner) markupDeclaration(start place) *Problem {
	isEntity := s.text[start.offset:s.at] == "<!ENTITY"
	if !s.skipSpace() {
		return s.fail(start, "white space after the keyword of a declaration", s.got(), "")
	}
	if isEntity {
		s.declaredEntities[s.name()] = true
	}
	for {
		s.run(func(r rune) bool { return r != '>' && r != '"' && r != '\'' })
		if s.take(">") {
			return nil
		}
		if !s.literal() {
			return s.fail(start, "a declaration that ends with >", "the end of the body", "")
		}
	}
}

// literal skips a text in quotation marks.
func (s *scanner) literal() bool {
	quote := s.quote()
	_, closed := s.until(quote)
	return quote != "" && closed
}
