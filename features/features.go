// Package features holds the conformance suite in business words: what a receiver of sipgate.io pushes has to do, told as
// phone calls between people. The files are data; package steps gives them their meaning.
package features

import "embed"

// FS holds the feature files.
//
//go:embed *.feature
var FS embed.FS
