package main

import (
	"crypto/rand"
	"crypto/rsa"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
)

// signingPair is the private key of the tests, and a file that contains it.
type signingPair struct {
	key  *rsa.PrivateKey
	file string
}

// signingKey returns the private key of the tests. The key is generated only once, because this takes long.
var signingKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// writeSigningKey writes the private key of the tests to a file.
func writeSigningKey(t *testing.T) signingPair {
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

func TestReceiverWithAKeyFromTheKeysCommandConforms(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "keys")
	keys := runCommand(t, "keys", "--bits", "2048", "--out", dir)
	privateFile, publicFile := filepath.Join(dir, signKeyFile), filepath.Join(dir, verifyKeyFile)
	if keys.exit != 0 || !strings.Contains(keys.stdout, "--sign-key "+privateFile) || !strings.Contains(keys.stdout, publicFile) {
		t.Fatalf("keys: exit %d:\n%s%s", keys.exit, keys.stdout, keys.stderr)
	}
	if info, err := os.Stat(privateFile); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the private key has mode %v, %v, want it readable only by its owner", info.Mode(), err)
	}
	keyBefore, err := os.ReadFile(privateFile)
	if err != nil {
		t.Fatal(err)
	}
	if repeated := runCommand(t, "keys", "--bits", "2048", "--out", dir); repeated.exit != 2 || !strings.Contains(repeated.stderr, "--force") {
		t.Errorf("keys in the same folder: exit %d, want 2 and a hint at --force: %s", repeated.exit, repeated.stderr)
	}
	if keyAfter, err := os.ReadFile(privateFile); err != nil || string(keyAfter) != string(keyBefore) {
		t.Error("the private key has changed without --force")
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	command := startReceive(t, "--ca-out", ca, "--verify-key", publicFile)
	got, report := runWithReport(t, command.url, "--ca-file", ca, "--sign-key", privateFile, "--claim", "signature", "--only", "push.newcall,signature.valid,signature.missing,signature.forged")
	if want := []string{"push.newcall", "signature.valid", "signature.missing", "signature.forged"}; got.exit != 0 || !cmp.Equal(want, report.idsWithStatus("passed")) {
		t.Errorf("exit %d, passed %v, want 0 and %v:\n%s", got.exit, report.idsWithStatus("passed"), want, got.stdout)
	}
	got, report = runWithReport(t, command.url, "--ca-file", ca)
	if got.exit != 3 || !strings.Contains(oneLine(got.stdout), `it says "there is no signature"`) || len(report.idsWithStatus("failed", "warned")) > 0 {
		t.Errorf("without the key: exit %d, findings %v, want 3, none, and what the receiver says:\n%s", got.exit, report.idsWithStatus("failed", "warned"), got.stdout)
	}
	if forced := runCommand(t, "keys", "--bits", "2048", "--out", dir, "--force"); forced.exit != 0 {
		t.Errorf("keys with --force: exit %d: %s", forced.exit, forced.stderr)
	}
	got, _ = runWithReport(t, command.url, "--ca-file", ca, "--sign-key", privateFile)
	if got.exit != 3 || !strings.Contains(oneLine(got.stdout), "does it have the public half of --sign-key?") {
		t.Errorf("with the private key of another pair: exit %d, want 3 and a question:\n%s", got.exit, got.stdout)
	}
}

func TestASignatureIsNeverPrinted(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "", "newcall-500")
	p := writeSigningKey(t)
	file := filepath.Join(t.TempDir(), "report.json")
	got := runCommand(t, "send", "newCall", instance.URL, "--ca-file", ca, "--sign-key", p.file, "--set", "from=anonymous", "--speed", "0", "--verbose", "--report", "json="+file)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`event=newCall\S*fullUserId%5B%5D=1234567w0&xcid=[0-9a-f]{16}`).FindString(got.stdout)
	signature, err := push.Sign(p.key, []byte(form))
	if err != nil || form == "" {
		t.Fatalf("the form that was sent is not printed (%v):\n%s", err, got.stdout)
	}
	for name, text := range map[string]string{"standard output": got.stdout, "the report": string(data)} {
		if !strings.Contains(text, "X-Sipgate-Signature: $X_SIPGATE_SIGNATURE") {
			t.Errorf("%s does not show that the push was signed:\n%s", name, text)
		}
		if strings.Contains(text, signature) || strings.Contains(text, signature[:40]) {
			t.Errorf("%s holds the signature:\n%s", name, text)
		}
	}
}

func TestSignKeyWithASignatureHeaderIsRefused(t *testing.T) {
	t.Parallel()
	got := runCommand(t, "run", "https://receiver.example/", "--sign-key", writeSigningKey(t).file, "--header", "x-sipgate-signature: c2ln")
	if got.exit != 2 || !strings.Contains(got.stderr, "--sign-key makes one for each push") {
		t.Errorf("exit %d, want 2: %s", got.exit, got.stderr)
	}
}
