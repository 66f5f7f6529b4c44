package scenarios

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiledCastSchema returns the schema of cast files.
func compiledCastSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(CastSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("cast.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("cast.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLoadCastGivesPeopleTheValuesOfTheFile(t *testing.T) {
	t.Parallel()
	const text = "Doc: {name: Emmett Brown, number: \"+493023125071\", userId: w7, fullUserId: 7654321w7}\n" +
		"Marty:\n  number: 493023125072\nJennifer: {number: \"491713920077\"}\n"
	got, err := LoadCast("cast.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := validate(compiledCastSchema(t), []byte(text)); err != nil {
		t.Errorf("the schema refuses a file that LoadCast accepts: %v", err)
	}
	want := DefaultCast()
	want["Doc"] = Person{Name: "Emmett Brown", Number: "493023125071", UserID: "w7", FullUserID: "7654321w7", HasChosenNumber: true}
	want["Marty"] = Person{Name: "Marty", Number: "493023125072", UserID: "w1", FullUserID: "7654321w1", HasChosenNumber: true}
	want["Lorraine"] = Person{Name: "Lorraine", Number: "493023125003", UserID: "w2", FullUserID: "7654321w2"}
	want["George"] = Person{Name: "George", Number: "493023125004", UserID: "w3", FullUserID: "7654321w3"}
	want["Jennifer"] = Person{Name: "Jennifer", Number: "491713920077", IsOutside: true, HasChosenNumber: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("LoadCast mismatch (-want +got):\n%s", diff)
	}
	for seed := range int64(20) {
		if number := got.WithDrawnNumbers(seed, "n", "s")["Jennifer"].Number; number != "491713920077" {
			t.Errorf("WithDrawnNumbers changed Jennifer's number to %s, although the file has it", number)
		}
	}
}

func TestLoadCastDerivesAnAbsentID(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, docID, docFullID, martyFullID string }{
		{"a userId only", "Doc: {userId: w7}\n", "w7", "1234567w7", "1234567w1"},
		{"a fullUserId only", "Doc: {fullUserId: 7654321w7}\n", "w7", "7654321w7", "7654321w1"},
		{"a userId of one person and a fullUserId of another person", "Doc: {userId: w7}\nMarty: {fullUserId: 7654321w8}\n", "w7", "7654321w7", "7654321w8"},
		{"no ids", "Doc: {name: Emmett Brown}\n", "w0", "1234567w0", "1234567w1"},
	} {
		cast, err := LoadCast("cast.yaml", []byte(test.text))
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		want := []string{test.docID, test.docFullID, test.martyFullID}
		if diff := cmp.Diff(want, []string{cast["Doc"].UserID, cast["Doc"].FullUserID, cast["Marty"].FullUserID}); diff != "" {
			t.Errorf("%s: ids mismatch (-want +got):\n%s", test.name, diff)
		}
		if cast["Jennifer"].FullUserID != "" {
			t.Errorf("%s: Jennifer, who is outside the account, has the fullUserId %q", test.name, cast["Jennifer"].FullUserID)
		}
	}
}

func TestLoadCastReportsThePositionOfAMistake(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"an unknown person", "Dock: {name: x}\n", `c.yaml:1:1: unknown person "Dock", did you mean "Doc"?`},
		{"an unknown key", "Doc: {nmae: x}\n", `c.yaml:1:7: unknown key "nmae", did you mean "name"?`},
		{"a userId of a person outside the account", "Jennifer: {userId: w9}\n", `c.yaml:1:12: unknown key "userId", expected number`},
		{"a number without a country code", "Doc:\n  number: \"030 1234567\"\n", `c.yaml:2:11: number is "030 1234567", expected a whole number with its country, such as 493023125001`},
		{"an emergency number", "Doc: {number: 112}\n", `c.yaml:1:15: number is the number 112, expected a whole number with its country, such as 493023125001`},
		{"the number of another person in the default cast", "Doc: {number: \"493023125002\"}\n", "c.yaml:1:15: Doc has the number of Marty, expected another number"},
		{"the same number for two people in the file", "Marty: {number: \"4930111222\"}\nDoc: {number: \"4930111222\"}\n", "c.yaml:1:17: Marty has the number of Doc, expected another number"},
		{"a userId that is a number", "Doc: {userId: 7}\n", "c.yaml:1:15: userId is the number 7, expected a text"},
		{"a fullUserId without the account", "Doc: {fullUserId: w7}\n", `c.yaml:1:19: fullUserId is "w7", expected something like 1234567w0`},
		{"a fullUserId that does not end in the userId", "Doc: {userId: w7, fullUserId: 7654321w8}\n", `c.yaml:1:31: fullUserId "7654321w8" does not end in the userId "w7", expected 7654321w7`},
		{"a person without keys", "Doc: Emmett\n", `c.yaml:1:6: Doc is "Emmett", expected the keys name, number, userId, fullUserId`},
		{"two mistakes: reported in the order of the file", "Marty: {number: x}\nDoc: {number: y}\n", "c.yaml:1:17: number is \"x\", expected a whole number with its country, such as 493023125001\nc.yaml:2:15: number is \"y\", expected a whole number with its country, such as 493023125001"},
		{"an empty file", "", "c.yaml:1:1: the file is empty, expected a cast of people with name, number, userId and fullUserId"},
		{"invalid YAML", "Doc: [", ""},
	}
	for _, test := range tests {
		_, err := LoadCast("c.yaml", []byte(test.text))
		var problems Problems
		if !errors.As(err, &problems) {
			t.Errorf("%s: %v, want Problems", test.name, err)
			continue
		}
		if diff := cmp.Diff(test.want, err.Error()); test.want != "" && diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestParsedNumbersAreUsedByTheCast(t *testing.T) {
	t.Parallel()
	got, err := ParseNumbers("reject=+4930111", "gather=from:anonymous", "redirect-5=4930222", "through=4930333", "through=4930444", "busy=from:1234567e0", "play=11")
	if err != nil {
		t.Fatal(err)
	}
	want := []Number{
		{Kind: Reject, Number: "4930111"}, {Kind: Gather, IsCaller: true, Number: "anonymous"}, {Kind: "redirect-5", Number: "4930222"},
		{Kind: LetThrough, Number: "4930333"}, {Kind: LetThrough, Number: "4930444"}, {Kind: Busy, IsCaller: true, Number: "1234567e0"}, {Kind: Play, Number: "11"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ParseNumbers mismatch (-want +got):\n%s", diff)
	}
	cast := DefaultCast().WithNumbers(got)
	if cast["Doc"].Number != "4930333" || cast["Marty"].Number != "4930444" || cast["Lorraine"] != DefaultCast()["Lorraine"] {
		t.Errorf("the cast is %v, want Doc and Marty to have the numbers of the kind through", cast)
	}
	if changed := cast.ForNumber(got[0]); changed["Doc"].Number != "4930111" || changed["Marty"].Number != "4930444" {
		t.Errorf("a call at %s goes to %s, and Marty has %s", got[0], changed["Doc"].Number, changed["Marty"].Number)
	}
	if changed := cast.ForNumber(got[1]); changed["Jennifer"].Number != "anonymous" || changed.WithDrawnNumbers(1, "n", "s")["Jennifer"].Number != "anonymous" {
		t.Errorf("a call at %s comes from %s, want it to stay anonymous", got[1], changed["Jennifer"].Number)
	}
}

func TestDocSwapsNumbersWithThePersonWhoHasTheNumberOfTheCall(t *testing.T) {
	t.Parallel()
	original := DefaultCast()
	changed := original.ForNumber(Number{Kind: Reject, Number: original["Marty"].Number})
	if changed["Doc"].Number != original["Marty"].Number || changed["Marty"].Number != original["Doc"].Number {
		t.Errorf("Doc has %s and Marty %s, want their numbers exchanged", changed["Doc"].Number, changed["Marty"].Number)
	}
}

func TestParseNumbersRefusesAnInvalidEntry(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, want, entry string }{
		{"an entry without a kind", "KIND=NUMBER", "4930111"},
		{"a misspelt kind", `did you mean "reject"?`, "rejct=4930111"},
		{"an unknown kind", "expected through, reject,", "teleport=4930111"},
		{"a redirect to six numbers", `unknown kind "redirect-6"`, "redirect-6=4930111"},
		{"a name as called number", "is no number", "reject=Doc"},
		{"anonymous as called number", "is no number", "reject=anonymous"},
		{"a name as caller", "is no caller", "reject=from:Jennifer"},
		{"the same number for two kinds", `already has the kind "gather"`, "reject=4930999"},
	}
	for _, test := range tests {
		if got, err := ParseNumbers("gather=4930999", test.entry); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: ParseNumbers(%q) = %v, %v, want an error with %q", test.name, test.entry, got, err, test.want)
		}
	}
	if _, err := ParseNumbers("through=4930001", "through=4930002", "through=4930003", "through=4930004", "through=4930005"); err == nil {
		t.Error("ParseNumbers accepts five numbers of the kind through, want an error: there are four people")
	}
}
