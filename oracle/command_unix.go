//go:build unix

package oracle

import (
	"os/exec"
	"syscall"
)

// runAsProcessGroup makes cmd run in a new process group, so that cancelling its context also kills the processes that it started.
func runAsProcessGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
