//go:build unix

package main

import (
	"crypto/tls"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
)

func TestRestartedReceiverFailsOnlyTheRequirementWhosePushCrashesIt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		crashesAt func(arrival) bool // reports whether the receiver crashes at this request
		only      string             // value of --only; "": everything is played
		failed    []string
	}{
		{"crash at an odd push", func(a arrival) bool { return a.form.Has("futureField") }, "push.unknown-field", []string{"push.unknown-field"}},
		{"crash at an odd push, in a run of all requirements", func(a arrival) bool {
			return a.event == push.NewCall && !a.form.Has(push.FieldUsers) && len(a.form) > 3 && a.form.Get("direction") == "in"
		}, "", []string{"push.user-absent"}},
		{"crash at a plain push of a call", func(a arrival) bool { return a.event == push.NewCall && a.form.Has(push.FieldDiversion) }, "call.transfer-answered", []string{"call.transfer-answered"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var target observedReceiver
			var crashes restartingServer
			target = startObservedReceiver(t, referenceReceiver(t), func(w http.ResponseWriter, a arrival) bool {
				if !tt.crashesAt(a) {
					return false
				}
				crashes.restart(t, target, func() { resetConnection(t, w) })
				return true
			})
			crashes.listener = make(chan net.Listener, 1)
			crashes.listener <- target.Listener
			t.Cleanup(func() { _ = (<-crashes.listener).Close() })
			args := []string{target.URL, "--ca-file", target.caFile}
			if tt.only != "" {
				args = append(args, "--only", tt.only)
			}
			got, report := runWithReport(t, args...)
			if got.exit != 1 || report.Exit != 1 {
				t.Errorf("exit %d, and %d in the report, want 1:\n%s", got.exit, report.Exit, got.stdout)
			}
			failed := report.idsWithStatus("failed")
			slices.Sort(failed)
			if diff := cmp.Diff(tt.failed, failed); diff != "" {
				t.Errorf("failed mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// restartingServer is a receiver that is started again whenever it crashes.
type restartingServer struct {
	listener chan net.Listener // empty while nothing listens
}

// restart closes the listener and the connection, and listens again a short time later.
func (m *restartingServer) restart(t *testing.T, r observedReceiver, closeConnection func()) {
	const downTime = 300 * time.Millisecond
	l := <-m.listener
	_ = l.Close()
	closeConnection()
	time.AfterFunc(downTime, func() {
		newListener, err := net.Listen("tcp", r.Listener.Addr().String())
		if err != nil {
			t.Errorf("starting the receiver again: %v", err)
			m.listener <- l
			return
		}
		m.listener <- newListener
		_ = r.Config.Serve(tls.NewListener(newListener, r.TLS)) // serves until the next crash or the end of the test
	})
}
