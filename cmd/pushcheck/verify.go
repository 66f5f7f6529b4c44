package main

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/verdict"
)

// verifyFlags are the flags of verify.
type verifyFlags struct {
	key       string
	signature string
}

func (a *app) verifyCommand() *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify FILE…",
		Short: "Check whether sipgate signed a captured push",
		Long: "Reads a captured push (an HTTP request with headers and body) and checks its X-Sipgate-Signature with sipgate's public key, or with another one. " +
			"With --signature, FILE is the body alone.\n\n" +
			"Exit codes:\n  0    genuine\n  1    not genuine\n  2    usage error",
		Example: "  pushcheck verify captured-push.http\n" +
			"  pushcheck verify captured-push.http --key verify-key.pem\n" +
			"  pushcheck verify body.txt --signature \"$(cat signature.txt)\"",
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return usage("no file is given", "as in: %s captured-push.http", cmd.CommandPath())
			case len(args) > 1 && f.signature != "":
				return usage(fmt.Sprintf("--signature needs exactly one file, there are %d", len(args)), "as in: %s body.txt --signature c2lnbmF0dXJl", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.verify(f, args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.key, "key", sipgateKeyName, "check with the public key in this `FILE` (PEM); sipgate means sipgate's own key")
	flags.StringVar(&f.signature, "signature", "", "check this signature, in `BASE64`; FILE is then the body alone")
	return cmd
}

// capturedPush is a push in a file, with the public key by which its signature is checked.
type capturedPush struct {
	push.Capture
	file         string
	isSipgateKey bool // key is sipgate's own key
	key          *rsa.PublicKey
}

// verify prints whether each push in these files is genuine. If there are several pushes, it also prints the file and line of each.
func (a *app) verify(f verifyFlags, files []string) error {
	key, err := readVerifyKey("key", f.key)
	if err != nil {
		return err
	}
	var all []capturedPush
	for _, file := range files {
		pushes, err := f.readPushes(file)
		if err != nil {
			return err
		}
		for _, p := range pushes {
			all = append(all, capturedPush{Capture: p, file: file, key: key, isSipgateKey: key.Equal(push.SipgateKey())})
		}
	}
	code := verdict.ExitConformant
	for _, c := range all {
		place := ""
		if len(all) > 1 {
			place = fmt.Sprintf("%s:%d: ", c.file, c.Line)
		}
		text := fmt.Sprintf("genuine: %s has signed this body of %d bytes", c.signer(), len(c.Body))
		if wrong := c.flaw(); wrong != "" {
			text, code = "not genuine: "+wrong, verdict.ExitNotConformant
		}
		if _, err := fmt.Fprintf(a.stdout, "%s%s\n", place, text); err != nil {
			return err
		}
	}
	return exitWith(code)
}

// readPushes reads the captured pushes in a file. With --signature, the file is the body of one push.
func (f verifyFlags) readPushes(file string) ([]push.Capture, error) {
	data, err := readFile(file)
	if err != nil {
		return nil, usage(fmt.Sprintf("reading the captured push: %v", err), "a file with the HTTP request, its head and its body")
	}
	if f.signature != "" {
		return []push.Capture{{Signatures: []string{f.signature}, ContentLength: -1, Body: data}}, nil
	}
	pushes, err := push.ParseCaptures(data)
	if err != nil {
		return nil, captureError(file, err, "a file that holds the body alone needs --signature")
	}
	return pushes, nil
}

// captureError returns the usage error for a file that is not a captured push. It shows the line of the mistake.
func captureError(file string, err error, hint string) error {
	var wrong *push.CaptureError
	if errors.As(err, &wrong) {
		file, err = fmt.Sprintf("%s:%d:1", file, wrong.Line), errors.New(wrong.Problem)
	}
	return usage(fmt.Sprintf("%s: %v", file, err), "%s", hint)
}

// signer returns who signed, as the subject of a sentence: sipgate, or the private half of the key.
func (c capturedPush) signer() string {
	if c.isSipgateKey {
		return "sipgate"
	}
	return fmt.Sprintf("the private half of this key of %d bits", c.key.N.BitLen())
}

// flaw describes why a push is not genuine; "" if it is genuine.
func (c capturedPush) flaw() string {
	switch len(c.Signatures) {
	case 0:
		return "it has no " + push.SignatureHeader + " header"
	case 1:
	default:
		return fmt.Sprintf("it has %d %s headers, and sipgate sends one", len(c.Signatures), push.SignatureHeader)
	}
	err := push.Verify(c.key, c.Body, c.Signatures[0])
	var sigErr *push.SignatureError
	if err == nil || !errors.As(err, &sigErr) {
		return ""
	}
	switch sigErr.Flaw {
	case push.OtherBody:
		return c.changedBodyText()
	case push.OtherKey, push.WrongLength:
		return c.otherKeyText(sigErr)
	}
	return sigErr.Error()
}

// changedBodyText describes how the body differs from the body that was signed, as far as that can be found out.
func (c capturedPush) changedBodyText() string {
	isSigned := func(body []byte) bool { return push.Verify(c.key, body, c.Signatures[0]) == nil }
	trimmed := bytes.TrimRight(c.Body, "\r\n")
	switch {
	case len(trimmed) < len(c.Body) && isSigned(trimmed):
		return fmt.Sprintf("the body was changed after it was signed: a line break was added at its end (%s), as editors do; without the line break the push is genuine", wording.Count(len(c.Body)-len(trimmed), "byte"))
	case c.ContentLength >= 0 && c.ContentLength < len(c.Body) && isSigned(c.Body[:c.ContentLength]):
		return fmt.Sprintf("the body was changed after it was signed: it has %s more than Content-Length says, and without them the push is genuine", wording.Count(len(c.Body)-c.ContentLength, "byte"))
	case c.ContentLength > len(c.Body):
		return fmt.Sprintf("the body was changed after it was signed: Content-Length says %d bytes, and there are %d", c.ContentLength, len(c.Body))
	}
	return fmt.Sprintf("the body was changed after it was signed: %s has signed another body", c.signer())
}

// otherKeyText describes a signature that was made with another key than expected.
func (c capturedPush) otherKeyText(flawed *push.SignatureError) string {
	if !c.isSipgateKey {
		err := push.Verify(push.SipgateKey(), c.Body, c.Signatures[0])
		var other *push.SignatureError
		if err == nil || errors.As(err, &other) && other.Flaw == push.OtherBody {
			return "the signature is of sipgate's own key, and not of this one"
		}
		return flawed.Error()
	}
	return flawed.Error() + "; if you signed it yourself, name your public key with --key"
}
