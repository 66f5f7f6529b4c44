package main

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// visitCommands calls f for each command. words are the words that a user writes after pushcheck to run the command.
func visitCommands(f func(cmd *cobra.Command, words []string)) {
	var visit func(cmd *cobra.Command, words []string)
	visit = func(cmd *cobra.Command, words []string) {
		f(cmd, words)
		for _, c := range cmd.Commands() {
			visit(c, append(slices.Clone(words), c.Name()))
		}
	}
	visit((&app{getenv: func(string) string { return "" }}).root(), nil)
}

func TestHelpFitsEightyColumnsAndBreaksNoWord(t *testing.T) {
	t.Parallel()
	visitCommands(func(cmd *cobra.Command, args []string) {
		t.Run(strings.Join(append(args, "--help"), " "), func(t *testing.T) {
			t.Parallel()
			got := runCommand(t, append(slices.Clone(args), "--help")...)
			if got.exit != 0 || got.stderr != "" {
				t.Fatalf("exit %d: %s", got.exit, got.stderr)
			}
			for line := range strings.Lines(got.stdout) {
				line = strings.TrimSuffix(line, "\n")
				if n := utf8.RuneCountInString(line); n > 80 {
					t.Errorf("%d characters: %s", n, line)
				}
			}
			texts := []string{descriptionOf(cmd), cmd.Example, cmd.UseLine()}
			for _, c := range cmd.Commands() {
				texts = append(texts, c.Name(), c.Short)
			}
			cmd.Flags().VisitAll(func(f *pflag.Flag) { texts = append(texts, flagName(f), flagText(f)) })
			printed := strings.Fields(got.stdout)
			for _, text := range texts {
				for _, word := range strings.Fields(text) {
					if !slices.Contains(printed, word) {
						t.Errorf("the help lacks the word %q of %q", word, text)
					}
				}
			}
		})
	})
}

func TestHelpListsCommandsInTheOrderOfTheirUse(t *testing.T) {
	t.Parallel()
	_, list, _ := strings.Cut(runCommand(t, "--help").stdout, "\nCommands:\n")
	var got []string
	for line := range strings.Lines(list) {
		fields := strings.Fields(line)
		if len(fields) == 0 || len(got) == 3 {
			break
		}
		got = append(got, fields[0])
	}
	if want := []string{"demo", "run", "send"}; !slices.Equal(got, want) {
		t.Errorf("the first commands are %q, want %q", got, want)
	}
}

func TestHelpShowsFlagsUnderHeadings(t *testing.T) {
	t.Parallel()
	got := runCommand(t, "run", "--help")
	var headings []string
	for line := range strings.Lines(got.stdout) {
		line = strings.TrimSuffix(line, "\n")
		if heading, ok := strings.CutSuffix(line, ":"); ok && !strings.HasPrefix(line, " ") {
			headings = append(headings, heading)
		}
	}
	want := []string{"Exit codes", "Usage", "Examples", "Target", "Certificates", "What to judge", "Calls", "State of the application", "Signatures", "Output", "General"}
	if !slices.Equal(headings, want) {
		t.Errorf("headings of run --help are %q, want %q", headings, want)
	}
	visitCommands(func(cmd *cobra.Command, args []string) {
		if cmd.Parent() != nil && cmd.Parent().Name() == "completion" {
			return // cobra defines its flags
		}
		if ungrouped := flagsInNoGroup(cmd); len(ungrouped) > 0 {
			t.Errorf("flags of %q have no heading in flagGroups: %q", args, ungrouped)
		}
	})
}
