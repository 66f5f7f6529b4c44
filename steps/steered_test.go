package steps_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

// playAllFeatures judges a handler by all features. numbers are values of --numbers.
func playAllFeatures(t *testing.T, h http.Handler, numbers ...string) verdict.Verdict {
	t.Helper()
	return playFeatures(t, features.FS, h, numbers...)
}

// callFeatures returns the feature files about whole calls.
func callFeatures(t *testing.T) fs.FS {
	t.Helper()
	return featuresIn(t, "calls.feature", "colleagues.feature", "forwards.feature", "transfers.feature", "steered.feature", "pushes.feature")
}

func playFeatures(t *testing.T, files fs.FS, h http.Handler, numbers ...string) verdict.Verdict {
	t.Helper()
	parsed, err := scenarios.ParseNumbers(numbers...)
	if err != nil {
		t.Fatal(err)
	}
	o := inMemoryOptions(h)
	o.Numbers = parsed
	run := probedRun(t, o)
	steps.Play(t.Context(), run, steps.Suite{Files: files, Parallel: 4})
	return run.Verdict()
}

func steeringOptions(t *testing.T, entries ...string) receiver.Options {
	t.Helper()
	steer, err := receiver.ParseSteering(entries...)
	if err != nil {
		t.Fatal(err)
	}
	return receiver.Options{Steering: steer}
}

// row returns the row of a requirement.
func row(t *testing.T, v verdict.Verdict, id string) verdict.Row {
	t.Helper()
	i := slices.IndexFunc(v.Rows, func(r verdict.Row) bool { return r.ID == id })
	if i < 0 {
		t.Fatalf("there is no requirement %s", id)
	}
	return v.Rows[i]
}

func TestActionsAreJudgedAtConfiguredNumbers(t *testing.T) {
	t.Parallel()
	numbers := []string{
		"gather=493023125071", "reject=493023125072", "redirect-5=493023125073", "hangup=493023125074", "voicemail=493023125075",
		"play=493023125076", "gather-redirect=493023125077", "busy=493023125078",
	}
	v := playAllFeatures(t, referenceReceiver(t, steeringOptions(t, numbers...)), numbers...)
	if v.Exit != 0 || len(v.Problems) > 0 {
		t.Errorf("exit %d, problems %v, want 0 and none: %s", v.Exit, v.Problems, v.Summary)
	}
	for _, id := range []string{
		"call.menu", "call.steered", "call.answered", "call.unanswered", "call.transfer-answered", "call.internal", "call.group", "call.voicemail",
		"dial.target", "dial.number-format", "dial.max-five-targets", "play.url", "gather.ondata", "gather.max-digits", "reject.reason", "hangup.empty",
		"push.dtmf", "push.dtmf-nothing", "push.dtmf-any-key", "push.answer-without-user",
	} {
		if r := row(t, v, id); r.Status != verdict.Passed {
			t.Errorf("%s is %s, want passed: %s %v", id, r.Status, r.Reason, r.Findings)
		}
	}
}

func TestRequirementsOfActionsAreNotApplicableWithoutNumbers(t *testing.T) {
	t.Parallel()
	v := playAllFeatures(t, referenceReceiver(t, steeringOptions(t, "gather=493023125071", "reject=493023125072")))
	for _, id := range []string{"call.menu", "call.steered", "gather.ondata", "reject.reason", "push.dtmf"} {
		if r := row(t, v, id); v.Exit != 0 || r.Status != verdict.NotApplicable {
			t.Errorf("exit %d, %s is %s, want 0 and not applicable", v.Exit, id, r.Status)
		}
	}
}

