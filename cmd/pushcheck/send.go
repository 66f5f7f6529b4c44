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
	"github.com/spf13/pflag"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// sendFlags are the flags of send.
type sendFlags struct {
	target        targetFlags
	set, unset    []string
	documentedIDs bool
	dryRun        bool
	asHTTP        bool
	reports       []string
	quiet         bool
	verbose       bool
}

// documentedIDs returns the callIds of the documentation's examples.
func documentedIDs() []string { return []string{"12111955", "21102015"} }

func (a *app) sendCommand() *cobra.Command {
	var f sendFlags
	cmd := &cobra.Command{
		Use:   "send WHAT URL",
		Short: "Play one call or send one push, and show the responses",
		Long: "Plays the call scenario WHAT (such as transfer-answered, or a YAML file) at the receiver at URL, or sends one push: newCall, answer, hangup or dtmf. " +
			"It prints each exchange as it happens, and at the end the findings about the receiver.\n\n" +
			"A call is played in real time: a phone rings for 5 s, and people talk for 10 s. With --speed 0 it is played as fast as the receiver responds.\n\n" +
			"Single pushes with the same --nonce are about the same call.\n\n" + exitCodes,
		Example: "  pushcheck send transfer-answered https://example.org/push\n" +
			"  pushcheck send newCall https://example.org/push --set from=anonymous\n" +
			"  pushcheck send transfer-answered --dry-run --documented",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 || len(args) == 2 {
				if url, err := a.receiverURL(cmd, args[1:]); err == nil {
					args = []string{args[0], url}
				}
			}
			return a.send(cmd.Context(), f, args)
		},
	}
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		var unknown *pflag.NotExistError
		if errors.As(err, &unknown) && slices.Contains([]string{"count", "rate"}, unknown.GetSpecifiedName()) {
			return usage(fmt.Sprintf("%s has no --%s: many calls are played by pushcheck load", cmd.Name(), unknown.GetSpecifiedName()),
				"as in: pushcheck load https://example.org/push --mix incoming-answered=1 --calls 10/s --count 100")
		}
		return cmd.Root().FlagErrorFunc()(cmd, err)
	})
	registerConfigFlag(cmd)
	flags := cmd.Flags()
	f.target.registerCalls(flags)
	f.target.registerClaims(flags)
	registerSpeed(flags, &f.target.speed, 1)
	flags.StringArrayVar(&f.set, "set", nil, "set a field of the first push: `FIELD=VALUE`, or FIELD= to send it empty; the same field again adds a value")
	flags.StringArrayVar(&f.unset, "unset", nil, "leave this `FIELD` out of the first push")
	flags.BoolVar(&f.documentedIDs, "documented", false, "write pushes as in the documentation, with its callIds 12111955 and 21102015")
	flags.BoolVar(&f.dryRun, "dry-run", false, "send nothing, and print the pushes that a receiver with all subscriptions would get; no URL is needed")
	flags.BoolVar(&f.asHTTP, "http", false, "with --dry-run: print the pushes as HTTP requests, one after the other, as pushcheck verify reads them")
	flags.StringArrayVar(&f.reports, "report", nil, reportUsage(reportNames()))
	registerQuiet(flags, &f.quiet)
	a.registerColor(flags)
	registerVerbose(flags, &f.verbose)
	return cmd
}

// sendCommandLine holds what the arguments and the flags of send mean.
type sendCommandLine struct {
	item     sendItem
	change   change
	settings callSettings
	opts     run.Options
	outputs  []reportOutput
}

// send parses the command line, and plays or prints a call.
func (a *app) send(ctx context.Context, f sendFlags, args []string) error {
	o, err := f.parse(args)
	if err != nil {
		return err
	}
	steps := o.item.call(o.settings).Rehearse()
	if len(steps) == 0 {
		return a.printNoPush(o)
	}
	for _, text := range o.change.warnings(steps[0].Push.Event) {
		fmt.Fprintf(a.stderr, "note: %s\n", text)
	}
	switch {
	case f.asHTTP:
		return a.printCallRequests(ctx, o)
	case f.dryRun:
		return a.printPushes(o)
	}
	if f.quiet {
		a.progress = nil
	}
	a.awaitReceiver(ctx, o.opts, f.target.wait, servedReceiver{})
	return a.sendOnce(ctx, f, o)
}

