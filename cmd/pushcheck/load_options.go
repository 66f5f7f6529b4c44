package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/load"
	"github.com/pushcheck/pushcheck/verdict"
)

// options returns the options of a load that these flags set.
func (f loadFlags) options(cmd *cobra.Command, url string) (load.Options, error) {
	target, err := f.target.options(url)
	if err != nil {
		return load.Options{}, err
	}
	target.Sender.Speed = 0 // the one call before the load is played as fast as the receiver responds
	o := load.Options{
		RunInfo: target.RunInfo, PlanText: f.planText(cmd), Sender: target.Sender, Cast: target.Cast.WithNumbers(target.Numbers), Numbers: target.Numbers,
		Speed: f.target.speed, MaxConnections: f.maxConnections, MaxOpenCalls: f.maxOpenCalls, DrainTime: f.drainTime,
	}
	changed := cmd.Flags().Changed
	if o.Plan, err = f.plan(target.Seed, changed); err != nil {
		return o, err
	}
	if o.StartAt, err = f.startTime(); err != nil {
		return o, err
	}
	if err := f.checkValues(o.Plan.Shard, changed); err != nil {
		return o, err
	}
	if err := f.checkConsent(o.Plan, o.Sender); err != nil {
		return o, err
	}
	return o, checkFileLimit(f.maxConnections)
}

// plan returns the plan of a load that these flags set.
func (f planFlags) plan(seed int64, changed func(flag string) bool) (load.Plan, error) {
	p := load.Plan{Ramp: f.ramp, Duration: f.duration, Count: f.count, Concurrency: f.concurrency, Seed: seed}
	var err, firstErr error
	recordError := func(flag string, err error) {
		if err != nil && firstErr == nil {
			firstErr = wrongExpression(flag, err)
		}
	}
	p.PerSecond, err = load.ParseRate(f.calls)
	recordError("calls", err)
	p.Arrivals, err = load.ParseArrivals(f.arrivals)
	recordError("arrivals", err)
	p.Mix, err = load.ParseMix(f.mix)
	recordError("mix", err)
	if f.ring != "" {
		p.Ring, err = load.ParseDistribution(f.ring)
		recordError("ring", err)
	}
	if f.talk != "" {
		p.Talk, err = load.ParseDistribution(f.talk)
		recordError("talk", err)
	}
	p.Shard, err = load.ParseShard(f.shard)
	recordError("shard", err)
	if firstErr != nil {
		return p, firstErr
	}
	if f.concurrency > 0 {
		p.PerSecond = 0
	}
	if f.count > 0 && !changed("for") {
		p.Duration = 0
	}
	return p, nil
}

// Limits of --start-at: how far in the past, and how far in the future it may be. A part of a load that starts late begins all overdue
// calls immediately. Too many overdue calls would make the load differ from its plan.
const (
	maxStartDelay = time.Minute
	maxStartAhead = 24 * time.Hour
)

// startTime reads --start-at.
func (f planFlags) startTime() (time.Time, error) {
	if f.startAt == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, f.startAt)
	switch {
	case err != nil:
		return at, wrongValue("start-at", f.startAt, "it is no time", "as in --start-at 2026-01-31T12:00:00Z")
	case time.Since(at) > maxStartDelay:
		return at, wrongValue("start-at", f.startAt, "it is more than a minute ago", "a time that is still to come for all parts of the load")
	case time.Until(at) > maxStartAhead:
		return at, wrongValue("start-at", f.startAt, "it is more than a day from now", "start the command later")
	}
	return at, nil
}

// checkValues returns a usage error if values of flags are impossible or contradict each other.
func (f loadFlags) checkValues(shard verdict.Shard, changed func(flag string) bool) error {
	switch {
	case f.concurrency < 0:
		return wrongValue("concurrency", f.concurrency, "at least 1 is wanted", "as in --concurrency 50")
	case f.concurrency > 0 && (changed("calls") || changed("ramp") || changed("arrivals")):
		return usage("--concurrency and a rate do not go together", "leave --calls, --ramp and --arrivals out, or --concurrency")
	case f.maxConnections < 1 || f.maxOpenCalls < 1:
		return usage("at least one connection and one open call are wanted", "as in --connections 500 --open 10000")
	case f.concurrency > 0 && shard.Total > f.concurrency:
		return wrongValue("shard", f.shard, "it has more parts than --concurrency has calls at a time", "as in --shard 1/2 --concurrency 50")
	case shard.Total > 1 && f.target.nonce == "":
		return wrongValue("shard", f.shard, "all parts need the same --nonce, and there is none", "as in --shard 1/2 --nonce friday")
	case f.concurrency > f.maxOpenCalls:
		return wrongValue("concurrency", f.concurrency, fmt.Sprintf("at most %d calls may be open at a time", f.maxOpenCalls), "take fewer, or allow more with --open")
	case f.count < 0:
		return wrongValue("count", f.count, "it must not be negative", "as in --count 100")
	case f.duration <= 0:
		return wrongValue("for", f.duration, "it must be above zero", "as in --for 1m")
	case f.drainTime < 0:
		return wrongValue("drain", f.drainTime, "it must not be negative", "as in --drain 10s")
	case f.ramp < 0:
		return wrongValue("ramp", f.ramp, "it must not be negative", "as in --ramp 10s --for 1m")
	case f.ramp > f.duration && (f.count == 0 || changed("for")):
		return wrongValue("ramp", f.ramp, fmt.Sprintf("it is longer than --for, which is %s", f.duration), "as in --ramp 10s --for 1m")
	}
	return nil
}

// spareFiles is the number of files that the process may need besides its connections.
const spareFiles = 50

// checkFileLimit returns a usage error if the operating system does not let this process open so many connections.
func checkFileLimit(connections int) error {
	if limit, ok := maxOpenFiles(); ok && limit < uint64(connections+spareFiles) {
		return wrongValue("connections", connections, fmt.Sprintf("this process may open %d files, and every connection is one", limit), "allow more with: ulimit -n %d, or take fewer connections", connections+spareFiles)
	}
	return nil
}

// planText returns the flags of the plan as the user writes them.
func (f planFlags) planText(cmd *cobra.Command) string {
	var out []string
	for _, name := range []string{"calls", "arrivals", "ramp", "concurrency", "for", "count", "mix", "ring", "talk", "speed"} {
		flag := cmd.Flags().Lookup(name)
		if flag.Changed || name == "calls" && f.concurrency == 0 || name == "for" && f.count == 0 {
			out = append(out, "--"+name+" "+flag.Value.String())
		}
	}
	return strings.Join(out, " ")
}

// wrongExpression returns a usage error that shows the place of the mistake in the value of a flag.
func wrongExpression(flag string, err error) error {
	var wrong load.ExpressionError
	if !errors.As(err, &wrong) {
		return wrongFlag(flag, err.Error(), "see: pushcheck load --help")
	}
	return &usageError{
		flag: flag, problem: fmt.Sprintf("a mistake at position %d: %s", wrong.Position, wrong.Reason), hint: wrong.Allowed,
		excerpt: "  " + wrong.Expression + "\n  " + strings.Repeat(" ", wrong.Position-1) + "^",
	}
}
