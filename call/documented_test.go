package call_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// documentedList is a list of the pushes of one call in sipgate's documentation, with the call scenario that makes these pushes.
type documentedList struct {
	Scenario string
	Source   string   // place of the list in sipgate's documentation
	Story    []string // the story in the words of the documentation
	Pushes   []map[string]string
}

func readDocumentedLists(t *testing.T) []documentedList {
	t.Helper()
	data, err := os.ReadFile("testdata/sequences.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var lists []documentedList
	if err := yaml.Unmarshal(data, &lists); err != nil {
		t.Fatalf("reading the documented lists: %v", err)
	}
	if len(lists) != 3 {
		t.Fatalf("there are %d documented lists, want 3", len(lists))
	}
	return lists
}

func TestScenariosMakeThePushesThatSipgateDocuments(t *testing.T) {
	t.Parallel()
	for _, list := range readDocumentedLists(t) {
		opts := options()
		opts.CallIDs = []string{"12111955", "21102015"}
		steps := playOut(t, call.New(builtin(t, list.Scenario), opts), always(subscribingResponse))
		var got []map[string]string
		for i, s := range steps {
			var names []string
			if i < len(list.Pushes) {
				names = slices.Collect(maps.Keys(list.Pushes[i]))
			}
			got = append(got, documentedFields(s, names, opts.Cast))
		}
		if diff := cmp.Diff(list.Pushes, got); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", list.Scenario, diff)
		}
	}
}

// documentedFields returns the fields of a push with these names. Numbers of the cast are written as in sipgate's documentation, such as
// "Doc's number".
func documentedFields(s call.Step, names []string, cast scenarios.Cast) map[string]string {
	numbers := map[string]string{}
	for _, p := range cast {
		numbers[p.Number] = p.Name + "'s number"
	}
	fields := map[string]string{}
	for _, name := range names {
		switch name {
		case "leg":
			fields[name] = s.Leg
		case "user":
			fields[name] = strings.Join(s.Push.Users, ", ")
		default:
			value := s.Push.Form(push.ObservedDialect()).Get(name)
			if person, ok := numbers[value]; ok {
				value = person
			}
			fields[name] = value
		}
	}
	return fields
}

func TestPushesThatSipgateDocumentsHaveAllTheirFields(t *testing.T) {
	t.Parallel()
	cast := scenarios.DefaultCast()
	jennifer, doc, marty := cast["Jennifer"].Number, cast["Doc"].Number, cast["Marty"].Number
	docNewCall := push.Push{Event: push.NewCall, Direction: push.Incoming, From: jennifer, To: doc, CallID: "leg-1", OrigCallID: "leg-1",
		Users: []string{"Doc"}, UserIDs: []string{"w0"}, FullUserIDs: []string{"1234567w0"}}
	docAnswer := push.Push{Event: push.Answer, Direction: push.Incoming, From: jennifer, To: doc, CallID: "leg-1", OrigCallID: "leg-1",
		Users: []string{"Doc"}, UserIDs: []string{"w0"}, FullUserIDs: []string{"1234567w0"}, AnsweringNumber: doc}
	martyNewCall := push.Push{Event: push.NewCall, Direction: push.Incoming, From: jennifer, To: marty, CallID: "leg-2", OrigCallID: "leg-1",
		Users: []string{"Marty"}, UserIDs: []string{"w1"}, FullUserIDs: []string{"1234567w1"}, Diversion: doc}
	martyAnswer := push.Push{Event: push.Answer, Direction: push.Incoming, From: jennifer, To: marty, CallID: "leg-2", OrigCallID: "leg-1",
		Users: []string{"Marty"}, UserIDs: []string{"w1"}, FullUserIDs: []string{"1234567w1"}, Diversion: doc, AnsweringNumber: marty}
	hangup := func(p push.Push, cause push.Cause) push.Push {
		return push.Push{Event: push.Hangup, Direction: p.Direction, From: p.From, To: p.To, CallID: p.CallID, OrigCallID: p.OrigCallID,
			Diversion: p.Diversion, Cause: cause, AnsweringNumber: p.AnsweringNumber}
	}
	tests := []struct {
		scenario string
		want     []push.Push
	}{
		{"transfer-answered", []push.Push{docNewCall, docAnswer, martyNewCall, martyAnswer, hangup(docAnswer, push.NormalClearing)}},
		{"transfer-unanswered", []push.Push{docNewCall, docAnswer, martyNewCall, hangup(martyNewCall, push.NoAnswer)}},
		{"forward-busy", []push.Push{docNewCall, hangup(docNewCall, push.Forwarded), martyNewCall, martyAnswer, hangup(martyAnswer, push.NormalClearing)}},
	}
	for _, test := range tests {
		opts := options()
		var got []push.Push
		for _, s := range playOut(t, call.New(builtin(t, test.scenario), opts), always(subscribingResponse)) {
			if want := opts.IDs.XCID(test.scenario); s.Push.XCID != want {
				t.Errorf("%s: xcid of step %d is %q, want %q as on every leg", test.scenario, s.Number, s.Push.XCID, want)
			}
			s.Push.XCID = "" // checked above
			got = append(got, s.Push)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", test.scenario, diff)
		}
	}
}

var update = flag.Bool("update", false, "write the golden file in testdata again")

func TestBuiltInStoriesMakeThePushesInTheGoldenFile(t *testing.T) {
	t.Parallel()
	const file = "testdata/pushes.txt"
	var got strings.Builder
	got.WriteString("What sipgate pushes in each built-in call scenario, and when, if the receiver subscribes to all pushes and does what the scenario requires.\n")
	for _, s := range scenarios.All() {
		fmt.Fprintf(&got, "\n%s\n", s.Name)
		for _, line := range describePushes(t, s) {
			fmt.Fprintf(&got, "  %s\n", line)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("reading the golden file (go test ./call -update makes it): %v", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("%s mismatch (-want +got), go test ./call -update writes it again:\n%s", file, diff)
	}
}

// describePushes plays a scenario, and describes its pushes. The test fails if an act does not happen, unless the scenario requires an
// action of the receiver or is an emergency call.
func describePushes(t *testing.T, s scenarios.Scenario) []string {
	t.Helper()
	c := call.New(s, options())
	if s.RequiredAction != "" || push.IsEmergency(options().Cast[s.Story[0].To[0]].Number) {
		var lines []string
		for _, line := range describe(c.Rehearse()) {
			lines = append(lines, strings.NewReplacer(" (not subscribed)", "", " (unusable URL)", "").Replace(line))
		}
		return lines
	}
	lines := describe(playOut(t, c, always(subscribingResponse)))
	if c.IsSteered() || len(c.Skipped()) > 0 {
		t.Errorf("%s: IsSteered() = %t, Skipped() = %v, want a story that goes as planned", s.Name, c.IsSteered(), c.Skipped())
	}
	return lines
}

func TestPushesOnTheVoicemailLegHaveNoUserIDs(t *testing.T) {
	t.Parallel()
	for _, s := range playOut(t, call.New(builtin(t, "forward-to-voicemail"), options()), always(subscribingResponse)) {
		p := s.Push
		if s.Leg == scenarios.Voicemail && (p.UserIDs != nil || p.FullUserIDs != nil || p.AnsweringNumber != "") {
			t.Errorf("%s of the voicemail's leg has ids %v %v and answeringNumber %q, want none", p.Event, p.UserIDs, p.FullUserIDs, p.AnsweringNumber)
		}
	}
}
