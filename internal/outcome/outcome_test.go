package outcome_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestStatus503IsALimitOnlyIfTheResponseHasRetryAfter(t *testing.T) {
	t.Parallel()
	withRetryAfter := func(x *transcript.Exchange) { x.Header = http.Header{"Retry-After": {"5"}} }
	for name, test := range map[string]struct {
		x    transcript.Exchange
		want bool
	}{
		"status 429: limit":                     {exchange(push.NewCall, 429, "", ""), true},
		"status 503: no limit":                  {exchange(push.NewCall, 503, "", ""), false},
		"status 503 with Retry-After: limit":    {exchange(push.NewCall, 503, "", "", withRetryAfter), true},
		"status 500 with Retry-After: no limit": {exchange(push.NewCall, 500, "", "", withRetryAfter), false},
		"stimulus gets status 429: no limit":    {exchange(push.NewCall, 429, "", "", func(x *transcript.Exchange) { x.ForeignName = "an empty body" }), false},
	} {
		if got := outcome.IsOverLimit(test.x); got != test.want {
			t.Errorf("%s: IsOverLimit() = %t, want %t", name, got, test.want)
		}
	}
}

func TestLongestRetryAfterReturnsTheLongestPauseOfACall(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	newCallWith := func(status int, value string, change ...func(*transcript.Exchange)) transcript.Exchange {
		out := exchange(push.NewCall, status, "", "", change...)
		if value != "" {
			out.Header = http.Header{"Retry-After": {value}}
		}
		return out
	}
	stimulus := func(x *transcript.Exchange) { x.ForeignName = "an empty body" }
	tests := []struct {
		name      string
		exchanges []transcript.Exchange
		want      time.Duration
	}{
		{"Retry-After 30: 30 seconds", []transcript.Exchange{newCallWith(429, "30")}, 30 * time.Second},
		{"Retry-After 0: 1 second", []transcript.Exchange{newCallWith(429, "0")}, time.Second},
		{"Retry-After with a date in 20 seconds: 20 seconds", []transcript.Exchange{newCallWith(503, "Sun, 01 Mar 2026 12:00:20 GMT")}, 20 * time.Second},
		{"Retry-After with a date in the past: 1 second", []transcript.Exchange{newCallWith(429, "Sun, 01 Mar 2026 11:00:00 GMT")}, time.Second},
		{"Retry-After 3, 7 and 5: 7 seconds", []transcript.Exchange{newCallWith(429, "3"), newCallWith(429, "7"), newCallWith(429, "5")}, 7 * time.Second},
		{"no Retry-After: no pause", []transcript.Exchange{newCallWith(429, "")}, 0},
		{"Retry-After with a value that is no time: no pause", []transcript.Exchange{newCallWith(429, "soon")}, 0},
		{"Retry-After with statuses 200 and 500: no pause", []transcript.Exchange{newCallWith(200, "30"), newCallWith(500, "30")}, 0},
		{"Retry-After in the response to a stimulus: no pause", []transcript.Exchange{newCallWith(429, "30", stimulus)}, 0},
	}
	for _, test := range tests {
		if got := outcome.LongestRetryAfter(callOf(test.exchanges...), now); got != test.want {
			t.Errorf("%s: LongestRetryAfter() = %s, want %s", test.name, got, test.want)
		}
	}
}

func TestStateFromPushesIsTheSameInAnyOrder(t *testing.T) {
	t.Parallel()
	const ring, answer, digits, hangup = push.NewCall, push.Answer, push.DTMF, push.Hangup
	tests := []struct {
		name   string
		events []push.Event
		want   transcript.CallState
	}{
		{"no push: no state", nil, ""},
		{"newCall: ringing", []push.Event{ring}, transcript.CallRinging},
		{"answer: answered", []push.Event{ring, answer}, transcript.CallAnswered},
		{"answer before the newCall: answered", []push.Event{answer, ring}, transcript.CallAnswered},
		{"second newCall after the answer: answered", []push.Event{ring, answer, ring}, transcript.CallAnswered},
		{"hangup after the answer: over", []push.Event{ring, answer, hangup}, transcript.CallOver},
		{"hangup without an answer: over", []push.Event{ring, hangup}, transcript.CallOver},
		{"hangup before the answer: over", []push.Event{ring, hangup, answer}, transcript.CallOver},
		{"dtmf alone: no state", []push.Event{digits}, ""},
		{"dtmf after the answer: answered", []push.Event{ring, answer, digits}, transcript.CallAnswered},
	}
	for _, test := range tests {
		exchanges := []transcript.Exchange{acceptedExchange(push.Hangup, "Marty", "another")}
		for _, e := range test.events {
			exchanges = append(exchanges, acceptedExchange(e, "Doc", "1"))
		}
		if got := outcome.StateFromPushes(exchanges, "1"); got != test.want {
			t.Errorf("%s: StateFromPushes() = %q, want %q", test.name, got, test.want)
		}
	}
}
