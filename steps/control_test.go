package steps_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/verdict"
)

// forms is a receiver with a say before the reference receiver's: it is shown the form of each push.
func forms(t *testing.T, before func(http.ResponseWriter, url.Values) bool) http.Handler {
	t.Helper()
	h := reference(t, receiver.Options{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		form, _ := url.ParseQuery(string(body)) // what is no form has no fields
		if before(w, form) {
			return
		}
		r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), r.Body))
		h.ServeHTTP(w, r)
	})
}

func TestThePushThatAReceiverDiedOfIsNamedAndNothingBesides(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]func(http.ResponseWriter){
		"it drops everything":     func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
		"a proxy says 502 for it": func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) },
	} {
		var dead atomic.Bool
		v := judgedAt(t, forms(t, func(w http.ResponseWriter, f url.Values) bool {
			if f.Get("from") == "anonymous" {
				dead.Store(true)
			}
			if dead.Load() {
				after(w)
			}
			return dead.Load()
		}))
		if diff := cmp.Diff([]string{"push.anonymous-caller"}, failed(v)); diff != "" || v.Exit != verdict.ExitNotConformant {
			t.Errorf("%s: exit %d, what is not met mismatch (-want +got):\n%s", name, v.Exit, diff)
		}
		if r := row(t, v, "trouble.many-calls"); r.Status != verdict.Undetermined || r.Because != "push.anonymous-caller" {
			t.Errorf("%s: trouble.many-calls is %s because of %q, want undetermined because of push.anonymous-caller", name, r.Status, r.Because)
		}
	}
}

func TestAReceiverThatTakesNoCallTwiceIsNotTakenForDead(t *testing.T) {
	t.Parallel()
	var known sync.Map
	v := judgedAt(t, forms(t, func(w http.ResponseWriter, f url.Values) bool {
		if f.Get("event") != "newCall" {
			return false
		}
		_, twice := known.LoadOrStore(f.Get("xcid"), true)
		if twice {
			w.WriteHeader(http.StatusInternalServerError)
		}
		return twice
	}))
	want := []string{"call.transfer-answered", "call.transfer-unanswered", "call.forward-busy", "call.internal"} // whose legs share it
	if diff := cmp.Diff(want, failed(v), cmpopts.SortSlices(strings.Compare)); diff != "" {
		t.Errorf("what is not met mismatch (-want +got):\n%s", diff)
	}
}

func TestAReceiverThatTurnsCallsAwayInACrowdIsFoundOut(t *testing.T) {
	t.Parallel()
	var busy atomic.Int32
	v := judgedAt(t, forms(t, func(w http.ResponseWriter, f url.Values) bool {
		if f.Get("event") != "newCall" {
			return false
		}
		defer busy.Add(-1)
		if busy.Add(1) > 20 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		work := time.NewTimer(100 * time.Millisecond)
		<-work.C
		return false
	}))
	if diff := cmp.Diff([]string{"trouble.many-calls"}, failed(v)); diff != "" {
		t.Errorf("what is not met mismatch (-want +got):\n%s", diff)
	}
}
