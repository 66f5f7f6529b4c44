package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/load"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/verdict"
)

// loadFlags are the flags of load.
type loadFlags struct {
	target      targetFlags
	calls       string
	arrivals    string
	ramp        time.Duration
	concurrency int
	lasts       time.Duration
	count       int
	mix         string
	ring, talk  string
	failOn      string
	shard       string
	startAt     string
	own         bool
	drain       time.Duration
	connections int
	open        int
	reports     []string
	quiet       bool
}

// How far from now --start-at may be. A part that begins later than it should catches up, and too many calls at once are another load.
const (
	latestStart   = time.Minute
	earliestStart = 24 * time.Hour
)

// mostUnasked is how many calls a second may begin at a public address without --yes-this-is-my-receiver.
const mostUnasked = 50

func (a *app) loadCommand() *cobra.Command {
	var f loadFlags
	cmd := &cobra.Command{
		Use:   "load [URL]",
		Short: "Generate test traffic: many calls at a rate, each response judged",
		Long: "Plays many calls at the receiver at URL, at a rate, and judges every response. It prints how long the receiver took, and which requirements it did not meet.\n\n" +
			"One call is played first, alone and as fast as the receiver responds. If its newCall push is not accepted, nothing else is sent.\n\n" +
			"Under load, a timeout, a lost connection, status 429 or 5xx, and an error page in place of a document are errors. Findings are must-level requirements that a whole response does not meet.\n\n" +
			"After Ctrl-C no more calls begin, and open ones go on for at most --drain. A second Ctrl-C ends them at once. Both print the summary and write the report.\n\n" +
			"Exit codes: 0 if no threshold was crossed, 1 if one was, 2 for a usage error, 3 if nothing was measured, 130 if it was interrupted.",
		Example: "  pushcheck load https://example.org/push --calls 20/s --for 1m\n" +
			"  pushcheck load https://example.org/push --concurrency 50 --speed 0\n" +
			"  pushcheck load https://example.org/push --fail-on 'p99<500ms,errors<0.1%'",
		Args: oneURL,
		RunE: func(cmd *cobra.Command, args []string) error {
			url, err := a.receiver(cmd, args)
			if err != nil {
				return err
			}
			return a.load(cmd.Context(), f, cmd, url)
		},
	}
	configured(cmd)
	flags := cmd.Flags()
	f.target.calling(flags)
	speedFlag(flags, &f.target.speed, 1)
	flags.StringVar(&f.calls, "calls", "10/s", "`RATE` at which calls begin, such as 20/s, 300/m or 1000/h")
	flags.StringVar(&f.arrivals, "arrivals", string(load.Poisson), "how calls follow each other: poisson (as real ones do) or constant")
	flags.DurationVar(&f.ramp, "ramp", 0, "let the rate rise evenly during this `TIME`; what is measured meanwhile is kept apart")
	flags.IntVar(&f.concurrency, "concurrency", 0, "play `N` calls at a time instead, and begin one when another ends")
	flags.DurationVar(&f.lasts, "for", 30*time.Second, "begin calls during this `TIME`")
	flags.IntVar(&f.count, "count", 0, "begin `N` calls at most (default: no limit but --for)")
	flags.StringVar(&f.mix, "mix", "", "which calls are played, and how often: `NAME=WEIGHT`,… (default: an everyday mix)")
	flags.StringVar(&f.ring, "ring", "", "how long phones ring: constant:TIME, exponential:TIME or lognormal:TIME (default: as the calls say)")
	flags.StringVar(&f.talk, "talk", "", "how long people talk, in the same form (default: as the calls say)")
	flags.StringVar(&f.failOn, "fail-on", verdict.DefaultThresholds, "exit with 1 if one of these `LIMITS` is crossed, such as p99<500ms, newCall.p95<200ms, errors<0.1%, findings=0 or late<1%")
	flags.StringVar(&f.shard, "shard", "1/1", "play part I of N disjoint parts of the same calls: `I/N`")
	flags.StringVar(&f.startAt, "start-at", "", "start at this `TIME`, such as 2026-01-31T12:00:00Z, so that several machines start together; if it is up to a minute ago, the calls that were due begin at once and count as late")
	flags.BoolVar(&f.own, "yes-this-is-my-receiver", false, fmt.Sprintf("begin more than %d calls a second at a public address", mostUnasked))
	flags.DurationVar(&f.drain, "drain", 30*time.Second, "at the end, let open calls go on for at most this `TIME`")
	flags.IntVar(&f.connections, "connections", load.DefaultConnections, "open at most `N` connections")
	flags.IntVar(&f.open, "open", load.DefaultOpen, "let at most `N` calls be open at a time")
	flags.StringArrayVar(&f.reports, "report", nil, reportUsage(loadReportNames())+"; merge puts several json reports together")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "print only findings and the verdict")
	a.colorFlag(flags)
	return cmd
}

