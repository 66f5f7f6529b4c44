package oracle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/mattn/go-shellwords"
)

// Command asks for the state of a call by running a program, without a shell. The program gets the callId as its last argument and in the
// environment variable PUSHCHECK_CALL_ID, and prints the state. It has to end with exit code 0 within 5 s, and may print at most 64 KiB.
type Command struct {
	Args  []string // the program and its arguments
	Path  Path     // selects the state in the output
	Words Words    // the application's words for the states
}

// ParseCommand splits a command line into words, with quotes and backslashes as in a shell. It returns an error if the line needs a shell,
// for example for a pipe, or if the program does not exist.
func ParseCommand(line string) ([]string, error) {
	parser := shellwords.Parser{}
	args, err := parser.Parse(line)
	switch {
	case err != nil:
		return nil, errors.New("a quote, bracket or backslash is not closed")
	case parser.Position >= 0:
		return nil, fmt.Errorf("%q needs a shell, and the command is run without one", string([]rune(line)[parser.Position]))
	case len(args) == 0:
		return nil, errors.New("the command is empty")
	}
	if _, err := exec.LookPath(args[0]); err != nil {
		return nil, fmt.Errorf("there is no program %q", args[0])
	}
	return args, nil
}

// Ask runs the program once. If the time limit is reached or ctx ends, Ask ends the program and, on Unix, all processes that the program
// started.
func (o Command) Ask(ctx context.Context, callID string) (Result, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, timeLimit, errTooLate)
	defer cancel()
	cmd := exec.CommandContext(ctx, o.Args[0], append(o.Args[1:len(o.Args):len(o.Args)], callID)...)
	cmd.Env = append(os.Environ(), "PUSHCHECK_CALL_ID="+callID)
	var stdout, stderr limitedOutput
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = time.Second // a process that the program started may keep the output open
	runAsProcessGroup(cmd)
	err := cmd.Run()
	switch {
	case stdout.exceeded:
		err = errTooLong
	case context.Cause(ctx) != nil:
		err = context.Cause(ctx)
	case err != nil && stderr.text.Len() > 0:
		err = fmt.Errorf("%w: %s", err, shorten(stderr.text.String()))
	}
	if err != nil {
		return Result{}, fmt.Errorf("running the state command: %w", err)
	}
	result, err := o.Words.parseOutput(stdout.text.Bytes(), o.Path)
	if err != nil {
		return Result{}, fmt.Errorf("reading what the state command printed: %w", err)
	}
	return result, nil
}

// String returns the words of the command line, joined by spaces.
func (o Command) String() string { return strings.Join(o.Args, " ") }

// limitedOutput stores at most maxBytes of the output of a program. If there is more, Write returns an error, and package os/exec closes
// the output of the program. The buffer is not embedded, because io.Copy would use its ReadFrom, which has no limit.
type limitedOutput struct {
	text     bytes.Buffer
	exceeded bool // the program printed more than maxBytes
}

func (p *limitedOutput) Write(b []byte) (int, error) {
	if p.text.Len()+len(b) > maxBytes {
		p.exceeded = true
		return 0, errTooLong
	}
	return p.text.Write(b)
}
