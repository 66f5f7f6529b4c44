package main

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

func (a *app) diffCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "diff BEFORE.json AFTER.json",
		Short: "Show what became better or worse between two reports",
		Long: "Compares two JSON reports of run, requirement by requirement, and prints what changed: what became worse first.\n\n" +
			"A requirement became worse if it fails only now; if it passed before and now warns, is a known failure or is undetermined; or if it did not fail before and now cannot be judged. " +
			"It became better if it passes only now, or if it warns now, and failed or could not be judged before. Everything else is listed as changed, " +
			"for example a requirement that is now waived, or that failed before and is now undetermined. " +
			"What was selected in one run only is not compared.\n\n" +
			"Exit codes:\n  0    nothing became worse\n  1    something became worse\n  2    usage error, or the reports have nothing in common",
		Example: "  pushcheck diff before.json after.json\n  pushcheck diff before.json after.json --format md",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage(fmt.Sprintf("%s compares two reports, there are %d", cmd.CommandPath(), len(args)), "as in: pushcheck diff before.json after.json")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.diff(args[0], args[1], format) },
	}
	registerFormat(cmd.Flags(), &format)
	return cmd
}

// diff prints how the reports in two files differ.
func (a *app) diff(beforeFile, afterFile, format string) error {
	before, err := readReport("the report", beforeFile)
	if err != nil {
		return err
	}
	after, err := readReport("the report", afterFile)
	if err != nil {
		return err
	}
	d := report.Difference{Comparison: verdict.Compare(before, after), BeforeFile: beforeFile, AfterFile: afterFile}
	if len(d.Changes) == 0 && d.Same == 0 {
		return usage(fmt.Sprintf("nothing to compare: no requirement was selected both in %q and in %q", beforeFile, afterFile), "--only and --skip select in each run")
	}
	var out bytes.Buffer
	err = writeInFormat(format,
		func() error { return d.Text(&out, min(a.width, helpWidth)) },
		func() error { return d.Markdown(&out) },
		func() error { return d.JSON(&out) })
	if err != nil {
		return fmt.Errorf("comparing the reports: %w", err)
	}
	if _, err := a.stdout.Write(out.Bytes()); err != nil {
		return fmt.Errorf("writing to standard output: %w", err)
	}
	return exitWith(d.Exit())
}
