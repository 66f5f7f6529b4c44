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
	contents string // what the file should contain
	keyNoun  string // what a key stands for in messages: "key", or such as "person"
	problems Problems
}

// place is a place in the file, from 1.
type place struct{ line, col int }

// placeOf is where a node begins; a mapping begins with its first key.
func placeOf(node ast.Node) place { return newPlace(yamlfile.PlaceOf(yamlfile.Start(node))) }

func newPlace(p yamlfile.Place) place { return place{p.Line, p.Column} }

func (r *reader) addProblem(at place, wrong, expected string) {
	r.problems = append(r.problems, Problem{File: r.file, Line: at.line, Col: at.col, Wrong: wrong, Expected: expected})
}

// readDocument parses the file, which holds one YAML document; false if it cannot be read.
func (r *reader) readDocument(data []byte) (body ast.Node, ok bool) {
	start := place{1, 1}
	if len(data) > maxFile {
		r.addProblem(start, fmt.Sprintf("the file has %d bytes", len(data)), fmt.Sprintf("expected at most %d", maxFile))
		return nil, false
	}
	if !utf8.Valid(data) {
		r.addProblem(start, "the file is not UTF-8", "")
		return nil, false
	}
	file, mistake := yamlfile.Parse(data)
	switch {
	case mistake != nil && mistake.Tab:
		r.addProblem(newPlace(mistake.Place), "a tab indents this line", "expected spaces")
		return nil, false
	case mistake != nil:
		r.addProblem(newPlace(mistake.Place), mistake.What, "expected YAML")
		return nil, false
	}
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType || doc.Body.Type() == ast.CommentGroupType {
			continue
		}
		if body != nil {
			r.addProblem(placeOf(doc.Body), "a second YAML document", "expected one in a file")
			return nil, false
		}
		body = doc.Body
	}
	if body == nil {
		r.addProblem(start, "the file is empty", "expected "+r.contents)
	}
	return body, body != nil
}

// mapping is a YAML mapping whose keys are known.
type mapping struct {
	start    place
	values   map[string]ast.Node
	misspelt []string // keys that are absent, but of which another key is probably a misspelling
}

// place is the place of a key's value, or of the mapping if the key is missing.
func (m mapping) place(key string) place {
	if node, ok := m.values[key]; ok {
		return placeOf(node)
	}
	return m.start
}

// readMapping reads a mapping and records a problem for every key that is not allowed.
func (r *reader) readMapping(node ast.Node, what string, allowed []string) (mapping, bool) {
	m := mapping{start: placeOf(node), values: map[string]ast.Node{}}
	var pairs []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		r.addProblem(m.start, fmt.Sprintf("%s is %s", what, describeNode(node)), "expected the keys "+strings.Join(allowed, ", "))
		return m, false
	}
	for _, pair := range pairs {
		key, ok := nodeText(pair.Key)
		if !ok {
			r.addProblem(placeOf(pair.Key), fmt.Sprintf("key %s", describeNode(pair.Key)), "expected "+joinWithOr(allowed))
			continue
		}
		if !slices.Contains(allowed, key) {
			r.addProblem(placeOf(pair.Key), fmt.Sprintf("unknown %s %q", r.keyNoun, key), suggestion(key, allowed))
			if near, ok := suggest.Closest(key, allowed); ok {
				m.misspelt = append(m.misspelt, near)
			}
			continue
		}
		if _, twice := m.values[key]; twice {
			r.addProblem(placeOf(pair.Key), fmt.Sprintf("key %q comes twice", key), "expected it once")
			continue
		}
		m.values[key] = pair.Value
	}
	return m, true
}

// requireKeys records a problem for every key that is missing, unless it is only misspelt.
func (r *reader) requireKeys(m mapping, keys ...string) {
	for _, key := range keys {
		if _, ok := m.values[key]; !ok && !slices.Contains(m.misspelt, key) {
			r.addProblem(m.start, fmt.Sprintf("no %s", key), fmt.Sprintf("expected the key %q", key))
		}
	}
}

// readText reads a text that is not empty; "" if the key is missing or its value is something else.
func (r *reader) readText(m mapping, key string) string {
	node, ok := m.values[key]
	if !ok {
		return ""
	}
	text, ok := nodeText(node)
	if !ok || text == "" {
		r.addProblem(m.place(key), fmt.Sprintf("%s is %s", key, describeNode(node)), "expected a text")
		return ""
	}
	return text
}

// readNames reads a name or a list of names.
func (r *reader) readNames(m mapping, key string) []string {
	node, ok := m.values[key]
	if !ok {
		return nil
	}
	if _, list := node.(*ast.SequenceNode); !list {
		if name := r.readText(m, key); name != "" {
			return []string{name}
		}
		return nil
	}
	var names []string
	for _, item := range r.readList(node, key) {
		name, ok := nodeText(item)
		if !ok || name == "" {
			r.addProblem(placeOf(item), fmt.Sprintf("%s holds %s", key, describeNode(item)), "expected a name")
			continue
		}
		names = append(names, name)
	}
	return names
}

// readList reads a list that is not empty.
func (r *reader) readList(node ast.Node, what string) []ast.Node {
	list, ok := node.(*ast.SequenceNode)
	if !ok || len(list.Values) == 0 {
		r.addProblem(placeOf(node), fmt.Sprintf("%s is %s", what, describeNode(node)), "expected a list")
		return nil
	}
	return list.Values
}

// readBool reads true or false.
func (r *reader) readBool(m mapping, key string) bool {
	node, ok := m.values[key]
	if !ok {
		return false
	}
	b, ok := node.(*ast.BoolNode)
	if !ok {
		r.addProblem(m.place(key), fmt.Sprintf("%s is %s", key, describeNode(node)), "expected true or false")
		return false
	}
	return b.Value
}

// nodeText returns the text of a node; false if it is not a text.
func nodeText(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	}
	return "", false
}

// describeNode describes a node, for messages.
func describeNode(node ast.Node) string {
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
