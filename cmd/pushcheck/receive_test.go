package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// runningCommand is a running `pushcheck receive` or `pushcheck record`.
type runningCommand struct {
	url    string
	stderr *strings.Builder // may be read only after the end of the command
	lines  chan string      // standard output after the first line
	exit   chan int
	end    context.CancelFunc // ends the command as Ctrl-C does
}

// startReceive starts pushcheck receive at a free port.
func startReceive(t *testing.T, args ...string) *runningCommand {
	t.Helper()
	return startListening(t, "receiving at ", append([]string{"receive", "--listen", "127.0.0.1:0"}, args...)...)
}

// startListening starts a command that listens. The first line that the command prints has to be the text beginning, followed by the URL.
func startListening(t *testing.T, beginning string, args ...string) *runningCommand {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	r := &runningCommand{stderr: &strings.Builder{}, lines: make(chan string, 10_000), exit: make(chan int, 1), end: cancel}
	a := &app{stdout: writer, stderr: r.stderr, getenv: func(string) string { return "" }}
	go func() {
		r.exit <- a.run(ctx, args)
		_ = writer.Close()
	}()
	firstLine := make(chan string, 1)
	go func() {
		defer close(r.lines)
		s := bufio.NewScanner(reader)
		for n := 0; s.Scan(); n++ {
			if n == 0 {
				firstLine <- s.Text()
				continue
			}
			r.lines <- s.Text()
		}
		close(firstLine)
	}()
	line := <-firstLine
	url, ok := strings.CutPrefix(line, beginning)
	if !ok {
		t.Fatalf("the first line is %q, want the URL; exit %d: %s", line, <-r.exit, r.stderr)
	}
	r.url = url
	t.Cleanup(cancel)
	return r
}

// stop ends the command as Ctrl-C does, and returns the lines that it printed after the first line.
func (r *runningCommand) stop(t *testing.T) []string {
	t.Helper()
	r.end()
	if exit := <-r.exit; exit != 0 {
		t.Errorf("exit %d after the end, want 0: %s", exit, r.stderr)
	}
	var lines []string
	for line := range r.lines {
		lines = append(lines, line)
	}
	return lines
}

