package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/pushcheck/pushcheck/load"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

// Times between two updates of the progress of a load.
const (
	statusInterval = time.Second      // on a terminal, where one line is redrawn
	lineInterval   = 10 * time.Second // elsewhere, where each update is a new line
)

// watchLoad shows the progress of a load until hide is called.
func (a *app) watchLoad(o *load.Options, quiet bool) (hide func()) {
	switch {
	case quiet:
		return func() {}
	case a.progress == nil:
		o.ObserveInterval = lineInterval
		o.Observe = func(p verdict.LoadProgress) { fmt.Fprintln(a.stderr, report.LoadLine(p)) }
		return func() {}
	}
	var latest atomic.Pointer[verdict.LoadProgress]
	o.ObserveInterval = statusInterval
	o.Observe = func(p verdict.LoadProgress) { latest.Store(&p) }
	return a.progress.show(func(elapsed time.Duration) string {
		if p := latest.Load(); p != nil {
			return report.LoadStatus(*p)
		}
		return "waiting for the load to start, " + seconds(elapsed)
	})
}
