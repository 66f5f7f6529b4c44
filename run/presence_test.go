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

func TestOnlyThePushThatCrashedTheReceiverIsReported(t *testing.T) {
	t.Parallel()
	for name, respondAfterCrash := range map[string]func(http.ResponseWriter){
		"after the crash, connections are closed":        func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
		"after the crash, a proxy responds with 502":     func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) },
		"after the crash, every response has status 500": func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var crashed atomic.Bool
			o := inMemoryOptions(receiverAfter(t, func(w http.ResponseWriter, f url.Values) bool {
				if f.Get("from") == "anonymous" {
					crashed.Store(true)
				}
				if crashed.Load() {
					respondAfterCrash(w)
				}
				return crashed.Load()
			}))
			o.Sender.Limits = sender.Limits{Exchange: time.Second, Pace: 10} // short, because the run waits until the receiver recovers
			r := probedRun(t, o)
			v := play(t, r, plainCall(t, "forward-busy"), oddCall(t, "push.anonymous-caller", "the caller suppresses the number"), oddCall(t, "push.odd-caller", "the caller is a SIP id"),
				plainCall(t, "transfer-answered"), manyCalls())
			if diff := cmp.Diff([]string{"push.anonymous-caller"}, failedIDs(v)); diff != "" || v.Exit != verdict.ExitNotConformant {
				t.Errorf("exit %d, failed requirements mismatch (-want +got):\n%s", v.Exit, diff)
			}
			for _, id := range []string{"trouble.many-calls", "push.odd-caller", "call.transfer-answered"} {
				if r := row(t, v, id); r.Status != verdict.Undetermined || r.CauseID != "push.anonymous-caller" {
					t.Errorf("%s is %s because of %q, want undetermined because of push.anonymous-caller", id, r.Status, r.CauseID)
				}
			}
		})
	}
}

func TestReceiverThatRefusesKnownXcidsIsNotLost(t *testing.T) {
	t.Parallel()
	var knownXcids sync.Map
	r := probedRun(t, inMemoryOptions(receiverAfter(t, func(w http.ResponseWriter, f url.Values) bool {
		if f.Get("event") != "newCall" {
			return false
		}
		_, isKnown := knownXcids.LoadOrStore(f.Get("xcid"), true)
		if isKnown {
			w.WriteHeader(http.StatusInternalServerError)
		}
		return isKnown
	})))
	v := play(t, r, plainCall(t, "transfer-answered"), plainCall(t, "transfer-unanswered"), plainCall(t, "forward-busy"), plainCall(t, "internal-answered"), manyCalls(), plainCall(t, "incoming-busy"))
	want := []string{"call.transfer-answered", "call.transfer-unanswered", "call.forward-busy", "call.internal"} // the legs of these calls have the same xcid
	if diff := cmp.Diff(want, failedIDs(v), cmpopts.SortSlices(strings.Compare)); diff != "" {
		t.Errorf("failed requirements mismatch (-want +got):\n%s", diff)
	}
}
