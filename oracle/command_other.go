//go:build !unix

package oracle

import "os/exec"

// together does nothing: there are no process groups here.
func together(*exec.Cmd) {}
