//go:build unix

package oracle

import (
	"os/exec"
	"syscall"
)

// together makes sure that the processes that a program started end with it.
func together(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
