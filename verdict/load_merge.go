package verdict

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// PartError is why a part cannot be merged with the first one.
type PartError struct {
	Part  int // its place among the parts, from 0
	Cause error
}

func (e *PartError) Error() string { return fmt.Sprintf("merging loads: %v", e.Cause) }

// Unwrap returns the cause, for errors.As.
func (e *PartError) Unwrap() error { return e.Cause }

// MergeLoads puts parts of one load together. They have to be different parts of the same calls to the same receiver. Not every part has
// to be there, see Missing. It changes none of its arguments. If parts do not fit, the error is a *PartError.
func MergeLoads(parts ...Load) (Load, error) {
	if len(parts) == 0 {
		return Load{}, errors.New("merging loads: no report of a load was given")
	}
	parts = slices.Clone(parts)
	first := parts[0]
	seen := map[Shard]bool{}
	for i, p := range parts {
		if err := samePlan(first, p); err != nil {
			return Load{}, &PartError{i, err}
		}
		for _, s := range p.Shards {
			if seen[s] {
				return Load{}, &PartError{i, fmt.Errorf("part %d of %d is there twice", s.Number, s.Of)}
			}
			seen[s] = true
		}
	}
	whole := Load{About: first.About, Plan: first.Plan, Started: first.Started,
		LoadFigures: LoadFigures{
			Events: map[push.Event]*LoadEvent{}, WarmUp: map[push.Event]*LoadEvent{}, Behind: map[Bottleneck]int{},
			Failures: map[LoadError][]LoadExample{},
		}, Waived: map[string]string{}}
	slices.SortStableFunc(parts, func(a, b Load) int { return cmp.Compare(firstShard(a), firstShard(b)) })
	for _, p := range parts {
		whole.add(p)
	}
	slices.SortFunc(whole.Shards, func(a, b Shard) int { return cmp.Compare(a.Number, b.Number) })
	whole.Findings = mergeFindings(parts)
	whole.Rate = mergeRates(parts)
	return whole, nil
}

// samePlan returns why two parts are not of one load, or nil.
func samePlan(a, b Load) error {
	switch {
	case len(b.Shards) == 0 || len(a.Shards) == 0:
		return errors.New("a report does not say which part it is")
	case a.Seed != b.Seed:
		return fmt.Errorf("the seeds %d and %d differ", a.Seed, b.Seed)
	case a.Nonce != b.Nonce:
		return fmt.Errorf("the nonces %q and %q differ", a.Nonce, b.Nonce)
	case a.Plan != b.Plan:
		return fmt.Errorf("the plans %q and %q differ", a.Plan.Words, b.Plan.Words)
	case a.Shards[0].Of != b.Shards[0].Of:
		return fmt.Errorf("one is a part of %d and another of %d", a.Shards[0].Of, b.Shards[0].Of)
	case a.Incoming != b.Incoming:
		return fmt.Errorf("the receivers %q and %q differ", a.Incoming, b.Incoming)
	case a.Tool.Version != b.Tool.Version:
		return fmt.Errorf("the versions %q and %q of pushcheck differ", a.Tool.Version, b.Tool.Version)
	}
	return nil
}

// firstShard returns the lowest number of the parts that are in a load.
func firstShard(l Load) int {
	return slices.MinFunc(l.Shards, func(a, b Shard) int { return cmp.Compare(a.Number, b.Number) }).Number
}

// Missing returns the numbers of the parts that are not in the load.
func (l Load) Missing() []int {
	if len(l.Shards) == 0 {
		return nil
	}
	var out []int
	for n := 1; n <= l.Shards[0].Of; n++ {
		if !slices.Contains(l.Shards, Shard{n, l.Shards[0].Of}) {
			out = append(out, n)
		}
	}
	return out
}

// add adds the sums of another part.
func (l *Load) add(p Load) {
	l.Shards = append(l.Shards, p.Shards...)
	if p.Started.Before(l.Started) {
		l.Started = p.Started
	}
	l.Lasted = max(l.Lasted, p.Lasted)
	l.Interrupted = l.Interrupted || p.Interrupted
	l.Problems = append(l.Problems, p.Problems...)
	l.Stopped = append(l.Stopped, p.Stopped...)

	l.Calls.Begun += p.Calls.Begun
	l.Calls.Completed += p.Calls.Completed
	l.Calls.Cut += p.Calls.Cut
	l.Calls.Late += p.Calls.Late
	l.Pushes.Sent += p.Pushes.Sent
	l.Pushes.Accepted += p.Pushes.Accepted
	l.Pushes.Refused += p.Pushes.Refused
	l.Pushes.NotSent += p.Pushes.NotSent
	l.Pushes.Waiting += p.Pushes.Waiting
	if l.Pushes.Reasons == nil {
		l.Pushes.Reasons = map[transcript.NotSentReason]int{}
	}
	addCounts(l.Pushes.Reasons, p.Pushes.Reasons)
	if l.Pushes.Details == nil {
		l.Pushes.Details = map[transcript.NotSentReason]string{}
	}
	for reason, detail := range p.Pushes.Details {
		l.Pushes.Details[reason] = cmp.Or(l.Pushes.Details[reason], detail)
	}
	addCounts(l.Behind, p.Behind)
	addEvents(l.Events, p.Events)
	addEvents(l.WarmUp, p.WarmUp)
	maps.Copy(l.Waived, p.Waived)
	for kind, examples := range p.Failures {
		l.Failures[kind] = FirstExamples(slices.Concat(l.Failures[kind], examples))
	}
}

