package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/internal/selftest"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
)

// Each function from here to capabilityNames returns all words that a shell can complete for one flag or argument.

func requirementsAndAreas() []string {
	words := requirements.IDs()
	for _, area := range requirements.Areas() {
		words = append(words, area.Name)
	}
	return words
}

func scenarioNames() []string {
	var words []string
	for _, s := range scenarios.All() {
		words = append(words, s.Name)
	}
	return words
}

func faultNames() []string {
	var words []string
	for _, f := range receiver.Faults() {
		words = append(words, f.Name)
	}
	return words
}

func selftestNames() []string {
	var words []string
	for _, c := range append(selftest.FaultyReceivers(), selftest.GoodReceivers()...) {
		words = append(words, c.Name)
	}
	return words
}

func eventNames() []string {
	return []string{string(push.NewCall), string(push.Answer), string(push.Hangup), string(push.DTMF)}
}

func tagNames() []string {
	all, err := features.Index(features.FS)
	if err != nil {
		return nil
	}
	var words []string
	for _, s := range all {
		for _, tag := range s.Tags {
			words = append(words, "@"+tag)
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

func capabilityNames() []string {
	var names []string
	for _, c := range requirements.ClaimableCapabilities() {
		names = append(names, string(c))
	}
	return names
}

// reportPrefixes returns a function that returns the beginnings of the values of --report, such as "json=". names returns the names of the
// report formats.
func reportPrefixes(names func() []string) func() []string {
	return func() []string {
		var out []string
		for _, name := range names() {
			out = append(out, name+"=")
		}
		return out
	}
}

// describeCompletion sets the help texts of the command completion. The texts of cobra are too long, and their lines too wide.
func describeCompletion(completion *cobra.Command) {
	completion.Short = "Print a script that completes commands, flags and names"
	completion.Long = "Prints a script for a shell. The shell then completes commands, flags, and the names of requirements, call scenarios, faults and more."
	exampleByShell := map[string]string{
		"bash": "source <(pushcheck completion bash)", "zsh": "source <(pushcheck completion zsh)",
		"fish": "pushcheck completion fish | source", "powershell": "pushcheck completion powershell | Out-String | Invoke-Expression",
	}
	for _, shell := range completion.Commands() {
		shell.Short = "Print the script for " + shell.Name()
		shell.Long = shell.Short + ". To use it in every new shell, load it in the file that the shell reads when it starts."
		shell.Example = "  " + exampleByShell[shell.Name()]
	}
}

// registerCompletion registers functions that complete the flags and the arguments of a command and its subcommands.
func registerCompletion(cmd *cobra.Command) {
	for _, subcommand := range cmd.Commands() {
		registerCompletion(subcommand)
	}
	reports := reportNames
	if cmd.Name() == "load" || cmd.Name() == "merge" {
		reports = loadReportNames
	}
	for name, complete := range map[string]cobra.CompletionFunc{
		"only": completeFrom(requirementsAndAreas), "skip": completeFrom(requirementsAndAreas),
		"claim": completeFrom(capabilityNames), "fault": completeFrom(faultNames), "tags": completeFrom(tagNames),
		"report": completePrefix(reportPrefixes(reports)), "follow-ups": completeFrom(func() []string { return []string{"subscribed", "always"} }),
		"ci":     completeFrom(ciChoices),
		"failed": completeJSONFiles,
		"dir":    completeFolders, "features": completeFolders,
	} {
		if cmd.Flags().Lookup(name) != nil {
			_ = cmd.RegisterFlagCompletionFunc(name, complete) // it fails only for a flag that does not exist
		}
	}
	switch cmd.Name() {
	case "explain":
		cmd.ValidArgsFunction = completeFirst(explainable)
	case "send":
		cmd.ValidArgsFunction = completeFirst(func() []string { return append(eventNames(), scenarioNames()...) })
	case "diff", "update", "merge":
		cmd.ValidArgsFunction = completeJSONFiles
	case "lint":
		cmd.ValidArgsFunction = completeFolders
	case "feature", "scenario":
		cmd.ValidArgsFunction = cobra.NoFileCompletions
	case "selftest":
		cmd.ValidArgsFunction = completeFrom(selftestNames)
	}
}

// completeFrom completes a word, or the last word of a comma-separated list, from a list of words.
func completeFrom(words func() []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		earlier := typed[:strings.LastIndexAny(typed, ", ()")+1] // everything before the last word
		var out []cobra.Completion
		for _, word := range words() {
			if strings.HasPrefix(earlier+word, typed) {
				out = append(out, earlier+word)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeJSONFiles completes the names of JSON files, because commands read reports in JSON.
func completeJSONFiles(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return []cobra.Completion{"json"}, cobra.ShellCompDirectiveFilterFileExt
}

// completeFolders completes the names of folders.
func completeFolders(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// completeFirst completes the first argument from a list of words. It completes no other argument.
func completeFirst(words func() []string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return completeFrom(words)(cmd, args, typed)
	}
}

// completePrefix completes a value that consists of a word and the name of a file, such as json=FILE: first the word, then the file.
func completePrefix(words func() []string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		out, _ := completeFrom(words)(cmd, args, typed)
		if len(out) == 0 {
			return nil, cobra.ShellCompDirectiveDefault
		}
		return out, cobra.ShellCompDirectiveNoSpace
	}
}