func TestReceiverThatSteersEveryCallTheSameWayPasses(t *testing.T) {
	t.Parallel()
	plainCallRequirements := []string{
		"call.transfer-answered", "call.transfer-unanswered", "call.forward-busy", "call.answered", "call.unanswered",
		"call.voicemail", "call.group", "call.internal",
	}
	for _, steering := range scenarios.Steerings() {
		kind := string(steering)
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			v := playFeatures(t, callFeatures(t), referenceReceiver(t, steeringOptions(t, kind+"="+receiver.AnyOtherNumber)))
			if v.Exit != 0 || len(v.Problems) > 0 {
				t.Errorf("exit %d, problems %v, want 0 and none: %s", v.Exit, v.Problems, v.Summary)
			}
			letsThrough := slices.Contains([]string{"gather", "gather-redirect", "play"}, kind) // the call goes through if no key is pressed
			for _, id := range plainCallRequirements {
				r := row(t, v, id)
				switch {
				case letsThrough && r.Status != verdict.Passed:
					t.Errorf("%s is %s, want passed: %s", id, r.Status, r.Reason)
				case !letsThrough && (r.Status != verdict.NotApplicable || !strings.Contains(r.Reason, "every call") || !strings.Contains(r.Reason, "name a number that the receiver lets through, --numbers through=NUMBER")):
					t.Errorf("%s is %s: %q, want not applicable with the advice to name a number", id, r.Status, r.Reason)
				}
			}
			if r := row(t, v, "call.steered"); kind != "gather" && kind != "play" && r.Status != verdict.Passed {
				t.Errorf("call.steered is %s, want passed: %s", r.Status, r.Reason)
			}
			if r := row(t, v, "call.menu"); strings.HasPrefix(kind, "gather") && r.Status != verdict.Passed {
				t.Errorf("call.menu is %s, want passed: %s", r.Status, r.Reason)
			}
		})
	}
}

func TestOnlyTheFirstOfTwoActionsSteersACall(t *testing.T) {
	t.Parallel()
	v := playFeatures(t, callFeatures(t), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("event") == "newCall" {
			w.Header().Set("Content-Type", "application/xml")
			fmt.Fprintf(w, `<Response onHangup="https://%s/push"><Reject/><Hangup/></Response>`, r.Host)
		}
	}))
	if v.Exit != 0 || len(v.Problems) > 0 {
		t.Errorf("exit %d, problems %v, want 0 and none: %s", v.Exit, v.Problems, v.Summary)
	}
	if got := row(t, v, "call.steered").Status; got != verdict.Passed {
		t.Errorf("call.steered is %s, want passed", got)
	}
}

// receiverRejectingUnless returns a receiver that rejects a call unless letsThrough returns true for the form of the push.
func receiverRejectingUnless(t *testing.T, letsThrough func(url.Values) bool) http.Handler {
	t.Helper()
	rejectingReceiver, acceptingReceiver := referenceReceiver(t, steeringOptions(t, "reject=*")), referenceReceiver(t, receiver.Options{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		form, _ := url.ParseQuery(string(body))
		if letsThrough(form) {
			acceptingReceiver.ServeHTTP(w, r)
			return
		}
		rejectingReceiver.ServeHTTP(w, r)
	})
}

func TestPlainCallsUseNumbersThatAreLetThrough(t *testing.T) {
	t.Parallel()
	const doc, marty, jennifer = "493023125081", "493023125082", "491713920081"
	tests := []struct {
		name          string
		letsThrough   func(url.Values) bool
		numbers       []string
		passed        []string // ids of the requirements that must pass
		notApplicable string   // id of a requirement that is not applicable; "": none
	}{
		{"two called numbers are let through", func(f url.Values) bool { return f.Get("to") == doc || f.Get("to") == marty }, []string{"through=" + doc, "through=" + marty},
			[]string{"call.answered", "call.transfer-answered", "call.transfer-unanswered", "call.forward-busy", "call.group", "call.internal"}, ""},
		{"one called number is let through", func(f url.Values) bool { return f.Get("to") == doc }, []string{"through=" + doc},
			[]string{"call.answered", "call.unanswered", "call.group"}, "call.transfer-answered"},
		{"one caller is let through", func(f url.Values) bool { return f.Get("from") == jennifer }, []string{"through=from:" + jennifer},
			[]string{"call.answered", "call.transfer-answered", "call.forward-busy", "call.voicemail"}, "call.internal"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := playFeatures(t, callFeatures(t), receiverRejectingUnless(t, test.letsThrough), append(test.numbers, "reject=493023125089")...)
			if v.Exit != 0 || len(v.Problems) > 0 {
				t.Errorf("exit %d, problems %v, want 0 and none: %s", v.Exit, v.Problems, v.Summary)
			}
			for _, id := range append(test.passed, "call.steered", "push.hangup") {
				if r := row(t, v, id); r.Status != verdict.Passed {
					t.Errorf("%s is %s, want passed: %s", id, r.Status, r.Reason)
				}
			}
			if test.notApplicable != "" {
				if r := row(t, v, test.notApplicable); r.Status != verdict.NotApplicable {
					t.Errorf("%s is %s, want not applicable: %s", test.notApplicable, r.Status, r.Reason)
				}
			}
		})
	}
}

