// Package features holds the conformance suite in business words: what a receiver of sipgate.io pushes has to do, as phone calls
// between people.
//
// Begin with FS, the files, and Index, which lists the scenarios in them. The files are data: package steps gives the sentences
// their meaning.
package features

import "embed"

// FS holds the feature files.
//
//go:embed *.feature
var FS embed.FS
