//go:build !unix

package main

// maxOpenFiles returns the number of files that this process may open. It returns false if there is no such limit.
func maxOpenFiles() (uint64, bool) { return 0, false }