func TestReceiveServesAConformantReceiverAndPrintsEachPush(t *testing.T) {
	t.Parallel()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	command := startReceive(t, "--ca-out", ca)
	got := runCommand(t, "run", "--quiet", "--only", "call.answered,push.newcall", "--ca-file", ca, command.url)
	if got.exit != 0 {
		t.Errorf("run: exit %d:\n%s%s", got.exit, got.stdout, got.stderr)
	}
	lines := command.stop(t)
	pattern := regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d{3}  (newCall|answer|hangup) [0-9A-F]+ from \d+ to \d+( \(outgoing\))?$`)
	events := map[string]bool{}
	for _, line := range lines {
		parts := pattern.FindStringSubmatch(line)
		if parts == nil {
			t.Errorf("line %q, want a time and a push", line)
			continue
		}
		events[parts[1]] = true
	}
	if diff := cmp.Diff(map[string]bool{"newCall": true, "answer": true, "hangup": true}, events); diff != "" {
		t.Errorf("events in the lines mismatch (-want +got):\n%s", diff)
	}
	for _, text := range []string{"judge it:  pushcheck run --ca-file " + ca + " " + command.url + "\n", "--state-url '" + strings.TrimSuffix(command.url, "/") + "/calls/{callId}' --state-path '$.state'", "Ctrl-C", "ended after "} {
		if !strings.Contains(command.stderr.String(), text) {
			t.Errorf("standard error lacks %q:\n%s", text, command.stderr)
		}
	}
}

func TestRunReportsAFaultOfTheReceiverThatReceiveStarts(t *testing.T) {
	t.Parallel()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	command := startReceive(t, "--ca-out", ca, "--fault", "play-relative", "--steer", "play=*")
	got := runCommand(t, "run", "--quiet", "--only", "play.url", "--ca-file", ca, command.url)
	if got.exit != 1 || !strings.Contains(got.stdout, "play.url is not met") {
		t.Errorf("run: exit %d, want 1 for play.url:\n%s%s", got.exit, got.stdout, got.stderr)
	}
	command.stop(t)
}

func TestTheRunCommandThatReceivePrintsWorks(t *testing.T) {
	t.Parallel()
	ctx, end := context.WithCancel(t.Context())
	defer end()
	reader, writer := io.Pipe()
	a := &app{stdout: io.Discard, stderr: writer, getenv: func(string) string { return "" }}
	exit := make(chan int, 1)
	go func() {
		exit <- a.run(ctx, []string{"receive", "--listen", "127.0.0.1:0"})
		_ = writer.Close()
	}()
	var args []string
	lines := bufio.NewScanner(reader)
	for args == nil && lines.Scan() {
		if line, ok := strings.CutPrefix(lines.Text(), "judge it:  pushcheck "); ok {
			args = strings.Fields(line)
		}
	}
	go func() { _, _ = io.Copy(io.Discard, reader) }()
	if len(args) < 4 {
		t.Fatalf("the command is pushcheck %q, want run --ca-file FILE URL", args)
	}
	if got := runCommand(t, append(args, "--quiet", "--only", "push.newcall", "--config", "none")...); got.exit != 0 {
		t.Errorf("pushcheck %q: exit %d, want 0:\n%s%s", args, got.exit, got.stdout, got.stderr)
	}
	end()
	if got := <-exit; got != 0 {
		t.Errorf("receive: exit %d, want 0", got)
	}
	if _, err := os.Stat(args[2]); err == nil {
		t.Errorf("%s still exists after the end", args[2])
	}
}

func TestReceiveOverPlainHTTPPrintsARunCommandWithAllowHTTP(t *testing.T) {
	t.Parallel()
	command := startReceive(t, "--http")
	if !strings.HasPrefix(command.url, "http://127.0.0.1:") {
		t.Errorf("the URL is %s, want a plain http one", command.url)
	}
	got := runCommand(t, "run", "--quiet", "--allow-http", "--only", "push.newcall", command.url)
	if got.exit != 0 {
		t.Errorf("run: exit %d:\n%s%s", got.exit, got.stdout, got.stderr)
	}
	command.stop(t)
	if want := "judge it:  pushcheck run --allow-http " + command.url + "\n"; !strings.Contains(command.stderr.String(), want) {
		t.Errorf("standard error lacks %q:\n%s", want, command.stderr)
	}
}

func TestCertificateThatReceiveMakesNamesTheHostOfTheFlag(t *testing.T) {
	t.Parallel()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	command := startReceive(t, "--ca-out", ca, "--host", "receiver.test")
	_, port, err := net.SplitHostPort(strings.TrimSuffix(strings.TrimPrefix(command.url, "https://"), "/"))
	if err != nil {
		t.Fatal(err)
	}
	got := runCommand(t, "tls", "--quiet", "--ca-file", ca, "--connect-to", "receiver.test:443:127.0.0.1:"+port, "https://receiver.test/")
	if got.exit != 0 {
		t.Errorf("tls: exit %d:\n%s%s", got.exit, got.stdout, got.stderr)
	}
	command.stop(t)
	if !strings.Contains(command.stderr.String(), "ended after 0 pushes") {
		t.Errorf("standard error lacks the number of pushes:\n%s", command.stderr)
	}
}

func TestReceiveAtAnAddressInUseExitsWith3(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	got := runCommand(t, "receive", "--listen", listener.Addr().String())
	if got.exit != 3 || !strings.Contains(got.stderr, "address already in use; --listen 127.0.0.1:0 takes a free port") || got.stdout != "" {
		t.Errorf("exit %d, want 3 with a hint: %s%s", got.exit, got.stdout, got.stderr)
	}
}

func TestReceiveEndsIfTheAuthorityCannotBeWritten(t *testing.T) {
	t.Parallel()
	got := runCommand(t, "receive", "--listen", "127.0.0.1:0", "--ca-out", filepath.Join(t.TempDir(), "none", "ca.pem"))
	if got.exit != 3 || !strings.Contains(got.stderr, "writing the authority") || got.stdout != "" {
		t.Errorf("exit %d, want 3: %s%s", got.exit, got.stdout, got.stderr)
	}
}

// oneLineOutput is a standard output that fails after the first line.
type oneLineOutput struct{ lines chan string }

func (w oneLineOutput) Write(p []byte) (int, error) {
	select {
	case w.lines <- string(p):
		return len(p), nil
	default:
		return 0, io.ErrClosedPipe
	}
}

func TestReceiveEndsIfItsOutputIsClosed(t *testing.T) {
	t.Parallel()
	stdout, stderr := oneLineOutput{make(chan string, 1)}, &strings.Builder{}
	a := &app{stdout: stdout, stderr: stderr, getenv: func(string) string { return "" }}
	exit := make(chan int, 1)
	go func() { exit <- a.run(t.Context(), []string{"receive", "--http", "--listen", "127.0.0.1:0"}) }()
	line := <-stdout.lines
	stdout.lines <- "" // fills the channel, so that the next line is not accepted
	url := strings.TrimSpace(strings.TrimPrefix(line, "receiving at "))
	resp, err := http.PostForm(url, map[string][]string{"event": {"newCall"}, "callId": {"12111955"}})
	if err == nil {
		_ = resp.Body.Close()
	}
	if got := <-exit; got != 3 || !strings.Contains(stderr.String(), "writing to standard output") {
		t.Errorf("exit %d, want 3: %s", got, stderr)
	}
}
