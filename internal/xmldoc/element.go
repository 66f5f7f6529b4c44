package xmldoc

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pushcheck/pushcheck/internal/wording"
)

// Element is an element of a document.
type Element struct {
	Name       string // as written
	Prefix     string
	Local      string // the name without its prefix
	Attributes []Attribute
	Children   []*Element
	Text       []byte   // the text directly in it, with references and CDATA resolved, without white space at its start
	TextAt     Position // position of the first character of Text that is not white space; zero if there is none
	At         Position // position of its start tag
}

// Attribute is an attribute of an element.
type Attribute struct {
	Name   string // as written
	Prefix string
	Local  string // the name without its prefix
	Value  string // with references resolved and each white space character replaced by a space
	At     Position
}

// prefix is a namespace prefix that is declared until the element at a depth ends.
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

// tree reads the root element and its content.
func (s *scanner) tree() (*Element, *Problem) {
	root, empty, err := s.startTag(1)
	if err != nil || empty {
		return root, err
	}
	open := []*Element{root}
	for len(open) > 0 {
		top, start := open[len(open)-1], s.here()
		switch {
		case s.ended():
			return root, s.fail(start, "</"+top.Name+">", "the end of the body", "the body is cut off, or a tag was not closed")
		case s.sees("</"):
			err = s.endTag(start, top)
			open = open[:len(open)-1]
			s.leave(len(open))
		case s.take("<!--"):
			err = s.comment(start)
		case s.take("<?"):
			err = s.instruction(start)
		case s.take("<![CDATA["):
			text, found := s.until("]]>")
			if !found {
				return root, s.fail(start, "a CDATA section that ends with ]]>", "the end of the body", "")
			}
			top.add(text, start.Position)
		case s.sees("<"):
			var child *Element
			child, empty, err = s.startTag(len(open) + 1)
			top.Children = append(top.Children, child)
			if empty {
				s.leave(len(open))
			} else {
				open = append(open, child)
			}
		default:
			err = s.characters(top)
		}
		if err != nil {
			return root, err
		}
	}
	return root, nil
}

// add appends text to the content of the element.
func (e *Element) add(text string, at Position) {
	if e.TextAt == (Position{}) && strings.Trim(text, " \t\r\n") != "" {
		e.TextAt = at
	}
	e.Text = append(e.Text, text...)
}

// characters reads text up to the next markup, or one reference.
func (s *scanner) characters(into *Element) *Problem {
	if space := s.run(isSpace); len(into.Text) > 0 { // white space at the start is dropped, because it may be very long
		into.Text = append(into.Text, space...)
	}
	start := s.here()
	if s.sees("&") {
		text, err := s.reference()
		into.add(text, start.Position)
		return err
	}
	text := s.run(func(r rune) bool { return r != '<' && r != '&' })
	into.add(text, start.Position)
	if before, _, found := strings.Cut(text, "]]>"); found {
		s.at = start.offset + len(before)
		return s.fail(s.here(), "]]&gt; in text", s.got(), "")
	}
	return nil
}

// endTag reads the end tag at start, which has to close top.
func (s *scanner) endTag(start place, top *Element) *Problem {
	s.take("</")
	name := s.name()
	s.skipSpace()
	if name != top.Name || !s.take(">") {
		hint := ""
		if strings.EqualFold(name, top.Name) && name != top.Name {
			hint = "letter case counts"
		}
		return s.fail(start, "</"+top.Name+">", s.gotAt(start.offset), hint)
	}
	return nil
}

