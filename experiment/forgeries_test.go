package experiment_test

import (
	"bytes"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"math/big"
	"math/bits"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
)

// sendForgery returns the body and the signature of a forged push. clause names the forgery.
func sendForgery(t *testing.T, clause string, event push.Event) (body, signature []byte) {
	t.Helper()
	_, wire := applyTwist(t, oddityTwist(t, clause), setting(), plainStep(t, event))
	signature, err := base64.StdEncoding.DecodeString(wire.Header.Get(push.SignatureHeader))
	if err != nil {
		t.Fatalf("%s: reading the signature: %v", clause, err)
	}
	return wire.Body, signature
}

// signatureFlaw returns the flaw that Verify finds in a signature; "" if the signature is valid.
func signatureFlaw(key *rsa.PublicKey, body, signature []byte) push.Flaw {
	var wrong *push.SignatureError
	errors.As(push.Verify(key, body, base64.StdEncoding.EncodeToString(signature)), &wrong)
	if wrong == nil {
		return ""
	}
	return wrong.Flaw
}

func TestBodyAlteredAfterSigningHasTheSignatureOfThePlainPush(t *testing.T) {
	t.Parallel()
	body, signature := sendForgery(t, "the caller's number was altered after signing", push.NewCall)
	plain := plainForm(plainStep(t, push.NewCall))
	if got := signatureFlaw(&signKey().PublicKey, body, signature); got != push.OtherBody {
		t.Errorf("the signature has the flaw %q, want %q", got, push.OtherBody)
	}
	if got := signatureFlaw(&signKey().PublicKey, plain.Encode(false), signature); got != "" {
		t.Errorf("the signature has the flaw %q for the plain push, want none", got)
	}
	altered, err := push.ParseForm(body)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"- from=" + plain.Get(push.FieldFrom), "+ from=" + setting().Cast["Lorraine"].Number}
	if diff := cmp.Diff(want, diffLines(fieldLines(plain), fieldLines(altered))); diff != "" {
		t.Errorf("what was altered mismatch (-want +got):\n%s", diff)
	}
}

func TestAlteredSignatureDiffersInOneBit(t *testing.T) {
	t.Parallel()
	body, signature := sendForgery(t, "the signature was altered", push.NewCall)
	plain := plainForm(plainStep(t, push.NewCall)).Encode(false)
	if !bytes.Equal(body, plain) {
		t.Errorf("the body is %s, want that of the plain push", body)
	}
	encoded, err := push.Sign(signKey(), plain)
	if err != nil {
		t.Fatal(err)
	}
	good, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(good) != len(signature) {
		t.Fatalf("the signature has %d bytes, a good one %d (%v)", len(signature), len(good), err)
	}
	differ := 0
	for i := range good {
		differ += bits.OnesCount8(good[i] ^ signature[i])
	}
	if differ != 1 || signatureFlaw(&signKey().PublicKey, body, signature) == "" {
		t.Errorf("%d bits differ from the good signature, want 1 and a flaw", differ)
	}
}

func TestForgeriesWithAnotherKeyAreWellFormedAndShareOneKey(t *testing.T) {
	t.Parallel()
	signatures := map[string]bool{}
	for _, event := range []push.Event{push.NewCall, push.Answer, push.Hangup} {
		body, signature := sendForgery(t, "the "+string(event)+" is signed with another key", event)
		if plain := plainForm(plainStep(t, event)).Encode(false); !bytes.Equal(body, plain) {
			t.Errorf("the body of the %s is %s, want that of the plain push", event, body)
		}
		if got := signatureFlaw(&signKey().PublicKey, body, signature); got != push.OtherKey {
			t.Errorf("the signature of the %s has the flaw %q, want %q", event, got, push.OtherKey)
		}
		_, repeated := sendForgery(t, "the "+string(event)+" is signed with another key", event)
		signatures[string(signature)], signatures[string(repeated)] = true, true
	}
	if len(signatures) != 3 {
		t.Errorf("three pushes that were signed twice have %d signatures, want 3", len(signatures))
	}
}

func TestForgeryWithoutASignatureRemovesTheSignatureHeader(t *testing.T) {
	t.Parallel()
	for _, event := range []push.Event{push.NewCall, push.Answer, push.Hangup} {
		step := plainStep(t, event)
		_, wire := applyTwist(t, oddityTwist(t, "the "+string(event)+" comes without a signature"), setting(), step)
		if values, isSet := wire.Header[push.SignatureHeader]; !isSet || len(values) > 0 {
			t.Errorf("the header of the %s has the signatures %q, want the name without a value", event, values)
		}
		if plain := plainForm(step).Encode(false); !bytes.Equal(wire.Body, plain) {
			t.Errorf("the body of the %s is %s, want that of the plain push", event, wire.Body)
		}
	}
}

func TestForgeryThatNeedsAKeyFailsWithoutAUsableKey(t *testing.T) {
	t.Parallel()
	weak := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: big.NewInt(3233), E: 17}, D: big.NewInt(2753), Primes: []*big.Int{big.NewInt(61), big.NewInt(53)}}
	step := plainStep(t, push.NewCall)
	for _, clause := range []string{"the caller's number was altered after signing", "the signature was altered"} {
		for name, test := range map[string]struct {
			key  *rsa.PrivateKey
			want string // part of the error
		}{
			"no key":                  {nil, "there is no key, see --sign-key"},
			"a key that is too small": {weak, "signing the push: "},
		} {
			s := setting()
			s.Key = test.key
			wire := experiment.Request{Method: http.MethodPost, Header: http.Header{}, Body: []byte("event=newCall")}
			if err := oddityTwist(t, clause).Apply(s, step, plainForm(step), &wire); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s, %s: Apply() = %v, want an error with %q", clause, name, err, test.want)
			}
			if string(wire.Body) != "event=newCall" || len(wire.Header) > 0 {
				t.Errorf("%s, %s: the wire has the body %s and the header %v after the error, want them as before", clause, name, wire.Body, wire.Header)
			}
		}
	}
}
