package receiver_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Pushes of the tests. The incoming call is from Jennifer to Doc. The outgoing call is from Doc to Jennifer. The diverted call was
// forwarded from Doc to Marty.
const (
	incomingNewCall = "event=newCall&direction=in&from=491713920011&to=493023125001&callId=12111955&origCallId=12111955&user%5B%5D=Doc+Brown&userId%5B%5D=w0&fullUserId%5B%5D=1234567w0&xcid=5aada1e696b94cec"
	outgoingNewCall = "event=newCall&direction=out&from=493023125001&to=491713920011&callId=26101985&user%5B%5D=Doc+Brown"
	divertedNewCall = "event=newCall&direction=in&from=491713920011&to=493023125002&callId=21102015&user%5B%5D=Marty&diversion=493023125001"
	answerPush      = "event=answer&callId=12111955&user=Doc+Brown&userId=w0&fullUserId=1234567w0&from=491713920011&to=493023125001&direction=in&answeringNumber=493023125001"
	hangupPush      = "event=hangup&callId=12111955&cause=normalClearing&from=491713920011&to=493023125001&direction=in"
	dtmfPush        = "event=dtmf&callId=12111955&dtmf=1"

	formType = "application/x-www-form-urlencoded; charset=UTF-8"
)

const (
	onAnswer            = `onAnswer="https://receiver.example/answer"`
	onHangup            = `onHangup="https://receiver.example/hangup"`
	xmlDeclaration      = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	subscribingDocument = xmlDeclaration + `<Response ` + onAnswer + ` ` + onHangup + "/>\n"
)

// reply holds the parts of a response that the tests compare.
type reply struct {
	Status int
	Type   string
	Body   string
}

func newReceiver(t *testing.T, o receiver.Options) *receiver.Receiver {
	t.Helper()
	r, err := receiver.New(o)
	if err != nil {
		t.Fatalf("New(%+v): %v", o, err)
	}
	return r
}

// request makes a request to https://receiver.example.
func request(method, path, contentType, body string) *http.Request {
	req := httptest.NewRequest(method, "https://receiver.example"+path, strings.NewReader(body))
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	return req
}

func send(h http.Handler, req *http.Request) reply {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return reply{w.Code, w.Header().Get("Content-Type"), w.Body.String()}
}

func post(h http.Handler, form string) reply {
	return send(h, request("POST", "/", formType, form))
}

func parseSteering(t *testing.T, entries ...string) map[string]receiver.Steering {
	t.Helper()
	steering, err := receiver.ParseSteering(entries...)
	if err != nil {
		t.Fatalf("ParseSteering(%q): %v", entries, err)
	}
	return steering
}

func TestPushOfEachEventIsAccepted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, form string
		want       reply
	}{
		{"an incoming call", incomingNewCall, reply{200, "application/xml", subscribingDocument}},
		{"an outgoing call", outgoingNewCall, reply{200, "application/xml", subscribingDocument}},
		{"a diverted call", divertedNewCall, reply{200, "application/xml", subscribingDocument}},
		{"an answer", answerPush, reply{200, "", ""}},
		{"a hangup", hangupPush, reply{200, "", ""}},
		{"a dtmf without a Gather", dtmfPush, reply{200, "", ""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, receiver.Options{})
			for _, path := range []string{"/", "/answer", "/hooks//new?token=1", "//"} {
				got := send(r, request("POST", path, formType, test.form))
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("POST %s of %s mismatch (-want +got):\n%s", path, test.form, diff)
				}
			}
		})
	}
}

