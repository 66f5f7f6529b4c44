package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/transcript"
)

// activity holds what a command is doing, for the progress line. It is safe for concurrent use.
type activity struct {
	mu       sync.Mutex
	phase    string    // what is shown before the number of calls, such as an area of requirements
	calls    int       // number of calls played so far
	wait     string    // what the command waits for; "" if it does not wait
	deadline time.Time // latest end of the wait
}

// setPhase sets the phase that the progress line shows.
func (d *activity) setPhase(phase string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.phase = phase
}

// countCall counts a played call, and sets the phase to the area of the requirement that the call tests.
func (d *activity) countCall(c transcript.Call) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls++
	if r, ok := requirements.Find(requirements.RequirementOfCall(c)); ok && !c.Probe {
		d.phase = r.Area()
	}
}

// recordWait records that the command waits for something, for maxWait at most. stop ends the wait.
func (d *activity) recordWait(what string, maxWait time.Duration) (stop func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wait, d.deadline = what, time.Now().Add(maxWait)
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.wait = ""
	}
}

// recordRunWait records that a run waits for the receiver, for maxWait at most. stop ends the wait.
func (d *activity) recordRunWait(w run.WaitReason, maxWait time.Duration) (stop func()) {
	texts := map[run.WaitReason]string{
		run.ReceiverAway:     "waiting for the receiver to accept connections",
		run.ReceiverStarting: "waiting for the receiver to start",
		run.RateLimited:      "waiting, because the receiver limits the number of pushes",
	}
	return d.recordWait(texts[w], maxWait)
}

// text returns the progress line of a command that plays several calls.
func (d *activity) text(elapsed time.Duration) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.wait != "" {
		return fmt.Sprintf("%s, at most %s more", d.wait, seconds(time.Until(d.deadline)))
	}
	return fmt.Sprintf("%s: %s, %s", d.phase, wording.Count(d.calls, "call"), seconds(elapsed))
}

// callActivity holds what happens on the phone in a call that is played, for the progress line. It is safe for concurrent use.
type callActivity struct {
	mu          sync.Mutex
	isAnswered  bool
	description string    // what happens on the phone now, such as "it rings"
	nextPushAt  time.Time // time at which the next push is due
}

// recordPause records what happens on the phone during the wait before the next push.
func (o *callActivity) recordPause(next call.Step, wait time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case next.Push.Event == push.DTMF:
		o.description = "keys are pressed"
	case o.isAnswered && next.Push.Event != push.Answer:
		o.description = "they talk"
	default:
		o.description = "it rings"
	}
	o.isAnswered = o.isAnswered || next.Push.Event == push.Answer
	o.nextPushAt = time.Now().Add(wait)
}

// text returns the progress line of a command that plays one call.
func (o *callActivity) text(time.Duration) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if left := time.Until(o.nextPushAt); left > 0 {
		return fmt.Sprintf("%s, %s", o.description, seconds(left))
	}
	return "waiting for a response"
}
