package main

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/steps"
)

func (a *app) lintCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "lint DIR...",
		Short: "Check features and call scenarios of your own",
		Long: "Checks the features (*.feature) and call scenarios (*.yaml) in each folder as run --features does before it sends anything, and prints every mistake. " +
			"Nothing is sent, and no receiver is needed.\n\n" +
			"Exit codes:\n  0    no mistake\n  2    at least one mistake, or usage error",
		Example: "  pushcheck lint features",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("a folder is wanted", "as in: %s features", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.lint(args) },
	}
}

// lint checks folders and prints the numbers of their scenarios. If there are mistakes, it returns all of them as an error.
func (a *app) lint(folders []string) error {
	var all []userFolder
	var stories []scenarios.Scenario
	var wrong []error
	for _, folder := range folders {
		own, err := readAnyFolder("the folder", folder)
		if err != nil {
			return err
		}
		if len(own.features)+len(own.stories) == 0 && own.readError() == nil {
			return usage(fmt.Sprintf("nothing to check: there is no feature and no call scenario in %q", folder), "pushcheck new feature NAME --dir %s writes one", folder)
		}
		all, stories, wrong = append(all, own), append(stories, own.stories...), append(wrong, own.problems)
	}
	r := run.New(run.Options{OwnScenarios: stories})
	allRead := errors.Join(wrong...) == nil
	for i, own := range all {
		if len(own.features)+len(own.mistakes) > 0 {
			wrong = append(wrong, checkFolder(r, folders[i], allRead))
		}
	}
	if err := errors.Join(wrong...); err != nil {
		return mistakesError(err, ownHint)
	}
	for i, own := range all {
		fmt.Fprintf(a.stdout, "%s: no mistake in %s and %s\n", folders[i], wording.Count(len(own.features), "feature scenario"), wording.Count(len(own.stories), "call scenario"))
	}
	return nil
}

// checkFolder checks the features of a folder. If allCallsKnown is false, some call scenarios could not be read, so that an unknown call
// scenario is no mistake.
func checkFolder(r *run.Run, folder string, allCallsKnown bool) error {
	err := steps.Check(r, steps.Suite{Files: os.DirFS(folder), HasOwnFeatures: true, Folder: folder})
	var mistakes features.Mistakes
	if allCallsKnown || !errors.As(err, &mistakes) {
		return err
	}
	mistakes = slices.DeleteFunc(mistakes, func(m features.Mistake) bool { return errors.Is(m, steps.ErrUnknownCall) })
	if len(mistakes) == 0 {
		return nil
	}
	return mistakes
}
