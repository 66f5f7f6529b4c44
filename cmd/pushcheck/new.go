package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/scenarios"
)

const defaultFeaturesFolder = "features" // folder for examples, unless --dir names another one

// exampleFile is a kind of file that the command new writes.
type exampleFile struct {
	kind, description string
	ending            string
	text              string                        // content of the file; NAME stands for the name that the user chose
	nextCommands      func(dir, file string) string // commands for the user to go on with, one on each line
}

func examples() []exampleFile {
	return []exampleFile{
		{"feature", "a feature with two scenarios", ".feature", exampleFeature, func(dir, _ string) string {
			return fmt.Sprintf("check it:  pushcheck lint %s\nplay it:   pushcheck run URL --features %s\n", dir, dir)
		}},
		{"scenario", "a call scenario, which a feature or send plays", ".yaml", exampleScenario, func(dir, file string) string {
			return fmt.Sprintf("check it:  pushcheck lint %s\nsee it:    pushcheck send %s --dry-run\nplay it:   pushcheck send %s URL\n", dir, file, file)
		}},
	}
}

func (a *app) newCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Write an example of a feature or call scenario of your own",
		Long:  "Writes a commented example that can be played as it is, and then be changed.",
		Args:  unknownCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, e := range examples() {
		cmd.AddCommand(a.newExampleCommand(e))
	}
	return cmd
}

func (a *app) newExampleCommand(e exampleFile) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   e.kind + " NAME",
		Short: "Write " + e.description,
		Long: "Writes " + e.description + ", to the file NAME" + e.ending + ". A file that exists is not overwritten. NAME has small letters, digits and hyphens.\n\n" +
			"Exit codes:\n  0    written\n  2    usage error, or the file exists\n  3    the file could not be written",
		Example: "  pushcheck new " + e.kind + " our-office",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(fmt.Sprintf("one name is wanted, there are %d", len(args)), "as in: %s our-office", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.writeExample(e, dir, args[0]) },
	}
	cmd.Flags().StringVar(&dir, "dir", defaultFeaturesFolder, "write to this folder, which is made if it is missing: `DIR`")
	return cmd
}

// exampleNamePattern matches the names that the user may choose.
var exampleNamePattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// writeExample writes an example and prints what to do next.
func (a *app) writeExample(e exampleFile, dir, name string) error {
	if !exampleNamePattern.MatchString(name) {
		return usage(fmt.Sprintf("the name %q has other characters than small letters, digits and hyphens", name), "as in: pushcheck new %s our-office", e.kind)
	}
	if _, builtIn := scenarios.Find(name); builtIn {
		return usage(fmt.Sprintf("%s is the name of a built-in call scenario", name), "take another name")
	}
	file := filepath.Join(dir, name+e.ending)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("making the folder: %w", err)
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	switch {
	case errors.Is(err, fs.ErrExist):
		return usage(fmt.Sprintf("writing %s: it exists", file), "take another name, or remove the file")
	case err != nil:
		return fmt.Errorf("writing the example: %w", err)
	}
	_, err = f.WriteString(strings.ReplaceAll(e.text, "NAME", name))
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	fmt.Fprintf(a.stdout, "wrote %s\n%s", file, e.nextCommands(dir, file))
	return nil
}

const exampleFeature = `# A feature of your own: what your receiver has to do, as phone calls.
# pushcheck list steps shows every sentence that there is, with an example.
#
# The tag selects these scenarios: pushcheck run URL --features DIR --tags @NAME
@NAME
Feature: NAME
  Jennifer and Biff call from outside. Doc, Marty, Lorraine and George are
  users of the account.

  # A Then sentence is judged by the call above it. This one fails if the
  # receiver refuses a push, or responds too late.
  Scenario: The receiver follows a call that is transferred
    Given Jennifer has called Doc, and Doc has answered
    When Doc transfers the call to Marty, and Marty answers
    Then the receiver accepts every push

  # A tag with a dot is a requirement: the scenario fails if it is not met.
  # pushcheck explain response.in-time says what it is about.
  @response.in-time
  Scenario: The receiver responds in time to a caller who gives up
    Given Jennifer has called Doc
    When Jennifer gives up
    Then the receiver meets "response.in-time"

  # To play a call scenario from a file beside this one, which
  # pushcheck new scenario writes:
  #
  #   When the call scenario "our-call" is played
`

const exampleScenario = `# A call scenario of your own: who does what on the phone. The pushes follow
# from the story. A feature beside this file plays it with the sentence
#
#   When the call scenario "NAME" is played
name: NAME
title: Jennifer calls Doc, who transfers her to Marty
# Where the story comes from, for your readers. It can be left out.
source: an example
story:
  # Outside the account: Jennifer, Biff and Needles.
  # Users of the account: Doc, Marty, Lorraine and George.
  - {who: Jennifer, deed: calls, to: Doc}
  # Doc's phone rings for two seconds. Without "after" it rings for 5 s.
  - {who: Doc, deed: answers, after: 2s}
  # With "how: blind" Doc leaves the call at once.
  - {who: Doc, deed: transfers, to: Marty}
  - {who: Marty, deed: answers}
  - {who: Doc, deed: ends, cause: normalClearing}
  # Other causes are busy, cancel, noAnswer, congestion and notFound.
  - {who: Marty, deed: ends, cause: normalClearing}
`
