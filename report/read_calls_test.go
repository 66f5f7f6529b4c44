package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestParseCallsReturnsTheSentBodies(t *testing.T) {
	t.Parallel()
	long := []byte(strings.Repeat("a", 5000))
	v := everyStatus()
	v.Calls = []transcript.Call{{ID: 7, Scenario: "incoming-busy", Exchanges: []transcript.Exchange{
		{Sent: transcript.Sent{Body: []byte("event=newCall&callId=A")}}, {Sent: transcript.Sent{Body: long}}, {Sent: transcript.Sent{Body: []byte("a=\xff")}},
	}}}
	got, err := report.ParseCalls(reportAsJSON(t, v))
	if err != nil {
		t.Fatal(err)
	}
	want := []report.SentCall{{ID: 7, Scenario: "incoming-busy", Bodies: []report.Body{
		{Text: []byte("event=newCall&callId=A"), IsComplete: true}, {Text: bytes.Repeat([]byte("a"), 4096)}, {Text: []byte("a=\ufffd")},
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ParseCalls mismatch (-want +got):\n%s", diff)
	}
	if _, err := report.ParseCalls([]byte("{}")); err == nil {
		t.Error("ParseCalls of something else: no error")
	}
}
