package sender

import (
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestTooLongHTMLPageIsRecognizedByItsBeginning(t *testing.T) {
	t.Parallel()
	limits := Limits{BodyBytes: 256 << 10}
	long := strings.Repeat("<p>Hill Valley</p>", 20000)
	for _, tt := range []struct {
		name, text   string
		readDocument bool
		want         response.Document // only Kind and Format are compared
	}{
		{"HTML page that is read as a document", "<!DOCTYPE html><html>" + long, true, response.Document{Kind: response.NotXML, Format: "an HTML page"}},
		{"HTML page that is not read as a document", "<!DOCTYPE html><html>" + long, false, response.Document{}},
		{"document that is too long", "<Response>" + long, true, response.Document{}},
	} {
		pool, u := startReceiver(t, limits, respondAndClose(xmlHead+"\r\n"+tt.text))
		x := roundTrip(t.Context(), pool, request{URL: u, Body: []byte("event=newCall"), ReadDocument: tt.readDocument}, limits)
		if x.End != transcript.BodyTooLong || x.Document.Kind != tt.want.Kind || x.Document.Format != tt.want.Format {
			t.Errorf("%s: End %q, Document.Kind %q, Format %q, want BodyTooLong and %+v", tt.name, x.End, x.Document.Kind, x.Document.Format, tt.want)
		}
	}
}

func TestDocumentWithPaddingIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	const limit, unpaddedLength = 1 << 20, len("<Response><Hangup/></Response>")
	for length, want := range map[int]transcript.End{100: transcript.Complete, limit - 1: transcript.Complete, limit: transcript.Complete, limit + 1: transcript.NeverEnded} {
		padded := "<Response>" + strings.Repeat(" ", length-unpaddedLength) + "<Hangup/></Response>"
		pool, u := startReceiver(t, Limits{}, respondAndClose(xmlHead+"\r\n"+padded))
		x := roundTrip(t.Context(), pool, request{URL: u, Body: []byte("event=newCall"), ReadDocument: true}, Limits{})
		if read := x.Document.Response != nil; x.End != want || read != (want == transcript.Complete) {
			t.Errorf("%d bytes: End %q, read %t, want %q", length, x.End, read, want)
		}
		if kept := min(length, 64<<10); len(x.ResponseBody) != kept || x.BodyLength != int64(length) {
			t.Errorf("%d bytes: %d kept, BodyLength %d, want %d kept", length, len(x.ResponseBody), x.BodyLength, kept)
		}
	}
}
