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

// PartError is the reason why a part cannot be merged with the first part.
type PartError struct {
	Part  int // index of the part
	Cause error
}

func (e *PartError) Error() string { return fmt.Sprintf("merging loads: %v", e.Cause) }

// Unwrap returns the cause, for errors.As.
func (e *PartError) Unwrap() error { return e.Cause }

// MergeLoads puts parts of one load together. The parts have to be different parts of the same calls to the same receiver. Parts may be
// missing, see MissingParts. MergeLoads does not change its arguments. If parts do not belong together, the error is a *PartError.
func MergeLoads(parts ...Load) (Load, error) {
	if len(parts) == 0 {
		return Load{}, errors.New("merging loads: no report of a load was given")
	}
	first := parts[0]
	merged := Load{RunInfo: first.RunInfo, Plan: first.Plan, Started: first.Started, Waived: map[string]string{}, LoadFigures: LoadFigures{
		Pushes: LoadPushes{Reasons: map[transcript.NotSentReason]int{}, Details: map[transcript.NotSentReason]string{}},
		Events: map[push.Event]*LoadEvent{}, WarmUp: map[push.Event]*LoadEvent{}, LatePushes: map[Bottleneck]int{},
		Failures: map[LoadError][]LoadExample{},
	}}
	for i, p := range parts {
		if err := checkSamePlan(first, p); err != nil {
			return Load{}, &PartError{i, err}
		}
		for _, s := range p.Shards {
			if slices.Contains(merged.Shards, s) {
				return Load{}, &PartError{i, fmt.Errorf("part %d of %d is there twice", s.Number, s.Total)}
			}
			merged.Shards = append(merged.Shards, s)
		}
	}
	byNumber := func(a, b Shard) int { return cmp.Compare(a.Number, b.Number) }
	slices.SortFunc(merged.Shards, byNumber)
	parts = slices.SortedStableFunc(slices.Values(parts), func(a, b Load) int {
		return byNumber(slices.MinFunc(a.Shards, byNumber), slices.MinFunc(b.Shards, byNumber))
	})
	for _, p := range parts {
		merged.add(p)
	}
	merged.Findings = mergeFindings(parts)
	merged.Timeline = mergeTimelines(parts)
	return merged, nil
}

// checkSamePlan returns an error if two parts do not belong to one load.
func checkSamePlan(a, b Load) error {
	switch {
	case len(b.Shards) == 0 || len(a.Shards) == 0:
		return errors.New("a report does not say which part it is")
	case a.Seed != b.Seed:
		return fmt.Errorf("the seeds %d and %d differ", a.Seed, b.Seed)
	case a.Nonce != b.Nonce:
		return fmt.Errorf("the nonces %q and %q differ", a.Nonce, b.Nonce)
	case a.Plan != b.Plan:
		return fmt.Errorf("the plans %q and %q differ", a.Plan.Text, b.Plan.Text)
	case a.Shards[0].Total != b.Shards[0].Total:
		return fmt.Errorf("one is a part of %d and another of %d", a.Shards[0].Total, b.Shards[0].Total)
	case a.Incoming != b.Incoming:
		return fmt.Errorf("the receivers %q and %q differ", a.Incoming, b.Incoming)
	case a.Tool.Version != b.Tool.Version:
		return fmt.Errorf("the versions %q and %q of pushcheck differ", a.Tool.Version, b.Tool.Version)
	}
	return nil
}

// MissingParts returns the numbers of the parts that are not in the load.
func (l Load) MissingParts() []int {
	if len(l.Shards) == 0 {
		return nil
	}
	var out []int
	for n := 1; n <= l.Shards[0].Total; n++ {
		if !slices.Contains(l.Shards, Shard{n, l.Shards[0].Total}) {
			out = append(out, n)
		}
	}
	return out
}

