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

// userFolder holds the features and call scenarios in a folder of the user's own, and the mistakes in files that could not be read.
type userFolder struct {
	features []features.Scenario
	mistakes features.Mistakes // in feature files that cannot be read
	stories  []scenarios.Scenario
	problems error // with call scenarios; nil if there are none
}

// readError returns the mistakes in files that cannot be read; nil if all files can be read.
func (o userFolder) readError() error {
	if len(o.mistakes) == 0 {
		return o.problems
	}
	return errors.Join(o.mistakes, o.problems)
}

// readAnyFolder reads a folder, which may have no feature. what stands for the folder in errors, such as "--features".
func readAnyFolder(what, folder string) (own userFolder, err error) {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return own, usage(fmt.Sprintf("reading %s %q: not a folder", what, folder), "a folder with *.feature files")
	}
	files := os.DirFS(folder)
	own.features, err = features.Index(files)
	if errors.As(err, &own.mistakes) {
		own.mistakes = own.mistakes.InFolder(folder)
	}
	own.stories, own.problems = scenarios.LoadOptionalDir(files)
	var problems scenarios.Problems
	if errors.As(own.problems, &problems) {
		own.problems = problems.WithFolder(folder)
	}
	return own, nil
}

const ownHint = "see: pushcheck list steps, pushcheck list scenarios, pushcheck list requirements"

// readUserFolder reads a folder of --features, which must have a feature and no mistakes.
func readUserFolder(folder string) (userFolder, error) {
	own, err := readAnyFolder("--features", folder)
	switch {
	case err != nil:
		return own, err
	case own.readError() != nil:
		return own, mistakesError(own.readError(), ownHint)
	case len(own.features) == 0:
		return own, wrongValue("features", folder, "there is no feature scenario in it", "a folder with *.feature files")
	}
	return own, nil
}

// checkUserFeatures returns a usage error for features of the user's own that cannot be played or that check nothing.
func checkUserFeatures(r *run.Run, suites []steps.Suite) error {
	var wrong []error
	for _, s := range suites {
		if s.HasOwnFeatures {
			wrong = append(wrong, steps.Check(r, s))
		}
	}
	err := errors.Join(wrong...)
	if err == nil {
		return nil
	}
	return mistakesError(err, ownHint)
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
