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

// readKnown reads a file of known failures: a YAML list of entries with an id, a reason and the last day on which the failure is excused.
// The list may be empty. If name is "", readKnown returns nil.
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
				k, idToken, err := parseKnownEntry(node)
				if err != nil {
					return nil, err
				}
				if slices.ContainsFunc(out, func(other verdict.KnownFailure) bool { return other.ID == k.ID }) {
					return nil, errorAt(idToken, "one entry is enough", "%s is listed twice", k.ID)
				}
				out = append(out, k)
			}
		default:
			return nil, errorAt(yamlfile.FirstToken(body), "an entry is: "+knownExample, "a list of entries is wanted")
		}
	}
	return out, nil
}

// parseKnownEntry parses one entry. It also returns the token of its id, for errors that show the place of the entry.
func parseKnownEntry(node ast.Node) (k verdict.KnownFailure, idToken *token.Token, err error) {
	nodes, err := knownEntryNodes(node)
	if err != nil {
		return k, nil, err
	}
	texts := map[string]string{}
	for _, key := range knownKeys {
		value, ok := nodes[key]
		if !ok {
			return k, nil, errorAt(yamlfile.FirstToken(node), "an entry is: "+knownExample, "there is no %s in this entry", key)
		}
		if s, ok := value.(ast.ScalarNode); ok && value.Type() != ast.NullType {
			texts[key] = strings.TrimSpace(fmt.Sprint(s.GetValue()))
		}
		if texts[key] == "" {
			return k, nil, errorAt(value.GetToken(), "an entry is: "+knownExample, "%s is not a text", key)
		}
	}
	idToken = nodes["id"].GetToken()
	if _, err := requirements.Lookup(texts["id"]); err != nil {
		return k, nil, errorAt(idToken, "see: pushcheck list requirements", "%v", err)
	}
	expires, err := time.Parse(time.DateOnly, texts["expires"])
	if err != nil {
		return k, nil, errorAt(nodes["expires"].GetToken(), "the last day on which it is to be excused, such as 2027-03-01", "expires is %q, which is no date", texts["expires"])
	}
	return verdict.KnownFailure{ID: texts["id"], Reason: texts["reason"], Expires: expires}, idToken, nil
}

// knownEntryNodes returns the value of each key of an entry. An unknown key is an error. A repeated key is already an error of the YAML
// parser.
func knownEntryNodes(node ast.Node) (map[string]ast.Node, error) {
	pairs, ok := node.(ast.MapNode)
	if !ok {
		return nil, errorAt(node.GetToken(), "an entry is: "+knownExample, "an entry with id, reason and expires is wanted")
	}
	nodes := map[string]ast.Node{}
	for each := pairs.MapRange(); each.Next(); {
		key := each.Key().String()
		if !slices.Contains(knownKeys, key) {
			return nil, errorAt(each.Key().GetToken(), suggestionHint(key, knownKeys), "unknown key %q", key)
		}
		nodes[key] = each.Value()
	}
	return nodes, nil
}
