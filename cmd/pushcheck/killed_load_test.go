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
		name  string
		speed string // at speed 1 a call takes 15 s
		hangs bool   // the fourth newCall push gets no response, and those after it
		twice bool
		says  string // in the summary
	}{
		{name: "one signal, and the calls end", speed: "100", says: " 0 cut, "},
		{name: "two signals, while people talk", speed: "1", twice: true, says: ": 0 completed, "},
		{name: "two signals, while the receiver hangs", speed: "0", hangs: true, twice: true, says: ": 2 completed, "},
	} {
		for signal, s := range signals {
			t.Run(signal+" "+tt.name, func(t *testing.T) {
				t.Parallel()
				moment := make(chan struct{})
				signalled := closeOnce(moment)
				r := startObserved(t, referenceReceiver(t), func(_ http.ResponseWriter, h arrival) bool {
					if h.event != push.NewCall || h.count(push.NewCall) < 3 { // one call is played first, alone
						return false
					}
					signalled()
					if tt.hangs {
						<-h.Context().Done()
					}
					return tt.hangs
				})
				file := filepath.Join(t.TempDir(), "load.json")
				p := newProcess(t, "load", r.URL, "--ca-file", r.caFile, "--calls", "50/s", "--for", "1h", "--drain", "1h", "--timeout", "1h",
					"--mix", "incoming-answered=1", "--speed", tt.speed, "--report", "json="+file)
				p.start(t)
				var got outcome
				if tt.twice {
					got = p.signalTwiceAt(t, moment, s)
				} else {
					got = p.signalAt(t, moment, s)
				}
				if got.exit != 130 || !strings.Contains(got.stdout, "interrupted: the figures cover the calls until then") || !strings.Contains(got.stdout, tt.says) {
					t.Errorf("exit %d, want 130 and a summary with %q:\n%s%s", got.exit, tt.says, got.stdout, got.stderr)
				}
				l := readLoadReport(t, file)
				if c := l.Calls; !l.Interrupted || c.Started == 0 || c.Completed+c.Unfinished != c.Started || (c.Unfinished > 0) != tt.twice {
					t.Errorf("the report has interrupted %t, %+v", l.Interrupted, c)
				}
			})
		}
	}
}

// signalTwiceAt sends a signal as soon as moment is closed, and again after so long that it counts as a second one.
func (p *process) signalTwiceAt(t *testing.T, moment <-chan struct{}, s os.Signal) outcome {
	t.Helper()
	select {
	case <-moment:
	case <-time.After(processTimeout):
		t.Fatalf("the moment for the signal never came:\n%s%s", p.stdout.String(), p.stderr.String())
	}
	again := time.NewTicker(3 * signalRepeatWindow / 2)
	defer again.Stop()
	late := time.After(processTimeout)
	for {
		if err := p.Process.Signal(s); err != nil {
			t.Logf("sending a signal: %v", err)
		}
		select {
		case <-p.ended:
			return p.waitForOutcome(t)
		case <-late:
			t.Fatal("it does not end")
		case <-again.C:
		}
	}
}
