//go:build unix

package oracle

import (
	"os/exec"
	"syscall"
)

// killAsGroup makes cmd a process group of its own, so that cancelling its context also kills the processes that it started.
func killAsGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
