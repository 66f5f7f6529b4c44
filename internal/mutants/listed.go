package main

import (
	"fmt"
	"os"
	"strings"
)

// readKnownSurvivors reads the table of known survivors in a Markdown file. For the key of each mutant it returns the reason why no test
// notices the mutant.
func readKnownSurvivors(file string) (map[string]string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	_, after, hasStart := strings.Cut(string(content), "<!-- mutants -->\n")
	table, _, hasEnd := strings.Cut(after, "<!-- /mutants -->")
	if !hasStart || !hasEnd {
		return nil, fmt.Errorf("there is no table of mutants in %s", file)
	}
	out := map[string]string{}
	for i, line := range strings.Split(strings.TrimSpace(table), "\n") {
		if i < 2 {
			continue // the head of the table
		}
		cells := strings.Split(strings.Trim(line, "|"), " | ")
		if len(cells) != 5 {
			return nil, fmt.Errorf("a row of the table in %s has %d cells: %s", file, len(cells), line)
		}
		for i := range cells {
			cells[i] = unescape(strings.Trim(strings.TrimSpace(cells[i]), "`"))
		}
		m := mutant{file: cells[0], function: cells[1], code: cells[2], change: cells[3]}
		out[m.key()] = cells[4]
	}
	return out, nil
}

// row returns the row of a mutant in the table of known survivors.
func (m mutant) row(reason string) string {
	return fmt.Sprintf("| %s | %s | `%s` | %s | %s |", m.file, m.function, escape(m.code), m.change, reason)
}

func escape(code string) string { return strings.ReplaceAll(code, "|", `\|`) }

func unescape(code string) string { return strings.ReplaceAll(code, `\|`, "|") }

// compareWithKnown compares the mutants that survived with the known survivors. It returns the differences.
func compareWithKnown(survivors, mutants []mutant, knownReasons map[string]string) []string {
	var differences []string
	survived, exists := map[string]bool{}, map[string]bool{}
	for _, m := range survivors {
		survived[m.key()] = true
		if knownReasons[m.key()] == "" {
			differences = append(differences, fmt.Sprintf("%s:%d: no test notices it, and it is not listed: %s", m.file, m.line, m.row("why?")))
		}
	}
	isMutated := map[string]bool{} // by file
	for _, m := range mutants {
		exists[m.key()], isMutated[m.file] = true, true
	}
	for key := range knownReasons {
		file, _, _ := strings.Cut(key, " ")
		switch {
		case isMutated[file] && !exists[key]:
			differences = append(differences, "it is listed, and there is no such check: "+key)
		case isMutated[file] && !survived[key]:
			differences = append(differences, "it is listed, and a test notices it: "+key)
		}
	}
	return differences
}
