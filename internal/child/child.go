// Package child runs a command of the user, such as a command that starts a receiver. It also ends the command, with all child processes of
// the command. It does not know what the command is for.
//
// The command runs under a guardian, which is a second process of this program. The guardian ends the command when the standard input of
// the guardian closes. Therefore the command ends even if the program is killed.
package child

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// guardianName is the first argument of a guardian. The second argument is the command.
const guardianName = "guard-a-command"

// gracePeriod is the time that a command has to end after it was asked to end. A command that still runs after that is killed.
const gracePeriod = 3 * time.Second

// drainTime is the longest time for which output is still read after a command ended. Without this limit, reading would not end if a child
// process holds the pipe open.
const drainTime = 500 * time.Millisecond

// GuardedCommand returns the command in the arguments of a guardian. ok reports whether args are the arguments of a guardian. main calls
// GuardedCommand before anything else.
func GuardedCommand(args []string) (command string, ok bool) {
	if len(args) == 3 && args[1] == guardianName {
		return args[2], true
	}
	return "", false
}

// Process is a command that was started.
type Process struct {
	guardian  *exec.Cmd
	stdin     io.Closer // closing it ends the command
	output    *tail
	ended     chan struct{} // closed when the command has ended
	startedAt time.Time
	runTime   time.Duration // set when the command has ended
}

// start starts a command. env holds additional environment variables, each as NAME=VALUE.
func start(command string, env []string) (*Process, error) {
	executable, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("starting a command: %w", err)
	}
	process := &Process{guardian: exec.Command(executable, guardianName, command), output: &tail{}, ended: make(chan struct{}), startedAt: time.Now()}
	process.guardian.Env = append(os.Environ(), env...)
	process.guardian.Stdout, process.guardian.Stderr = process.output, process.output
	process.guardian.WaitDelay = drainTime
	detach(process.guardian)
	if process.stdin, err = process.guardian.StdinPipe(); err != nil {
		return nil, fmt.Errorf("starting a command: %w", err)
	}
	if err := process.guardian.Start(); err != nil {
		return nil, fmt.Errorf("starting a command: %w", err)
	}
	go func() {
		_ = process.guardian.Wait() // ProcessState has the exit code
		process.runTime = time.Since(process.startedAt)
		close(process.ended)
	}()
	return process, nil
}

// Ended returns a channel that is closed when the command has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// ExitCode returns the exit code of the command, as a shell does: 128 plus the signal if a signal ended it. The command must have ended.
func (p *Process) ExitCode() int { return p.guardian.ProcessState.ExitCode() }

// RunTime returns how long the command ran. The command must have ended.
func (p *Process) RunTime() time.Duration { return p.runTime }

// Output returns the last lines that the command has written, at most 40.
func (p *Process) Output() []string { return p.output.lines(time.Time{}) }

// stop ends the command and waits until it has ended.
func (p *Process) stop() {
	_ = p.stdin.Close()
	<-p.ended
}

// Guard runs a command until the command ends or stdin closes. Then it ends the command with all its child processes. It returns the exit
// code of the command.
func Guard(command string, stdin io.Reader, stdout, stderr *os.File) int {
	terminations := terminationRequests()
	guarded := commandLine(command)
	guarded.Stdout, guarded.Stderr = stdout, stderr
	processGroup, err := startGroup(guarded)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 127
	}
	commandEnded, stdinClosed := make(chan struct{}), make(chan struct{})
	go func() {
		_ = guarded.Wait() // ProcessState has the exit code
		close(commandEnded)
	}()
	go func() {
		_, _ = io.Copy(io.Discard, stdin)
		close(stdinClosed)
	}()
	select {
	case <-commandEnded:
	case <-stdinClosed:
	case <-terminations:
	}
	processGroup.end(commandEnded)
	select {
	case <-commandEnded:
		return exitCode(guarded.ProcessState)
	default:
		return 128 + 9 // the command was killed
	}
}
