package main

import (
	"crypto/rand"
	"crypto/rsa"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/pushcheck/pushcheck/push"
)

// signingPair is a key of the tests, and the file that it is in.
type signingPair struct {
	key  *rsa.PrivateKey
	file string
}

var signingKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func signing(t *testing.T) signingPair {
	t.Helper()
	p := signingPair{signingKey(), filepath.Join(t.TempDir(), "sign-key.pem")}
	data, err := push.PrivateKeyPEM(p.key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p.file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}
