package sender

import (
	"crypto/rand"
	"crypto/rsa"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jarcoal/httpmock"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// sendSigned sends one push with a sender that has a key for signatures. It returns the body and the headers of the request, and the
// exchange.
func sendSigned(t *testing.T, change func(*CallToPlay)) (body []byte, header http.Header, x transcript.Exchange) {
	t.Helper()
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		var err error
		if header = r.Header; r.Body != nil {
			body, err = io.ReadAll(r.Body)
		}
		echo := httptest.NewRecorder()
		_, _ = echo.WriteString(r.Header.Get(push.SignatureHeader))
		return echo.Result(), err
	})
	s := New(Options{
		Incoming: &url.URL{Scheme: "https", Host: "receiver.example", Path: "/"}, RoundTripper: mock, SignKey: testKey(), Dialect: push.ObservedDialect(),
		Header: http.Header{"X-Forwarded-For": {"217.116.118.254"}},
	})
	p := CallToPlay{Call: call.SinglePush(push.Push{Event: push.NewCall, From: "491713920011", To: "493023125001", Users: []string{"Doc"}}, "Doc", receiverURL)}
	change(&p)
	out := s.Play(t.Context(), p)
	return body, header, out.Exchanges[0]
}

func TestSignatureCoversTheFinalBody(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*CallToPlay){
		"no twist": func(*CallToPlay) {},
		"form edited": func(p *CallToPlay) {
			p.Twist.Edit = func(_ experiment.Setting, _ call.Step, f push.Form) push.Form {
				return f.With(push.FieldFrom, "anonymous")
			}
		},
		"body changed": func(p *CallToPlay) {
			p.Twist.RequestEdit = func(_ experiment.Setting, _ call.Step, f push.Form, w *experiment.Request) error {
				w.Body = f.Encode(true)
				return nil
			}
		},
		"body removed": func(p *CallToPlay) {
			p.Twist.RequestEdit = func(_ experiment.Setting, _ call.Step, _ push.Form, w *experiment.Request) error {
				w.Body = nil
				return nil
			}
		},
	} {
		body, header, x := sendSigned(t, change)
		if err := push.Verify(&testKey().PublicKey, body, header.Get(push.SignatureHeader)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		want := http.Header{"X-Sipgate-Signature": {"$X_SIPGATE_SIGNATURE"}, "X-Forwarded-For": {"217.116.118.254"}}
		if diff := cmp.Diff(want, x.SentHeader); diff != "" {
			t.Errorf("%s: SentHeader mismatch (-want +got):\n%s", name, diff)
		}
		if got := string(x.ResponseBody); got != "$X_SIPGATE_SIGNATURE" {
			t.Errorf("%s: the echoed signature is kept as %q, want the placeholder", name, got)
		}
	}
}

func TestPushWhoseSignatureHeaderIsSetIsNotSigned(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ set, want []string }{
		"header with another signature": {[]string{"Zm9yZ2Vk"}, []string{"Zm9yZ2Vk"}},
		"header without values":         {nil, nil},
	} {
		_, header, _ := sendSigned(t, func(p *CallToPlay) {
			p.Twist.RequestEdit = func(_ experiment.Setting, _ call.Step, _ push.Form, w *experiment.Request) error {
				w.Header["x-sipgate-signature"] = test.set
				return nil
			}
		})
		var got []string
		for key, values := range header {
			if http.CanonicalHeaderKey(key) == push.SignatureHeader {
				got = append(got, values...)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: signatures sent mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestPushThatCannotBeSignedIsNotSent(t *testing.T) {
	t.Parallel()
	s := New(Options{Incoming: &url.URL{Scheme: "https", Host: "receiver.example"}, RoundTripper: acceptingReceiver{}, SignKey: &rsa.PrivateKey{}})
	c := call.SinglePush(push.Push{Event: push.NewCall}, "Doc", receiverURL)
	x := s.Play(t.Context(), CallToPlay{Call: c}).Exchanges[0]
	if x.End != transcript.Interrupted || x.Detail == "" {
		t.Errorf("End = %q, Detail = %q, want Interrupted and a reason", x.End, x.Detail)
	}
}

// acceptingReceiver is a receiver that accepts every push.
type acceptingReceiver struct{}

func (acceptingReceiver) RoundTrip(*http.Request) (*http.Response, error) { return reply(200, ""), nil }

func TestTranscriptKeepsSignatureAndForwardedHeaders(t *testing.T) {
	t.Parallel()
	got := decisiveHeaders(http.Header{
		"x-forwarded-for": {"10.0.0.1", "10.0.0.2"}, "x-sipgate-signature": {"c2ln"}, "Cookie": {"session=einstein"}, "X-Other": {"1"},
	})
	want := http.Header{"X-Forwarded-For": {"10.0.0.1", "10.0.0.2"}, "X-Sipgate-Signature": {"$X_SIPGATE_SIGNATURE"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("decisiveHeaders mismatch (-want +got):\n%s", diff)
	}
	if got := decisiveHeaders(http.Header{"X-Forwarded-For": nil, "X-Other": {"1"}}); got != nil {
		t.Errorf("decisiveHeaders without such headers = %v, want nil", got)
	}
}

func TestSavedPushIsSentUnchanged(t *testing.T) {
	t.Parallel()
	genuineBody, signature := push.GenuinePush()
	const form = "application/x-www-form-urlencoded; charset=UTF-8"
	for name, test := range map[string]struct {
		saved          push.Capture
		wantType       string
		keepsSignature bool // the signature of the saved push is sent
	}{
		"with a signature":    {push.Capture{Body: genuineBody, Signatures: []string{signature}, ContentType: "text/plain"}, "text/plain", true},
		"without a signature": {push.Capture{Body: genuineBody}, form, false},
	} {
		savedPush, err := test.saved.Push()
		if err != nil {
			t.Fatal(err)
		}
		body, header, x := sendSigned(t, func(p *CallToPlay) {
			p.Call = call.Replay([]call.SavedPush{{Push: savedPush, Capture: test.saved}}, receiverURL, "")
		})
		if diff := cmp.Diff(string(genuineBody), string(body)); diff != "" {
			t.Errorf("%s: body mismatch (-want +got):\n%s", name, diff)
		}
		key := &testKey().PublicKey
		if test.keepsSignature {
			key = push.SipgateKey()
		}
		if err := push.Verify(key, body, header.Get(push.SignatureHeader)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := header.Get("Content-Type"); got != test.wantType {
			t.Errorf("%s: Content-Type %q, want %q", name, got, test.wantType)
		}
		if x.Odd {
			t.Errorf("%s: Odd is true, want false", name)
		}
	}
}
