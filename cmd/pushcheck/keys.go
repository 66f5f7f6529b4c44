package main

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/push"
)

// keysFlags are the flags of keys.
type keysFlags struct {
	out   string
	bits  int
	force bool
}

// The files that keys writes. Each file is named after the flag that reads it.
const (
	signKeyFile   = "sign-key.pem"
	verifyKeyFile = "verify-key.pem"
)

const (
	minBits = 2048 // the shortest key that receivers usually accept, in bits
	maxBits = 8192 // in bits; making a longer key takes too long
)

func (a *app) keysCommand() *cobra.Command {
	var f keysFlags
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Make a key pair for a receiver that verifies signatures",
		Long: "Makes an RSA key pair and writes " + signKeyFile + ", the private key for --sign-key, and " + verifyKeyFile + ", the public key for the receiver.\n\n" +
			"Only sipgate can sign with its own key. While the receiver is judged, it needs this public key in place of sipgate's.",
		Example: "  pushcheck keys\n  pushcheck keys --out keys --force",
		Args:    noArguments,
		RunE:    func(*cobra.Command, []string) error { return a.makeKeys(f) },
	}
	flags := cmd.Flags()
	registerOutFolder(flags, &f.out)
	flags.IntVar(&f.bits, "bits", 4096, "make a key of `N` bits; sipgate's has 4096")
	registerForce(flags, &f.force)
	return cmd
}

// makeKeys makes a key pair, writes its files, and prints how to use them.
func (a *app) makeKeys(f keysFlags) error {
	if f.bits < minBits || f.bits > maxBits {
		return wrongValue("bits", f.bits, fmt.Sprintf("%d to %d are possible", minBits, maxBits), "sipgate's key has 4096")
	}
	key, err := rsa.GenerateKey(rand.Reader, f.bits)
	if err != nil {
		return fmt.Errorf("making the keys: %w", err)
	}
	private, err := push.PrivateKeyPEM(key)
	if err != nil {
		return err
	}
	public, err := push.PublicKeyPEM(&key.PublicKey)
	if err != nil {
		return err
	}
	files := []newFile{{signKeyFile, 0o600, private}, {verifyKeyFile, 0o644, public}}
	if err := writeNewFiles(certFlags{out: f.out, force: f.force}, files); err != nil {
		return err
	}
	signFile, verifyFile := filepath.Join(f.out, signKeyFile), filepath.Join(f.out, verifyKeyFile)
	_, err = fmt.Fprintf(a.stdout, `%[1]s: the private key, RSA with %[3]d bits, readable by you alone
%[2]s: its public half, for the receiver

verify with it instead of sipgate's key while the receiver is judged
  Node    crypto.createVerify('RSA-SHA256').update(rawBody).verify(fs.readFileSync(%[2]q), signature, 'base64')
  Python  load_pem_public_key(open(%[2]q, 'rb').read()).verify(base64.b64decode(signature), raw_body, padding.PKCS1v15(), hashes.SHA256())
  PHP     openssl_verify($rawBody, base64_decode($signature), file_get_contents(%[2]q), OPENSSL_ALGO_SHA256) === 1
  where the signature is the header X-Sipgate-Signature, and the body is its bytes as they came, before parsing
judge it
  pushcheck run --sign-key %[4]s --claim signature https://example.org/push
`, signFile, verifyFile, f.bits, wording.ShellWord(signFile))
	return err
}
