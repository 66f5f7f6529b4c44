package experiment_test

import (
	"crypto/rand"
	"crypto/rsa"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

var update = flag.Bool("update", false, "write the golden files in testdata again")

// compareGolden compares a text with a file in testdata.
func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("reading the golden file (go test ./experiment -update makes it): %v", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s mismatch (-want +got):\n%s", name, diff)
	}
}

// signKey returns the key that signs the pushes of these tests.
var signKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func setting() experiment.Setting {
	return experiment.Setting{Cast: scenarios.DefaultCast(), Key: signKey()}
}

// plainSteps returns a newCall, a dtmf, an answer and a hangup push of a call. Without callIDs, the call has an id of sipgate's form.
func plainSteps(callIDs ...string) []call.Step {
	digit := "1"
	story := scenarios.Scenario{Name: "plain", Story: []scenarios.Act{
		{Who: "Jennifer", Deed: scenarios.Calls, To: []string{"Doc"}},
		{Who: "Jennifer", Deed: scenarios.Presses, Digits: &digit},
		{Who: "Doc", Deed: scenarios.Answers},
		{Who: "Doc", Deed: scenarios.Ends, Cause: push.NormalClearing},
	}}
	return call.New(story, call.Options{Cast: scenarios.DefaultCast(), IDs: push.IDs{Seed: 1, Nonce: "test"}, CallIDs: callIDs}).Rehearse()
}

// plainStep returns the push of an event in a plain call.
func plainStep(t *testing.T, event push.Event) call.Step {
	t.Helper()
	for _, step := range plainSteps() {
		if step.Push.Event == event {
			return step
		}
	}
	t.Fatalf("a plain call has no %s push", event)
	return call.Step{}
}

func plainForm(step call.Step) push.Form { return step.Push.Form(push.ObservedDialect()) }

// applyTwist returns the form and the HTTP request of a push with a twist.
func applyTwist(t *testing.T, twist experiment.Twist, s experiment.Setting, step call.Step) (push.Form, experiment.Request) {
	t.Helper()
	form := twist.Form(s, step, plainForm(step))
	wire := experiment.Request{Method: http.MethodPost, Header: http.Header{"X-Forwarded-For": {"217.116.118.254, 10.0.0.1"}}, Body: form.Encode(false)}
	if err := twist.Apply(s, step, form, &wire); err != nil {
		t.Fatalf("Apply(%s of %q) = %v", step.Push.Event, twist.Variant, err)
	}
	return form, wire
}

// fieldLines returns the fields of a form, one per line.
func fieldLines(f push.Form) []string {
	var out []string
	for _, field := range f {
		out = append(out, field.Name+"="+field.Value)
	}
	return out
}

// diffLines returns the lines that differ: "-" marks a removed line, "+" an added line, and ">" a moved line.
func diffLines(before, after []string) []string {
	switch {
	case len(before) == 0 && len(after) == 0:
		return nil
	case len(before) > 0 && len(after) > 0 && before[0] == after[0]:
		return diffLines(before[1:], after[1:])
	case len(before) > 0 && !slices.Contains(after, before[0]):
		return append([]string{"- " + before[0]}, diffLines(before[1:], after)...)
	case len(after) > 0:
		if i := slices.Index(before, after[0]); i >= 0 { // the line has moved
			before = slices.Delete(slices.Clone(before), i, i+1)
			return append([]string{"> " + after[0]}, diffLines(before, after[1:])...)
		}
		return append([]string{"+ " + after[0]}, diffLines(before, after[1:])...)
	}
	return append([]string{"- " + before[0]}, diffLines(before[1:], after)...)
}

// describeSignature describes the signature of a request.
func describeSignature(header http.Header, body []byte) string {
	values, isSet := header[push.SignatureHeader]
	switch {
	case !isSet:
		return "as for a plain push"
	case len(values) == 0:
		return "none"
	case push.Verify(&signKey().PublicKey, body, values[0]) == nil:
		return "by the key of the user"
	case push.Verify(push.SipgateKey(), body, values[0]) == nil:
		return "by the key of sipgate"
	}
	return push.Verify(&signKey().PublicKey, body, values[0]).Error()
}

// wireChanges lists the differences between a request and the plain request with that form.
func wireChanges(form push.Form, w experiment.Request) []string {
	var out []string
	if w.Method != http.MethodPost {
		out = append(out, "  method: "+w.Method)
	}
	if body := string(form.Encode(false)); body != string(w.Body) {
		out = append(out, "  body: "+string(w.Body))
	}
	if s := describeSignature(w.Header, w.Body); s != "as for a plain push" {
		out = append(out, "  signature: "+s)
	}
	if forwardedFor := w.Header["X-Forwarded-For"]; !slices.Equal(forwardedFor, []string{"217.116.118.254, 10.0.0.1"}) {
		out = append(out, fmt.Sprintf("  X-Forwarded-For: %q", forwardedFor))
	}
	return out
}

