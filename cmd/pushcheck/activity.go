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

// activity is what a command does at the moment, for the progress line. It is safe for concurrent use.
type activity struct {
	mu    sync.Mutex
	phase string
	calls int
	wait  string    // what the command waits for; "" if it does not wait
	until time.Time // the latest end of the wait
}

// enter begins a phase.
func (d *activity) enter(phase string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.phase = phase
}

// played counts a call. The phase is the area of its requirement.
func (d *activity) played(c transcript.Call) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls++
	if r, ok := requirements.Find(requirements.RequirementOfCall(c)); ok && !c.Probe {
		d.phase = r.Area()
	}
}

// waits records that the command waits for something. most is the longest time.
func (d *activity) waits(what string, most time.Duration) (over func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wait, d.until = what, time.Now().Add(most)
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.wait = ""
	}
}

// waitsFor records a wait of a run, as waits does.
func (d *activity) waitsFor(w run.WaitReason, most time.Duration) (over func()) {
	what := map[run.WaitReason]string{
		run.ReceiverAway:     "waiting for the receiver to accept connections",
		run.ReceiverStarting: "waiting for the receiver to start",
		run.RateLimited:      "waiting, because the receiver limits the number of pushes",
	}
	return d.waits(what[w], most)
}

// text returns the progress line of a run.
func (d *activity) text(elapsed time.Duration) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.wait != "" {
		return fmt.Sprintf("%s, at most %s more", d.wait, seconds(time.Until(d.until)))
	}
	return fmt.Sprintf("%s: %s, %s", d.phase, wording.Count(d.calls, "call"), seconds(elapsed))
}

// callActivity is the current part of a call's story, for the progress line. It is safe for concurrent use.
type callActivity struct {
	mu       sync.Mutex
	answered bool
	what     string
	until    time.Time
}

// before records what happens on the phone until a push is due.
func (o *callActivity) before(next call.Step, wait time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case next.Push.Event == push.DTMF:
		o.what = "keys are pressed"
	case o.answered && next.Push.Event != push.Answer:
		o.what = "they talk"
	default:
		o.what = "it rings"
	}
	o.answered = o.answered || next.Push.Event == push.Answer
	o.until = time.Now().Add(wait)
}

// text returns the progress line.
func (o *callActivity) text(time.Duration) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if left := time.Until(o.until); left > 0 {
		return fmt.Sprintf("%s, %s", o.what, seconds(left))
	}
	return "waiting for a response"
}
