package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/pushcheck/pushcheck/internal/yamlfile"
)

const (
	configFile = "pushcheck.yaml" // read from the working directory if it is there, unless --config names another file
	configNone = "none"           // value of --config with which pushcheck reads no file
	keyURL     = "url"            // key of the receiver's URL, which is an argument and not a flag
)

// config is a configuration file that was read, with its values that are used.
type config struct {
	name  string              // name of the file; "": no file was read
	data  []byte              // content of the file
	url   string              // URL of the receiver; "": the file names none
	nodes map[string]ast.Node // YAML node of each flag that the file sets, by the name of the flag; keyURL has the node of the URL
}

// relativePath returns the name of the file relative to the working directory; "" if the file is not below it.
func (c config) relativePath() string {
	if c.name == "" {
		return ""
	}
	workingFolder, err := os.Getwd()
	if err != nil {
		return ""
	}
	file, err := filepath.Abs(c.name)
	if err != nil {
		return ""
	}
	if file, err = filepath.Rel(workingFolder, file); err != nil || !filepath.IsLocal(file) {
		return ""
	}
	return file
}

const configFlag = "config"

// registerConfigFlag registers --config. Commands with this flag read the configuration file.
func registerConfigFlag(cmd *cobra.Command) {
	cmd.Flags().String(configFlag, "", "`FILE` (YAML) with flags that the command line does not have; none means no file (default: "+configFile+", if it exists)")
}

func readsConfig(cmd *cobra.Command) bool { return cmd.Flags().Lookup(configFlag) != nil }

// applyConfigFile sets flags from the configuration file, unless the command line or the environment has set them. It skips keys that only
// other commands know.
func (a *app) applyConfigFile(cmd *cobra.Command) error {
	if !readsConfig(cmd) {
		return nil
	}
	name, _ := cmd.Flags().GetString(configFlag)
	isNamed := name != ""
	switch name {
	case configNone:
		return nil
	case "":
		name = configFile
	}
	data, err := readFile(name)
	if !isNamed && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return wrongFlag("config", err.Error(), "pushcheck init URL writes one")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // some editors write this byte order mark
	a.config = config{name: name, data: data, nodes: map[string]ast.Node{}}
	if err := a.config.apply(cmd); err != nil {
		return addFilePlace(name, data, err)
	}
	return nil
}

const configExample = "as in: url: https://example.org/push"

// apply reads the file and sets the flags of cmd.
func (c *config) apply(cmd *cobra.Command) error {
	file, err := parseYAML(c.data, configExample)
	if err != nil {
		return err
	}
	known := configKeys(cmd.Root())
	for _, doc := range file.Docs {
		var pairs ast.MapNode
		switch body := doc.Body.(type) {
		case nil, *ast.CommentGroupNode, *ast.NullNode:
			continue
		case ast.MapNode:
			pairs = body
		default:
			return errorAt(yamlfile.FirstToken(body), configExample, "keys with values are wanted")
		}
		for each := pairs.MapRange(); each.Next(); {
			key := each.Key().GetToken().Value
			if !slices.Contains(known, key) {
				return errorAt(each.Key().GetToken(), suggestionHint(key, known), "unknown key %q", key)
			}
			if isNull(each.Value()) {
				return errorAt(each.Key().GetToken(), "leave the key out to keep the default", "%s has no value", key)
			}
			if err := c.set(cmd, key, each.Value()); err != nil {
				return err
			}
		}
	}
	return nil
}

func isNull(node ast.Node) bool { return node == nil || node.Type() == ast.NullType }

// set sets the flag that a key names, if the command has it and neither the command line nor the environment has set it. The value of the
// key url is kept for receiverURL.
func (c *config) set(cmd *cobra.Command, key string, value ast.Node) error {
	texts, err := valueTexts(key, value)
	if err != nil {
		return err
	}
	f := cmd.Flags().Lookup(key)
	if key != keyURL && (f == nil || f.Changed) {
		return nil
	}
	if _, mapping := value.(ast.MapNode); mapping && !isListFlag(f) {
		return errorAt(yamlfile.FirstToken(value), "one value", "%s is a mapping", key)
	}
	if len(texts) > 1 && !isListFlag(f) {
		return errorAt(yamlfile.FirstToken(value), "one value", "%s is a list", key)
	}
	if key == keyURL {
		c.url, c.nodes[key] = texts[0], value
		return nil
	}
	for _, text := range texts {
		if err := cmd.Flags().Set(key, text); err != nil {
			return errorAt(yamlfile.FirstToken(value), cmp.Or(valueDescription(f), "see: pushcheck run --help"), "%s: %s", key, valueError(text, err))
		}
	}
	c.nodes[key] = value
	return nil
}

// isListFlag reports whether a flag takes several values. f is nil for the URL, which takes one value.
func isListFlag(f *pflag.Flag) bool {
	if f == nil {
		return false
	}
	_, list := f.Value.(pflag.SliceValue)
	return list
}