var fateNames = map[experiment.Fate]string{experiment.Lost: "is lost", experiment.Duplicated: "is sent twice", experiment.Overtaken: "is overtaken"}

var kindNames = map[experiment.Kind]string{experiment.Odd: "odd", experiment.Forged: "forged", experiment.Sequence: "sequence"}

// wordForClause returns a word that matches the group in a clause.
func wordForClause(clause string) string {
	switch {
	case strings.Contains(clause, `(\w+)`):
		return "busy"
	case strings.Contains(clause, "("):
		return "0*#"
	}
	return ""
}

func TestOdditiesChangeThePushAsDescribed(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("What each oddity changes in the pushes of a plain call: fields that it takes (-), adds (+) and moves to another place (>), and\nwhat goes over the wire.\n\nPlain\n")
	for _, step := range plainSteps() {
		fmt.Fprintf(&b, "%s\n", step.Push.Event)
		for _, line := range fieldLines(plainForm(step)) {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	for _, o := range experiment.Oddities() {
		twist := o.Twist(wordForClause(o.Clause))
		fmt.Fprintf(&b, "\n%s (%s)\n%s\n", twist.Variant, kindNames[twist.Kind], o.Description)
		for _, step := range plainSteps() {
			form, wire := applyTwist(t, twist, setting(), step)
			changed := append(diffLines(fieldLines(plainForm(step)), fieldLines(form)), wireChanges(form, wire)...)
			if fate := fateNames[twist.FateOf(step)]; fate != "" {
				changed = append(changed, "  "+fate)
			}
			if len(changed) > 0 {
				fmt.Fprintf(&b, "%s\n%s\n", step.Push.Event, strings.Join(changed, "\n"))
			}
		}
		if twist.IsFollowedByCall {
			b.WriteString("the same people call again\n")
		}
	}
	compareGolden(t, "oddities.txt", b.String())
}

func TestClausesOfOdditiesAreUniqueWithAtMostOneGroup(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, o := range experiment.Oddities() {
		clause, err := regexp.Compile("^" + o.Clause + "$")
		if err != nil || clause.NumSubexp() > 1 || seen[o.Clause] || !strings.HasSuffix(o.Description, ".") {
			t.Errorf("%q: %v, want a regular expression that no other oddity has, with at most one group, and a sentence", o.Clause, err)
		}
		seen[o.Clause] = true
		if variant := string(o.Twist(wordForClause(o.Clause)).Variant); err == nil && !clause.MatchString(variant) {
			t.Errorf("%q: the variant %q does not match", o.Clause, variant)
		}
	}
}

func TestOddIDsAreNotAddedToADTMFPush(t *testing.T) {
	t.Parallel()
	for _, twist := range []experiment.Twist{experiment.SameIDBeginning("Doc"), experiment.WithFreshIDs(experiment.CapturedPush())} {
		form, _ := applyTwist(t, twist, setting(), plainStep(t, push.DTMF))
		var got []string
		for _, field := range form {
			got = append(got, field.Name)
		}
		if diff := cmp.Diff([]string{push.FieldEvent, push.FieldDigits, push.FieldCallID}, got); diff != "" {
			t.Errorf("%s: the fields of the dtmf push mismatch (-want +got):\n%s", twist.Variant, diff)
		}
	}
}

func TestVariantNamesTheWordThatTheFeatureChose(t *testing.T) {
	t.Parallel()
	var got []transcript.Variant
	for _, o := range experiment.Oddities() {
		if strings.Contains(o.Clause, "(") {
			got = append(got, o.Twist("a").Variant, o.Twist("b").Variant)
		}
	}
	want := []transcript.Variant{"the hangup cause is a", "the hangup cause is b", "the digits are a", "the digits are b"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variants mismatch (-want +got):\n%s", diff)
	}
}

func TestTwistChangesOnlyThePushesOfItsEvent(t *testing.T) {
	t.Parallel()
	edit := func(_ experiment.Setting, _ call.Step, f push.Form) push.Form { return f.With("edited", "1") }
	changeMethod := func(_ experiment.Setting, _ call.Step, _ push.Form, w *experiment.Request) error {
		w.Method = http.MethodPut
		return nil
	}
	tests := []struct {
		name            string
		twist           experiment.Twist
		editedForms     []push.Event // events of the pushes with a changed form
		changedRequests []push.Event // events of the pushes with a changed HTTP request
		mayChange       []push.Event // events of the pushes for which MayChange is true
	}{
		{"no twist", experiment.Twist{}, nil, nil, nil},
		{"an event without an edit", experiment.Twist{Event: push.Answer}, nil, nil, nil},
		{"an edit of the form, one event", experiment.Twist{Event: push.Answer, Edit: edit}, []push.Event{push.Answer}, nil, []push.Event{push.Answer}},
		{"an edit of the request, one event", experiment.Twist{Event: push.Hangup, RequestEdit: changeMethod}, nil, []push.Event{push.Hangup}, []push.Event{push.Hangup}},
		{"an edit of the form, all events", experiment.Twist{Edit: edit}, []push.Event{push.NewCall, push.DTMF, push.Answer, push.Hangup}, nil,
			[]push.Event{push.NewCall, push.DTMF, push.Answer, push.Hangup}},
	}
	for _, test := range tests {
		var editedForms, changedRequests, mayChange []push.Event
		for _, step := range plainSteps() {
			form, wire := applyTwist(t, test.twist, setting(), step)
			if form.Has("edited") {
				editedForms = append(editedForms, step.Push.Event)
			}
			if wire.Method == http.MethodPut {
				changedRequests = append(changedRequests, step.Push.Event)
			}
			if test.twist.MayChange(step) {
				mayChange = append(mayChange, step.Push.Event)
			}
		}
		if diff := cmp.Diff([][]push.Event{test.editedForms, test.changedRequests, test.mayChange}, [][]push.Event{editedForms, changedRequests, mayChange}); diff != "" {
			t.Errorf("%s: the events of the edited forms, of the changed requests and of MayChange mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

// oddityTwist returns the twist of a clause.
func oddityTwist(t *testing.T, clause string) experiment.Twist {
	t.Helper()
	for _, o := range experiment.Oddities() {
		if o.Clause == clause {
			return o.Twist("")
		}
	}
	t.Fatalf("there is no oddity %q", clause)
	return experiment.Twist{}
}

func TestIDOfAnUnknownCallDiffersOnlyInHexadecimalDigits(t *testing.T) {
	t.Parallel()
	twist := oddityTwist(t, "the answer and the hangup belong to an unknown call")
	const literal = "call-/0123456789:@ABCDEFGabcdef"
	for _, step := range plainSteps(literal) {
		if step.Push.Event != push.Answer {
			continue
		}
		form, _ := applyTwist(t, twist, setting(), step)
		const want = "call-/3456701289:@DEFDEFGabcdef"
		if got := form.Get(push.FieldCallID); got != want {
			t.Errorf("the callId of the answer is %q, want %q", got, want)
		}
	}
}

func TestLargeGroupHasAnIDForEachUser(t *testing.T) {
	t.Parallel()
	form, _ := applyTwist(t, oddityTwist(t, "the newCall names twenty-five users"), setting(), plainStep(t, push.NewCall))
	for _, name := range []string{push.FieldUsers, push.FieldUserIDs, push.FieldFullUserIDs} {
		values := form.Values(name)
		if n := len(slices.Compact(slices.Sorted(slices.Values(values)))); len(values) != 25 || n != 25 {
			t.Errorf("%s has %d values, %d of them different, want 25", name, len(values), n)
		}
	}
}

func TestTwoCallIDsWithTheSameBeginningDifferAtTheirEnd(t *testing.T) {
	t.Parallel()
	story := scenarios.Scenario{Name: "two calls", Story: slices.Concat(experiment.OrdinaryCall("Doc"), experiment.OrdinaryCall("Marty"))}
	twist := experiment.SameIDBeginning("Marty")
	type ids struct{ CallID, OrigCallID, XCID string }
	legs := map[string]ids{}
	for _, step := range call.New(story, call.Options{Cast: scenarios.DefaultCast(), IDs: push.IDs{Seed: 1, Nonce: "test"}}).Rehearse() {
		form, _ := applyTwist(t, twist, setting(), step)
		got := ids{form.Get(push.FieldCallID), form.Get(push.FieldOrigCallID), form.Get(push.FieldXCID)}
		if earlier, ok := legs[step.Leg]; ok && earlier != got {
			t.Errorf("the ids of the %s of %s are %v, those of the push before %v", step.Push.Event, step.Leg, got, earlier)
		}
		legs[step.Leg] = got
		if plain := step.Push; step.Leg == "Doc" && got.XCID != plain.XCID || step.Leg == "Marty" && got.XCID == plain.XCID {
			t.Errorf("the xcid of the %s of %s is %s, in a plain call %s: want only that of Marty to differ", plain.Event, step.Leg, got.XCID, plain.XCID)
		}
	}
	doc, marty := legs["Doc"], legs["Marty"]
	if len(doc.CallID) != 136 || len(marty.CallID) != 136 || doc.CallID[:128] != marty.CallID[:128] || doc.CallID[128:] == marty.CallID[128:] {
		t.Errorf("the callIds are\n%s\n%s\nwant 136 characters, of which the first 128 are the same", doc.CallID, marty.CallID)
	}
	if doc.OrigCallID != doc.CallID || marty.OrigCallID != marty.CallID {
		t.Errorf("the origCallIds are %s and %s, want the callIds", doc.OrigCallID, marty.OrigCallID)
	}
	if want := "a second call has almost the same callId"; string(twist.Variant) != want || twist.Kind != experiment.Odd {
		t.Errorf("the twist is %q of kind %d, want %q, an odd one", twist.Variant, twist.Kind, want)
	}
}
