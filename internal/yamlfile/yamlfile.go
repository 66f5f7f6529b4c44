// Package yamlfile reads YAML files of users, and returns the place of each mistake. It does not know which keys a file has.
package yamlfile

import (
	"errors"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Place is a line and a column of a file. Both numbers start at 1.
type Place struct{ Line, Column int }

// Mistake is the reason why a file is not YAML, with its place.
type Mistake struct {
	Place
	Message string // message of the YAML library; "" if IsTab is true
	IsTab   bool   // the mistake is a tab in the indentation of the line
}

// Parse parses a file. The YAML library panics on some invalid files; Parse then returns a mistake.
func Parse(data []byte) (file *ast.File, mistake *Mistake) {
	defer func() {
		if recover() != nil {
			file, mistake = nil, &Mistake{Place: PlaceOfToken(nil), Message: "it cannot be read"}
		}
	}()
	file, err := parser.ParseBytes(data, 0)
	var syntax yaml.Error
	switch {
	case errors.As(err, &syntax):
		place := PlaceOfToken(syntax.GetToken())
		if tab, ok := findIndentingTab(data, place.Line); ok {
			return nil, &Mistake{Place: tab, IsTab: true}
		}
		return nil, &Mistake{Place: place, Message: syntax.GetMessage()}
	case err != nil:
		return nil, &Mistake{Place: PlaceOfToken(nil), Message: err.Error()}
	}
	return file, nil
}

// PlaceOfToken returns the place at which a token begins, or the start of the file if there is no token.
func PlaceOfToken(t *token.Token) Place {
	if t == nil || t.Position == nil {
		return Place{1, 1}
	}
	return Place{max(t.Position.Line, 1), max(t.Position.Column, 1)}
}

// FirstToken returns the first token of a node, or nil if there is no node. A mapping in block style begins with its first key.
func FirstToken(node ast.Node) *token.Token {
	switch n := node.(type) {
	case nil:
		return nil
	case *ast.MappingValueNode:
		return FirstToken(n.Key)
	case *ast.MappingNode:
		if len(n.Values) > 0 && !n.IsFlowStyle {
			return FirstToken(n.Values[0].Key)
		}
	}
	return node.GetToken()
}