// startTag reads a start tag or an empty element. If its name was read, it returns the element even if there is a problem.
func (s *scanner) startTag(depth int) (e *Element, empty bool, err *Problem) {
	start := s.here()
	s.take("<")
	name := s.name()
	if name == "" {
		return nil, false, s.fail(start, "a tag, or &lt; in place of a bare <", s.gotAt(start.offset), "")
	}
	e = &Element{Name: name, At: start.Position}
	var ok bool
	if e.Prefix, e.Local, ok = splitName(name); !ok {
		return e, false, s.fail(start, "a name with at most one colon, inside", wording.QuoteShort(name), "")
	}
	if s.elements++; s.elements > maxElements {
		return e, false, s.tooMuch(start, fmt.Sprintf("at most %d elements", maxElements))
	}
	if depth > maxDepth {
		return e, false, s.tooMuch(start, fmt.Sprintf("elements nested at most %d deep", maxDepth))
	}
	var places []place
	for {
		spaced := s.skipSpace()
		at := s.here()
		switch {
		case s.take("/>"):
			return e, true, s.resolve(e, places, start, depth)
		case s.take(">"):
			return e, false, s.resolve(e, places, start, depth)
		case s.ended():
			return e, false, s.fail(at, "> at the end of the tag "+name, s.got(), "")
		case !spaced && len(e.Attributes) > 0:
			return e, false, s.fail(at, "white space between attributes", s.got(), "")
		case !spaced:
			return e, false, s.fail(at, "white space, > or /> after the name "+name, s.got(), "")
		case len(e.Attributes) == maxAttributes:
			return e, false, s.tooMuch(at, fmt.Sprintf("at most %d attributes in an element", maxAttributes))
		}
		if s.attributes++; s.attributes > maxAllAttributes {
			return e, false, s.tooMuch(at, fmt.Sprintf("at most %d attributes", maxAllAttributes))
		}
		a, err := s.attribute(at)
		if err != nil {
			return e, false, err
		}
		e.Attributes, places = append(e.Attributes, a), append(places, at)
	}
}

// attribute reads the attribute at a place.
func (s *scanner) attribute(at place) (Attribute, *Problem) {
	a := Attribute{Name: s.name(), At: at.Position}
	if a.Name == "" {
		return a, s.fail(at, "an attribute, > or />", s.got(), "")
	}
	s.skipSpace()
	if !s.take("=") {
		return a, s.fail(s.here(), "= after the attribute "+a.Name, s.got(), "")
	}
	s.skipSpace()
	opening := s.here()
	quote := s.quote()
	if quote == "" {
		return a, s.fail(opening, "a quoted value for the attribute "+a.Name, s.got(), "")
	}
	var value []byte
	for !s.ended() {
		switch c := s.text[s.at]; {
		case s.take(quote):
			a.Value = string(value)
			return a, nil
		case c == '<':
			return a, s.fail(s.here(), "&lt; in place of < in an attribute", s.got(), "or a quotation mark is missing before")
		case c == '&':
			text, err := s.reference()
			if err != nil {
				return a, err
			}
			value = append(value, text...)
		default:
			if isSpace(rune(c)) {
				c = ' '
			}
			value = append(value, c)
			s.at++
		}
	}
	return a, s.fail(opening, "a closing quotation mark for the attribute "+a.Name, "the end of the body", "")
}

// resolve splits the names of attributes at their colons, looks all prefixes up and refuses attributes that occur twice.
// places are the places of the attributes.
func (s *scanner) resolve(e *Element, places []place, start place, depth int) *Problem {
	for i := range e.Attributes {
		a := &e.Attributes[i]
		var ok bool
		if a.Prefix, a.Local, ok = splitName(a.Name); !ok {
			return s.fail(places[i], "a name with at most one colon, inside", wording.QuoteShort(a.Name), "")
		}
		if a.Prefix == "xmlns" {
			if !declarable(a.Local, a.Value) {
				return s.fail(places[i], "a namespace that may be declared", wording.QuoteShort(a.Name+"="+a.Value), "")
			}
			s.prefixes = append(s.prefixes, prefix{a.Local, a.Value, depth})
		}
		if a.Name == "xmlns" && (a.Value == xmlNamespace || a.Value == xmlnsNamespace) {
			return s.fail(places[i], "a namespace that may be declared", wording.QuoteShort(a.Value), "")
		}
	}
	seen := map[[2]string]bool{}
	for i, a := range e.Attributes {
		uri, known := s.lookUp(a.Prefix)
		if !known {
			return s.undeclared(places[i], a.Prefix)
		}
		// Unprefixed names, such as "xmlns" itself, are in no namespace.
		if key := [2]string{uri, a.Local}; seen[key] {
			return s.fail(places[i], "each attribute once", "a second "+a.Name, "")
		} else {
			seen[key] = true
		}
	}
	if _, known := s.lookUp(e.Prefix); !known || e.Prefix == "xmlns" {
		return s.undeclared(start, e.Prefix)
	}
	return nil
}

func (s *scanner) undeclared(at place, name string) *Problem {
	return s.fail(at, "a declared namespace prefix", "the prefix "+wording.QuoteShort(name), "leave the prefix out")
}

// leave removes the prefixes that were declared deeper than depth.
func (s *scanner) leave(depth int) {
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

// declarable reports whether a prefix may be bound to a namespace.
func declarable(name, uri string) bool {
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
