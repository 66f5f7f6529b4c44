package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/pushcheck/pushcheck/load"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

// How often it is shown how a load goes: on a terminal in place, and elsewhere in a line each.
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
