package xmldoc

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pushcheck/pushcheck/internal/wording"
)

// Element is an element of a document.
type Element struct {
	Name         string // as written
	Prefix       string
	Local        string // the name without its prefix
	Attributes   []Attribute
	Children     []*Element
	Text         []byte   // the text directly in the element, with references and CDATA resolved, without white space at its start
	TextPosition Position // position of the first character of Text that is not white space; zero if there is no such character
	Position     Position // position of the start tag
}

// Attribute is an attribute of an element.
type Attribute struct {
	Name     string // as written
	Prefix   string
	Local    string // the name without its prefix
	Value    string // with references resolved and each white space character replaced by a space
	Position Position
}

// prefix is a namespace prefix that an element declares in its start tag. The prefix is valid until the element ends.
type prefix struct {
	name, uri string
	depth     int // depth of the element; the depth of the root is 1
}

const (
	xmlNamespace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsNamespace = "http://www.w3.org/2000/xmlns/"
)

// TrimmedText returns the text directly in the element, without white space around it.
func (e *Element) TrimmedText() string { return strings.TrimSpace(string(e.Text)) }

// Attribute returns the attribute with a name. The name includes the prefix of the attribute. Attribute returns nil if there is no such
// attribute.
func (e *Element) Attribute(name string) *Attribute {
	for i := range e.Attributes {
		if e.Attributes[i].Name == name {
			return &e.Attributes[i]
		}
	}
	return nil
}

// readTree reads the root element and its content.
func (s *scanner) readTree() (*Element, *Problem) {
	root, isEmpty, err := s.readStartTag(1)
	if err != nil || isEmpty {
		return root, err
	}
	openElements := []*Element{root}
	for len(openElements) > 0 {
		parent, start := openElements[len(openElements)-1], s.currentLocation()
		switch {
		case s.isAtEnd():
			return root, s.problem(start, "</"+parent.Name+">", "the end of the body", "the body is cut off, or a tag was not closed")
		case s.startsWith("</"):
			err = s.readEndTag(start, parent)
			openElements = openElements[:len(openElements)-1]
			s.removePrefixes(len(openElements))
		case s.consume("<!--"):
			err = s.readComment(start)
		case s.consume("<?"):
			err = s.readInstruction(start)
		case s.consume("<![CDATA["):
			text, found := s.readUntil("]]>")
			if !found {
				return root, s.problem(start, "a CDATA section that ends with ]]>", "the end of the body", "")
			}
			parent.appendText(text, start.Position)
		case s.startsWith("<"):
			var child *Element
			child, isEmpty, err = s.readStartTag(len(openElements) + 1)
			parent.Children = append(parent.Children, child)
			if isEmpty {
				s.removePrefixes(len(openElements))
			} else {
				openElements = append(openElements, child)
			}
		default:
			err = s.readText(parent)
		}
		if err != nil {
			return root, err
		}
	}
	return root, nil
}

// appendText appends text to the content of the element.
func (e *Element) appendText(text string, pos Position) {
	if e.TextPosition == (Position{}) && strings.Trim(text, " \t\r\n") != "" {
		e.TextPosition = pos
	}
	e.Text = append(e.Text, text...)
}

// readText reads one reference, or the text up to the next < or &, and appends it to the text of element.
func (s *scanner) readText(element *Element) *Problem {
	if space := s.readWhile(isSpace); len(element.Text) > 0 { // white space at the start is dropped, because it may be very long
		element.Text = append(element.Text, space...)
	}
	start := s.currentLocation()
	if s.startsWith("&") {
		text, err := s.readReference()
		element.appendText(text, start.Position)
		return err
	}
	text := s.readWhile(func(r rune) bool { return r != '<' && r != '&' })
	element.appendText(text, start.Position)
	if before, _, found := strings.Cut(text, "]]>"); found {
		s.offset = start.offset + len(before)
		return s.problem(s.currentLocation(), "]]&gt; in text", s.nextText(), "")
	}
	return nil
}

