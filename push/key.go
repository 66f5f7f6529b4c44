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
var sipgateKey []byte

// SipgateKey is the public key that sipgate's signatures verify with, as its Node library has it. The private half is
// sipgate's: nobody else can sign a push that a receiver with this key takes.
func SipgateKey() *rsa.PublicKey {
	key, err := ParsePublicKey(sipgateKey)
	if err != nil {
		panic(err) // the key is part of the program; a test makes sure that it can be read
	}
	return key
}

// PEM block types.
const (
	pkcs1Private = "RSA PRIVATE KEY"
	pkcs8Private = "PRIVATE KEY"
	encrypted    = "ENCRYPTED PRIVATE KEY"
	pkcs1Public  = "RSA PUBLIC KEY"
	spkiPublic   = "PUBLIC KEY"
	certificate  = "CERTIFICATE"
)

// ParsePrivateKey reads the first RSA private key of a PEM file, PKCS #1 or PKCS #8.
func ParsePrivateKey(data []byte) (*rsa.PrivateKey, error) {
	otherType := ""
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		switch {
		case block.Type == encrypted || block.Headers["DEK-Info"] != "":
			return nil, errors.New("it is encrypted, expected one without a passphrase")
		case block.Type == pkcs1Private:
			key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
			if err != nil {
				return nil, err
			}
			return key, nil
		case block.Type == pkcs8Private:
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
		return nil, fmt.Errorf("it contains a %s, expected BEGIN %s or BEGIN %s", otherType, pkcs8Private, pkcs1Private)
	}
	return nil, fmt.Errorf("it is no PEM file, expected BEGIN %s or BEGIN %s", pkcs8Private, pkcs1Private)
}

// ParsePublicKey reads the first RSA public key of a PEM file: PUBLIC KEY, RSA PUBLIC KEY, or the key of a CERTIFICATE. A
// CERTIFICATE block that holds a bare public key is read too: sipgate publishes its own key like that.
func ParsePublicKey(data []byte) (*rsa.PublicKey, error) {
	otherType := ""
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		var key any
		var err error
		switch block.Type {
		case pkcs1Public:
			key, err = x509.ParsePKCS1PublicKey(block.Bytes)
		case spkiPublic:
			key, err = x509.ParsePKIXPublicKey(block.Bytes)
		case certificate:
			if key, err = x509.ParsePKIXPublicKey(block.Bytes); err == nil {
				break
			}
			var c *x509.Certificate
			if c, err = x509.ParseCertificate(block.Bytes); err == nil {
				key = c.PublicKey
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
		public, ok := key.(*rsa.PublicKey)
		if !ok {
			return nil, errors.New("it is no RSA key, and sipgate signs with RSA")
		}
		return public, nil
	}
	if otherType != "" {
		return nil, fmt.Errorf("it contains a %s, expected BEGIN %s", otherType, spkiPublic)
	}
	return nil, fmt.Errorf("it is no PEM file, expected BEGIN %s", spkiPublic)
}

// PrivateKeyPEM writes a private key as PKCS #8.
func PrivateKeyPEM(key *rsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("writing private key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: pkcs8Private, Bytes: der}), nil
}

// PublicKeyPEM writes a public key as receivers commonly read it, BEGIN PUBLIC KEY.
func PublicKeyPEM(key *rsa.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("writing public key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: spkiPublic, Bytes: der}), nil
}
