package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/pushcheck/pushcheck/verdict"
)

// Difference is the comparison of two runs. Its methods write the differences.
type Difference struct {
	verdict.Comparison
	BeforeFile, AfterFile string // names of the files with the reports
}

// statusColumn is the column of the text at which the statuses start.
const statusColumn = 32

// Text writes the difference for a terminal that is width characters wide; a width of 0 means 80. It returns the error of w.
func (d Difference) Text(w io.Writer, width int) error {
	var b strings.Builder
	for _, direction := range verdict.Directions() {
		changes := d.ChangesInDirection(direction)
		if len(changes) == 0 {
			continue
		}
		fmt.Fprintf(&b, "%s (%d)\n", direction, len(changes))
		list := List{Column: statusColumn}
		for _, c := range changes {
			text := []string{fmt.Sprintf("%s -> %s", statusWords(c.Before.Status), statusWords(c.After.Status))}
			switch got := c.After.Got(); {
			case direction != verdict.Worse || got == "":
			case c.After.Status == verdict.Undetermined && c.After.CauseID != "":
				text[0] += " (" + c.After.CauseID + ")"
			default:
				text = append(text, clip(visible(collapseSpace(got)), maxGotLength))
			}
			list.Entries = append(list.Entries, Entry{Name: "  " + c.After.ID, Text: text})
		}
		if err := list.Write(&b, width); err != nil {
			return err
		}
		b.WriteString("\n")
	}
	notes := List{Column: len("note  ")}
	for _, note := range d.notes() {
		notes.Entries = append(notes.Entries, Entry{Name: "note", Text: []string{note}})
	}
	if len(notes.Entries) > 0 {
		if err := notes.Write(&b, width); err != nil {
			return err
		}
		b.WriteString("\n")
	}
	b.WriteString(d.summary() + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// maxGotLength is the number of characters at which the evidence of a finding is cut: two lines.
const maxGotLength = 2 * (80 - statusColumn)

// summary returns one line with the numbers of requirements that became worse, became better, changed otherwise and stayed the same.
func (d Difference) summary() string {
	worse := "nothing became worse"
	if n := len(d.ChangesInDirection(verdict.Worse)); n > 0 {
		worse = fmt.Sprintf("%d became worse", n)
	}
	parts := []string{worse}
	if n := len(d.ChangesInDirection(verdict.Better)); n > 0 {
		parts = append(parts, fmt.Sprintf("%d better", n))
	}
	if n := len(d.ChangesInDirection(verdict.Changed)); n > 0 {
		parts = append(parts, fmt.Sprintf("%d otherwise changed", n))
	}
	return strings.Join(append(parts, fmt.Sprintf("%d the same", d.Same)), ", ")
}

// notes returns the reasons why the runs cannot be compared in full.
func (d Difference) notes() []string {
	var out []string
	addIfDifferent := func(what, before, after string) {
		if before != after {
			out = append(out, fmt.Sprintf("another %s: %s before, %s now", what, cmp.Or(before, "none"), cmp.Or(after, "none")))
		}
	}
	addIfDifferent("receiver", d.Before.Incoming, d.After.Incoming)
	if d.Before.Outgoing != d.Before.Incoming || d.After.Outgoing != d.After.Incoming {
		addIfDifferent("URL of outgoing calls", d.Before.Outgoing, d.After.Outgoing)
	}
	addIfDifferent("version of pushcheck", d.Before.Tool.Version, d.After.Tool.Version)
	if d.Before.Interrupted {
		out = append(out, d.BeforeFile+" is of a run that was interrupted")
	}
	if d.After.Interrupted {
		out = append(out, d.AfterFile+" is of a run that was interrupted")
	}
	const maxIDs = 3
	if n := len(d.Uncompared); n > 0 {
		ids := strings.Join(d.Uncompared[:min(n, maxIDs)], ", ")
		if n > maxIDs {
			ids += fmt.Sprintf(" and %d more", n-maxIDs)
		}
		out = append(out, fmt.Sprintf("not compared, as they were selected in one run only: %s", ids))
	}
	return out
}

// Markdown writes the difference in GitHub's Markdown, for a comment on a pull request. It returns the error of w.
func (d Difference) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**\n", escapeMarkdown(d.summary()))
	if len(d.Changes) > 0 {
		b.WriteString("\n")
		t := Table{Head: []string{"requirement", "", "before", "now", "why"}, Code: 1}
		for _, c := range d.Changes {
			t.Rows = append(t.Rows, []string{
				c.After.ID, string(c.Direction()), statusWords(c.Before.Status), statusWords(c.After.Status), clip(collapseSpace(c.After.Got()), maxGotLength),
			})
		}
		if err := t.Markdown(&b); err != nil {
			return err
		}
	}
	for i, note := range d.notes() {
		if i == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "* %s\n", escapeMarkdown(visible(note)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

type differenceRecord struct {
	Schema     int                       `json:"schema"`
	Kind       string                    `json:"kind"`
	Exit       int                       `json:"exit"`
	Counts     map[verdict.Direction]int `json:"counts"`
	Same       int                       `json:"same"`
	Changes    []changeRecord            `json:"changes"`
	Uncompared []string                  `json:"uncompared"`
	Notes      []string                  `json:"notes"`
}

type changeRecord struct {
	ID        string            `json:"id"`
	Direction verdict.Direction `json:"direction"`
	Before    verdict.Status    `json:"before"`
	After     verdict.Status    `json:"after"`
	Got       string            `json:"got"`
}

// JSON writes the difference as one document, indented. It returns the error of w.
func (d Difference) JSON(w io.Writer) error {
	record := differenceRecord{
		Schema: 1, Kind: "diff", Exit: d.Exit(), Counts: map[verdict.Direction]int{}, Same: d.Same,
		Changes: []changeRecord{}, Uncompared: append([]string{}, d.Uncompared...), Notes: append([]string{}, d.notes()...),
	}
	for _, direction := range verdict.Directions() {
		record.Counts[direction] = len(d.ChangesInDirection(direction))
	}
	for _, c := range d.Changes {
		record.Changes = append(record.Changes, changeRecord{c.After.ID, c.Direction(), c.Before.Status, c.After.Status, c.After.Got()})
	}
	return writeJSON(w, "difference", record)
}
