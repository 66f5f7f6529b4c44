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

// lint checks the features and call scenarios in folders, and prints how many there are. If there are mistakes, it returns all of them as
// one error.
func (a *app) lint(folders []string) error {
	var all []userFolder
	var stories []scenarios.Scenario
	var mistakes []error
	for _, folder := range folders {
		content, err := readAnyFolder("the folder", folder)
		if err != nil {
			return err
		}
		if len(content.features)+len(content.stories) == 0 && content.readError() == nil {
			return usage(fmt.Sprintf("nothing to check: there is no feature and no call scenario in %q", folder), "pushcheck new feature NAME --dir %s writes one", folder)
		}
		all, stories, mistakes = append(all, content), append(stories, content.stories...), append(mistakes, content.scenarioMistakes)
	}
	r := run.New(run.Options{OwnScenarios: stories})
	allCallsKnown := errors.Join(mistakes...) == nil
	for i, content := range all {
		if len(content.features)+len(content.featureMistakes) > 0 {
			mistakes = append(mistakes, checkFolder(r, folders[i], allCallsKnown))
		}
	}
	if err := errors.Join(mistakes...); err != nil {
		return mistakesError(err, featuresHint)
	}
	for i, content := range all {
		fmt.Fprintf(a.stdout, "%s: no mistake in %s and %s\n", folders[i], wording.Count(len(content.features), "feature scenario"), wording.Count(len(content.stories), "call scenario"))
	}
	return nil
}

// checkFolder checks the features of a folder. If allCallsKnown is false, some call scenarios could not be read. checkFolder then does not
// report the unknown call scenarios that sentences name: they may be among those that could not be read.
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
