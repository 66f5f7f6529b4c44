package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

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
	failed  int           // questions in a row that brought no answer
	first   error         // of these
}

// newWatch returns nil if the application is not asked.
func newWatch(o State) *watch {
	if o.Oracle == nil {
		return nil
	}
	w := &watch{oracle: o.Oracle, wait: o.Wait, inVain: map[transcript.CallState]int{}}
	if w.wait <= 0 {
		w.wait = stateWait
	}
	return w
}

// after returns the function that asks about the legs that a push which is through has to do with: its own, and those of the same
// call. kind is what the call is played for.
func (w *watch) after(kind experiment.Kind) func(context.Context, transcript.Call, transcript.Exchange) []transcript.Asked {
	return func(ctx context.Context, c transcript.Call, x transcript.Exchange) []transcript.Asked {
		late := requirements.LateAnswer(c, x)
		switch {
		case late && slices.ContainsFunc(c.States, func(a transcript.Asked) bool { return a.Wanted == transcript.CallOver && !a.Fits() }):
			return nil // it was not over before, so it cannot be reopened
		case late || x.Odd && kind == experiment.Forged:
			return w.unmoved(ctx, c, x)
		case x.Accepted() && x.Push.CallID != "" && slices.Contains([]push.Event{push.NewCall, push.Answer, push.Hangup}, x.Push.Event):
			return w.legs(ctx, c, x)
		}
		return nil
	}
}

// legs asks about the leg of a push, and about those of the same call.
func (w *watch) legs(ctx context.Context, c transcript.Call, x transcript.Exchange) []transcript.Asked {
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
	wait := w.patience(a.Wanted)
	if !patient {
		wait = 0
	}
	questions := w.poll(ctx, a, wait, func() bool { return a.Fits() })
	switch {
	case a.Failure != "":
	case !a.Fits():
		if a.Waited, a.Hasty = wait, wait == 0; !a.Hasty {
			w.missed(a.Wanted)
		}
	case questions > 1: // else it is the question that took so long
		w.came(a.Waited)
	}
}

// poll asks until found returns true, or for so long. It returns how many questions that took. If there is no answer, the failure says why.
func (w *watch) poll(ctx context.Context, a *transcript.Asked, wait time.Duration, found func() bool) (questions int) {
	began := time.Now()
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		questions++
		answer, err := w.ask(ctx, a.CallID)
		a.Waited, a.Shown, a.Word = time.Since(began), answer.State, answer.Word
		a.Status, a.Question = answer.Status, answer.Question
		switch {
		case err != nil:
		case found() || a.Waited >= wait:
			return questions
		case !rest(ctx, min(pause, wait-a.Waited)):
			err = errors.New("the run was interrupted")
		default:
			continue
		}
		a.Shown, a.Word, a.Status, a.Question, a.Failure = "", "", 0, "", err.Error()
		return questions
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

// missed notes that a state was waited for and did not come.
func (w *watch) missed(s transcript.CallState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inVain[s]++
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
	failed, first := w.failed, w.first
	w.mu.Unlock()
	if failed >= maxFailed {
		return oracle.Answer{}, first
	}
	answer, err := w.oracle.Ask(ctx, callID)
	if err == nil && !slices.Contains(push.CallStates(), answer.State) {
		err = fmt.Errorf("asking for the state: %q is no state", answer.State)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case ctx.Err() != nil:
	case err != nil:
		if w.failed++; w.failed == 1 {
			w.first = err
		}
		err = w.first // so that failures with one cause have one reason
	default:
		w.failed = 0
	}
	return answer, err
}

// lags reports whether the application takes so long to show what was pushed that a run of calls one by one is mostly waiting.
func (w *watch) lags() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.slowest >= lagging
}

// watched reports whether the application is asked while an experiment is played. The receiver then has nothing else to do: a
// question must not hold up the push of another call. If the application lags, so that the waiting would take minutes, such calls
// are played side by side all the same, and by themselves once more if something else is shown than was pushed.
func (r *Run) watched(e experiment.Experiment) bool {
	forged := e.Twist.Kind == experiment.Forged && e.Twist.Event != push.NewCall
	return r.watch != nil && (forged || requirements.ShowsState(transcript.Call{Stimulus: e.Twist.Requirement}))
}
