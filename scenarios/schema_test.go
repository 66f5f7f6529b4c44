package scenarios

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiledSchema returns the schema of scenario files.
func compiledSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("scenario.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("scenario.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validate checks a YAML file against a schema.
func validate(s *jsonschema.Schema, data []byte) error {
	var doc any
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return err
	}
	return s.Validate(doc)
}

func TestBuiltInScenariosAreValidUnderTheSchema(t *testing.T) {
	t.Parallel()
	schema := compiledSchema(t)
	files, err := fs.Glob(builtin, "*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no built-in scenarios: %v", err)
	}
	for _, file := range files {
		data, err := builtin.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(schema, data); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestSchemaAndLoadRefuseInvalidScenarios(t *testing.T) {
	t.Parallel()
	schema := compiledSchema(t)
	storyWithAct := func(text string) string { return storyFile(jenniferCallsDoc, text) }
	tests := []struct{ name, text string }{
		{"no story", "name: x\ntitle: y\n"},
		{"no name", "title: y\nstory: [" + jenniferCallsDoc + "]\n"},
		{"no title", "name: x\nstory: [" + jenniferCallsDoc + "]\n"},
		{"a name with capitals", strings.Replace(storyFile(jenniferCallsDoc), "name: x", "name: X", 1)},
		{"a title of two lines", strings.Replace(storyFile(jenniferCallsDoc), "title: y", `title: "y\nz"`, 1)},
		{"an empty source", storyFile(jenniferCallsDoc) + "source: \"\"\n"},
		{"an unknown key", storyFile(jenniferCallsDoc) + "speed: 5\n"},
		{"an empty story", "name: x\ntitle: y\nstory: []\n"},
		{"a story that does not begin with a call", storyFile(docAnswers)},
		{"a second call", storyWithAct("{who: Biff, deed: calls, to: Marty}")},
		{"a first act that is together with the previous act", storyFile("{who: Jennifer, deed: calls, to: Doc, together: true}")},
		{"an act with an unknown key", storyWithAct("{who: Doc, deed: answers, when: now}")},
		{"an unknown deed", storyWithAct("{who: Doc, deed: sings}")},
		{"an act without a person", storyWithAct("{deed: answers}")},
		{"an empty name", storyWithAct(`{who: "", deed: answers}`)},
		{"a call to nobody", storyFile("{who: Jennifer, deed: calls}")},
		{"a call to an empty list", storyFile("{who: Jennifer, deed: calls, to: []}")},
		{"a group with one person twice", storyFile("{who: Jennifer, deed: calls, to: [Doc, Doc]}")},
		{"a transfer to nobody", storyFile(jenniferCallsDoc, docAnswers, "{who: Doc, deed: transfers}")},
		{"a transfer to two people", storyFile(jenniferCallsDoc, docAnswers, "{who: Doc, deed: transfers, to: [Marty, George]}")},
		{"a transfer with a cause", storyFile(jenniferCallsDoc, docAnswers, "{who: Doc, deed: transfers, to: Marty, cause: busy}")},
		{"a forward to two people", storyWithAct("{who: Doc, deed: forwards, to: [Marty, George]}")},
		{"a forward with digits", storyWithAct(`{who: Doc, deed: forwards, to: Marty, digits: "1"}`)},
		{"an answer with a target", storyWithAct("{who: Doc, deed: answers, to: Jennifer}")},
		{"a key press with a cause", storyWithAct(`{who: Doc, deed: presses, cause: busy}`)},
		{"digits that are a YAML number", storyWithAct("{who: Doc, deed: presses, digits: 42}")},
		{"digits with a letter that is no key", storyWithAct("{who: Doc, deed: presses, digits: 4x}")},
		{"an end without a cause", storyWithAct("{who: Doc, deed: ends}")},
		{"an end with an empty cause", storyWithAct(`{who: Doc, deed: ends, cause: ""}`)},
		{"a time without a unit", storyWithAct("{who: Doc, deed: answers, after: 5}")},
		{"a time with a space before the unit", storyWithAct("{who: Doc, deed: answers, after: 5 s}")},
		{"an answer with a manner", storyWithAct("{who: Doc, deed: answers, how: blind}")},
		{"a call with the manner blind", storyFile("{who: Jennifer, deed: calls, to: Doc, how: blind}")},
		{"a transfer with the manner click", storyFile(jenniferCallsDoc, docAnswers, "{who: Doc, deed: transfers, to: Marty, how: click}")},
		{"an end with a caller id", storyWithAct("{who: Doc, deed: ends, cause: busy, shows: anonymous}")},
		{"a caller who shows a name instead of a number", storyFile("{who: Jennifer, deed: calls, to: Doc, shows: Jennifer}")},
		{"an unknown action that the scenario requires", storyFile(jenniferCallsDoc) + "steered: dance\n"},
		{"a word instead of true or false for together", storyWithAct("{who: Doc, deed: answers, together: maybe}")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var invalid *jsonschema.ValidationError
			if err := validate(schema, []byte(tt.text)); !errors.As(err, &invalid) {
				t.Errorf("the schema returns %v for\n%s", err, tt.text)
			}
			if _, err := Load("f.yaml", []byte(tt.text)); err == nil {
				t.Errorf("Load accepts\n%s", tt.text)
			}
		})
	}
}

func FuzzLoadedScenarioHasNoContradictionsAndFitsTheSchema(f *testing.F) {
	files, err := fs.Glob(builtin, "*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := builtin.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(storyFile(jenniferCallsDoc, `{who: Jennifer, deed: presses, digits: "042#", after: 98ms, together: true}`)))
	f.Add([]byte("name: &x x\ntitle: !!str y\n<<: *x\nstory: [[[{"))
	schema := compiledSchema(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Load("f.yaml", data)
		if err != nil {
			var problems Problems
			if !errors.As(err, &problems) || len(problems) == 0 {
				t.Fatalf("Load: %v, want Problems", err)
			}
			for _, p := range problems {
				if p.File != "f.yaml" || p.Line < 1 || p.Col < 1 || p.Mistake == "" {
					t.Fatalf("Load: %#v, want a position and a text", p)
				}
			}
			return
		}
		if err := s.Check(DefaultCast()); err != nil {
			t.Fatalf("Load accepts a story with contradictions: %v", err)
		}
		if err := validate(schema, data); err != nil {
			t.Fatalf("Load accepts a file that the schema refuses: %v", err)
		}
	})
}
