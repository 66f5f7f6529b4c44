//go:build unix

package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
)

// signals holds the signals that ask the program to end.
var signals = map[string]os.Signal{"SIGINT": os.Interrupt, "SIGTERM": syscall.SIGTERM}

// checkInterrupted checks the outcome and the reports of an interrupted run at a good receiver.
func checkInterrupted(t *testing.T, got outcome, folder string) jsonReport {
	t.Helper()
	if got.exit != 130 || !strings.Contains(got.stdout, "interrupted") {
		t.Errorf("exit %d, want 130 and the word interrupted in the verdict:\n%s%s", got.exit, got.stdout, got.stderr)
	}
	d := checkReports(t, folder)
	if !d.Interrupted || d.Exit != 130 || d.Verdict != "undetermined" {
		t.Errorf("the report has interrupted %t, exit %d, %s", d.Interrupted, d.Exit, d.Verdict)
	}
	if findings := d.idsWithStatus("failed", "warned"); len(findings) > 0 {
		t.Errorf("findings %v, want none", findings)
	}
	return d
}

// reportFlags returns a folder with two old reports, and the flags that replace them.
func reportFlags(t *testing.T) (folder string, flags []string) {
	t.Helper()
	folder = t.TempDir()
	json, junit := filepath.Join(folder, "report.json"), filepath.Join(folder, "report.xml")
	for _, file := range []string{json, junit} {
		if err := os.WriteFile(file, []byte("of yesterday"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder, []string{"--report", "json=" + json, "--report", "junit=" + junit}
}

func TestAnInterruptedRunHasNoFindingsAndWritesReports(t *testing.T) {
	t.Parallel()
	isNewCall := func(h arrival) bool { return h.event == push.NewCall }
	hang := func(_ http.ResponseWriter, h arrival) { <-h.Context().Done() }
	isJSON := func(h arrival) bool {
		return h.Request != nil && strings.HasPrefix(h.Header.Get("Content-Type"), "application/json")
	}
	for _, tt := range []struct {
		name string
		only string // value of --only
		// respondBefore may respond to a request before the signal, and reports whether it did. If it did not, or is nil, the reference
		// receiver responds.
		respondBefore func(http.ResponseWriter, arrival) bool
		isMoment      func(arrival) bool                 // reports whether the signal is sent at this request
		respondAfter  func(http.ResponseWriter, arrival) // responds to that request and to later requests; nil: they get no response
		args          []string
	}{
		{name: "the first newCall of the probe", isMoment: isNewCall},
		{name: "the answer of the probe", isMoment: func(h arrival) bool { return h.event == push.Answer }},
		{name: "the outgoing call", isMoment: func(h arrival) bool { return h.form.Get(push.FieldDirection) == string(push.Outgoing) }},
		{
			name: "calls that are played in parallel", only: "call.transfer-answered,call.forward-busy",
			isMoment: func(h arrival) bool { return isNewCall(h) && h.form.Has(push.FieldDiversion) },
		},
		{
			name: "an odd push", only: "push.unknown-event,push.unknown-field",
			isMoment: func(h arrival) bool { return h.form.Has("futureField") },
		},
		{
			name: "the repetition of an odd push that was dropped", only: "push.unknown-field",
			respondBefore: func(_ http.ResponseWriter, h arrival) bool {
				if h.form.Has("futureField") {
					panic(http.ErrAbortHandler)
				}
				return false
			},
			isMoment: func(h arrival) bool { return h.previous().form.Has("futureField") },
		},
		{
			name: "the plain push after an odd push that got status 500", only: "push.unknown-field",
			respondBefore: func(w http.ResponseWriter, h arrival) bool {
				if h.form.Has("futureField") {
					w.WriteHeader(http.StatusInternalServerError)
				}
				return h.form.Has("futureField")
			},
			isMoment: func(h arrival) bool { return h.previous().form.Has("futureField") && !h.form.Has("futureField") },
		},
		{
			name: "simultaneous calls", only: "call.concurrent",
			isMoment: func(h arrival) bool { return h.count(push.NewCall) == 6 },
		},
		{
			name: "the repetition of simultaneous calls that were dropped", only: "call.concurrent",
			respondBefore: func(_ http.ResponseWriter, h arrival) bool {
				if n := h.count(push.NewCall); isNewCall(h) && n >= 5 && n < 10 {
					panic(http.ErrAbortHandler)
				}
				return false
			},
			isMoment: func(h arrival) bool { return isNewCall(h) && h.count(push.NewCall) == 10 },
		},
		{
			name: "a JSON body that is not a push", only: "trouble.malformed-push",
			isMoment: isJSON,
		},
		{
			name: "the second good call after a JSON body, because the first was dropped", only: "trouble.malformed-push",
			respondBefore: func(_ http.ResponseWriter, h arrival) bool {
				if isJSON(h.previous()) {
					panic(http.ErrAbortHandler)
				}
				return false
			},
			isMoment: func(h arrival) bool { return len(h.earlier) > 0 && isJSON(h.earlier[len(h.earlier)-1].previous()) },
		},
		{
			name: "a body that is too large", only: "trouble.oversized-push",
			isMoment: func(h arrival) bool { return len(h.body) > 1<<19 },
		},
		{
			name: "the repetition of a push", only: "trouble.duplicate-push",
			isMoment: func(h arrival) bool { return string(h.previous().body) == string(h.body) },
		},
		{
			name: "the repetition of a slow call",
			respondBefore: func(_ http.ResponseWriter, h arrival) bool {
				if isNewCall(h) && h.count(push.NewCall) == 0 {
					<-time.After(requirements.PromptTime + 100*time.Millisecond)
				}
				return false
			},
			isMoment: func(h arrival) bool { return isNewCall(h) && h.count(push.NewCall) == 1 },
		},
		{
			name: "a state page that shows an earlier state", only: "state.ended", args: []string{"--state-wait", "10m"},
			respondBefore: func(w http.ResponseWriter, h arrival) bool {
				if h.Method == http.MethodGet {
					_, _ = io.WriteString(w, "ringing")
				}
				return h.Method == http.MethodGet
			},
			isMoment:     func(h arrival) bool { return h.Method == http.MethodGet && h.count(push.Answer) > 0 },
			respondAfter: func(w http.ResponseWriter, _ arrival) { _, _ = io.WriteString(w, "ringing") },
		},
		{
			name: "a state page that does not respond", only: "state.ended",
			isMoment: func(h arrival) bool { return h.Method == http.MethodGet },
		},
	} {
		for signal, s := range signals {
			t.Run(signal+" at "+tt.name, func(t *testing.T) {
				t.Parallel()
				moment := make(chan struct{})
				signalNow := closeOnce(moment)
				r := startObservedReceiver(t, referenceReceiver(t), func(w http.ResponseWriter, h arrival) bool {
					select {
					case <-moment: // the signal has been sent
						if tt.respondAfter != nil {
							tt.respondAfter(w, h)
							return true
						}
						hang(w, h)
						return true
					default:
					}
					if !tt.isMoment(h) {
						return tt.respondBefore != nil && tt.respondBefore(w, h)
					}
					signalNow()
					if tt.respondAfter != nil {
						tt.respondAfter(w, h)
					} else {
						hang(w, h)
					}
					return true
				})
				folder, flags := reportFlags(t)
				args := append([]string{"run", r.URL, "--ca-file", r.caFile}, flags...)
				if tt.only != "" {
					args = append(args, "--only", tt.only)
				}
				if strings.HasPrefix(tt.only, "state.") {
					args = append(args, "--state-url", r.URL+"/calls/{callId}")
				}
				p := newProcess(t, append(args, tt.args...)...)
				p.start(t)
				checkInterrupted(t, p.signalAt(t, moment, s), folder)
			})
		}
	}
}

func TestAConnectionThatIsInterruptedIsNotJudged(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"run", "tls"} {
		for signal, s := range signals {
			t.Run(signal+" at "+command, func(t *testing.T) {
				t.Parallel()
				address, accepted := silentServer(t)
				folder, flags := reportFlags(t)
				p := newProcess(t, append([]string{command, "https://" + address}, flags...)...)
				p.start(t)
				d := checkInterrupted(t, p.signalAt(t, accepted, s), folder)
				for _, id := range d.idsWithStatus("passed") {
					if id != "transport.https" {
						t.Errorf("%s is passed, although nothing was observed", id)
					}
				}
			})
		}
	}
}

func TestWaitForAReceiverCanBeInterrupted(t *testing.T) {
	t.Parallel()
	for signal, s := range signals {
		t.Run(signal, func(t *testing.T) {
			t.Parallel()
			folder, flags := reportFlags(t)
			p := newProcess(t, append([]string{"run", "https://" + closedAddress(t), "--wait", "1h"}, flags...)...)
			moment := make(chan struct{})
			signalNow := closeOnce(moment)
			p.stderr.onWrite = func(text string) {
				if strings.Contains(text, "waiting up to 1h") {
					signalNow()
				}
			}
			p.start(t)
			checkInterrupted(t, p.signalAt(t, moment, s), folder)
		})
	}
}
