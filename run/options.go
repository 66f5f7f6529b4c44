// Package run plays experiments at a receiver and passes the results to package verdict. It follows the decisions of package experiment,
// and records the receiver's health.
//
// Begin with New. The package does not read features: package steps turns the sentences of features into experiments, and steps.Play
// plays a suite of features.
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

// Options define which receiver a run judges, and how.
type Options struct {
	verdict.RunInfo // without URLs, because the run adds the URLs of Sender
	verdict.Scope
	verdict.Policy
	Sender       sender.Options
	Cast         scenarios.Cast       // the people in calls; default: scenarios.DefaultCast
	Numbers      []scenarios.Number   // numbers at which the receiver does something special with calls
	OwnScenarios []scenarios.Scenario // call scenarios of the user, in addition to the built-in call scenarios
	Heavy        bool                 // the largest stimuli are also sent to public addresses
	FailFast     bool                 // the run stops after the first finding that makes it not conformant, see Run.StopReason
	StateCheck   StateCheck
	Observer     Observer
	Process      Process
}

// Process describes a receiver that was started for the run. The zero value describes a receiver that was already running.
type Process struct {
	Wait         time.Duration                  // longest wait until the receiver accepts connections again; default: Sender.Limits.Exchange
	PrintedSince func(since time.Time) []string // returns the lines that the receiver printed since a time, or its last lines if its process has ended; may be nil
}

// Observer has functions that the run calls. Each may be nil.
type Observer struct {
	AfterCall func(transcript.Call)                            // called after each call, by one goroutine at a time
	OnWait    func(WaitReason, time.Duration) (endWait func()) // called when the run begins to wait, with the longest time that it will wait; endWait is called at the end of the wait
}

// WaitReason is the reason why a run waits before it sends the next push.
type WaitReason int

const (
	ReceiverAway     WaitReason = iota // the receiver accepted no connection
	ReceiverStarting                   // a proxy in front of the receiver responds instead of it, see Run.RepeatWhileStarting
	RateLimited                        // the receiver limits the number of pushes
)

// beginWait calls OnWait if it is set.
func (o Observer) beginWait(w WaitReason, limit time.Duration) (endWait func()) {
	if o.OnWait == nil {
		return func() {}
	}
	return o.OnWait(w, limit)
}

// StateCheck defines how the application is asked for the state of a call.
type StateCheck struct {
	Oracle Oracle        // nil: the application is not asked, and state.* is not applicable
	Wait   time.Duration // how long the application may take to show the state after a push; default 2 s
}

// Oracle returns the state that the application has for a call. Package oracle has oracles that ask a URL, a command or a function.
type Oracle interface {
	Ask(ctx context.Context, callID string) (oracle.Result, error)
}

// NewNonce returns a random nonce for ids. Each run needs its own, because a receiver with a database remembers the ids of earlier runs.
func NewNonce() string { return rand.Text()[:10] }
