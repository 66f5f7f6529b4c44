package run_test

import (
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/transcript"
)

func TestReceiverThatRefusesConcurrentCallsIsReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var concurrent atomic.Int32
		r := probedRun(t, inMemoryOptions(receiverAfter(t, func(w http.ResponseWriter, f url.Values) bool {
			if f.Get("event") != "newCall" {
				return false
			}
			defer concurrent.Add(-1)
			if concurrent.Add(1) > 20 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return true
			}
			time.Sleep(100 * time.Millisecond)
			return false
		})))
		v := play(t, r, plainCall(t, "forward-busy"), manyCalls())
		if diff := cmp.Diff([]string{"trouble.many-calls"}, failedIDs(v)); diff != "" {
			t.Errorf("failed requirements mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestCrowdGrowsUntilAPushIsRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		limit int32 // number of concurrent newCalls that the receiver accepts
		want  int   // number of calls in the last crowd; the last crowd is judged
	}{
		"receiver accepts every call: 50 calls in the last crowd":           {100, 50},
		"receiver accepts ten calls at a time: 15 calls in the last crowd":  {10, 15},
		"receiver accepts three calls at a time: 5 calls in the last crowd": {3, 5},
	} {
		synctest.Test(t, func(t *testing.T) {
			var concurrent atomic.Int32
			r := probedRun(t, inMemoryOptions(receiverAfter(t, func(w http.ResponseWriter, f url.Values) bool {
				if f.Get("event") != "newCall" {
					return false
				}
				defer concurrent.Add(-1)
				if concurrent.Add(1) > tt.limit {
					w.WriteHeader(http.StatusServiceUnavailable)
					return true
				}
				time.Sleep(100 * time.Millisecond)
				return false
			})))
			var got transcript.Call = r.Play(t.Context(), manyCalls(), false).Call
			if got.Crowd != tt.want {
				t.Errorf("%s: a crowd of %d counts, want %d", name, got.Crowd, tt.want)
			}
		})
	}
}
