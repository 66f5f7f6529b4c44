// Package features holds the conformance suite: it describes what a receiver of sipgate.io pushes has to do, in business words, as phone
// calls between people.
//
// Begin with FS, which holds the feature files, and Index, which lists their scenarios. Package steps defines what the sentences do; this
// package only reads them.
package features

import "embed"

// FS holds the feature files.
//
//go:embed *.feature
var FS embed.FS
