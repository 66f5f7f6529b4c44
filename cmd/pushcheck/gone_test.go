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

// reset cuts the connection of a request, as the system does when a process ends.
func reset(t *testing.T, w http.ResponseWriter) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	_ = c.(*tls.Conn).NetConn().(*net.TCPConn).SetLinger(0)
	_ = c.(*tls.Conn).NetConn().Close()
}

func TestCrashIsAFindingAboutThePushOrLeavesNoVerdict(t *testing.T) {
	t.Parallel()
	futureField := func(h arrival) bool { return h.form.Has("futureField") }
	for _, tt := range []struct {
		name   string
		dies   func(arrival) bool // reports whether it crashes at this request
		after  bool               // it crashes after its response to that request
		back   bool               // it is started again at once
		proxy  bool               // a proxy still accepts connections to it
		only   string
		exit   int
		failed []string
	}{
		{name: "at the first newCall", dies: func(h arrival) bool { return h.event == push.NewCall }, exit: 1, failed: []string{"push.newcall"}},
		{name: "at the first answer", dies: func(h arrival) bool { return h.event == push.Answer }, exit: 3},
		{name: "at the first hangup", dies: func(h arrival) bool { return h.event == push.Hangup }, exit: 3},
		{name: "after the first hangup", dies: func(h arrival) bool { return h.event == push.Hangup }, after: true, exit: 3},
		{name: "at an odd push, and everything is played", dies: func(h arrival) bool { return h.form.Has(push.FieldDiversion) }, exit: 1, failed: []string{"push.diversion"}},
		{name: "between feature scenarios", dies: func(h arrival) bool { return h.count(push.Hangup) == 20 }, after: true, exit: 3},
		{name: "at an odd push", dies: futureField, only: "push.unknown-field", exit: 1, failed: []string{"push.unknown-field"}},
		{name: "at an odd push, behind a proxy", dies: futureField, proxy: true, only: "push.unknown-field", exit: 1, failed: []string{"push.unknown-field"}},
		{name: "at the second leg of a plain call, behind a proxy", dies: func(h arrival) bool { return h.form.Has(push.FieldDiversion) }, proxy: true, only: "call.transfer-answered", exit: 3},
		{name: "at a newCall, and is started again", dies: func(h arrival) bool { return h.event == push.NewCall && h.form.Has(push.FieldDiversion) }, back: true, only: "call.transfer-answered"},
		{name: "at an odd push, and is started again", dies: futureField, back: true, only: "push.unknown-field"},
		{name: "beside an idle connection", dies: func(h arrival) bool { return h.event == push.NewCall && h.count(push.NewCall) == 4 }, only: "trouble.slow-push", exit: 3},
		{name: "at a JSON body that is not a push", dies: func(h arrival) bool { return bytes.HasPrefix(h.body, []byte("{")) }, only: "trouble.malformed-push", exit: 1, failed: []string{"trouble.malformed-push"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var died atomic.Bool
			var r observedReceiver
			r = startObserved(t, referenceReceiver(t), func(w http.ResponseWriter, h arrival) bool {
				gone := died.Load()
				if gone && tt.back {
					return false
				}
				if !gone && tt.dies(h) && died.CompareAndSwap(false, true) {
					if !tt.back && !tt.proxy {
						_ = r.Listener.Close()
					}
					if tt.after {
						return false
					}
					gone = true
				}
				if gone {
					reset(t, w)
				}
				return gone
			})
			args := []string{r.URL, "--ca-file", r.caFile, "--timeout", "1s"}
			if tt.only != "" {
				args = append(args, "--only", tt.only)
			}
			got, d := runWithReport(t, args...)
			if got.exit != tt.exit || d.Exit != tt.exit {
				t.Errorf("exit %d, and %d in the report, want %d", got.exit, d.Exit, tt.exit)
			}
			bad := d.idsWithStatus("failed")
			slices.Sort(bad)
			if diff := cmp.Diff(tt.failed, bad); diff != "" {
				t.Errorf("failed mismatch (-want +got):\n%s", diff)
			}
			_, why, _ := strings.Cut(strings.Join(strings.Fields(got.stdout), " "), " nonce ")
			_, why, _ = strings.Cut(why, " ")
			gone := regexp.MustCompile(`^no verdict: .*(the receiver was lost in|does not respond to newCall pushes, so nothing more was sent)`)
			switch {
			case tt.exit == 3 && !gone.MatchString(why):
				t.Errorf("the verdict is %q, want one that names the loss of the receiver", why)
			case tt.back && !strings.HasPrefix(why, "conformant"):
				t.Errorf("the verdict is %q, want a conformant receiver", why)
			}
		})
	}
}
