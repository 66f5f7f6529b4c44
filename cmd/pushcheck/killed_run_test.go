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
	report := checkReports(t, folder)
	if !report.Interrupted || report.Exit != 130 || report.Verdict != "undetermined" {
		t.Errorf("the report has interrupted %t, exit %d, %s", report.Interrupted, report.Exit, report.Verdict)
	}
	if findings := report.idsWithStatus("failed", "warned"); len(findings) > 0 {
		t.Errorf("findings %v, want none", findings)
	}
	return report
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
	isNewCall := func(a arrival) bool { return a.event == push.NewCall }
	hang := func(_ http.ResponseWriter, a arrival) { <-a.Context().Done() }
	isJSON := func(a arrival) bool {
		return a.Request != nil && strings.HasPrefix(a.Header.Get("Content-Type"), "application/json")
	}
	// Each row is named for the moment at which the program is interrupted. "Dropped" means that the receiver closed the connection without a
	// response.
	for _, tt := range []struct {
		name string
		only string // value of --only
		// respondBefore may respond to a request before the signal, and reports whether it did. If it did not respond, or if respondBefore
		// is nil, the reference receiver responds.
		respondBefore func(http.ResponseWriter, arrival) bool
		isMoment      func(arrival) bool                 // reports whether the signal is sent at this request
		respondAfter  func(http.ResponseWriter, arrival) // responds to that request and to later requests; nil: these requests get no response
		args          []string
	}{
		{name: "the first newCall of the probe", isMoment: isNewCall},
		{name: "the answer of the probe", isMoment: func(a arrival) bool { return a.event == push.Answer }},
		{name: "the outgoing call", isMoment: func(a arrival) bool { return a.form.Get(push.FieldDirection) == string(push.Outgoing) }},
		{
			name: "calls that are played in parallel", only: "call.transfer-answered,call.forward-busy",
			isMoment: func(a arrival) bool { return isNewCall(a) && a.form.Has(push.FieldDiversion) },
		},
		{
			name: "an odd push", only: "push.unknown-event,push.unknown-field",
			isMoment: func(a arrival) bool { return a.form.Has("futureField") },
		},
		{
			name: "the repetition of an odd push that was dropped", only: "push.unknown-field",
			respondBefore: func(_ http.ResponseWriter, a arrival) bool {
				if a.form.Has("futureField") {
					panic(http.ErrAbortHandler)
				}
				return false
			},
			isMoment: func(a arrival) bool { return a.previous().form.Has("futureField") },
		},
		{
			name: "the plain push after an odd push that got status 500", only: "push.unknown-field",
			respondBefore: func(w http.ResponseWriter, a arrival) bool {
				if a.form.Has("futureField") {
					w.WriteHeader(http.StatusInternalServerError)
				}
				return a.form.Has("futureField")
			},
			isMoment: func(a arrival) bool { return a.previous().form.Has("futureField") && !a.form.Has("futureField") },
		},
		{
			name: "simultaneous calls", only: "call.concurrent",
			isMoment: func(a arrival) bool { return a.count(push.NewCall) == 6 },
		},
		{
			name: "the repetition of simultaneous calls that were dropped", only: "call.concurrent",
			respondBefore: func(_ http.ResponseWriter, a arrival) bool {
				if n := a.count(push.NewCall); isNewCall(a) && n >= 5 && n < 10 {
					panic(http.ErrAbortHandler)
				}
				return false
			},
			isMoment: func(a arrival) bool { return isNewCall(a) && a.count(push.NewCall) == 10 },
		},
		{
			name: "a JSON body that is not a push", only: "trouble.malformed-push",
			isMoment: isJSON,
		},
		{
			name: "the second good call after a JSON body, if the first good call was dropped", only: "trouble.malformed-push",
			respondBefore: func(_ http.ResponseWriter, a arrival) bool {
				if isJSON(a.previous()) {
					panic(http.ErrAbortHandler)
				}
				return false
			},
			isMoment: func(a arrival) bool { return len(a.earlier) > 0 && isJSON(a.earlier[len(a.earlier)-1].previous()) },
		},
		{
			name: "a body that is too large", only: "trouble.oversized-push",
			isMoment: func(a arrival) bool { return len(a.body) > 1<<19 },
		},
		{
			name: "the repetition of a push", only: "trouble.duplicate-push",
			isMoment: func(a arrival) bool { return string(a.previous().body) == string(a.body) },
		},
		{
			name: "the repetition of a slow call",
			respondBefore: func(_ http.ResponseWriter, a arrival) bool {
				if isNewCall(a) && a.count(push.NewCall) == 0 {
					<-time.After(requirements.PromptTime + 100*time.Millisecond)
				}
				return false
			},
			isMoment: func(a arrival) bool { return isNewCall(a) && a.count(push.NewCall) == 1 },
		},
		{
			name: "a state page that shows an earlier state", only: "state.ended", args: []string{"--state-wait", "10m"},
			respondBefore: func(w http.ResponseWriter, a arrival) bool {
				if a.Method == http.MethodGet {
					_, _ = io.WriteString(w, "ringing")
				}
				return a.Method == http.MethodGet
			},
			isMoment:     func(a arrival) bool { return a.Method == http.MethodGet && a.count(push.Answer) > 0 },
			respondAfter: func(w http.ResponseWriter, _ arrival) { _, _ = io.WriteString(w, "ringing") },
		},
		{
			name: "a state page that does not respond", only: "state.ended",
			isMoment: func(a arrival) bool { return a.Method == http.MethodGet },
		},
	} {
		for signalName, signal := range signals {
			t.Run(signalName+" at "+tt.name, func(t *testing.T) {
				t.Parallel()
				moment := make(chan struct{})
				signalNow := closeOnce(moment)
				target := startObservedReceiver(t, referenceReceiver(t), func(w http.ResponseWriter, a arrival) bool {
					select {
					case <-moment: // the signal has been sent
						if tt.respondAfter != nil {
							tt.respondAfter(w, a)
							return true
						}
						hang(w, a)
						return true
					default:
					}
					if !tt.isMoment(a) {
						return tt.respondBefore != nil && tt.respondBefore(w, a)
					}
					signalNow()
					if tt.respondAfter != nil {
						tt.respondAfter(w, a)
					} else {
						hang(w, a)
					}
					return true
				})
				folder, flags := reportFlags(t)
				args := append([]string{"run", target.URL, "--ca-file", target.caFile}, flags...)
				if tt.only != "" {
					args = append(args, "--only", tt.only)
				}
				if strings.HasPrefix(tt.only, "state.") {
					args = append(args, "--state-url", target.URL+"/calls/{callId}")
				}
				program := newProcess(t, append(args, tt.args...)...)
				program.start(t)
				checkInterrupted(t, program.signalAt(t, moment, signal), folder)
			})
		}
	}
}

func TestInterruptedConnectionAttemptIsNotJudged(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"run", "tls"} {
		for signalName, signal := range signals {
			t.Run(signalName+" at "+command, func(t *testing.T) {
				t.Parallel()
				address, accepted := silentServer(t)
				folder, flags := reportFlags(t)
				program := newProcess(t, append([]string{command, "https://" + address}, flags...)...)
				program.start(t)
				report := checkInterrupted(t, program.signalAt(t, accepted, signal), folder)
				for _, id := range report.idsWithStatus("passed") {
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
	for signalName, signal := range signals {
		t.Run(signalName, func(t *testing.T) {
			t.Parallel()
			folder, flags := reportFlags(t)
			program := newProcess(t, append([]string{"run", "https://" + closedAddress(t), "--wait", "1h"}, flags...)...)
			moment := make(chan struct{})
			signalNow := closeOnce(moment)
			program.stderr.onWrite = func(text string) {
				if strings.Contains(text, "waiting up to 1h") {
					signalNow()
				}
			}
			program.start(t)
			checkInterrupted(t, program.signalAt(t, moment, signal), folder)
		})
	}
}
