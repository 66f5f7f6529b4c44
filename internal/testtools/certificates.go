// Package testtools holds helpers for tests. It makes certificates that no authority would issue and crypto/x509 would not sign: long
// chains of intermediates, MD5 signatures, negative serial numbers, keys of absurd size. InMemory is a transport without a network.
package testtools

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"
	"sync"
	"time"
)

var rsaKeys sync.Map // maps a number of bits to a function that returns the key; each key is made once, because that takes long

// RSA returns a key with a number of bits, at least 1024. Each call with the same number returns the same key.
func RSA(bits int) crypto.Signer {
	getKey, _ := rsaKeys.LoadOrStore(bits, sync.OnceValue(func() crypto.Signer {
		return must(rsa.GenerateKey(rand.Reader, bits))
	}))
	return getKey.(func() crypto.Signer)()
}

// ECDSA returns a new key on the curve.
func ECDSA(c elliptic.Curve) crypto.Signer { return must(ecdsa.GenerateKey(c, rand.Reader)) }

// Ed25519 returns a new Ed25519 key.
func Ed25519() crypto.Signer {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return must(key, err)
}

func must[S crypto.Signer](key S, err error) crypto.Signer {
	if err != nil {
		panic(err)
	}
	return key
}

// RSAWithoutPrivateKey returns a signer with an RSA public key of a number of bits, and without a private key: the factors of the modulus
// are unknown. Its signatures are random bytes of the right length.
func RSAWithoutPrivateKey(bits int) crypto.Signer {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), uint(bits)))
	if err != nil {
		panic(err)
	}
	n.SetBit(n, bits-1, 1).SetBit(n, 0, 1)
	return keylessRSA{&rsa.PublicKey{N: n, E: 65537}}
}

type keylessRSA struct{ public *rsa.PublicKey }

func (k keylessRSA) Public() crypto.PublicKey { return k.public }

func (k keylessRSA) Sign(random io.Reader, _ []byte, _ crypto.SignerOpts) ([]byte, error) {
	noise := make([]byte, k.public.Size())
	_, err := io.ReadFull(random, noise)
	noise[0] = 0 // so that the signature is below the modulus
	return noise, err
}

// LongChain makes a certificate chain with any number of intermediates.
type LongChain struct {
	Intermediates int // intermediates between the root and the leaf
	Hosts         []string
	Now           time.Time
	// Change changes the template of each certificate before it is signed; nil: no change. Level 0 is the root, and the last level is the
	// leaf.
	Change func(level int, c *x509.Certificate)
}

// Build makes the chain. It returns the chain that the receiver sends (leaf first, without the root), and the root.
func (t LongChain) Build() (tls.Certificate, *x509.Certificate, error) {
	var chain tls.Certificate
	var root, parent *x509.Certificate
	var signer crypto.Signer
	for level := range t.Intermediates + 2 {
		key := ECDSA(elliptic.P256())
		template := &x509.Certificate{
			SerialNumber: big.NewInt(int64(level) + 1),
			Subject:      pkix.Name{CommonName: "Level " + string(rune('A'+level%26)) + strings.Repeat("'", level/26)},
			NotBefore:    t.Now.AddDate(0, 0, -1), NotAfter: t.Now.AddDate(0, 0, 90),
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		}
		if level == t.Intermediates+1 {
			template.IsCA, template.KeyUsage = false, x509.KeyUsageDigitalSignature
			template.ExtKeyUsage, template.DNSNames = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, t.Hosts
		}
		if t.Change != nil {
			t.Change(level, template)
		}
		if parent == nil {
			parent, signer = template, key
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
		if err != nil {
			return tls.Certificate{}, nil, fmt.Errorf("making level %d: %w", level, err)
		}
		if parent, err = x509.ParseCertificate(der); err != nil {
			return tls.Certificate{}, nil, fmt.Errorf("reading level %d: %w", level, err)
		}
		if signer = key; level == 0 {
			root = parent
		} else {
			chain.Certificate = append([][]byte{der}, chain.Certificate...)
		}
		chain.PrivateKey, chain.Leaf = key, parent
	}
	return chain, root, nil
}

// WithMD5 returns the certificate with an MD5 signature in place of its signature with SHA-256 and RSA. signer is the key of the issuer.
func WithMD5(c *x509.Certificate, signer crypto.Signer) ([]byte, error) {
	sha256, md5rsa := []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b}, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04}
	if c.SignatureAlgorithm != x509.SHA256WithRSA {
		return nil, errors.New("signing with MD5: the certificate is not signed with SHA-256 and RSA")
	}
	toBeSigned := bytes.Replace(c.RawTBSCertificate, sha256, md5rsa, 1)
	sum := md5.Sum(toBeSigned)
	signature, err := signer.Sign(rand.Reader, sum[:], crypto.MD5)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(struct {
		TBS       asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}{
		asn1.RawValue{FullBytes: toBeSigned},
		pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 4}, Parameters: asn1.NullRawValue},
		asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)},
	})
}

// BrokenSignature returns the certificate with one bit of its signature changed.
func BrokenSignature(c *x509.Certificate) []byte {
	der := bytes.Clone(c.Raw)
	der[len(der)-1] ^= 1
	return der
}

// NegativeSerial returns the certificate with the sign bit of its serial number set. The change makes the signature invalid as well.
func NegativeSerial(c *x509.Certificate) []byte {
	serial := c.SerialNumber.Bytes()
	if serial[0] >= 0x80 {
		serial = append([]byte{0}, serial...) // DER puts a zero before a positive number whose first bit is set
	}
	negative := append([]byte{0x81}, serial[1:]...)
	return bytes.Replace(c.Raw, serial, negative, 1)
}
