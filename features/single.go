package features

import (
	"bytes"
	"fmt"
	"io/fs"

	gherkin "github.com/cucumber/gherkin/go/v42"
	messages "github.com/cucumber/messages/go/v34"
)

// SingleScenarioFile returns the feature file of a scenario without the other scenarios. The lines of the other scenarios are blank, so the
// remaining lines keep their numbers.
func SingleScenarioFile(files fs.FS, s Scenario) ([]byte, error) {
	data, err := fs.ReadFile(files, s.File)
	if err != nil {
		return nil, err
	}
	doc, err := gherkin.ParseGherkinDocument(bytes.NewReader(data), (&messages.Incrementing{}).NewId)
	if err != nil {
		return nil, fmt.Errorf("reading feature file %s: %w", s.File, err)
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	parts := partsOf(doc.Feature, s.Line)
	for i, p := range parts {
		end := len(lines) + 1
		if i+1 < len(parts) {
			end = parts[i+1].line
		}
		for line := p.line; line < min(end, len(lines)+1) && !p.isKept; line++ {
			lines[line-1] = []byte("\n")
		}
	}
	return bytes.Join(lines, nil), nil
}

// part is a part of a feature file: a background, a rule, a scenario, a block of examples, or a row of examples. A part ends where the next
// part begins.
type part struct {
	line   int
	isKept bool // the part belongs to the chosen scenario, or to no scenario
}

// partsOf lists the parts of a feature in the order of their lines. The kept parts are those of the scenario in the given line, and those
// that belong to no scenario.
func partsOf(f *messages.Feature, line int) (out []part) {
	if f == nil {
		return nil
	}
	addChild := func(b *messages.Background, sc *messages.Scenario) {
		switch {
		case b != nil:
			out = append(out, part{int(b.Location.Line), true})
		case sc != nil:
			out = append(out, partsOfScenario(sc, line)...)
		}
	}
	for _, c := range f.Children {
		addChild(c.Background, c.Scenario)
		if c.Rule == nil {
			continue
		}
		out = append(out, part{firstLine(c.Rule.Location, c.Rule.Tags), true})
		for _, rc := range c.Rule.Children {
			addChild(rc.Background, rc.Scenario)
		}
	}
	return out
}

// partsOfScenario lists the parts of a scenario. The scenario is kept if it begins in the given line, or if a row of its examples does.
func partsOfScenario(sc *messages.Scenario, line int) []part {
	var rows []part
	isScenarioKept := int(sc.Location.Line) == line
	for _, examples := range sc.Examples {
		examplesIndex := len(rows)
		rows = append(rows, part{line: firstLine(examples.Location, examples.Tags)})
		for _, row := range examples.TableBody {
			isRow := int(row.Location.Line) == line
			rows[examplesIndex].isKept = rows[examplesIndex].isKept || isRow
			rows = append(rows, part{int(row.Location.Line), isRow})
		}
		isScenarioKept = isScenarioKept || rows[examplesIndex].isKept
	}
	return append([]part{{firstLine(sc.Location, sc.Tags), isScenarioKept}}, rows...)
}

// firstLine returns the line of the first tag, or the line of the element if it has no tags.
func firstLine(location *messages.Location, tags []*messages.Tag) int {
	line := int(location.Line)
	for _, t := range tags {
		line = min(line, int(t.Location.Line))
	}
	return line
}
