package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/report"
)

// lists returns the lists that list can print, in the order of the help.
func lists() []listing {
	return []listing{
		{name: "requirements", text: requirementsText, page: requirementsPage, records: requirementRecords},
		{name: "scenarios", text: textOf(scenarioList), page: pageOf(scenariosTable), records: scenarioRecords},
		{name: "faults", text: textOf(faultList), page: pageOf(faultsTable), records: faultRecords},
		{name: "steps", text: textOf(stepList), page: pageOf(stepsTable), records: stepRecords},
	}
}

// listing is one list in its formats.
type listing struct {
	name    string
	text    func(w *bytes.Buffer, width int) error // for a terminal
	page    func(*bytes.Buffer) error
	records func() (any, error)
}

// listColumn is how far the text below a name is indented.
const listColumn = 2

func textOf(l func() report.List) func(*bytes.Buffer, int) error {
	return func(w *bytes.Buffer, width int) error { return l().Write(w, width) }
}

func pageOf(t func() report.Table) func(*bytes.Buffer) error {
	return func(w *bytes.Buffer) error { return t().Markdown(w) }
}

// widest is the largest width of a list, also on a wider terminal. Longer lines are hard to read.
const widest = 120

func (a *app) listCommand() *cobra.Command {
	var format string
	var names []string
	for _, l := range lists() {
		names = append(names, l.name)
	}
	cmd := &cobra.Command{
		Use:   "list " + strings.Join(names, "|"),
		Short: "List requirements, call scenarios, faults or steps",
		Long: "Lists the requirements, the call scenarios for send, the faults for receive, or the steps: the sentences that features are written in. " +
			"With --format json each entry has all its fields, such as the source of a requirement and the pushes of a call scenario.",
		Example:   "  pushcheck list requirements\n  pushcheck list faults --format json",
		ValidArgs: names,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 && slices.Contains(names, args[0]) {
				return nil
			}
			if len(args) != 1 {
				return usage(fmt.Sprintf("one list is wanted, there are %d", len(args)), "one of %s", strings.Join(names, ", "))
			}
			return usage(fmt.Sprintf("unknown list %q", args[0]), "%s", among(args[0], names))
		},
		RunE: func(_ *cobra.Command, args []string) error {
			return a.list(args[0], format)
		},
	}
	formatFlag(cmd.Flags(), &format)
	return cmd
}

// among returns the hint for a word that is not in a list: the word that was probably meant, or the whole list.
func among(word string, names []string) string {
	if near, ok := suggest.Closest(word, names); ok {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return "one of " + strings.Join(names, ", ")
}

// list prints one list.
func (a *app) list(name, format string) error {
	lists := lists()
	l := lists[slices.IndexFunc(lists, func(l listing) bool { return l.name == name })]
	var out bytes.Buffer
	err := inFormat(format,
		func() error { return l.text(&out, min(a.width, widest)) },
		func() error { return l.page(&out) },
		func() error { return asJSON(&out, l) })
	if err != nil {
		return fmt.Errorf("listing %s: %w", name, err)
	}
	if _, err := a.stdout.Write(out.Bytes()); err != nil {
		return fmt.Errorf("writing to standard output: %w", err)
	}
	return nil
}

func asJSON(out *bytes.Buffer, l listing) error {
	records, err := l.records()
	if err != nil {
		return err
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(records)
}
