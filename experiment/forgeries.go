package experiment

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"strings"
	"sync"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
)

const (
	forwardedFor = "X-Forwarded-For"
	sipgate      = "217.116.118.254" // sipgate's own address
	proxy        = "192.0.2.80"      // reserved for examples
)

// forgeries are pushes that only look as if sipgate had signed them, and unusual ways in which signed pushes arrive.
func forgeries() []Oddity {
	forged := func(event push.Event, w Write) Twist { return Twist{Kind: Forged, Event: event, Write: w} }
	over := func(hops ...string) Twist {
		return Twist{Kind: Odd, Event: push.NewCall, Write: func(_ Setting, _ call.Step, _ push.Form, w *Wire) error {
			w.Header.Del(forwardedFor)
			if len(hops) > 0 {
				w.Header.Set(forwardedFor, strings.Join(hops, ", "))
			}
			return nil
		}}
	}
	const none, another = "There is no X-Sipgate-Signature. A good push follows.", "The signature is made with a key that the receiver does not know. A good push follows."
	return []Oddity{
		{Clause: "the newCall comes without a signature", Says: none, twist: forged(push.NewCall, unsigned)},
		{Clause: "the answer comes without a signature", Says: none, twist: forged(push.Answer, unsigned)},
		{Clause: "the hangup comes without a signature", Says: none, twist: forged(push.Hangup, unsigned)},
		{Clause: "the caller's number was altered after signing", Says: "The signature belongs to another body. A good push follows.", twist: forged(push.NewCall, alteredBody)},
		{Clause: "the signature was altered", Says: "One bit of the signature is flipped. A good push follows.", twist: forged(push.NewCall, alteredSignature)},
		{Clause: "the newCall is signed with another key", Says: another, twist: forged(push.NewCall, signedByAnother)},
		{Clause: "the answer is signed with another key", Says: another, twist: forged(push.Answer, signedByAnother)},
		{Clause: "the hangup is signed with another key", Says: another, twist: forged(push.Hangup, signedByAnother)},
		{Clause: "the newCall comes through no proxy", Says: "There is no X-Forwarded-For.", twist: over()},
		{Clause: "the newCall comes through one proxy", Says: "X-Forwarded-For names sipgate's address.", twist: over(sipgate)},
		{Clause: "the newCall comes through two proxies", Says: "X-Forwarded-For names sipgate's address and that of a proxy.", twist: over(sipgate, proxy)},
	}
}

// sign signs the body that is sent with a key.
func sign(w *Wire, key *rsa.PrivateKey) error {
	if key == nil {
		return errors.New("signing a push: there is no key, see --sign-key")
	}
	signature, err := push.Sign(key, w.Body)
	if err != nil {
		return err
	}
	w.Header.Set(push.SignatureHeader, signature)
	return nil
}

func unsigned(_ Setting, _ call.Step, _ push.Form, w *Wire) error {
	w.Header[push.SignatureHeader] = nil
	return nil
}

func signedByAnother(_ Setting, _ call.Step, _ push.Form, w *Wire) error {
	key, err := anotherKey()
	if err != nil {
		return err
	}
	return sign(w, key)
}

func alteredBody(s Setting, _ call.Step, form push.Form, w *Wire) error {
	if err := sign(w, s.Key); err != nil {
		return err
	}
	w.Body = form.With(push.FieldFrom, s.Cast["Lorraine"].Number).Encode(false)
	return nil
}

// alteredSignature changes one bit in the middle of the signature.
func alteredSignature(s Setting, _ call.Step, _ push.Form, w *Wire) error {
	if err := sign(w, s.Key); err != nil {
		return err
	}
	raw, _ := base64.StdEncoding.DecodeString(w.Header.Get(push.SignatureHeader)) // sign has encoded it
	raw[len(raw)/2] ^= 1
	w.Header.Set(push.SignatureHeader, base64.StdEncoding.EncodeToString(raw))
	return nil
}

// anotherKey is a key that is neither sipgate's nor the user's.
var anotherKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })
