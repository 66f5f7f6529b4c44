package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// runFlags are the flags that only run has.
type runFlags struct {
	target    targetFlags
	serve     serveFlags
	choice    choiceFlags
	state     stateFlags
	strict    bool
	noWaivers bool
	heavy     bool
	failFast  bool
	known     string
	reports   []string
	parallel  int
	ci        string
	quiet     bool
	verbose   bool
}

func (a *app) runCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run URL",
		Short: "Judge a receiver, requirement by requirement",
		Long: "Plays the built-in test calls to the receiver at URL, does what its responses ask for, and prints the verdict.\n\n" +
			"Every flag can also be set in the environment (--ca-file is PUSHCHECK_CA_FILE) and in pushcheck.yaml (as ca-file). The URL is PUSHCHECK_URL, and url in the file. " +
			"Flags override the environment, which overrides the file.\n\n" + exitCodes,
		Example: "  pushcheck run https://example.org/push\n" +
			"  pushcheck run https://localhost:8443/push --ca-file ca.pem\n" +
			"  pushcheck run https://example.org/push --report junit=report.xml",
		Args: oneURL,
		RunE: func(cmd *cobra.Command, args []string) error {
			url, err := a.receiver(cmd, args)
			if err != nil {
				return err
			}
			return a.judge(cmd.Context(), f, url)
		},
	}
	configured(cmd)
	flags := cmd.Flags()
	f.target.registerCalls(flags)
	f.target.registerClaims(flags)
	f.serve.register(flags)
	f.choice.register(flags)
	f.state.register(flags)
	speedFlag(flags, &f.target.speed, 0)
	flags.BoolVar(&f.strict, "strict", false, "exit with 1 also if a should-level requirement is not met, or if a known failure no longer fails")
	flags.BoolVar(&f.noWaivers, "no-waivers", false, "exit with 1 also if a requirement is waived")
	flags.BoolVar(&f.heavy, "heavy", false, "send the largest bodies (64 MiB) to public addresses too")
	flags.BoolVar(&f.failFast, "fail-fast", false, "stop at the first must-level finding, or with --strict at the first finding; the rest is not judged")
	flags.StringVar(&f.known, "known", "", "excuse the known failures listed in this `FILE` (YAML) until they expire; an entry has id, reason and expires (the last day, UTC)")
	flags.StringArrayVar(&f.reports, "report", nil, reportUsage(reportNames()))
	registerCI(flags, &f.ci)
	flags.IntVar(&f.parallel, "parallel", 8, "play `N` feature scenarios at a time, or one if the receiver takes one call at a time")
	quietFlag(flags, &f.quiet)
	a.colorFlag(flags)
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "also print calls as they happen, all findings and reasons, and curl commands")
	return cmd
}

func oneURL(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage(fmt.Sprintf("one URL is wanted, there are %d", len(args)), "flags go before or after it: %s --help", cmd.CommandPath())
	}
	return nil
}

// runOrder is the command line of run, after it was read.
type runOrder struct {
	wanted  chosen
	opts    run.Options
	outputs []output
	ci      pipeline
}

// runOrder reads the command line.
func (a *app) runOrder(f runFlags, raw string) (o runOrder, err error) {
	if o.opts, err = f.target.options(raw); err != nil {
		return o, err
	}
	if o.opts.StateCheck.Oracle, err = f.state.oracle(o.opts); err != nil {
		return o, err
	}
	if f.parallel < 1 {
		return o, wrongValue("parallel", f.parallel, "at least 1 is wanted", "as in --parallel 4")
	}
	if o.wanted, err = f.choice.choose(); err != nil {
		return o, err
	}
	if o.opts.Known, err = readKnown(f.known); err != nil {
		return o, err
	}
	for _, note := range o.wanted.notes {
		fmt.Fprintf(a.stderr, "note: %s\n", note)
	}
	if o.outputs, err = parseReports(f.reports, reportNames()); err != nil {
		return o, err
	}
	if o.ci, err = a.pipelineOf(f.ci); err != nil {
		return o, err
	}
	o.opts.StateCheck.Wait, o.opts.Config = f.state.wait, a.config.relative()
	o.opts.Strict, o.opts.NoWaivers, o.opts.Heavy, o.opts.FailFast = f.strict, f.noWaivers, f.heavy, f.failFast
	o.opts.Selected, o.opts.OwnScenarios = o.wanted.selected, o.wanted.own
	return o, checkOwn(run.New(o.opts), o.wanted.suites)
}

