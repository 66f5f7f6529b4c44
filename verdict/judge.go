package verdict

import (
	"slices"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// Judge turns a run into its verdict.
func (r Run) Judge() Verdict {
	all := slices.Concat(r.Calls, r.OtherCalls)
	r.Target.NeedsForwardedFor = r.Target.PushesSigned && requirements.NeedsForwardedFor(all)
	r.Target.Captured = outcome.ResultOfCapturedPush(all)
	r.Target.Loss = r.Loss
	r.Scenarios = sortScenarios(r.Scenarios)
	f := r.collectFacts(all)
	v := Verdict{RunInfo: r.RunInfo, Evidence: r.Evidence, Capabilities: f.capabilities, Counts: map[Status]int{}}
	for _, req := range requirements.All() {
		v.Rows = append(v.Rows, f.judgeRequirement(req))
	}
	f.judgements.correctCauses(v.Rows)
	markKnownCauses(v.Rows)
	for _, row := range v.Rows {
		v.Counts[row.Status]++
	}
	v.Causes = f.commonCauses(v.Rows)
	v.Notes = f.notes(v)
	v.Observer = isObserver(v)
	f.conclude(&v)
	return v
}

// collectFacts judges the calls, and collects what the statuses of requirements depend on. all holds Calls and OtherCalls.
func (r Run) collectFacts(all []transcript.Call) facts {
	f := facts{Run: r, capabilities: r.knownCapabilities(), isLimited: requirements.HasLimit(all)}
	f.Calls, f.OtherCalls = requirements.MarkExemptPushes(r.Calls, all), requirements.MarkExemptPushes(r.OtherCalls, all)
	f.judgements = f.judgeAll()
	f.hasResponded = hasResponse(f.Calls)
	f.refusalGap = findRefusalGap(f.Calls, f.Target)
	f.stateGap = findStateGap(f.Calls)
	f.unreadGap = f.judgements.gapOfFailure(requirements.GapsOfUnreadResponses(f.Calls))
	f.followUpGap = f.judgements.gapOfFailure(slices.Concat(requirements.GapsOfUnreadResponses(f.Calls), requirements.GapsOfIgnoredResponses(f.Calls)))
	f.earlyEndGap = f.StopGap
	if f.earlyEndGap == nil && f.Interrupted {
		f.earlyEndGap = &requirements.Gap{Reason: "the run was interrupted"}
	}
	return f
}

// knownCapabilities returns whether each capability is shown, claimed or absent.
func (r Run) knownCapabilities() map[requirements.Capability]CapabilityState {
	shownCapabilities := slices.Clone(r.OtherCapabilities)
	for _, call := range r.Calls {
		shownCapabilities = append(shownCapabilities, requirements.CapabilitiesShownBy(call)...)
	}
	if r.Target.NeedsForwardedFor || r.Target.Captured == outcome.VerifiesWithSipgateKey { // the refusals of such a receiver show that it verifies signatures
		shownCapabilities = append(shownCapabilities, requirements.CanSignature)
	}
	if r.Outgoing != "" {
		shownCapabilities = append(shownCapabilities, requirements.CanOutgoing)
	}
	out := map[requirements.Capability]CapabilityState{}
	for _, c := range requirements.Capabilities() {
		switch {
		case slices.Contains(shownCapabilities, c):
			out[c] = CapabilityShown
		case slices.Contains(r.Claims, c):
			out[c] = CapabilityClaimed
		default:
			out[c] = CapabilityAbsent
		}
	}
	return out
}
