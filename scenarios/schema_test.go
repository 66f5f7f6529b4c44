package scenarios

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiled returns the schema of scenario files.
func compiled(t testing.TB) *jsonschema.Schema {
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

func TestEveryBuiltInScenarioSatisfiesTheSchema(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
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

func TestTheLoaderRefusesWhatTheSchemaRefuses(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	act := func(text string) string { return story(jenniferCallsDoc, text) }
	tests := []struct{ name, text string }{
		{"no story", "name: x\ntitle: y\n"},
		{"no name", "title: y\nstory: [" + jenniferCallsDoc + "]\n"},
		{"no title", "name: x\nstory: [" + jenniferCallsDoc + "]\n"},
		{"a name with capitals", strings.Replace(story(jenniferCallsDoc), "name: x", "name: X", 1)},
		{"a title of two lines", strings.Replace(story(jenniferCallsDoc), "title: y", `title: "y\nz"`, 1)},
		{"an empty source", story(jenniferCallsDoc) + "source: \"\"\n"},
		{"an unknown key", story(jenniferCallsDoc) + "speed: 5\n"},
		{"an empty story", "name: x\ntitle: y\nstory: []\n"},
		{"a story that does not begin with a call", story(docAnswers)},
		{"a second call", act("{who: Biff, deed: calls, to: Marty}")},
		{"the first act together", story("{who: Jennifer, deed: calls, to: Doc, together: true}")},
		{"an act with an unknown key", act("{who: Doc, deed: answers, when: now}")},
		{"an unknown deed", act("{who: Doc, deed: sings}")},
		{"nobody", act("{deed: answers}")},
		{"an empty name", act(`{who: "", deed: answers}`)},
		{"a call to nobody", story("{who: Jennifer, deed: calls}")},
		{"a call to an empty list", story("{who: Jennifer, deed: calls, to: []}")},
		{"a group with one person twice", story("{who: Jennifer, deed: calls, to: [Doc, Doc]}")},
		{"a transfer to nobody", story(jenniferCallsDoc, docAnswers, "{who: Doc, deed: transfers}")},
		{"a transfer to several", story(jenniferCallsDoc, docAnswers, "{who: Doc, deed: transfers, to: [Marty, George]}")},
		{"a transfer with a cause", story(jenniferCallsDoc, docAnswers, "{who: Doc, deed: transfers, to: Marty, cause: busy}")},
		{"a forward to several", act("{who: Doc, deed: forwards, to: [Marty, George]}")},
		{"a forward with digits", act(`{who: Doc, deed: forwards, to: Marty, digits: "1"}`)},
		{"an answer to somebody", act("{who: Doc, deed: answers, to: Jennifer}")},
		{"keys with a cause", act(`{who: Doc, deed: presses, cause: busy}`)},
		{"keys that are a number", act("{who: Doc, deed: presses, digits: 42}")},
		{"keys that no phone has", act("{who: Doc, deed: presses, digits: 4x}")},
		{"an end without a cause", act("{who: Doc, deed: ends}")},
		{"an end with an empty cause", act(`{who: Doc, deed: ends, cause: ""}`)},
		{"a time without a unit", act("{who: Doc, deed: answers, after: 5}")},
		{"a time in no unit", act("{who: Doc, deed: answers, after: 5 s}")},
		{"an answer in some manner", act("{who: Doc, deed: answers, how: blind}")},
		{"a call in the manner of a transfer", story("{who: Jennifer, deed: calls, to: Doc, how: blind}")},
		{"a transfer by a click", story(jenniferCallsDoc, docAnswers, "{who: Doc, deed: transfers, to: Marty, how: click}")},
		{"an end that shows a number", act("{who: Doc, deed: ends, cause: busy, shows: anonymous}")},
		{"a caller that shows a name", story("{who: Jennifer, deed: calls, to: Doc, shows: Jennifer}")},
		{"a kind of steering that there is not", story(jenniferCallsDoc) + "steered: dance\n"},
		{"together with a word", act("{who: Doc, deed: answers, together: maybe}")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var invalid *jsonschema.ValidationError
			if err := validate(schema, []byte(tt.text)); !errors.As(err, &invalid) {
				t.Errorf("the schema says %v about\n%s", err, tt.text)
			}
			if _, err := Load("f.yaml", []byte(tt.text)); err == nil {
				t.Errorf("the loader accepts\n%s", tt.text)
			}
		})
	}
}

func FuzzLoad(f *testing.F) {
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
	f.Add([]byte(story(jenniferCallsDoc, `{who: Jennifer, deed: presses, digits: "042#", after: 98ms, together: true}`)))
	f.Add([]byte("name: &x x\ntitle: !!str y\n<<: *x\nstory: [[[{"))
	schema := compiled(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Load("f.yaml", data)
		if err != nil {
			var problems Problems
			if !errors.As(err, &problems) || len(problems) == 0 {
				t.Fatalf("Load: %v, want Problems", err)
			}
			for _, p := range problems {
				if p.File != "f.yaml" || p.Line < 1 || p.Col < 1 || p.Wrong == "" {
					t.Fatalf("Load: %#v, want a place and what is wrong there", p)
				}
			}
			return
		}
		if err := s.Check(DefaultCast()); err != nil {
			t.Fatalf("what Load accepts does not hold together: %v", err)
		}
		if err := validate(schema, data); err != nil {
			t.Fatalf("what Load accepts does not satisfy the schema: %v", err)
		}
	})
}
