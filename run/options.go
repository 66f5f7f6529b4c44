// Package run plays experiments at a receiver and hands what came of them to package verdict. It does what package experiment
// decides, and owns what a run knows of the receiver's health. It knows no features: package steps turns their sentences into
// experiments.
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
	Sender  sender.Options
	Seed    int64
	Nonce   string               // part of every id; the same nonce and seed give the same ids
	Cast    scenarios.Cast       // default: scenarios.DefaultCast
	Numbers []scenarios.Number   // where the receiver does what with calls
	Own     []scenarios.Scenario // call scenarios besides the built-in ones
	Heavy   bool                 // the largest stimuli go to public addresses as well
	State   State
	Tool    verdict.Tool
	Reach   []string              // what curl has to be told to reach the receiver as the run does, each a word
	Observe func(transcript.Call) // called with each call that was played, one at a time; may be nil
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
