package receiver_test

import (
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
)

var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// signedRequest makes a request with a body, a signature of signedBody, and an X-Forwarded-For header if forwardedFor is not empty.
func signedRequest(t *testing.T, body, signedBody, forwardedFor string) *http.Request {
	t.Helper()
	signature, err := push.Sign(testKey(), []byte(signedBody))
	if err != nil {
		t.Fatal(err)
	}
	req := request("POST", "/", formType, body)
	req.Header.Set(push.SignatureHeader, signature)
	if forwardedFor != "" {
		req.Header.Set("X-Forwarded-For", forwardedFor)
	}
	return req
}

// signaturePushes lists pushes that are sent, in this order, to a receiver that verifies signatures. Every push is signed correctly, except
// "changed-body", "unsigned" and "unsigned-hangup".
func signaturePushes(t *testing.T) []struct {
	name string
	req  *http.Request
} {
	otherOrder := "callId=12111955&to=493023125001&from=491713920011&direction=in&event=newCall"
	return []struct {
		name string
		req  *http.Request
	}{
		{"signed", signedRequest(t, incomingNewCall, incomingNewCall, "")},
		{"other-field-order", signedRequest(t, otherOrder, otherOrder, "")},
		{"two-proxies", signedRequest(t, incomingNewCall, incomingNewCall, "217.116.118.254, 192.0.2.80")},
		{"changed-body", signedRequest(t, incomingNewCall+"1", incomingNewCall, "")},
		{"unsigned", request("POST", "/", formType, incomingNewCall)},
		{"after-unsigned", signedRequest(t, incomingNewCall, incomingNewCall, "")},
		{"unsigned-hangup", request("POST", "/hangup", formType, hangupPush)},
		{"after-unsigned-hangup", signedRequest(t, incomingNewCall, incomingNewCall, "")},
	}
}

func TestReceiverWithAKeyAcceptsOnlyValidSignatures(t *testing.T) {
	t.Parallel()
	// Each row has a fault, or no fault, and the names of the pushes of signaturePushes that a receiver with this fault accepts.
	for _, test := range []struct{ fault, accepted string }{
		{"", "signed other-field-order two-proxies after-unsigned after-unsigned-hangup"},
		{"signature-of-text", "other-field-order"},
		{"signature-of-form", "signed two-proxies after-unsigned after-unsigned-hangup"},
		{"signature-optional", "signed other-field-order two-proxies unsigned after-unsigned unsigned-hangup after-unsigned-hangup"},
		{"signature-stumble", "signed other-field-order two-proxies"},
		{"signature-unchecked", "signed other-field-order two-proxies changed-body after-unsigned after-unsigned-hangup"},
		{"signature-newcall-only", "signed other-field-order two-proxies after-unsigned unsigned-hangup after-unsigned-hangup"},
		{"signature-hangup-dies", "signed other-field-order two-proxies after-unsigned"},
		{"signature-one-proxy", "signed other-field-order after-unsigned after-unsigned-hangup"},
	} {
		t.Run(test.fault, func(t *testing.T) {
			t.Parallel()
			o := receiver.Options{VerifyKey: &testKey().PublicKey}
			if test.fault != "" {
				f, err := receiver.FindFault(test.fault)
				if err != nil {
					t.Fatal(err)
				}
				o.Faults = []receiver.Fault{f}
			}
			r := newReceiver(t, o)
			var accepted []string
			for _, p := range signaturePushes(t) {
				if got := statusOf(r, p.req); got == http.StatusOK {
					accepted = append(accepted, p.name)
				} else if got != http.StatusForbidden && got != 0 {
					t.Errorf("the %s push gets status %d, want 403", p.name, got)
				}
			}
			if diff := cmp.Diff(test.accepted, strings.Join(accepted, " ")); diff != "" {
				t.Errorf("accepted pushes mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// statusOf returns the status of the response to a request; 0 if the connection is closed without a response.
func statusOf(h http.Handler, req *http.Request) (status int) {
	defer func() {
		if p := recover(); p != nil && p != http.ErrAbortHandler {
			panic(p)
		}
	}()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Code
}

func TestNewRefusesSignatureFaultsWithoutAKey(t *testing.T) {
	t.Parallel()
	faultCount := 0
	for _, f := range receiver.Faults() {
		if !f.NeedsKey {
			continue
		}
		faultCount++
		if _, err := receiver.New(receiver.Options{Faults: []receiver.Fault{f}}); err == nil || !strings.Contains(err.Error(), "give it a key") {
			t.Errorf("New with %s and no key: error %v, want an error that asks for a key", f.Name, err)
		}
	}
	if faultCount == 0 {
		t.Error("no fault needs a key")
	}
}

func TestResponseToARefusedPushNamesTheFailedCheck(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, receiver.Options{VerifyKey: push.SipgateKey()})
	want := reply{403, "text/plain; charset=utf-8", "there is no signature\n"}
	if diff := cmp.Diff(want, post(r, incomingNewCall)); diff != "" {
		t.Errorf("response to an unsigned push mismatch (-want +got):\n%s", diff)
	}
	body, signature := push.GenuinePush()
	req := request("POST", "/", formType, string(body))
	req.Header.Set(push.SignatureHeader, signature)
	if got := send(r, req); got.Status != 200 {
		t.Errorf("the genuine push gets status %d, want 200", got.Status)
	}
	want.Body = "the signature is not valid\n"
	if diff := cmp.Diff(want, send(r, signedRequest(t, incomingNewCall, incomingNewCall, ""))); diff != "" {
		t.Errorf("response to another key's signature mismatch (-want +got):\n%s", diff)
	}
}

// withQuirk returns the options of a receiver that has a quirk and verifies signatures.
func withQuirk(t *testing.T, name string) receiver.Options {
	t.Helper()
	for _, q := range receiver.Quirks() {
		if q.Name == name {
			return receiver.Options{VerifyKey: &testKey().PublicKey, Quirks: []receiver.Quirk{q}}
		}
	}
	t.Fatalf("there is no quirk %q", name)
	return receiver.Options{}
}

func TestQuirkQuietRefusalRespondsWithAnEmpty200(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, withQuirk(t, "quiet-refusal"))
	if diff := cmp.Diff(reply{Status: 200}, post(r, incomingNewCall)); diff != "" || r.CallCount() != 0 {
		t.Errorf("a quiet refusal leaves %d calls, want none; mismatch (-want +got):\n%s", r.CallCount(), diff)
	}
}

func TestQuirkSecretURLsGivesEachCallADifferentSecret(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, withQuirk(t, "secret-urls"))
	first := send(r, signedRequest(t, incomingNewCall, incomingNewCall, "")).Body
	another := strings.Replace(incomingNewCall, "12111955", "21102015", 1)
	if second := send(r, signedRequest(t, another, another, "")).Body; first == second || !strings.Contains(first, "?secret=") {
		t.Errorf("the URLs of two calls are %s and %s, want a different secret in each", first, second)
	}
}

func TestNewWithoutAKeyRefusesAQuirkThatNeedsAKey(t *testing.T) {
	t.Parallel()
	o := withQuirk(t, "secret-urls")
	o.VerifyKey = nil
	if _, err := receiver.New(o); err == nil || !strings.Contains(err.Error(), "give it a key") {
		t.Errorf("New without key: error %v, want an error that asks for a key", err)
	}
}
