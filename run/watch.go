package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	defaultStateWait   = 2 * time.Second       // default of StateCheck.Wait
	firstPause         = 10 * time.Millisecond // pause between the first two questions; it doubles each time, up to lastPause
	lastPause          = 200 * time.Millisecond
	lagTime            = 200 * time.Millisecond // an application that takes this long to show a state is lagging
	maxMisses          = 3                      // after this many waits for a state that did not come, the run no longer waits for that state
	maxFailedQuestions = 3                      // after this many failed questions in a row, no more questions are asked
)

// stateWatch asks the application for states between pushes. It is safe for concurrent use.
type stateWatch struct {
	oracle Oracle
	wait   time.Duration // longest wait for a state

	mu              sync.Mutex
	misses          map[transcript.CallState]int // for each state, the number of waits that ended before it was shown
	longestDelay    time.Duration                // longest time until a state was shown
	failedQuestions int                          // number of questions that have failed since the last success
	firstErr        error                        // error of the first of these questions
}

// newStateWatch returns a stateWatch, or nil if there is no oracle.
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

// questionsAfter returns the function for CallToPlay.AskStates in an experiment of a kind. The function asks about the leg of a push and
// about the other legs of its call.
func (w *stateWatch) questionsAfter(kind experiment.Kind) func(context.Context, transcript.Call, transcript.Exchange) []transcript.StateQuestion {
	return func(ctx context.Context, c transcript.Call, x transcript.Exchange) []transcript.StateQuestion {
		isLateAnswer := requirements.IsLateAnswer(c, x)
		switch {
		case isLateAnswer && slices.ContainsFunc(c.States, func(a transcript.StateQuestion) bool { return a.Wanted == transcript.CallOver && !a.FitsWanted() }):
			return nil // the call was not over, so it cannot be reopened
		case isLateAnswer || x.Odd && kind == experiment.Forged:
			return w.askForChange(ctx, c, x)
		case x.Accepted() && x.Push.CallID != "" && slices.Contains([]push.Event{push.NewCall, push.Answer, push.Hangup}, x.Push.Event):
			return w.askAboutLegs(ctx, c, x)
		}
		return nil
	}
}

// askAboutLegs asks about the leg of a push and about the other legs of its call.
func (w *stateWatch) askAboutLegs(ctx context.Context, c transcript.Call, x transcript.Exchange) []transcript.StateQuestion {
	var out []transcript.StateQuestion
	askedIDs := map[string]bool{}
	ask := func(exchange transcript.Exchange) {
		id := exchange.Push.CallID
		if id == "" || askedIDs[id] {
			return
		}
		askedIDs[id] = true
		question := transcript.StateQuestion{Step: x.Step, Leg: exchange.Leg, CallID: id, Wanted: outcome.StateFromPushes(c.Exchanges, id)}
		if question.Wanted == "" {
			return
		}
		earlier, hasEarlier := earlierMiss(c.States, question)
		w.askUntilShown(ctx, &question, !hasEarlier)
		if hasEarlier && !question.FitsWanted() {
			question.Waited, question.CutShort = earlier.Waited, earlier.CutShort
		}
		out = append(out, question)
	}
	ask(x)
	for _, other := range c.Exchanges {
		if c.RequirementID == requirements.StateSimilarIDs || other.Push.XCID == x.Push.XCID {
			ask(other)
		}
	}
	return out
}

// earlierMiss returns an earlier question about the same leg that waited for the same state without success. The run does not wait for that
// state again.
func earlierMiss(all []transcript.StateQuestion, question transcript.StateQuestion) (transcript.StateQuestion, bool) {
	for _, b := range all {
		if b.CallID == question.CallID && b.Wanted == question.Wanted && b.Shown != "" && !b.FitsWanted() {
			return b, true
		}
	}
	return transcript.StateQuestion{}, false
}

// askUntilShown asks until the application shows the wanted state, or for at most maxWait. If mayWait is not set, it asks once.
func (w *stateWatch) askUntilShown(ctx context.Context, question *transcript.StateQuestion, mayWait bool) {
	wait := w.maxWait(question.Wanted)
	if !mayWait {
		wait = 0
	}
	questions := w.poll(ctx, question, wait, func() bool { return question.FitsWanted() })
	switch {
	case question.Failure != "":
	case !question.FitsWanted():
		if question.Waited, question.CutShort = wait, wait == 0; !question.CutShort {
			w.countMiss(question.Wanted)
		}
	case questions > 1: // the time of a single question is not the delay of the application
		w.recordDelay(question.Waited)
	}
}

// poll asks until isDone returns true or wait has passed. It returns the number of questions. If a question fails, poll ends and sets
// question.Failure.
func (w *stateWatch) poll(ctx context.Context, question *transcript.StateQuestion, wait time.Duration, isDone func() bool) (questions int) {
	began := time.Now()
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		questions++
		answer, err := w.ask(ctx, question.CallID)
		question.Waited, question.Shown, question.Word = time.Since(began), answer.State, answer.Word
		question.Status, question.Question = answer.Status, answer.Question
		switch {
		case err != nil:
		case isDone() || question.Waited >= wait:
			return questions
		case !sleep(ctx, min(pause, wait-question.Waited)):
			err = errors.New("the run was interrupted")
		default:
			continue
		}
		question.Shown, question.Word, question.Status, question.Question, question.Failure = "", "", 0, "", err.Error()
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

// recordDelay records the time until a state was shown.
func (w *stateWatch) recordDelay(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.longestDelay = max(w.longestDelay, d)
}

// ask asks for the state of a call once. If maxFailedQuestions questions in a row have failed, it returns the error of the first of them
// without asking.
func (w *stateWatch) ask(ctx context.Context, callID string) (oracle.Result, error) {
	w.mu.Lock()
	failures, firstErr := w.failedQuestions, w.firstErr
	w.mu.Unlock()
	if failures >= maxFailedQuestions {
		return oracle.Result{}, firstErr
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
		if w.failedQuestions++; w.failedQuestions == 1 {
			w.firstErr = err
		}
		err = w.firstErr // so that repeated failures have the same text
	default:
		w.failedQuestions = 0
	}
	return answer, err
}

// isLagging reports whether the application shows states so late that playing calls one by one would take too long.
func (w *stateWatch) isLagging() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.longestDelay >= lagTime
}

// isWatched reports whether the application is asked during an experiment. Such an experiment is played alone, because a question must not
// delay the push of another call. If the application lags, such calls are played concurrently, to save minutes of waiting. If the
// application then shows a wrong state, the call is played again alone.
func (r *Run) isWatched(e experiment.Experiment) bool {
	isForgedFollowUp := e.Twist.Kind == experiment.Forged && e.Twist.Event != push.NewCall
	return r.stateWatch != nil && (isForgedFollowUp || requirements.AreStatesJudged(transcript.Call{RequirementID: e.Twist.Requirement}))
}
