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
var schema string

// Schema returns the JSON Schema of a scenario file, for editors. It does not check whether a story is consistent; Load does.
func Schema() string { return schema }

// All returns the built-in scenarios: plain calls first, those that the receiver steers last. The values are the caller's.
func All() []Scenario {
	all, err := LoadDir(builtin)
	if err != nil {
		panic(fmt.Sprintf("loading the built-in scenarios: %v", err))
	}
	slices.SortStableFunc(all, func(a, b Scenario) int { return kindRank(a.Name) - kindRank(b.Name) })
	return all
}

// kindRank is the place in the order of a scenario's kind, which its name begins with. Kinds that are not listed come last.
func kindRank(name string) int {
	kinds := []string{"incoming-", "outgoing-", "internal-", "click-", "group-", "forward-", "transfer-", "menu-", "steered-"}
	at := slices.IndexFunc(kinds, func(k string) bool { return strings.HasPrefix(name, k) })
	if at < 0 {
		return len(kinds)
	}
	return at
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

// LoadDirIfAny loads the call scenarios in the folder of a user's features. It is no error if there are none. Errors are those of LoadDir.
func LoadDirIfAny(fsys fs.FS) ([]Scenario, error) {
	for _, pattern := range []string{"*.yaml", "*.yml"} {
		if names, err := fs.Glob(fsys, pattern); err != nil || len(names) > 0 {
			return LoadDir(fsys)
		}
	}
	return nil, nil
}

// LoadDir loads the files of a directory that end in .yaml or .yml, sorted by the scenarios' names. It ignores directories in it. Two
// scenarios of the same name are an error, and so is a directory without scenarios. If files are broken, the error lists all problems, as
// Problems, and the other scenarios are returned all the same.
func LoadDir(fsys fs.FS) ([]Scenario, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("reading scenarios: %w", err)
	}
	var all []Scenario
	var problems Problems
	from := map[string]string{}
	for _, entry := range entries {
		file := entry.Name()
		if entry.IsDir() || !strings.HasSuffix(file, ".yaml") && !strings.HasSuffix(file, ".yml") {
			continue
		}
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("reading scenarios: %w", err)
		}
		s, found := load(DefaultCast(), file, data)
		if other, ok := from[s.Name]; ok && len(found) == 0 {
			found = Problems{{File: file, Line: 1, Col: 1, Wrong: fmt.Sprintf("name %q is taken by %s", s.Name, other), Expected: "expected another name"}}
		}
		problems = append(problems, found...)
		from[s.Name] = file
		if len(found) == 0 {
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