// load does what the command line asks for.
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
	debug.SetMemoryLimit(memory + int64(o.Open)*memoryOfCall)
	a.await(ctx, run.Options{Sender: o.Sender}, f.target.wait, served{})
	secondCtrlC, stop := secondSignal(ctx, func() {
		fmt.Fprintf(a.stderr, "interrupted: no more calls begin; those that are open go on for at most %s, or until the next Ctrl-C\n", f.drain)
	})
	o.End = secondCtrlC
	hide := a.watch(&o, f.quiet)
	l := load.Run(ctx, o)
	hide()
	stop()
	return a.showLoad(ctx, l, thresholds, outputs, f.quiet)
}

// Collecting garbage would be a third of the cost of a push if it happened as often as usual. These bound the memory in bytes.
const (
	gcPercent    = 400
	memory       = 128 << 20
	memoryOfCall = 2 << 10 // an open call and what it leaves behind
)

// options reads the flags.
func (f loadFlags) options(cmd *cobra.Command, url string) (load.Options, error) {
	target, err := f.target.options(url)
	if err != nil {
		return load.Options{}, err
	}
	target.Sender.Speed = 0 // of the call that is played alone
	p := load.Plan{Ramp: f.ramp, For: f.lasts, Count: f.count, Concurrency: f.concurrency, Seed: target.Seed}
	var wrong error
	read := func(flag string, err error) {
		if err != nil && wrong == nil {
			wrong = wrongExpression(flag, err)
		}
	}
	p.PerSecond, err = load.ParseRate(f.calls)
	read("calls", err)
	p.Arrivals, err = load.ParseArrivals(f.arrivals)
	read("arrivals", err)
	p.Mix, err = load.ParseMix(f.mix)
	read("mix", err)
	if f.ring != "" {
		p.Ring, err = load.ParseDistribution(f.ring)
		read("ring", err)
	}
	if f.talk != "" {
		p.Talk, err = load.ParseDistribution(f.talk)
		read("talk", err)
	}
	p.Shard, err = load.ParseShard(f.shard)
	read("shard", err)
	if wrong != nil {
		return load.Options{}, wrong
	}
	o := load.Options{
		About: target.About, Words: f.words(cmd), Sender: target.Sender, Cast: target.Cast.With(target.Numbers), Numbers: target.Numbers,
		Speed: f.target.speed, Connections: f.connections, Open: f.open, Drain: f.drain,
	}
	if f.startAt != "" {
		o.Start, err = time.Parse(time.RFC3339, f.startAt)
		switch {
		case err != nil:
			return o, wrongValue("start-at", f.startAt, "it is no time", "as in --start-at 2026-01-31T12:00:00Z")
		case time.Since(o.Start) > latestStart:
			return o, wrongValue("start-at", f.startAt, "it is more than a minute ago", "a time that is still to come for all parts of the load")
		case time.Until(o.Start) > earliestStart:
			return o, wrongValue("start-at", f.startAt, "it is more than a day from now", "start the command later")
		}
	}
	changed := cmd.Flags().Changed
	switch {
	case f.concurrency < 0:
		return o, wrongValue("concurrency", f.concurrency, "at least 1 is wanted", "as in --concurrency 50")
	case f.concurrency > 0 && (changed("calls") || changed("ramp") || changed("arrivals")):
		return o, usage("--concurrency and a rate do not go together", "leave --calls, --ramp and --arrivals out, or --concurrency")
	case f.connections < 1 || f.open < 1:
		return o, usage("at least one connection and one open call are wanted", "as in --connections 500 --open 10000")
	case p.Shard.Of > max(p.Concurrency, 1) && p.Concurrency > 0:
		return o, wrongValue("shard", f.shard, "it has more parts than --concurrency has calls at a time", "as in --shard 1/2 --concurrency 50")
	case f.concurrency > f.open:
		return o, wrongValue("concurrency", f.concurrency, fmt.Sprintf("at most %d calls may be open at a time", f.open), "take fewer, or allow more with --open")
	case f.count < 0:
		return o, wrongValue("count", f.count, "it must not be negative", "as in --count 100")
	case f.lasts <= 0:
		return o, wrongValue("for", f.lasts, "it must be above zero", "as in --for 1m")
	case f.drain < 0:
		return o, wrongValue("drain", f.drain, "it must not be negative", "as in --drain 10s")
	case f.ramp < 0:
		return o, wrongValue("ramp", f.ramp, "it must not be negative", "as in --ramp 10s --for 1m")
	case f.ramp > f.lasts && (f.count == 0 || changed("for")):
		return o, wrongValue("ramp", f.ramp, fmt.Sprintf("it is longer than --for, which is %s", f.lasts), "as in --ramp 10s --for 1m")
	}
	if f.concurrency > 0 {
		p.PerSecond = 0
	}
	if f.count > 0 && !changed("for") {
		p.For = 0
	}
	o.Plan = p
	if !f.own && (p.PerSecond > mostUnasked || p.Concurrency > mostUnasked) && isPublic(o.Sender.Host(), addressesOf) {
		return o, usage(fmt.Sprintf("more than %d calls a second at a public address are an attack if it is not yours", mostUnasked), "if it is, add --yes-this-is-my-receiver")
	}
	return o, checkFiles(f.connections)
}

