package scenarios

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// YAML writes a scenario as Load reads it, in the form of the built-in ones.
func (s Scenario) YAML() []byte {
	var b bytes.Buffer
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, yamlWord(value))
		}
	}
	line(keyName, s.Name)
	line(keyTitle, s.Title)
	line(keySource, s.Source)
	line(keySteered, string(s.Steered))
	fmt.Fprintf(&b, "%s:\n", keyStory)
	for _, a := range s.Story {
		fmt.Fprintf(&b, "  - {%s}\n", strings.Join(a.yamlEntries(), ", "))
	}
	return b.Bytes()
}

// yamlEntries are the keys of an act with their values.
func (a Act) yamlEntries() []string {
	var out []string
	add := func(key, value string) {
		if value != "" {
			out = append(out, key+": "+value)
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
	return out
}

var bareWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)

// yamlWord is a text as YAML reads it back: in quotes, unless it is a plain word without another meaning in YAML.
func yamlWord(text string) string {
	special := []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"}
	if bareWord.MatchString(text) && !slices.Contains(special, strings.ToLower(text)) {
		return text
	}
	return quoteYAML(text)
}

// quoteYAML is a text in double quotes. Every JSON string is also a YAML string.
func quoteYAML(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // writing to a buffer cannot fail
	return strings.TrimSuffix(b.String(), "\n")
}
