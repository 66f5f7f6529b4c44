package features

import (
	"bytes"
	"fmt"
	"io/fs"

	gherkin "github.com/cucumber/gherkin/go/v42"
	messages "github.com/cucumber/messages/go/v34"
)

// Single returns the feature file of a scenario without its other scenarios. The lines keep their numbers.
func Single(files fs.FS, s Scenario) ([]byte, error) {
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
		for line := p.line; line < min(end, len(lines)+1) && !p.stays; line++ {
			lines[line-1] = []byte("\n")
		}
	}
	return bytes.Join(lines, nil), nil
}

// part is what begins in a line of a feature file: a background, a rule, a scenario, its examples or a row of these.
type part struct {
	line  int
	stays bool
}

// partsOf lists the parts of a feature in the order of their lines. Those of the scenario in a line stay, and all that are of no
// scenario.
func partsOf(f *messages.Feature, line int) (out []part) {
	if f == nil {
		return nil
	}
	child := func(b *messages.Background, sc *messages.Scenario) {
		switch {
		case b != nil:
			out = append(out, part{int(b.Location.Line), true})
		case sc != nil:
			out = append(out, partsOfScenario(sc, line)...)
		}
	}
	for _, c := range f.Children {
		child(c.Background, c.Scenario)
		if c.Rule == nil {
			continue
		}
		out = append(out, part{beginning(c.Rule.Location, c.Rule.Tags), true})
		for _, rc := range c.Rule.Children {
			child(rc.Background, rc.Scenario)
		}
	}
	return out
}

func partsOfScenario(sc *messages.Scenario, line int) []part {
	var rows []part
	stays := int(sc.Location.Line) == line
	for _, examples := range sc.Examples {
		first := len(rows)
		rows = append(rows, part{line: beginning(examples.Location, examples.Tags)})
		for _, row := range examples.TableBody {
			this := int(row.Location.Line) == line
			rows[first].stays = rows[first].stays || this
			rows = append(rows, part{int(row.Location.Line), this})
		}
		stays = stays || rows[first].stays
	}
	return append([]part{{beginning(sc.Location, sc.Tags), stays}}, rows...)
}

// beginning is the line of the first tag, or of what has no tags.
func beginning(at *messages.Location, tags []*messages.Tag) int {
	line := int(at.Line)
	for _, t := range tags {
		line = min(line, int(t.Location.Line))
	}
	return line
}
