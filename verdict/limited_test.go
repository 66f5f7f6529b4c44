package verdict_test

import (
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestRequirementWithoutACallIsUndeterminedIfALimitWasReached(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		run  verdict.Run
		want verdict.Status
	}{
		"a limit was reached: undetermined": {verdict.Run{Evidence: evidenceOf(newCall(200, ms), newCall(429, ms))}, verdict.Undetermined},
		"no limit: not applicable":          {verdict.Run{Evidence: evidenceOf(newCall(200, ms), newCall(200, ms))}, verdict.NotApplicable},
	} {
		v := test.run.Judge()
		for _, id := range []string{"push.user-empty", "trouble.many-calls"} {
			row := rowOf(t, v, id)
			if row.Status != test.want {
				t.Errorf("%s: %s is %s, want %s: %s", name, id, row.Status, test.want, row.Reason)
			}
			if advised := strings.Contains(row.Reason, outcome.LimitAdvice); row.ID == "trouble.many-calls" && advised != (test.want == verdict.Undetermined) {
				t.Errorf("%s: %s has the reason %q, want the advice only if it is undetermined", name, row.ID, row.Reason)
			}
		}
	}
}
