package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// refusingVerdict returns a verdict with a failure in two variants, a warning in two variants, and a failure about a stimulus, which is a
// request that is not a push.
func refusingVerdict() verdict.Verdict {
	const causesCall, callerCall, strangerCall = 3, 7, 8
	finding := func(level requirements.Level, variant transcript.Variant, got string, call int) requirements.Finding {
		return requirements.Finding{Level: level, Variant: variant, Want: "a 2xx status", Got: got, Call: call}
	}
	row := func(id string, level requirements.Level, status verdict.Status, findings ...requirements.Finding) verdict.Row {
		return verdict.Row{Requirement: requirements.Requirement{ID: id, Level: level, Statement: "It says so."}, Status: status, Findings: findings}
	}
	stimulusCall := oddCall()
	stimulusCall.ID, stimulusCall.Exchanges = strangerCall, []transcript.Exchange{{Twist: transcript.Twist{ForeignName: "a JSON document"}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 200}}}
	return verdict.Verdict{Evidence: verdict.Evidence{Calls: []transcript.Call{transferredCall(), oddCall(), stimulusCall}}, Rows: []verdict.Row{
		row("push.hangup-causes", requirements.Must, verdict.Failed,
			finding(requirements.Must, "the hangup cause is busy", "status 500", causesCall),
			finding(requirements.Must, "the hangup cause is forwarded", "status 500", causesCall)),
		row("push.odd-caller", requirements.Should, verdict.Warned,
			finding(requirements.Should, "the caller's number is empty", "status 400", callerCall),
			finding(requirements.Should, "the caller is a SIP id", "status 400", callerCall)),
		row("trouble.malformed-push", requirements.Must, verdict.Failed, finding(requirements.Must, "a stranger sends a JSON document", "after a JSON document, the newCall push: dropped", strangerCall)),
	}}
}

func TestEveryReportNamesTheVariantOfAFinding(t *testing.T) {
	t.Parallel()
	var terminal, junit, document bytes.Buffer
	report.NewTerminal(&terminal, report.TerminalOptions{}).PrintVerdict(refusingVerdict(), 0)
	for name, err := range map[string]error{"JUnit": report.JUnit(&junit, refusingVerdict()), "JSON": report.JSON(&document, refusingVerdict())} {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	tests := []struct {
		name, text, part string
		want             int
	}{
		{"a failure on the terminal", terminal.String(), "  when      the hangup cause is busy\n  or when   the hangup cause is forwarded\n", 1},
		{"a warning on the terminal", terminal.String(), "  when      the caller's number is empty\n  or when   the caller is a SIP id\n", 1},
		{"on the terminal, a variant that the place already names", terminal.String(), "a stranger sends", 0},
		{"a failure in JUnit", junit.String(), "  or when   the hangup cause is forwarded\n", 1},
		{"a warning in JUnit", junit.String(), "  or when   the caller is a SIP id\n", 1},
	}
	for _, test := range tests {
		if got := strings.Count(test.text, test.part); got != test.want {
			t.Errorf("%s: %q occurs %d times, want %d:\n%s", test.name, test.part, got, test.want, test.text)
		}
	}
	var parsed struct {
		Requirements []struct{ Findings []struct{ Variant string } }
	}
	if err := json.Unmarshal(document.Bytes(), &parsed); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range parsed.Requirements {
		for _, f := range r.Findings {
			got = append(got, f.Variant)
		}
	}
	want := []string{"the hangup cause is busy", "the hangup cause is forwarded", "the caller's number is empty", "the caller is a SIP id", "a stranger sends a JSON document"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variants in JSON mismatch (-want +got):\n%s", diff)
	}
}
