//go:build unix

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/push"
)

func TestOpenCallsOfALoadEndAfterOneSignalAndAreCutAfterTwo(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		speed     string // at speed 1 a call takes 15 s
		isHanging bool   // the fourth and later newCall pushes get no response
		sendsTwo  bool   // a second signal is sent
		summary   string // part of the summary
	}{
		{name: "one signal, while people talk", speed: "100", summary: " 0 cut, "},
		{name: "two signals, while people talk", speed: "1", sendsTwo: true, summary: ": 0 completed, "},
		{name: "two signals, while the receiver hangs", speed: "0", isHanging: true, sendsTwo: true, summary: ": 2 completed, "},
	} {
		for signalName, signal := range signals {
			t.Run(signalName+" "+tt.name, func(t *testing.T) {
				t.Parallel()
				moment := make(chan struct{})
				signalNow := closeOnce(moment)
				target := startObservedReceiver(t, referenceReceiver(t), func(_ http.ResponseWriter, a arrival) bool {
					if a.event != push.NewCall || a.count(push.NewCall) < 3 { // the first call of the load and two more calls get responses
						return false
					}
					signalNow()
					if tt.isHanging {
						<-a.Context().Done()
					}
					return tt.isHanging
				})
				file := filepath.Join(t.TempDir(), "load.json")
				program := newProcess(t, "load", target.URL, "--ca-file", target.caFile, "--calls", "50/s", "--for", "1h", "--drain", "1h", "--timeout", "1h",
					"--mix", "incoming-answered=1", "--speed", tt.speed, "--report", "json="+file)
				program.start(t)
				var got outcome
				if tt.sendsTwo {
					got = program.signalTwiceAt(t, moment, signal)
				} else {
					got = program.signalAt(t, moment, signal)
				}
				if got.exit != 130 || !strings.Contains(got.stdout, "interrupted: the figures cover the calls until then") || !strings.Contains(got.stdout, tt.summary) {
					t.Errorf("exit %d, want 130 and a summary with %q:\n%s%s", got.exit, tt.summary, got.stdout, got.stderr)
				}
				l := readLoadReport(t, file)
				if c := l.Calls; !l.Interrupted || c.Started == 0 || c.Completed+c.Unfinished != c.Started || (c.Unfinished > 0) != tt.sendsTwo {
					t.Errorf("the report has interrupted %t, %+v", l.Interrupted, c)
				}
			})
		}
	}
}

// signalTwiceAt sends a signal as soon as moment is closed. It sends the signal again after signalRepeatWindow, so that the program
// treats it as a second signal.
func (p *process) signalTwiceAt(t *testing.T, moment <-chan struct{}, signal os.Signal) outcome {
	t.Helper()
	select {
	case <-moment:
	case <-time.After(processTimeout):
		t.Fatalf("the moment for the signal never came:\n%s%s", p.stdout.String(), p.stderr.String())
	}
	ticker := time.NewTicker(3 * signalRepeatWindow / 2)
	defer ticker.Stop()
	timeout := time.After(processTimeout)
	for {
		if err := p.Process.Signal(signal); err != nil {
			t.Logf("sending a signal: %v", err)
		}
		select {
		case <-p.ended:
			return p.waitForOutcome(t)
		case <-timeout:
			t.Fatal("it does not end")
		case <-ticker.C:
		}
	}
}
