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

func TestStatesFollowThePushesInAnyOrder(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		events []push.Event
		want   push.CallState
	}{
		{"nothing", nil, push.CallUnknown},
		{"rings", []push.Event{push.NewCall}, push.CallRinging},
		{"rings twice", []push.Event{push.NewCall, push.NewCall}, push.CallRinging},
		{"answered", []push.Event{push.NewCall, push.Answer}, push.CallAnswered},
		{"answered, and the newCall comes again", []push.Event{push.NewCall, push.Answer, push.NewCall}, push.CallAnswered},
		{"over", []push.Event{push.NewCall, push.Answer, push.Hangup}, push.CallOver},
		{"over without answer", []push.Event{push.NewCall, push.Hangup}, push.CallOver},
		{"over, and a late answer", []push.Event{push.NewCall, push.Hangup, push.Answer}, push.CallOver},
		{"over, and the newCall comes again", []push.Event{push.NewCall, push.Hangup, push.NewCall}, push.CallOver},
		{"only an answer", []push.Event{push.Answer}, push.CallAnswered},
		{"only a hangup", []push.Event{push.Hangup}, push.CallOver},
		{"digits while it rings", []push.Event{push.NewCall, push.DTMF}, push.CallRinging},
		{"only digits", []push.Event{push.DTMF}, push.CallUnknown},
		{"an unknown event", []push.Event{"futureEvent"}, push.CallUnknown},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newCalls(10)
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
	c := newCalls(3)
	for i := range 8 {
		id := strconv.Itoa(i)
		c.update(push.Push{Event: push.NewCall, CallID: id})
		c.update(push.Push{Event: push.Answer, CallID: id})
		c.update(push.Push{Event: push.NewCall, CallID: "0"}) // comes again and again, and is remembered anew when forgotten
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

func TestEndlessCallIDsAreNotRemembered(t *testing.T) {
	t.Parallel()
	c := newCalls(3)
	c.update(push.Push{Event: push.NewCall, CallID: strings.Repeat("A", maxCallID)})
	c.update(push.Push{Event: push.NewCall, CallID: strings.Repeat("A", maxCallID+1)})
	c.update(push.Push{Event: push.NewCall})
	if got := c.count(); got != 1 {
		t.Errorf("%d calls are remembered, want 1", got)
	}
}

func TestStatesAreShownAsJSON(t *testing.T) {
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
