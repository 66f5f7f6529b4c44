package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/internal/yamlfile"
)

// maxFile is the longest scenario file that is read, in bytes.
const maxFile = 16 << 10

// reader reads YAML and records what is wrong with it, and where.
type reader struct {
	file     string
	holds    string // what the file should contain
	keys     string // what a key stands for in messages: "key", or such as "person"
	problems Problems
}

// spot is a place in the file, from 1.
type spot struct{ line, col int }

// spotOf is where a node begins; a mapping begins with its first key.
func spotOf(node ast.Node) spot { return spotAt(yamlfile.PlaceOf(yamlfile.Start(node))) }

func spotAt(p yamlfile.Place) spot { return spot{p.Line, p.Column} }

func (r *reader) complain(at spot, wrong, expected string) {
	r.problems = append(r.problems, Problem{File: r.file, Line: at.line, Col: at.col, Wrong: wrong, Expected: expected})
}

// document parses the file, which holds one YAML document; false if it cannot be read.
func (r *reader) document(data []byte) (body ast.Node, ok bool) {
	start := spot{1, 1}
	if len(data) > maxFile {
		r.complain(start, fmt.Sprintf("the file has %d bytes", len(data)), fmt.Sprintf("expected at most %d", maxFile))
		return nil, false
	}
	if !utf8.Valid(data) {
		r.complain(start, "the file is not UTF-8", "")
		return nil, false
	}
	file, mistake := yamlfile.Parse(data)
	switch {
	case mistake != nil && mistake.Tab:
		r.complain(spotAt(mistake.Place), "a tab indents this line", "expected spaces")
		return nil, false
	case mistake != nil:
		r.complain(spotAt(mistake.Place), mistake.What, "expected YAML")
		return nil, false
	}
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType || doc.Body.Type() == ast.CommentGroupType {
			continue
		}
		if body != nil {
			r.complain(spotOf(doc.Body), "a second YAML document", "expected one in a file")
			return nil, false
		}
		body = doc.Body
	}
	if body == nil {
		r.complain(start, "the file is empty", "expected "+r.holds)
	}
	return body, body != nil
}

// mapping is a YAML mapping whose keys are known.
type mapping struct {
	at       spot
	values   map[string]ast.Node
	misspelt []string // keys that are absent, but of which another key is probably a misspelling
}

// spot is the place of a key's value, or of the mapping if the key is missing.
func (m mapping) spot(key string) spot {
	if node, ok := m.values[key]; ok {
		return spotOf(node)
	}
	return m.at
}

// mapping reads a mapping and records a problem for every key that is not allowed.
func (r *reader) mapping(node ast.Node, what string, allowed []string) (mapping, bool) {
	m := mapping{at: spotOf(node), values: map[string]ast.Node{}}
	var pairs []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		r.complain(m.at, fmt.Sprintf("%s is %s", what, shown(node)), "expected the keys "+strings.Join(allowed, ", "))
		return m, false
	}
	for _, pair := range pairs {
		key, ok := plainText(pair.Key)
		if !ok {
			r.complain(spotOf(pair.Key), fmt.Sprintf("key %s", shown(pair.Key)), "expected "+oneOf(allowed))
			continue
		}
		if !slices.Contains(allowed, key) {
			r.complain(spotOf(pair.Key), fmt.Sprintf("unknown %s %q", r.keys, key), suggestion(key, allowed))
			if near, ok := suggest.Closest(key, allowed); ok {
				m.misspelt = append(m.misspelt, near)
			}
			continue
		}
		if _, twice := m.values[key]; twice {
			r.complain(spotOf(pair.Key), fmt.Sprintf("key %q comes twice", key), "expected it once")
			continue
		}
		m.values[key] = pair.Value
	}
	return m, true
}

// require records a problem for every key that is missing, unless it is only misspelt.
func (r *reader) require(m mapping, keys ...string) {
	for _, key := range keys {
		if _, ok := m.values[key]; !ok && !slices.Contains(m.misspelt, key) {
			r.complain(m.at, fmt.Sprintf("no %s", key), fmt.Sprintf("expected the key %q", key))
		}
	}
}

// text reads a text that is not empty; "" if the key is missing or its value is something else.
func (r *reader) text(m mapping, key string) string {
	node, ok := m.values[key]
	if !ok {
		return ""
	}
	text, ok := plainText(node)
	if !ok || text == "" {
		r.complain(m.spot(key), fmt.Sprintf("%s is %s", key, shown(node)), "expected a text")
		return ""
	}
	return text
}

// names reads a name or a list of names.
func (r *reader) names(m mapping, key string) []string {
	node, ok := m.values[key]
	if !ok {
		return nil
	}
	if _, list := node.(*ast.SequenceNode); !list {
		if name := r.text(m, key); name != "" {
			return []string{name}
		}
		return nil
	}
	var names []string
	for _, item := range r.list(node, key) {
		name, ok := plainText(item)
		if !ok || name == "" {
			r.complain(spotOf(item), fmt.Sprintf("%s holds %s", key, shown(item)), "expected a name")
			continue
		}
		names = append(names, name)
	}
	return names
}

// list reads a list that is not empty.
func (r *reader) list(node ast.Node, what string) []ast.Node {
	list, ok := node.(*ast.SequenceNode)
	if !ok || len(list.Values) == 0 {
		r.complain(spotOf(node), fmt.Sprintf("%s is %s", what, shown(node)), "expected a list")
		return nil
	}
	return list.Values
}

// flag reads true or false.
func (r *reader) flag(m mapping, key string) bool {
	node, ok := m.values[key]
	if !ok {
		return false
	}
	b, ok := node.(*ast.BoolNode)
	if !ok {
		r.complain(m.spot(key), fmt.Sprintf("%s is %s", key, shown(node)), "expected true or false")
		return false
	}
	return b.Value
}

// plainText returns the text of a node; false if it is not a text.
func plainText(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	}
	return "", false
}

// shown describes a node, for messages.
func shown(node ast.Node) string {
	switch n := node.(type) {
	case nil:
		return "nothing"
	case *ast.NullNode:
		return "empty"
	case *ast.StringNode:
		return fmt.Sprintf("%q", n.Value)
	case *ast.LiteralNode:
		return fmt.Sprintf("%q", n.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return fmt.Sprintf("the number %s", n.GetToken().Value)
	case *ast.BoolNode:
		return fmt.Sprintf("%t", n.Value)
	case *ast.SequenceNode:
		if len(n.Values) == 0 {
			return "an empty list"
		}
		return "a list"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return "a YAML anchor, alias or tag"
	}
	return "something else"
}
