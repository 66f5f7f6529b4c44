package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// replayFlags are the flags of replay.
type replayFlags struct {
	target  targetFlags
	dryRun  bool
	reports []string
	quiet   bool
	verbose bool
}

func (a *app) replayCommand() *cobra.Command {
	var f replayFlags
	cmd := &cobra.Command{
		Use:   "replay FILE|DIR [N] URL",
		Short: "Send saved pushes again",
		Long: "Sends saved pushes again to the receiver at URL, in their order and as fast as it responds, and prints each exchange, judged.\n\n" +
			"FILE or DIR holds captured pushes, as receive --save, record, and send --dry-run --http write them. Each is sent byte for byte, with the signature and " +
			"the content type that it had.\n\n" +
			"FILE can also be a JSON report of run or send. The pushes of all its calls are sent again, or those of call N. A report holds no signatures.\n\n" +
			"An answer, hangup or dtmf push goes to the URL that the receiver names for it now, and is not sent if it names none.\n\n" + exitCodes,
		Example: "  pushcheck replay captured-push.http https://example.org/push\n" +
			"  pushcheck replay pushes/ https://example.org/push\n" +
			"  pushcheck replay pushcheck.json 3 https://example.org/push",
		RunE: func(cmd *cobra.Command, args []string) error {
			if n := len(args); n == 1 || n == 2 && isCallNumber(args[1]) {
				if url, err := a.receiverURL(cmd, nil); err == nil {
					args = append(slices.Clone(args), url)
				}
			}
			return a.replay(cmd.Context(), f, args)
		},
	}
	registerConfigFlag(cmd)
	flags := cmd.Flags()
	f.target.registerSending(flags)
	f.target.registerClaims(flags)
	flags.BoolVar(&f.dryRun, "dry-run", false, "print the pushes as HTTP requests, one after the other, and send nothing")
	flags.StringArrayVar(&f.reports, "report", nil, reportUsage(reportNames()))
	registerQuiet(flags, &f.quiet)
	a.registerColor(flags)
	registerVerbose(flags, &f.verbose)
	return cmd
}

// isCallNumber reports whether an argument is a number. replay takes a number as the number of a call in a report.
func isCallNumber(arg string) bool {
	_, err := strconv.Atoi(arg)
	return err == nil
}

// replayCommandLine holds what the arguments and the flags of replay mean.
type replayCommandLine struct {
	saved   savedPushes
	opts    run.Options
	outputs []reportOutput
}

// parse parses the command line.
func (f replayFlags) parse(args []string) (replayCommandLine, error) {
	var o replayCommandLine
	const example = "as in: pushcheck replay captured-push.http https://example.org/push"
	switch {
	case len(args) == 0:
		return o, usage("what is to be sent again, and where?", example)
	case strings.Contains(args[0], "://"):
		return o, usage("what is to be sent again to "+endpoint.QuoteURL(args[0])+"?", example)
	case len(args) == 1, len(args) == 2 && isCallNumber(args[1]):
		return o, usage("which receiver? there is no URL", "as in: pushcheck replay %s https://example.org/push", strings.Join(args, " "))
	case len(args) > 3:
		return o, usage(fmt.Sprintf("one file or folder, at most one number and one URL are wanted, there are %d arguments", len(args)), example)
	case len(args) == 3 && !isCallNumber(args[1]):
		return o, usage(fmt.Sprintf("%q is not the number of a call", args[1]), "as in: pushcheck replay pushcheck.json 3 https://example.org/push")
	}
	callNumber := ""
	if len(args) == 3 {
		callNumber = args[1]
	}
	var err error
	if o.saved, err = readSaved(args[0], callNumber); err != nil {
		return o, err
	}
	if o.opts, err = f.target.options(args[len(args)-1]); err != nil {
		return o, err
	}
	o.opts.Nonce, o.opts.Sender.Speed = "", 0 // a replay makes no ids, and does not wait between pushes
	o.outputs, err = parseReports(f.reports, reportNames())
	return o, err
}

// replay parses the command line, and sends or prints the saved pushes.
func (a *app) replay(ctx context.Context, f replayFlags, args []string) error {
	o, err := f.parse(args)
	if err != nil {
		return err
	}
	for _, text := range o.saved.unsendable {
		fmt.Fprintf(a.stderr, "not sent: %s\n", text)
	}
	if n := o.saved.countUnsigned(); n > 0 && o.opts.Sender.SignKey == nil {
		fmt.Fprintf(a.stderr, "note: sent without a signature: %s of %d; --sign-key FILE signs them\n", wording.Count(n, "push"), o.saved.count())
	}
	if f.dryRun {
		return a.printSavedRequests(ctx, o)
	}
	if f.quiet {
		a.progress = nil
	}
	a.awaitReceiver(ctx, o.opts, f.target.wait, servedReceiver{})
	return a.sendSaved(ctx, f, o)
}

// call returns the call that consists of saved pushes.
func (o replayCommandLine) call(s savedCall) *call.Call {
	outgoing := ""
	if out := o.opts.Sender.Outgoing; out != nil {
		outgoing = out.String()
	}
	return call.Replay(s.pushes, o.opts.Sender.Incoming.String(), outgoing)
}

// sendSaved sends the pushes and prints the findings about the receiver.
func (a *app) sendSaved(ctx context.Context, f replayFlags, o replayCommandLine) error {
	term := a.terminalReport(o.outputs, f.quiet, f.verbose)
	o.opts.OnlyWithEvidence = true
	o.opts.Sender.OnExchange = func(c transcript.Call, x transcript.Exchange) { term.PrintExchange(c, x) }
	status := &activity{phase: "replay"}
	hideProgress := a.progress.show(status.text)
	began := time.Now()
	r := run.New(o.opts)
	for _, s := range o.saved.calls {
		if ctx.Err() != nil {
			r.RecordInterruption(ctx)
			break
		}
		playedCall := r.Send(ctx, run.SingleCall{Call: o.call(s), Scenario: s.name})
		status.countCall(playedCall)
		term.PrintCall(playedCall)
	}
	hideProgress()
	v := r.Verdict()
	term.PrintVerdict(withoutSkipped(v), time.Since(began))
	return a.writeResults(ctx, v, term, o.outputs, ciOutput{})
}

// printSavedRequests prints the pushes as HTTP requests.
func (a *app) printSavedRequests(ctx context.Context, o replayCommandLine) error {
	s := sender.New(o.opts.Sender)
	for _, saved := range o.saved.calls {
		if err := a.printRequests(ctx, s, sender.CallToPlay{}, o.call(saved).Rehearse()); err != nil {
			return err
		}
	}
	return nil
}
