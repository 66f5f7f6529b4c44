package scenarios

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
)

func TestBuiltInScenariosAreSortedByKindAndThenByName(t *testing.T) {
	t.Parallel()
	var kinds []string
	names := map[string][]string{}
	for _, s := range All() {
		kind, _, _ := strings.Cut(s.Name, "-")
		kinds = append(kinds, kind)
		names[kind] = append(names[kind], s.Name)
	}
	want := []string{"incoming", "outgoing", "internal", "click", "group", "forward", "transfer", "menu", "steered"}
	if diff := cmp.Diff(want, slices.Compact(kinds)); diff != "" {
		t.Errorf("kinds of All() mismatch (-want +got):\n%s", diff)
	}
	for kind, got := range names {
		if diff := cmp.Diff(slices.Sorted(slices.Values(got)), got); diff != "" {
			t.Errorf("names of the kind %q mismatch (-want +got):\n%s", kind, diff)
		}
	}
}

func TestBuiltInScenariosHaveASourceAndNoContradictions(t *testing.T) {
	t.Parallel()
	for _, s := range All() {
		if !strings.HasPrefix(s.Source, "documentation: ") && !strings.HasPrefix(s.Source, "observed: ") && !strings.HasPrefix(s.Source, "inferred: ") {
			t.Errorf("%s: source is %q, want a source that begins with documentation, observed or inferred", s.Name, s.Source)
		}
		if err := s.Check(DefaultCast()); err != nil {
			t.Error(err)
		}
		if _, err := fs.Stat(builtin, s.Name+".yaml"); err != nil {
			t.Errorf("%s is not in a file of that name: %v", s.Name, err)
		}
	}
}

// expectedStories lists the acts of calls that sipgate's documentation describes, or that were observed with their times.
var expectedStories = map[string][]Act{
	"transfer-answered": {
		{Who: "Jennifer", Deed: Calls, To: []string{"Doc"}},
		{Who: "Doc", Deed: Answers},
		{Who: "Doc", Deed: Transfers, To: []string{"Marty"}},
		{Who: "Marty", Deed: Answers},
		{Who: "Doc", Deed: Ends, Cause: push.NormalClearing},
	},
	"transfer-unanswered": {
		{Who: "Jennifer", Deed: Calls, To: []string{"Doc"}},
		{Who: "Doc", Deed: Answers},
		{Who: "Doc", Deed: Transfers, To: []string{"Marty"}},
		{Who: "Marty", Deed: Ends, Cause: push.NoAnswer},
	},
	"forward-busy": {
		{Who: "Jennifer", Deed: Calls, To: []string{"Doc"}},
		{Who: "Doc", Deed: Forwards, To: []string{"Marty"}, Cause: push.Forwarded, After: 200 * time.Millisecond},
		{Who: "Marty", Deed: Answers},
		{Who: "Marty", Deed: Ends, Cause: push.NormalClearing},
	},
	"forward-to-voicemail": {
		{Who: "Jennifer", Deed: Calls, To: []string{"Doc"}},
		{Who: "Doc", Deed: Forwards, To: []string{Voicemail}, Cause: push.Forwarded, After: 21600 * time.Millisecond},
		{Who: Voicemail, Deed: Answers, After: 334 * time.Millisecond},
		{Who: Voicemail, Deed: Ends, Cause: push.NormalClearing},
	},
	"incoming-cancelled": {
		{Who: "Jennifer", Deed: Calls, To: []string{"Doc"}},
		{Who: "Doc", Deed: Ends, Cause: push.Cancel},
	},
	"outgoing-answered": {
		{Who: "Doc", Deed: Calls, To: []string{"Jennifer"}},
		{Who: "Jennifer", Deed: Answers},
		{Who: "Jennifer", Deed: Ends, Cause: push.NormalClearing},
	},
}

