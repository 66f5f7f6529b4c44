//go:build unix

package main

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/load"
	"github.com/pushcheck/pushcheck/verdict"
)

// terminalRecorder is a terminal that keeps the text that is written to it.
type terminalRecorder struct {
	outputBuffer
	textWritten chan struct{} // closed as soon as the text of newTerminalRecorder was written
}

// newTerminalRecorder returns a terminalRecorder that waits for a text.
func newTerminalRecorder(text string) *terminalRecorder {
	recorder := &terminalRecorder{textWritten: make(chan struct{})}
	closeTextWritten := sync.OnceFunc(func() { close(recorder.textWritten) })
	recorder.onWrite = func(all string) {
		if strings.Contains(all, text) {
			closeTextWritten()
		}
	}
	return recorder
}

func TestCommandsShowTheirProgress(t *testing.T) {
	t.Parallel()
	hangingReceiver := startObservedReceiver(t, referenceReceiver(t), func(_ http.ResponseWriter, h arrival) bool {
		<-h.Context().Done()
		return false
	})
	goodReceiver := startObservedReceiver(t, referenceReceiver(t), func(http.ResponseWriter, arrival) bool { return false })
	for text, args := range map[string][]string{
		"first calls: 0 calls":            {"run", hangingReceiver.URL, "--ca-file", hangingReceiver.caFile},
		"waiting for a response":          {"send", "newCall", hangingReceiver.URL, "--ca-file", hangingReceiver.caFile},
		"it rings, ":                      {"send", "incoming-answered", goodReceiver.URL, "--ca-file", goodReceiver.caFile},
		"0 of 1 receivers":                {"selftest", "slow"},
		" calls/s  p99 ":                  {"load", goodReceiver.URL, "--ca-file", goodReceiver.caFile, "--concurrency", "1", "--for", "1h", "--speed", "0"},
		"waiting for the load to start, ": {"load", goodReceiver.URL, "--ca-file", goodReceiver.caFile, "--speed", "0.1"},
		"waiting for the receiver to accept connections, at most ": {"run", "https://127.0.0.1:1/", "--wait", "1h"},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			terminal := newTerminalRecorder(text)
			a := &app{stdout: io.Discard, stderr: io.Discard, getenv: func(string) string { return "" }}
			a.progress = &progress{terminal: terminal, width: func() int { return 80 }}
			go func() {
				<-terminal.textWritten
				cancel()
			}()
			if exit := a.run(ctx, args); exit != 130 {
				t.Errorf("exit code %d, want 130 after %q was drawn; drawn: %q", exit, text, terminal.String())
			}
			if !strings.HasSuffix(terminal.String(), eraseLine) {
				t.Errorf("the line is not erased at the end: %q", terminal.String())
			}
		})
	}
}

func TestQuietCommandsShowNoProgress(t *testing.T) {
	t.Parallel()
	receiver := startObservedReceiver(t, referenceReceiver(t), func(http.ResponseWriter, arrival) bool { return false })
	for _, args := range [][]string{{"run", "--only", "push.newcall"}, {"send", "newCall"}, {"load", "--count", "1", "--speed", "0"}} {
		a := &app{stdout: io.Discard, stderr: io.Discard, getenv: func(string) string { return "" }}
		a.progress = &progress{terminal: io.Discard}
		if exit := a.run(t.Context(), append(args, receiver.URL, "--ca-file", receiver.caFile, "--quiet")); exit != 0 || a.progress != nil {
			t.Errorf("%v: exit code %d, progress %v; want 0 and none", args, exit, a.progress)
		}
	}
}

func TestLoadPrintsItsProgressAsLinesIfThereIsNoTerminal(t *testing.T) {
	t.Parallel()
	var printed strings.Builder
	a := &app{stderr: &printed}
	var o load.Options
	a.watchLoad(&o, false)
	o.Observe(verdict.LoadProgress{Elapsed: 20 * time.Second, Interval: 10 * time.Second, Window: verdict.LoadWindow{Started: 200}})
	if got, want := printed.String(), " 20 s  200 begun  0 open  0 pushes/s  p50 -  p99 -  0 errors  0 findings\n"; got != want || o.ObserveInterval != 10*time.Second {
		t.Errorf("every %s it prints %q, want every 10 s %q", o.ObserveInterval, got, want)
	}
	var quiet load.Options
	if a.watchLoad(&quiet, true); quiet.Observe != nil {
		t.Error("a load with --quiet reports its progress")
	}
}
