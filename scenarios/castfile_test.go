package scenarios

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// castSchemaCompiled returns the schema of cast files.
func castSchemaCompiled(t testing.TB) *jsonschema.Schema {
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

func TestACastFileMakesThePeopleUsersOfAnAccount(t *testing.T) {
	t.Parallel()
	const text = "Doc: {name: Emmett Brown, number: \"+493023125071\", userId: w7, fullUserId: 7654321w7}\n" +
		"Marty:\n  number: 493023125072\nJennifer: {number: \"491713920077\"}\n"
	got, err := LoadCast("cast.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := validate(castSchemaCompiled(t), []byte(text)); err != nil {
		t.Errorf("the schema refuses what is read: %v", err)
	}
	want := DefaultCast()
	want["Doc"] = Person{Name: "Emmett Brown", Number: "493023125071", UserID: "w7", FullID: "7654321w7", Fixed: true}
	want["Marty"] = Person{Name: "Marty", Number: "493023125072", UserID: "w1", FullID: "7654321w1", Fixed: true}
	want["Lorraine"] = Person{Name: "Lorraine", Number: "493023125003", UserID: "w2", FullID: "7654321w2"}
	want["George"] = Person{Name: "George", Number: "493023125004", UserID: "w3", FullID: "7654321w3"}
	want["Jennifer"] = Person{Name: "Jennifer", Number: "491713920077", IsOutside: true, Fixed: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("LoadCast mismatch (-want +got):\n%s", diff)
	}
	for seed := range int64(20) {
		if number := got.Draw(seed, "n", "s")["Jennifer"].Number; number != "491713920077" {
			t.Errorf("Jennifer's number is drawn as %s, although somebody chose it", number)
		}
	}
}

func TestEachIDOfAPersonFollowsFromTheOther(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, doc, full, marty string }{
		{"a userId alone", "Doc: {userId: w7}\n", "w7", "1234567w7", "1234567w1"},
		{"a fullUserId alone", "Doc: {fullUserId: 7654321w7}\n", "w7", "7654321w7", "7654321w1"},
		{"a userId beside somebody's fullUserId", "Doc: {userId: w7}\nMarty: {fullUserId: 7654321w8}\n", "w7", "7654321w7", "7654321w8"},
		{"neither", "Doc: {name: Emmett Brown}\n", "w0", "1234567w0", "1234567w1"},
	} {
		cast, err := LoadCast("cast.yaml", []byte(test.text))
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		want := []string{test.doc, test.full, test.marty}
		if diff := cmp.Diff(want, []string{cast["Doc"].UserID, cast["Doc"].FullID, cast["Marty"].FullID}); diff != "" {
			t.Errorf("%s: ids mismatch (-want +got):\n%s", test.name, diff)
		}
		if cast["Jennifer"].FullID != "" {
			t.Errorf("%s: Jennifer, who is outside the account, has the fullUserId %q", test.name, cast["Jennifer"].FullID)
		}
	}
}

func TestAMistakeInACastFileIsReportedWithItsPlace(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"an unknown person", "Dock: {name: x}\n", `c.yaml:1:1: unknown person "Dock", did you mean "Doc"?`},
		{"an unknown key", "Doc: {nmae: x}\n", `c.yaml:1:7: unknown key "nmae", did you mean "name"?`},
		{"ids of somebody outside", "Jennifer: {userId: w9}\n", `c.yaml:1:12: unknown key "userId", expected number`},
		{"a number without its country", "Doc:\n  number: \"030 1234567\"\n", `c.yaml:2:11: number is "030 1234567", expected a whole number with its country, such as 493023125001`},
		{"an emergency number", "Doc: {number: 112}\n", `c.yaml:1:15: number is the number 112, expected a whole number with its country, such as 493023125001`},
		{"a number that is taken", "Doc: {number: \"493023125002\"}\n", "c.yaml:1:15: Doc has the number of Marty, expected a number of one's own"},
		{"one number for two", "Marty: {number: \"4930111222\"}\nDoc: {number: \"4930111222\"}\n", "c.yaml:1:17: Marty has the number of Doc, expected a number of one's own"},
		{"an id that is none", "Doc: {userId: 7}\n", "c.yaml:1:15: userId is the number 7, expected a text"},
		{"an odd id", "Doc: {fullUserId: w7}\n", `c.yaml:1:19: fullUserId is "w7", expected something like 1234567w0`},
		{"ids that contradict each other", "Doc: {userId: w7, fullUserId: 7654321w8}\n", `c.yaml:1:31: fullUserId "7654321w8" does not end in the userId "w7", expected 7654321w7`},
		{"a name alone", "Doc: Emmett\n", `c.yaml:1:6: Doc is "Emmett", expected the keys name, number, userId, fullUserId`},
		{"two mistakes, in order", "Marty: {number: x}\nDoc: {number: y}\n", "c.yaml:1:17: number is \"x\", expected a whole number with its country, such as 493023125001\nc.yaml:2:15: number is \"y\", expected a whole number with its country, such as 493023125001"},
		{"nothing", "", "c.yaml:1:1: the file is empty, expected a cast of people with name, number, userId and fullUserId"},
		{"no YAML", "Doc: [", ""},
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

func TestNumbersSayWhereAReceiverActs(t *testing.T) {
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
		t.Errorf("the numbers that are let through are those of %v, want Doc and Marty to have them", cast)
	}
	if at := cast.ForNumber(got[0]); at["Doc"].Number != "4930111" || at["Marty"].Number != "4930444" {
		t.Errorf("a call at %s goes to %s, and Marty has %s", got[0], at["Doc"].Number, at["Marty"].Number)
	}
	if at := cast.ForNumber(got[1]); at["Jennifer"].Number != "anonymous" || at.Draw(1, "n", "s")["Jennifer"].Number != "anonymous" {
		t.Errorf("a call at %s comes from %s, want it to stay anonymous", got[1], at["Jennifer"].Number)
	}
}

func TestAtExchangesTheNumbersOfTwoPeople(t *testing.T) {
	t.Parallel()
	was := DefaultCast()
	now := was.ForNumber(Number{Kind: Reject, Number: was["Marty"].Number})
	if now["Doc"].Number != was["Marty"].Number || now["Marty"].Number != was["Doc"].Number {
		t.Errorf("Doc has %s and Marty %s, want their numbers exchanged", now["Doc"].Number, now["Marty"].Number)
	}
}

func TestNumbersThatCannotBeReadAreRefused(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, want, entry string }{
		{"no kind", "KIND=NUMBER", "4930111"},
		{"a misspelt kind", `did you mean "reject"?`, "rejct=4930111"},
		{"an unknown kind", "expected through, reject,", "teleport=4930111"},
		{"too many targets", `unknown kind "redirect-6"`, "redirect-6=4930111"},
		{"a name", "is no number", "reject=Doc"},
		{"a called number that is anonymous", "is no number", "reject=anonymous"},
		{"an odd caller", "is no caller", "reject=from:Jennifer"},
		{"the same number twice", `that of "gather" already`, "reject=4930999"},
	}
	for _, test := range tests {
		if got, err := ParseNumbers("gather=4930999", test.entry); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: ParseNumbers(%q) = %v, %v, want an error with %q", test.name, test.entry, got, err, test.want)
		}
	}
	if _, err := ParseNumbers("through=4930001", "through=4930002", "through=4930003", "through=4930004", "through=4930005"); err == nil {
		t.Error("more numbers are let through than there are people to have them, want an error")
	}
}
