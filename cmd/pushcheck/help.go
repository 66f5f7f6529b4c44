package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/pushcheck/pushcheck/report"
)

const (
	helpWidth         = 80 // width of help texts, also on wider terminals
	flagTextColumn    = 24 // column at which the description of a flag starts
	commandTextColumn = 14 // column at which the description of a command starts
)

// flagGroups lists the headings of a help text, each with its flags, in the order of the text. Flags that are in no group are shown in the
// last group.
var flagGroups = []struct {
	heading string
	names   []string
}{
	{"Target", []string{"serve", "dev-cert", "outgoing", "connect-to", "header", "follow", "follow-ups", "wait", "timeout", "connections", "yes-this-is-my-receiver"}},
	{"Certificates", []string{"cert", "ca-file", "allow-http", "days"}},
	{"What to judge", []string{"only", "skip", "failed", "tags", "features", "no-built-in-features", "claim", "known", "strict", "no-waivers", "fail-fast", "heavy", "real-time", "fail-on"}},
	{"Calls", []string{"set", "unset", "documented", "dry-run", "cast", "numbers", "speed", "calls", "arrivals", "ramp", "concurrency", "for", "count", "mix", "ring", "talk", "open", "drain", "shard", "start-at", "parallel", "seed", "nonce"}},
	{"State of the application", []string{"state-url", "state-path", "state-map", "state-command", "state-wait"}},
	{"Signatures", []string{"sign-key", "key", "signature", "bits"}},
	{"Receiver", []string{"listen", "forward", "host", "base-url", "fault", "steer", "verify-key"}},
	{"Known failures", []string{"file", "reason", "expires-in"}},
	{"Output", []string{"http", "report", "ci", "out", "ca-out", "save", "dir", "force", "format", "verbatim", "quiet", "verbose", "color"}},
	{"General", []string{"config", "help"}},
}

// groupAnnotation is the name of the annotation that holds the heading above a flag in the help of one command. The annotation overrides
// flagGroups.
const groupAnnotation = "group"

// setGroup sets the heading above a flag in the help of one command. f holds the flags of the command.
func setGroup(f *pflag.FlagSet, name, heading string) {
	_ = f.SetAnnotation(name, groupAnnotation, []string{heading}) // it fails only for a flag that does not exist
}

// flagsInGroup returns the names of the flags of a command that are shown under a heading. names are the flags that flagGroups lists under
// the heading.
func flagsInGroup(cmd *cobra.Command, heading string, names []string) []string {
	var annotated []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if values := f.Annotations[groupAnnotation]; len(values) > 0 && values[0] == heading {
			annotated = append(annotated, f.Name)
		}
	})
	return append(slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		f := cmd.Flag(name)
		return f != nil && len(f.Annotations[groupAnnotation]) > 0
	}), annotated...)
}

// exitCodes lists the exit codes, for the help texts of commands that judge a receiver.
const exitCodes = `Exit codes:
  0    conformant
  1    not conformant
  2    usage error
  3    no verdict
  130  interrupted`

// help prints the help text of a command.
func (a *app) help(cmd *cobra.Command) {
	width := helpWidth
	if a.width > 0 {
		width = min(width, a.width)
	}
	var b strings.Builder
	writeSection := func(heading string, list report.List) {
		if len(list.Entries) > 0 {
			fmt.Fprintf(&b, "\n%s:\n", heading)
			_ = list.Write(&b, width) // writing to a strings.Builder never fails
		}
	}
	_ = report.List{Entries: []report.Entry{{Text: paragraphs(descriptionOf(cmd))}}}.Write(&b, width)
	writeSection("Usage", report.List{Column: 2, Entries: []report.Entry{{Text: []string{cmd.UseLine()}}}})
	if cmd.Example != "" {
		fmt.Fprintf(&b, "\nExamples:\n%s\n", cmd.Example)
	}
	writeSection("Commands", commandList(cmd))
	for i, g := range flagGroups {
		if i == len(flagGroups)-1 {
			g.names = append(flagsInNoGroup(cmd), g.names...)
		}
		writeSection(g.heading, flagList(cmd, flagsInGroup(cmd, g.heading, g.names)))
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\nMore about a command: %s COMMAND --help\n", cmd.CommandPath())
	}
	_, _ = io.WriteString(a.stdout, b.String()) // it is no error if standard output is closed
}

// descriptionOf returns the description of a command.
func descriptionOf(cmd *cobra.Command) string {
	if cmd.Long != "" {
		return cmd.Long
	}
	return cmd.Short + "."
}

// paragraphs splits a text into paragraphs: it joins the lines between two empty lines. An indented line is a paragraph of its own.
func paragraphs(text string) []string {
	var out []string
	lastIsProse := false // the previous line is neither empty nor indented, so it can be continued
	for line := range strings.SplitSeq(text, "\n") {
		switch isProse := line != "" && strings.TrimLeft(line, " \t") == line; {
		case lastIsProse && isProse:
			out[len(out)-1] += " " + line
		default:
			out = append(out, strings.ReplaceAll(line, "\t", "  "))
			lastIsProse = isProse
		}
	}
	return out
}

// commandList lists the subcommands of a command.
func commandList(cmd *cobra.Command) report.List {
	list := report.List{Column: commandTextColumn}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() || c.Name() == "help" {
			list.Entries = append(list.Entries, report.Entry{Name: "  " + c.Name(), Text: []string{c.Short}})
		}
	}
	return list
}

// flagList lists the flags of a command with these names.
func flagList(cmd *cobra.Command, names []string) report.List {
	list := report.List{Column: flagTextColumn}
	for _, name := range names {
		if f := cmd.Flag(name); f != nil {
			list.Entries = append(list.Entries, report.Entry{Name: flagName(f), Text: []string{flagText(f)}})
		}
	}
	return list
}

// flagsInNoGroup returns the flags of a command that flagGroups does not list.
func flagsInNoGroup(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		for _, g := range flagGroups {
			if slices.Contains(g.names, f.Name) {
				return
			}
		}
		names = append(names, f.Name)
	})
	return names
}

// flagName returns a flag as the user writes it, with a placeholder for its value.
func flagName(f *pflag.Flag) string {
	name := "      --" + f.Name
	if f.Shorthand != "" {
		name = "  -" + f.Shorthand + ", --" + f.Name
	}
	if placeholder, _ := pflag.UnquoteUsage(f); placeholder != "" {
		name += " " + placeholder
	}
	return name
}

// flagText returns the description of a flag, with its default and whether it can be repeated.
func flagText(f *pflag.Flag) string {
	_, text := pflag.UnquoteUsage(f)
	switch {
	case isListFlag(f):
		text += " (repeatable)"
	case f.Value.Type() != "bool" && f.DefValue != "" && !strings.Contains(text, "(default:"):
		text += " (default " + f.DefValue + ")"
	}
	return text
}
