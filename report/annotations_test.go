package report_test

import (
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

func annotationLines(t *testing.T, v verdict.Verdict) []string {
	t.Helper()
	text := render(t, func(w io.Writer) error { return report.Annotations(w, v) })
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
}

func TestAnnotationsListFailuresBeforeWarnings(t *testing.T) {
	t.Parallel()
	got := annotationLines(t, everyStatus())
	for i, line := range got {
		got[i], _, _ = strings.Cut(strings.TrimPrefix(line, "::"), "::")
	}
	want := []string{"error title=failed transport.in-date", "error title=failed transport.complete-chain", "error title=failed push.user-empty",
		"error title=failed response.content-type", "error title=failed dial.number-format", "error title=failed trouble.oversized-push",
		"error title=failed reception.feature%3A9", "error title=failed reception.feature%3A15",
		"warning title=warned response.known-attributes", "warning title=warned response.prompt"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("annotations mismatch (-want +got):\n%s", diff)
	}
}

func TestAnnotationHasEvidencePlaceAndFix(t *testing.T) {
	t.Parallel()
	v := everyStatus()
	v.Rows = v.Rows[5:6]
	v.Rows[0].Findings[0].Got = "50% :: a,b\r\nc"
	want := "::error title=failed push.user-empty::The receiver accepts a newCall whose user[] is present and empty.%0A" +
		`want a 2xx response, got 50%25 :: a,b\r\nc%0Aat call 7 odd-pushes, push 1: newCall (Doc)%0Afix: Mend push.user-empty.`
	if diff := cmp.Diff(want, annotationLines(t, v)[0]); diff != "" {
		t.Errorf("annotation mismatch (-want +got):\n%s", diff)
	}
}

func TestRunThatIsNotConformantHasAnErrorAnnotation(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		v    verdict.Verdict
		want []string
	}{
		"a conformant run has no annotation":                              {conformantVerdict(), []string{}},
		"an interrupted run has an error with the summary":                {verdict.Verdict{Evidence: verdict.Evidence{Interrupted: true}, Exit: 130, Summary: "interrupted"}, []string{"::error title=pushcheck%3A interrupted::interrupted"}},
		"a known failure that passes now gives an error with the summary": {verdict.Verdict{Conclusion: verdict.NotConformant, Exit: 1, Summary: "stale"}, []string{"::error title=pushcheck%3A not conformant::stale"}},
		"a warning that counts as a failure gives an error":               {verdict.Verdict{Exit: 1, Rows: []verdict.Row{{Requirement: requirements.Requirement{ID: "a.b", Statement: "It does."}, Status: verdict.Warned, Fatal: true}}}, []string{"::error title=warned a.b::It does.%0Anot met"}},
	} {
		if diff := cmp.Diff(tt.want, annotationLines(t, tt.v)); diff != "" {
			t.Errorf("%s: annotations mismatch (-want +got):\n%s", name, diff)
		}
	}
}

// Workflow commands are added to every text of a verdict. Still each line of the output has to be an annotation that pushcheck wrote.
func TestWorkflowCommandOfTheReceiverMakesNoAnnotation(t *testing.T) {
	t.Parallel()
	v := everyStatus()
	addEverywhere(reflect.ValueOf(&v).Elem(), "\n::stop-commands::x,file=/etc/passwd::%0A\r\n##[error]x")
	pushcheckAnnotation := regexp.MustCompile(`^::(error|warning) title=[^:,]*::`)
	lines := annotationLines(t, v)
	for _, line := range lines {
		if !pushcheckAnnotation.MatchString(line) || bracketCommand.MatchString(line) {
			t.Errorf("not an annotation of pushcheck: %q", line)
		}
	}
	if len(lines) != 10 && len(lines) != 11 {
		t.Errorf("%d lines, want one for each failure and warning, and the verdict", len(lines))
	}
}
