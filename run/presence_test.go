package run_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestOnlyThePushThatAReceiverCrashedAtIsReported(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]func(http.ResponseWriter){
		"it drops everything":           func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
		"a proxy responds with 502":     func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) },
		"it responds to all with a 500": func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var dead atomic.Bool
			o := inMemory(forms(t, func(w http.ResponseWriter, f url.Values) bool {
				if f.Get("from") == "anonymous" {
					dead.Store(true)
				}
				if dead.Load() {
					after(w)
				}
				return dead.Load()
			}))
			o.Sender.Limits = sender.Limits{Exchange: time.Second, Pace: 10} // short, because the run waits for the receiver to recover
			r := probed(t, o)
			v := play(t, r, plain(t, "forward-busy"), odd(t, "push.anonymous-caller", "the caller suppresses the number"), odd(t, "push.odd-caller", "the caller is a SIP id"),
				plain(t, "transfer-answered"), manyCalls())
			if diff := cmp.Diff([]string{"push.anonymous-caller"}, failed(v)); diff != "" || v.Exit != verdict.ExitNotConformant {
				t.Errorf("exit %d, failed requirements mismatch (-want +got):\n%s", v.Exit, diff)
			}
			for _, id := range []string{"trouble.many-calls", "push.odd-caller", "call.transfer-answered"} {
				if r := row(t, v, id); r.Status != verdict.Undetermined || r.Because != "push.anonymous-caller" {
					t.Errorf("%s is %s because of %q, want undetermined because of push.anonymous-caller", id, r.Status, r.Because)
				}
			}
		})
	}
}

func TestReceiverThatRefusesKnownCallIdsIsNotLost(t *testing.T) {
	t.Parallel()
	var known sync.Map
	r := probed(t, inMemory(forms(t, func(w http.ResponseWriter, f url.Values) bool {
		if f.Get("event") != "newCall" {
			return false
		}
		_, twice := known.LoadOrStore(f.Get("xcid"), true)
		if twice {
			w.WriteHeader(http.StatusInternalServerError)
		}
		return twice
	})))
	v := play(t, r, plain(t, "transfer-answered"), plain(t, "transfer-unanswered"), plain(t, "forward-busy"), plain(t, "internal-answered"), manyCalls(), plain(t, "incoming-busy"))
	want := []string{"call.transfer-answered", "call.transfer-unanswered", "call.forward-busy", "call.internal"} // whose legs share an xcid
	if diff := cmp.Diff(want, failed(v), cmpopts.SortSlices(strings.Compare)); diff != "" {
		t.Errorf("failed requirements mismatch (-want +got):\n%s", diff)
	}
}