func TestFollowUpURLsPointToTheReceiver(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, base, url, host, want string
	}{
		{"request over TLS: https and the Host header", "", "https://receiver.example/", "receiver.example:8443", "https://receiver.example:8443"},
		{"request over plain HTTP: http and the Host header", "", "http://receiver.example/", "127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"IPv6 address in the Host header", "", "https://receiver.example/", "[::1]:8443", "https://[::1]:8443"},
		{"base URL with a path: the base URL", "https://phone.example/hooks/", "http://receiver.example/", "10.0.0.1:3000", "https://phone.example/hooks"},
		{"base URL and a malformed Host header: the base URL", "https://phone.example", "http://receiver.example/", `"><Hangup`, "https://phone.example"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			req := httptest.NewRequest("POST", test.url, strings.NewReader(incomingNewCall))
			req.Header.Set("Content-Type", formType)
			req.Host = test.host
			got := send(newReceiver(t, receiver.Options{BaseURL: test.base}), req).Body
			want := fmt.Sprintf(xmlDeclaration+`<Response onAnswer="%[1]s/answer" onHangup="%[1]s/hangup"/>`+"\n", test.want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("response at %s mismatch (-want +got):\n%s", test.host, diff)
			}
		})
	}
}

func TestMalformedHostHeadersAreRefused(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"", ":8443", "a b", `a"><Hangup/>`, "user@host", "host:0", "host:65536", "host:x", "[::1", "[nonsense]", "[fe80::1%25eth0]", "[127.0.0.1]", "a/b", strings.Repeat("a", 300)} {
		req := request("POST", "/", formType, incomingNewCall)
		req.Host = host
		if got := send(newReceiver(t, receiver.Options{}), req); got.Status != 400 || got.Body != "" {
			t.Errorf("POST with Host %q gives %+v, want an empty 400", host, got)
		}
	}
}

func TestNewRefusesInvalidBaseURLs(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"receiver.example", "/hooks", "ftp://receiver.example", "https://", "https://a b/", "https://receiver.example/?x=1", "https://receiver.example/#x", "https://doc:flux@receiver.example", "https://receiver.example:0"} {
		if _, err := receiver.New(receiver.Options{BaseURL: base}); err == nil || strings.Contains(err.Error(), "flux") {
			t.Errorf("New with BaseURL %q: error %v, want an error that does not repeat the credentials", base, err)
		}
	}
}

func TestConcurrentCallsKeepTheirStatesApart(t *testing.T) {
	t.Parallel()
	var lines []string
	r := newReceiver(t, receiver.Options{Log: func(line string) { lines = append(lines, line) }})
	var senders sync.WaitGroup
	for i := range 50 {
		senders.Go(func() {
			id := fmt.Sprintf("%0128d-%d", 0, i) // ids differ only after the 128th character
			for _, event := range []string{"newCall", "answer", "hangup"}[:i%3+1] {
				for range 2 {
					post(r, "event="+event+"&callId="+id+"&from=1&to=2&direction=in")
				}
			}
		})
	}
	senders.Wait()
	for i := range 50 {
		want := []push.CallState{push.CallRinging, push.CallAnswered, push.CallOver}[i%3]
		if got := r.State(fmt.Sprintf("%0128d-%d", 0, i)); got != want {
			t.Errorf("state of call %d is %q, want %q", i, got, want)
		}
	}
	if got := r.CallCount(); got != 50 {
		t.Errorf("CallCount() = %d, want 50", got)
	}
	if len(lines) != r.PushCount() {
		t.Errorf("%d lines were logged for %d pushes", len(lines), r.PushCount())
	}
}

func TestSoundIsAMonoWAVFileAt8kHz(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, receiver.Options{})
	w := httptest.NewRecorder()
	r.ServeHTTP(w, request("GET", "/sound.wav", "", ""))
	body, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	// RIFF, length, WAVE, fmt, length of the format, PCM, 1 channel, 8,000 samples per second, 16,000 bytes per second, 2 bytes per sample,
	// 16 bits per sample, data, length of the data
	want := "RIFF\xc4\x0f\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\xa0\x0f\x00\x00"
	if len(body) != 44+0xfa0 {
		t.Fatalf("sound has %d bytes, want %d", len(body), 44+0xfa0)
	}
	if diff := cmp.Diff(want, string(body[:44])); diff != "" {
		t.Errorf("header of the sound mismatch (-want +got):\n%s", diff)
	}
	if got := r.PushCount(); got != 0 {
		t.Errorf("PushCount() = %d after a GET of the sound, want 0", got)
	}
}
