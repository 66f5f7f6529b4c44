package scenarios

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

//go:embed *.yaml
var builtin embed.FS

//go:embed scenario.schema.json
var scenarioSchema string

// Schema returns the JSON Schema of a scenario file, for editors. The schema does not find contradictions in a story; Load does.
func Schema() string { return scenarioSchema }

// All returns copies of the built-in scenarios. Plain calls come first. Calls in which the receiver has to act come last.
func All() []Scenario {
	all, err := LoadDir(builtin)
	if err != nil {
		panic(fmt.Sprintf("loading the built-in scenarios: %v", err))
	}
	slices.SortStableFunc(all, func(a, b Scenario) int { return nameRank(a.Name) - nameRank(b.Name) })
	return all
}

// nameRank returns a number by which All sorts scenarios: the index of the prefix of the name. Names with another prefix come last.
func nameRank(name string) int {
	prefixes := []string{"incoming-", "outgoing-", "internal-", "click-", "group-", "forward-", "transfer-", "menu-", "steered-"}
	rank := slices.IndexFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	if rank < 0 {
		return len(prefixes)
	}
	return rank
}

// Find returns a built-in scenario by name.
func Find(name string) (Scenario, bool) {
	data, err := builtin.ReadFile(name + ".yaml")
	if err != nil {
		return Scenario{}, false
	}
	s, err := Load(name+".yaml", data)
	if err != nil {
		panic(fmt.Sprintf("loading a built-in scenario: %v", err))
	}
	return s, true
}

// LoadOptionalDir is like LoadDir, but a directory without scenarios is no error. It is for directories of feature files, which may have no
// scenarios beside them.
func LoadOptionalDir(fsys fs.FS) ([]Scenario, error) {
	for _, pattern := range []string{"*.yaml", "*.yml"} {
		if names, err := fs.Glob(fsys, pattern); err != nil || len(names) > 0 {
			return LoadDir(fsys)
		}
	}
	return nil, nil
}

// LoadDir loads the files of a directory that end in .yaml or .yml. It ignores subdirectories, and sorts the scenarios by name. It returns
// an error if two scenarios have the same name, or if there is no scenario. If files have mistakes, the error is of type Problems and lists
// all mistakes, and LoadDir returns the scenarios of the other files too.
func LoadDir(fsys fs.FS) ([]Scenario, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("reading scenarios: %w", err)
	}
	var all []Scenario
	var problems Problems
	fileByName := map[string]string{}
	for _, entry := range entries {
		file := entry.Name()
		if entry.IsDir() || !strings.HasSuffix(file, ".yaml") && !strings.HasSuffix(file, ".yml") {
			continue
		}
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("reading scenarios: %w", err)
		}
		s, fileProblems := loadWithCast(DefaultCast(), file, data)
		if other, ok := fileByName[s.Name]; ok && len(fileProblems) == 0 {
			fileProblems = Problems{{File: file, Line: 1, Col: 1, Mistake: fmt.Sprintf("name %q is taken by %s", s.Name, other), Expected: "expected another name"}}
		}
		problems = append(problems, fileProblems...)
		fileByName[s.Name] = file
		if len(fileProblems) == 0 {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b Scenario) int { return strings.Compare(a.Name, b.Name) })
	if len(problems) > 0 {
		return all, problems
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("reading scenarios: no file ends in .yaml or .yml")
	}
	return all, nil
}
