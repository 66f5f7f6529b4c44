package push

import (
	"crypto/rsa"
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"errors"
	"fmt"
)

//go:embed testdata/sipgate-push-public-key.pem
var sipgateKeyPEM []byte

// SipgateKey returns sipgate's public key, as published in sipgate's Node library. Receivers verify signatures with it. Only sipgate has
// the private key, so pushcheck cannot sign a push that such a receiver accepts.
func SipgateKey() *rsa.PublicKey {
	key, err := ParsePublicKey(sipgateKeyPEM)
	if err != nil {
		panic(err) // cannot happen: TestSipgateKeyHasThePublishedFingerprint reads the same embedded key
	}
	return key
}

// PEM block types.
const (
	pkcs1PrivateType     = "RSA PRIVATE KEY"
	pkcs8PrivateType     = "PRIVATE KEY"
	encryptedPrivateType = "ENCRYPTED PRIVATE KEY"
	pkcs1PublicType      = "RSA PUBLIC KEY"
	spkiPublicType       = "PUBLIC KEY"
	certificateType      = "CERTIFICATE"
)

// ParsePrivateKey returns the first RSA private key of a PEM file, in PKCS #1 or PKCS #8 format.
func ParsePrivateKey(data []byte) (*rsa.PrivateKey, error) {
	otherType := "" // type of the first block that is no private key
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type == encryptedPrivateType || block.Headers["DEK-Info"] != "":
			return nil, errors.New("it is encrypted, expected one without a passphrase")
		case block.Type == pkcs1PrivateType:
			key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
			if err != nil {
				return nil, err
			}
			return key, nil
		case block.Type == pkcs8PrivateType:
			parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			if err != nil {
				return nil, err
			}
			key, ok := parsed.(*rsa.PrivateKey)
			if !ok {
				return nil, errors.New("it is no RSA key, and sipgate signs with RSA")
			}
			return key, nil
		case otherType == "":
			otherType = block.Type
		}
	}
	if otherType != "" {
		return nil, fmt.Errorf("it contains a %s, expected BEGIN %s or BEGIN %s", otherType, pkcs8PrivateType, pkcs1PrivateType)
	}
	return nil, fmt.Errorf("it is no PEM file, expected BEGIN %s or BEGIN %s", pkcs8PrivateType, pkcs1PrivateType)
}

// ParsePublicKey returns the first RSA public key of a PEM file: from a PUBLIC KEY, RSA PUBLIC KEY or CERTIFICATE block. A CERTIFICATE
// block may contain a public key instead of a certificate: sipgate's pushapi-request-verifier has its key in such a block.
func ParsePublicKey(data []byte) (*rsa.PublicKey, error) {
	otherType := "" // type of the first block that is no public key or certificate
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		var key any
		var err error
		switch block.Type {
		case pkcs1PublicType:
			key, err = x509.ParsePKCS1PublicKey(block.Bytes)
		case spkiPublicType:
			key, err = x509.ParsePKIXPublicKey(block.Bytes)
		case certificateType:
			if key, err = x509.ParsePKIXPublicKey(block.Bytes); err == nil {
				break
			}
			var parsed *x509.Certificate
			if parsed, err = x509.ParseCertificate(block.Bytes); err == nil {
				key = parsed.PublicKey
			}
		default:
			if otherType == "" {
				otherType = block.Type
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		publicKey, ok := key.(*rsa.PublicKey)
		if !ok {
			return nil, errors.New("it is no RSA key, and sipgate signs with RSA")
		}
		return publicKey, nil
	}
	if otherType != "" {
		return nil, fmt.Errorf("it contains a %s, expected BEGIN %s", otherType, spkiPublicType)
	}
	return nil, fmt.Errorf("it is no PEM file, expected BEGIN %s", spkiPublicType)
}

// PrivateKeyPEM returns a private key as a PEM block in PKCS #8 format.
func PrivateKeyPEM(key *rsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("writing private key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: pkcs8PrivateType, Bytes: der}), nil
}

// PublicKeyPEM returns a public key as a PEM block that begins with BEGIN PUBLIC KEY, the format that most receivers read.
func PublicKeyPEM(key *rsa.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("writing public key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: spkiPublicType, Bytes: der}), nil
}
