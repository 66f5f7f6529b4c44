//go:build unix

package child

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMain(m *testing.M) {
	if command, ok := GuardedCommand(os.Args); ok {
		os.Exit(Guard(command, os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// startKeeper starts a command, and stops it at the end of the test.
func startKeeper(t *testing.T, command string, env ...string) *Keeper {
	t.Helper()
	k, err := Start(command, env)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Stop)
	return k
}

func TestProcessHasTheOutputAndExitCodeOfTheCommand(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, command string
		code          int
		lines         []string
	}{
		{"exit code 0", "echo one; echo two", 0, []string{"one", "two"}},
		{"exit code 7, output on stdout and stderr", "echo out; echo err >&2; exit 7", 7, []string{"out", "err"}},
		{"exit code 3, no output", "exit 3", 3, nil},
		{"no line break after the last line", "printf 'one\\r\\ntwo'", 0, []string{"one", "two"}},
		{"output with a variable of env", "echo $PUSHCHECK_CERT", 0, []string{"here"}},
		{"killed by a signal", "kill -9 $$", 128 + 9, nil},
		{"output that is not UTF-8", `printf 'a\377b\n'`, 0, []string{"a\uFFFDb"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := startKeeper(t, test.command, "PUSHCHECK_CERT=here").Process()
			<-p.Ended()
			if p.ExitCode() != test.code {
				t.Errorf("ExitCode() = %d, want %d", p.ExitCode(), test.code)
			}
			if diff := cmp.Diff(test.lines, p.Output()); diff != "" {
				t.Errorf("Output() mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnknownCommandEndsWith127AndTheMessageOfTheShell(t *testing.T) {
	t.Parallel()
	p := startKeeper(t, "no-such-command-here").Process()
	<-p.Ended()
	if out := strings.Join(p.Output(), "\n"); p.ExitCode() != 127 || !strings.Contains(out, "not found") {
		t.Errorf("exit code %d and %q, want 127 and the shell's message", p.ExitCode(), out)
	}
}

func TestTailKeepsTheLastLines(t *testing.T) {
	t.Parallel()
	var all tail
	for i := range 100 {
		fmt.Fprintf(&all, "line %d\n", i)
	}
	fmt.Fprint(&all, strings.Repeat("x", 3000))
	fmt.Fprint(&all, "y")
	got := all.lines(time.Time{})
	if len(got) != maxLines || got[0] != "line 61" || len(got[maxLines-1]) != maxLineLength {
		t.Errorf("%d lines, the first %q, the last of %d bytes; want %d, %q, %d",
			len(got), got[0], len(got[len(got)-1]), maxLines, "line 61", maxLineLength)
	}
}

// makePipe makes a named pipe. waitOpened returns when a process has opened the pipe for writing. waitClosed returns when no process has
// the pipe open any longer. A command that writes to the pipe has it open as long as one of its processes runs.
func makePipe(t *testing.T) (name string, waitOpened, waitClosed func()) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	opened, closed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(closed)
		f, err := os.Open(name) // returns when a process opens it for writing
		close(opened)
		if err == nil {
			defer f.Close()
			_, _ = io.Copy(io.Discard, f)
		}
	}()
	waitFor := func(c chan struct{}, what string) func() {
		return func() {
			t.Helper()
			select {
			case <-c:
			case <-time.After(30 * time.Second):
				t.Fatal(what)
			}
		}
	}
	return name, waitFor(opened, "the command does not begin"), waitFor(closed, "a process of the command still runs")
}

func TestStopEndsEveryProcessOfACommand(t *testing.T) {
	t.Parallel()
	for name, command := range map[string]string{
		"a process in the background":                        "sleep 1000 >%[1]s & sleep 1000 >%[1]s",
		"a shell that waits for another shell":               "sh -c 'sleep 1000; true' >%[1]s; true",
		"a process that ignores SIGTERM":                     "trap '' TERM; sleep 1000 >%[1]s; sleep 1000 >%[1]s",
		"a shell that waits for a process in the background": "sleep 1000 >%[1]s & wait",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, waitOpened, waitClosed := makePipe(t)
			k := startKeeper(t, fmt.Sprintf(command, file))
			waitOpened()
			k.Stop()
			waitClosed()
		})
	}
}

func TestChildProcessesEndWhenTheCommandEnds(t *testing.T) {
	t.Parallel()
	file, waitOpened, waitClosed := makePipe(t)
	k := startKeeper(t, fmt.Sprintf("exec 3>%s; sleep 1000 & exit 0", file))
	waitOpened()
	<-k.Process().Ended()
	waitClosed()
}

func TestACommandThatEndedIsStartedAgain(t *testing.T) {
	t.Parallel()
	startedAt := time.Now()
	keeper := startKeeper(t, "echo one life; exit 1")
	first := keeper.Process()
	restarted := make(chan *Process)
	keeper.Keep(func(p *Process) {
		select {
		case restarted <- p:
		case <-t.Context().Done():
		}
	})
	if second := <-restarted; second == first {
		t.Error("the same process again, want another one")
	}
	if diff := cmp.Diff([]string{"one life"}, keeper.OutputSince(startedAt)); diff != "" {
		t.Errorf("OutputSince mismatch (-want +got):\n%s", diff)
	}
	if lines := keeper.OutputSince(time.Now().Add(time.Hour)); lines != nil {
		t.Errorf("OutputSince a time in the future = %q, want none", lines)
	}
}

func TestLinesPrintedBeforeATimeAreNotInTheOutputSinceThatTime(t *testing.T) {
	t.Parallel()
	input := filepath.Join(t.TempDir(), "input")
	if err := syscall.Mkfifo(input, 0o600); err != nil {
		t.Fatal(err)
	}
	keeper := startKeeper(t, "echo ready; cat "+input+"; sleep 1000")
	inputWriter, err := os.OpenFile(input, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer inputWriter.Close()
	for len(keeper.Process().Output()) == 0 {
		runtime.Gosched()
	}
	between := time.Now()
	if _, err := io.WriteString(inputWriter, "a traceback\n"); err != nil {
		t.Fatal(err)
	}
	for len(keeper.Process().Output()) < 2 {
		runtime.Gosched()
	}
	if diff := cmp.Diff([]string{"a traceback"}, keeper.OutputSince(between)); diff != "" {
		t.Errorf("OutputSince mismatch (-want +got):\n%s", diff)
	}
}

func TestStopEndsTheProcessForWhichTheRestartCallbackWaits(t *testing.T) {
	t.Parallel()
	marker := filepath.Join(t.TempDir(), "begun") // the file exists from the second start on
	keeper := startKeeper(t, fmt.Sprintf("test -e %[1]s && exec sleep 1000; touch %[1]s", marker))
	callbackStarted := make(chan struct{})
	keeper.Keep(func(p *Process) {
		close(callbackStarted)
		<-p.Ended()
	})
	<-callbackStarted
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		keeper.Stop()
	}()
	select {
	case <-stopped:
	case <-time.After(30 * time.Second):
		t.Fatal("Stop waits for the function that was called after the restart")
	}
}

func TestACommandIsNotStartedAgainAfterStop(t *testing.T) {
	t.Parallel()
	k := startKeeper(t, "sleep 1000")
	k.Keep(func(*Process) { t.Error("started again") })
	p := k.Process()
	k.Stop()
	if k.Process() != p {
		t.Error("there is another process after Stop")
	}
}
