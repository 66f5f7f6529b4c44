package verdict

import (
	"testing"

	"github.com/pushcheck/pushcheck/requirements"
)

func TestConsequenceComesFromTheFindingsIfAllHaveTheSame(t *testing.T) {
	t.Parallel()
	own, other, none := requirements.Finding{Consequence: "own"}, requirements.Finding{Consequence: "other"}, requirements.Finding{}
	tests := []struct {
		name     string
		findings []requirements.Finding
		want     string
	}{
		{"finding without a consequence", []requirements.Finding{none}, "of the requirement"},
		{"finding with a consequence", []requirements.Finding{own}, "own"},
		{"two findings with the same consequence", []requirements.Finding{own, own}, "own"},
		{"two findings with different consequences", []requirements.Finding{own, other}, "of the requirement"},
		{"one finding with and one without a consequence", []requirements.Finding{own, none}, "of the requirement"},
	}
	for _, test := range tests {
		row := Row{Requirement: requirements.Requirement{Consequence: "of the requirement"}, Findings: test.findings}
		if got := consequence(row); got != test.want {
			t.Errorf("%s: consequence() = %q, want %q", test.name, got, test.want)
		}
	}
}
