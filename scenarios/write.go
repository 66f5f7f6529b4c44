package scenarios

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// YAML returns the scenario as a YAML file that Load reads, in the format of the built-in files.
func (s Scenario) YAML() []byte {
	var b bytes.Buffer
	writeLine := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, yamlWord(value))
		}
	}
	writeLine(keyName, s.Name)
	writeLine(keyTitle, s.Title)
	writeLine(keySource, s.Source)
	writeLine(keySteered, string(s.RequiredAction))
	fmt.Fprintf(&b, "%s:\n", keyStory)
	for _, a := range s.Story {
		fmt.Fprintf(&b, "  - {%s}\n", strings.Join(a.yamlEntries(), ", "))
	}
	return b.Bytes()
}

// yamlEntries returns the keys and values of an act.
func (a Act) yamlEntries() []string {
	var entries []string
	add := func(key, value string) {
		if value != "" {
			entries = append(entries, key+": "+value)
		}
	}
	addWord := func(key, value string) {
		if value != "" {
			add(key, yamlWord(value))
		}
	}
	addWord(keyWho, a.Who)
	addWord(keyDeed, string(a.Deed))
	switch len(a.To) {
	case 0:
	case 1:
		addWord(keyTo, a.To[0])
	default:
		names := make([]string, len(a.To))
		for i, name := range a.To {
			names[i] = yamlWord(name)
		}
		add(keyTo, "["+strings.Join(names, ", ")+"]")
	}
	addWord(keyHow, string(a.How))
	addWord(keyShows, a.Shows)
	addWord(keyCause, string(a.Cause))
	if a.Digits != nil {
		add(keyDigits, quoteYAML(*a.Digits))
	}
	if a.After > 0 {
		add(keyAfter, a.After.String())
	}
	if a.Together {
		add(keyTogether, "true")
	}
	return entries
}

var bareWordExpression = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)

// yamlWord returns a text as a YAML string. The text is in quotes unless YAML reads it as a string without quotes.
func yamlWord(text string) string {
	special := []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"}
	if bareWordExpression.MatchString(text) && !slices.Contains(special, strings.ToLower(text)) {
		return text
	}
	return quoteYAML(text)
}

// quoteYAML returns a text as a YAML string in double quotes. Every JSON string is also a YAML string.
func quoteYAML(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // writing to a buffer cannot fail
	return strings.TrimSuffix(b.String(), "\n")
}
