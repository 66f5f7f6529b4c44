package load_test

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/load"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/verdict"
)

// mustMix parses a mix. If the text is not valid, the test fails.
func mustMix(t testing.TB, text string) load.Mix {
	t.Helper()
	mix, err := load.ParseMix(text)
	if err != nil {
		t.Fatal(err)
	}
	return mix
}

func TestShardsDivideTheCallsOfTheWholeLoad(t *testing.T) {
	t.Parallel()
	plan := load.Plan{
		PerSecond: 50, Ramp: 5 * time.Second, Duration: 20 * time.Second, Seed: 7,
		Ring: load.Distribution{Shape: load.Exponential, Mean: 10 * time.Second}, Talk: load.Distribution{Shape: load.Lognormal, Mean: 90 * time.Second},
	}
	wholeLoad := slices.Collect(plan.Calls())
	for _, shardCount := range []int{1, 2, 3, 7} {
		joinedCalls := make([]load.Call, len(wholeLoad))
		for number := 1; number <= shardCount; number++ {
			shardPlan := plan
			shardPlan.Shard = verdict.Shard{Number: number, Total: shardCount}
			for call := range shardPlan.Calls() {
				if (call.Number-1)%shardCount != number-1 {
					t.Errorf("shard %d/%d has call %d", number, shardCount, call.Number)
				}
				joinedCalls[call.Number-1] = call
			}
		}
		if diff := cmp.Diff(wholeLoad, joinedCalls); diff != "" {
			t.Errorf("%d shards mismatch (-want +got):\n%s", shardCount, diff)
		}
	}
}

func TestSameSeedMakesTheSameCalls(t *testing.T) {
	t.Parallel()
	plan := load.Plan{PerSecond: 10, Count: 200, Seed: 1, Talk: load.Distribution{Shape: load.Exponential, Mean: time.Minute}}
	firstCalls := slices.Collect(plan.Calls())
	if diff := cmp.Diff(firstCalls, slices.Collect(plan.Calls())); diff != "" {
		t.Errorf("the same seed made other calls (-want +got):\n%s", diff)
	}
	plan.Seed = 2
	if cmp.Equal(firstCalls, slices.Collect(plan.Calls())) {
		t.Error("another seed made the same calls")
	}
}

// The wanted calls are written out, so that the test fails if a change of the code changes the calls of a seed.
func TestCallsOfASeedNeverChange(t *testing.T) {
	t.Parallel()
	plan := load.Plan{PerSecond: 10, Count: 4, Seed: 1, Talk: load.Distribution{Shape: load.Exponential, Mean: time.Minute}}
	type row struct {
		Name  string
		Begin time.Duration
	}
	want := []row{
		{"transfer-unanswered-both-ends#1", 47 * time.Millisecond},
		{"outgoing-answered#2", 100 * time.Millisecond},
		{"incoming-voicemail#3", 246 * time.Millisecond},
		{"incoming-answered#4", 390 * time.Millisecond},
	}
	var got []row
	for call := range plan.Calls() {
		got = append(got, row{fmt.Sprintf("%s#%d", call.Scenario.Name, call.Number), call.Begin.Round(time.Millisecond)})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls mismatch (-want +got):\n%s", diff)
	}
}

func TestDurationAndCountLimitTheNumberOfCalls(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		plan load.Plan
		want int
	}{
		{"a count", load.Plan{PerSecond: 10, Arrivals: load.Constant, Count: 5}, 5},
		{"a duration", load.Plan{PerSecond: 10, Arrivals: load.Constant, Duration: 2 * time.Second}, 20},
		{"a count that is reached before the duration", load.Plan{PerSecond: 10, Arrivals: load.Constant, Count: 5, Duration: 2 * time.Second}, 5},
		{"a duration that is reached before the count", load.Plan{PerSecond: 10, Arrivals: load.Constant, Count: 50, Duration: 2 * time.Second}, 20},
		{"a count, with concurrency instead of a rate", load.Plan{Concurrency: 3, Count: 7, Duration: time.Second}, 7},
		{"a count, in the second of two shards", load.Plan{PerSecond: 10, Count: 7, Shard: verdict.Shard{Number: 2, Total: 2}}, 3},
	}
	for _, test := range tests {
		if got := len(slices.Collect(test.plan.Calls())); got != test.want {
			t.Errorf("%s: %d calls, want %d", test.name, got, test.want)
		}
	}
}

func TestCallsOfAPlanWithConcurrencyBeginAtZero(t *testing.T) {
	t.Parallel()
	for call := range (load.Plan{Concurrency: 3, Count: 7, Ramp: time.Second}).Calls() {
		if call.Begin != 0 {
			t.Errorf("call %d begins after %v, want 0", call.Number, call.Begin)
		}
	}
}

