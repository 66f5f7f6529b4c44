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

// runFlags are the flags of run.
type runFlags struct {
	target    targetFlags
	serve     serveFlags
	choice    choiceFlags
	state     stateFlags
	strict    bool
	noWaivers bool
	heavy     bool
	failFast  bool
	knownFile string
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
			url, err := a.receiverURL(cmd, args)
			if err != nil {
				return err
			}
			return a.runAndJudge(cmd.Context(), f, url)
		},
	}
	registerConfigFlag(cmd)
	flags := cmd.Flags()
	f.target.registerCalls(flags)
	f.target.registerClaims(flags)
	f.serve.register(flags)
	f.choice.register(flags)
	f.state.register(flags)
	registerSpeed(flags, &f.target.speed, 0)
	flags.BoolVar(&f.strict, "strict", false, "exit with 1 also if a should-level requirement is not met, or if a known failure no longer fails")
	flags.BoolVar(&f.noWaivers, "no-waivers", false, "exit with 1 also if a requirement is waived")
	flags.BoolVar(&f.heavy, "heavy", false, "send the largest bodies (64 MiB) to public addresses too")
	flags.BoolVar(&f.failFast, "fail-fast", false, "stop at the first must-level finding, or with --strict at the first finding; the rest is not judged")
	flags.StringVar(&f.knownFile, "known", "", "excuse the known failures listed in this `FILE` (YAML) until they expire; an entry has id, reason and expires (the last day, UTC)")
	flags.StringArrayVar(&f.reports, "report", nil, reportUsage(reportNames()))
	registerCI(flags, &f.ci)
	flags.IntVar(&f.parallel, "parallel", 8, "play `N` feature scenarios at a time, or one if the receiver takes one call at a time")
	registerQuiet(flags, &f.quiet)
	a.registerColor(flags)
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "also print calls as they happen, all findings and reasons, and curl commands")
	return cmd
}

// oneURL returns a usage error if there are several arguments.
func oneURL(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage(fmt.Sprintf("one URL is wanted, there are %d", len(args)), "flags go before or after it: %s --help", cmd.CommandPath())
	}
	return nil
}

// runCommandLine holds what the flags of run mean.
type runCommandLine struct {
	selection runSelection
	opts      run.Options
	outputs   []reportOutput
	ci        ciOutput
}

// parseRun reads the files and checks the values that the flags of run name. raw is the URL of the receiver.
func (a *app) parseRun(f runFlags, raw string) (o runCommandLine, err error) {
	if o.opts, err = f.target.options(raw); err != nil {
		return o, err
	}
	if o.opts.StateCheck.Oracle, err = f.state.oracle(o.opts); err != nil {
		return o, err
	}
	if f.parallel < 1 {
		return o, wrongValue("parallel", f.parallel, "at least 1 is wanted", "as in --parallel 4")
	}
	if o.selection, err = f.choice.choose(); err != nil {
		return o, err
	}
	if o.opts.Known, err = readKnown(f.knownFile); err != nil {
		return o, err
	}
	for _, note := range o.selection.notes {
		fmt.Fprintf(a.stderr, "note: %s\n", note)
	}
	if o.outputs, err = parseReports(f.reports, reportNames()); err != nil {
		return o, err
	}
	if o.ci, err = a.newCIOutput(f.ci); err != nil {
		return o, err
	}
	o.opts.StateCheck.Wait, o.opts.Config = f.state.wait, a.config.relativePath()
	o.opts.Strict, o.opts.NoWaivers, o.opts.Heavy, o.opts.FailFast = f.strict, f.noWaivers, f.heavy, f.failFast
	o.opts.Selected, o.opts.OwnScenarios = o.selection.isSelected, o.selection.ownScenarios
	return o, checkUserFeatures(run.New(o.opts), o.selection.suites)
}

