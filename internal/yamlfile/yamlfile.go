// Package yamlfile reads YAML files of users, and returns the place of each mistake. It does not know which keys a file has.
package yamlfile

import (
	"errors"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Place is a place in a file, both numbers starting at 1.
type Place struct{ Line, Column int }

// Mistake is why a file is not YAML.
type Mistake struct {
	Place
	What string // what is wrong, in the words of the YAML library
	Tab  bool   // a tab indents the line; What is empty
}

// Parse reads a file. If the library panics, as it does on some broken input, that is a mistake of the file, too.
func Parse(data []byte) (file *ast.File, mistake *Mistake) {
	defer func() {
		if recover() != nil {
			file, mistake = nil, &Mistake{Place: PlaceOf(nil), What: "it cannot be read"}
		}
	}()
	file, err := parser.ParseBytes(data, 0)
	var syntax yaml.Error
	switch {
	case errors.As(err, &syntax):
		at := PlaceOf(syntax.GetToken())
		if tab, ok := indentingTab(data, at.Line); ok {
			return nil, &Mistake{Place: tab, Tab: true}
		}
		return nil, &Mistake{Place: at, What: syntax.GetMessage()}
	case err != nil:
		return nil, &Mistake{Place: PlaceOf(nil), What: err.Error()}
	}
	return file, nil
}

// PlaceOf returns the place at which a token begins; the start of the file if there is no token.
func PlaceOf(t *token.Token) Place {
	if t == nil || t.Position == nil {
		return Place{1, 1}
	}
	return Place{max(t.Position.Line, 1), max(t.Position.Column, 1)}
}

// Start returns the first token of a node. A mapping in block style begins with its first key. Start returns nil if there is no node.
func Start(node ast.Node) *token.Token {
	switch n := node.(type) {
	case nil:
		return nil
	case *ast.MappingValueNode:
		return Start(n.Key)
	case *ast.MappingNode:
		if len(n.Values) > 0 && !n.IsFlowStyle {
			return Start(n.Values[0].Key)
		}
	}
	return node.GetToken()
}
