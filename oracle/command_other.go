//go:build !unix

package oracle

import "os/exec"

// runAsProcessGroup does nothing, because this system has no process groups.
func runAsProcessGroup(*exec.Cmd) {}
