// Package oracle asks an application for the state of a call: ringing, answered, over or unknown.
//
// A Func calls a function of this program, a URL asks over HTTP, and a Command runs a program. Each of them has a method Ask, which asks
// once. The package does not check whether the state is correct.
package oracle

import (
	"context"
	"errors"
	"time"

	"github.com/pushcheck/pushcheck/push"
)

// Result is the state that an application returned for a call.
type Result struct {
	State    push.CallState
	Word     string // the application's word for the state; "" if the application returned no word
	Status   int    // 404 or 410 if the state is CallUnknown because of this status; otherwise 0
	Question string // if Status is set: the request without credentials, such as "GET https://localhost:8443/calls/5550123"
}

// Func asks for the state of a call by calling a function, for an application in the same process.
type Func func(ctx context.Context, callID string) (push.CallState, error)

// Ask calls the function.
func (f Func) Ask(ctx context.Context, callID string) (Result, error) {
	state, err := f(ctx, callID)
	return Result{State: state, Word: string(state)}, err
}

const (
	timeLimit = 5 * time.Second // longest time that one call of Ask takes
	maxBytes  = 64 << 10        // length of the longest answer that is read
)

var (
	errTooLong = errors.New("the answer is longer than 64 KiB")
	errTooLate = errors.New("no answer within 5 s")
)