// readEndTag reads the end tag that begins at start. The tag has to close element.
func (s *scanner) readEndTag(start location, element *Element) *Problem {
	s.consume("</")
	name := s.readName()
	s.skipSpace()
	if name != element.Name || !s.consume(">") {
		hint := ""
		if strings.EqualFold(name, element.Name) && name != element.Name {
			hint = "letter case counts"
		}
		return s.problem(start, "</"+element.Name+">", s.textAt(start.offset), hint)
	}
	return nil
}

// readStartTag reads a start tag or an empty-element tag. depth is the depth of the element, which is 1 for the root. isEmpty reports
// whether the tag is an empty-element tag. If the name could be read, readStartTag returns the element even if there is a problem.
func (s *scanner) readStartTag(depth int) (element *Element, isEmpty bool, err *Problem) {
	start := s.currentLocation()
	s.consume("<")
	name := s.readName()
	if name == "" {
		return nil, false, s.problem(start, "a tag, or &lt; in place of a bare <", s.textAt(start.offset), "")
	}
	element = &Element{Name: name, Position: start.Position}
	var ok bool
	if element.Prefix, element.Local, ok = splitName(name); !ok {
		return element, false, s.problem(start, "a name with at most one colon, inside", wording.QuoteShort(name), "")
	}
	if s.elementCount++; s.elementCount > maxElements {
		return element, false, s.limitProblem(start, fmt.Sprintf("at most %d elements", maxElements))
	}
	if depth > maxDepth {
		return element, false, s.limitProblem(start, fmt.Sprintf("elements nested at most %d deep", maxDepth))
	}
	var attributeStarts []location
	for {
		hasSpace := s.skipSpace()
		attributeStart := s.currentLocation()
		switch {
		case s.consume("/>"):
			return element, true, s.resolvePrefixes(element, attributeStarts, start, depth)
		case s.consume(">"):
			return element, false, s.resolvePrefixes(element, attributeStarts, start, depth)
		case s.isAtEnd():
			return element, false, s.problem(attributeStart, "> at the end of the tag "+name, s.nextText(), "")
		case !hasSpace && len(element.Attributes) > 0:
			return element, false, s.problem(attributeStart, "white space between attributes", s.nextText(), "")
		case !hasSpace:
			return element, false, s.problem(attributeStart, "white space, > or /> after the name "+name, s.nextText(), "")
		case len(element.Attributes) == maxAttributes:
			return element, false, s.limitProblem(attributeStart, fmt.Sprintf("at most %d attributes in an element", maxAttributes))
		}
		if s.attributeCount++; s.attributeCount > maxDocumentAttributes {
			return element, false, s.limitProblem(attributeStart, fmt.Sprintf("at most %d attributes", maxDocumentAttributes))
		}
		attribute, err := s.readAttribute(attributeStart)
		if err != nil {
			return element, false, err
		}
		element.Attributes, attributeStarts = append(element.Attributes, attribute), append(attributeStarts, attributeStart)
	}
}

// readAttribute reads the attribute that begins at start.
func (s *scanner) readAttribute(start location) (Attribute, *Problem) {
	attribute := Attribute{Name: s.readName(), Position: start.Position}
	if attribute.Name == "" {
		return attribute, s.problem(start, "an attribute, > or />", s.nextText(), "")
	}
	s.skipSpace()
	if !s.consume("=") {
		return attribute, s.problem(s.currentLocation(), "= after the attribute "+attribute.Name, s.nextText(), "")
	}
	s.skipSpace()
	valueStart := s.currentLocation()
	quote := s.readQuote()
	if quote == "" {
		return attribute, s.problem(valueStart, "a quoted value for the attribute "+attribute.Name, s.nextText(), "")
	}
	var value []byte
	for !s.isAtEnd() {
		switch c := s.text[s.offset]; {
		case s.consume(quote):
			attribute.Value = string(value)
			return attribute, nil
		case c == '<':
			return attribute, s.problem(s.currentLocation(), "&lt; in place of < in an attribute", s.nextText(), "or a quotation mark is missing before it")
		case c == '&':
			text, err := s.readReference()
			if err != nil {
				return attribute, err
			}
			value = append(value, text...)
		default:
			if isSpace(rune(c)) {
				c = ' '
			}
			value = append(value, c)
			s.offset++
		}
	}
	return attribute, s.problem(valueStart, "a closing quotation mark for the attribute "+attribute.Name, "the end of the body", "")
}

