package experiment

import (
	"cmp"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Health is what a run knows of the health of its receiver, and how patient the run still is. All times are those of the transcript; a
// point in time is the time since the run began. It is not safe for concurrent use.
type Health struct {
	Limit   time.Duration // how long a push may take, from connecting to the last byte of its response
	Restart time.Duration // how long the run waits for a restart; default Limit

	lost             *transcript.Loss
	crashRequirement string   // id of the requirement whose push last crashed it
	away             bool     // the last time, it accepted no connection, or closed it without a response
	suspects         []string // ids of the requirements that were tried when away was set
	waiting          waiting
	contact
	capacity
	kinds
	rate rateLimit
}

// contact holds whether pushes get responses.
type contact struct {
	silences    map[push.Event]int // pushes in a row without a response
	localReason string             // why this machine could not connect for the last newCall push; "" if it could
	unrouted    bool               // nothing at the URL accepts pushes
}

// capacity holds how many pushes and calls the receiver takes at a time.
type capacity struct {
	oneCallOnly    bool            // it takes one call at a time
	parallelPushes bool            // it takes several pushes at a time
	probeTimes     []time.Duration // how long it took for each push of the probe
}

// kinds are kinds of pushes, see requirements.KindsOfPush.
type kinds struct {
	accepted map[string]bool // at least once
	dropped  map[string]bool // twice, while no other push was under way
}

// waiting is what the run has spent on waiting.
type waiting struct {
	wasted        time.Duration // waiting for responses that did not come; overlapping waits count once
	wastedUntil   time.Duration // when the last of these waits ended
	restarts      time.Duration // waiting for a receiver to accept connections again
	restartFailed bool          // the last such wait was without success
	measurements  int           // calls that were played again because they were slow
	fullWaitUsed  bool          // an odd push that hung was given its whole time
}

const (
	maxFullWaits  = 2  // whole waits without success before pushes get less time
	hastyDivisor  = 20 // the limit is divided by this then
	maxSilences   = 3  // pushes of an event in a row without a response before no more of them are sent
	maxMeasured   = 3
	restartLimits = 3                      // times the limit that the run waits in all for restarts
	shortWait     = 250 * time.Millisecond // how long it waits for a restart if the last wait was without success
)

// SlowPace is how long a receiver takes for a push that is slow: from then on a run leaves experiments out.
const SlowPace = 200 * time.Millisecond

// RecordExchange records an exchange that ended at a time. A push that is not ordinary, because it follows a provocation, counts only if there
// was a response.
func (h *Health) RecordExchange(x transcript.Exchange, ordinary bool, at time.Duration) {
	if usedWholeLimit(x) {
		h.waiting.wasted += min(x.Duration, at-h.waiting.wastedUntil)
		h.waiting.wastedUntil = at
	}
	if x.Odd || x.ForeignName != "" || !ordinary && !x.Responded() {
		return
	}
	if x.Push.Event == push.NewCall {
		h.localReason = ""
		if x.Failure.IsLocal() {
			h.localReason = x.Detail
		}
	}
	if h.silences == nil {
		h.silences = map[push.Event]int{}
	}
	switch {
	case x.Responded():
		h.silences[x.Push.Event] = 0
	case !x.Alone && !h.WasCutShort(x) || x.End == transcript.Interrupted || x.End == transcript.BlockedEnd:
	case x.Push.Event == push.NewCall || usedWholeLimit(x):
		h.silences[x.Push.Event]++ // a follow-up that fails at once costs no time
	}
}

// usedWholeLimit reports whether an exchange used up its time limit without success. The limit includes connecting, but x.Took does not.
func usedWholeLimit(x transcript.Exchange) bool {
	waited := x.End == transcript.TimedOut || x.End == transcript.Late || x.End == transcript.NeverEnded
	return waited && x.Duration > x.TimeLimit/2
}

// isImpatient reports whether the run has waited too long for responses that did not come.
func (h *Health) isImpatient() bool {
	return h.waiting.wasted > maxFullWaits*h.Limit-h.Limit/10 // connecting took some of the limit
}

// PushLimit returns how long the next push may take. A patient one has the whole limit.
func (h *Health) PushLimit(patient bool) time.Duration {
	if !patient && h.isImpatient() {
		return h.Limit / hastyDivisor
	}
	return h.Limit
}

// WasCutShort reports whether an exchange was given up on before its time, because the run is impatient.
func (h *Health) WasCutShort(x transcript.Exchange) bool {
	return x.End == transcript.TimedOut && x.TimeLimit < h.Limit
}

// IsUnresponsive reports whether so many newCall pushes in a row had no response that the run sends no more of them. localReason is why this
// machine could not connect for the last one; it is empty if it could.
func (h *Health) IsUnresponsive() (unresponsive bool, localReason string) {
	return h.silences[push.NewCall] >= maxSilences, h.localReason
}

// RecordNoRoute records that nothing at the URL accepts pushes. The run then sends none.
func (h *Health) RecordNoRoute() { h.unrouted = true }

// IsRouted reports whether something at the URL may accept pushes.
func (h *Health) IsRouted() bool { return !h.unrouted }

// HasGivenUpOn reports whether the run no longer sends pushes of an event.
func (h *Health) HasGivenUpOn(e push.Event) bool {
	stopped, _ := h.IsUnresponsive()
	impatient := e != push.NewCall && h.silences[e] > 1 && h.isImpatient()
	return stopped || impatient || h.unrouted || h.silences[e] >= maxSilences
}

// RecordAccepted records the kinds of a push that was accepted.
func (h *Health) RecordAccepted(kinds ...string) {
	if h.accepted == nil {
		h.accepted = map[string]bool{}
	}
	for _, k := range kinds {
		h.accepted[k] = true
	}
}

// RecordDropped records the kinds of a push that was dropped, alone and twice.
func (h *Health) RecordDropped(kinds ...string) {
	if h.dropped == nil {
		h.dropped = map[string]bool{}
	}
	for _, k := range kinds {
		h.dropped[k] = true
	}
}

// WasDropped reports whether a push of one of the kinds was dropped before, alone and twice.
func (h *Health) WasDropped(kinds ...string) bool {
	return slices.ContainsFunc(kinds, func(k string) bool { return h.dropped[k] })
}

// IsNew reports whether one of the kinds of a push was never accepted.
func (h *Health) IsNew(kinds ...string) bool {
	return slices.ContainsFunc(kinds, func(k string) bool { return !h.accepted[k] })
}

// RecordVanished records that no connection was accepted for a push, or that it was closed without a response, while calls for these
// requirements were under way.
func (h *Health) RecordVanished(underWay ...string) {
	h.away = true
	if h.suspects == nil {
		h.suspects = underWay
	}
}

// IsAway reports whether the receiver was last seen to vanish.
func (h *Health) IsAway() bool { return h.away }

// RestartWait returns how long the run waits for a restart now: a short time if the last wait was without success.
func (h *Health) RestartWait() time.Duration {
	if h.waiting.restartFailed {
		return shortWait
	}
	return max(min(h.fullRestartWait(), h.restartBudget()-h.waiting.restarts), shortWait)
}

// fullRestartWait returns how long the run waits for a restart, as long as it is patient.
func (h *Health) fullRestartWait() time.Duration { return cmp.Or(h.Restart, h.Limit) }

// restartBudget returns how long the run waits for restarts in all.
func (h *Health) restartBudget() time.Duration {
	return max(restartLimits*h.Limit, h.fullRestartWait())
}

// IsRestartWaitCut reports whether the run has waited so long for restarts in all that the next wait is cut short, although the last one was
// successful.
func (h *Health) IsRestartWaitCut() bool {
	return h.RestartWait() < h.fullRestartWait() && !h.waiting.restartFailed
}

// RecordRestartWait records that the run waited so long for the receiver to accept connections, and whether it does now.
func (h *Health) RecordRestartWait(d time.Duration, back bool) {
	h.waiting.restarts += d
	if h.waiting.restartFailed = !back; back {
		h.away, h.suspects = false, nil
	}
}

// RecordCrash records that the receiver did not live through a push of a requirement, and was started again.
func (h *Health) RecordCrash(requirement string) { h.crashRequirement = requirement }

// RecordRestart records that the run started the receiver again: it is no longer lost.
func (h *Health) RecordRestart() {
	h.RecordRestartWait(0, true)
	h.lost, h.silences = nil, nil
}

// CrashCause returns the requirement to report for a crash: the one whose push crashed the receiver before if unless lists it, and id
// otherwise.
func (h *Health) CrashCause(id string, unless []string) string {
	if slices.Contains(unless, h.crashRequirement) {
		return h.crashRequirement
	}
	return id
}

// RecordLoss records that the receiver is lost. If it is not known of which requirement, those that were tried are suspects.
func (h *Health) RecordLoss(loss transcript.Loss) transcript.Loss {
	waitsNoLonger := h.waiting.restarts >= h.restartBudget() // it may accept connections again soon
	loss.GaveUp = loss.GaveUp || waitsNoLonger && !loss.Silent
	switch {
	case loss.Requirement != "":
	case h.crashRequirement != "" && waitsNoLonger:
		loss.Requirement, loss.Suspects = h.crashRequirement, nil
	case h.suspects != nil:
		loss.Suspects = h.suspects
	}
	if h.lost == nil {
		h.lost = &loss
	}
	return loss
}

// Loss returns how the receiver was lost; nil if it was not.
func (h *Health) Loss() *transcript.Loss { return h.lost }

// RecordOneCallOnly records that the receiver takes one call at a time.
func (h *Health) RecordOneCallOnly() { h.oneCallOnly = true }

// IsOneCallOnly reports whether the receiver takes one call at a time.
func (h *Health) IsOneCallOnly() bool { return h.oneCallOnly }

// RecordProbeTime records how long a response to a push of the probe took.
func (h *Health) RecordProbeTime(took time.Duration) { h.probeTimes = append(h.probeTimes, took) }

// Pace returns how long the receiver takes for a push: the median of the pushes of the probe; 0 if it responded to none of them.
func (h *Health) Pace() time.Duration {
	if len(h.probeTimes) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(h.probeTimes))
	return sorted[len(sorted)/2]
}

// pushesInTime is how many pushes a receiver that takes one at a time is through with in half the limit.
func (h *Health) pushesInTime(most int) int {
	pace := h.Pace()
	if pace <= 0 {
		return most
	}
	return int(min(time.Duration(most), h.Limit/2/pace))
}

// ParallelCalls returns how many of at most so many calls are played at a time, so that none waits for the others for long.
func (h *Health) ParallelCalls(most int) int {
	if h.parallelPushes {
		return most
	}
	return max(h.pushesInTime(most*2)/2, 1)
}

// RecordParallelPushes records that the receiver takes several pushes at a time.
func (h *Health) RecordParallelPushes() { h.parallelPushes = true }
