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

// knownHead is the beginning of a new file.
const knownHead = "# What pushcheck run --known excuses, each until the end of the day in expires (UTC).\n\n"

// editKnown returns a changed file of known failures: without the entries whose ids are in drop, and with the entries of add at its end.
// All other lines stay the same. The comment directly above a removed entry is removed too, unless it is at the beginning of the file.
func editKnown(data []byte, drop []string, add []verdict.KnownFailure) ([]byte, error) {
	before, err := parseKnown(data)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		data = []byte(knownHead)
	}
	places, err := knownEntryPlaces(data)
	if err != nil {
		return nil, err
	}
	lines := strings.SplitAfter(string(data), "\n")
	out, indent, at := []string{}, "", 0
	end := len(lines) // where new entries go
	if n := len(places); n > 0 {
		indent, end = strings.Repeat(" ", places[n-1].column-1), places[n-1].end
	}
	for i, place := range places {
		if slices.Contains(drop, before[i].ID) {
			out, at = append(out, lines[at:place.head]...), place.end
		}
	}
	out = append(out, lines[min(at, end):end]...)
	if n := len(out); n > 0 && out[n-1] != "" && !strings.HasSuffix(out[n-1], "\n") {
		out = append(out, "\n")
	}
	for _, k := range add {
		out = append(out, knownEntryText(k, indent))
	}
	text := []byte(strings.Join(append(out, lines[max(at, end):]...), ""))
	if err := checkEdited(text, before, drop, add); err != nil {
		return nil, err
	}
	return text, nil
}

// knownEntryLines holds the lines of an entry in a file: from head up to, but not including, end, counted from 0. column is the column of
// its hyphen, counted from 1.
type knownEntryLines struct{ head, end, column int }

// knownEntryPlaces returns the lines of each entry of a file.
func knownEntryPlaces(data []byte) ([]knownEntryLines, error) {
	file, err := parseYAML(data, "an entry is: "+knownExample)
	if err != nil {
		return nil, err
	}
	var out []knownEntryLines
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
			out = append(out, knownEntryLines{head: position.Line - 1, column: position.Column})
		}
	}
	lines := strings.Split(string(data), "\n")
	for i := range out {
		next := len(lines)
		if i+1 < len(out) {
			next = out[i+1].head
		}
		p := &out[i]
		p.end = p.head + 1
		for n := p.end; n < next; n++ {
			if text := strings.TrimLeft(lines[n], " "); strings.TrimSpace(text) != "" && len(lines[n])-len(text) >= p.column {
				p.end = n + 1 // it is indented deeper than the hyphen, so it belongs to the entry
			}
		}
	}
	for i := range out {
		first := 1 // a comment that begins in line 0 is the head of the file
		if i > 0 {
			first = out[i-1].end
		}
		head := out[i].head
		for head > 0 && strings.HasPrefix(strings.TrimLeft(lines[head-1], " "), "#") {
			head--
		}
		if head >= first {
			out[i].head = head
		}
	}
	return out, nil
}

// knownEntryText returns an entry of a file, with the text of the requirement as a comment.
func knownEntryText(k verdict.KnownFailure, indent string) string {
	reason, err := yaml.Marshal(k.Reason)
	if err != nil || strings.Contains(strings.TrimSpace(string(reason)), "\n") {
		reason = fmt.Appendf(nil, "%q", k.Reason)
	}
	about := ""
	if r, ok := requirements.Find(k.ID); ok {
		about = indent + "# " + r.Statement + "\n"
	}
	return fmt.Sprintf("%s%s- id: %s\n%s  reason: %s\n%s  expires: %s\n",
		about, indent, k.ID, indent, strings.TrimSpace(string(reason)), indent, k.Expires.Format(time.DateOnly))
}

// checkEdited returns an error if an edited file does not have the expected entries.
func checkEdited(text []byte, before []verdict.KnownFailure, drop []string, add []verdict.KnownFailure) error {
	want := slices.DeleteFunc(slices.Clone(before), func(k verdict.KnownFailure) bool { return slices.Contains(drop, k.ID) })
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
