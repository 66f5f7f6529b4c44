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

// drawn is a terminal that closes a channel as soon as a text was written to it.
type drawn struct {
	outputBuffer
	seen chan struct{}
}

func terminalUntil(text string) *drawn {
	d := &drawn{seen: make(chan struct{})}
	seen := sync.OnceFunc(func() { close(d.seen) })
	d.news = func(all string) {
		if strings.Contains(all, text) {
			seen()
		}
	}
	return d
}

func TestCommandsShowTheirProgress(t *testing.T) {
	t.Parallel()
	hanging := watched(t, reference(t), func(_ http.ResponseWriter, h arrival) bool {
		<-h.Context().Done()
		return false
	})
	good := watched(t, reference(t), func(http.ResponseWriter, arrival) bool { return false })
	for text, args := range map[string][]string{
		"first calls: 0 calls":            {"run", hanging.URL, "--ca-file", hanging.ca},
		"waiting for a response":          {"send", "newCall", hanging.URL, "--ca-file", hanging.ca},
		"it rings, ":                      {"send", "incoming-answered", good.URL, "--ca-file", good.ca},
		"0 of 1 receivers":                {"selftest", "slow"},
		" calls/s  p99 ":                  {"load", good.URL, "--ca-file", good.ca, "--concurrency", "1", "--for", "1h", "--speed", "0"},
		"waiting for the load to start, ": {"load", good.URL, "--ca-file", good.ca, "--speed", "0.1"},
		"waiting for the receiver to accept connections, at most ": {"run", "https://127.0.0.1:1/", "--wait", "1h"},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			terminal := terminalUntil(text)
			a := &app{stdout: io.Discard, stderr: io.Discard, getenv: func(string) string { return "" }}
			a.progress = &progress{terminal: terminal, width: func() int { return 80 }}
			go func() {
				<-terminal.seen
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
	good := watched(t, reference(t), func(http.ResponseWriter, arrival) bool { return false })
	for _, args := range [][]string{{"run", "--only", "push.newcall"}, {"send", "newCall"}, {"load", "--count", "1", "--speed", "0"}} {
		a := &app{stdout: io.Discard, stderr: io.Discard, getenv: func(string) string { return "" }}
		a.progress = &progress{terminal: io.Discard}
		if exit := a.run(t.Context(), append(args, good.URL, "--ca-file", good.ca, "--quiet")); exit != 0 || a.progress != nil {
			t.Errorf("%v: exit code %d, progress %v; want 0 and none", args, exit, a.progress)
		}
	}
}

func TestLoadPrintsALineIfThereIsNoTerminal(t *testing.T) {
	t.Parallel()
	var printed strings.Builder
	a := &app{stderr: &printed}
	var o load.Options
	a.watch(&o, false)
	o.Observe(verdict.LoadProgress{Elapsed: 20 * time.Second, Interval: 10 * time.Second, Window: verdict.LoadWindow{Started: 200}})
	if got, want := printed.String(), " 20 s  200 begun  0 open  0 pushes/s  p50 -  p99 -  0 errors  0 findings\n"; got != want || o.ObserveInterval != 10*time.Second {
		t.Errorf("every %s it prints %q, want every 10 s %q", o.ObserveInterval, got, want)
	}
	var quiet load.Options
	if a.watch(&quiet, true); quiet.Observe != nil {
		t.Error("a load with --quiet reports its progress")
	}
}
