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

// ownFolder is a folder of features and call scenarios of the user's own: those that could be read, and the mistakes in the others.
type ownFolder struct {
	features []features.Scenario
	mistakes features.Mistakes // in feature files that cannot be read
	stories  []scenarios.Scenario
	problems error // with call scenarios; nil if there are none
}

// unreadable returns why files cannot be read; nil if all can.
func (o ownFolder) unreadable() error {
	if len(o.mistakes) == 0 {
		return o.problems
	}
	return errors.Join(o.mistakes, o.problems)
}

// readFolder reads a folder. what names it in an error, such as "--features".
func readFolder(what, folder string) (own ownFolder, err error) {
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

// readOwn reads a folder that --features names.
func readOwn(folder string) (ownFolder, error) {
	own, err := readFolder("--features", folder)
	switch {
	case err != nil:
		return own, err
	case own.unreadable() != nil:
		return own, severalMistakes(own.unreadable(), ownHint)
	case len(own.features) == 0:
		return own, wrongValue("features", folder, "there is no feature scenario in it", "a folder with *.feature files")
	}
	return own, nil
}

// checkOwn refuses features of the user's own that cannot be played or check nothing, before anything is sent.
func checkOwn(r *run.Run, suites []steps.Suite) error {
	var wrong []error
	for _, s := range suites {
		if s.OwnFeatures {
			wrong = append(wrong, steps.Check(r, s))
		}
	}
	err := errors.Join(wrong...)
	if err == nil {
		return nil
	}
	return severalMistakes(err, ownHint)
}

// severalMistakes returns a usage error about files with several mistakes, one on each line.
func severalMistakes(err error, hint string) error {
	lines := each(err)
	return &usageError{what: lines[0], excerpt: strings.Join(lines[1:], "\n"), hint: hint}
}

// each returns the texts of the errors that err joins.
func each(err error) []string {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []string{err.Error()}
	}
	var out []string
	for _, one := range joined.Unwrap() {
		out = append(out, each(one)...)
	}
	return out
}
