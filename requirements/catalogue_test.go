package requirements_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
)

func TestCatalogueKeepsEveryPublishedID(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/ids.txt")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			want = append(want, line)
		}
	}
	var got []string
	for _, r := range requirements.All() {
		got = append(got, strings.TrimSpace(r.ID+" "+string(r.Level)+" "+r.Needs.String()))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("All() mismatch with testdata/ids.txt (-want +got):\n%s", diff)
	}
}

func TestIDsAreUniqueAndHaveTheFormAreaDotName(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, id := range requirements.IDs() {
		if !shape.MatchString(id) {
			t.Errorf("id %q is not of the shape area.some-words", id)
		}
		if seen[id] {
			t.Errorf("id %q occurs twice", id)
		}
		seen[id] = true
	}
}

func TestAreasAreListedInTheOrderOfTheirRequirements(t *testing.T) {
	t.Parallel()
	var want []string
	for _, r := range requirements.All() {
		if len(want) == 0 || want[len(want)-1] != r.Area() {
			want = append(want, r.Area())
		}
	}
	var got []string
	for _, a := range requirements.Areas() {
		got = append(got, a.Name)
		checkSentences(t, a.Name, "title", a.Title)
		if strings.Contains(a.Title, ". ") {
			t.Errorf("area %s: title %q is more than one sentence", a.Name, a.Title)
		}
		if a.Notes != "" {
			checkSentences(t, a.Name, "notes", a.Notes)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Areas() mismatch (-want +got):\n%s", diff)
	}
}

func TestEachRequirementHasCompleteTexts(t *testing.T) {
	t.Parallel()
	for _, r := range requirements.All() {
		if r.Level != requirements.Must && r.Level != requirements.Should {
			t.Errorf("%s: level %q", r.ID, r.Level)
		}
		for name, text := range map[string]string{"says": r.Statement, "so": r.Consequence, "fix": r.Fix} {
			checkSentences(t, r.ID, name, text)
		}
		if r.Notes != "" {
			checkSentences(t, r.ID, "notes", r.Notes)
		}
		if !strings.HasPrefix(r.Statement, "The receiver") && !strings.HasPrefix(r.Statement, "A receiver ") {
			t.Errorf("%s: says %q, want the receiver as subject", r.ID, r.Statement)
		}
		if regexp.MustCompile(`[.?!] `).MatchString(r.Statement) {
			t.Errorf("%s: says %q, want one sentence", r.ID, r.Statement)
		}
		if n := utf8.RuneCountInString(r.Statement); n > 160 {
			t.Errorf("%s: says has %d characters, want 160 at most", r.ID, n)
		}
		if n := utf8.RuneCountInString(r.Fix); n > 400 {
			t.Errorf("%s: fix has %d characters, want two lines of 200 at most", r.ID, n)
		}
	}
}

// checkSentences fails the test if a text is empty, has no full stop at its end, or has more than one line.
func checkSentences(t *testing.T, id, name, text string) {
	t.Helper()
	if text == "" || text != strings.TrimSpace(text) || strings.ContainsAny(text, "\n\t") || strings.Contains(text, "  ") {
		t.Errorf("%s: %s %q is empty, or has white space where none belongs", id, name, text)
	}
	if !strings.HasSuffix(text, ".") {
		t.Errorf("%s: %s %q does not end in a full stop", id, name, text)
	}
}

func TestEachSourceNamesItsKindAndIssueTracker(t *testing.T) {
	t.Parallel()
	kinds := regexp.MustCompile(`^(sipgate documentation, |sipgate API reference, "|observed|reported: sipgate|inferred from |undocumented: )`)
	issues := regexp.MustCompile(`(sipgate\.io|sipgateio-node) issues? #\d+(, #\d+)*( and #\d+)?`)
	for _, r := range requirements.All() {
		if !kinds.MatchString(r.Source) {
			t.Errorf("%s: source %q does not begin with a kind of source", r.ID, r.Source)
		}
		if rest := issues.ReplaceAllString(r.Source, ""); strings.Contains(rest, "#") {
			t.Errorf("%s: source %q has an issue without its tracker", r.ID, r.Source)
		}
		if strings.HasSuffix(r.Source, ".") || strings.Count(r.Source, `"`)%2 != 0 {
			t.Errorf("%s: source %q is no citation", r.ID, r.Source)
		}
	}
}

func TestTextsContainNoForbiddenWords(t *testing.T) {
	t.Parallel()
	quoted := regexp.MustCompile(`"[^"]*"`)
	forbidden := regexp.MustCompile(`(?i)\b(webhooks?|callbacks?|SUT|sessions?|repl(y|ies|ied|ying)|web server|(your|the) server|the client|` +
		`answer(s|ed|ing)? with|answers? (200|in time)|original|hangup reasons?|reject causes?|test case)\b`)
	check := func(id, text string) {
		if word := forbidden.FindString(quoted.ReplaceAllString(text, "")); word != "" {
			t.Errorf("%s: %q in %q is not a word of the project", id, word, text)
		}
	}
	for _, r := range requirements.All() {
		for _, text := range []string{r.Statement, r.Source, r.Consequence, r.Fix, r.Notes} {
			check(r.ID, text)
		}
		if r.Area() == "dial" && strings.Contains(r.Statement+r.Consequence+r.Fix, "forward") {
			t.Errorf("%s: a Dial redirects, it does not forward", r.ID)
		}
	}
	for _, a := range requirements.Areas() {
		check(a.Name, a.Title+" "+a.Notes)
	}
}

func TestTextsNameWhatIsInferredOrUndocumented(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ id, field, want, why string }{
		{"transport.https", "so", "classic account, but unencrypted", "sipgate would deliver it"},
		{"transport.https", "source", "pushcheck's policy", "sipgate only discourages plain HTTP"},
		{"transport.https", "notes", "waived, never passed", "a flag does not make it safe"},
		{"transport.not-self-signed", "so", "sipgate refuses a self-signed certificate", "the documentation says so"},
		{"transport.trusted-chain", "notes", "waived, never passed", "sipgate does not know the user's CA file"},
		{"transport.trusted-chain", "notes", "either an intermediate is missing or", "the leaf alone does not show which"},
		{"transport.tls-version", "so", "inferred", "no versions are documented"},
		{"transport.tls-version", "source", "no versions are documented", ""},
		{"transport.strong-keys", "so", "inferred", "no algorithms are documented"},
		{"transport.no-redirect", "source", "inferred", "nothing is documented about redirects"},
		{"transport.no-redirect", "so", "inferred", "nothing is documented about redirects"},
		{"response.in-time", "source", "undocumented", "ten seconds is what staff said in 2015"},
		{"response.content-type", "notes", "text/xml is tolerated", "sipgate has accepted it since 2014"},
		{"response.readable-encoding", "notes", "ISO-8859-1", "a correctly declared encoding can be read"},
		{"dial.target", "notes", "empty Number names nothing", ""},
		{"trouble.unknown-call", "notes", "4xx is fine", "sipgate discards the response"},
		{"following.hangup-too", "notes", "may subscribe to nothing", "an observer is conformant"},
	} {
		r, ok := requirements.Find(tc.id)
		if !ok {
			t.Errorf("Find(%q) found nothing", tc.id)
			continue
		}
		text := map[string]string{"so": r.Consequence, "source": r.Source, "notes": r.Notes}[tc.field]
		if !strings.Contains(text, tc.want) {
			t.Errorf("%s: %s %q lacks %q (%s)", tc.id, tc.field, text, tc.want, tc.why)
		}
	}
}

