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

// Command asks by running a program without a shell: the callId is its last argument and the value of PUSHCHECK_CALL_ID, and
// what it prints is the answer. It has to end with status 0 within 5 s, and to print 64 KiB at most.
type Command struct {
	Args  []string
	Path  Path
	Words Words
}

// ParseCommand splits a command line at white space, with quotes and backslashes as in a shell. It is an error if the line needs a shell,
// or if the program does not exist.
func ParseCommand(line string) ([]string, error) {
	parser := shellwords.Parser{}
	args, err := parser.Parse(line)
	switch {
	case err != nil:
		return nil, errors.New("a quote, bracket or backslash in it is not closed")
	case parser.Position >= 0:
		return nil, fmt.Errorf("%q takes a shell, and none is used", string([]rune(line)[parser.Position]))
	case len(args) == 0:
		return nil, errors.New("there is no command in it")
	}
	if _, err := exec.LookPath(args[0]); err != nil {
		return nil, fmt.Errorf("there is no program %q", args[0])
	}
	return args, nil
}

// Ask runs the program once. If the time limit is reached, the program and all processes that it started are ended.
func (o Command) Ask(ctx context.Context, callID string) (Answer, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, timeLimit, errTooLate)
	defer cancel()
	cmd := exec.CommandContext(ctx, o.Args[0], append(o.Args[1:len(o.Args):len(o.Args)], callID)...)
	cmd.Env = append(os.Environ(), "PUSHCHECK_CALL_ID="+callID)
	var out, errOutput limitedOutput
	cmd.Stdout, cmd.Stderr = &out, &errOutput
	cmd.WaitDelay = time.Second // for processes that it started and that keep its output open
	endAsGroup(cmd)
	err := cmd.Run()
	switch {
	case out.exceeded:
		err = errTooLong
	case context.Cause(ctx) != nil:
		err = context.Cause(ctx)
	case err != nil && errOutput.text.Len() > 0:
		err = fmt.Errorf("%w: %s", err, shorten(errOutput.text.String()))
	}
	if err != nil {
		return Answer{}, fmt.Errorf("running the state command: %w", err)
	}
	answer, err := o.Words.parseAnswer(out.text.Bytes(), o.Path)
	if err != nil {
		return Answer{}, fmt.Errorf("reading what the state command printed: %w", err)
	}
	return answer, nil
}

// String is the command line as it was parsed.
func (o Command) String() string { return strings.Join(o.Args, " ") }

// limitedOutput is what a program prints, up to the limit. More output is an error, which ends the program. The buffer is not embedded: its
// ReadFrom would read without limit.
type limitedOutput struct {
	text     bytes.Buffer
	exceeded bool
}

func (p *limitedOutput) Write(b []byte) (int, error) {
	if p.text.Len()+len(b) > maxBytes {
		p.exceeded = true
		return 0, errTooLong
	}
	return p.text.Write(b)
}
