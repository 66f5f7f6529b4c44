package child

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// commandLine returns a command that runs without a shell. The first word is the program. The program gets the whole line unchanged.
func commandLine(command string) *exec.Cmd {
	program, _, _ := strings.Cut(command, " ")
	if rest, ok := strings.CutPrefix(command, `"`); ok {
		program, _, _ = strings.Cut(rest, `"`)
	}
	c := exec.Command(program)
	c.SysProcAttr = &syscall.SysProcAttr{CmdLine: command}
	return c
}

// detach makes sure that Ctrl-C does not reach the guardian.
func detach(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// terminationRequests returns a channel that never receives a value: nothing asks a process on Windows to end.
func terminationRequests() <-chan os.Signal { return nil }

// group is a job object. When its last handle closes, Windows ends the processes in it.
type group windows.Handle

// startGroup puts the guardian into a job and starts a command. The command is then in the job as well.
func startGroup(c *exec.Cmd) (group, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, err
	}
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	limits.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits))); err != nil {
		return 0, err
	}
	if err := windows.AssignProcessToJobObject(job, windows.CurrentProcess()); err != nil {
		return 0, err
	}
	return group(job), c.Start()
}

// end does nothing. When the guardian returns, its handle of the job closes, and Windows ends the processes in the job.
func (g group) end(<-chan struct{}) {}

// exitCode returns the exit code of a process.
func exitCode(s *os.ProcessState) int { return s.ExitCode() }
