package scenarios

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/pushcheck/pushcheck/push"
)

// Load reads a scenario file, whose people are those of the default cast. The file's name is for messages. The error is of type Problems
// and lists everything that is wrong, with line and column: what is misspelt or missing, and where the story contradicts itself.
// Contradictions are looked for only if the story could be read.
func Load(file string, data []byte) (Scenario, error) {
	s, problems := load(DefaultCast(), file, data)
	if len(problems) > 0 {
		return Scenario{}, problems
	}
	return s, nil
}

// The keys of a scenario and of an act.
const (
	keyName, keyTitle, keySource, keyStory = "name", "title", "source", "story"
	keyWho, keyDeed, keyTo, keyCause       = "who", "deed", "to", "cause"
	keyDigits, keyAfter, keyTogether       = "digits", "after", "together"
	keyHow, keyShows, keySteered           = "how", "shows", "steered"
	namePattern                            = `^[a-z0-9]+(-[a-z0-9]+)*$`
	pausePattern                           = `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	digitsPattern                          = `^[0-9A-D*#]*$`
)

func load(cast Cast, file string, data []byte) (Scenario, Problems) {
	r := &reader{file: file, holds: "a scenario with name, title and story", keys: "key"}
	var s Scenario
	if body, ok := r.document(data); ok {
		s = r.scenario(body, cast)
	}
	r.sort()
	return s, r.problems
}

func (r *reader) scenario(body ast.Node, cast Cast) Scenario {
	m, ok := r.mapping(body, "a scenario", []string{keyName, keyTitle, keySource, keySteered, keyStory})
	if !ok {
		return Scenario{}
	}
	r.require(m, keyName, keyTitle, keyStory)
	s := Scenario{Name: r.text(m, keyName), Title: r.text(m, keyTitle), Source: r.text(m, keySource)}
	if s.Name != "" && !regexp.MustCompile(namePattern).MatchString(s.Name) {
		r.complain(m.spot(keyName), fmt.Sprintf("name is %q", s.Name), "expected small letters, digits and hyphens, such as transfer-answered")
	}
	if strings.ContainsAny(s.Title, "\n\r") {
		r.complain(m.spot(keyTitle), "title has several lines", "expected one line")
	}
	if s.Steered = Kind(r.text(m, keySteered)); s.Steered != "" && !s.Steered.steers() {
		r.complain(m.spot(keySteered), fmt.Sprintf("unknown kind %q of steering", s.Steered), suggestion(string(s.Steered), names(Steerings())))
	}
	story, ok := m.values[keyStory]
	if !ok {
		return s
	}
	before := len(r.problems)
	acts := r.list(story, "a story")
	var places []mapping
	for _, node := range acts {
		act, where := r.act(node)
		s.Story = append(s.Story, act)
		places = append(places, where)
	}
	if len(r.problems) > before {
		return s
	}
	for _, f := range faults(s.Story, cast) {
		at := m.spot(keyStory)
		if f.act < len(places) {
			at = places[f.act].spot(f.key)
		}
		r.complain(at, f.wrong, f.expected)
	}
	return s
}

func (r *reader) act(node ast.Node) (Act, mapping) {
	m, ok := r.mapping(node, "an act", []string{keyWho, keyDeed, keyTo, keyHow, keyShows, keyCause, keyDigits, keyAfter, keyTogether})
	if !ok {
		return Act{}, m
	}
	r.require(m, keyWho, keyDeed)
	a := Act{
		Who:   r.text(m, keyWho),
		Deed:  Deed(r.text(m, keyDeed)),
		How:   Manner(r.text(m, keyHow)),
		Shows: r.text(m, keyShows),
		Cause: push.Cause(r.text(m, keyCause)),
	}
	a.To = r.names(m, keyTo)
	a.Digits = r.digits(m)
	a.After = r.pause(m)
	a.Together = r.flag(m, keyTogether)
	if a.Deed == Forwards && a.Cause == "" {
		a.Cause = push.Forwarded
	}
	return a, m
}

// digits reads keys of a phone. They must be a text, because a number would lose its leading zeros.
func (r *reader) digits(m mapping) *string {
	node, ok := m.values[keyDigits]
	if !ok {
		return nil
	}
	digits, ok := plainText(node)
	if !ok || !regexp.MustCompile(digitsPattern).MatchString(digits) {
		r.complain(m.spot(keyDigits), fmt.Sprintf("digits are %s", shown(node)), `expected keys of a phone in quotes, such as "042#"; left out if nothing is pressed`)
		return nil
	}
	return &digits
}

// pause reads how long the story waits before an act.
func (r *reader) pause(m mapping) time.Duration {
	node, ok := m.values[keyAfter]
	if !ok {
		return 0
	}
	const expected = "expected a time with its unit, such as 98ms or 21.6s, above zero and at most 24h"
	text, ok := plainText(node)
	if !ok || !regexp.MustCompile(pausePattern).MatchString(text) {
		r.complain(m.spot(keyAfter), fmt.Sprintf("after is %s", shown(node)), expected)
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d > maxPause {
		r.complain(m.spot(keyAfter), fmt.Sprintf("after is %s", shown(node)), expected)
		return 0
	}
	return d
}
