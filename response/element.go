package response

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// element is an element as it was read.
type element struct {
	name       string // as written
	prefix     string
	local      string
	attributes []attribute
	children   []*element
	text       []byte   // directly in it, references and CDATA resolved
	textAt     Position // of its first character that is not white space; zero where there is none
	at         Position // of its start tag
}

// attribute is an attribute as it was read, its value with white space normalised.
type attribute struct {
	name   string // as written
	prefix string
	local  string
	value  string
	at     Position
}

// prefix is a namespace prefix that is in force down to the element at a depth.
type prefix struct {
	name, uri string
	depth     int
}

const (
	xmlNamespace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsNamespace = "http://www.w3.org/2000/xmlns/"
)

func (e *element) trimmedText() string { return strings.TrimSpace(string(e.text)) }

// attribute is the one of that name, nil if there is none.
func (e *element) attribute(name string) *attribute {
	for i := range e.attributes {
		if e.attributes[i].name == name {
			return &e.attributes[i]
		}
	}
	return nil
}

// tree reads the root element with all its content.
func (s *scanner) tree() (*element, *scanError) {
	root, empty, err := s.startTag(1)
	if err != nil || empty {
		return root, err
	}
	open := []*element{root}
	for len(open) > 0 {
		top, start := open[len(open)-1], s.here()
		switch {
		case s.ended():
			return root, s.fail(start, "</"+top.name+">", "the end of the body", "the body is cut off, or a tag was not closed")
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
			var child *element
			child, empty, err = s.startTag(len(open) + 1)
			top.children = append(top.children, child)
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

// add appends text to what the element holds.
func (e *element) add(text string, at Position) {
	if e.textAt == (Position{}) && strings.Trim(text, " \t\r\n") != "" {
		e.textAt = at
	}
	e.text = append(e.text, text...)
}

// characters takes text up to the next markup, or one reference.
func (s *scanner) characters(into *element) *scanError {
	if space := s.run(isSpace); len(into.text) > 0 { // nobody asks for what it begins with, and it may be very long
		into.text = append(into.text, space...)
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

// endTag takes the end tag that stands at start and has to close top.
func (s *scanner) endTag(start place, top *element) *scanError {
	shown := s.got()
	s.take("</")
	name := s.name()
	s.skipSpace()
	if name != top.name || !s.take(">") {
		hint := ""
		if strings.EqualFold(name, top.name) && name != top.name {
			hint = "letter case counts"
		}
		return s.fail(start, "</"+top.name+">", shown, hint)
	}
	return nil
}

// startTag takes a start tag or an empty element. The element is there even with an error, once its name was read.
func (s *scanner) startTag(depth int) (e *element, empty bool, err *scanError) {
	start, shown := s.here(), s.got()
	s.take("<")
	name := s.name()
	if name == "" {
		return nil, false, s.fail(start, "a tag, or &lt; in place of a bare <", shown, "")
	}
	e = &element{name: name, at: start.Position}
	var ok bool
	if e.prefix, e.local, ok = splitName(name); !ok {
		return e, false, s.fail(start, "a name with at most one colon, inside", quoted(name), "")
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
		case !spaced && len(e.attributes) > 0:
			return e, false, s.fail(at, "white space between attributes", s.got(), "")
		case !spaced:
			return e, false, s.fail(at, "white space, > or /> after the name "+name, s.got(), "")
		case len(e.attributes) == maxAttributes:
			return e, false, s.tooMuch(at, fmt.Sprintf("at most %d attributes in an element", maxAttributes))
		}
		if s.attributes++; s.attributes > maxAllAttributes {
			return e, false, s.tooMuch(at, fmt.Sprintf("at most %d attributes", maxAllAttributes))
		}
		a, err := s.attribute(at)
		if err != nil {
			return e, false, err
		}
		e.attributes, places = append(e.attributes, a), append(places, at)
	}
}

// attribute takes an attribute, which stands at the place given.
func (s *scanner) attribute(at place) (attribute, *scanError) {
	a := attribute{name: s.name(), at: at.Position}
	if a.name == "" {
		return a, s.fail(at, "an attribute, > or />", s.got(), "")
	}
	s.skipSpace()
	if !s.take("=") {
		return a, s.fail(s.here(), "= after the attribute "+a.name, s.got(), "")
	}
	s.skipSpace()
	opening := s.here()
	quote := s.quote()
	if quote == "" {
		return a, s.fail(opening, "a quoted value for the attribute "+a.name, s.got(), "")
	}
	var value []byte
	for !s.ended() {
		switch c := s.text[s.at]; {
		case s.take(quote):
			a.value = string(value)
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
	return a, s.fail(opening, "a closing quotation mark for the attribute "+a.name, "the end of the body", "")
}

// resolve splits the names of attributes at their colons, looks all prefixes up and refuses attributes that occur twice.
// places are those of the attributes.
func (s *scanner) resolve(e *element, places []place, start place, depth int) *scanError {
	for i := range e.attributes {
		a := &e.attributes[i]
		var ok bool
		if a.prefix, a.local, ok = splitName(a.name); !ok {
			return s.fail(places[i], "a name with at most one colon, inside", quoted(a.name), "")
		}
		if a.prefix == "xmlns" {
			if !declarable(a.local, a.value) {
				return s.fail(places[i], "a namespace that may be declared", quoted(a.name+"="+a.value), "")
			}
			s.prefixes = append(s.prefixes, prefix{a.local, a.value, depth})
		}
		if a.name == "xmlns" && (a.value == xmlNamespace || a.value == xmlnsNamespace) {
			return s.fail(places[i], "a namespace that may be declared", quoted(a.value), "")
		}
	}
	seen := map[[2]string]bool{}
	for i, a := range e.attributes {
		uri, known := s.lookUp(a.prefix)
		if !known {
			return s.undeclared(places[i], a.prefix)
		}
		// "xmlns" itself and unprefixed names are in no namespace.
		if key := [2]string{uri, a.local}; seen[key] {
			return s.fail(places[i], "each attribute once", "a second "+a.name, "")
		} else {
			seen[key] = true
		}
	}
	if _, known := s.lookUp(e.prefix); !known || e.prefix == "xmlns" {
		return s.undeclared(start, e.prefix)
	}
	return nil
}

func (s *scanner) undeclared(at place, name string) *scanError {
	return s.fail(at, "a declared namespace prefix", "the prefix "+quoted(name), "leave the prefix out; the documented names have none")
}

// leave forgets the prefixes that were declared deeper than depth.
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

// splitName splits a name into prefix and local part, both of which have to be names by themselves.
func splitName(name string) (prefix, local string, ok bool) {
	prefix, local, found := strings.Cut(name, ":")
	if !found {
		return "", name, name != ""
	}
	first, _ := utf8.DecodeRuneInString(local)
	return prefix, local, prefix != "" && local != "" && isNameStart(first) && !strings.Contains(local, ":")
}
