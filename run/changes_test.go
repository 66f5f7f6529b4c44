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

// stateReceiver is a receiver that remembers the state of its calls.
type stateReceiver struct {
	mu               sync.Mutex
	states           map[string]push.CallState // by callId
	lateAnswerStatus int                       // status of the response to an answer push for a call that has ended
	reopens          bool                      // an answer push for a call that has ended makes the call answered again
}

func (b *stateReceiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	id := r.FormValue("callId")
	switch r.FormValue("event") {
	case "newCall":
		b.states[id] = push.CallRinging
		w.Header().Set("Content-Type", "application/xml")
		_, _ = io.WriteString(w, `<Response onAnswer="https://`+r.Host+`/" onHangup="https://`+r.Host+`/"/>`)
	case "answer":
		isOver := b.states[id] == push.CallOver
		if !isOver || b.reopens {
			b.states[id] = push.CallAnswered
		}
		if isOver {
			w.WriteHeader(b.lateAnswerStatus)
		}
	case "hangup":
		b.states[id] = push.CallOver
	}
}

func (b *stateReceiver) ask(_ context.Context, callID string) (push.CallState, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if state, ok := b.states[callID]; ok {
		return state, nil
	}
	return push.CallUnknown, nil
}

func TestLateAnswerPushIsJudgedByTheCallStateAndNotByItsResponse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		stateReceiver
		want verdict.Status
	}{
		{"late answer accepted, call stays over: passed", stateReceiver{lateAnswerStatus: 200}, verdict.Passed},
		{"late answer refused, call stays over: passed", stateReceiver{lateAnswerStatus: 409}, verdict.Passed},
		{"late answer accepted, call is answered again: warned", stateReceiver{lateAnswerStatus: 200, reopens: true}, verdict.Warned},
		{"late answer refused, call is answered again: warned", stateReceiver{lateAnswerStatus: 409, reopens: true}, verdict.Warned},
	}
	for i := range tests {
		test := &tests[i]
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.states = map[string]push.CallState{}
			o := inMemoryOptions(&test.stateReceiver)
			o.StateCheck.Oracle = oracle.Func(test.ask)
			v := play(t, probedRun(t, o), oddCall(t, "state.late-answer", "the answer comes after the hangup"))
			if got := row(t, v, "state.late-answer").Status; got != test.want {
				t.Errorf("state.late-answer is %s, want %s", got, test.want)
			}
		})
	}
}
