package verdict

import (
	"testing"

	"github.com/pushcheck/pushcheck/requirements"
)

func TestRowHasTheConsequenceThatAllItsFindingsShare(t *testing.T) {
	t.Parallel()
	consequenceA, consequenceB, noConsequence := requirements.Finding{Consequence: "A"}, requirements.Finding{Consequence: "B"}, requirements.Finding{}
	tests := []struct {
		name     string
		findings []requirements.Finding
		want     string
	}{
		{"finding without a consequence: that of the requirement", []requirements.Finding{noConsequence}, "of the requirement"},
		{"finding with a consequence: that of the finding", []requirements.Finding{consequenceA}, "A"},
		{"two findings with the same consequence: that of the findings", []requirements.Finding{consequenceA, consequenceA}, "A"},
		{"two findings with different consequences: that of the requirement", []requirements.Finding{consequenceA, consequenceB}, "of the requirement"},
		{"one finding with and one without a consequence: that of the requirement", []requirements.Finding{consequenceA, noConsequence}, "of the requirement"},
	}
	for _, test := range tests {
		row := Row{Requirement: requirements.Requirement{Consequence: "of the requirement"}, Findings: test.findings}
		if got := consequence(row); got != test.want {
			t.Errorf("%s: consequence() = %q, want %q", test.name, got, test.want)
		}
	}
}
