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
	defaultStateWait = 2 * time.Second       // default of StateCheck.Wait
	firstPause       = 10 * time.Millisecond // between two questions; doubled each time, up to lastPause
	lastPause        = 200 * time.Millisecond
	lagTime          = 200 * time.Millisecond
	maxMisses        = 3 // after so many waits for a state that did not come, the run no longer waits for that state
	maxFailed        = 3 // after so many failed questions in a row, no more are asked
)

// stateWatch asks the application for states between pushes. It is safe for concurrent use.
type stateWatch struct {
	oracle Oracle
	wait   time.Duration

	mu       sync.Mutex
	misses   map[transcript.CallState]int
	slowest  time.Duration // longest time until a state was shown
	failed   int           // failed questions in a row
	firstErr error         // the error of the first of them
}

// newStateWatch returns nil if the application is not asked.
func newStateWatch(o StateCheck) *stateWatch {
	if o.Oracle == nil {
		return nil
	}
	w := &stateWatch{oracle: o.Oracle, wait: o.Wait, misses: map[transcript.CallState]int{}}
	if w.wait <= 0 {
		w.wait = defaultStateWait
	}
	return w
}

// questionsAfter returns the function for sender.CallToPlay.AskStates. It asks about the leg of the push and the other legs of the call. kind is
// the kind of the experiment.
func (w *stateWatch) questionsAfter(kind experiment.Kind) func(context.Context, transcript.Call, transcript.Exchange) []transcript.StateQuestion {
	return func(ctx context.Context, c transcript.Call, x transcript.Exchange) []transcript.StateQuestion {
		late := requirements.LateAnswer(c, x)
		switch {
		case late && slices.ContainsFunc(c.States, func(a transcript.StateQuestion) bool { return a.Wanted == transcript.CallOver && !a.FitsWanted() }):
			return nil // the call was not over, so it cannot be reopened
		case late || x.Odd && kind == experiment.Forged:
			return w.askForChange(ctx, c, x)
		case x.Accepted() && x.Push.CallID != "" && slices.Contains([]push.Event{push.NewCall, push.Answer, push.Hangup}, x.Push.Event):
			return w.askAboutLegs(ctx, c, x)
		}
		return nil
	}
}

// askAboutLegs asks about the leg of a push and the other legs of the call.
func (w *stateWatch) askAboutLegs(ctx context.Context, c transcript.Call, x transcript.Exchange) []transcript.StateQuestion {
	var out []transcript.StateQuestion
	asked := map[string]bool{}
	ask := func(of transcript.Exchange) {
		id := of.Push.CallID
		if id == "" || asked[id] {
			return
		}
		asked[id] = true
		a := transcript.StateQuestion{Step: x.Step, Leg: of.Leg, CallID: id, Wanted: requirements.StateAfter(c.Exchanges, id)}
		if a.Wanted == "" {
			return
		}
		before, waited := earlierMiss(c.States, a)
		w.askUntilShown(ctx, &a, !waited)
		if waited && !a.FitsWanted() {
			a.Waited, a.CutShort = before.Waited, before.CutShort
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

// earlierMiss returns an earlier question of the call about the same leg and state that ended without the state. It is not waited for again.
func earlierMiss(all []transcript.StateQuestion, a transcript.StateQuestion) (transcript.StateQuestion, bool) {
	for _, b := range all {
		if b.CallID == a.CallID && b.Wanted == a.Wanted && b.Shown != "" && !b.FitsWanted() {
			return b, true
		}
	}
	return transcript.StateQuestion{}, false
}

// askUntilShown asks until the application shows the wanted state, or its time is over. If patient is not set, it asks once.
func (w *stateWatch) askUntilShown(ctx context.Context, a *transcript.StateQuestion, patient bool) {
	wait := w.maxWait(a.Wanted)
	if !patient {
		wait = 0
	}
	questions := w.poll(ctx, a, wait, func() bool { return a.FitsWanted() })
	switch {
	case a.Failure != "":
	case !a.FitsWanted():
		if a.Waited, a.CutShort = wait, wait == 0; !a.CutShort {
			w.countMiss(a.Wanted)
		}
	case questions > 1: // with one question, the time is that of the question itself
		w.recordDelay(a.Waited)
	}
}

// poll asks until isDone returns true, or for the time wait. It returns the number of questions. If a question fails, poll ends and sets
// a.Failure.
func (w *stateWatch) poll(ctx context.Context, a *transcript.StateQuestion, wait time.Duration, isDone func() bool) (questions int) {
	began := time.Now()
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		questions++
		answer, err := w.ask(ctx, a.CallID)
		a.Waited, a.Shown, a.Word = time.Since(began), answer.State, answer.Word
		a.Status, a.Question = answer.Status, answer.Question
		switch {
		case err != nil:
		case isDone() || a.Waited >= wait:
			return questions
		case !sleep(ctx, min(pause, wait-a.Waited)):
			err = errors.New("the run was interrupted")
		default:
			continue
		}
		a.Shown, a.Word, a.Status, a.Question, a.Failure = "", "", 0, "", err.Error()
		return questions
	}
}

// maxWait returns how long to wait for a state.
func (w *stateWatch) maxWait(s transcript.CallState) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.misses[s] >= maxMisses {
		return 0
	}
	return w.wait
}

// countMiss counts a wait for a state that did not come.
func (w *stateWatch) countMiss(s transcript.CallState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.misses[s]++
}

// recordDelay records how long it took until a state was shown.
func (w *stateWatch) recordDelay(after time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.slowest = max(w.slowest, after)
}

// ask asks once. If asking has failed maxFailed times in a row, it returns the first of these errors instead.
func (w *stateWatch) ask(ctx context.Context, callID string) (oracle.Result, error) {
	w.mu.Lock()
	failed, first := w.failed, w.firstErr
	w.mu.Unlock()
	if failed >= maxFailed {
		return oracle.Result{}, first
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
			w.firstErr = err
		}
		err = w.firstErr // so that repeated failures have the same text
	default:
		w.failed = 0
	}
	return answer, err
}

// isLagging reports whether the application shows states so late that playing calls one by one would take too long.
func (w *stateWatch) isLagging() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.slowest >= lagTime
}

// isWatched reports whether the application is asked during an experiment. Such an experiment is played alone, because a question must not
// delay the push of another call. If the application lags, such calls are played concurrently, to save minutes of waiting. If the
// application then shows a wrong state, the call is played again alone.
func (r *Run) isWatched(e experiment.Experiment) bool {
	forged := e.Twist.Kind == experiment.Forged && e.Twist.Event != push.NewCall
	return r.stateWatch != nil && (forged || requirements.ShowsState(transcript.Call{Stimulus: e.Twist.Requirement}))
}
