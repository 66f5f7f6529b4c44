package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/steps"
)

// userFolder holds the features and call scenarios that the user wrote to a folder, and the mistakes in files that could not be read.
type userFolder struct {
	features         []features.Scenario
	featureMistakes  features.Mistakes // mistakes in feature files that cannot be read
	stories          []scenarios.Scenario
	scenarioMistakes error // mistakes in call scenarios; nil if there are none
}

// readError returns the mistakes in files that cannot be read; nil if all files can be read.
func (o userFolder) readError() error {
	if len(o.featureMistakes) == 0 {
		return o.scenarioMistakes
	}
	return errors.Join(o.featureMistakes, o.scenarioMistakes)
}

// readAnyFolder reads a folder, even if it has no feature or has mistakes. what is the text before the name of the folder in errors, such
// as "--features".
func readAnyFolder(what, folder string) (content userFolder, err error) {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return content, usage(fmt.Sprintf("reading %s %q: not a folder", what, folder), "a folder with *.feature files")
	}
	files := os.DirFS(folder)
	content.features, err = features.Index(files)
	if errors.As(err, &content.featureMistakes) {
		content.featureMistakes = content.featureMistakes.InFolder(folder)
	}
	content.stories, content.scenarioMistakes = scenarios.LoadOptionalDir(files)
	var problems scenarios.Problems
	if errors.As(content.scenarioMistakes, &problems) {
		content.scenarioMistakes = problems.WithFolder(folder)
	}
	return content, nil
}

const featuresHint = "see: pushcheck list steps, pushcheck list scenarios, pushcheck list requirements"

// readUserFolder reads a folder of --features, which must have a feature and no mistakes.
func readUserFolder(folder string) (userFolder, error) {
	content, err := readAnyFolder("--features", folder)
	switch {
	case err != nil:
		return content, err
	case content.readError() != nil:
		return content, mistakesError(content.readError(), featuresHint)
	case len(content.features) == 0:
		return content, wrongValue("features", folder, "there is no feature scenario in it", "a folder with *.feature files")
	}
	return content, nil
}

// checkUserFeatures returns a usage error if features of the user cannot be played or check nothing.
func checkUserFeatures(r *run.Run, suites []steps.Suite) error {
	var mistakes []error
	for _, s := range suites {
		if s.HasOwnFeatures {
			mistakes = append(mistakes, steps.Check(r, s))
		}
	}
	err := errors.Join(mistakes...)
	if err == nil {
		return nil
	}
	return mistakesError(err, featuresHint)
}

// mistakesError returns a usage error about files with several mistakes, one on each line.
func mistakesError(err error, hint string) error {
	lines := errorTexts(err)
	return &usageError{problem: lines[0], excerpt: strings.Join(lines[1:], "\n"), hint: hint}
}

// errorTexts returns the texts of the errors that err joins.
func errorTexts(err error) []string {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []string{err.Error()}
	}
	var out []string
	for _, part := range joined.Unwrap() {
		out = append(out, errorTexts(part)...)
	}
	return out
}
