package features_test

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pushcheck/pushcheck/features"
)

func FuzzIndex(f *testing.F) {
	names, err := fs.Glob(features.FS, "*.feature")
	if err != nil || len(names) == 0 {
		f.Fatalf("no feature files: %v", err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(features.FS, name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, seed := range []string{
		"", "Feature:", "Feature: x\nScenario: y", "# language: de\nFunktion: Anruf\nSzenario: y\nAngenommen z", "@a.b\nFeature: x\nRule: r\n@c\nExample: y\n* z",
		"Feature: x\nScenario Outline: <a>\nGiven <a>\nExamples:\n|a|\n|1|\n|2|", "Feature: x\nBackground:\nGiven y\nScenario:\nThen z\n|a|b|\n|1|", "Feature: x\nScenario: y\nGiven z\n\"\"\"xml\n<Response/>",
		"# language: klingon\nFeature: x", "Feature: x\nFeature: y", "\xef\xbb\xbfFeature: x", "Feature: \xff\nScenario: \x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := features.Index(fstest.MapFS{"own.feature": {Data: data}})
		if err != nil {
			if !strings.Contains(err.Error(), "own.feature") {
				t.Errorf("the error %q does not name the file", err)
			}
			return
		}
		lines := bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r")) + 1
		for _, s := range all {
			if s.File != "own.feature" || s.Line < 1 || s.Line > lines {
				t.Errorf("%q is in %s, line %d of %d", s.Name, s.File, s.Line, lines)
			}
			for _, step := range s.Steps {
				if step.Line < 1 || step.Line > lines {
					t.Errorf("%q is in line %d of %d", step.Text, step.Line, lines)
				}
			}
		}
	})
}

func TestIndexReportsEveryMistakeOfEveryFile(t *testing.T) {
	t.Parallel()
	_, err := features.Index(fstest.MapFS{
		"one.feature": {Data: []byte("Feature: F\n  Scenario: S\n    Given Jennifer has called Doc\n    blah\n  Zip: y\n")},
		"two.feature": {Data: []byte("Feature: F\n  Scenario: S\n    Given Jennifer has called Doc\n    blub\n")},
	})
	for _, want := range []string{`one.feature:4:5: unexpected "blah"`, `one.feature:5:3: unexpected "Zip: y"`, `two.feature:4:5: unexpected "blub"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Index() = error %v, want %q in it", err, want)
		}
	}
}

func TestIndexReportsLinesThatAreTooLong(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 70000)
	for name, file := range map[string]string{
		"long comment":           "Feature: a\n# " + long + "\n  Scenario: b\n    Given Jennifer has called Doc\n",
		"long line of NUL bytes": "Feature: a\n" + strings.Repeat("\x00", 1<<20),
	} {
		_, err := features.Index(fstest.MapFS{"own.feature": {Data: []byte(file)}})
		if err == nil || !strings.Contains(err.Error(), "own.feature:2:1: this line is longer than 32768 bytes") {
			t.Errorf("%s: Index returns %v, want the position of the long line", name, err)
		}
	}
}
