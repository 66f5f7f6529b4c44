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
	configFile = "pushcheck.yaml" // read from the working directory if it is there, unless --config names another one
	configNone = "none"
	keyURL     = "url"
)

// config is a configuration file that was read, with the place of each flag that it sets.
type config struct {
	name   string
	data   []byte
	url    string
	places map[string]ast.Node // by flag
}

// relative returns the file as a path relative to the working directory; "" if the file is not below it.
func (c config) relative() string {
	if c.name == "" {
		return ""
	}
	here, err := os.Getwd()
	if err != nil {
		return ""
	}
	file, err := filepath.Abs(c.name)
	if err != nil {
		return ""
	}
	if file, err = filepath.Rel(here, file); err != nil || !filepath.IsLocal(file) {
		return ""
	}
	return file
}

const configFlag = "config"

// configured registers --config. A command that has it reads the file.
func configured(cmd *cobra.Command) {
	cmd.Flags().String(configFlag, "", "`FILE` (YAML) with flags that the command line does not have; none means no file (default: "+configFile+", if it exists)")
}

func isConfigured(cmd *cobra.Command) bool { return cmd.Flags().Lookup(configFlag) != nil }

// fromFile sets the flags that neither the command line nor the environment sets. It skips keys that only other commands know.
func (a *app) fromFile(cmd *cobra.Command) error {
	if !isConfigured(cmd) {
		return nil
	}
	name, _ := cmd.Flags().GetString(configFlag)
	asked := name != ""
	switch name {
	case configNone:
		return nil
	case "":
		name = configFile
	}
	data, err := readFile(name)
	if !asked && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return wrongFlag("config", err.Error(), "pushcheck init URL writes one")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // some editors write it at the beginning of a file
	a.config = config{name: name, data: data, places: map[string]ast.Node{}}
	if err := a.config.apply(cmd); err != nil {
		return inFile(name, data, err)
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
			return wrongAt(yamlfile.Start(body), configExample, "keys with values are wanted")
		}
		for each := pairs.MapRange(); each.Next(); {
			key := each.Key().GetToken().Value
			if !slices.Contains(known, key) {
				return wrongAt(each.Key().GetToken(), among(key, known), "unknown key %q", key)
			}
			if isNull(each.Value()) {
				return wrongAt(each.Key().GetToken(), "leave the key out to keep the default", "%s has no value", key)
			}
			if err := c.set(cmd, key, each.Value()); err != nil {
				return err
			}
		}
	}
	return nil
}

func isNull(node ast.Node) bool { return node == nil || node.Type() == ast.NullType }

// set sets one flag, if the command has it and nothing else set it.
func (c *config) set(cmd *cobra.Command, key string, value ast.Node) error {
	texts, err := texts(key, value)
	if err != nil {
		return err
	}
	f := cmd.Flags().Lookup(key)
	if key != keyURL && (f == nil || f.Changed) {
		return nil
	}
	if _, mapping := value.(ast.MapNode); mapping && !takesList(f) {
		return wrongAt(yamlfile.Start(value), "one value", "%s is a mapping", key)
	}
	if len(texts) > 1 && !takesList(f) {
		return wrongAt(yamlfile.Start(value), "one value", "%s is a list", key)
	}
	if key == keyURL {
		c.url, c.places[key] = texts[0], value
		return nil
	}
	for _, text := range texts {
		if err := cmd.Flags().Set(key, text); err != nil {
			return wrongAt(yamlfile.Start(value), cmp.Or(wantedBy(f), "see: pushcheck run --help"), "%s: %s", key, reason(text, err))
		}
	}
	c.places[key] = value
	return nil
}

// takesList reports whether a flag takes several values. The URL, whose flag is nil, takes one.
func takesList(f *pflag.Flag) bool {
	if f == nil {
		return false
	}
	_, list := f.Value.(pflag.SliceValue)
	return list
}

// wantedBy describes the values that a flag takes; "" if its type is not enough to know them.
func wantedBy(f *pflag.Flag) string {
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

// reason returns why a flag does not take a text.
func reason(text string, err error) string {
	var value *pflag.InvalidValueError
	if errors.As(err, &value) {
		if why := valueMistake(value); why != nil {
			return fmt.Sprintf("invalid value %q: %v", text, why)
		}
	}
	return fmt.Sprintf("invalid value %q", text)
}

// texts returns the values of a key in the form that the flag takes: one value, those of a list, or those of a mapping as KEY=VALUE.
func texts(key string, value ast.Node) ([]string, error) {
	scalar := func(node ast.Node) (string, error) {
		text := ""
		switch n := node.(type) {
		case *ast.LiteralNode:
			text = strings.TrimSpace(n.Value.Value)
		case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, ast.MapNode, *ast.SequenceNode:
			return "", wrongAt(yamlfile.Start(node), "quoted where it has to be", "%s: a plain value is wanted", key)
		default:
			if !isNull(node) {
				text = node.GetToken().Value
			}
		}
		if text == "" {
			return "", wrongAt(node.GetToken(), "leave the key out to keep the default", "%s has no value", key)
		}
		return text, nil
	}
	var out []string
	add := func(prefix string, node ast.Node) error {
		text, err := scalar(node)
		out = append(out, prefix+text)
		return err
	}
	switch node := value.(type) {
	case *ast.SequenceNode:
		for _, item := range node.Values {
			if err := add("", item); err != nil {
				return nil, err
			}
		}
	case ast.MapNode:
		for each := node.MapRange(); each.Next(); {
			if err := add(each.Key().GetToken().Value+"=", each.Value()); err != nil {
				return nil, err
			}
		}
	default:
		if err := add("", node); err != nil {
			return nil, err
		}
	}
	if len(out) == 0 {
		return nil, wrongAt(value.GetToken(), "leave the key out to keep the default", "%s has no value", key)
	}
	return out, nil
}

// configKeys returns the keys that a file may have: url, and the flags of all commands that read it.
func configKeys(root *cobra.Command) []string {
	keys := []string{keyURL}
	for _, f := range configFlags(root) {
		keys = append(keys, f.Name)
	}
	return keys
}

// configFlags returns the flags that a file may set, each name once.
func configFlags(root *cobra.Command) []*pflag.Flag {
	var out []*pflag.Flag
	for _, cmd := range root.Commands() {
		if !isConfigured(cmd) {
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

// placed adds the place in the file to a mistake in a value from the file.
func (c *config) placed(wrong *usageError) *usageError {
	node, ok := c.places[wrong.flag]
	if !ok || wrong.excerpt != "" {
		return wrong
	}
	var placed *usageError
	if !errors.As(inFile(c.name, c.data, wrongAt(partOf(node, wrong.part), wrong.hint, "%s: %s", wrong.flag, wrong.why())), &placed) {
		return wrong
	}
	return placed
}

// partOf returns the place of a part of a value: an item of a list, or an entry of a mapping. The part is the item, the key, the value, or
// KEY=VALUE. If there is no such part, partOf returns the beginning of the value.
func partOf(value ast.Node, part string) *token.Token {
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
	return yamlfile.Start(value)
}

// receiver returns the URL that a command is about: its argument, or the URL that the environment or the file names.
func (a *app) receiver(cmd *cobra.Command, args []string) (string, error) {
	switch {
	case len(args) > 0:
		delete(a.config.places, keyURL)
		return args[0], nil
	case a.getenv(variable(keyURL)) != "":
		delete(a.config.places, keyURL)
		return a.getenv(variable(keyURL)), nil
	case a.config.url != "":
		return a.config.url, nil
	}
	return "", usage("which receiver? there is no URL", "as in: %s https://example.org/push", cmd.CommandPath())
}
