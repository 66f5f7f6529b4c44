package push

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// pair is a key of the tests.
var pair = sync.OnceValue(func() *rsa.PrivateKey { return newPair(2048) })

func newPair(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// must returns the result of a call that cannot fail here.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestBothGenuineSignaturesHoldUnderSipgatesKey(t *testing.T) {
	t.Parallel()
	body, signature := GenuinePush()
	if err := Verify(SipgateKey(), body, signature); err != nil {
		t.Errorf("Verify(golden capture) = %v", err)
	}
	second, err := os.ReadFile("testdata/vector2.sig.b64")
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(SipgateKey(), secondVector(t), string(second)); err != nil {
		t.Errorf("Verify(second vector) = %v", err)
	}
}

func TestSipgatesKeyIsTheOneThatItPublishes(t *testing.T) {
	t.Parallel()
	der := must(x509.MarshalPKIXPublicKey(SipgateKey()))
	sum := sha256.Sum256(der)
	if got, want := hex.EncodeToString(sum[:]), "893cfd6caad92efc277a5977daec63dee1597223b1df5b2bf69ef56cd92305b3"; got != want {
		t.Errorf("SHA-256 of the key is %s, want %s", got, want)
	}
}

func TestASignatureHoldsForItsBodyAndItsKeyOnly(t *testing.T) {
	t.Parallel()
	body := golden(t)
	signature := must(Sign(pair(), body))
	altered := must(base64.StdEncoding.DecodeString(signature))
	altered[100] ^= 1
	for _, test := range []struct {
		name, signature string
		key             *rsa.PublicKey
		body            []byte
		want            Flaw
	}{
		{"as signed", signature, &pair().PublicKey, body, ""},
		{"with white space around it", " " + signature + "\r\n", &pair().PublicKey, body, ""},
		{"an empty body", must(Sign(pair(), nil)), &pair().PublicKey, nil, ""},
		{"one byte more", signature, &pair().PublicKey, append(bytes.Clone(body), '\n'), OtherBody},
		{"one byte less", signature, &pair().PublicKey, body[:len(body)-1], OtherBody},
		{"decoded brackets", signature, &pair().PublicKey, bytes.ReplaceAll(body, []byte("%5B%5D"), []byte("[]")), OtherBody},
		{"an altered signature", base64.StdEncoding.EncodeToString(altered), &pair().PublicKey, body, OtherKey},
		{"another key", must(Sign(newPair(2048), body)), &pair().PublicKey, body, OtherKey},
		{"a key of another size", signature, SipgateKey(), body, WrongLength},
		{"a signature cut short", signature[:200], &pair().PublicKey, body, WrongLength},
		{"no base64", "genuine, honestly!", &pair().PublicKey, body, NotBase64},
		{"none", " ", &pair().PublicKey, body, NoSignature},
	} {
		err := Verify(test.key, test.body, test.signature)
		var flawed *SignatureError
		var got Flaw
		if errors.As(err, &flawed) {
			got = flawed.Flaw
		}
		if got != test.want || (err == nil) != (test.want == "") {
			t.Errorf("Verify(%s) = %v, want %q", test.name, err, test.want)
		}
	}
}

func TestKeysAreReadHoweverTheyAreWrapped(t *testing.T) {
	t.Parallel()
	key := pair()
	spki := must(x509.MarshalPKIXPublicKey(&key.PublicKey))
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "receiver"}, NotAfter: time.Unix(2e9, 0)}
	issued := must(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))
	for name, data := range map[string][]byte{
		"PUBLIC KEY":                        block("PUBLIC KEY", spki),
		"as written":                        must(PublicKeyPEM(&key.PublicKey)),
		"RSA PUBLIC KEY":                    block("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&key.PublicKey)),
		"a certificate":                     block("CERTIFICATE", issued),
		"a bare key in a certificate block": block("CERTIFICATE", spki), // as in pushapi-request-verifier
		"text and another block before it":  append([]byte("my key\n"), append(block("EC PARAMETERS", []byte{5, 0}), block("PUBLIC KEY", spki)...)...),
		"CRLF":                              bytes.ReplaceAll(block("PUBLIC KEY", spki), []byte("\n"), []byte("\r\n")),
	} {
		if got, err := ParsePublicKey(data); err != nil || !got.Equal(&key.PublicKey) {
			t.Errorf("ParsePublicKey(%s) = %v, %v, want the key", name, got, err)
		}
	}
	for name, data := range map[string][]byte{
		"PRIVATE KEY":     block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key))),
		"as written":      must(PrivateKeyPEM(key)),
		"RSA PRIVATE KEY": block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)),
	} {
		if got, err := ParsePrivateKey(data); err != nil || !got.Equal(key) {
			t.Errorf("ParsePrivateKey(%s): %v, want the key", name, err)
		}
	}
}

