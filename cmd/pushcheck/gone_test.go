//go:build unix

package main

import (
	"bytes"
	"crypto/tls"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
)

// resetConnection closes the connection of a request, as the operating system does when a process ends.
func resetConnection(t *testing.T, w http.ResponseWriter) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	_ = c.(*tls.Conn).NetConn().(*net.TCPConn).SetLinger(0)
	_ = c.(*tls.Conn).NetConn().Close()
}

func TestReceiverThatCrashesIsConformantOnlyIfItIsRestartedAtOnce(t *testing.T) {
	t.Parallel()
	hasFutureField := func(a arrival) bool { return a.form.Has("futureField") }
	for _, tt := range []struct {
		name          string
		crashesAt     func(arrival) bool // reports whether the receiver crashes at this request
		respondsFirst bool               // the receiver responds to that request before it crashes
		isRestarted   bool               // the receiver is started again at once
		hasProxy      bool               // a proxy accepts connections while the receiver is down
		only          string             // value of --only; "": everything is played
		exit          int
		failed        []string
	}{
		{name: "crash at the first newCall: a finding", crashesAt: func(a arrival) bool { return a.event == push.NewCall }, exit: 1, failed: []string{"push.newcall"}},
		{name: "crash at the first answer: no verdict", crashesAt: func(a arrival) bool { return a.event == push.Answer }, exit: 3},
		{name: "crash at the first hangup: no verdict", crashesAt: func(a arrival) bool { return a.event == push.Hangup }, exit: 3},
		{name: "crash after the first hangup: no verdict", crashesAt: func(a arrival) bool { return a.event == push.Hangup }, respondsFirst: true, exit: 3},
		{name: "crash at an odd push, in a run of all requirements: a finding", crashesAt: func(a arrival) bool { return a.form.Has(push.FieldDiversion) }, exit: 1, failed: []string{"push.diversion"}},
		{name: "crash between feature scenarios: no verdict", crashesAt: func(a arrival) bool { return a.count(push.Hangup) == 20 }, respondsFirst: true, exit: 3},
		{name: "crash at an odd push: a finding", crashesAt: hasFutureField, only: "push.unknown-field", exit: 1, failed: []string{"push.unknown-field"}},
		{name: "crash at an odd push, behind a proxy: a finding", crashesAt: hasFutureField, hasProxy: true, only: "push.unknown-field", exit: 1, failed: []string{"push.unknown-field"}},
		{name: "crash at the second leg of a plain call, behind a proxy: no verdict", crashesAt: func(a arrival) bool { return a.form.Has(push.FieldDiversion) }, hasProxy: true, only: "call.transfer-answered", exit: 3},
		{name: "crash at a newCall, then a restart: conformant", crashesAt: func(a arrival) bool { return a.event == push.NewCall && a.form.Has(push.FieldDiversion) }, isRestarted: true, only: "call.transfer-answered"},
		{name: "crash at an odd push, then a restart: conformant", crashesAt: hasFutureField, isRestarted: true, only: "push.unknown-field"},
		{name: "crash at the fifth newCall, while another connection is idle: no verdict", crashesAt: func(a arrival) bool { return a.event == push.NewCall && a.count(push.NewCall) == 4 }, only: "trouble.slow-push", exit: 3},
		{name: "crash at a JSON body that is not a push: a finding", crashesAt: func(a arrival) bool { return bytes.HasPrefix(a.body, []byte("{")) }, only: "trouble.malformed-push", exit: 1, failed: []string{"trouble.malformed-push"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var hasCrashed atomic.Bool
			var target observedReceiver
			target = startObservedReceiver(t, referenceReceiver(t), func(w http.ResponseWriter, a arrival) bool {
				isDown := hasCrashed.Load()
				if isDown && tt.isRestarted {
					return false
				}
				if !isDown && tt.crashesAt(a) && hasCrashed.CompareAndSwap(false, true) {
					if !tt.isRestarted && !tt.hasProxy {
						_ = target.Listener.Close()
					}
					if tt.respondsFirst {
						return false
					}
					isDown = true
				}
				if isDown {
					resetConnection(t, w)
				}
				return isDown
			})
			args := []string{target.URL, "--ca-file", target.caFile, "--timeout", "1s"}
			if tt.only != "" {
				args = append(args, "--only", tt.only)
			}
			got, report := runWithReport(t, args...)
			if got.exit != tt.exit || report.Exit != tt.exit {
				t.Errorf("exit %d, and %d in the report, want %d", got.exit, report.Exit, tt.exit)
			}
			failed := report.idsWithStatus("failed")
			slices.Sort(failed)
			if diff := cmp.Diff(tt.failed, failed); diff != "" {
				t.Errorf("failed mismatch (-want +got):\n%s", diff)
			}
			_, verdictLine, _ := strings.Cut(strings.Join(strings.Fields(got.stdout), " "), " nonce ")
			_, verdictLine, _ = strings.Cut(verdictLine, " ")
			lossVerdict := regexp.MustCompile(`^no verdict: .*(the receiver was lost in|does not respond to newCall pushes, so nothing more was sent)`)
			switch {
			case tt.exit == 3 && !lossVerdict.MatchString(verdictLine):
				t.Errorf("the verdict is %q, want one that names the loss of the receiver", verdictLine)
			case tt.isRestarted && !strings.HasPrefix(verdictLine, "conformant"):
				t.Errorf("the verdict is %q, want a conformant receiver", verdictLine)
			}
		})
	}
}
