package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/pflag"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

// ciChoices returns the values of --ci.
func ciChoices() []string { return []string{"auto", "none"} }

// registerCI registers --ci.
func registerCI(f *pflag.FlagSet, choice *string) {
	f.StringVar(choice, "ci", "auto", "what to write for a CI system: `WHAT` is auto (under GitHub Actions, annotations and the job summary) or none")
}

// ciOutput writes annotations and a job summary for a CI system. The user needs no flag for them. The zero value writes nothing.
type ciOutput struct {
	annotations io.Writer // stream for the annotations; nil: no annotations are written
	summary     string    // file to which the job summary is appended; "": no summary is written
}

// newCIOutput returns the output for the CI system that the environment variables show. choice is the value of --ci. GitLab needs no such
// output, because it reads the reports that its configuration names.
func (a *app) newCIOutput(choice string) (ciOutput, error) {
	if !slices.Contains(ciChoices(), choice) {
		return ciOutput{}, wrongValue("ci", choice, "no such choice", "%s", suggestionHint(choice, ciChoices()))
	}
	if choice == "none" || a.getenv("GITHUB_ACTIONS") != "true" {
		return ciOutput{}, nil
	}
	return ciOutput{annotations: a.unfiltered.stderr, summary: a.getenv("GITHUB_STEP_SUMMARY")}, nil
}

// annotate writes the annotations.
func (p ciOutput) annotate(v verdict.Verdict) {
	if p.annotations != nil {
		_ = report.Annotations(p.annotations, v) // if standard error cannot be written to, the error cannot be printed either
	}
}

// summarize appends the job summary to its file.
func (p ciOutput) summarize(v verdict.Verdict) error {
	if p.summary == "" {
		return nil
	}
	var text bytes.Buffer
	if err := report.Markdown(&text, v); err != nil {
		return err
	}
	if err := appendToFile(p.summary, text.Bytes()); err != nil {
		return fmt.Errorf("writing the job summary: %w", err)
	}
	return nil
}

// appendToFile appends a text to a file. If the file is not empty, it writes an empty line before the text.
func appendToFile(file string, text []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && info.Size() > 0 {
		text = append([]byte("\n\n"), text...)
	}
	if err == nil {
		_, err = f.Write(text)
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// unfilteredStreams are standard output and standard error without inertWriter, for reports and for commands to a CI system.
type unfilteredStreams struct{ stdout, stderr io.Writer }

// inertWriter changes the text that it writes so that no line is a command to a CI system, see report.Inert. The text may contain what a
// receiver sent.
type inertWriter struct{ writer io.Writer }

func (i inertWriter) Write(p []byte) (int, error) {
	if _, err := io.WriteString(i.writer, report.Inert(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
