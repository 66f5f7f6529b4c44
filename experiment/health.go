package experiment

import (
	"cmp"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Health holds what a run knows about the health of its receiver, and how long the run has waited for it. All times are those of the
// transcript; a point in time is the time since the run began. It is not safe for concurrent use.
type Health struct {
	Limit          time.Duration // how long a push may take, from connecting to the last byte of its response
	MaxRestartWait time.Duration // how long the run waits for one restart of the receiver; default Limit

	loss             *transcript.Loss // see Loss
	crashRequirement string           // id of the requirement whose push last crashed the receiver
	isAway           bool             // the receiver accepted no connection for its last push, or closed the connection without a response
	suspects         []string         // ids of the requirements that were tried when isAway was set
	waits            waitTotals
	responsiveness
	capacity
	pushKinds
	rate rateLimit
}

// responsiveness records which pushes get no response.
type responsiveness struct {
	silences    map[push.Event]int // number of pushes in a row without a response
	localReason string             // error of this machine that prevented the last newCall push; "" if there was none
	hasNoRoute  bool               // nothing at the URL accepts pushes
}

// capacity records how many pushes and calls the receiver accepts at a time.
type capacity struct {
	isOneCallOnly         bool            // the receiver accepts only one call at a time
	acceptsParallelPushes bool            // the receiver accepts several pushes at a time
	probeTimes            []time.Duration // response times of the pushes of the probe
}

// pushKinds records the kinds of the pushes that the receiver accepted or dropped. requirements.KindsOfPush names the kinds of a push.
type pushKinds struct {
	acceptedKinds map[string]bool // kinds of which a push was accepted
	droppedKinds  map[string]bool // kinds of which a push was dropped twice, while no other push was under way
}

// waitTotals adds up the time that the run has spent on waiting.
type waitTotals struct {
	timeoutWaits       time.Duration // time spent waiting for responses that did not come; overlapping waits count once
	lastTimeoutEndedAt time.Duration // end of the last wait for a response that did not come
	restartWaits       time.Duration // time spent waiting for the receiver to accept connections again
	hasRestartFailed   bool          // the receiver accepted no connection during the last wait for a restart
	measurementCount   int           // number of calls that were played again because they were slow
	isFullWaitUsed     bool          // an odd push was tried again with the whole time limit
}

const (
	maxFullWaits      = 2                      // after this many timeouts with the whole limit, pushes get less time
	shortLimitDivisor = 20                     // after maxFullWaits timeouts, the limit is divided by this number
	maxSilences       = 3                      // after this many pushes of an event in a row got no response, no more pushes of the event are sent
	maxMeasurements   = 3                      // at most this many slow calls are measured again
	maxRestartLimits  = 3                      // the run waits for restarts at most this many times the limit in all, or one full wait if that is longer
	shortRestartWait  = 250 * time.Millisecond // the wait for a restart if the last wait was without success
)

// SlowPace is the shortest time for a push at which a receiver counts as slow. A run at a slow receiver leaves experiments out.
const SlowPace = 200 * time.Millisecond

// RecordExchange records an exchange. isOrdinary is false for a push that follows a provocation. If such a push gets no response,
// that is not recorded.
func (h *Health) RecordExchange(x transcript.Exchange, isOrdinary bool, endedAt time.Duration) {
	if usedWholeLimit(x) {
		h.waits.timeoutWaits += min(x.Duration, endedAt-h.waits.lastTimeoutEndedAt)
		h.waits.lastTimeoutEndedAt = endedAt
	}
	if x.Odd || x.ForeignName != "" || !isOrdinary && !x.Responded() {
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
		h.silences[x.Push.Event]++ // a follow-up that fails at once is not counted, because it costs no time
	}
}

// usedWholeLimit reports whether an exchange used up its time limit without success. The limit includes connecting, but x.Duration does
// not.
func usedWholeLimit(x transcript.Exchange) bool {
	hasTimedOut := x.End == transcript.TimedOut || x.End == transcript.Late || x.End == transcript.NeverEnded
	return hasTimedOut && x.Duration > x.TimeLimit/2
}

// isShortOfTime reports whether the run has waited too long for responses that did not come.
func (h *Health) isShortOfTime() bool {
	return h.waits.timeoutWaits > maxFullWaits*h.Limit-h.Limit/10 // connecting took some of the limit
}

// PushTimeLimit returns how long the next push may take. If isWhole is true, it returns the whole limit.
func (h *Health) PushTimeLimit(isWhole bool) time.Duration {
	if !isWhole && h.isShortOfTime() {
		return h.Limit / shortLimitDivisor
	}
	return h.Limit
}

// WasCutShort reports whether the run gave up on an exchange early, because the run had shortened the time limit.
func (h *Health) WasCutShort(x transcript.Exchange) bool {
	return x.End == transcript.TimedOut && x.TimeLimit < h.Limit
}

// IsUnresponsive reports whether so many newCall pushes in a row had no response that the run sends no more of them. localReason is why
// this machine could not connect for the last newCall push; it is empty if this machine could connect.
func (h *Health) IsUnresponsive() (unresponsive bool, localReason string) {
	return h.silences[push.NewCall] >= maxSilences, h.localReason
}

// RecordNoRoute records that nothing at the URL accepts pushes. The run then sends no more pushes.
func (h *Health) RecordNoRoute() { h.hasNoRoute = true }

// IsRouted reports whether something at the URL may accept pushes.
func (h *Health) IsRouted() bool { return !h.hasNoRoute }

// HasGivenUpOn reports whether the run no longer sends pushes of an event.
func (h *Health) HasGivenUpOn(e push.Event) bool {
	isUnresponsive, _ := h.IsUnresponsive()
	isTooSlow := e != push.NewCall && h.silences[e] > 1 && h.isShortOfTime()
	return isUnresponsive || isTooSlow || h.hasNoRoute || h.silences[e] >= maxSilences
}

// RecordAccepted records the kinds of a push that was accepted.
func (h *Health) RecordAccepted(kinds ...string) {
	if h.acceptedKinds == nil {
		h.acceptedKinds = map[string]bool{}
	}
	for _, k := range kinds {
		h.acceptedKinds[k] = true
	}
}

// RecordDropped records the kinds of a push that was dropped twice, while no other push was under way.
func (h *Health) RecordDropped(kinds ...string) {
	if h.droppedKinds == nil {
		h.droppedKinds = map[string]bool{}
	}
	for _, k := range kinds {
		h.droppedKinds[k] = true
	}
}

// WasDropped reports whether one of the kinds was recorded by RecordDropped.
func (h *Health) WasDropped(kinds ...string) bool {
	return slices.ContainsFunc(kinds, func(k string) bool { return h.droppedKinds[k] })
}

// IsNew reports whether one of the kinds of a push was never accepted.
func (h *Health) IsNew(kinds ...string) bool {
	return slices.ContainsFunc(kinds, func(k string) bool { return !h.acceptedKinds[k] })
}

// RecordVanished records that the receiver accepted no connection for a push, or closed it without a response, while calls for these
// requirements were under way.
func (h *Health) RecordVanished(requirementIDs ...string) {
	h.isAway = true
	if h.suspects == nil {
		h.suspects = requirementIDs
	}
}

// IsAway reports whether the receiver has vanished and has not come back.
func (h *Health) IsAway() bool { return h.isAway }

// RestartWait returns how long the run waits for a restart now: a short time if the last wait was without success.
func (h *Health) RestartWait() time.Duration {
	if h.waits.hasRestartFailed {
		return shortRestartWait
	}
	return max(min(h.fullRestartWait(), h.restartBudget()-h.waits.restartWaits), shortRestartWait)
}

// fullRestartWait returns how long the run waits for a restart if its budget allows it.
func (h *Health) fullRestartWait() time.Duration { return cmp.Or(h.MaxRestartWait, h.Limit) }

// restartBudget returns how long the run waits for all restarts together at most.
func (h *Health) restartBudget() time.Duration {
	return max(maxRestartLimits*h.Limit, h.fullRestartWait())
}

// IsRestartWaitCut reports whether the run has waited so long for restarts in all that the next wait is cut short, although the last
// wait was successful.
func (h *Health) IsRestartWaitCut() bool {
	return h.RestartWait() < h.fullRestartWait() && !h.waits.hasRestartFailed
}

// RecordRestartWait records a wait for the receiver to accept connections. isBack reports whether the receiver accepts connections now.
func (h *Health) RecordRestartWait(wait time.Duration, isBack bool) {
	h.waits.restartWaits += wait
	if h.waits.hasRestartFailed = !isBack; isBack {
		h.isAway, h.suspects = false, nil
	}
}

// RecordCrash records that a push of a requirement crashed the receiver, which was started again.
func (h *Health) RecordCrash(requirement string) { h.crashRequirement = requirement }

// RecordRestart records that the run started the receiver again. The receiver then no longer counts as lost.
func (h *Health) RecordRestart() {
	h.RecordRestartWait(0, true)
	h.loss, h.silences = nil, nil
}

// CrashCause returns the requirement to report for a crash that a push of the requirement id caused. If a push of another requirement
// crashed the receiver before, and excuses contains that other requirement, CrashCause returns the other requirement. Otherwise it returns
// id.
func (h *Health) CrashCause(id string, excuses []string) string {
	if slices.Contains(excuses, h.crashRequirement) {
		return h.crashRequirement
	}
	return id
}

// RecordLoss records that the receiver is lost, and returns the loss with its cause or its suspects. If loss names no cause and
// the run has no time left to wait for restarts, the requirement of the last crash is the cause. Otherwise the suspects are the
// requirements that were tried when the receiver vanished, or those in loss if it did not vanish.
func (h *Health) RecordLoss(loss transcript.Loss) transcript.Loss {
	budgetIsSpent := h.waits.restartWaits >= h.restartBudget() // if so, the run gives up, although the receiver may accept connections again later
	loss.GaveUp = loss.GaveUp || budgetIsSpent && !loss.Silent
	switch {
	case loss.Requirement != "":
	case h.crashRequirement != "" && budgetIsSpent:
		loss.Requirement, loss.Suspects = h.crashRequirement, nil
	case h.suspects != nil:
		loss.Suspects = h.suspects
	}
	if h.loss == nil {
		h.loss = &loss
	}
	return loss
}

// Loss returns the first recorded loss of the receiver; nil if the receiver is not lost.
func (h *Health) Loss() *transcript.Loss { return h.loss }

// RecordOneCallOnly records that the receiver accepts one call at a time.
func (h *Health) RecordOneCallOnly() { h.isOneCallOnly = true }

// IsOneCallOnly reports whether the receiver accepts one call at a time.
func (h *Health) IsOneCallOnly() bool { return h.isOneCallOnly }

// RecordProbeTime records the response time of a push of the probe.
func (h *Health) RecordProbeTime(took time.Duration) { h.probeTimes = append(h.probeTimes, took) }

// Pace returns the median response time of the pushes of the probe; 0 if the receiver responded to none of them.
func (h *Health) Pace() time.Duration {
	if len(h.probeTimes) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(h.probeTimes))
	return sorted[len(sorted)/2]
}

// pushesInTime returns how many pushes a receiver can handle one after the other in half of the limit, at most maxPushes.
func (h *Health) pushesInTime(maxPushes int) int {
	pace := h.Pace()
	if pace <= 0 {
		return maxPushes
	}
	return int(min(time.Duration(maxPushes), h.Limit/2/pace))
}

// ParallelCalls returns how many calls are played at a time, at most maxCalls. If the receiver handles one push at a time, there are so few
// calls that no push waits for longer than half of the limit.
func (h *Health) ParallelCalls(maxCalls int) int {
	if h.acceptsParallelPushes {
		return maxCalls
	}
	return max(h.pushesInTime(maxCalls*2)/2, 1)
}

// RecordParallelPushes records that the receiver accepts several pushes at a time.
func (h *Health) RecordParallelPushes() { h.acceptsParallelPushes = true }
