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
	Text         []byte   // the text directly in it, with references and CDATA resolved, without white space at its start
	TextPosition Position // position of the first character of Text that is not white space; zero if there is none
	Position     Position // position of its start tag
}

// Attribute is an attribute of an element.
type Attribute struct {
	Name     string // as written
	Prefix   string
	Local    string // the name without its prefix
	Value    string // with references resolved and each white space character replaced by a space
	Position Position
}

// prefix is a declared namespace prefix. It is valid until the element at this depth ends.
type prefix struct {
	name, uri string
	depth     int
}

const (
	xmlNamespace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsNamespace = "http://www.w3.org/2000/xmlns/"
)

// TrimmedText returns the text directly in the element, without white space around it.
func (e *Element) TrimmedText() string { return strings.TrimSpace(string(e.Text)) }

// Attribute returns the attribute with this name, as written; nil if there is none.
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
	root, empty, err := s.readStartTag(1)
	if err != nil || empty {
		return root, err
	}
	open := []*Element{root}
	for len(open) > 0 {
		top, start := open[len(open)-1], s.currentPlace()
		switch {
		case s.isAtEnd():
			return root, s.problem(start, "</"+top.Name+">", "the end of the body", "the body is cut off, or a tag was not closed")
		case s.startsWith("</"):
			err = s.readEndTag(start, top)
			open = open[:len(open)-1]
			s.removePrefixes(len(open))
		case s.consume("<!--"):
			err = s.readComment(start)
		case s.consume("<?"):
			err = s.readInstruction(start)
		case s.consume("<![CDATA["):
			text, found := s.readUntil("]]>")
			if !found {
				return root, s.problem(start, "a CDATA section that ends with ]]>", "the end of the body", "")
			}
			top.appendText(text, start.Position)
		case s.startsWith("<"):
			var child *Element
			child, empty, err = s.readStartTag(len(open) + 1)
			top.Children = append(top.Children, child)
			if empty {
				s.removePrefixes(len(open))
			} else {
				open = append(open, child)
			}
		default:
			err = s.readText(top)
		}
		if err != nil {
			return root, err
		}
	}
	return root, nil
}

// appendText appends text to the content of the element.
func (e *Element) appendText(text string, at Position) {
	if e.TextPosition == (Position{}) && strings.Trim(text, " \t\r\n") != "" {
		e.TextPosition = at
	}
	e.Text = append(e.Text, text...)
}

// readText reads text up to the next markup, or one reference.
func (s *scanner) readText(into *Element) *Problem {
	if space := s.readWhile(isSpace); len(into.Text) > 0 { // white space at the start is dropped, because it may be very long
		into.Text = append(into.Text, space...)
	}
	start := s.currentPlace()
	if s.startsWith("&") {
		text, err := s.readReference()
		into.appendText(text, start.Position)
		return err
	}
	text := s.readWhile(func(r rune) bool { return r != '<' && r != '&' })
	into.appendText(text, start.Position)
	if before, _, found := strings.Cut(text, "]]>"); found {
		s.offset = start.offset + len(before)
		return s.problem(s.currentPlace(), "]]&gt; in text", s.nextText(), "")
	}
	return nil
}

// readEndTag reads the end tag at start, which has to close top.
func (s *scanner) readEndTag(start place, top *Element) *Problem {
	s.consume("</")
	name := s.readName()
	s.skipSpace()
	if name != top.Name || !s.consume(">") {
		hint := ""
		if strings.EqualFold(name, top.Name) && name != top.Name {
			hint = "letter case counts"
		}
		return s.problem(start, "</"+top.Name+">", s.textAt(start.offset), hint)
	}
	return nil
}

// readStartTag reads a start tag or an empty element. If its name was read, it returns the element even if there is a problem.
func (s *scanner) readStartTag(depth int) (e *Element, empty bool, err *Problem) {
	start := s.currentPlace()
	s.consume("<")
	name := s.readName()
	if name == "" {
		return nil, false, s.problem(start, "a tag, or &lt; in place of a bare <", s.textAt(start.offset), "")
	}
	e = &Element{Name: name, Position: start.Position}
	var ok bool
	if e.Prefix, e.Local, ok = splitName(name); !ok {
		return e, false, s.problem(start, "a name with at most one colon, inside", wording.QuoteShort(name), "")
	}
	if s.elements++; s.elements > maxElements {
		return e, false, s.limitProblem(start, fmt.Sprintf("at most %d elements", maxElements))
	}
	if depth > maxDepth {
		return e, false, s.limitProblem(start, fmt.Sprintf("elements nested at most %d deep", maxDepth))
	}
	var places []place
	for {
		spaced := s.skipSpace()
		at := s.currentPlace()
		switch {
		case s.consume("/>"):
			return e, true, s.resolvePrefixes(e, places, start, depth)
		case s.consume(">"):
			return e, false, s.resolvePrefixes(e, places, start, depth)
		case s.isAtEnd():
			return e, false, s.problem(at, "> at the end of the tag "+name, s.nextText(), "")
		case !spaced && len(e.Attributes) > 0:
			return e, false, s.problem(at, "white space between attributes", s.nextText(), "")
		case !spaced:
			return e, false, s.problem(at, "white space, > or /> after the name "+name, s.nextText(), "")
		case len(e.Attributes) == maxAttributes:
			return e, false, s.limitProblem(at, fmt.Sprintf("at most %d attributes in an element", maxAttributes))
		}
		if s.attributes++; s.attributes > maxAllAttributes {
			return e, false, s.limitProblem(at, fmt.Sprintf("at most %d attributes", maxAllAttributes))
		}
		a, err := s.readAttribute(at)
		if err != nil {
			return e, false, err
		}
		e.Attributes, places = append(e.Attributes, a), append(places, at)
	}
}

