package sender

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"

	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestDocumentIsParsedOnlyFromResponsesThatSipgateReads(t *testing.T) {
	t.Parallel()
	x, _ := exchangeWithMock(t, request{ReadDocument: true}, reply(200, emptyResponse, "Content-Type", "application/xml"))
	if x.Document.Response == nil {
		t.Errorf("Document = %+v, want a response in it", x.Document)
	}
	x, _ = exchangeWithMock(t, request{}, reply(200, emptyResponse, "Content-Type", "application/xml"))
	if x.Document.Kind != "" || string(x.ResponseBody) != emptyResponse {
		t.Errorf("Document = %+v, want the zero Document; ResponseBody %q", x.Document, x.ResponseBody)
	}
}

func TestBodyLimitsAreExactToTheByte(t *testing.T) {
	t.Parallel()
	limits := Limits{BodyBytes: 100, DrainBytes: 1000}
	for _, tt := range []struct {
		length int
		end    transcript.End
		kept   int
	}{{100, transcript.Complete, 100}, {101, transcript.BodyTooLong, 100}, {1000, transcript.BodyTooLong, 100}, {1001, transcript.NeverEnded, 100}} {
		plain := strings.Repeat("a", tt.length)
		withLength := reply(200, plain)
		withLength.ContentLength = int64(tt.length)
		for name, r := range map[string]*http.Response{
			"plain":               reply(200, plain),
			"with Content-Length": withLength,
			"gzip":                reply(200, toGzip(t, plain), "Content-Encoding", "gzip"),
		} {
			end, kept := tt.end, tt.kept
			if name == "with Content-Length" && tt.length > 1000 {
				end, kept = transcript.BodyTooLong, 0 // a body with too large a Content-Length is not read
			}
			mock := httpmock.NewMockTransport()
			mock.RegisterNoResponder(func(*http.Request) (*http.Response, error) { return r, nil })
			x := roundTrip(t.Context(), roundTripperPool(mock), request{URL: mustParseURL(t, receiverURL)}, limits)
			if x.End != end || len(x.ResponseBody) != kept || x.BodyLength != int64(tt.length) {
				t.Errorf("%s, %d bytes: End %q (%s), %d kept, BodyLength %d", name, tt.length, x.End, x.Detail, len(x.ResponseBody), x.BodyLength)
			}
		}
	}
}

func TestContentLengthIsUsedAsBodyLengthOnlyWithoutContentCoding(t *testing.T) {
	t.Parallel()
	for coding, want := range map[string]int64{"": 1000, "gzip": int64(len(emptyResponse))} {
		r := reply(200, emptyResponse)
		if coding != "" {
			r = reply(200, toGzip(t, emptyResponse), "Content-Encoding", coding)
		}
		r.ContentLength = 1000
		if x, _ := exchangeWithMock(t, request{}, r); x.BodyLength != want {
			t.Errorf("%q: BodyLength = %d, want %d", coding, x.BodyLength, want)
		}
	}
}

func TestDocumentIsCompleteOnlyIfAllItsBytesWereKept(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text         string
		droppedBytes int64 // number of bytes that came and were not kept
		want         bool
	}{{emptyResponse, 0, true}, {emptyResponse, 1, false}, {"<Response/>text", 0, false}, {"<Response><Unheard/></Response>", 0, true}, {"<Response>", 0, false}, {"", 0, false}, {" ", 0, false}} {
		b := body{kept: []byte(tt.text), length: int64(len(tt.text)) + tt.droppedBytes}
		if got := b.isWholeDocument(response.Input{Body: b.kept}); got != tt.want {
			t.Errorf("isWholeDocument of %q and %d more bytes = %v, want %v", tt.text, tt.droppedBytes, got, tt.want)
		}
	}
}
