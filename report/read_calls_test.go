package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestReadCallsReturnsWhatWasSent(t *testing.T) {
	t.Parallel()
	long := []byte(strings.Repeat("a", 5000))
	v := everyStatus()
	v.Calls = []transcript.Call{{ID: 7, Scenario: "incoming-busy", Exchanges: []transcript.Exchange{
		{Sent: transcript.Sent{Body: []byte("event=newCall&callId=A")}}, {Sent: transcript.Sent{Body: long}}, {Sent: transcript.Sent{Body: []byte("a=\xff")}},
	}}}
	got, err := report.ReadCalls(asJSON(t, v))
	if err != nil {
		t.Fatal(err)
	}
	want := []report.Sent{{ID: 7, Scenario: "incoming-busy", Bodies: []report.Body{
		{Text: []byte("event=newCall&callId=A"), Whole: true}, {Text: bytes.Repeat([]byte("a"), 4096)}, {Text: []byte("a=\ufffd")},
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ReadCalls mismatch (-want +got):\n%s", diff)
	}
	if _, err := report.ReadCalls([]byte("{}")); err == nil {
		t.Error("ReadCalls of something else: no error")
	}
}
