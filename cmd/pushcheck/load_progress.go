package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/pushcheck/pushcheck/load"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

// How often the progress of a load is shown: on a terminal one line changes, elsewhere each time is a new line.
const (
	betweenStatuses = time.Second
	betweenLines    = 10 * time.Second
)

// watch shows the progress of a load until end is called.
func (a *app) watch(o *load.Options, quiet bool) (end func()) {
	switch {
	case quiet:
		return func() {}
	case a.progress == nil:
		o.ObserveInterval = betweenLines
		o.Observe = func(p verdict.LoadProgress) { fmt.Fprintln(a.stderr, report.LoadLine(p)) }
		return func() {}
	}
	var last atomic.Pointer[verdict.LoadProgress]
	o.ObserveInterval = betweenStatuses
	o.Observe = func(p verdict.LoadProgress) { last.Store(&p) }
	return a.progress.show(func(elapsed time.Duration) string {
		if p := last.Load(); p != nil {
			return report.LoadStatus(*p)
		}
		return "waiting for the load to start, " + seconds(elapsed)
	})
}