// runAndJudge plays the features at a receiver and prints the verdict.
func (a *app) runAndJudge(ctx context.Context, f runFlags, raw string) error {
	o, err := a.parseRun(f, raw)
	if err != nil {
		return err
	}
	term := a.terminalReport(o.outputs, f.quiet, f.verbose)
	if f.quiet {
		a.progress = nil
	}
	progress := &activity{phase: "connecting"}
	o.opts.Observer.OnWait = progress.recordRunWait
	o.opts.Observer.AfterCall = func(c transcript.Call) {
		progress.countCall(c)
		if f.verbose {
			term.PrintCall(c)
		}
	}
	receiver, err := f.serve.start(ctx, &o.opts, &f.target)
	if err != nil {
		return err
	}
	defer receiver.stop()
	if receiver.addressInUse {
		fmt.Fprintf(a.stderr, "note: something accepted connections at %s before the command of --serve was started: a proxy, or an earlier receiver\n", o.opts.Sender.Incoming.Host)
	}

	began := time.Now()
	r := run.New(o.opts)
	r.RepeatWhileStarting(f.target.wait)
	startProblem, fix := a.awaitReceiver(ctx, o.opts, f.target.wait, receiver)
	if startProblem != "" {
		term.PrintOutput(receiver.lastOutput())
		r.Stop(startProblem)
	} else {
		receiver.restartWhenEnded(ctx, r)
		hideProgress := a.progress.show(progress.text)
		play(ctx, r, f, o.selection.suites, term, progress)
		hideProgress()
	}
	v := r.Verdict()
	v.Began, v.Took = began, time.Since(began)
	if startProblem != "" {
		v.Notes = append(v.Notes, verdict.Note{About: "serve", Text: "The command printed: " + strings.Join(receiver.lastOutput(), "\n")})
	}
	term.PrintVerdict(v, v.Took)
	if fix != "" {
		fmt.Fprintf(a.stderr, "hint: %s\n", fix)
	}
	return a.writeResults(ctx, v, term, o.outputs, o.ci)
}

// play plays suites of features at the receiver of a run.
func play(ctx context.Context, r *run.Run, f runFlags, suites []steps.Suite, term *report.Terminal, activity *activity) {
	connections := r.Connect(ctx)
	if f.verbose {
		for _, c := range connections {
			term.PrintConnection(c)
		}
	}
	activity.setPhase("first calls")
	r.Probe(ctx)
	for _, suite := range suites {
		suite.Parallel = f.parallel
		steps.Play(ctx, r, suite)
	}
	if f.verbose {
		for _, c := range r.Connections()[len(connections):] {
			term.PrintConnection(c)
		}
	}
}

// awaitReceiver waits for the receiver to accept connections, if --wait or --serve is used. If the receiver accepts no connection, or if
// ctx ends, the run reports that later. problem describes a failure of the command of --serve, and fix says what to do about it. Both are
// "" if there is no failure or no command.
func (a *app) awaitReceiver(ctx context.Context, o run.Options, wait time.Duration, receiver servedReceiver) (problem, fix string) {
	switch {
	case wait <= 0:
		return "", ""
	case receiver.keeper != nil:
		return receiver.awaitStart(ctx, o, wait)
	}
	fmt.Fprintf(a.stderr, "waiting up to %s for %s\n", wait, o.Sender.Incoming.Host)
	status := &activity{}
	status.recordRunWait(run.ReceiverAway, wait)
	hideProgress := a.progress.show(status.text)
	err := sender.New(o.Sender).Await(ctx, o.Sender.Incoming, wait)
	hideProgress()
	if errors.Is(err, context.DeadlineExceeded) {
		fmt.Fprintf(a.stderr, "the receiver accepted no connection within %s\n", wait)
	}
	return "", ""
}

// writeResults writes the reports of a verdict that was already printed, and then the output for a CI system. It returns the exit code as
// an error.
func (a *app) writeResults(ctx context.Context, v verdict.Verdict, term *report.Terminal, outputs []reportOutput, ci ciOutput) error {
	a.explainProxy(v)
	errs, rewritable := a.writeReports(ctx, outputs, renderRun(v))
	if err := term.Err(); err != nil {
		errs = append(errs, fmt.Errorf("writing to standard output: %w", err))
	}
	v = a.withWriteErrors(v, errs)
	if err := ci.summarize(v); err != nil {
		errs = append(errs, err)
		v = a.withWriteErrors(v, errs[len(errs)-1:])
	}
	ci.annotate(v)
	if len(errs) > 0 {
		a.writeReports(ctx, rewritable, renderRun(v)) // again, because every report has to state the final exit code
	}
	return exitWith(v.Exit)
}

// renderRun returns a function that writes the report of a run in a format.
func renderRun(v verdict.Verdict) func(io.Writer, string) error {
	return func(w io.Writer, format string) error {
		i := slices.IndexFunc(report.Formats(), func(f report.Format) bool { return f.Name == format })
		return report.Formats()[i].Write(w, v)
	}
}

// withWriteErrors prints the errors of reports that could not be written, and returns a verdict that lists them as problems.
func (a *app) withWriteErrors(v verdict.Verdict, errs []error) verdict.Verdict {
	for _, err := range errs {
		fmt.Fprintf(a.stderr, "pushcheck: %v\n", err)
		if errors.Is(err, errInterrupted) {
			v = v.WithInterruption()
		} else {
			v = v.WithProblem(err.Error())
		}
	}
	return v
}

// explainProxy prints a note if a host name did not resolve and the environment names a proxy. The proxy might resolve the name, but
// pushcheck does not use it.
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