func TestConfiguredNumberOfACallerIsUsed(t *testing.T) {
	t.Parallel()
	h := receiverRejectingUnless(t, func(f url.Values) bool { return f.Get("from") != "anonymous" })
	v := playAllFeatures(t, h, "reject=from:anonymous")
	if r := row(t, v, "call.steered"); v.Exit != 0 || r.Status != verdict.Passed {
		t.Errorf("exit %d, call.steered is %s, want 0 and passed: %s", v.Exit, r.Status, r.Reason)
	}
	if r := row(t, playAllFeatures(t, h), "call.steered"); r.Status != verdict.Passed {
		t.Errorf("without the number call.steered is %s, want passed by the odd push that shows it: %s", r.Status, r.Reason)
	}
}

func TestFaultInOneKindOfCallIsReportedForThatCall(t *testing.T) {
	t.Parallel()
	faultyReceiver := func(name string, steer ...string) http.Handler {
		return referenceReceiver(t, steeringOptions(t, steer...), name)
	}
	tests := []struct {
		name         string
		handler      http.Handler
		numbers      []string
		want         []string          // ids of the requirements that are not met
		undetermined map[string]string // id of each undetermined requirement, and id of the requirement that is the reason
	}{
		{"fault in the voicemail's leg", faultyReceiver("voicemail-leg"), nil, []string{"call.voicemail"}, nil},
		{"fault at an answer in a group", faultyReceiver("group-answer"), nil, []string{"call.group"}, nil},
		{"fault in a call between colleagues", faultyReceiver("internal-call"), nil, []string{"call.internal"}, nil},
		{"fault after a key in a menu", faultyReceiver("menu-forgets", "gather=493023125071"), []string{"gather=493023125071"}, []string{"call.menu"}, nil},
		{"fault after a Reject", faultyReceiver("rejected-forgotten", "reject=493023125071"), []string{"reject=493023125071"}, []string{"call.steered"}, nil},
		{"fault after a Reject, and every call is rejected", faultyReceiver("rejected-forgotten", "reject=*"), nil, []string{"push.hangup"}, map[string]string{"call.steered": "push.hangup"}},
		{"fault at every newCall of a group", faultyReceiver("several-users"), nil, []string{"push.group-call"}, map[string]string{"call.group": "push.group-call"}},
		{"fault at every hangup", faultyReceiver("hangup-500"), nil, []string{"push.hangup"}, map[string]string{
			"call.group": "push.hangup", "call.internal": "push.hangup", "call.voicemail": "push.hangup-causes", "push.hangup-causes": "push.hangup"}},
		{"fault at every dtmf", faultyReceiver("dtmf-500", "gather=*"), nil, []string{"push.dtmf"}, map[string]string{"call.menu": "push.dtmf"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := playAllFeatures(t, test.handler, test.numbers...)
			if diff := cmp.Diff(test.want, failedIDs(v)); diff != "" || v.Exit != verdict.ExitNotConformant {
				t.Errorf("exit %d, requirements that are not met mismatch (-want +got):\n%s", v.Exit, diff)
			}
			for id, causeID := range test.undetermined {
				if r := row(t, v, id); r.Status != verdict.Undetermined || r.CauseID != causeID {
					t.Errorf("%s is %s because of %q, want undetermined because of %s", id, r.Status, r.CauseID, causeID)
				}
			}
		})
	}
}

func TestTableIsComparedIfTheReceiverTakesTheExpectedAction(t *testing.T) {
	t.Parallel()
	tests := []struct{ steer, call, want string }{
		{"reject=*", "Jennifer calls a number that is rejected", "the story has 2 pushes, the table lists 1"},
		{"redirect=*", "Jennifer calls a number that is redirected", "the story has 3 pushes, the table lists 1"},
		{"redirect=*", "Jennifer calls a number that is rejected", ""}, // no error: nothing is compared, because the receiver takes another action
		{"reject=*", "Jennifer calls Doc", ""},
	}
	for _, test := range tests {
		run := inMemoryRun(t, referenceReceiver(t, steeringOptions(t, test.steer)))
		steps.Play(t.Context(), run, steps.Suite{Files: feature("@call.steered", "When "+test.call, "Then sipgate pushes", "  | event |", "  | newCall |")})
		if got := strings.Join(run.Verdict().Problems, "\n"); !strings.Contains(got, test.want) || test.want == "" && got != "" {
			t.Errorf("%s, %s: problems %q, want %q", test.steer, test.call, got, test.want)
		}
	}
}

