package features

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	gherkin "github.com/cucumber/gherkin/go/v42"
	messages "github.com/cucumber/messages/go/v34"
)

// Scenario is a scenario of a feature file that can be played: a Scenario, or a Scenario Outline with one row of its examples.
type Scenario struct {
	Feature string   // title of the feature
	Name    string   // title of the scenario
	File    string   // path of the feature file
	Line    int      // line of the scenario, or of its row of examples
	Col     int      // column in which the scenario or the row begins, from 1
	Tags    []string // tags of the scenario, its rule and its feature, without the @
	Steps   []Step
}

// Step is a sentence of a scenario.
type Step struct {
	Text     string
	Line     int
	Col      int                          // column in which the sentence begins, from 1
	Argument *messages.PickleStepArgument // table or text below the sentence; nil if there is none
}

// ScenarioFromPickle converts a pickle, which is a compiled scenario of the Gherkin library. A pickle has neither the title of its feature
// nor the lines of its sentences, so these are empty in the result.
func ScenarioFromPickle(p *messages.Pickle) Scenario {
	s := Scenario{Name: p.Name, File: p.Uri}
	if p.Location != nil {
		s.Line, s.Col = int(p.Location.Line), int(p.Location.Column)
	}
	for _, t := range p.Tags {
		if tag := strings.TrimPrefix(t.Name, "@"); !slices.Contains(s.Tags, tag) {
			s.Tags = append(s.Tags, tag)
		}
	}
	for _, step := range p.Steps {
		s.Steps = append(s.Steps, Step{Text: step.Text, Argument: step.Argument})
	}
	return s
}

// Requirements returns the tags of the scenario that are ids of requirements.
func (s Scenario) Requirements() []string {
	var out []string
	for _, t := range s.Tags {
		if strings.Contains(t, ".") {
			out = append(out, t)
		}
	}
	return out
}

// Index reads all feature files of a file system, in the order of their names. The error is of type Mistakes. Scenarios of files without a
// mistake are returned even if there is an error.
func Index(files fs.FS) ([]Scenario, error) {
	var out []Scenario
	var mistakes Mistakes
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".feature" {
			return err
		}
		scenarios, fileMistakes := readFile(files, name)
		out, mistakes = append(out, scenarios...), append(mistakes, fileMistakes...)
		return nil
	})
	if err != nil {
		mistakes = append(mistakes, Mistake{File: ".", Err: err})
	}
	return out, mistakes.err()
}

// parserErrorExpression matches a mistake in the error text of the Gherkin parser. Its groups are the line, the column, the unexpected
// text, and any other text.
var parserErrorExpression = regexp.MustCompile(`(?m)^\((\d+):(\d+)\): (?:expected: .*, got '(.*)'|(.*))$`)

// mistakesIn returns the mistakes that the Gherkin parser found in a file.
func mistakesIn(name string, err error) Mistakes {
	var out Mistakes
	for _, m := range parserErrorExpression.FindAllStringSubmatch(err.Error(), -1) {
		what := m[4]
		if what == "" {
			what = fmt.Sprintf("unexpected %q, want a sentence that begins with Given, When, Then, And or But, or a line of Gherkin", strings.TrimSpace(m[3]))
		}
		line, _ := strconv.Atoi(m[1]) // the expression matches digits only
		col, _ := strconv.Atoi(m[2])
		out = append(out, Mistake{name, line, col, errors.New(what)})
	}
	if len(out) == 0 {
		return Mistakes{{File: name, Err: fmt.Errorf("reading the feature file: %w", err)}}
	}
	return out
}

const (
	maxFileBytes = 16 << 20 // bytes of a feature file that are read; the rest is ignored
	maxLineBytes = 32 << 10 // longest allowed line, in bytes; the parser stops without an error at a line over 64 KiB
)

// firstTooLongLine returns the number of the first line that is longer than maxLineBytes, from 1; 0 if there is no such line.
func firstTooLongLine(data []byte) int {
	n := 0
	for line := range bytes.Lines(data) {
		if n++; len(line) > maxLineBytes {
			return n
		}
	}
	return 0
}

// readFile reads one feature file.
func readFile(files fs.FS, name string) ([]Scenario, Mistakes) {
	f, err := files.Open(name)
	if err != nil {
		return nil, Mistakes{{File: name, Err: err}}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFileBytes))
	if err != nil {
		return nil, Mistakes{{File: name, Err: err}}
	}
	if line := firstTooLongLine(data); line > 0 {
		return nil, Mistakes{{name, line, 1, fmt.Errorf("this line is longer than %d bytes", maxLineBytes)}}
	}
	idGenerator := &messages.Incrementing{}
	doc, err := gherkin.ParseGherkinDocument(bytes.NewReader(data), idGenerator.NewId)
	if err != nil {
		return nil, mistakesIn(name, err)
	}
	var pickles []*messages.Pickle
	if doc.Feature != nil {
		pickles = gherkin.Pickles(*doc, name, idGenerator.NewId)
	}
	if len(pickles) == 0 {
		return nil, Mistakes{{File: name, Err: errors.New("there is no scenario in this feature file")}}
	}
	locations := map[string]*messages.Location{}
	recordLocations(doc.Feature, locations)
	var out []Scenario
	for _, p := range pickles {
		s := ScenarioFromPickle(p)
		s.Feature = doc.Feature.Name
		for i, step := range p.Steps {
			location := locations[step.AstNodeIds[0]]
			s.Steps[i].Line, s.Steps[i].Col = int(location.Line), int(location.Column)
		}
		out = append(out, s)
	}
	return out, nil
}

// recordLocations records the line and column of each sentence of a feature, by the id of the sentence.
func recordLocations(f *messages.Feature, locations map[string]*messages.Location) {
	recordBackground := func(b *messages.Background) {
		if b != nil {
			for _, s := range b.Steps {
				locations[s.Id] = s.Location
			}
		}
	}
	recordScenario := func(sc *messages.Scenario) {
		if sc != nil {
			for _, s := range sc.Steps {
				locations[s.Id] = s.Location
			}
		}
	}
	for _, c := range f.Children {
		recordBackground(c.Background)
		recordScenario(c.Scenario)
		if c.Rule != nil {
			for _, rc := range c.Rule.Children {
				recordBackground(rc.Background)
				recordScenario(rc.Scenario)
			}
		}
	}
}
