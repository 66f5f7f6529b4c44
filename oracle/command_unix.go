//go:build unix

package oracle

import (
	"os/exec"
	"syscall"
)

// runAsProcessGroup makes cmd run in a new process group. When the context of cmd is cancelled, all processes of the group are killed.
func runAsProcessGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
