package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

const (
	knownFile   = "known.yaml"
	knownReason = "REPLACE THIS: why it fails for now, and who fixes it"
	knownDays   = 30 // days from today until a new entry expires
)

// knownUpdateFlags are the flags of known update.
type knownUpdateFlags struct {
	file   string
	reason string
	days   int
	strict bool
}

func (a *app) knownCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "known",
		Short: "Write a file of known failures from a report",
		Long:  "Known failures are excused by run --known FILE until they expire.",
		Args:  unknownCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.knownUpdateCommand())
	return cmd
}

func (a *app) knownUpdateCommand() *cobra.Command {
	var f knownUpdateFlags
	cmd := &cobra.Command{
		Use:   "update REPORT.json",
		Short: "Add what failed in a report, and drop what now passes",
		Long: "Reads a JSON report of run and updates the file of known failures: it adds an entry for each requirement that failed, and drops the entries of those that passed. " +
			"All other lines of the file stay as they are. Replace the reasons of new entries by your own.\n\n" +
			"Requirements of transport and push.newcall are never added, because without them nothing else can be judged.\n\n" +
			"Exit codes:\n  0    written, or nothing to change\n  2    usage error, or a file that cannot be read; nothing was written\n  3    the file could not be written",
		Example: "  pushcheck run https://example.org/push --report json=report.json\n  pushcheck known update report.json\n  pushcheck run https://example.org/push --known known.yaml",
		Args:    oneReport,
		RunE:    func(_ *cobra.Command, args []string) error { return a.updateKnown(f, args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.file, "file", knownFile, "update this `FILE`, or create it")
	flags.StringVar(&f.reason, "reason", knownReason, "the `REASON` of new entries")
	flags.IntVar(&f.days, "expires-in", knownDays, "new entries excuse for `DAYS` from today")
	flags.BoolVar(&f.strict, "strict", false, "add warnings as well: run --strict counts them")
	return cmd
}

// oneReport returns a usage error unless there is exactly one argument.
func oneReport(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage(fmt.Sprintf("one report is wanted, there are %d", len(args)), "as in: %s report.json", cmd.CommandPath())
	}
	return nil
}

// updateKnown updates a file of known failures and prints which entries were kept, added and removed.
func (a *app) updateKnown(f knownUpdateFlags, reportFile string) error {
	if f.days < 1 {
		return wrongValue("expires-in", f.days, "at least 1 day is wanted", "as in --expires-in 30")
	}
	if strings.TrimSpace(f.reason) == "" {
		return wrongFlag("reason", "an empty reason excuses nothing", "say why it fails for now, and who fixes it")
	}
	v, err := readReport("the report", reportFile)
	if err != nil {
		return err
	}
	data, err := readFile(f.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usage(fmt.Sprintf("reading --file: %v", err), "a YAML file such as: %s", knownExample)
	}
	entries, err := parseKnown(data)
	if err != nil {
		return addFilePlace("reading --file: "+f.file, data, err)
	}
	today := time.Now().UTC().Truncate(24 * time.Hour)
	u := newKnownUpdate(v, entries, f, today)
	if len(u.add)+len(u.drop) > 0 {
		text, err := editKnown(data, u.drop, u.add)
		if err != nil {
			if placed := addFilePlace("updating "+f.file, data, err); placed != err {
				return placed
			}
			return usage(fmt.Sprintf("updating %s: %v", f.file, err), "write its entries as: %s", knownExample)
		}
		if err := replaceFile(linkTarget(f.file), text); err != nil {
			return fmt.Errorf("writing %s: %w", f.file, err)
		}
	}
	return a.printUpdate(u, f.file, reportFile)
}

// knownUpdate holds the changes to a file of known failures. Entries that are not in drop are kept.
type knownUpdate struct {
	add       []verdict.KnownFailure // entries to add
	drop      []string               // ids of the entries to remove
	keptCount int                    // number of entries that stay
	list      report.List            // what is printed about each entry
}

// newKnownUpdate returns the changes to the entries of a file that follow from the results of a run.
func newKnownUpdate(v verdict.Verdict, entries []verdict.KnownFailure, f knownUpdateFlags, today time.Time) knownUpdate {
	u := knownUpdate{list: report.List{Column: 36}}
	addLine := func(what, id, text string) {
		u.list.Entries = append(u.list.Entries, report.Entry{Name: fmt.Sprintf("%-8s  %s", what, id), Text: []string{text}})
	}
	statusByID := map[string]verdict.Status{}
	for _, r := range v.Rows {
		statusByID[r.ID] = r.Status
	}
	for _, k := range entries {
		switch s := statusByID[k.ID]; {
		case s == verdict.Passed:
			u.drop = append(u.drop, k.ID)
			addLine("dropped", k.ID, "it passes now")
			continue
		case k.Expired(today) && (s == verdict.Failed || s == verdict.Warned):
			addLine("kept", k.ID, "it expired on "+k.Expires.Format(time.DateOnly)+" and excuses nothing: fix it, or change its date")
		case isNotMet(s, true):
			addLine("kept", k.ID, "until "+k.Expires.Format(time.DateOnly))
		default:
			addLine("kept", k.ID, "it was not judged in the report")
		}
		u.keptCount++
	}
	for _, r := range v.Rows {
		isListed := slices.ContainsFunc(entries, func(k verdict.KnownFailure) bool { return k.ID == r.ID })
		_, exists := requirements.Find(r.ID)
		switch {
		case isListed || !isNotMet(r.Status, f.strict):
		case !exists:
			addLine("left out", r.ID, "this version of pushcheck does not have it")
		case r.Area() == "transport" || r.ID == requirements.PlainNewCallRequirement():
			addLine("left out", r.ID, "it cannot be excused, because without it nothing else can be judged")
		default:
			k := verdict.KnownFailure{ID: r.ID, Reason: f.reason, Expires: today.AddDate(0, 0, f.days)}
			u.add = append(u.add, k)
			addLine("added", r.ID, "until "+k.Expires.Format(time.DateOnly))
		}
	}
	for _, s := range v.Scenarios {
		if s.Status == verdict.Failed {
			addLine("left out", s.Row().ID, "only requirements can be excused, and this is a scenario of your own")
		}
	}
	return u
}

// isNotMet reports whether a status means that a requirement is not met. An excused failure counts as not met. A warning counts as not met
// if warningsCount is true.
func isNotMet(s verdict.Status, warningsCount bool) bool {
	return s == verdict.Failed || s == verdict.Known || warningsCount && s == verdict.Warned
}

// printUpdate prints the changes to a file of known failures, and what to do next.
func (a *app) printUpdate(u knownUpdate, file, reportFile string) error {
	var out bytes.Buffer
	if err := u.list.Write(&out, min(a.width, helpWidth)); err != nil {
		return fmt.Errorf("listing the known failures: %w", err)
	}
	switch isChanged := len(u.add)+len(u.drop) > 0; {
	case isChanged:
		fmt.Fprintf(&out, "wrote %s: %d added, %d kept, %d dropped\n", file, len(u.add), u.keptCount, len(u.drop))
	default:
		fmt.Fprintf(&out, "%s changes nothing in %s, so nothing is written\n", reportFile, file)
	}
	if len(u.add) > 0 {
		fmt.Fprintf(&out, "next: say in %s why they fail, then: pushcheck run URL --known %s\n", file, file)
	}
	if _, err := a.stdout.Write(out.Bytes()); err != nil {
		return fmt.Errorf("writing to standard output: %w", err)
	}
	return nil
}