func TestNeedsInTheCatalogueAreKnownCapabilities(t *testing.T) {
	t.Parallel()
	capabilities := requirements.Capabilities()
	for _, r := range requirements.All() {
		for _, alternatives := range r.Needs {
			if len(alternatives) == 0 {
				t.Errorf("%s: an empty list of needs, which every receiver meets", r.ID)
			}
			for _, c := range alternatives {
				if !slices.Contains(capabilities, c) {
					t.Errorf("%s: unknown capability %q", r.ID, c)
				}
			}
		}
	}
}

func TestAllReturnsACopyOfTheCatalogue(t *testing.T) {
	t.Parallel()
	changedCatalogue := requirements.All()
	for i := range changedCatalogue {
		changedCatalogue[i].ID = "changed"
		for _, alternatives := range changedCatalogue[i].Needs {
			alternatives[0] = "changed"
		}
	}
	for _, r := range requirements.All() {
		if r.ID == "changed" || strings.Contains(r.Needs.String(), "changed") {
			t.Fatalf("All() shares memory with an earlier All(): %+v", r)
		}
	}
}

func TestRequirementIsFoundOnlyByItsExactID(t *testing.T) {
	t.Parallel()
	for _, id := range requirements.IDs() {
		if r, ok := requirements.Find(id); !ok || r.ID != id {
			t.Errorf("Find(%q) = %q, %t", id, r.ID, ok)
		}
	}
	for _, id := range []string{"", "transport", "Transport.HTTPS", "transport.https ", "transport.http"} {
		if r, ok := requirements.Find(id); ok {
			t.Errorf("Find(%q) = %q, want none", id, r.ID)
		}
	}
}

func TestLookupSuggestsNearestIDIfIDIsUnknown(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ id, want string }{
		{"transport.http", `unknown requirement "transport.http", did you mean "transport.https"?`},
		{"push.new-call", `unknown requirement "push.new-call", did you mean "push.newcall"?`},
		{"response.contenttype", `unknown requirement "response.contenttype", did you mean "response.content-type"?`},
		{"🐰", `unknown requirement "🐰"`},
		{"", `unknown requirement ""`},
	} {
		_, err := requirements.Lookup(tc.id)
		if err == nil {
			t.Errorf("Lookup(%q) found something", tc.id)
			continue
		}
		if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
			t.Errorf("Lookup(%q) mismatch (-want +got):\n%s", tc.id, diff)
		}
	}
	if r, err := requirements.Lookup("hangup.empty"); err != nil || r.ID != "hangup.empty" {
		t.Errorf("Lookup(hangup.empty) = %q, %v", r.ID, err)
	}
}