func TestAFileThatIsNoSuchKeyIsRefusedWithWhatWasExpected(t *testing.T) {
	t.Parallel()
	elliptic := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	public := func(data []byte) error { _, err := ParsePublicKey(data); return err }
	private := func(data []byte) error { _, err := ParsePrivateKey(data); return err }
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"no PEM", public([]byte("ssh-rsa AAAA")), "it is no PEM file, expected BEGIN PUBLIC KEY"},
		{"no PEM", private(nil), "it is no PEM file, expected BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY"},
		{"the private half", public(must(PrivateKeyPEM(pair()))), "it contains a PRIVATE KEY, expected BEGIN PUBLIC KEY"},
		{"the public half", private(must(PublicKeyPEM(&pair().PublicKey))), "it contains a PUBLIC KEY, expected BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY"},
		{"an elliptic public key", public(block("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(&elliptic.PublicKey)))), "it is no RSA key, and sipgate signs with RSA"},
		{"an elliptic private key", private(block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(elliptic)))), "it is no RSA key, and sipgate signs with RSA"},
		{"an encrypted one", private(block("ENCRYPTED PRIVATE KEY", []byte{1})), "it is encrypted, expected one without a passphrase"},
		{"an encrypted one of old", private(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"DEK-Info": "AES-128-CBC,00"}, Bytes: []byte{1}})),
			"it is encrypted, expected one without a passphrase"},
		{"garbage", public(block("PUBLIC KEY", []byte("garbage"))), "asn1"},
		{"garbage", private(block("PRIVATE KEY", []byte("garbage"))), "asn1"},
		{"garbage", private(block("RSA PRIVATE KEY", []byte("garbage"))), "asn1"},
	} {
		if test.err == nil || !strings.Contains(test.err.Error(), test.want) {
			t.Errorf("parsing %s: error %v, want %q", test.name, test.err, test.want)
		}
	}
}

func TestACapturedPushIsReadToTheByte(t *testing.T) {
	t.Parallel()
	const head = "POST /push HTTP/1.1\nHost: receiver.example\nx-sipgate-signature:  c2ln \nContent-type: text/plain\nContent-Length: 13\n"
	want := Capture{Request: "POST /push HTTP/1.1", Signatures: []string{"c2ln"}, ContentType: "text/plain", Length: 13, Body: []byte("event=newCall")}
	crlf := strings.ReplaceAll(head, "\n", "\r\n")
	for name, data := range map[string]string{
		"LF": head + "\nevent=newCall", "CRLF": crlf + "\r\nevent=newCall", "both": head + "\r\nevent=newCall",
	} {
		got, err := ParseCapture([]byte(data))
		if err != nil {
			t.Errorf("ParseCapture(%s): %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("ParseCapture(%s) mismatch (-want +got):\n%s", name, diff)
		}
	}
	got, err := ParseCapture([]byte("POST / HTTP/1.1\r\n\r\na=1\r\n\r\n"))
	if err != nil || string(got.Body) != "a=1\r\n\r\n" || got.Length != -1 || got.Signatures != nil {
		t.Errorf("ParseCapture of one with little in its head = %+v, %v", got, err)
	}
	for data, want := range map[string]string{
		"event=newCall": "no empty line", "event=newCall\n\n": "line 1:", "POST / HTTP/1.1\nHost\n\n": "line 2:",
		"POST / HTTP/1.1\nContent-Length: many\n\n": "line 2:", "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n": "line 3:",
	} {
		if _, err := ParseCapture([]byte(data)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseCapture(%q): error %v, want %q", data, err, want)
		}
	}
}

func FuzzParseCaptureNeverPanics(f *testing.F) {
	f.Add([]byte("POST /push HTTP/1.1\r\nX-Sipgate-Signature: c2ln\r\n\r\nevent=newCall"))
	f.Add([]byte("\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseCapture(data)
		if err == nil && !bytes.HasSuffix(data, c.Body) {
			t.Errorf("ParseCapture(%q): the body %q is not the end of it", data, c.Body)
		}
	})
}