// judge plays the features at a receiver and prints the verdict.
func (a *app) judge(ctx context.Context, f runFlags, raw string) error {
	o, err := a.runOrder(f, raw)
	if err != nil {
		return err
	}
	term := a.terminalReport(o.outputs, f.quiet, f.verbose)
	if f.quiet {
		a.progress = nil
	}
	now := &activity{phase: "connecting"}
	o.opts.Observer.OnWait = now.waitsFor
	o.opts.Observer.AfterCall = func(c transcript.Call) {
		now.played(c)
		if f.verbose {
			term.Call(c)
		}
	}
	receiver, err := f.serve.start(ctx, &o.opts, &f.target)
	if err != nil {
		return err
	}
	defer receiver.stop()
	if receiver.taken {
		fmt.Fprintf(a.stderr, "note: something accepted connections at %s before the command of --serve was started: a proxy, or an earlier receiver\n", o.opts.Sender.Incoming.Host)
	}

	began := time.Now()
	r := run.New(o.opts)
	r.RepeatWhileStarting(f.target.wait)
	wrong, fix := a.await(ctx, o.opts, f.target.wait, receiver)
	if wrong != "" {
		term.Printed(receiver.printed())
		r.Stop(wrong)
	} else {
		receiver.keep(ctx, r)
		end := a.progress.show(now.text)
		play(ctx, r, f, o.wanted.suites, term, now)
		end()
	}
	v := r.Verdict()
	v.Began, v.Took = began, time.Since(began)
	if wrong != "" {
		v.Notes = append(v.Notes, verdict.Note{About: "serve", Text: "The command printed: " + strings.Join(receiver.printed(), "\n")})
	}
	term.Verdict(v, v.Took)
	if fix != "" {
		fmt.Fprintf(a.stderr, "hint: %s\n", fix)
	}
	return a.deliver(ctx, v, term, o.outputs, o.ci)
}

// play plays suites of features at the receiver of a run.
func play(ctx context.Context, r *run.Run, f runFlags, suites []steps.Suite, term *report.Terminal, now *activity) {
	seen := r.Connect(ctx)
	if f.verbose {
		for _, c := range seen {
			term.Connection(c)
		}
	}
	now.enter("first calls")
	r.Probe(ctx)
	for _, suite := range suites {
		suite.Parallel = f.parallel
		steps.Play(ctx, r, suite)
	}
	if f.verbose {
		for _, c := range r.Connections()[len(seen):] {
			term.Connection(c)
		}
	}
}

// await waits for the receiver to accept connections, if --wait or --serve is used. If it does not, or if ctx ends, the run reports that
// later. await returns what is wrong with the command of --serve, and how to fix it. Both are "" if nothing is wrong or there is no
// command.
func (a *app) await(ctx context.Context, o run.Options, wait time.Duration, receiver served) (wrong, fix string) {
	switch {
	case wait <= 0:
		return "", ""
	case receiver.keeper != nil:
		return receiver.await(ctx, o, wait)
	}
	fmt.Fprintf(a.stderr, "waiting up to %s for %s\n", wait, o.Sender.Incoming.Host)
	now := &activity{}
	now.waitsFor(run.ReceiverAway, wait)
	end := a.progress.show(now.text)
	err := sender.New(o.Sender).Await(ctx, o.Sender.Incoming, wait)
	end()
	if errors.Is(err, context.DeadlineExceeded) {
		fmt.Fprintf(a.stderr, "the receiver accepted no connection within %s\n", wait)
	}
	return "", ""
}

// deliver writes the reports of a verdict that was already printed, those for a CI system last. It returns the exit code, as an error.
func (a *app) deliver(ctx context.Context, v verdict.Verdict, term *report.Terminal, outputs []output, ci pipeline) error {
	a.explainProxy(v)
	failed, written := a.write(ctx, outputs, ofRun(v))
	if err := term.Err(); err != nil {
		failed = append(failed, fmt.Errorf("writing to standard output: %w", err))
	}
	v = a.withFailed(v, failed)
	if err := ci.summarize(v); err != nil {
		failed = append(failed, err)
		v = a.withFailed(v, failed[len(failed)-1:])
	}
	ci.annotate(v)
	if len(failed) > 0 {
		a.write(ctx, written, ofRun(v)) // every report has to state the exit code that the program ends with
	}
	return exitWith(v.Exit)
}

// ofRun renders the reports of a run.
func ofRun(v verdict.Verdict) func(io.Writer, string) error {
	return func(w io.Writer, kind string) error {
		i := slices.IndexFunc(report.Kinds(), func(k report.Kind) bool { return k.Name == kind })
		return report.Kinds()[i].Write(w, v)
	}
}

// withFailed prints why reports could not be written, and returns the verdict that follows from that.
func (a *app) withFailed(v verdict.Verdict, failed []error) verdict.Verdict {
	for _, err := range failed {
		fmt.Fprintf(a.stderr, "pushcheck: %v\n", err)
		if errors.Is(err, errInterrupted) {
			v = v.WithInterruption()
		} else {
			v = v.WithProblem(err.Error())
		}
	}
	return v
}

// explainProxy prints that the proxy of the environment is not used, if a name did not resolve: the proxy might be able to resolve it.
func (a *app) explainProxy(v verdict.Verdict) {
	unresolved := func(c transcript.Connection) bool {
		return c.Handshake.Failure == endpoint.UnknownHost || c.Handshake.Failure == endpoint.NoLookup
	}
	if !slices.ContainsFunc(v.Connections, unresolved) {
		return
	}
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"} {
		if a.getenv(name) != "" {
			fmt.Fprintf(a.stderr, "note: %s is set and not used: pushcheck connects directly, as the certificate is judged on the connection\n", name)
			return
		}
	}
}