// valueDescription describes the values that a flag takes; "" if the type of the flag says nothing about them.
func valueDescription(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "bool":
		return "true or false"
	case "duration":
		return "a time with its unit, such as 5s or 500ms"
	case "int", "int64":
		return "a whole number"
	case "float64":
		return "a number"
	}
	return ""
}

// valueError describes why a text is not a valid value of a flag.
func valueError(text string, err error) string {
	var value *pflag.InvalidValueError
	if errors.As(err, &value) {
		if why := valueMistake(value); why != nil {
			return fmt.Sprintf("invalid value %q: %v", text, why)
		}
	}
	return fmt.Sprintf("invalid value %q", text)
}

// valueTexts returns the values of a key as texts for its flag: one value, the values of a list, or the entries of a mapping as KEY=VALUE.
func valueTexts(key string, value ast.Node) ([]string, error) {
	scalarText := func(node ast.Node) (string, error) {
		text := ""
		switch n := node.(type) {
		case *ast.LiteralNode:
			text = strings.TrimSpace(n.Value.Value)
		case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, ast.MapNode, *ast.SequenceNode:
			return "", errorAt(yamlfile.FirstToken(node), "quote the value if it has special characters", "%s: a plain value is wanted", key)
		default:
			if !isNull(node) {
				text = node.GetToken().Value
			}
		}
		if text == "" {
			return "", errorAt(node.GetToken(), "leave the key out to keep the default", "%s has no value", key)
		}
		return text, nil
	}
	var out []string
	addText := func(prefix string, node ast.Node) error {
		text, err := scalarText(node)
		out = append(out, prefix+text)
		return err
	}
	switch node := value.(type) {
	case *ast.SequenceNode:
		for _, item := range node.Values {
			if err := addText("", item); err != nil {
				return nil, err
			}
		}
	case ast.MapNode:
		for each := node.MapRange(); each.Next(); {
			if err := addText(each.Key().GetToken().Value+"=", each.Value()); err != nil {
				return nil, err
			}
		}
	default:
		if err := addText("", node); err != nil {
			return nil, err
		}
	}
	if len(out) == 0 {
		return nil, errorAt(value.GetToken(), "leave the key out to keep the default", "%s has no value", key)
	}
	return out, nil
}

// configKeys returns the keys that a configuration file may have: url, and the flags of all commands that read the file.
func configKeys(root *cobra.Command) []string {
	keys := []string{keyURL}
	for _, f := range configFlags(root) {
		keys = append(keys, f.Name)
	}
	return keys
}

// configFlags returns the flags that a configuration file may set, sorted by name. Each name is listed once.
func configFlags(root *cobra.Command) []*pflag.Flag {
	var out []*pflag.Flag
	for _, cmd := range root.Commands() {
		if !readsConfig(cmd) {
			continue
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" && f.Name != configFlag && !slices.ContainsFunc(out, func(other *pflag.Flag) bool { return other.Name == f.Name }) {
				out = append(out, f)
			}
		})
	}
	slices.SortFunc(out, func(a, b *pflag.Flag) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// withPlace adds the place in the configuration file to a usage error, if the wrong value comes from the file.
func (c *config) withPlace(wrong *usageError) *usageError {
	node, ok := c.nodes[wrong.flag]
	if !ok || wrong.excerpt != "" {
		return wrong
	}
	var placed *usageError
	if !errors.As(addFilePlace(c.name, c.data, errorAt(partToken(node, wrong.wrongPart), wrong.hint, "%s: %s", wrong.flag, wrong.describeValue())), &placed) {
		return wrong
	}
	return placed
}

// partToken returns the token of one part of a value: an item of a list, or an entry of a mapping. part is the text of the item, or the
// key, the value or KEY=VALUE of the entry. If there is no such part, partToken returns the first token of the value.
func partToken(value ast.Node, part string) *token.Token {
	switch node := value.(type) {
	case *ast.SequenceNode:
		for _, item := range node.Values {
			if t := item.GetToken(); t.Value == part {
				return t
			}
		}
	case ast.MapNode:
		for each := node.MapRange(); each.Next(); {
			key, value := each.Key().GetToken(), each.Value().GetToken()
			switch part {
			case key.Value, key.Value + "=" + value.Value:
				return key
			case value.Value:
				return value
			}
		}
	}
	return yamlfile.FirstToken(value)
}

// receiverURL returns the URL of the receiver: the argument of the command, or the URL in the environment or the configuration file.
func (a *app) receiverURL(cmd *cobra.Command, args []string) (string, error) {
	switch {
	case len(args) > 0:
		delete(a.config.nodes, keyURL) // an error about this URL must not point to the file
		return args[0], nil
	case a.getenv(variableName(keyURL)) != "":
		delete(a.config.nodes, keyURL)
		return a.getenv(variableName(keyURL)), nil
	case a.config.url != "":
		return a.config.url, nil
	}
	return "", usage("which receiver? there is no URL", "as in: %s https://example.org/push", cmd.CommandPath())
}
