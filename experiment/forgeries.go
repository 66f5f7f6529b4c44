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
	forwardedForHeader = "X-Forwarded-For"
	sipgateAddress     = "217.116.118.254" // sipgate's own address
	proxyAddress       = "192.0.2.80"      // an address that is reserved for examples
)

// forgeries returns the oddities of signatures: pushes that sipgate did not sign, and signed pushes that arrive through unusual proxies.
func forgeries() []Oddity {
	forgery := func(event push.Event, edit RequestEdit) Twist {
		return Twist{Kind: Forged, Event: event, RequestEdit: edit}
	}
	throughProxies := func(hops ...string) Twist {
		return Twist{Kind: Odd, Event: push.NewCall, RequestEdit: func(_ Setting, _ call.Step, _ push.Form, w *Request) error {
			w.Header.Del(forwardedForHeader)
			if len(hops) > 0 {
				w.Header.Set(forwardedForHeader, strings.Join(hops, ", "))
			}
			return nil
		}}
	}
	const noSignature, otherKey = "There is no X-Sipgate-Signature. A good push follows.", "The signature is made with a key that the receiver does not know. A good push follows."
	return []Oddity{
		{Clause: "the newCall comes without a signature", Description: noSignature, twist: forgery(push.NewCall, removeSignature)},
		{Clause: "the answer comes without a signature", Description: noSignature, twist: forgery(push.Answer, removeSignature)},
		{Clause: "the hangup comes without a signature", Description: noSignature, twist: forgery(push.Hangup, removeSignature)},
		{Clause: "the caller's number was altered after signing", Description: "The signature belongs to another body. A good push follows.", twist: forgery(push.NewCall, alterBody)},
		{Clause: "the signature was altered", Description: "One bit of the signature is flipped. A good push follows.", twist: forgery(push.NewCall, alterSignature)},
		{Clause: "the newCall is signed with another key", Description: otherKey, twist: forgery(push.NewCall, signWithAnotherKey)},
		{Clause: "the answer is signed with another key", Description: otherKey, twist: forgery(push.Answer, signWithAnotherKey)},
		{Clause: "the hangup is signed with another key", Description: otherKey, twist: forgery(push.Hangup, signWithAnotherKey)},
		{Clause: "the newCall comes through no proxy", Description: "There is no X-Forwarded-For.", twist: throughProxies()},
		{Clause: "the newCall comes through one proxy", Description: "X-Forwarded-For names sipgate's address.", twist: throughProxies(sipgateAddress)},
		{Clause: "the newCall comes through two proxies", Description: "X-Forwarded-For names sipgate's address and that of a proxy.", twist: throughProxies(sipgateAddress, proxyAddress)},
	}
}

// sign signs the body of w with key, and sets the signature header.
func sign(w *Request, key *rsa.PrivateKey) error {
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

func removeSignature(_ Setting, _ call.Step, _ push.Form, w *Request) error {
	w.Header[push.SignatureHeader] = nil
	return nil
}

func signWithAnotherKey(_ Setting, _ call.Step, _ push.Form, w *Request) error {
	key, err := anotherKey()
	if err != nil {
		return err
	}
	return sign(w, key)
}

func alterBody(s Setting, _ call.Step, form push.Form, w *Request) error {
	if err := sign(w, s.Key); err != nil {
		return err
	}
	w.Body = form.With(push.FieldFrom, s.Cast["Lorraine"].Number).Encode(false)
	return nil
}

// alterSignature changes one bit in the middle of the signature.
func alterSignature(s Setting, _ call.Step, _ push.Form, w *Request) error {
	if err := sign(w, s.Key); err != nil {
		return err
	}
	raw, _ := base64.StdEncoding.DecodeString(w.Header.Get(push.SignatureHeader)) // cannot fail, because sign has encoded the signature
	raw[len(raw)/2] ^= 1
	w.Header.Set(push.SignatureHeader, base64.StdEncoding.EncodeToString(raw))
	return nil
}

// anotherKey returns a key that is neither sipgate's nor the user's.
var anotherKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })
