package endpoint_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/internal/certs"
)

var (
	rsa1024 = sync.OnceValue(func() crypto.Signer { return rsaKey(1024) })
	rsa2048 = sync.OnceValue(func() crypto.Signer { return rsaKey(2048) })
)

func rsaKey(bits int) crypto.Signer {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

func curveKey(curve elliptic.Curve) crypto.Signer {
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

func ed25519Key() crypto.Signer {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

// workshop makes chains and ends the test where one cannot be made.
type workshop struct{ t *testing.T }

func (w workshop) found(p certs.Plan) *certs.Authority {
	w.t.Helper()
	p.Now = now
	if p.Name == "" {
		p.Name = "Public"
	}
	a, err := p.Found()
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func (w workshop) issue(a *certs.Authority, l certs.Leaf) []*x509.Certificate {
	w.t.Helper()
	if l.Hosts == nil {
		l.Hosts = []string{host}
	}
	c, err := a.Issue(l)
	if err != nil {
		w.t.Fatal(err)
	}
	return []*x509.Certificate{c.Leaf, a.Intermediate}
}

func (w workshop) selfSigned(l certs.Leaf) []*x509.Certificate {
	w.t.Helper()
	if l.Hosts == nil {
		l.Hosts = []string{host}
	}
	if l.NotBefore.IsZero() {
		l.NotBefore = now.Add(-time.Hour)
	}
	c, err := certs.SelfSigned(l)
	if err != nil {
		w.t.Fatal(err)
	}
	return []*x509.Certificate{c.Leaf}
}

// tall makes a chain with so many intermediates, and its root.
func (w workshop) tall(intermediates int, change func(level int, c *x509.Certificate)) (chain []*x509.Certificate, root *x509.Certificate) {
	w.t.Helper()
	var parent *x509.Certificate
	var by crypto.Signer
	for level := range intermediates + 2 {
		key := curveKey(elliptic.P256())
		c := &x509.Certificate{
			SerialNumber: big.NewInt(int64(level) + 1), Subject: pkix.Name{CommonName: "Level " + string(rune('A'+level%26)) + strings.Repeat("'", level/26)},
			NotBefore: now.Add(-day), NotAfter: now.Add(90 * day),
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		}
		if level == intermediates+1 {
			c.IsCA, c.KeyUsage = false, x509.KeyUsageDigitalSignature
			c.ExtKeyUsage, c.DNSNames = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, []string{host}
		}
		if change != nil {
			change(level, c)
		}
		if parent == nil {
			parent, by = c, key
		}
		der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), by)
		if err != nil {
			w.t.Fatal(err)
		}
		made := w.read(der)
		if level == 0 {
			root = made
		} else {
			chain = append([]*x509.Certificate{made}, chain...)
		}
		parent, by = made, key
	}
	return chain, root
}

func (w workshop) read(der []byte) *x509.Certificate {
	w.t.Helper()
	c, err := x509.ParseCertificate(der)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// withMD5 signs a certificate again, as crypto/x509 refuses to do. It was signed with SHA-256 by the RSA key.
func (w workshop) withMD5(c *x509.Certificate, by crypto.Signer) *x509.Certificate {
	w.t.Helper()
	sha256, md5rsa := []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b}, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04}
	tbs := bytes.Replace(c.RawTBSCertificate, sha256, md5rsa, 1)
	sum := md5.Sum(tbs)
	signature, err := by.Sign(rand.Reader, sum[:], crypto.MD5)
	if err != nil {
		w.t.Fatal(err)
	}
	der, err := asn1.Marshal(struct {
		TBS       asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}{
		asn1.RawValue{FullBytes: tbs},
		pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 4}, Parameters: asn1.NullRawValue},
		asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.read(der)
}