func TestBuiltInStoriesHaveTheDocumentedOrObservedActs(t *testing.T) {
	t.Parallel()
	for name, want := range expectedStories {
		s, ok := Find(name)
		if !ok {
			t.Errorf("Find(%q) found nothing", name)
			continue
		}
		if diff := cmp.Diff(want, s.Story); diff != "" {
			t.Errorf("story of %s mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestBuiltInTransfersEndInBothObservedOrders(t *testing.T) {
	t.Parallel()
	// For each scenario, the people in the order in which their legs end. The documentation lists only the first end of each call.
	want := map[string][]string{
		"transfer-answered-both-ends":      {"Doc", "Marty"},
		"transfer-answered-late-hangup":    {"Marty", "Doc"},
		"transfer-unanswered-both-ends":    {"Marty", "Doc"},
		"transfer-unanswered-early-hangup": {"Doc", "Marty"},
	}
	got := map[string][]string{}
	for name := range want {
		s, _ := Find(name)
		for _, a := range s.Story {
			if a.Deed == Ends {
				got[name] = append(got[name], a.Who)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ends mismatch (-want +got):\n%s", diff)
	}
}

func TestEveryDocumentedCauseOccursInABuiltInStory(t *testing.T) {
	t.Parallel()
	used := map[push.Cause]bool{}
	for _, s := range All() {
		for _, a := range s.Story {
			used[a.Cause] = true
		}
	}
	for _, cause := range push.Causes() {
		if !used[cause] {
			t.Errorf("no built-in scenario has the cause %s", cause)
		}
	}
}

func TestFindReturnsACopy(t *testing.T) {
	t.Parallel()
	first, _ := Find("group-answered")
	first.Story[0].To[0] = "Biff"
	second, _ := Find("group-answered")
	if got := second.Story[0].To[0]; got != "Doc" {
		t.Errorf("after a change in the first copy, the second copy has %q, want Doc", got)
	}
}

func TestFindDoesNotFindAnUnknownName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "nonsense", "scenario.schema.json", "../scenarios/group-answered"} {
		if s, ok := Find(name); ok {
			t.Errorf("Find(%q) = %v, want false", name, s)
		}
	}
}

const scenarioText = "name: %NAME\ntitle: Jennifer calls Doc\nstory:\n  - {who: Jennifer, deed: calls, to: Doc}\n"

// scenarioFile returns a file with a small scenario of the given name.
func scenarioFile(name string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(strings.ReplaceAll(scenarioText, "%NAME", name))}
}

func TestLoadDirLoadsYAMLFilesSortedByScenarioName(t *testing.T) {
	t.Parallel()
	dir := fstest.MapFS{
		"one.yaml":        scenarioFile("zebra"),
		"two.yml":         scenarioFile("ant"),
		"notes.txt":       {Data: []byte("not a scenario")},
		"deep/three.yaml": {Data: []byte("not a scenario")},
	}
	got, err := LoadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].Name != "ant" || got[1].Name != "zebra" {
		t.Errorf("LoadDir = %v, want ant and zebra", got)
	}
}

func TestLoadDirReportsTheMistakesOfAllFiles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		dir  fstest.MapFS
		want string
	}{
		{"two files with mistakes", fstest.MapFS{"a.yaml": {Data: []byte("x")}, "b.yaml": {Data: []byte("")}, "c.yaml": scenarioFile("fine")},
			"a.yaml:1:1: a scenario is \"x\", expected the keys name, title, source, steered, story\nb.yaml:1:1: the file is empty, expected a scenario with name, title and story"},
		{"two scenarios with the same name", fstest.MapFS{"a.yaml": scenarioFile("fine"), "b.yaml": scenarioFile("fine")},
			`b.yaml:1:1: name "fine" is taken by a.yaml, expected another name`},
		{"no YAML file", fstest.MapFS{"notes.txt": {}}, "reading scenarios: no file ends in .yaml or .yml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := LoadDir(tt.dir)
			if err == nil {
				t.Fatalf("LoadDir = %v, want an error", got)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("LoadDir mismatch (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := LoadDir(unreadableFS{}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("LoadDir of an unreadableFS directory: %v, want %v", err, fs.ErrPermission)
	}
}

type unreadableFS struct{}

func (unreadableFS) Open(string) (fs.File, error) { return nil, fs.ErrPermission }
