package main

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/load"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/verdict"
)

// loadFlags are the flags of load.
type loadFlags struct {
	target targetFlags
	planFlags
	failOn         string
	confirmed      bool
	drainTime      time.Duration
	maxConnections int
	maxOpenCalls   int
	reports        []string
	quiet          bool
}

// planFlags are the flags that decide which calls begin, and when.
type planFlags struct {
	calls       string
	arrivals    string
	ramp        time.Duration
	concurrency int
	duration    time.Duration
	count       int
	mix         string
	ring, talk  string
	shard       string
	startAt     string
}

func (a *app) loadCommand() *cobra.Command {
	var f loadFlags
	cmd := &cobra.Command{
		Use:   "load [URL]",
		Short: "Generate test traffic: many calls at a rate, each response judged",
		Long: "Plays many calls at the receiver at URL, at a rate, and judges every response. It prints how long the receiver took, and which requirements it did not meet.\n\n" +
			"One call is played first, alone and as fast as the receiver responds. If its newCall push is not accepted, nothing else is sent, and the verdict says why.\n\n" +
			"Under load, a timeout, a lost connection, status 429 or 5xx, and an error page in place of a document are errors. Findings are must-level requirements that a whole response does not meet.\n\n" +
			"After Ctrl-C no more calls begin, and open ones go on for at most --drain. A second Ctrl-C ends them at once. Both print the summary and write the report.\n\n" +
			"Exit codes: 0 if no threshold was crossed, 1 if one was (a finding about the first call counts), 2 for a usage error, 3 if nothing was measured, 130 if it was interrupted.",
		Example: "  pushcheck load https://example.org/push --calls 20/s --for 1m\n" +
			"  pushcheck load https://example.org/push --concurrency 50 --speed 0\n" +
			"  pushcheck load https://example.org/push --fail-on 'p99<500ms,errors<0.1%'",
		Args: oneURL,
		RunE: func(cmd *cobra.Command, args []string) error {
			url, err := a.receiverURL(cmd, args)
			if err != nil {
				return err
			}
			return a.load(cmd.Context(), f, cmd, url)
		},
	}
	registerConfigFlag(cmd)
	flags := cmd.Flags()
	f.target.registerCalls(flags)
	registerSpeed(flags, &f.target.speed, 1)
	flags.StringVar(&f.calls, "calls", "10/s", "`RATE` at which calls begin, such as 20/s, 300/m or 1000/h")
	flags.StringVar(&f.arrivals, "arrivals", string(load.Poisson), "how calls follow each other: poisson (as real ones do) or constant")
	flags.DurationVar(&f.ramp, "ramp", 0, "let the rate rise evenly during this `TIME`; measurements of this time are reported separately")
	flags.IntVar(&f.concurrency, "concurrency", 0, "keep `N` calls open, in place of a rate, and begin one when another ends")
	flags.DurationVar(&f.duration, "for", 30*time.Second, "begin calls during this `TIME`")
	flags.IntVar(&f.count, "count", 0, "begin `N` calls at most (default: no limit but --for)")
	flags.StringVar(&f.mix, "mix", "", "which calls are played, and how often: `NAME=WEIGHT`,… (default: an everyday mix)")
	flags.StringVar(&f.ring, "ring", "", "how long phones ring: constant:TIME, exponential:TIME or lognormal:TIME (default: as the calls say)")
	flags.StringVar(&f.talk, "talk", "", "how long people talk, in the same form (default: as the calls say)")
	flags.StringVar(&f.failOn, "fail-on", verdict.DefaultThresholds, "exit with 1 if one of these `LIMITS` is crossed, such as p99<500ms, newCall.p95<200ms, errors<0.1%, findings=0 or late<1%")
	flags.StringVar(&f.shard, "shard", "1/1", "play part I of N disjoint parts of the same calls: `I/N`")
	flags.StringVar(&f.startAt, "start-at", "", "start at this `TIME`, such as 2026-01-31T12:00:00Z, so that several machines start together; if it is up to a minute ago, the calls that were due begin at once and count as late")
	flags.BoolVar(&f.confirmed, "yes-this-is-my-receiver", false, fmt.Sprintf("begin more than %d calls a second at a public address", maxUnconfirmedRate))
	flags.DurationVar(&f.drainTime, "drain", 30*time.Second, "at the end, let open calls go on for at most this `TIME`")
	flags.IntVar(&f.maxConnections, "connections", load.DefaultConnections, "open at most `N` connections")
	flags.IntVar(&f.maxOpenCalls, "open", load.DefaultOpenCalls, "let at most `N` calls be open at a time")
	flags.StringArrayVar(&f.reports, "report", nil, reportUsage(loadReportNames())+"; merge puts several json reports together")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "print only findings and the verdict")
	a.registerColor(flags)
	return cmd
}

// load reads the flags, plays the load and prints its summary.
func (a *app) load(ctx context.Context, f loadFlags, cmd *cobra.Command, url string) error {
	thresholds, err := readThresholds(f.failOn)
	if err != nil {
		return err
	}
	o, err := f.options(cmd, url)
	if err != nil {
		return err
	}
	outputs, err := parseReports(f.reports, loadReportNames())
	if err != nil {
		return err
	}
	if f.quiet {
		a.progress = nil
	}
	debug.SetGCPercent(gcPercent)
	debug.SetMemoryLimit(baseMemory + int64(o.MaxOpenCalls)*memoryPerCall)
	a.awaitReceiver(ctx, run.Options{Sender: o.Sender}, f.target.wait, servedReceiver{})
	secondCtrlC, stopSignals := onSecondSignal(ctx, func() {
		fmt.Fprintf(a.stderr, "interrupted: no more calls begin; those that are open go on for at most %s, or until the next Ctrl-C\n", f.drainTime)
	})
	o.EndNow = secondCtrlC
	hideProgress := a.watchLoad(&o, f.quiet)
	result := load.Run(ctx, o)
	hideProgress()
	stopSignals()
	return a.showLoad(ctx, result, thresholds, outputs, f.quiet)
}

// With Go's default settings, garbage collection is a third of the cost of a push. These settings make it rarer. The memory limit in bytes
// is baseMemory plus memoryPerCall for each call that may be open.
const (
	gcPercent     = 400
	baseMemory    = 128 << 20
	memoryPerCall = 2 << 10 // memory of an open call with its garbage
)