// parse parses the command line.
func (f sendFlags) parse(args []string) (sendCommandLine, error) {
	var o sendCommandLine
	switch {
	case len(args) == 0:
		return o, usage("what is to be sent, and where?", "as in: pushcheck send transfer-answered https://example.org/push")
	case strings.Contains(args[0], "://"):
		return o, usage("what is to be sent to "+endpoint.QuoteURL(args[0])+"?", "as in: pushcheck send transfer-answered https://example.org/push")
	case len(args) == 1 && !f.dryRun:
		return o, usage("which receiver? there is no URL", "as in: pushcheck send %s https://example.org/push", args[0])
	case len(args) > 2:
		return o, usage(fmt.Sprintf("one call scenario or push and one URL are wanted, there are %d arguments", len(args)), "flags go before or after them: pushcheck send --help")
	}
	var err error
	if o.item, err = findSendItem(args[0]); err != nil {
		return o, err
	}
	if o.change, err = parseChange(f.set, f.unset); err != nil {
		return o, err
	}
	url := "https://receiver.example/push" // used for --dry-run if the user gives no URL
	if len(args) == 2 {
		url = args[1]
	}
	if o.opts, err = f.target.options(url); err != nil {
		return o, err
	}
	if o.outputs, err = parseReports(f.reports, reportNames()); err != nil {
		return o, err
	}
	o.settings = callSettings{cast: o.opts.Cast.WithNumbers(o.opts.Numbers).ForScenario(o.item.story, o.opts.Numbers), incoming: o.opts.Sender.Incoming.String(), seed: o.opts.Seed, nonce: o.opts.Nonce}
	if out := o.opts.Sender.Outgoing; out != nil {
		o.settings.outgoing = out.String()
	}
	if f.documentedIDs {
		o.opts.Sender.Dialect = push.DocumentedDialect()
		o.settings.callIDs = documentedIDs()
	}
	return o, f.checkFlags(o)
}

// checkFlags returns an error if flags contradict each other.
func (f sendFlags) checkFlags(o sendCommandLine) error {
	switch {
	case f.asHTTP && !f.dryRun:
		return usage("--http needs --dry-run", "as in --dry-run --http")
	case o.opts.Sender.Outgoing == nil && slices.ContainsFunc(o.item.call(o.settings).Rehearse(), call.Step.IsOutgoing):
		return usage(fmt.Sprintf("%s has an outgoing call, which --outgoing none excludes", o.item.name), "leave --outgoing out, or name a URL")
	}
	return nil
}

// sendOnce plays one call or sends one push, and prints the findings about the receiver.
func (a *app) sendOnce(ctx context.Context, f sendFlags, o sendCommandLine) error {
	term := a.terminalReport(o.outputs, f.quiet, f.verbose)
	o.opts.OnlyWithEvidence = true
	o.opts.Sender.OnExchange = func(c transcript.Call, x transcript.Exchange) { term.PrintExchange(c, x) }
	phone := &callActivity{}
	o.opts.Sender.OnPause = phone.recordPause
	hideProgress := a.progress.show(phone.text)
	began := time.Now()
	r := run.New(o.opts)
	first := o.item.call(o.settings).Rehearse()[0]
	playedCall := r.Send(ctx, run.SingleCall{
		Call: o.item.call(o.settings), Scenario: o.item.name, Capabilities: o.item.assumedCapabilities(),
		Twist: o.change.twist(o.change.requirement(first, o.opts.Sender.Dialect)),
	})
	hideProgress()
	term.PrintCall(playedCall)
	v := r.Verdict()
	if !o.change.isEmpty() {
		v.Notes = append(v.Notes, verdict.Note{About: "send", Text: "the first push was changed: pushcheck does not know whether sipgate ever sends such a push"})
	}
	var bill bill
	for _, x := range playedCall.Exchanges {
		bill.addPush(x.Push, x.Leg, x.BilledTarget)
	}
	bill.write(a.peopleWriter(o.outputs))
	v.Began, v.Took = began, time.Since(began)
	term.PrintVerdict(withoutSkipped(v), v.Took)
	return a.writeResults(ctx, v, term, o.outputs, ciOutput{})
}

// withoutSkipped returns a verdict without the skipped requirements. People need not read them, because no push that they are about was
// sent.
func withoutSkipped(v verdict.Verdict) verdict.Verdict {
	v.Rows = slices.DeleteFunc(slices.Clone(v.Rows), func(r verdict.Row) bool { return r.Status == verdict.Skipped })
	return v
}

// printNoPush prints a note about a call for which sipgate sends no push. The receiver is not judged.
func (a *app) printNoPush(o sendCommandLine) error {
	if len(o.outputs) > 0 {
		return usage(fmt.Sprintf("no report can be written of %s: sipgate pushes nothing about it, so nothing is judged", o.item.name), "leave --report out")
	}
	c := o.item.call(o.settings)
	c.Rehearse()
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nno push\n", o.item.title())
	for _, s := range c.Skipped() {
		fmt.Fprintf(&b, "  %s: %s\n", s.Deed, s.Reason)
	}
	if _, err := io.WriteString(a.stdout, b.String()); err != nil {
		return fmt.Errorf("writing to standard output: %w", err)
	}
	return nil
}
