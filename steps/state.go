package steps

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// Oracle tells what the application thinks of a call. Those of package oracle ask a URL, a command or a function.
type Oracle interface {
	Ask(ctx context.Context, callID string) (oracle.Answer, error)
}

const (
	stateWait  = 2 * time.Second       // for an application that takes its time, by default
	firstPause = 10 * time.Millisecond // between two questions; doubled up to the longest
	lastPause  = 200 * time.Millisecond
	lagging    = 200 * time.Millisecond
	maxInVain  = 3 // times that one state is waited for and does not come; then what is shown at once has to do
	maxFailed  = 3 // questions in a row that bring no answer; then none is asked any more
)

// watch asks the application between the pushes. It is safe for concurrent use.
type watch struct {
	oracle Oracle
	wait   time.Duration

	mu      sync.Mutex
	inVain  map[transcript.CallState]int
	slowest time.Duration // that a state took to be shown
	failed  int
	last    error // of the failed ones
}

// newWatch returns nil where there is nobody to ask.
func newWatch(o Options) *watch {
	if o.State == nil {
		return nil
	}
	w := &watch{oracle: o.State, wait: o.StateWait, inVain: map[transcript.CallState]int{}}
	if w.wait <= 0 {
		w.wait = stateWait
	}
	return w
}

// after asks about the legs that have to do with a push that is through: its own, and those of the same call.
func (w *watch) after(ctx context.Context, c transcript.Call, x transcript.Exchange) []transcript.Asked {
	late := requirements.LateAnswer(c, x)
	if late && slices.ContainsFunc(c.States, func(a transcript.Asked) bool { return a.Wanted == transcript.CallOver && !a.Fits() }) {
		return nil // it was not over before, so it cannot be reopened
	}
	if late || x.Odd && forged(c) {
		return w.unmoved(ctx, c, x)
	}
	said := []push.Event{push.NewCall, push.Answer, push.Hangup}
	if !x.Accepted() || x.Push.CallID == "" || !slices.Contains(said, x.Push.Event) {
		return nil
	}
	var out []transcript.Asked
	asked := map[string]bool{}
	ask := func(of transcript.Exchange) {
		id := of.Push.CallID
		if id == "" || asked[id] {
			return
		}
		asked[id] = true
		a := transcript.Asked{Step: x.Step, Leg: of.Leg, CallID: id, Wanted: requirements.StateAfter(c.Exchanges, id)}
		if a.Wanted == "" {
			return
		}
		before, waited := inVainBefore(c.States, a)
		w.settle(ctx, &a, !waited)
		if waited && !a.Fits() {
			a.Waited, a.Hasty = before.Waited, before.Hasty
		}
		out = append(out, a)
	}
	ask(x)
	for _, other := range c.Exchanges {
		if c.Stimulus == requirements.StateApart || other.Push.XCID == x.Push.XCID {
			ask(other)
		}
	}
	return out
}

// inVainBefore finds the question that was waited for in vain already: what has not come by then is not waited for again.
func inVainBefore(all []transcript.Asked, a transcript.Asked) (transcript.Asked, bool) {
	for _, b := range all {
		if b.CallID == a.CallID && b.Wanted == a.Wanted && b.Shown != "" && !b.Fits() {
			return b, true
		}
	}
	return transcript.Asked{}, false
}

// settle asks until the application shows what is wanted, or has had its time.
func (w *watch) settle(ctx context.Context, a *transcript.Asked, patient bool) {
	began := time.Now()
	wait := w.patience(a.Wanted)
	if !patient {
		wait = 0
	}
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		answer, err := w.ask(ctx, a.CallID)
		if a.Waited = time.Since(began); err != nil {
			a.Shown, a.Word, a.Failure = "", "", err.Error()
			return
		}
		a.Shown, a.Word = transcript.CallState(answer.State), answer.Word
		if a.Fits() {
			if pause > firstPause { // else it is the question that took so long
				w.came(a.Waited)
			}
			return
		}
		if a.Waited+pause > wait {
			a.Waited, a.Hasty = wait, wait == 0
			w.note(a.Wanted, !a.Hasty)
			return
		}
		if !rest(ctx, pause) {
			a.Shown, a.Word, a.Failure = "", "", "the run was interrupted"
			return
		}
	}
}

// patience is how long a state is waited for.
func (w *watch) patience(s transcript.CallState) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.inVain[s] >= maxInVain {
		return 0
	}
	return w.wait
}

func (w *watch) note(s transcript.CallState, inVain bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if inVain {
		w.inVain[s]++
	}
}

// came notes how long a state took to be shown.
func (w *watch) came(after time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.slowest = max(w.slowest, after)
}

// ask asks once, unless that has failed too often.
func (w *watch) ask(ctx context.Context, callID string) (oracle.Answer, error) {
	w.mu.Lock()
	failed, last := w.failed, w.last
	w.mu.Unlock()
	if failed >= maxFailed {
		return oracle.Answer{}, fmt.Errorf("nobody was asked any more after %d failures, the last: %w", failed, last)
	}
	answer, err := w.oracle.Ask(ctx, callID)
	if err == nil && !slices.Contains(oracle.States(), answer.State) {
		err = fmt.Errorf("asking for the state: %q is none", answer.State)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case ctx.Err() != nil:
	case err != nil:
		w.failed, w.last = w.failed+1, err
	default:
		w.failed = 0
	}
	return answer, err
}

// lags tells whether the application takes so long to show what was pushed that a run of calls one by one is mostly waiting.
func (w *watch) lags() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.slowest >= lagging
}

// watched tells whether the application is asked while a story is played. The receiver then has nothing else to do: a
// question must not hold up the push of another call. Where the waiting would take minutes such calls are played side by side
// all the same, and by themselves once more where something else is shown than was pushed.
func (r *Run) watched(q request) bool {
	return r.watch != nil && (q.watch || requirements.ShowsState(transcript.Call{Stimulus: q.stimulus}))
}