func addCounts[K comparable](sum, more map[K]int) {
	for k, n := range more {
		sum[k] += n
	}
}

func addEvents(sum, more map[push.Event]*LoadEvent) {
	for name, e := range more {
		if sum[name] == nil {
			sum[name] = &LoadEvent{Errors: map[LoadError]int{}}
		}
		addCounts(sum[name].Errors, e.Errors)
		sum[name].Latency = MergeLatencies(sum[name].Latency, e.Latency)
	}
}

// MergeLatencies returns a new histogram of the values of others, each of which may be nil. It is nil if all are. It covers the values of
// each, with as many digits as the finest.
func MergeLatencies(all ...*hdrhistogram.Histogram) *hdrhistogram.Histogram {
	all = slices.DeleteFunc(slices.Clone(all), func(h *hdrhistogram.Histogram) bool { return h == nil })
	if len(all) == 0 {
		return nil
	}
	lowest, highest, digits := all[0].LowestTrackableValue(), all[0].HighestTrackableValue(), all[0].SignificantFigures()
	for _, h := range all[1:] {
		lowest, highest = min(lowest, h.LowestTrackableValue()), max(highest, h.HighestTrackableValue())
		digits = max(digits, h.SignificantFigures())
	}
	sum := hdrhistogram.New(lowest, highest, int(digits))
	for _, h := range all {
		sum.Merge(h) // drops nothing: sum covers all values
	}
	return sum
}

// mergeFindings adds up the findings of parts, by requirement.
func mergeFindings(parts []Load) []LoadFinding {
	byID := map[string]LoadFinding{}
	for _, p := range parts {
		for _, f := range p.Findings {
			sum := byID[f.ID]
			sum.ID = f.ID
			sum.Count += f.Count
			sum.Examples = append(slices.Clone(sum.Examples), f.Examples...)
			byID[f.ID] = sum
		}
	}
	ids := requirements.IDs()
	out := slices.SortedFunc(maps.Values(byID), func(a, b LoadFinding) int {
		return cmp.Or(cmp.Compare(slices.Index(ids, a.ID), slices.Index(ids, b.ID)), cmp.Compare(a.ID, b.ID))
	})
	for i := range out {
		out[i].Examples = FirstExamples(out[i].Examples)
	}
	return out
}

// FirstExamples sorts examples by the number of their call, and returns the first LoadExamples of them.
func FirstExamples(all []LoadExample) []LoadExample {
	slices.SortStableFunc(all, func(a, b LoadExample) int { return cmp.Compare(a.Call, b.Call) })
	return all[:min(len(all), LoadExamples)]
}

// mergeRates adds up windows that begin at the same time. Parts with narrower windows are coarsened first.
func mergeRates(parts []Load) LoadRate {
	var sum LoadRate
	for _, p := range parts {
		sum.Width = max(sum.Width, p.Rate.Width)
	}
	for _, p := range parts {
		for i, w := range p.Rate.coarsened(sum.Width) {
			if i == len(sum.Windows) {
				sum.Windows = append(sum.Windows, LoadWindow{})
			}
			s := &sum.Windows[i]
			s.Open += w.Open
			s.add(w)
		}
	}
	return sum
}

// coarsened returns windows that are at least as wide as those of the rate. A window belongs to the one in which it begins.
func (r LoadRate) coarsened(width time.Duration) []LoadWindow {
	var out []LoadWindow
	for i, w := range r.Windows {
		at := int(time.Duration(i) * r.Width / width)
		if at == len(out) {
			out = append(out, LoadWindow{})
		}
		out[at].Open = w.Open
		out[at].add(w)
	}
	return out
}

// AtMost returns the rate with at most so many windows. If there are more, several become one.
func (r LoadRate) AtMost(windows int) LoadRate {
	times := (len(r.Windows) + windows - 1) / windows
	if times < 2 {
		return r
	}
	width := r.Width * time.Duration(times)
	return LoadRate{Width: width, Windows: r.coarsened(width)}
}

// add adds the counts and latencies of another window.
func (w *LoadWindow) add(o LoadWindow) {
	w.Wanted += o.Wanted
	w.Begun += o.Begun
	w.Errors += o.Errors
	w.Latency = MergeLatencies(w.Latency, o.Latency)
}

// Sum returns all windows as one.
func (r LoadRate) Sum() LoadWindow {
	var sum LoadWindow
	for _, w := range r.Windows {
		sum.add(w)
		sum.Open = w.Open
	}
	return sum
}

// Calls returns how many calls were to begin, and how many did. If too many others are open, calls are left out.
func (r LoadRate) Calls() (wanted float64, begun int) {
	for _, w := range r.Windows {
		wanted, begun = wanted+w.Wanted, begun+w.Begun
	}
	return wanted, begun
}
