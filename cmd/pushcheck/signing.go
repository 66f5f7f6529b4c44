package main

import (
	"crypto/rsa"
	"fmt"
	"slices"

	"github.com/spf13/pflag"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/run"
)

// sipgateKeyName is what the user writes in place of a file name to choose sipgate's own public key.
const sipgateKeyName = "sipgate"

// registerSigning registers --sign-key.
func (t *targetFlags) registerSigning(f *pflag.FlagSet) {
	f.StringVar(&t.signKey, "sign-key", "", "sign every push with the private key in this `FILE` (PEM); the receiver needs the public key (see: pushcheck keys)")
}

// checkSignatureFlags returns a usage error if flags about signatures contradict each other.
func (t *targetFlags) checkSignatureFlags(o run.Options) error {
	claimed := slices.Contains(o.Claims, requirements.CanSignature)
	switch {
	case claimed && o.Sender.SignKey == nil:
		return wrongPart("claim", string(requirements.CanSignature), "a receiver that verifies signatures can be judged only by signed pushes, and there is no --sign-key",
			"pushcheck keys makes a pair: the receiver gets the public half, --sign-key the private one")
	case o.Sender.SignKey != nil && len(o.Sender.Header.Values(push.SignatureHeader)) > 0:
		return wrongFlag("header", push.SignatureHeader+" is set, and --sign-key makes one for each push", "leave one of them out")
	}
	return nil
}

// readSignKey reads the private key that pushes are signed with; nil if no file is named.
func readSignKey(file string) (*rsa.PrivateKey, error) {
	if file == "" {
		return nil, nil
	}
	data, err := readFile(file)
	if err != nil {
		return nil, wrongFlag("sign-key", err.Error(), "pushcheck keys makes one")
	}
	key, err := push.ParsePrivateKey(data)
	if err == nil {
		_, err = push.Sign(key, nil) // a key that is too short is an error here, before any push
	}
	if err != nil {
		return nil, wrongFlag("sign-key", fmt.Sprintf("%s: %v", file, err), "an RSA private key as PEM; pushcheck keys makes one")
	}
	return key, nil
}

// readVerifyKey reads the public key that signatures are checked with; nil if no file is named.
func readVerifyKey(flag, file string) (*rsa.PublicKey, error) {
	switch file {
	case "":
		return nil, nil
	case sipgateKeyName:
		return push.SipgateKey(), nil
	}
	data, err := readFile(file)
	if err != nil {
		return nil, wrongFlag(flag, err.Error(), "pushcheck keys makes one")
	}
	key, err := push.ParsePublicKey(data)
	if err != nil {
		return nil, wrongFlag(flag, fmt.Sprintf("%s: %v", file, err), "an RSA public key as PEM; pushcheck keys makes one")
	}
	return key, nil
}
