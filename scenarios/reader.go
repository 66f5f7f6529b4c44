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

// maxFileBytes is the maximum size of a scenario file or cast file.
const maxFileBytes = 16 << 10

// reader reads a YAML file and records its mistakes.
type reader struct {
	file     string
	contents string // the expected contents, for messages, such as "a scenario with name, title and story"
	keyNoun  string // the noun for a key in messages: "key" or "person"
	problems Problems
}

// position is a position in the file. Line and column start at 1.
type position struct{ line, col int }

// positionOf returns the position at which a node begins. A mapping begins with its first key.
func positionOf(node ast.Node) position {
	return newPosition(yamlfile.PlaceOfToken(yamlfile.FirstToken(node)))
}

func newPosition(p yamlfile.Place) position { return position{p.Line, p.Column} }

func (r *reader) addProblem(pos position, wrong, expected string) {
	r.problems = append(r.problems, Problem{File: r.file, Line: pos.line, Col: pos.col, Mistake: wrong, Expected: expected})
}

// readDocument parses the file, which has to contain one YAML document. It returns false if there is a mistake.
func (r *reader) readDocument(data []byte) (body ast.Node, ok bool) {
	start := position{1, 1}
	if len(data) > maxFileBytes {
		r.addProblem(start, fmt.Sprintf("the file has %d bytes", len(data)), fmt.Sprintf("expected at most %d", maxFileBytes))
		return nil, false
	}
	if !utf8.Valid(data) {
		r.addProblem(start, "the file is not UTF-8", "")
		return nil, false
	}
	file, mistake := yamlfile.Parse(data)
	switch {
	case mistake != nil && mistake.IsTab:
		r.addProblem(newPosition(mistake.Place), "a tab indents this line", "expected spaces")
		return nil, false
	case mistake != nil:
		r.addProblem(newPosition(mistake.Place), mistake.Message, "expected YAML")
		return nil, false
	}
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType || doc.Body.Type() == ast.CommentGroupType {
			continue
		}
		if body != nil {
			r.addProblem(positionOf(doc.Body), "a second YAML document", "expected one in a file")
			return nil, false
		}
		body = doc.Body
	}
	if body == nil {
		r.addProblem(start, "the file is empty", "expected "+r.contents)
	}
	return body, body != nil
}

// mapping is a YAML mapping after readMapping has checked its keys.
type mapping struct {
	start    position
	values   map[string]ast.Node
	misspelt []string // allowed keys that the file probably misspells
}

// position returns the position of the value of a key, or of the mapping if the key is absent.
func (m mapping) position(key string) position {
	if node, ok := m.values[key]; ok {
		return positionOf(node)
	}
	return m.start
}

// readMapping reads a mapping, and records a problem for every key that is not allowed. noun is what the mapping describes, for messages.
func (r *reader) readMapping(node ast.Node, noun string, allowed []string) (mapping, bool) {
	m := mapping{start: positionOf(node), values: map[string]ast.Node{}}
	var pairs []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		r.addProblem(m.start, fmt.Sprintf("%s is %s", noun, describeNode(node)), "expected the keys "+strings.Join(allowed, ", "))
		return m, false
	}
	for _, pair := range pairs {
		key, ok := nodeText(pair.Key)
		if !ok {
			r.addProblem(positionOf(pair.Key), fmt.Sprintf("key %s", describeNode(pair.Key)), "expected "+joinWithOr(allowed))
			continue
		}
		if !slices.Contains(allowed, key) {
			r.addProblem(positionOf(pair.Key), fmt.Sprintf("unknown %s %q", r.keyNoun, key), suggestion(key, allowed))
			if closest, ok := suggest.Closest(key, allowed); ok {
				m.misspelt = append(m.misspelt, closest)
			}
			continue
		}
		if _, exists := m.values[key]; exists {
			r.addProblem(positionOf(pair.Key), fmt.Sprintf("key %q comes twice", key), "expected it once")
			continue
		}
		m.values[key] = pair.Value
	}
	return m, true
}

// requireKeys records a problem for every key that is absent, unless the file probably misspells this key.
func (r *reader) requireKeys(m mapping, keys ...string) {
	for _, key := range keys {
		if _, ok := m.values[key]; !ok && !slices.Contains(m.misspelt, key) {
			r.addProblem(m.start, fmt.Sprintf("no %s", key), fmt.Sprintf("expected the key %q", key))
		}
	}
}

// readText reads a text that is not empty. It returns "" if the key is absent, or if the value is not such a text.
func (r *reader) readText(m mapping, key string) string {
	node, ok := m.values[key]
	if !ok {
		return ""
	}
	text, ok := nodeText(node)
	if !ok || text == "" {
		r.addProblem(m.position(key), fmt.Sprintf("%s is %s", key, describeNode(node)), "expected a text")
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
	if _, isList := node.(*ast.SequenceNode); !isList {
		if name := r.readText(m, key); name != "" {
			return []string{name}
		}
		return nil
	}
	var names []string
	for _, item := range r.readList(node, key) {
		name, ok := nodeText(item)
		if !ok || name == "" {
			r.addProblem(positionOf(item), fmt.Sprintf("%s holds %s", key, describeNode(item)), "expected a name")
			continue
		}
		names = append(names, name)
	}
	return names
}

// readList reads a list that is not empty. noun is what the list describes, for messages.
func (r *reader) readList(node ast.Node, noun string) []ast.Node {
	list, ok := node.(*ast.SequenceNode)
	if !ok || len(list.Values) == 0 {
		r.addProblem(positionOf(node), fmt.Sprintf("%s is %s", noun, describeNode(node)), "expected a list")
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
		r.addProblem(m.position(key), fmt.Sprintf("%s is %s", key, describeNode(node)), "expected true or false")
		return false
	}
	return b.Value
}

// nodeText returns the text of a node. It returns false if the node is not a text.
func nodeText(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	}
	return "", false
}

// describeNode returns a description of a node for messages.
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
