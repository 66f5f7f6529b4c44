package experiment_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

func TestPushesWithoutATwistAreDelivered(t *testing.T) {
	t.Parallel()
	for _, step := range plainSteps() {
		if got := (experiment.Twist{}).FateOf(step); got != experiment.Delivered {
			t.Errorf("the fate of the %s is %d, want that it arrives", step.Push.Event, got)
		}
	}
}

func TestOnlyTheHangupOfTheFirstLegIsOvertaken(t *testing.T) {
	t.Parallel()
	story := scenarios.Scenario{Name: "transfer", Story: []scenarios.Act{
		{Who: "Jennifer", Deed: scenarios.Calls, To: []string{"Doc"}},
		{Who: "Doc", Deed: scenarios.Answers},
		{Who: "Doc", Deed: scenarios.Transfers, To: []string{"Marty"}},
		{Who: "Marty", Deed: scenarios.Answers},
		{Who: "Doc", Deed: scenarios.Ends, Cause: push.NormalClearing},
		{Who: "Marty", Deed: scenarios.Ends, Cause: push.NormalClearing},
	}}
	twist := oddityTwist(t, "the first leg's hangup comes late")
	got := map[string]experiment.Fate{}
	for _, step := range call.New(story, call.Options{Cast: scenarios.DefaultCast()}).Rehearse() {
		got[string(step.Push.Event)+" "+step.Leg] = twist.FateOf(step)
	}
	want := map[string]experiment.Fate{
		"newCall Doc": experiment.Delivered, "answer Doc": experiment.Delivered, "hangup Doc": experiment.Overtaken,
		"newCall Marty": experiment.Delivered, "answer Marty": experiment.Delivered, "hangup Marty": experiment.Delivered,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the fates mismatch (-want +got):\n%s", diff)
	}
}