func TestPushesHaveTheNamesAndNumbersOfTheCast(t *testing.T) {
	t.Parallel()
	cast, err := scenarios.LoadCast("cast.yaml", []byte("Doc: {name: Emmett Brown, number: \"493023125091\", userId: w9, fullUserId: 1234567w9}\nMarty: {name: Martin}\n"))
	if err != nil {
		t.Fatal(err)
	}
	forms := make(chan url.Values, 1000)
	goodReceiver := referenceReceiver(t, receiver.Options{})
	o := inMemoryOptions(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		forms <- form
		r.Body = io.NopCloser(bytes.NewReader(body))
		goodReceiver.ServeHTTP(w, r)
	}))
	o.Cast = cast
	run := probedRun(t, o)
	steps.Play(t.Context(), run, steps.Suite{Files: fewFeatures(t), Parallel: 4})
	if v := run.Verdict(); v.Exit != 0 || len(v.Problems) > 0 {
		t.Errorf("exit %d, problems %v, want 0 and none: %s", v.Exit, v.Problems, v.Summary)
	}
	form := <-forms
	got := []string{form.Get("user[]"), form.Get("userId[]"), form.Get("fullUserId[]"), form.Get("to")}
	if diff := cmp.Diff([]string{"Emmett Brown", "w9", "1234567w9", "493023125091"}, got); diff != "" {
		t.Errorf("the first push mismatch (-want +got):\n%s", diff)
	}
}

func TestConfiguredNumberWithoutEffectGetsANote(t *testing.T) {
	t.Parallel()
	const rejectedNumber, otherNumber = "493023125072", "493023125079"
	// rejectingOneNumber returns a receiver that rejects calls to rejectedNumber. If numbers are given, it refuses the newCalls to all other
	// numbers.
	rejectingOneNumber := func(numbers ...string) http.Handler {
		good := referenceReceiver(t, steeringOptions(t, "reject="+rejectedNumber))
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			if form, _ := url.ParseQuery(string(body)); form.Get("event") == "newCall" && len(numbers) > 0 && !slices.Contains(numbers, form.Get("to")) {
				w.WriteHeader(http.StatusUnprocessableEntity)
				return
			}
			good.ServeHTTP(w, r)
		})
	}
	tests := []struct {
		name    string
		handler http.Handler
		numbers []string
		want    []string // part of each note
	}{
		{"the receiver takes the configured action: no note", rejectingOneNumber(), []string{"reject=" + rejectedNumber}, nil},
		{"the receiver lets a call through instead of rejecting it", rejectingOneNumber(), []string{"reject=" + otherNumber}, []string{"--numbers reject=" + otherNumber + " has no effect: for this number the receiver lets the call through"}},
		{"the receiver rejects instead of gathering", rejectingOneNumber(), []string{"gather=" + rejectedNumber}, []string{"gather=" + rejectedNumber + " has no effect: for this number the receiver responds with Reject"}},
		{"the receiver rejects instead of letting through", rejectingOneNumber(), []string{"through=" + rejectedNumber}, []string{"through=" + rejectedNumber + " has no effect: for this number the receiver responds with Reject"}},
		{"the receiver refuses the number with a status", rejectingOneNumber("493023125001", "493023125002"), []string{"reject=" + otherNumber}, []string{"for this number the receiver refuses the call with status 422"}},
		{"the receiver accepts only the configured number", rejectingOneNumber(rejectedNumber), []string{"reject=" + rejectedNumber}, []string{"refuses all others"}},
		{"the receiver refuses every newCall: no note", rejectingOneNumber(otherNumber), []string{"reject=" + rejectedNumber}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := playFeatures(t, featuresIn(t, "calls.feature", "steered.feature"), test.handler, test.numbers...)
			var got []string
			for _, n := range v.Notes {
				if n.About == "call" {
					got = append(got, n.Text)
				}
			}
			if len(got) != len(test.want) {
				t.Fatalf("notes %q, want %d", got, len(test.want))
			}
			for i, want := range test.want {
				if !strings.Contains(got[i], want) {
					t.Errorf("note %q, want %q in it", got[i], want)
				}
			}
		})
	}
}
