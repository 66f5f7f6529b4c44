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
	file, err := loadReport(out)
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
		l, err := report.ReadLoad(data)
		if err != nil {
			return usage(fmt.Sprintf("reading the report %q: %v", name, err), hint)
		}
		parts = append(parts, l)
	}
	whole, err := verdict.MergeLoads(parts...)
	var wrong *verdict.PartError
	if errors.As(err, &wrong) {
		return usage(fmt.Sprintf("merging %q with %q: %v", files[wrong.Part], files[0], wrong.Cause), "all parts have to be of one load, each once")
	}
	if err != nil {
		return usage(err.Error(), "all parts have to be of one load, each once")
	}
	if missing := whole.Missing(); len(missing) > 0 {
		return usage(fmt.Sprintf("merging loads: part %d of %d is missing", missing[0], whole.Shards[0].Of), "name the report of every part")
	}
	return a.showLoad(whole, thresholds, file, false)
}

// loadReport reads the value of --report, and returns the file; "" for none.
func loadReport(value string) (string, error) {
	kind, file, ok := strings.Cut(value, "=")
	if value != "" && (!ok || kind != "json" || file == "") {
		return "", wrongValue("report", value, "a kind and a file are wanted", "as in --report json=load.json")
	}
	return file, nil
}

// showLoad writes the report of a load, if a file is named, and prints the summary.
func (a *app) showLoad(l verdict.Load, thresholds []verdict.Threshold, file string, quiet bool) error {
	v := l.Judge(thresholds)
	if file != "" {
		var text bytes.Buffer
		err := report.LoadJSON(&text, l, v)
		if err == nil {
			err = a.writeWhole(file, text.Bytes())
		}
		if err != nil {
			l.Problems = append(l.Problems, fmt.Sprintf("writing the json report: %v", err))
			v = l.Judge(thresholds)
		}
	}
	people := a.forPeople([]output{{file: file}})
	opts := report.TerminalOptions{Color: a.color(), Width: min(a.width, helpWidth), Gone: true, Quiet: quiet}
	if err := report.LoadText(people, l, v, opts); err != nil {
		return fmt.Errorf("writing to standard output: %w", err)
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
