package receiver

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOnlySlowFaultsDelayResponses(t *testing.T) {
	t.Parallel()
	got := map[string]time.Duration{}
	for _, f := range Faults() {
		d := draft{baseURL: "https://receiver.example", status: 200, header: http.Header{}, body: []byte("<Response/>")}
		if f.change == nil {
			continue
		}
		if f.change(&d); d.delay != 0 {
			got[f.Name] = d.delay
		}
	}
	want := map[string]time.Duration{"slow": 12 * time.Second, "not-prompt": 1500 * time.Millisecond, "one-push": 1200 * time.Millisecond}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("delays mismatch (-want +got):\n%s", diff)
	}
}
