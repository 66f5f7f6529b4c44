package receiver

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
)

func TestStateOfACallAfterPushesInAnyOrder(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		events []push.Event
		want   push.CallState
	}{
		{"no push: unknown", nil, push.CallUnknown},
		{"newCall: ringing", []push.Event{push.NewCall}, push.CallRinging},
		{"two newCalls: ringing", []push.Event{push.NewCall, push.NewCall}, push.CallRinging},
		{"newCall and answer: answered", []push.Event{push.NewCall, push.Answer}, push.CallAnswered},
		{"second newCall after the answer: still answered", []push.Event{push.NewCall, push.Answer, push.NewCall}, push.CallAnswered},
		{"hangup after the answer: over", []push.Event{push.NewCall, push.Answer, push.Hangup}, push.CallOver},
		{"hangup without an answer: over", []push.Event{push.NewCall, push.Hangup}, push.CallOver},
		{"answer after the hangup: still over", []push.Event{push.NewCall, push.Hangup, push.Answer}, push.CallOver},
		{"second newCall after the hangup: still over", []push.Event{push.NewCall, push.Hangup, push.NewCall}, push.CallOver},
		{"answer without a newCall: answered", []push.Event{push.Answer}, push.CallAnswered},
		{"hangup without a newCall: over", []push.Event{push.Hangup}, push.CallOver},
		{"dtmf while the call rings: still ringing", []push.Event{push.NewCall, push.DTMF}, push.CallRinging},
		{"dtmf without a newCall: unknown", []push.Event{push.DTMF}, push.CallUnknown},
		{"unknown event: unknown", []push.Event{"futureEvent"}, push.CallUnknown},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := makeCallStore(10)
			for _, event := range test.events {
				c.update(push.Push{Event: event, CallID: "12111955"})
			}
			if got := c.state("12111955"); got != test.want {
				t.Errorf("state after %q is %q, want %q", test.events, got, test.want)
			}
		})
	}
}

func TestTheOldestCallsAreForgottenFirst(t *testing.T) {
	t.Parallel()
	c := makeCallStore(3)
	for i := range 8 {
		id := strconv.Itoa(i)
		c.update(push.Push{Event: push.NewCall, CallID: id})
		c.update(push.Push{Event: push.Answer, CallID: id})
		c.update(push.Push{Event: push.NewCall, CallID: "0"}) // call 0 is remembered again if it was forgotten
	}
	got := map[string]push.CallState{}
	for i := range 8 {
		got[strconv.Itoa(i)] = c.state(strconv.Itoa(i))
	}
	want := map[string]push.CallState{
		"0": push.CallRinging, "1": push.CallUnknown, "2": push.CallUnknown, "3": push.CallUnknown, "4": push.CallUnknown, "5": push.CallUnknown, "6": push.CallAnswered, "7": push.CallAnswered,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("states mismatch (-want +got):\n%s", diff)
	}
	if got := c.count(); got != 3 {
		t.Errorf("%d calls are remembered, want 3", got)
	}
}

func TestCallsWithTooLongIDsAreNotRemembered(t *testing.T) {
	t.Parallel()
	c := makeCallStore(3)
	c.update(push.Push{Event: push.NewCall, CallID: strings.Repeat("A", maxCallID)})
	c.update(push.Push{Event: push.NewCall, CallID: strings.Repeat("A", maxCallID+1)})
	c.update(push.Push{Event: push.NewCall})
	if got := c.count(); got != 1 {
		t.Errorf("%d calls are remembered, want 1", got)
	}
}

func TestStatePageIsJSON(t *testing.T) {
	t.Parallel()
	r, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"12111955", "a/b ü\"", "..", "100%25"} {
		r.calls.update(push.Push{Event: push.NewCall, CallID: id})
	}
	type page struct {
		Status int
		Type   string
		Body   string
	}
	tests := []struct {
		path string
		want page
	}{
		{"/calls/12111955", page{200, "application/json", `{"callId":"12111955","state":"ringing"}`}},
		{"/calls/a%2Fb%20%C3%BC%22", page{200, "application/json", `{"callId":"a/b ü\"","state":"ringing"}`}},
		{"/calls/100%2525", page{200, "application/json", `{"callId":"100%25","state":"ringing"}`}},
		{"/calls/..", page{200, "application/json", `{"callId":"..","state":"ringing"}`}},
		{"/calls/1211195", page{404, "application/json", `{"callId":"1211195","state":"unknown"}`}},
		{"/calls/", page{405, "", ""}},
		{"/calls", page{405, "", ""}},
	}
	for _, test := range tests {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "https://receiver.example"+test.path, nil))
		if diff := cmp.Diff(test.want, page{w.Code, w.Header().Get("Content-Type"), w.Body.String()}); diff != "" {
			t.Errorf("GET %s mismatch (-want +got):\n%s", test.path, diff)
		}
	}
}
