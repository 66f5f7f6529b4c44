package experiment_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/experiment"
)

// planItem returns something that a run may play, about these requirements.
func planItem(pushes int, ids ...string) experiment.PlanItem {
	return experiment.PlanItem{RequirementIDs: ids, PushCount: pushes}
}

func TestItemsThatOthersCoverAreLeftOutAtASlowReceiver(t *testing.T) {
	t.Parallel()
	const second = time.Second // 35 pushes in 35 s, and 175 more
	tests := []struct {
		name  string
		pace  time.Duration
		items []experiment.PlanItem
		want  []bool
	}{
		{"the pace is not known", 0, []experiment.PlanItem{planItem(1000, "a"), planItem(1000, "a")}, []bool{false, false}},
		{"not slow", experiment.SlowPace - 1, []experiment.PlanItem{planItem(1000, "a"), planItem(1000, "a")}, []bool{false, false}},
		{"just slow", experiment.SlowPace, []experiment.PlanItem{planItem(1000, "a"), planItem(1000, "a")}, []bool{false, true}},
		{"just slow: 350 pushes fit", experiment.SlowPace, []experiment.PlanItem{planItem(340, "a"), planItem(10, "a"), planItem(1, "a")}, []bool{false, false, true}},
		{"each about a requirement of its own", second, []experiment.PlanItem{planItem(200, "a"), planItem(200, "b")}, []bool{false, false}},
		{"the second just fits", second, []experiment.PlanItem{planItem(200, "a"), planItem(10, "a")}, []bool{false, false}},
		{"the second does not fit", second, []experiment.PlanItem{planItem(200, "a"), planItem(11, "a")}, []bool{false, true}},
		{"the third fits", second, []experiment.PlanItem{planItem(200, "a"), planItem(11, "a"), planItem(10, "a")}, []bool{false, true, false}},
		{"the second leaves no room for the third", second, []experiment.PlanItem{planItem(200, "a"), planItem(6, "a"), planItem(6, "a")}, []bool{false, false, true}},
		{"the second is about another requirement too", second, []experiment.PlanItem{planItem(200, "a"), planItem(200, "a", "b")}, []bool{false, false}},
		{"the first is about both requirements", second, []experiment.PlanItem{planItem(200, "a", "b"), planItem(200, "a"), planItem(200, "b")}, []bool{false, true, true}},
		{"the third is the first about its requirement", second, []experiment.PlanItem{planItem(100, "a"), planItem(100, "a"), planItem(100, "b")}, []bool{false, true, false}},
		{"the first leaves room for the second", second, []experiment.PlanItem{planItem(50, "a"), planItem(160, "a")}, []bool{false, false}},
		{"the first does not fit, and is the only one about its requirement that is kept", second, []experiment.PlanItem{planItem(300, "a"), planItem(1, "a")}, []bool{false, true}},
	}
	for _, test := range tests {
		h := experiment.Health{Limit: 10 * time.Second}
		h.RecordProbeTime(test.pace)
		if diff := cmp.Diff(test.want, h.ItemsToLeaveOut(test.items)); diff != "" {
			t.Errorf("%s: ItemsToLeaveOut() mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestCountCrowdPushesAddsUpToTheFirstSizeThatIsTooLarge(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	tests := []struct {
		name string
		kind experiment.Kind
		size int
		pace time.Duration
		want int
	}{
		{"a crowd of 50, the pace is not known", experiment.Crowd, 50, 0, 3 * (5 + 15 + 50)},
		{"the limit is enough for 50", experiment.Crowd, 50, 40 * ms, 3 * (5 + 15 + 50)},
		{"the limit is not enough for 50", experiment.Crowd, 50, 40*ms + 1, 3*(5+15) + 50},
		{"the limit is enough for 5", experiment.Crowd, 50, 400 * ms, 3*5 + 15},
		{"the limit is not enough for 5", experiment.Crowd, 50, 400*ms + 1, 5},
		{"a crowd of 5", experiment.Crowd, 5, 100 * ms, 3 * 5},
		{"half the limit is enough for 20 that overlap", experiment.Overlap, 20, 50 * ms, 3 * 20},
		{"half the limit is enough for 10 of 20 that overlap", experiment.Overlap, 20, 100 * ms, 3 * 10},
	}
	for _, test := range tests {
		h := experiment.Health{Limit: 2 * time.Second}
		h.RecordProbeTime(test.pace)
		if got := h.CountCrowdPushes(experiment.Twist{Kind: test.kind, Size: test.size}); got != test.want {
			t.Errorf("%s: CountCrowdPushes() = %d, want %d", test.name, got, test.want)
		}
	}
}
