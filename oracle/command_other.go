//go:build !unix

package oracle

import "os/exec"

// killAsGroup does nothing, because this system has no process groups.
func killAsGroup(*exec.Cmd) {}