// isPublic reports whether a host has a public address. A name without an address has none.
func isPublic(host string, lookup func(name string) []netip.Addr) bool {
	if kind := endpoint.HostKind(host); kind != endpoint.UnknownKind {
		return kind == endpoint.Public
	}
	return slices.ContainsFunc(lookup(host), func(a netip.Addr) bool { return endpoint.AddressKind(a.Unmap()) == endpoint.Public })
}

// addressesOf looks a name up. If that takes too long or fails, there are none: the call that is played first finds out why.
func addressesOf(name string) []netip.Addr {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	all, _ := net.DefaultResolver.LookupNetIP(ctx, "ip", name)
	return all
}

// spareFiles is how many files are open besides connections.
const spareFiles = 50

// checkFiles is a usage error if this process may not open so many connections.
func checkFiles(connections int) error {
	if most, ok := mostFiles(); ok && most < uint64(connections+spareFiles) {
		return wrongValue("connections", connections, fmt.Sprintf("this process may open %d files, and every connection is one", most), "allow more with: ulimit -n %d, or take fewer connections", connections+spareFiles)
	}
	return nil
}

// words are the flags that make the plan.
func (f loadFlags) words(cmd *cobra.Command) string {
	var out []string
	for _, name := range []string{"calls", "arrivals", "ramp", "concurrency", "for", "count", "mix", "ring", "talk", "speed"} {
		flag := cmd.Flags().Lookup(name)
		if flag.Changed || name == "calls" && f.concurrency == 0 || name == "for" && f.count == 0 {
			out = append(out, "--"+name+" "+flag.Value.String())
		}
	}
	return strings.Join(out, " ")
}

// wrongExpression shows the place of a mistake in the value of a flag.
func wrongExpression(flag string, err error) error {
	var wrong load.ExpressionError
	if !errors.As(err, &wrong) {
		return wrongFlag(flag, err.Error(), "see: pushcheck load --help")
	}
	return &usageError{
		flag: flag, what: fmt.Sprintf("a mistake at position %d: %s", wrong.Position, wrong.Reason), hint: wrong.Allowed,
		excerpt: "  " + wrong.Expression + "\n  " + strings.Repeat(" ", wrong.Position-1) + "^",
	}
}
