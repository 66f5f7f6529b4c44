package sender

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
)

func TestReadDocumentReturnsOnlyDocumentsThatSipgateActsOn(t *testing.T) {
	t.Parallel()
	const document = `<Response onHangup="https://receiver.example/hangup"/>`
	var gzipDocument bytes.Buffer
	w := gzip.NewWriter(&gzipDocument)
	_, _ = w.Write([]byte(document))
	_ = w.Close()
	for _, test := range []struct {
		name   string
		event  push.Event
		status int
		media  string
		coding string
		body   []byte
		took   time.Duration
		want   bool // a document is returned
	}{
		{"a document in response to a newCall: returned", push.NewCall, 200, "application/xml", "", []byte(document), time.Second, true},
		{"a gzip document in response to a dtmf: returned", push.DTMF, 200, "text/xml", "gzip", gzipDocument.Bytes(), time.Second, true},
		{"half of a gzip document: nil", push.NewCall, 200, "application/xml", "gzip", gzipDocument.Bytes()[:20], time.Second, false},
		{"a document in response to an answer: nil", push.Answer, 200, "application/xml", "", []byte(document), time.Second, false},
		{"status 500: nil", push.NewCall, 500, "application/xml", "", []byte(document), time.Second, false},
		{"Content-Type text/html: nil", push.NewCall, 200, "text/html", "", []byte(document), time.Second, false},
		{"a response after 11 s: nil", push.NewCall, 200, "application/xml", "", []byte(document), 11 * time.Second, false},
		{"an empty body: nil", push.NewCall, 200, "application/xml", "", nil, time.Second, false},
	} {
		header := http.Header{"Content-Type": {test.media}}
		if test.coding != "" {
			header.Set("Content-Encoding", test.coding)
		}
		resp := &http.Response{StatusCode: test.status, Header: header, Body: io.NopCloser(bytes.NewReader(test.body)), ContentLength: int64(len(test.body))}
		got := ReadDocument(push.Push{Event: test.event}, false, resp, test.took)
		if (got != nil) != test.want {
			t.Errorf("%s: ReadDocument = %v, want a document: %t", test.name, got, test.want)
		}
	}
	if diff := cmp.Diff(document, string(Decode(gzipDocument.Bytes(), http.Header{"Content-Encoding": {"gzip"}}))); diff != "" {
		t.Errorf("Decode mismatch (-want +got):\n%s", diff)
	}
}