func TestParallelCallsOfAllShardsAddUpToTheConcurrency(t *testing.T) {
	t.Parallel()
	tests := []struct {
		concurrency int
		want        []int // parallel calls of each shard
	}{
		{10, []int{10}}, {10, []int{5, 5}}, {10, []int{4, 3, 3}}, {2, []int{1, 1, 0}},
	}
	for _, test := range tests {
		var got []int
		for i := range test.want {
			plan := load.Plan{Concurrency: test.concurrency, Shard: verdict.Shard{Number: i + 1, Total: len(test.want)}}
			got = append(got, plan.ParallelCalls())
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("ParallelCalls with concurrency %d mismatch (-want +got):\n%s", test.concurrency, diff)
		}
	}
	if got := (load.Plan{Concurrency: 10}).ParallelCalls(); got != 10 {
		t.Errorf("ParallelCalls of the whole load = %d, want 10", got)
	}
}

func TestPoissonArrivalsHaveTheMeanAndTheVarianceOfThePoissonProcess(t *testing.T) {
	t.Parallel()
	const perSecond, seconds = 50, 4000
	counts := countPerSecond(load.Plan{PerSecond: perSecond, Duration: seconds * time.Second, Seed: 3}, seconds)
	mean, variance := moments(counts)
	// Each estimate may differ from the expected value by five standard errors.
	checkWithin(t, "mean", mean, perSecond, 5*math.Sqrt(perSecond/float64(seconds)))
	checkWithin(t, "variance", variance, perSecond, 5*perSecond*math.Sqrt(2/float64(seconds)))
}

func TestConstantArrivalsAreEquallySpaced(t *testing.T) {
	t.Parallel()
	plan := load.Plan{PerSecond: 4, Arrivals: load.Constant, Count: 4}
	var got []time.Duration
	for call := range plan.Calls() {
		got = append(got, call.Begin)
	}
	want := []time.Duration{0, 250 * time.Millisecond, 500 * time.Millisecond, 750 * time.Millisecond}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("beginnings mismatch (-want +got):\n%s", diff)
	}
}

func TestRateRisesLinearlyDuringTheRamp(t *testing.T) {
	t.Parallel()
	// The rate reaches 100 calls/s after 10 s. Until then, 100·((t+1)²-t²)/20 calls begin in second t, counted from 0. After that, 100 calls
	// begin in each second.
	var want []float64
	for second := range 15 {
		want = append(want, min(5*float64(2*second+1), 100))
	}
	for _, arrivals := range []load.Arrivals{load.Constant, load.Poisson} {
		plan := load.Plan{PerSecond: 100, Arrivals: arrivals, Ramp: 10 * time.Second, Duration: 15 * time.Second, Seed: 5}
		got := countPerSecond(plan, 15)
		total := 0.0
		for second, count := range got {
			deviation := 1.0 // a call at the boundary may count for the next second
			if arrivals == load.Poisson {
				deviation = 5 * math.Sqrt(want[second])
			}
			checkWithin(t, string(arrivals)+" second "+strconv.Itoa(second), count, want[second], deviation)
			total += count
		}
		checkWithin(t, string(arrivals)+" in all", total, 1000, map[load.Arrivals]float64{load.Constant: 1, load.Poisson: 5 * math.Sqrt(1000)}[arrivals])
	}
}

func TestScenariosAreDrawnByTheirWeights(t *testing.T) {
	t.Parallel()
	const count = 100_000
	plan := load.Plan{PerSecond: 1000, Count: count, Seed: 11, Mix: mustMix(t, "incoming-answered=6,outgoing-busy=3,menu-digits=1")}
	countByScenario := map[string]float64{}
	for call := range plan.Calls() {
		countByScenario[call.Scenario.Name]++
	}
	for name, share := range map[string]float64{"incoming-answered": .6, "outgoing-busy": .3, "menu-digits": .1} {
		checkWithin(t, name, countByScenario[name]/count, share, 5*math.Sqrt(share*(1-share)/count))
	}
}

func TestEveryScenarioOfTheEverydayMixHasAWeightAndAReason(t *testing.T) {
	t.Parallel()
	total := 0
	for _, share := range load.EverydayMix() {
		if share.Scenario.Name == "" || share.Weight < 1 || share.Reason == "" {
			t.Errorf("share %q has weight %d and reason %q", share.Scenario.Name, share.Weight, share.Reason)
		}
		total += share.Weight
	}
	if total != 100 {
		t.Errorf("the weights add up to %d, want 100, so that they are percentages", total)
	}
	if diff := cmp.Diff(load.EverydayMix(), mustMix(t, "")); diff != "" {
		t.Errorf("ParseMix of nothing mismatch (-want +got):\n%s", diff)
	}
}

