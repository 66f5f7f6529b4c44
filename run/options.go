// Package run plays experiments at a receiver and passes the outcomes to package verdict. It does what package experiment decides,
// and keeps what is known of the receiver's health.
//
// Begin with New. The package knows no features: package steps turns their sentences into experiments, and steps.Play plays a whole
// suite.
package run

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// Options say which receiver a run judges, and how.
type Options struct {
	verdict.Policy
	verdict.About
	Sender   sender.Options
	Cast     scenarios.Cast       // default: scenarios.DefaultCast
	Numbers  []scenarios.Number   // where the receiver does what with calls
	Own      []scenarios.Scenario // call scenarios besides the built-in ones
	Heavy    bool                 // the largest stimuli go to public addresses as well
	FailFast bool                 // nothing more is played after the first finding that makes the run not conformant, see Run.Stopped
	State    State
	Observe  Observer
	Process  Process
}

// Process is what a run has to know of a receiver that was started for it. The zero value is for a receiver that runs anyway.
type Process struct {
	Wait    time.Duration                  // how long the run waits for it to accept connections again; default: Sender.Limits.Exchange
	Printed func(since time.Time) []string // the lines that it printed since then, its last lines if it ended; may be nil
}

// Observer is called while a run goes on. Each of its functions may be nil.
type Observer struct {
	Call func(transcript.Call)                   // a call was played; not called by two goroutines at a time
	Wait func(Wait, time.Duration) (over func()) // the run waits, at most so long; over is called at the end
}

// Wait is what a run waits for before it sends the next push.
type Wait int

const (
	ForReceiver Wait = iota // the receiver accepted no connection
	ForStart                // what is in front of the receiver responds in its place, see Run.WaitFor
	ForLimit                // the receiver limits the number of pushes
)

// waits calls Wait.
func (o Observer) waits(w Wait, most time.Duration) (over func()) {
	if o.Wait == nil {
		return func() {}
	}
	return o.Wait(w, most)
}

// State says how the application is asked what it thinks of a call.
type State struct {
	Oracle Oracle        // nil: it is not asked, and state.* is not applicable
	Wait   time.Duration // how long it may take to show what a push says; default 2 s
}

// Oracle returns what the application thinks of a call. Those of package oracle ask a URL, a command or a function.
type Oracle interface {
	Ask(ctx context.Context, callID string) (oracle.Answer, error)
}

// NewNonce returns a nonce that no other run has: a receiver with a database has seen the ids of the last run.
func NewNonce() string { return rand.Text()[:10] }
