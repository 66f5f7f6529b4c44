package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

func (a *app) mergeCommand() *cobra.Command {
	var failOn, out string
	cmd := &cobra.Command{
		Use:   "merge REPORT.json...",
		Short: "Put the reports of one load together",
		Long: "Merges the JSON reports that the parts of one load wrote (load --shard), prints the whole and applies thresholds to it. " +
			"Every part has to be there once.\n\n" +
			"Exit codes:\n  0    no threshold was crossed\n  1    a threshold was crossed\n  2    usage error, or the reports are not the parts of one load\n  3    no verdict: nothing was sent, or a part had a problem of its own\n  130  a part was interrupted",
		Example: "  pushcheck merge part-1.json part-2.json --fail-on 'p99<500ms,errors<1%'",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(cmd.CommandPath()+" needs the reports of a load", "as in: pushcheck merge part-1.json part-2.json")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.merge(args, failOn, out) },
	}
	cmd.Flags().StringVar(&failOn, "fail-on", verdict.DefaultThresholds, "thresholds with commas between them: `EXPR`")
	cmd.Flags().StringVar(&out, "report", "", "write a report of the whole: `KIND=FILE`, KIND json")
	return cmd
}

// merge prints the whole of a load and judges it.
func (a *app) merge(files []string, failOn, out string) error {
	thresholds, err := readThresholds(failOn)
	if err != nil {
		return err
	}
	kind, file, ok := strings.Cut(out, "=")
	if out != "" && (!ok || kind != "json" || file == "") {
		return wrongValue("report", out, "a kind and a file are wanted", "as in --report json=load.json")
	}
	var parts []verdict.Load
	for _, name := range files {
		const hint = "a report of a load is wanted: pushcheck load URL --report json=load.json"
		data, err := readFile(name)
		if err != nil {
			return usage(fmt.Sprintf("reading the report: %v", err), hint)
		}
		l, err := report.ReadLoad(data)
		if err != nil {
			return usage(fmt.Sprintf("reading the report %q: %v", name, err), hint)
		}
		parts = append(parts, l)
	}
	whole, err := verdict.MergeLoads(parts...)
	if err != nil {
		return usage(err.Error(), "all parts have to be of one load, each once")
	}
	if missing := whole.Missing(); len(missing) > 0 {
		return usage(fmt.Sprintf("merging loads: part %d of %d is missing", missing[0], whole.Shards[0].Of), "name the report of every part")
	}
	v := whole.Judge(thresholds)
	if err := report.LoadText(a.forPeople([]output{{file: file}}), whole, v, report.TerminalOptions{Color: a.color(), Width: min(a.width, helpWidth), Gone: true}); err != nil {
		return fmt.Errorf("writing to standard output: %w", err)
	}
	if file != "" {
		var text bytes.Buffer
		if err := report.LoadJSON(&text, whole, v); err != nil {
			return err
		}
		if err := a.writeWhole(file, text.Bytes()); err != nil {
			return fmt.Errorf("writing the json report: %w", err)
		}
	}
	return exitWith(v.Exit)
}

// writeWhole writes a file whole or not at all, if it can be replaced. The file - is standard output.
func (a *app) writeWhole(file string, data []byte) error {
	switch {
	case file == "-":
		_, err := a.stdout.Write(data)
		return err
	case !replaceable(file):
		return os.WriteFile(file, data, 0o644)
	}
	return replace(target(file), data)
}

// readThresholds reads the value of --fail-on. A mistake is shown with a caret under it.
func readThresholds(text string) ([]verdict.Threshold, error) {
	thresholds, err := verdict.ParseThresholds(text)
	var wrong *verdict.ThresholdError
	if !errors.As(err, &wrong) {
		return thresholds, err
	}
	return nil, &usageError{flag: "fail-on", what: fmt.Sprintf("a mistake at position %d", wrong.Position+1), hint: "want " + wrong.Allowed,
		excerpt: "  " + text + "\n  " + strings.Repeat(" ", wrong.Position) + "^"}
}