// resolvePrefixes splits the names of attributes at their colons, looks up all prefixes, and refuses attributes that occur twice. The
// element begins at start, and its attributes begin at attributeStarts.
func (s *scanner) resolvePrefixes(element *Element, attributeStarts []location, start location, depth int) *Problem {
	for i := range element.Attributes {
		attribute := &element.Attributes[i]
		var ok bool
		if attribute.Prefix, attribute.Local, ok = splitName(attribute.Name); !ok {
			return s.problem(attributeStarts[i], "a name with at most one colon, inside", wording.QuoteShort(attribute.Name), "")
		}
		if attribute.Prefix == "xmlns" {
			if !mayDeclare(attribute.Local, attribute.Value) {
				return s.problem(attributeStarts[i], "a namespace that may be declared", wording.QuoteShort(attribute.Name+"="+attribute.Value), "")
			}
			s.prefixes = append(s.prefixes, prefix{attribute.Local, attribute.Value, depth})
		}
		if attribute.Name == "xmlns" && (attribute.Value == xmlNamespace || attribute.Value == xmlnsNamespace) {
			return s.problem(attributeStarts[i], "a namespace that may be declared", wording.QuoteShort(attribute.Value), "")
		}
	}
	seenAttributes := map[[2]string]bool{}
	for i, attribute := range element.Attributes {
		uri, isDeclared := s.namespaceOfPrefix(attribute.Prefix)
		if !isDeclared {
			return s.undeclaredPrefixProblem(attributeStarts[i], attribute.Prefix)
		}
		// Unprefixed names, such as "xmlns" itself, are in no namespace.
		if key := [2]string{uri, attribute.Local}; seenAttributes[key] {
			return s.problem(attributeStarts[i], "each attribute once", "a second "+attribute.Name, "")
		} else {
			seenAttributes[key] = true
		}
	}
	if _, isDeclared := s.namespaceOfPrefix(element.Prefix); !isDeclared || element.Prefix == "xmlns" {
		return s.undeclaredPrefixProblem(start, element.Prefix)
	}
	return nil
}

func (s *scanner) undeclaredPrefixProblem(loc location, name string) *Problem {
	return s.problem(loc, "a declared namespace prefix", "the prefix "+wording.QuoteShort(name), "leave the prefix out")
}

// removePrefixes removes the prefixes that elements deeper than depth declared.
func (s *scanner) removePrefixes(depth int) {
	for len(s.prefixes) > 0 && s.prefixes[len(s.prefixes)-1].depth > depth {
		s.prefixes = s.prefixes[:len(s.prefixes)-1]
	}
}

// namespaceOfPrefix returns the namespace of a prefix. isDeclared is false if the prefix is not declared.
func (s *scanner) namespaceOfPrefix(name string) (uri string, isDeclared bool) {
	switch name {
	case "":
		return "", true
	case "xml":
		return xmlNamespace, true
	case "xmlns":
		return xmlnsNamespace, true
	}
	for i := len(s.prefixes) - 1; i >= 0; i-- {
		if s.prefixes[i].name == name {
			return s.prefixes[i].uri, true
		}
	}
	return "", false
}

// mayDeclare reports whether a document may declare a prefix for a namespace.
func mayDeclare(name, uri string) bool {
	if name == "xml" || uri == xmlNamespace {
		return name == "xml" && uri == xmlNamespace
	}
	return name != "xmlns" && uri != "" && uri != xmlnsNamespace
}

// splitName splits a name into prefix and local part. ok is false if one of the two parts is empty or not a name.
func splitName(name string) (prefix, local string, ok bool) {
	prefix, local, found := strings.Cut(name, ":")
	if !found {
		return "", name, name != ""
	}
	first, _ := utf8.DecodeRuneInString(local)
	return prefix, local, prefix != "" && local != "" && isNameStart(first) && !strings.Contains(local, ":")
}
