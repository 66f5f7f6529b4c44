package run_test

import (
	"context"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/verdict"
)

// board is a receiver that keeps the state of its calls.
type board struct {
	mu      sync.Mutex
	states  map[string]push.CallState
	late    int  // status of the response to an answer push for a call that has ended
	reopens bool // such an answer push makes the call answered
}

func (b *board) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	id := r.FormValue("callId")
	switch r.FormValue("event") {
	case "newCall":
		b.states[id] = push.CallRinging
		w.Header().Set("Content-Type", "application/xml")
		_, _ = io.WriteString(w, `<Response onAnswer="https://`+r.Host+`/" onHangup="https://`+r.Host+`/"/>`)
	case "answer":
		over := b.states[id] == push.CallOver
		if !over || b.reopens {
			b.states[id] = push.CallAnswered
		}
		if over {
			w.WriteHeader(b.late)
		}
	case "hangup":
		b.states[id] = push.CallOver
	}
}

func (b *board) ask(_ context.Context, callID string) (push.CallState, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if state, ok := b.states[callID]; ok {
		return state, nil
	}
	return push.CallUnknown, nil
}

func TestLateAnswerIsReportedByTheStateAndNotByTheResponse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		board
		want verdict.Status
	}{
		{"accepted, and the call stays over", board{late: 200}, verdict.Passed},
		{"refused, and the call stays over", board{late: 409}, verdict.Passed},
		{"accepted, and the call is answered again", board{late: 200, reopens: true}, verdict.Warned},
		{"refused, and the call is answered again", board{late: 409, reopens: true}, verdict.Warned},
	}
	for i := range tests {
		test := &tests[i]
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.states = map[string]push.CallState{}
			o := inMemory(&test.board)
			o.StateCheck.Oracle = oracle.Func(test.ask)
			v := play(t, probed(t, o), odd(t, "state.late-answer", "the answer comes after the hangup"))
			if got := row(t, v, "state.late-answer").Status; got != test.want {
				t.Errorf("state.late-answer is %s, want %s", got, test.want)
			}
		})
	}
}
