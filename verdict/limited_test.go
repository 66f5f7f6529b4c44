package verdict_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/verdict"
)

func TestWhatALimitKeptFromBeingPlayedIsUndetermined(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		run  verdict.Run
		want verdict.Status
	}{
		"a limit was reached": {verdict.Run{Calls: calls(newCall(200, ms), newCall(429, ms))}, verdict.Undetermined},
		"no limit":            {verdict.Run{Calls: calls(newCall(200, ms), newCall(200, ms))}, verdict.NotApplicable},
	} {
		for _, row := range test.run.Judge().Rows {
			if (row.ID == "push.user-empty" || row.ID == "trouble.many-calls") && row.Status != test.want {
				t.Errorf("%s: %s is %s, want %s: %s", name, row.ID, row.Status, test.want, row.Reason)
			}
		}
	}
}