// add adds the counts, histograms, problems and examples of a part. MergeLoads merges Shards, Findings and Timeline.
func (l *Load) add(p Load) {
	if p.Started.Before(l.Started) {
		l.Started = p.Started
	}
	l.Duration = max(l.Duration, p.Duration)
	l.Interrupted = l.Interrupted || p.Interrupted
	l.Problems = append(l.Problems, p.Problems...)
	l.Stopped = append(l.Stopped, p.Stopped...)

	l.Calls.Started += p.Calls.Started
	l.Calls.Completed += p.Calls.Completed
	l.Calls.Unfinished += p.Calls.Unfinished
	l.Calls.Late += p.Calls.Late
	l.Pushes.Sent += p.Pushes.Sent
	l.Pushes.Accepted += p.Pushes.Accepted
	l.Pushes.Refused += p.Pushes.Refused
	l.Pushes.NotSent += p.Pushes.NotSent
	l.Pushes.Waiting += p.Pushes.Waiting
	addCounts(l.Pushes.Reasons, p.Pushes.Reasons)
	for reason, detail := range p.Pushes.Details {
		l.Pushes.Details[reason] = cmp.Or(l.Pushes.Details[reason], detail)
	}
	addCounts(l.LatePushes, p.LatePushes)
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

// MergeLatencies returns a new histogram with the values of other histograms. It leaves out nil histograms, and returns nil if all are nil.
// The new histogram covers the ranges of all histograms, with as many digits as the most precise histogram has.
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
		sum.Merge(h) // Merge drops no value, because sum covers all values
	}
	return sum
}

// mergeFindings adds the findings of parts, by requirement.
func mergeFindings(parts []Load) []LoadFinding {
	var all, out []LoadFinding
	for _, p := range parts {
		all = append(all, p.Findings...)
	}
	ids := requirements.IDs()
	slices.SortStableFunc(all, func(a, b LoadFinding) int {
		return cmp.Or(cmp.Compare(slices.Index(ids, a.ID), slices.Index(ids, b.ID)), cmp.Compare(a.ID, b.ID))
	})
	for _, f := range all {
		if len(out) == 0 || out[len(out)-1].ID != f.ID {
			out = append(out, LoadFinding{ID: f.ID})
		}
		sum := &out[len(out)-1]
		sum.Count += f.Count
		sum.Examples = FirstExamples(slices.Concat(sum.Examples, f.Examples))
	}
	return out
}

// FirstExamples sorts examples by the number of their call, and returns the first MaxLoadExamples of them.
func FirstExamples(all []LoadExample) []LoadExample {
	slices.SortStableFunc(all, func(a, b LoadExample) int { return cmp.Compare(a.Call, b.Call) })
	return all[:min(len(all), MaxLoadExamples)]
}

// mergeTimelines adds up the windows of all parts that cover the same time. Before that, it widens the windows of each part to the widest
// width.
func mergeTimelines(parts []Load) LoadTimeline {
	var sum LoadTimeline
	for _, p := range parts {
		sum.Width = max(sum.Width, p.Timeline.Width)
	}
	for _, p := range parts {
		for i, w := range p.Timeline.widenWindows(sum.Width) {
			if i == len(sum.Windows) {
				sum.Windows = append(sum.Windows, LoadWindow{})
			}
			w.Open += sum.Windows[i].Open
			sum.Windows[i].add(w)
		}
	}
	return sum
}

// widenWindows joins the windows into wider windows. width is the width of each new window; it is at least r.Width. Each old window is
// added to the new window in which it begins.
func (r LoadTimeline) widenWindows(width time.Duration) []LoadWindow {
	var out []LoadWindow
	for i, w := range r.Windows {
		index := int(time.Duration(i) * r.Width / width)
		if index == len(out) {
			out = append(out, LoadWindow{})
		}
		out[index].add(w)
	}
	return out
}

// LimitWindows returns the timeline with at most the given number of windows. If there are more, it joins adjacent windows.
func (r LoadTimeline) LimitWindows(maxWindows int) LoadTimeline {
	factor := (len(r.Windows) + maxWindows - 1) / maxWindows
	if factor < 2 {
		return r
	}
	width := r.Width * time.Duration(factor)
	return LoadTimeline{Width: width, Windows: r.widenWindows(width)}
}

// add adds the counts and latencies of a later window. Open becomes Open of the later window.
func (w *LoadWindow) add(other LoadWindow) {
	w.Due += other.Due
	w.Started += other.Started
	w.Open = other.Open
	w.Errors += other.Errors
	w.Latency = MergeLatencies(w.Latency, other.Latency)
}

// Sum returns all windows as one window.
func (r LoadTimeline) Sum() LoadWindow {
	var sum LoadWindow
	for _, w := range r.Windows {
		sum.add(w)
	}
	return sum
}
