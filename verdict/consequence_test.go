package verdict

import (
	"testing"

	"github.com/pushcheck/pushcheck/requirements"
)

func TestConsequenceOfARowIsThatOfItsFindingsIfAllHaveTheSame(t *testing.T) {
	t.Parallel()
	own, other, none := requirements.Finding{So: "own"}, requirements.Finding{So: "other"}, requirements.Finding{}
	tests := []struct {
		name     string
		findings []requirements.Finding
		want     string
	}{
		{"one that says none", []requirements.Finding{none}, "of the requirement"},
		{"one that says its own", []requirements.Finding{own}, "own"},
		{"two that say the same", []requirements.Finding{own, own}, "own"},
		{"two that say different things", []requirements.Finding{own, other}, "of the requirement"},
		{"one that says its own and one that says none", []requirements.Finding{own, none}, "of the requirement"},
	}
	for _, test := range tests {
		row := Row{Requirement: requirements.Requirement{So: "of the requirement"}, Findings: test.findings}
		if got := consequence(row); got != test.want {
			t.Errorf("%s: consequence() = %q, want %q", test.name, got, test.want)
		}
	}
}
