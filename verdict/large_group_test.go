package verdict_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestMistakeOfPlainCallsIsReportedOnlyOnceIfALargeGroupShowsItToo(t *testing.T) {
	t.Parallel()
	inferred := ", in a call to 25 users (it is inferred that sipgate names so many in one push)"
	group := func(document string) transcript.Call {
		c := callWithResponse(document)
		c.RequirementID, c.Variant = "push.group-call", "the newCall names twenty-five users"
		c.Exchanges[0].Odd, c.Exchanges[0].Push.Users = true, slices.Repeat([]string{"Doc"}, 25)
		return c
	}
	for name, test := range map[string]struct {
		calls []transcript.Call
		want  []string
	}{
		"mistake in plain calls as well: reported once":                {numberedCalls(callWithResponse("OK"), group("OK")), []string{"plain text"}},
		"mistake in the call to the group only: reported as uncertain": {numberedCalls(callWithResponse(""), group("OK")), []string{"plain text" + inferred}},
		"another mistake in plain calls: both mistakes reported":       {numberedCalls(callWithResponse("{}"), group("OK")), []string{"JSON", "plain text" + inferred}},
	} {
		var got []string
		for _, row := range (verdict.Run{Evidence: verdict.Evidence{Calls: test.calls}}).Judge().Rows {
			for _, f := range row.Findings {
				if row.ID == "response.xml-or-nothing" {
					got = append(got, f.Got)
				}
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: findings mismatch (-want +got):\n%s", name, diff)
		}
	}
}
