//go:build man

package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra/doc"
)

// A program that is built with the tag man writes man pages to the folder that it is given, and ends. The packages are made with it; the
// program that they contain does not link what it takes.
func init() {
	if err := manPages(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "writing man pages: %v\n", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func manPages(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want one folder, got %q", args)
	}
	if err := os.MkdirAll(args[0], 0o755); err != nil {
		return err
	}
	root := (&app{stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv}).root()
	root.DisableAutoGenTag = true // the pages are the same on every day
	day := time.Unix(0, 0).UTC()
	return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "pushcheck", Manual: "pushcheck", Date: &day}, args[0])
}
