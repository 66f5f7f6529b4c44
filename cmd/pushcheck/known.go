package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/pushcheck/pushcheck/internal/yamlfile"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

const knownExample = `- {id: response.prompt, reason: "issue 12", expires: 2027-03-01}`

// knownKeys are the keys of an entry. All of them are required.
var knownKeys = []string{"id", "reason", "expires"}

// readKnown reads a file of known failures: a YAML list of entries with an id, a reason and the last day on which the entry excuses. The
// list may be empty. If name is "", there is no file.
func readKnown(name string) ([]verdict.KnownFailure, error) {
	if name == "" {
		return nil, nil
	}
	data, err := readFile(name)
	if err != nil {
		return nil, wrongFlag("known", err.Error(), "a YAML file such as: %s", knownExample)
	}
	known, err := parseKnown(data)
	if err != nil {
		return nil, addFilePlace("reading --known: "+name, data, err)
	}
	return known, nil
}

func parseKnown(data []byte) ([]verdict.KnownFailure, error) {
	file, err := parseYAML(data, "an entry is: "+knownExample)
	if err != nil {
		return nil, err
	}
	var out []verdict.KnownFailure
	for _, doc := range file.Docs {
		switch body := doc.Body.(type) {
		case nil, *ast.CommentGroupNode, *ast.NullNode:
		case *ast.SequenceNode:
			for _, node := range body.Values {
				k, at, err := knownEntry(node)
				if err != nil {
					return nil, err
				}
				if slices.ContainsFunc(out, func(other verdict.KnownFailure) bool { return other.ID == k.ID }) {
					return nil, errorAt(at, "one entry is enough", "%s is listed twice", k.ID)
				}
				out = append(out, k)
			}
		default:
			return nil, errorAt(yamlfile.FirstToken(body), "an entry is: "+knownExample, "a list of entries is wanted")
		}
	}
	return out, nil
}

// knownEntry reads one entry, and returns the place of its id.
func knownEntry(node ast.Node) (k verdict.KnownFailure, at *token.Token, err error) {
	values, err := knownValues(node)
	if err != nil {
		return k, nil, err
	}
	text := map[string]string{}
	for _, key := range knownKeys {
		value, ok := values[key]
		if !ok {
			return k, nil, errorAt(yamlfile.FirstToken(node), "an entry is: "+knownExample, "there is no %s in this entry", key)
		}
		if s, ok := value.(ast.ScalarNode); ok && value.Type() != ast.NullType {
			text[key] = strings.TrimSpace(fmt.Sprint(s.GetValue()))
		}
		if text[key] == "" {
			return k, nil, errorAt(value.GetToken(), "an entry is: "+knownExample, "%s is not a text", key)
		}
	}
	at = values["id"].GetToken()
	if _, err := requirements.Lookup(text["id"]); err != nil {
		return k, nil, errorAt(at, "see: pushcheck list requirements", "%v", err)
	}
	expires, err := time.Parse(time.DateOnly, text["expires"])
	if err != nil {
		return k, nil, errorAt(values["expires"].GetToken(), "the last day on which it is to be excused, such as 2027-03-01", "expires is %q, which is no date", text["expires"])
	}
	return verdict.KnownFailure{ID: text["id"], Reason: text["reason"], Expires: expires}, at, nil
}

// knownValues reads the values of an entry. Unknown keys are refused. The parser already refuses repeated keys.
func knownValues(node ast.Node) (map[string]ast.Node, error) {
	pairs, ok := node.(ast.MapNode)
	if !ok {
		return nil, errorAt(node.GetToken(), "an entry is: "+knownExample, "an entry with id, reason and expires is wanted")
	}
	values := map[string]ast.Node{}
	for each := pairs.MapRange(); each.Next(); {
		key := each.Key().String()
		if !slices.Contains(knownKeys, key) {
			return nil, errorAt(each.Key().GetToken(), suggestionHint(key, knownKeys), "unknown key %q", key)
		}
		values[key] = each.Value()
	}
	return values, nil
}
