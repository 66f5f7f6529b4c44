package scenarios

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/pushcheck/pushcheck/push"
)

// Load reads a scenario file. The people of its story have to be in the default cast. The argument file is the file name for messages. The
// error is of type Problems and lists all mistakes with line and column: unknown and missing keys and, if the story can be read, its
// contradictions.
func Load(file string, data []byte) (Scenario, error) {
	s, problems := loadWithCast(DefaultCast(), file, data)
	if len(problems) > 0 {
		return Scenario{}, problems
	}
	return s, nil
}

// The keys of a scenario and of an act, and patterns of values.
const (
	keyName, keyTitle, keySource, keyStory = "name", "title", "source", "story"
	keyWho, keyDeed, keyTo, keyCause       = "who", "deed", "to", "cause"
	keyDigits, keyAfter, keyTogether       = "digits", "after", "together"
	keyHow, keyShows, keySteered           = "how", "shows", "steered"
	namePattern                            = `^[a-z0-9]+(-[a-z0-9]+)*$`
	pausePattern                           = `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	digitsPattern                          = `^[0-9A-D*#]*$`
)

// loadWithCast is like Load, but the people of the story have to be in the given cast.
func loadWithCast(cast Cast, file string, data []byte) (Scenario, Problems) {
	r := &reader{file: file, contents: "a scenario with name, title and story", keyNoun: "key"}
	var s Scenario
	if body, ok := r.readDocument(data); ok {
		s = r.readScenario(body, cast)
	}
	r.sortProblems()
	return s, r.problems
}

func (r *reader) readScenario(body ast.Node, cast Cast) Scenario {
	m, ok := r.readMapping(body, "a scenario", []string{keyName, keyTitle, keySource, keySteered, keyStory})
	if !ok {
		return Scenario{}
	}
	r.requireKeys(m, keyName, keyTitle, keyStory)
	s := Scenario{Name: r.readText(m, keyName), Title: r.readText(m, keyTitle), Source: r.readText(m, keySource)}
	if s.Name != "" && !regexp.MustCompile(namePattern).MatchString(s.Name) {
		r.addProblem(m.position(keyName), fmt.Sprintf("name is %q", s.Name), "expected small letters, digits and hyphens, such as transfer-answered")
	}
	if strings.ContainsAny(s.Title, "\n\r") {
		r.addProblem(m.position(keyTitle), "title has several lines", "expected one line")
	}
	if s.RequiredAction = Kind(r.readText(m, keySteered)); s.RequiredAction != "" && !s.RequiredAction.isSteering() {
		r.addProblem(m.position(keySteered), fmt.Sprintf("unknown kind %q of steering", s.RequiredAction), suggestion(string(s.RequiredAction), kindNames(Steerings())))
	}
	story, ok := m.values[keyStory]
	if !ok {
		return s
	}
	problemsBefore := len(r.problems)
	acts := r.readList(story, "a story")
	var mappings []mapping
	for _, node := range acts {
		act, m := r.readAct(node)
		s.Story = append(s.Story, act)
		mappings = append(mappings, m)
	}
	if len(r.problems) > problemsBefore {
		return s
	}
	for _, f := range findContradictions(s.Story, cast) {
		pos := m.position(keyStory)
		if f.act < len(mappings) {
			pos = mappings[f.act].position(f.key)
		}
		r.addProblem(pos, f.wrong, f.expected)
	}
	return s
}

func (r *reader) readAct(node ast.Node) (Act, mapping) {
	m, ok := r.readMapping(node, "an act", []string{keyWho, keyDeed, keyTo, keyHow, keyShows, keyCause, keyDigits, keyAfter, keyTogether})
	if !ok {
		return Act{}, m
	}
	r.requireKeys(m, keyWho, keyDeed)
	a := Act{
		Who:   r.readText(m, keyWho),
		Deed:  Deed(r.readText(m, keyDeed)),
		How:   Manner(r.readText(m, keyHow)),
		Shows: r.readText(m, keyShows),
		Cause: push.Cause(r.readText(m, keyCause)),
	}
	a.To = r.readNames(m, keyTo)
	a.Digits = r.readDigits(m)
	a.After = r.readPause(m)
	a.Together = r.readBool(m, keyTogether)
	if a.Deed == Forwards && a.Cause == "" {
		a.Cause = push.Forwarded
	}
	return a, m
}

// readDigits reads the keys that somebody presses. The keys have to be in quotes in the file, because a YAML number loses its leading zeros.
func (r *reader) readDigits(m mapping) *string {
	node, ok := m.values[keyDigits]
	if !ok {
		return nil
	}
	digits, ok := nodeText(node)
	if !ok || !regexp.MustCompile(digitsPattern).MatchString(digits) {
		r.addProblem(m.position(keyDigits), fmt.Sprintf("digits are %s", describeNode(node)), `expected keys of a phone in quotes, such as "042#"; left out if nothing is pressed`)
		return nil
	}
	return &digits
}

// readPause reads the time that the story waits before an act.
func (r *reader) readPause(m mapping) time.Duration {
	node, ok := m.values[keyAfter]
	if !ok {
		return 0
	}
	const expected = "expected a time with its unit, such as 98ms or 21.6s, above zero and at most 24h"
	text, ok := nodeText(node)
	if !ok || !regexp.MustCompile(pausePattern).MatchString(text) {
		r.addProblem(m.position(keyAfter), fmt.Sprintf("after is %s", describeNode(node)), expected)
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d > maxPause {
		r.addProblem(m.position(keyAfter), fmt.Sprintf("after is %s", describeNode(node)), expected)
		return 0
	}
	return d
}
