package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/pushcheck/pushcheck/internal/yamlfile"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

// knownHead is the beginning of a new file of known failures.
const knownHead = "# What pushcheck run --known excuses, each until the end of the day in expires (UTC).\n\n"

// editKnown changes the text of a file of known failures, and returns the new text. It removes the entries whose ids are in drop, and adds
// the entries of add at the end. All other lines stay the same. The comment directly above a removed entry is removed too, unless it is at
// the beginning of the file.
func editKnown(data []byte, drop []string, add []verdict.KnownFailure) ([]byte, error) {
	oldEntries, err := parseKnown(data)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		data = []byte(knownHead)
	}
	ranges, err := findKnownEntries(data)
	if err != nil {
		return nil, err
	}
	lines := strings.SplitAfter(string(data), "\n")
	out, indent := []string{}, ""
	next := 0              // index of the next line that is not yet copied or dropped
	insertAt := len(lines) // index of the line before which new entries are added
	if n := len(ranges); n > 0 {
		indent, insertAt = strings.Repeat(" ", ranges[n-1].column-1), ranges[n-1].end
	}
	for i, r := range ranges {
		if slices.Contains(drop, oldEntries[i].ID) {
			out, next = append(out, lines[next:r.first]...), r.end
		}
	}
	out = append(out, lines[min(next, insertAt):insertAt]...)
	if n := len(out); n > 0 && out[n-1] != "" && !strings.HasSuffix(out[n-1], "\n") {
		out = append(out, "\n")
	}
	for _, k := range add {
		out = append(out, knownEntryText(k, indent))
	}
	text := []byte(strings.Join(append(out, lines[max(next, insertAt):]...), ""))
	if err := checkEdited(text, oldEntries, drop, add); err != nil {
		return nil, err
	}
	return text, nil
}

// knownEntryRange holds where an entry is in a file. first is the index of its first line, and end the index of the line after its last
// line, both counted from 0. column is the column of its hyphen, counted from 1.
type knownEntryRange struct{ first, end, column int }

// findKnownEntries returns the lines of each entry of a file. A comment directly above an entry belongs to the entry.
func findKnownEntries(data []byte) ([]knownEntryRange, error) {
	file, err := parseYAML(data, "an entry is: "+knownExample)
	if err != nil {
		return nil, err
	}
	var out []knownEntryRange
	for _, doc := range file.Docs {
		list, ok := doc.Body.(*ast.SequenceNode)
		switch {
		case !ok:
			continue
		case list.IsFlowStyle:
			return nil, errorAt(yamlfile.FirstToken(list), "an entry is: "+knownExample, "a list in brackets cannot be updated, each entry has to begin with a hyphen in a line of its own")
		}
		for _, entry := range list.Entries {
			position := entry.Start.Position
			out = append(out, knownEntryRange{first: position.Line - 1, column: position.Column})
		}
	}
	lines := strings.Split(string(data), "\n")
	for i := range out {
		nextEntry := len(lines)
		if i+1 < len(out) {
			nextEntry = out[i+1].first
		}
		r := &out[i]
		r.end = r.first + 1
		for n := r.end; n < nextEntry; n++ {
			if text := strings.TrimLeft(lines[n], " "); strings.TrimSpace(text) != "" && len(lines[n])-len(text) >= r.column {
				r.end = n + 1 // the line is indented deeper than the hyphen, so it belongs to the entry
			}
		}
	}
	for i := range out {
		minFirst := 1 // a comment at the beginning of the file belongs to the file, not to the first entry
		if i > 0 {
			minFirst = out[i-1].end
		}
		first := out[i].first
		for first > 0 && strings.HasPrefix(strings.TrimLeft(lines[first-1], " "), "#") {
			first--
		}
		if first >= minFirst {
			out[i].first = first
		}
	}
	return out, nil
}

// knownEntryText returns a comment with the text of the requirement, and below it the lines of the entry. indent is the white space before
// the hyphen.
func knownEntryText(k verdict.KnownFailure, indent string) string {
	reason, err := yaml.Marshal(k.Reason)
	if err != nil || strings.Contains(strings.TrimSpace(string(reason)), "\n") {
		reason = fmt.Appendf(nil, "%q", k.Reason)
	}
	comment := ""
	if r, ok := requirements.Find(k.ID); ok {
		comment = indent + "# " + r.Statement + "\n"
	}
	return fmt.Sprintf("%s%s- id: %s\n%s  reason: %s\n%s  expires: %s\n",
		comment, indent, k.ID, indent, strings.TrimSpace(string(reason)), indent, k.Expires.Format(time.DateOnly))
}

// checkEdited returns an error if an edited file does not have the expected entries: oldEntries without those in drop, and then add.
func checkEdited(text []byte, oldEntries []verdict.KnownFailure, drop []string, add []verdict.KnownFailure) error {
	want := slices.DeleteFunc(slices.Clone(oldEntries), func(k verdict.KnownFailure) bool { return slices.Contains(drop, k.ID) })
	want = append(want, add...)
	got, err := parseKnown(text)
	same := func(a, b verdict.KnownFailure) bool {
		return a.ID == b.ID && a.Reason == b.Reason && a.Expires.Equal(b.Expires)
	}
	if err != nil || !slices.EqualFunc(want, got, same) {
		return errors.New("its layout is too unusual to be updated")
	}
	return nil
}
