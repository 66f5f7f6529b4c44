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

func TestAReceiverThatDiesOfAPushEachTimeAndIsStartedAgain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		dies   func(happening) bool
		only   string // "": everything is played
		failed []string
	}{
		{"of an odd push", func(h happening) bool { return h.form.Has("futureField") }, "push.unknown-field", []string{"push.unknown-field"}},
		{"of an odd push among all others", func(h happening) bool {
			return h.event == push.NewCall && !h.form.Has(push.FieldUsers) && len(h.form) > 3 && h.form.Get("direction") == "in"
		}, "", []string{"push.user-absent"}},
		{"of a plain push of a call", func(h happening) bool { return h.event == push.NewCall && h.form.Has(push.FieldDiversion) }, "call.transfer-answered", []string{"call.transfer-answered"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var r observed
			var deaths mortal
			r = watched(t, reference(t), func(w http.ResponseWriter, h happening) bool {
				if !tt.dies(h) {
					return false
				}
				deaths.restart(t, r, func() { reset(t, w) })
				return true
			})
			deaths.listener = make(chan net.Listener, 1)
			deaths.listener <- r.Listener
			t.Cleanup(func() { _ = (<-deaths.listener).Close() })
			args := []string{r.URL, "--ca-file", r.ca}
			if tt.only != "" {
				args = append(args, "--only", tt.only)
			}
			got, d := judged(t, args...)
			if got.exit != 1 || d.Exit != 1 {
				t.Errorf("exit %d, and %d in the report, want 1:\n%s", got.exit, d.Exit, got.stdout)
			}
			failed := d.with("failed")
			slices.Sort(failed)
			if diff := cmp.Diff(tt.failed, failed); diff != "" {
				t.Errorf("failed mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// mortal is a receiver that somebody starts again whenever it dies.
type mortal struct {
	listener chan net.Listener // empty while nothing listens
}

// restart closes the listener for a while, before the connection is cut.
func (m *mortal) restart(t *testing.T, r observed, cut func()) {
	const away = 300 * time.Millisecond
	l := <-m.listener
	_ = l.Close()
	cut()
	time.AfterFunc(away, func() {
		next, err := net.Listen("tcp", r.Listener.Addr().String())
		if err != nil {
			t.Errorf("starting the receiver again: %v", err)
			m.listener <- l
			return
		}
		m.listener <- next
		_ = r.Config.Serve(tls.NewListener(next, r.TLS)) // until it dies again, or the test ends
	})
}
