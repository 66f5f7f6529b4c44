package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/internal/selftest"
	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/verdict"
)

// selftestFlags are the flags of selftest.
type selftestFlags struct {
	parallel int
	realTime bool
	format   string
}

func (a *app) selftestCommand() *cobra.Command {
	var f selftestFlags
	cmd := &cobra.Command{
		Use:   "selftest [NAME…]",
		Short: "Prove that the checks find every fault and accuse no good receiver",
		Long: "Starts the reference receiver many times on this machine, over HTTPS with certificates that it makes: once with each fault, and once for each unusual but correct behaviour. " +
			"The findings must be exactly those that are expected. With names it judges only these receivers.\n\n" +
			"Exit codes:\n  0    all as expected\n  2    usage error\n  3    something was not as expected\n  130  interrupted",
		Example: "  pushcheck selftest\n  pushcheck selftest relative-hangup gzip",
		RunE:    func(cmd *cobra.Command, args []string) error { return a.selftest(cmd.Context(), f, args) },
	}
	flags := cmd.Flags()
	flags.IntVar(&f.parallel, "parallel", 2*runtime.NumCPU(), "judge `N` receivers at a time (default: twice the number of processors)")
	flags.BoolVar(&f.realTime, "real-time", false, "use real waiting times and limits; otherwise they are five times shorter")
	flags.StringVar(&f.format, "format", "text", "print as `FORMAT`: text (a line for each receiver) or md (the table of docs/proof.md)")
	a.registerColor(flags)
	return cmd
}

// selftestCases returns the cases with these names; all cases if there are no names.
func selftestCases(names []string) ([]selftest.Case, error) {
	all := append(selftest.FaultyReceivers(), selftest.GoodReceivers()...)
	if len(names) == 0 {
		return all, nil
	}
	var known []string
	for _, c := range all {
		known = append(known, c.Name)
	}
	var out []selftest.Case
	for _, name := range names {
		i := slices.Index(known, name)
		if i < 0 {
			hint := "see: pushcheck list faults"
			if near, ok := suggest.Closest(name, known); ok {
				hint = fmt.Sprintf("did you mean %s?", near)
			} else if similar := suggest.NamesSharingWords(name, known); len(similar) > 0 {
				hint = fmt.Sprintf("similar names are %s; see: pushcheck list faults", strings.Join(similar, ", "))
			}
			return nil, usage(fmt.Sprintf("proving %q: there is no such fault or quirk", name), "%s", hint)
		}
		out = append(out, all[i])
	}
	return out, nil
}

// selftest judges the reference receiver in each case, and prints whether the findings are as expected.
func (a *app) selftest(ctx context.Context, f selftestFlags, names []string) error {
	cases, err := selftestCases(names)
	if err != nil {
		return err
	}
	if f.parallel < 1 {
		return wrongValue("parallel", f.parallel, "it must be above zero", "as in --parallel 2")
	}
	if f.format != "text" && f.format != "md" {
		return wrongValue("format", f.format, "no such format", "text or md")
	}
	start, judgedCount := time.Now(), 0
	var judgedForProgress atomic.Int64 // the progress line is drawn by another goroutine
	defer a.progress.show(func(elapsed time.Duration) string {
		return fmt.Sprintf("%d of %d receivers, %s", judgedForProgress.Load(), len(cases), seconds(elapsed))
	})()
	outcomes, err := selftest.Run(ctx, cases, selftest.Options{
		Tool: tool(), Nonce: run.NewNonce(), Parallel: f.parallel, RealTime: f.realTime,
		Observe: func(o selftest.Outcome) {
			judgedForProgress.Add(1)
			switch judgedCount++; {
			case f.format == "text":
				fmt.Fprintln(a.stdout, a.outcomeLine(o))
			case !o.AsExpected():
				fmt.Fprintln(a.stderr, outcomeLine(o))
			}
		},
	})
	if ctx.Err() != nil {
		fmt.Fprintf(a.stderr, "pushcheck: interrupted after %d of %d receivers\n", judgedCount, len(cases))
		return verdictError(verdict.ExitInterrupted)
	}
	if err != nil {
		return err
	}
	if f.format == "md" {
		if err := proofTable(outcomes).Markdown(a.stdout); err != nil {
			return err
		}
	}
	return a.printProof(outcomes, len(names) > 0, time.Since(start))
}

