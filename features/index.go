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

// Scenario is one scenario of a feature file, or one row of the examples of a Scenario Outline, before it is played.
type Scenario struct {
	Feature string   // title of the feature
	Name    string   // title of the scenario
	File    string   // path in its file system
	Line    int      // of the scenario, or of its row of examples
	Col     int      // where it begins in its line, from 1
	Tags    []string // of the scenario and of everything it stands in, without the @
	Steps   []Step
}

// Step is one sentence of a scenario.
type Step struct {
	Text     string
	Line     int
	Col      int                          // where it begins in its line, from 1
	Argument *messages.PickleStepArgument // the table or text below the sentence; nil if there is none
}

// FromPickle converts a scenario that Gherkin has compiled. A pickle knows neither the title of its feature nor the lines of
// its sentences, so these are empty.
func FromPickle(p *messages.Pickle) Scenario {
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

// Requirements are the scenario's tags that name requirements.
func (s Scenario) Requirements() []string {
	var out []string
	for _, t := range s.Tags {
		if strings.Contains(t, ".") {
			out = append(out, t)
		}
	}
	return out
}

// Index reads all feature files of a file system, in the order of their names. The error is of type Mistakes; the scenarios of files
// without a mistake are returned all the same.
func Index(files fs.FS) ([]Scenario, error) {
	var out []Scenario
	var wrong Mistakes
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".feature" {
			return err
		}
		found, mistakes := read(files, name)
		out, wrong = append(out, found...), append(wrong, mistakes...)
		return nil
	})
	if err != nil {
		wrong = append(wrong, Mistake{File: ".", Err: err})
	}
	return out, wrong.err()
}

// wrongLine is a mistake in the words of the Gherkin parser: line, column, what it would have taken, and what it got.
var wrongLine = regexp.MustCompile(`(?m)^\((\d+):(\d+)\): (?:expected: .*, got '(.*)'|(.*))$`)

// mistakes returns the mistakes that the Gherkin parser found in a file.
func mistakes(name string, err error) Mistakes {
	var out Mistakes
	for _, m := range wrongLine.FindAllStringSubmatch(err.Error(), -1) {
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
	maxFile = 16 << 20 // bytes that are read of a feature file
	maxLine = 32 << 10 // bytes in a line; the parser ends without an error above 64 KiB
)

// tooLong returns the number of the first line, from 1, that is longer than the parser reads; 0 if none is.
func tooLong(data []byte) int {
	n := 0
	for line := range bytes.Lines(data) {
		if n++; len(line) > maxLine {
			return n
		}
	}
	return 0
}

// read reads one feature file.
func read(files fs.FS, name string) ([]Scenario, Mistakes) {
	f, err := files.Open(name)
	if err != nil {
		return nil, Mistakes{{File: name, Err: err}}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, Mistakes{{File: name, Err: err}}
	}
	if at := tooLong(data); at > 0 {
		return nil, Mistakes{{name, at, 1, fmt.Errorf("this line is longer than %d bytes", maxLine)}}
	}
	ids := &messages.Incrementing{}
	doc, err := gherkin.ParseGherkinDocument(bytes.NewReader(data), ids.NewId)
	if err != nil {
		return nil, mistakes(name, err)
	}
	var pickles []*messages.Pickle
	if doc.Feature != nil {
		pickles = gherkin.Pickles(*doc, name, ids.NewId)
	}
	if len(pickles) == 0 {
		return nil, Mistakes{{File: name, Err: errors.New("there is no scenario in this feature file")}}
	}
	lines := map[string]*messages.Location{}
	note(doc.Feature, lines)
	var out []Scenario
	for _, p := range pickles {
		s := FromPickle(p)
		s.Feature = doc.Feature.Name
		for i, step := range p.Steps {
			at := lines[step.AstNodeIds[0]]
			s.Steps[i].Line, s.Steps[i].Col = int(at.Line), int(at.Column)
		}
		out = append(out, s)
	}
	return out, nil
}

// note records the places of all sentences by their ids.
func note(f *messages.Feature, lines map[string]*messages.Location) {
	background := func(b *messages.Background) {
		if b != nil {
			for _, s := range b.Steps {
				lines[s.Id] = s.Location
			}
		}
	}
	scenario := func(sc *messages.Scenario) {
		if sc != nil {
			for _, s := range sc.Steps {
				lines[s.Id] = s.Location
			}
		}
	}
	for _, c := range f.Children {
		background(c.Background)
		scenario(c.Scenario)
		if c.Rule != nil {
			for _, rc := range c.Rule.Children {
				background(rc.Background)
				scenario(rc.Scenario)
			}
		}
	}
}
