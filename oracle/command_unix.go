//go:build unix

package oracle

import (
	"os/exec"
	"syscall"
)

// endAsGroup makes sure that the processes that a program started end with it.
func endAsGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