// outcomeLine describes an outcome in one line.
func outcomeLine(o selftest.Outcome) string {
	line := fmt.Sprintf("%-5s %5.1f s  %-24s", map[bool]string{true: "ok", false: "WRONG"}[o.AsExpected()], o.Duration.Seconds(), o.Name)
	if len(o.Reported) > 0 {
		line += " found " + strings.Join(o.Reported, ", ")
	}
	for _, extra := range []struct {
		what string
		ids  []string
	}{{"missed", o.Missed}, {"accused of", o.Unexpected}} {
		if len(extra.ids) > 0 {
			line += "; " + extra.what + " " + strings.Join(extra.ids, ", ")
		}
	}
	if o.WrongConclusion != "" {
		line += "; " + o.WrongConclusion
	}
	return strings.TrimRight(line, " ")
}

// outcomeLine describes an outcome in one line. The first word is coloured if the program prints in colour.
func (a *app) outcomeLine(o selftest.Outcome) string {
	line := outcomeLine(o)
	if !a.usesColor() {
		return line
	}
	colorCode := "33"
	if o.AsExpected() {
		colorCode = "1;32"
	}
	const wordWidth = 5
	return "\x1b[" + colorCode + "m" + line[:wordWidth] + "\x1b[0m" + line[wordWidth:]
}

// printProof prints the line of selftestFigures. It returns an error unless all outcomes are as expected. isSubset is true if the user
// named the receivers.
func (a *app) printProof(outcomes []selftest.Outcome, isSubset bool, took time.Duration) error {
	expectedCount := 0
	for _, o := range outcomes {
		if o.AsExpected() {
			expectedCount++
		}
	}
	fmt.Fprintln(a.stdout)
	fmt.Fprintln(a.stdout, selftestFigures(outcomes, expectedCount, isSubset))
	fmt.Fprintf(a.stderr, "%.1f s\n", took.Seconds())
	if expectedCount < len(outcomes) {
		return errors.New("proving the checks: not every result is as expected")
	}
	return nil
}

// selftestFigures returns a line with the numbers of receivers, of requirements that were found broken, and of false findings.
// expectedCount is the number of outcomes that are as expected. isSubset is true if the user named the receivers.
func selftestFigures(outcomes []selftest.Outcome, expectedCount int, isSubset bool) string {
	faultyCount, falseFindings := 0, 0
	for _, o := range outcomes {
		if len(o.Faults) > 0 {
			faultyCount++
		}
		falseFindings += len(o.Unexpected)
	}
	text := fmt.Sprintf("%s, %d of them faulty: %d with the expected result.", wording.Count(len(outcomes), "receiver"), faultyCount, expectedCount)
	if len(outcomes) == 1 {
		text = fmt.Sprintf("1 receiver, %s: %s.", map[bool]string{true: "faulty", false: "unusual but correct"}[faultyCount > 0], map[bool]string{true: "the expected result", false: "not the expected result"}[expectedCount > 0])
	}
	broken, brokenAlone := selftest.DetectedRequirements(outcomes)
	switch {
	case !isSubset:
		text += fmt.Sprintf(" Of %d requirements %d were found broken, %d of them by a fault that breaks nothing else.", len(requirements.IDs()), len(broken), len(brokenAlone))
	case len(broken) == 1:
		text += " 1 requirement was tested and found broken."
	case len(broken) > 1:
		text += fmt.Sprintf(" %d requirements were tested and found broken.", len(broken))
	}
	return text + fmt.Sprintf(" Wrong findings: %d.", falseFindings)
}

// proofTable returns the table of docs/proof.md: the receivers, and the requirements that each does not meet.
func proofTable(outcomes []selftest.Outcome) report.Table {
	t := report.Table{Head: []string{"receiver", "what it does", "must be found", "may follow"}, Code: 1}
	for _, o := range outcomes {
		t.Rows = append(t.Rows, []string{o.Name, o.Behaviour, strings.Join(o.Breaks(), ", "), strings.Join(o.MayBreak(), ", ")})
	}
	return t
}
