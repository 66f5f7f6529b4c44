package scenarios

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
)

func TestScenarioIsTheSameAfterYAMLAndLoad(t *testing.T) {
	t.Parallel()
	special := Scenario{Name: "off", Title: `Doc: "no", 'null' & <more> # ä`, Source: "true", RequiredAction: RedirectTo(5), Story: []Act{
		{Who: "Jennifer", Deed: Calls, To: []string{"Doc", "Marty"}, Shows: "1234567e0"},
		{Who: "Doc", Deed: Ends, Cause: "no", After: 90*time.Minute + 21*time.Second + 600*time.Millisecond},
	}}
	for _, s := range append(All(), special) {
		text := s.YAML()
		got, err := Load(s.Name+".yaml", text)
		if err != nil {
			t.Errorf("%s: %v\n%s", s.Name, err, text)
		}
		if diff := cmp.Diff(s, got); diff != "" {
			t.Errorf("%s: written by YAML and loaded again, mismatch (-want +got):\n%s\n%s", s.Name, diff, text)
		}
	}
	digits := ""
	want := `name: menu
title: "A menu"
steered: redirect
story:
  - {who: Jennifer, deed: calls, to: [Doc, Marty]}
  - {who: Jennifer, deed: presses, digits: ""}
  - {who: voicemail, deed: answers, after: 334ms}
  - {who: voicemail, deed: ends, cause: normalClearing, after: 21.6s, together: true}
`
	got := Scenario{Name: "menu", Title: "A menu", RequiredAction: RedirectTo(1), Story: []Act{
		{Who: "Jennifer", Deed: Calls, To: []string{"Doc", "Marty"}},
		{Who: "Jennifer", Deed: Presses, Digits: &digits},
		{Who: Voicemail, Deed: Answers, After: 334 * time.Millisecond},
		{Who: Voicemail, Deed: Ends, Cause: push.NormalClearing, After: 21600 * time.Millisecond, Together: true},
	}}.YAML()
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("YAML mismatch (-want +got):\n%s", diff)
	}
}
