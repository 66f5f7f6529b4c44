package experiment_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/experiment"
)

// planItem returns an item that sends this number of pushes and tests the requirements with these ids.
func planItem(pushes int, ids ...string) experiment.PlanItem {
	return experiment.PlanItem{RequirementIDs: ids, PushCount: pushes}
}

func TestItemsWithCoveredRequirementsAreLeftOutAtASlowReceiver(t *testing.T) {
	t.Parallel()
	const second = time.Second // at one push per second, 210 pushes are planned: 35 pushes in 35 s, and 175 more
	tests := []struct {
		name  string
		pace  time.Duration // response time of a push
		items []experiment.PlanItem
		want  []bool
	}{
		{"the pace is unknown: none left out", 0, []experiment.PlanItem{planItem(1000, "a"), planItem(1000, "a")}, []bool{false, false}},
		{"the pace is just below slow: none left out", experiment.SlowPace - 1, []experiment.PlanItem{planItem(1000, "a"), planItem(1000, "a")}, []bool{false, false}},
		{"the pace is just slow: the second item about a is left out", experiment.SlowPace, []experiment.PlanItem{planItem(1000, "a"), planItem(1000, "a")}, []bool{false, true}},
		{"the pace is just slow: 350 pushes fit, 351 do not", experiment.SlowPace, []experiment.PlanItem{planItem(340, "a"), planItem(10, "a"), planItem(1, "a")}, []bool{false, false, true}},
		{"400 pushes, each item about another requirement: none left out", second, []experiment.PlanItem{planItem(200, "a"), planItem(200, "b")}, []bool{false, false}},
		{"210 pushes: the second item just fits", second, []experiment.PlanItem{planItem(200, "a"), planItem(10, "a")}, []bool{false, false}},
		{"211 pushes: the second item does not fit", second, []experiment.PlanItem{planItem(200, "a"), planItem(11, "a")}, []bool{false, true}},
		{"211 pushes with the second item, 210 with the third: the second is left out", second, []experiment.PlanItem{planItem(200, "a"), planItem(11, "a"), planItem(10, "a")}, []bool{false, true, false}},
		{"206 pushes with the second item, 212 with the third: the third is left out", second, []experiment.PlanItem{planItem(200, "a"), planItem(6, "a"), planItem(6, "a")}, []bool{false, false, true}},
		{"the second item is also about another requirement: none left out", second, []experiment.PlanItem{planItem(200, "a"), planItem(200, "a", "b")}, []bool{false, false}},
		{"the first item is about both requirements: the others are left out", second, []experiment.PlanItem{planItem(200, "a", "b"), planItem(200, "a"), planItem(200, "b")}, []bool{false, true, true}},
		{"only the third item is about b: it is kept, and the second is left out", second, []experiment.PlanItem{planItem(100, "a"), planItem(100, "a"), planItem(100, "b")}, []bool{false, true, false}},
		{"a small first item and a large second item: 210 pushes fit", second, []experiment.PlanItem{planItem(50, "a"), planItem(160, "a")}, []bool{false, false}},
		{"the first item about a does not fit: it is kept, and the second is left out", second, []experiment.PlanItem{planItem(300, "a"), planItem(1, "a")}, []bool{false, true}},
	}
	for _, test := range tests {
		h := experiment.Health{Limit: 10 * time.Second}
		h.RecordProbeTime(test.pace)
		if diff := cmp.Diff(test.want, h.ItemsToLeaveOut(test.items)); diff != "" {
			t.Errorf("%s: ItemsToLeaveOut() mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestCountCrowdPushesStopsAfterTheFirstSizeThatIsTooLarge(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	tests := []struct {
		name string
		kind experiment.Kind
		size int
		pace time.Duration
		want int
	}{
		{"a crowd of 50, the pace is unknown: all sizes count", experiment.Crowd, 50, 0, 3 * (5 + 15 + 50)},
		{"a crowd of 50, 50 pushes fit into the limit: all sizes count", experiment.Crowd, 50, 40 * ms, 3 * (5 + 15 + 50)},
		{"a crowd of 50, 49 pushes fit into the limit: size 50 is too large", experiment.Crowd, 50, 40*ms + 1, 3*(5+15) + 50},
		{"a crowd of 50, 5 pushes fit into the limit: size 15 is too large", experiment.Crowd, 50, 400 * ms, 3*5 + 15},
		{"a crowd of 50, 4 pushes fit into the limit: size 5 is too large", experiment.Crowd, 50, 400*ms + 1, 5},
		{"a crowd of 5, 20 pushes fit into the limit: one size counts", experiment.Crowd, 5, 100 * ms, 3 * 5},
		{"20 calls that overlap, 20 pushes fit into half the limit: 20 calls count", experiment.Overlap, 20, 50 * ms, 3 * 20},
		{"20 calls that overlap, 10 pushes fit into half the limit: 10 calls count", experiment.Overlap, 20, 100 * ms, 3 * 10},
	}
	for _, test := range tests {
		h := experiment.Health{Limit: 2 * time.Second}
		h.RecordProbeTime(test.pace)
		if got := h.CountCrowdPushes(experiment.Twist{Kind: test.kind, Size: test.size}); got != test.want {
			t.Errorf("%s: CountCrowdPushes() = %d, want %d", test.name, got, test.want)
		}
	}
}
