// Package load generates the calls of a busy day: many calls of different kinds. The calls begin at a rate, or a fixed number of calls is
// played at a time. The package does not print, and it does not choose an exit code.
//
// Begin with Run. Plan computes which calls begin, and when. It needs no network and no clock.
package load

import (
	"cmp"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/verdict"
)

// Plan defines the calls of a load. A call depends only on Seed and its number, and not on the shard.
type Plan struct {
	PerSecond   float64       // number of calls that begin per second; 0: Concurrency is used
	Arrivals    Arrivals      // how the beginnings of calls are spread; default Poisson
	Ramp        time.Duration // time in which the rate rises linearly from 0 to PerSecond; it is part of Duration
	Duration    time.Duration // time in which calls begin; 0: no limit
	Count       int           // number of calls in the whole load; 0: no limit
	Concurrency int           // number of calls at a time in the whole load, if PerSecond is 0
	Mix         Mix           // which scenarios are played, and how often; default EverydayMix
	Ring, Talk  Distribution  // how long phones ring and people talk; default: the times of the scenarios
	Seed        int64
	Shard       verdict.Shard // the part of the load whose calls are played; default: the whole load
}

// Call is one call of a load: its scenario, and when it begins.
type Call struct {
	Number   int                // number in the whole load, from 1; it does not depend on the shard
	Begin    time.Duration      // time from the start of the load to the beginning of the call; 0 if PerSecond is 0
	Scenario scenarios.Scenario // the scenario with the times of this call. Do not change its slices, because other calls may share them
}

// isClosedLoop reports whether the load is a closed loop: a call begins when another call ends, and not at a rate.
func (p Plan) isClosedLoop() bool { return p.PerSecond == 0 }

// Calls returns the calls of the shard in the order in which they begin. It computes each call on demand.
func (p Plan) Calls() iter.Seq[Call] {
	return func(yield func(Call) bool) {
		mix := p.Mix
		if len(mix) == 0 {
			mix = EverydayMix()
		}
		waits := make([][]waitKind, len(mix))
		for i, share := range mix {
			waits[i] = p.waitKinds(share.Scenario.Story)
		}
		source := newRandomSource(p.Seed, 0)
		random := rand.New(source)
		arrivals := arrivalSequence{
			distribution: p.Arrivals, perSecond: p.PerSecond, ramp: p.Ramp.Seconds(), random: rand.New(newRandomSource(p.Seed, 0)),
		}
		for number := 1; p.Count == 0 || number <= p.Count; number++ {
			call := Call{Number: number}
			if !p.isClosedLoop() {
				call.Begin = arrivals.nextBegin()
			}
			if p.Duration > 0 && call.Begin >= p.Duration {
				return
			}
			if !isInShard(p.Shard, number) {
				continue
			}
			reseed(source, p.Seed, number)
			i := mix.draw(random)
			call.Scenario = mix[i].Scenario
			call.Scenario.Story = p.withRandomTimes(call.Scenario.Story, waits[i], random)
			if !yield(call) {
				return
			}
		}
	}
}

// ParallelCalls returns how many calls the shard plays at a time if PerSecond is 0. The results for all shards add up to Concurrency.
func (p Plan) ParallelCalls() int {
	shard := cmp.Or(p.Shard, verdict.Shard{Number: 1, Total: 1})
	slots := p.Concurrency / shard.Total
	if shard.Number <= p.Concurrency%shard.Total {
		slots++
	}
	return slots
}

// expectedCalls returns how many calls of the shard should begin between two times.
func (p Plan) expectedCalls(from, to time.Duration) float64 {
	callsUntil := func(at time.Duration) float64 {
		if p.Duration > 0 {
			at = min(at, p.Duration)
		}
		s, ramp := at.Seconds(), p.Ramp.Seconds()
		calls := p.PerSecond * (s - ramp/2)
		if s < ramp {
			calls = p.PerSecond * s * s / (2 * ramp)
		}
		if p.Count > 0 {
			calls = min(calls, float64(p.Count))
		}
		return calls
	}
	return (callsUntil(to) - callsUntil(from)) / float64(max(p.Shard.Total, 1))
}

// newRandomSource returns the source of random numbers for a call. The source of number 0 is for the times at which calls begin.
func newRandomSource(seed int64, number int) *rand.PCG {
	source := &rand.PCG{}
	reseed(source, seed, number)
	return source
}

// reseed seeds a source for another call.
func reseed(source *rand.PCG, seed int64, number int) { source.Seed(uint64(seed), uint64(number)) }

// waitKind says how the time before an act is chosen.
type waitKind int

const (
	scenarioTime waitKind = iota // the time that the scenario gives
	ringTime                     // a random time from Plan.Ring
	talkTime                     // a random time from Plan.Talk
)

// maxKeptTime is the limit up to which a time of the scenario is kept, even if the plan has distributions. Such short times are reactions
// of sipgate, other networks and voicemails, and not of people.
const maxKeptTime = 2 * time.Second

// waitKinds returns the kind of the time before each act of a story. If the plan has no distribution for ringing or talking, the kind is
// scenarioTime.
func (p Plan) waitKinds(story []scenarios.Act) []waitKind {
	waits := make([]waitKind, len(story))
	hasAnswered := map[string]bool{}
	for i, act := range story {
		switch {
		case act.After > 0 && act.After <= maxKeptTime:
		case act.Deed == scenarios.Answers, act.Deed == scenarios.Forwards, act.Deed == scenarios.Ends && !hasAnswered[act.Who]:
			waits[i] = ringTime
		case act.Deed == scenarios.Transfers, act.Deed == scenarios.Ends:
			waits[i] = talkTime
		}
		if act.Deed == scenarios.Answers {
			hasAnswered[act.Who], hasAnswered[story[0].Who] = true, true
		}
		if waits[i] == ringTime && p.Ring == (Distribution{}) || waits[i] == talkTime && p.Talk == (Distribution{}) {
			waits[i] = scenarioTime
		}
	}
	return waits
}

// withRandomTimes returns the story with random times before the acts whose kind of wait is not scenarioTime. If there are no such acts, it
// returns the same story.
func (p Plan) withRandomTimes(story []scenarios.Act, waits []waitKind, random *rand.Rand) []scenarios.Act {
	if !slices.ContainsFunc(waits, func(w waitKind) bool { return w != scenarioTime }) {
		return story
	}
	timedStory := slices.Clone(story)
	for i, w := range waits {
		switch w {
		case ringTime:
			timedStory[i].After = p.Ring.draw(random)
		case talkTime:
			timedStory[i].After = p.Talk.draw(random)
		}
	}
	return timedStory
}
