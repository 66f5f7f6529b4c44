package push

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
)

// SignatureHeader is the name of the header with the signature of a push.
const SignatureHeader = "X-Sipgate-Signature"

// Sign signs a body as sipgate does: RSA, PKCS #1 v1.5, SHA-256 of the bytes as they are sent, in base64. The body is not normalized
// first (checked with two signatures of sipgate, see GenuinePush). A key of less than 1,024 bits is an error.
func Sign(key *rsa.PrivateKey, body []byte) (string, error) {
	sum := sha256.Sum256(body)
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	if err != nil {
		return "", fmt.Errorf("signing the push: %w", err)
	}
	return base64.StdEncoding.EncodeToString(signature), nil
}

// Flaw is the reason why a signature is not valid, as a text for people.
type Flaw string

const (
	NoSignature Flaw = "there is no signature"
	NotBase64   Flaw = "the signature is not base64"
	WrongLength Flaw = "the length of the signature does not fit the key"
	OtherBody   Flaw = "the signature was made with this key, but for another body"
	OtherKey    Flaw = "the signature was not made with this key, or it was damaged"
)

// SignatureError reports that a signature is not valid, and why.
type SignatureError struct {
	Flaw   Flaw
	Detail string // more about the flaw, such as the lengths; "" if the flaw says enough
}

func (e *SignatureError) Error() string {
	if e.Detail == "" {
		return string(e.Flaw)
	}
	return fmt.Sprintf("%s: %s", e.Flaw, e.Detail)
}

// Verify returns nil if the signature is valid for the body. White space around the signature is ignored. Every error is a *SignatureError.
func Verify(key *rsa.PublicKey, body []byte, signature string) error {
	if signature = strings.TrimSpace(signature); signature == "" {
		return &SignatureError{Flaw: NoSignature}
	}
	raw, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return &SignatureError{Flaw: NotBase64, Detail: strings.TrimPrefix(err.Error(), "illegal base64 data ")}
	}
	if len(raw) != key.Size() {
		return &SignatureError{Flaw: WrongLength, Detail: fmt.Sprintf("%d bytes, the key has %d", len(raw), key.Size())}
	}
	sum := sha256.Sum256(body)
	if rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], raw) == nil {
		return nil
	}
	if isSignedWith(key, raw) {
		return &SignatureError{Flaw: OtherBody}
	}
	return &SignatureError{Flaw: OtherKey}
}

// isSignedWith reports whether a signature of any body was made with the private key that belongs to a public key. Decrypting such a
// signature with the public key gives a well-formed block, and other data almost never does. Use the result only to choose an error text.
func isSignedWith(key *rsa.PublicKey, signature []byte) bool {
	decrypted := new(big.Int).Exp(new(big.Int).SetBytes(signature), big.NewInt(int64(key.E)), key.N)
	block := decrypted.FillBytes(make([]byte, key.Size()))
	algorithm := []byte{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20} // ASN.1 prefix of a SHA-256 hash
	padding := len(block) - len(algorithm) - sha256.Size - 3
	if padding < 8 {
		return false
	}
	want := append([]byte{0, 1}, []byte(strings.Repeat("\xff", padding))...)
	want = append(append(want, 0), algorithm...)
	return bytes.Equal(want, block[:len(want)])
}