func TestOnlyTimesOfRingingAndTalkingAreRandom(t *testing.T) {
	t.Parallel()
	const ring, talk = time.Second * 3, time.Second * 70
	tests := map[string][]time.Duration{ // for each scenario, the time before each act
		"incoming-answered":                {0, ring, talk},
		"incoming-no-answer":               {0, ring},
		"incoming-busy":                    {0, 200 * time.Millisecond},
		"outgoing-congestion":              {0, 2 * time.Second},
		"incoming-voicemail":               {0, 334 * time.Millisecond, talk},
		"forward-to-voicemail":             {0, ring, 334 * time.Millisecond, talk},
		"group-unanswered":                 {0, ring},
		"click-to-dial":                    {0, ring, ring, talk, 10 * time.Millisecond},
		"internal-no-answer":               {0, ring, 10 * time.Millisecond},
		"menu-digits":                      {0, 0, ring, talk},
		"transfer-answered-both-ends":      {0, ring, talk, ring, talk, talk},
		"transfer-blind-answered":          {0, ring, talk, 200 * time.Millisecond, ring, talk},
		"transfer-unanswered-early-hangup": {0, ring, talk, talk, ring},
	}
	for name, want := range tests {
		plan := load.Plan{
			PerSecond: 1, Count: 1, Mix: mustMix(t, name+"=1"),
			Ring: load.Distribution{Shape: load.FixedTime, Mean: ring}, Talk: load.Distribution{Shape: load.FixedTime, Mean: talk},
		}
		if diff := cmp.Diff(want, writtenPauses(firstCall(plan.Calls()).Scenario)); diff != "" {
			t.Errorf("times of %s mismatch (-want +got):\n%s", name, diff)
		}
		s, _ := scenarios.Find(name)
		plan.Ring, plan.Talk = load.Distribution{}, load.Distribution{}
		if diff := cmp.Diff(s, firstCall(plan.Calls()).Scenario); diff != "" {
			t.Errorf("%s without distributions mismatch (-want +got):\n%s", name, diff)
		}
		plan.Talk = load.Distribution{Shape: load.FixedTime, Mean: talk}
		for i, wait := range want {
			if wait == ring {
				want[i] = s.Story[i].After
			}
		}
		if diff := cmp.Diff(want, writtenPauses(firstCall(plan.Calls()).Scenario)); diff != "" {
			t.Errorf("times of %s with a distribution only for talking mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestTimeBeforeTheCallerHangsUpIsRingTimeUnlessSomebodyAnswered(t *testing.T) {
	t.Parallel()
	callAct := scenarios.Act{Who: "Jennifer", Deed: scenarios.Calls, To: []string{"Doc"}}
	answerAct := scenarios.Act{Who: "Doc", Deed: scenarios.Answers}
	endAct := scenarios.Act{Who: "Jennifer", Deed: scenarios.Ends}
	tests := []struct {
		story []scenarios.Act
		want  []time.Duration
	}{
		{[]scenarios.Act{callAct, answerAct, endAct}, []time.Duration{0, 1, 2}},
		{[]scenarios.Act{callAct, endAct}, []time.Duration{0, 1}},
	}
	for _, test := range tests {
		plan := load.Plan{
			Concurrency: 1, Count: 1, Mix: load.Mix{{Scenario: scenarios.Scenario{Story: test.story}, Weight: 1}},
			Ring: load.Distribution{Shape: load.FixedTime, Mean: 1}, Talk: load.Distribution{Shape: load.FixedTime, Mean: 2},
		}
		if diff := cmp.Diff(test.want, writtenPauses(firstCall(plan.Calls()).Scenario)); diff != "" {
			t.Errorf("times of %d acts mismatch (-want +got):\n%s", len(test.story), diff)
		}
	}
}

func TestStoryWithoutRandomTimesIsNotCopied(t *testing.T) {
	t.Parallel()
	mix := mustMix(t, "incoming-busy=1")
	plan := load.Plan{PerSecond: 1, Count: 1, Mix: mix, Ring: load.Distribution{Shape: load.Exponential, Mean: time.Second}}
	if &firstCall(plan.Calls()).Scenario.Story[0] != &mix[0].Scenario.Story[0] {
		t.Error("the story was copied, although no time in it is drawn")
	}
}

func TestStoriesOfTheMixAreNotChanged(t *testing.T) {
	t.Parallel()
	mix := mustMix(t, "incoming-answered=1")
	plan := load.Plan{PerSecond: 1, Count: 3, Mix: mix, Ring: load.Distribution{Shape: load.Exponential, Mean: time.Second}}
	seen := map[time.Duration]bool{}
	for call := range plan.Calls() {
		seen[call.Scenario.Story[1].After] = true
	}
	if diff := cmp.Diff(mustMix(t, "incoming-answered=1"), mix); diff != "" || len(seen) != 3 {
		t.Errorf("%d different times, want 3; the mix changed (-want +got):\n%s", len(seen), diff)
	}
}

func TestTimesHaveTheMeanAndTheShapeOfTheirDistribution(t *testing.T) {
	t.Parallel()
	const mean = 30 * time.Second
	tests := []struct {
		shape   load.Shape
		shorter float64 // expected share of the times that are shorter than the median
		median  float64 // as a multiple of the mean
	}{
		{load.Exponential, .5, math.Ln2},
		{load.Lognormal, .5, math.Exp(-.5)},
	}
	for _, test := range tests {
		pauses := drawPauses(t, load.Distribution{Shape: test.shape, Mean: mean}, 100_000)
		average, _ := moments(pauses)
		checkWithin(t, string(test.shape)+" mean", average, 1, .02)
		shorter := 0.0
		for _, d := range pauses {
			if d < test.median {
				shorter++
			}
		}
		checkWithin(t, string(test.shape)+" median", shorter/float64(len(pauses)), test.shorter, .01)
		if longest := slices.Max(pauses); longest > 20 {
			t.Errorf("%s: the longest time is %g means, want at most 20", test.shape, longest)
		}
	}
	if got := slices.Compact(drawPauses(t, load.Distribution{Shape: load.FixedTime, Mean: mean}, 100)); !slices.Equal(got, []float64{1}) {
		t.Errorf("constant times are %g means, want 1", got)
	}
}

func TestRandomTimesAreAtMostTwentyTimesTheMean(t *testing.T) {
	t.Parallel()
	pauses := drawPauses(t, load.Distribution{Shape: load.Lognormal, Mean: 30 * time.Second}, 100_000)
	if !slices.Contains(pauses, 20) {
		t.Errorf("the longest time is %g means, want some cut at 20", slices.Max(pauses))
	}
}

func TestRandomTimeIsNeverZero(t *testing.T) {
	t.Parallel()
	plan := load.Plan{PerSecond: 1, Count: 1, Mix: mustMix(t, "incoming-answered=1"), Ring: load.Distribution{Shape: load.FixedTime}}
	// If the time were 0, PauseBefore would return a default of several seconds.
	if pause := firstCall(plan.Calls()).Scenario.Story[1].PauseBefore(); pause > time.Microsecond {
		t.Errorf("the phone rings for %v, want at most a microsecond", pause)
	}
}

// drawPauses returns random times of ringing, as multiples of the mean.
func drawPauses(t *testing.T, d load.Distribution, count int) []float64 {
	t.Helper()
	plan := load.Plan{Concurrency: 1, Count: count, Seed: 13, Mix: mustMix(t, "incoming-answered=1"), Ring: d}
	var pauses []float64
	for call := range plan.Calls() {
		pauses = append(pauses, float64(call.Scenario.Story[1].After)/float64(d.Mean))
	}
	return pauses
}

// countPerSecond returns how many calls begin in each second.
func countPerSecond(plan load.Plan, seconds int) []float64 {
	counts := make([]float64, seconds)
	for call := range plan.Calls() {
		counts[int(call.Begin/time.Second)]++
	}
	return counts
}

// moments returns the mean and the variance of values.
func moments(values []float64) (mean, variance float64) {
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		variance += (v - mean) * (v - mean) / float64(len(values)-1)
	}
	return mean, variance
}

// checkWithin reports an error if got differs from want by more than maxDifference.
func checkWithin(t *testing.T, name string, got, want, maxDifference float64) {
	t.Helper()
	if math.Abs(got-want) > maxDifference {
		t.Errorf("%s is %g, want %g ± %g", name, got, want, maxDifference)
	}
}

func firstCall(calls iter.Seq[load.Call]) load.Call {
	for call := range calls {
		return call
	}
	return load.Call{}
}

// writtenPauses lists the pause before each act of a story, as written in the story.
func writtenPauses(s scenarios.Scenario) []time.Duration {
	var pauses []time.Duration
	for _, act := range s.Story {
		pauses = append(pauses, act.After)
	}
	return pauses
}

func BenchmarkCalls(b *testing.B) {
	b.ReportAllocs()
	plan := load.Plan{
		PerSecond: 1000, Count: b.N,
		Ring: load.Distribution{Shape: load.Exponential, Mean: 10 * time.Second}, Talk: load.Distribution{Shape: load.Lognormal, Mean: 90 * time.Second},
	}
	for range plan.Calls() {
	}
}

func BenchmarkCallsOfOneShardOfHundred(b *testing.B) {
	b.ReportAllocs()
	plan := load.Plan{PerSecond: 1000, Count: b.N, Shard: verdict.Shard{Number: 3, Total: 100}}
	for range plan.Calls() {
	}
}
