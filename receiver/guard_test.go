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

var pair = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// signed makes a request with a body, a signature of over, which may be another body, and an X-Forwarded-For header if from is not empty.
func signed(t *testing.T, body, over, from string) *http.Request {
	t.Helper()
	signature, err := push.Sign(pair(), []byte(over))
	if err != nil {
		t.Fatal(err)
	}
	req := request("POST", "/", formType, body)
	req.Header.Set(push.SignatureHeader, signature)
	if from != "" {
		req.Header.Set("X-Forwarded-For", from)
	}
	return req
}

// visitors are pushes to a receiver that verifies signatures, one after the other.
func visitors(t *testing.T) []struct {
	name string
	req  *http.Request
} {
	turned := "callId=12111955&to=493023125001&from=491713920011&direction=in&event=newCall"
	return []struct {
		name string
		req  *http.Request
	}{
		{"signed", signed(t, incoming, incoming, "")},
		{"turned", signed(t, turned, turned, "")},
		{"two proxies", signed(t, incoming, incoming, "217.116.118.254, 192.0.2.80")},
		{"altered", signed(t, incoming+"1", incoming, "")},
		{"unsigned", request("POST", "/", formType, incoming)},
		{"next", signed(t, incoming, incoming, "")},
		{"unsigned hangup", request("POST", "/hangup", formType, hungUp)},
		{"last", signed(t, incoming, incoming, "")},
	}
}

func TestAReceiverWithAKeyAcceptsOnlyPushesThatAreSignedWithIt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ fault, want string }{
		{"", "signed turned two-proxies next last"},
		{"signature-of-text", "turned"},
		{"signature-of-form", "signed two-proxies next last"},
		{"signature-optional", "signed turned two-proxies unsigned next unsigned-hangup last"},
		{"signature-stumble", "signed turned two-proxies"},
		{"signature-unchecked", "signed turned two-proxies altered next last"},
		{"signature-newcall-only", "signed turned two-proxies next unsigned-hangup last"},
		{"signature-hangup-dies", "signed turned two-proxies next"},
		{"signature-one-proxy", "signed turned next last"},
	} {
		t.Run(test.fault, func(t *testing.T) {
			t.Parallel()
			o := receiver.Options{VerifyKey: &pair().PublicKey}
			if test.fault != "" {
				f, err := receiver.FindFault(test.fault)
				if err != nil {
					t.Fatal(err)
				}
				o.Faults = []receiver.Fault{f}
			}
			r := newReceiver(t, o)
			var taken []string
			for _, v := range visitors(t) {
				if got := visited(r, v.req); got == http.StatusOK {
					taken = append(taken, strings.ReplaceAll(v.name, " ", "-"))
				} else if got != http.StatusForbidden && got != 0 {
					t.Errorf("the %s push gets status %d, want 403", v.name, got)
				}
			}
			if diff := cmp.Diff(test.want, strings.Join(taken, " ")); diff != "" {
				t.Errorf("what is taken mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// visited is the status of the response to a request; 0 if the connection is closed instead.
func visited(h http.Handler, req *http.Request) (status int) {
	defer func() {
		if p := recover(); p != nil && p != http.ErrAbortHandler {
			panic(p)
		}
	}()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Code
}

func TestEveryFaultThatNeedsAKeyIsRefusedWithoutOne(t *testing.T) {
	t.Parallel()
	n := 0
	for _, f := range receiver.Faults() {
		if !f.NeedsKey {
			continue
		}
		n++
		if _, err := receiver.New(receiver.Options{Faults: []receiver.Fault{f}}); err == nil || !strings.Contains(err.Error(), "give it a key") {
			t.Errorf("New with %s and no key: error %v, want one that asks for a key", f.Name, err)
		}
	}
	if n == 0 {
		t.Error("no fault needs a key")
	}
}

func TestARefusalNamesTheCheckThatFailed(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, receiver.Options{VerifyKey: push.SipgateKey()})
	want := reply{403, "text/plain; charset=utf-8", "there is no signature\n"}
	if diff := cmp.Diff(want, post(r, incoming)); diff != "" {
		t.Errorf("response to an unsigned push mismatch (-want +got):\n%s", diff)
	}
	body, signature := push.GenuinePush()
	req := request("POST", "/", formType, string(body))
	req.Header.Set(push.SignatureHeader, signature)
	if got := send(r, req); got.Status != 200 {
		t.Errorf("the genuine push gets status %d, want 200", got.Status)
	}
	want.Body = "the signature is not valid\n"
	if diff := cmp.Diff(want, send(r, signed(t, incoming, incoming, ""))); diff != "" {
		t.Errorf("response to another key's signature mismatch (-want +got):\n%s", diff)
	}
}

func TestAReceiverMayRefuseWithoutAWordOrKeepItsURLsSecret(t *testing.T) {
	t.Parallel()
	manner := func(name string) receiver.Options {
		for _, m := range receiver.Quirks() {
			if m.Name == name {
				return receiver.Options{VerifyKey: &pair().PublicKey, Quirks: []receiver.Quirk{m}}
			}
		}
		t.Fatalf("there is no manner %q", name)
		return receiver.Options{}
	}
	quiet := newReceiver(t, manner("quiet-refusal"))
	if diff := cmp.Diff(reply{Status: 200}, post(quiet, incoming)); diff != "" || quiet.Calls() != 0 {
		t.Errorf("a quiet refusal leaves %d calls, want none; mismatch (-want +got):\n%s", quiet.Calls(), diff)
	}
	secret := newReceiver(t, manner("secret-urls"))
	first := send(secret, signed(t, incoming, incoming, "")).Body
	another := strings.Replace(incoming, "12111955", "21102015", 1)
	if second := send(secret, signed(t, another, another, "")).Body; first == second || !strings.Contains(first, "?secret=") {
		t.Errorf("the URLs of two calls are %s and %s, want a secret of its own in each", first, second)
	}
	without := manner("secret-urls")
	without.VerifyKey = nil
	if _, err := receiver.New(without); err == nil || !strings.Contains(err.Error(), "give it a key") {
		t.Errorf("New without key: error %v, want one that asks for a key", err)
	}
}
