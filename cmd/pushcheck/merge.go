package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

func (a *app) mergeCommand() *cobra.Command {
	var failOn string
	var reports []string
	cmd := &cobra.Command{
		Use:   "merge REPORT.json...",
		Short: "Put the reports of one load together",
		Long: "Merges the JSON reports that the parts of one load wrote (load --shard), prints the whole and applies thresholds to it. " +
			"Every part has to be there once.\n\n" +
			"Exit codes:\n  0    no threshold was crossed\n  1    a threshold was crossed\n  2    usage error, or the reports are not the parts of one load\n  3    no verdict: nothing was sent, a part ended after its first call, or a part had a problem of its own\n  130  a part was interrupted",
		Example: "  pushcheck merge part-1.json part-2.json --fail-on 'p99<500ms,errors<1%'",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(cmd.CommandPath()+" needs the reports of a load", "as in: pushcheck merge part-1.json part-2.json")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.merge(cmd.Context(), args, failOn, reports)
		},
	}
	cmd.Flags().StringVar(&failOn, "fail-on", verdict.DefaultThresholds, "thresholds with commas between them: `EXPR`")
	cmd.Flags().StringArrayVar(&reports, "report", nil, reportUsage(loadReportNames()))
	return cmd
}

// merge joins the reports of the parts of a load, judges the whole load and prints its summary.
func (a *app) merge(ctx context.Context, files []string, failOn string, reports []string) error {
	thresholds, err := readThresholds(failOn)
	if err != nil {
		return err
	}
	outputs, err := parseReports(reports, loadReportNames())
	if err != nil {
		return err
	}
	var parts []verdict.Load
	for _, name := range files {
		const hint = "a report of a load is wanted: pushcheck load URL --report json=load.json"
		data, err := readFile(name)
		if err != nil {
			return usage(fmt.Sprintf("reading the report: %v", err), hint)
		}
		l, err := report.ParseLoadReport(data)
		if err != nil {
			return usage(fmt.Sprintf("reading the report %q: %v", name, err), hint)
		}
		parts = append(parts, l)
	}
	merged, err := verdict.MergeLoads(parts...)
	var wrong *verdict.PartError
	if errors.As(err, &wrong) {
		return usage(fmt.Sprintf("merging %q with %q: %v", files[wrong.Part], files[0], wrong.Cause), "all parts have to be of one load, each once")
	}
	if err != nil {
		return usage(err.Error(), "all parts have to be of one load, each once")
	}
	if missing := merged.MissingParts(); len(missing) > 0 {
		return usage(fmt.Sprintf("merging loads: part %d of %d is missing", missing[0], merged.Shards[0].Total), "name the report of every part")
	}
	return a.showLoad(ctx, merged, thresholds, outputs, false)
}

// showLoad writes the reports of a load and prints its summary.
func (a *app) showLoad(ctx context.Context, l verdict.Load, thresholds []verdict.Threshold, outputs []reportOutput, quiet bool) error {
	errs, rewritable := a.writeReports(ctx, outputs, renderLoad(l, thresholds))
	for _, err := range errs {
		if errors.Is(err, errInterrupted) {
			l.Interrupted = true
		}
		l.Problems = append(l.Problems, err.Error())
	}
	if len(errs) > 0 {
		a.writeReports(ctx, rewritable, renderLoad(l, thresholds)) // again, because every report has to state the final exit code
	}
	v := l.Judge(thresholds)
	opts := report.TerminalOptions{Color: a.usesColor(), Width: min(a.width, helpWidth), ReceiverStopped: true, Quiet: quiet}
	if err := report.LoadText(a.peopleWriter(outputs), l, v, opts); err != nil {
		return fmt.Errorf("writing to standard output: %w", err)
	}
	return exitWith(v.Exit)
}

// renderLoad returns a function that writes the report of a load in a format.
func renderLoad(l verdict.Load, thresholds []verdict.Threshold) func(io.Writer, string) error {
	return func(w io.Writer, format string) error {
		i := slices.IndexFunc(report.LoadFormats(), func(f report.LoadFormat) bool { return f.Name == format })
		return report.LoadFormats()[i].Write(w, l, l.Judge(thresholds))
	}
}

// readThresholds parses the value of --fail-on. The error for a mistake shows the value, with a caret under the mistake.
func readThresholds(text string) ([]verdict.Threshold, error) {
	thresholds, err := verdict.ParseThresholds(text)
	var wrong *verdict.ThresholdError
	if !errors.As(err, &wrong) {
		return thresholds, err
	}
	what := "something is missing there"
	if wrong.Part != "" {
		what = fmt.Sprintf("%q is not allowed there", wrong.Part)
	}
	return nil, &usageError{flag: "fail-on", problem: fmt.Sprintf("a mistake at position %d: %s", wrong.Position+1, what), hint: "want " + wrong.Allowed,
		excerpt: "  " + text + "\n  " + strings.Repeat(" ", wrong.Position) + "^"}
}
