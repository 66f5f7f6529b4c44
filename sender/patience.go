package sender

import (
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// A run waits so often for nothing, each time for the whole limit of an exchange, before it loses its patience: what comes
// then is waited for no longer than the given part of the limit, so that a receiver that hangs again and again costs a
// bounded time. What was given up on so early is not held against it.
const (
	vainWaits    = 2
	restOfLimits = 20
)

// patience is how long a run has waited for nothing.
type patience struct {
	wasted time.Duration // without what overlaps
	until  time.Time
}

// wait notes an exchange that ended now, after so long.
func (p *patience) wait(took time.Duration, now time.Time) {
	p.wasted += min(took, now.Sub(p.until))
	p.until = now
}

// limits are those of the next exchange. A patient one has the whole time whatever was before.
func (s *Sender) limits(patient bool) Limits {
	l := s.opts.Limits.WithDefaults()
	if !patient && s.Impatient() {
		l.Exchange /= restOfLimits
	}
	return l
}

// Impatient tells whether the run has waited for nothing too often.
func (s *Sender) Impatient() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	limit := s.opts.Limits.WithDefaults().Exchange
	return s.patience.wasted > vainWaits*limit-limit/10 // making the connections took its part
}

// Hasty tells whether an exchange was given up on before its time, because the run had waited for nothing too often.
func (s *Sender) Hasty(x transcript.Exchange) bool {
	l := s.opts.Limits.WithDefaults()
	return x.End == transcript.TimedOut && x.TimeLimit < l.told(l.Exchange)
}

// tiredOf tells whether a follow-up push is not worth its time any more: such pushes were left without a response before, and the run
// has waited for nothing too often.
func (s *Sender) tiredOf(step call.Step) bool {
	if step.Push.Event == push.NewCall || !s.Impatient() {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.silences[step.Push.Event] > 1
}

// fruitless tells whether an exchange took all the time it had. Making the connection is part of that time, and not of what it took.
func fruitless(x transcript.Exchange) bool {
	waited := x.End == transcript.TimedOut || x.End == transcript.Late || x.End == transcript.NeverEnded
	return waited && x.Took > x.TimeLimit/2
}

// wasted notes an exchange that took all the time it had and brought nothing.
func (s *Sender) wasted(x transcript.Exchange) {
	if !fruitless(x) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.patience.wait(time.Duration(float64(x.Took)/s.opts.Limits.WithDefaults().Pace), time.Now())
}
