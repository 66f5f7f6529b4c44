// Package oracle asks an application for the state of a call: whether it rings, is answered or over.
//
// A Func asks a function of the same program, a URL asks over HTTP, a Command runs a program. The package does not know what the
// right state is, and it asks once each time that it is called.
package oracle

import (
	"context"
	"errors"
	"time"

	"github.com/pushcheck/pushcheck/push"
)

// Answer is what an application returned for a call.
type Answer struct {
	State    push.CallState
	Word     string // the state in the application's own words; "" if there was none
	Status   int    // 404 or 410 if that is why the state is Unknown; else 0
	Question string // with Status: what was asked, without credentials, such as "GET https://localhost:8443/calls/5550123"
}

// Func makes an oracle of a function, for applications that live in the same process.
type Func func(ctx context.Context, callID string) (push.CallState, error)

// Ask asks the function.
func (f Func) Ask(ctx context.Context, callID string) (Answer, error) {
	state, err := f(ctx, callID)
	return Answer{State: state, Word: string(state)}, err
}

const (
	timeLimit = 5 * time.Second // of one question
	maxBytes  = 64 << 10        // of one answer
)

var (
	errTooLong = errors.New("the answer is longer than 64 KiB")
	errTooLate = errors.New("no answer within 5 s")
)
