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

// lists returns the lists that the command list can print, in the order in which its help names them.
func lists() []list {
	return []list{
		{name: "requirements", text: requirementsText, markdown: requirementsMarkdown, json: requirementRecords},
		{name: "scenarios", text: textFromList(scenarioList), markdown: markdownFromTable(scenariosTable), json: scenarioRecords},
		{name: "faults", text: textFromList(faultList), markdown: markdownFromTable(faultsTable), json: faultRecords},
		{name: "steps", text: textFromList(stepList), markdown: markdownFromTable(stepsTable), json: stepRecords},
	}
}

// list holds the functions that write one list, one for each format.
type list struct {
	name     string
	text     func(w *bytes.Buffer, width int) error // for a terminal
	markdown func(*bytes.Buffer) error
	json     func() (any, error)
}

// listIndent is the indentation of the text below a name.
const listIndent = 2

func textFromList(l func() report.List) func(*bytes.Buffer, int) error {
	return func(w *bytes.Buffer, width int) error { return l().Write(w, width) }
}

func markdownFromTable(t func() report.Table) func(*bytes.Buffer) error {
	return func(w *bytes.Buffer) error { return t().Markdown(w) }
}

// maxListWidth is the width of lists on wide terminals, because longer lines are hard to read.
const maxListWidth = 120

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
			return usage(fmt.Sprintf("unknown list %q", args[0]), "%s", suggestionHint(args[0], names))
		},
		RunE: func(_ *cobra.Command, args []string) error {
			return a.list(args[0], format)
		},
	}
	registerFormat(cmd.Flags(), &format)
	return cmd
}

// suggestionHint returns the hint for a word that is not among names. It suggests the name that was probably meant, or lists all names.
func suggestionHint(word string, names []string) string {
	if near, ok := suggest.Closest(word, names); ok {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return "one of " + strings.Join(names, ", ")
}

// list prints one list.
func (a *app) list(name, format string) error {
	lists := lists()
	l := lists[slices.IndexFunc(lists, func(l list) bool { return l.name == name })]
	var out bytes.Buffer
	err := writeInFormat(format,
		func() error { return l.text(&out, min(a.width, maxListWidth)) },
		func() error { return l.markdown(&out) },
		func() error { return writeJSONList(&out, l) })
	if err != nil {
		return fmt.Errorf("listing %s: %w", name, err)
	}
	if _, err := a.stdout.Write(out.Bytes()); err != nil {
		return fmt.Errorf("writing to standard output: %w", err)
	}
	return nil
}

func writeJSONList(out *bytes.Buffer, l list) error {
	records, err := l.json()
	if err != nil {
		return err
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(records)
}
