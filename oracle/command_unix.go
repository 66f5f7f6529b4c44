//go:build unix

package oracle

import (
	"os/exec"
	"syscall"
)

// together lets a program that is ended take with it what it started.
func together(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
