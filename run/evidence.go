package run

import (
	"maps"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// Verdict judges all calls that were played. It waits for calls that are being played.
func (r *Run) Verdict() verdict.Verdict {
	run := r.Evidence()
	played := r.allPlayed()
	for _, p := range played {
		p.play() // if the call is still being played, play waits for its end
	}
	run.Calls = transcripts(played)
	run.NumbersWithoutEffect, run.RefusedCall = r.numbersWithoutEffect(played)
	return run.Judge()
}

// transcripts returns the calls that were played, in the order in which their experiments were added.
func transcripts(played []*PlayedExperiment) []transcript.Call {
	var out []transcript.Call
	for _, p := range played {
		if len(p.Call.Exchanges) > 0 || p.Call.Lost != nil || p.Call.GoodCallBefore != nil || p.Call.Crowd == 1 {
			out = append(out, p.Call)
		}
	}
	return out
}

func (r *Run) allPlayed() (played []*PlayedExperiment) {
	r.withLock(func() { played = slices.Clone(r.played) })
	return played
}

// Calls returns the calls that have ended.
func (r *Run) Calls() (calls []transcript.Call) {
	r.withLock(func() { calls = slices.Clone(r.record.endedCalls) })
	return calls
}

// Evidence returns the results of the run so far, without its calls.
func (r *Run) Evidence() verdict.Run {
	connections := r.sender.Connections()
	r.mu.Lock()
	defer r.mu.Unlock()
	o := r.opts
	run := verdict.Run{
		RunInfo: o.RunInfo, Scope: o.Scope, Policy: o.Policy,
		Evidence: verdict.Evidence{
			Interrupted: r.isInterrupted, OtherCapabilities: slices.Clone(r.capabilities), Now: currentTime(o.Sender),
			Target:       r.target(connections),
			Problems:     slices.Clone(r.problems),
			Scenarios:    slices.Clone(r.scenarios),
			Loss:         r.health.Loss(),
			PartlyJudged: r.leftOutIDs(),
			Connections:  connections,
			StopGap:      r.gapOfStoppedRun(connections),
		},
	}
	run.Incoming = endpoint.Redact(o.Sender.Incoming)
	if o.Sender.Outgoing != nil {
		run.Outgoing = endpoint.Redact(o.Sender.Outgoing)
	}
	return run
}

// leftOutIDs returns the requirements for which some experiments were left out.
func (r *Run) leftOutIDs() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(r.leftOut)), func(id string) bool { return !r.leftOut[id] })
}

// target returns the facts about the receiver that are needed to judge its calls.
func (r *Run) target(connections []transcript.Connection) requirements.Target {
	return requirements.Target{
		Origins: r.sender.Origins(), AllowHTTP: r.opts.Sender.Trust.AllowHTTP, HasPublicAddress: r.isPublic(connections), PushesSigned: r.opts.Sender.SignKey != nil,
	}
}

func currentTime(o sender.Options) time.Time {
	if o.Now != nil {
		return o.Now()
	}
	return time.Now()
}

// gapOfStoppedRun returns the reason why the run sent nothing or stopped sending; nil if it did not stop.
func (r *Run) gapOfStoppedRun(connections []transcript.Connection) *requirements.Gap {
	for _, c := range connections {
		if !c.FollowUp && c.IsBlocked() {
			rule, why := c.BlockReason()
			if rule != "" {
				why = "nothing was sent to " + c.DisplayOrigin() + ": " + why
			}
			return &requirements.Gap{Reason: why, CauseID: rule}
		}
	}
	switch isUnresponsive, localReason := r.health.IsUnresponsive(); {
	case r.record.stopReason != "":
		return &requirements.Gap{Reason: r.record.stopReason}
	case isUnresponsive && localReason != "":
		return &requirements.Gap{Reason: localReason}
	case !r.health.IsRouted():
		return &requirements.Gap{Reason: "the receiver responded to every push with status 404, 405 or 410, the captured push of sipgate included, so nothing more was sent", CauseID: requirements.PlainNewCallRequirement()}
	case isUnresponsive:
		return &requirements.Gap{Reason: "the receiver does not respond to newCall pushes, so nothing more was sent"}
	}
	return nil
}

// failFastReason is the reason why a run with Options.FailFast stops playing.
const failFastReason = "not judged because of --fail-fast"

// StopReason returns why nothing more is played, or "" if the run goes on. It stops a run with Options.FailFast if a finding makes the run
// not conformant. Before it stops the run, it calls waitForCalls, which waits for the calls that are being played, because they may explain
// the finding.
func (r *Run) StopReason(waitForCalls func()) string {
	var why string
	r.withLock(func() { why = r.record.stopReason })
	if why != "" || !r.opts.FailFast || !r.hasFailed() {
		return why
	}
	if waitForCalls(); !r.hasFailed() {
		return ""
	}
	r.Stop(failFastReason)
	return failFastReason
}

// hasFailed reports whether the calls that have ended, or the user's own features, make the run not conformant. A waiver alone does not
// count, even with --no-waivers, because the waiver was known before the first push.
func (r *Run) hasFailed() bool {
	run := r.Evidence()
	run.Calls, run.NoWaivers = r.Calls(), false
	v := run.Judge()
	return slices.ContainsFunc(v.Rows, run.IsFatal) ||
		slices.ContainsFunc(v.Scenarios, func(s verdict.Scenario) bool { return s.Status == verdict.Failed })
}

// isPublic reports whether the receiver has a public address. If --connect-to sends the connections to another address, the host of the URL
// is checked instead, because sipgate would connect to that host.
func (r *Run) isPublic(connections []transcript.Connection) bool {
	if r.sender.UsesConnectTo() {
		kind := endpoint.HostKind(r.opts.Sender.Incoming.Hostname())
		return kind == endpoint.Public || kind == endpoint.UnknownKind
	}
	for _, c := range connections {
		if !c.FollowUp && c.Handshake.Address != "" {
			return endpoint.HostKind(hostOf(c.Handshake.Address)) == endpoint.Public
		}
	}
	return false
}
