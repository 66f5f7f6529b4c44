package transcript_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestTreatmentDependsOnTheStatusAndTheRoot(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		status     int
		root       string
		want       transcript.Treatment
		isDeclined bool
	}{
		{"status 200 without a document", 200, "", transcript.Accepted, false},
		{"status 200 with the root Response", 200, "Response", transcript.Accepted, false},
		{"status 200 with the root response in lower case", 200, "response", transcript.Accepted, false},
		{"status 200 with the root Error", 200, "Error", transcript.Refused, true},
		{"status 202 with the root Error", 202, "Error", transcript.Refused, true},
		{"status 302", 302, "", transcript.Refused, false},
		{"status 404", 404, "Error", transcript.Refused, false},
		{"status 500", 500, "Response", transcript.ServerError, false},
	}
	for _, test := range tests {
		x := transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Complete, Status: test.status, Document: response.Document{Root: test.root}}}
		if got := x.Treatment(); got != test.want {
			t.Errorf("%s: Treatment() = %d, want %d", test.name, got, test.want)
		}
		if got := x.IsDeclined(); got != test.isDeclined {
			t.Errorf("%s: IsDeclined() = %t, want %t", test.name, got, test.isDeclined)
		}
	}
	dropped := transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Dropped}}
	if got := dropped.Treatment(); got != transcript.NoResponse {
		t.Errorf("dropped: Treatment() = %d, want %d", got, transcript.NoResponse)
	}
}
