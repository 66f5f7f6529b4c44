//go:build !unix

package main

// mostFiles returns how many files this process may open; false if there is no such limit.
func mostFiles() (uint64, bool) { return 0, false }
