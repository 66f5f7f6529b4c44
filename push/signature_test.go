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

// testKey returns the private key that most tests share.
var testKey = sync.OnceValue(func() *rsa.PrivateKey { return newKey(2048) })

func newKey(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

func pemBlock(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// must returns v. It panics if there is an error.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestBothGenuineSignaturesAreValidUnderSipgatesKey(t *testing.T) {
	t.Parallel()
	body, signature := GenuinePush()
	if err := Verify(SipgateKey(), body, signature); err != nil {
		t.Errorf("Verify(captured body) = %v", err)
	}
	secondSignature, err := os.ReadFile("testdata/vector2.sig.b64")
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(SipgateKey(), secondSignedBody(t), string(secondSignature)); err != nil {
		t.Errorf("Verify(second signed body) = %v", err)
	}
}

func TestSipgateKeyHasThePublishedFingerprint(t *testing.T) {
	t.Parallel()
	der := must(x509.MarshalPKIXPublicKey(SipgateKey()))
	sum := sha256.Sum256(der)
	if got, want := hex.EncodeToString(sum[:]), "893cfd6caad92efc277a5977daec63dee1597223b1df5b2bf69ef56cd92305b3"; got != want {
		t.Errorf("SHA-256 of the key is %s, want %s", got, want)
	}
}

func TestVerifyReturnsTheFlawOfASignature(t *testing.T) {
	t.Parallel()
	body := capturedBody(t)
	signature := must(Sign(testKey(), body))
	alteredSignature := must(base64.StdEncoding.DecodeString(signature))
	alteredSignature[100] ^= 1
	for _, test := range []struct {
		name, signature string
		key             *rsa.PublicKey
		body            []byte
		want            Flaw
	}{
		{"the body that was signed", signature, &testKey().PublicKey, body, ""},
		{"white space around the signature", " " + signature + "\r\n", &testKey().PublicKey, body, ""},
		{"an empty body that was signed", must(Sign(testKey(), nil)), &testKey().PublicKey, nil, ""},
		{"a body with one byte more", signature, &testKey().PublicKey, append(bytes.Clone(body), '\n'), OtherBody},
		{"a body with one byte less", signature, &testKey().PublicKey, body[:len(body)-1], OtherBody},
		{"a body with decoded brackets", signature, &testKey().PublicKey, bytes.ReplaceAll(body, []byte("%5B%5D"), []byte("[]")), OtherBody},
		{"a signature with one bit changed", base64.StdEncoding.EncodeToString(alteredSignature), &testKey().PublicKey, body, OtherKey},
		{"a signature of another key", must(Sign(newKey(2048), body)), &testKey().PublicKey, body, OtherKey},
		{"a signature of a key of another size", signature, SipgateKey(), body, WrongLength},
		{"the first part of a signature", signature[:200], &testKey().PublicKey, body, WrongLength},
		{"a signature that is not base64", "genuine, honestly!", &testKey().PublicKey, body, NotBase64},
		{"a blank signature", " ", &testKey().PublicKey, body, NoSignature},
	} {
		err := Verify(test.key, test.body, test.signature)
		var signatureError *SignatureError
		var got Flaw
		if errors.As(err, &signatureError) {
			got = signatureError.Flaw
		}
		if got != test.want || (err == nil) != (test.want == "") {
			t.Errorf("Verify(%s) = %v, want %q", test.name, err, test.want)
		}
	}
}

func TestKeysAreReadFromAllUsualPEMBlocks(t *testing.T) {
	t.Parallel()
	key := testKey()
	spki := must(x509.MarshalPKIXPublicKey(&key.PublicKey))
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "receiver"}, NotAfter: time.Unix(2e9, 0)}
	certificate := must(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))
	for name, data := range map[string][]byte{
		"PUBLIC KEY":                            pemBlock("PUBLIC KEY", spki),
		"the output of PublicKeyPEM":            must(PublicKeyPEM(&key.PublicKey)),
		"RSA PUBLIC KEY":                        pemBlock("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&key.PublicKey)),
		"a certificate":                         pemBlock("CERTIFICATE", certificate),
		"a public key in a CERTIFICATE block":   pemBlock("CERTIFICATE", spki), // as in sipgate's pushapi-request-verifier
		"text and another block before the key": append([]byte("my key\n"), append(pemBlock("EC PARAMETERS", []byte{5, 0}), pemBlock("PUBLIC KEY", spki)...)...),
		"line ends CRLF":                        bytes.ReplaceAll(pemBlock("PUBLIC KEY", spki), []byte("\n"), []byte("\r\n")),
	} {
		if got, err := ParsePublicKey(data); err != nil || !got.Equal(&key.PublicKey) {
			t.Errorf("ParsePublicKey(%s) = %v, %v, want the key", name, got, err)
		}
	}
	for name, data := range map[string][]byte{
		"PRIVATE KEY":                 pemBlock("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key))),
		"the output of PrivateKeyPEM": must(PrivateKeyPEM(key)),
		"RSA PRIVATE KEY":             pemBlock("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)),
	} {
		if got, err := ParsePrivateKey(data); err != nil || !got.Equal(key) {
			t.Errorf("ParsePrivateKey(%s): %v, want the key", name, err)
		}
	}
}

func TestErrorOfAnUnusableKeyFileNamesWhatWasExpected(t *testing.T) {
	t.Parallel()
	ellipticKey := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	publicKeyError := func(data []byte) error { _, err := ParsePublicKey(data); return err }
	privateKeyError := func(data []byte) error { _, err := ParsePrivateKey(data); return err }
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"an SSH public key", publicKeyError([]byte("ssh-rsa AAAA")), "it is no PEM file, expected BEGIN PUBLIC KEY"},
		{"an empty private key file", privateKeyError(nil), "it is no PEM file, expected BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY"},
		{"a private key as public key", publicKeyError(must(PrivateKeyPEM(testKey()))), "it contains a PRIVATE KEY, expected BEGIN PUBLIC KEY"},
		{"a public key as private key", privateKeyError(must(PublicKeyPEM(&testKey().PublicKey))), "it contains a PUBLIC KEY, expected BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY"},
		{"an elliptic public key", publicKeyError(pemBlock("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(&ellipticKey.PublicKey)))), "it is no RSA key, and sipgate signs with RSA"},
		{"an elliptic private key", privateKeyError(pemBlock("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(ellipticKey)))), "it is no RSA key, and sipgate signs with RSA"},
		{"an encrypted PKCS #8 key", privateKeyError(pemBlock("ENCRYPTED PRIVATE KEY", []byte{1})), "it is encrypted, expected one without a passphrase"},
		{"an encrypted PKCS #1 key", privateKeyError(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"DEK-Info": "AES-128-CBC,00"}, Bytes: []byte{1}})),
			"it is encrypted, expected one without a passphrase"},
		{"a PUBLIC KEY block without a key", publicKeyError(pemBlock("PUBLIC KEY", []byte("garbage"))), "asn1"},
		{"a PRIVATE KEY block without a key", privateKeyError(pemBlock("PRIVATE KEY", []byte("garbage"))), "asn1"},
		{"an RSA PRIVATE KEY block without a key", privateKeyError(pemBlock("RSA PRIVATE KEY", []byte("garbage"))), "asn1"},
	} {
		if test.err == nil || !strings.Contains(test.err.Error(), test.want) {
			t.Errorf("parsing %s: error %v, want %q", test.name, test.err, test.want)
		}
	}
}

func TestParseCaptureKeepsEveryByteOfTheBody(t *testing.T) {
	t.Parallel()
	const headLF = "POST /push HTTP/1.1\nHost: receiver.example\nx-sipgate-signature:  c2ln \nContent-type: text/plain\nContent-Length: 13\n"
	want := Capture{RequestLine: "POST /push HTTP/1.1", Signatures: []string{"c2ln"}, ContentType: "text/plain", ContentLength: 13, Body: []byte("event=newCall")}
	headCRLF := strings.ReplaceAll(headLF, "\n", "\r\n")
	for name, data := range map[string]string{
		"head with LF": headLF + "\nevent=newCall", "head with CRLF": headCRLF + "\r\nevent=newCall", "head with LF, then CRLF": headLF + "\r\nevent=newCall",
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
	if err != nil || string(got.Body) != "a=1\r\n\r\n" || got.ContentLength != -1 || got.Signatures != nil {
		t.Errorf("ParseCapture of a request without headers = %+v, %v", got, err)
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

func FuzzBodyOfACaptureIsTheEndOfTheFile(f *testing.F) {
	f.Add([]byte("POST /push HTTP/1.1\r\nX-Sipgate-Signature: c2ln\r\n\r\nevent=newCall"))
	f.Add([]byte("\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseCapture(data)
		if err == nil && !bytes.HasSuffix(data, c.Body) {
			t.Errorf("ParseCapture(%q): the body %q is not the end of the file", data, c.Body)
		}
	})
}
