//go:build man

package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra/doc"
)

// A program that is built with the build tag man does nothing but write man pages to the folder in its first argument. The build of
// distribution packages runs it. The program in the packages is built without the tag, so that it does not contain the code that writes man
// pages.
func init() {
	if err := writeManPages(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "writing man pages: %v\n", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func writeManPages(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want one folder, got %q", args)
	}
	if err := os.MkdirAll(args[0], 0o755); err != nil {
		return err
	}
	root := (&app{stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv}).root()
	root.DisableAutoGenTag = true // otherwise the pages would contain the day of the build
	day := time.Unix(0, 0).UTC()
	return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "pushcheck", Manual: "pushcheck", Date: &day}, args[0])
}