// readAttribute reads the attribute at a place.
func (s *scanner) readAttribute(at place) (Attribute, *Problem) {
	a := Attribute{Name: s.readName(), Position: at.Position}
	if a.Name == "" {
		return a, s.problem(at, "an attribute, > or />", s.nextText(), "")
	}
	s.skipSpace()
	if !s.consume("=") {
		return a, s.problem(s.currentPlace(), "= after the attribute "+a.Name, s.nextText(), "")
	}
	s.skipSpace()
	opening := s.currentPlace()
	quote := s.readQuote()
	if quote == "" {
		return a, s.problem(opening, "a quoted value for the attribute "+a.Name, s.nextText(), "")
	}
	var value []byte
	for !s.isAtEnd() {
		switch c := s.text[s.offset]; {
		case s.consume(quote):
			a.Value = string(value)
			return a, nil
		case c == '<':
			return a, s.problem(s.currentPlace(), "&lt; in place of < in an attribute", s.nextText(), "or a quotation mark is missing before")
		case c == '&':
			text, err := s.readReference()
			if err != nil {
				return a, err
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
	return a, s.problem(opening, "a closing quotation mark for the attribute "+a.Name, "the end of the body", "")
}

// resolvePrefixes splits the names of attributes at their colons, looks up all prefixes and refuses attributes that occur twice. places
// are those of the attributes.
func (s *scanner) resolvePrefixes(e *Element, places []place, start place, depth int) *Problem {
	for i := range e.Attributes {
		a := &e.Attributes[i]
		var ok bool
		if a.Prefix, a.Local, ok = splitName(a.Name); !ok {
			return s.problem(places[i], "a name with at most one colon, inside", wording.QuoteShort(a.Name), "")
		}
		if a.Prefix == "xmlns" {
			if !mayDeclare(a.Local, a.Value) {
				return s.problem(places[i], "a namespace that may be declared", wording.QuoteShort(a.Name+"="+a.Value), "")
			}
			s.prefixes = append(s.prefixes, prefix{a.Local, a.Value, depth})
		}
		if a.Name == "xmlns" && (a.Value == xmlNamespace || a.Value == xmlnsNamespace) {
			return s.problem(places[i], "a namespace that may be declared", wording.QuoteShort(a.Value), "")
		}
	}
	seen := map[[2]string]bool{}
	for i, a := range e.Attributes {
		uri, known := s.lookUp(a.Prefix)
		if !known {
			return s.undeclaredPrefix(places[i], a.Prefix)
		}
		// Unprefixed names, such as "xmlns" itself, are in no namespace.
		if key := [2]string{uri, a.Local}; seen[key] {
			return s.problem(places[i], "each attribute once", "a second "+a.Name, "")
		} else {
			seen[key] = true
		}
	}
	if _, known := s.lookUp(e.Prefix); !known || e.Prefix == "xmlns" {
		return s.undeclaredPrefix(start, e.Prefix)
	}
	return nil
}

func (s *scanner) undeclaredPrefix(at place, name string) *Problem {
	return s.problem(at, "a declared namespace prefix", "the prefix "+wording.QuoteShort(name), "leave the prefix out")
}

// removePrefixes removes the prefixes that were declared deeper than depth.
func (s *scanner) removePrefixes(depth int) {
	for len(s.prefixes) > 0 && s.prefixes[len(s.prefixes)-1].depth > depth {
		s.prefixes = s.prefixes[:len(s.prefixes)-1]
	}
}

func (s *scanner) lookUp(name string) (uri string, known bool) {
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

// mayDeclare reports whether a prefix may be bound to a namespace.
func mayDeclare(name, uri string) bool {
	if name == "xml" || uri == xmlNamespace {
		return name == "xml" && uri == xmlNamespace
	}
	return name != "xmlns" && uri != "" && uri != xmlnsNamespace
}

// splitName splits a name into prefix and local part. Each of them has to be a name.
func splitName(name string) (prefix, local string, ok bool) {
	prefix, local, found := strings.Cut(name, ":")
	if !found {
		return "", name, name != ""
	}
	first, _ := utf8.DecodeRuneInString(local)
	return prefix, local, prefix != "" && local != "" && isNameStart(first) && !strings.Contains(local, ":")
}
