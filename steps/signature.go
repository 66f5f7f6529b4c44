package steps

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

const forwardedFor = "X-Forwarded-For"

// signatureOddities are what may be odd about a push that is signed, and pushes that only look as if sipgate had signed them.
func signatureOddities() []oddity {
	over := func(hops ...string) func(*ScenarioRun, push.Form, *sender.Wire) error {
		return func(_ *ScenarioRun, _ push.Form, w *sender.Wire) error {
			w.Header.Del(forwardedFor)
			if len(hops) > 0 {
				w.Header.Set(forwardedFor, strings.Join(hops, ", "))
			}
			return nil
		}
	}
	const sipgate, proxy = "217.116.118.254", "192.0.2.80" // sipgate's own address, and one that is reserved for examples
	return []oddity{
		{sentence: "the newCall comes without a signature", says: "There is no X-Sipgate-Signature. A good push follows.", event: push.NewCall, survives: true, wire: unsigned},
		{sentence: "the answer comes without a signature", says: "There is no X-Sipgate-Signature. A good push follows.", event: push.Answer, survives: true, wire: unsigned},
		{sentence: "the hangup comes without a signature", says: "There is no X-Sipgate-Signature. A good push follows.", event: push.Hangup, survives: true, wire: unsigned},
		{sentence: "the caller's number was altered after signing", says: "The signature is of another body. A good push follows.", event: push.NewCall, survives: true, wire: alteredBody},
		{sentence: "the signature was altered", says: "One bit of the signature is another one. A good push follows.", event: push.NewCall, survives: true, wire: alteredSignature},
		{sentence: "somebody else has signed the newCall", says: "The signature is in order, by a key that is not the receiver's. A good push follows.", event: push.NewCall, survives: true, wire: signedByAnother},
		{sentence: "somebody else has signed the answer", says: "The signature is in order, by a key that is not the receiver's. A good push follows.", event: push.Answer, survives: true, wire: signedByAnother},
		{sentence: "somebody else has signed the hangup", says: "The signature is in order, by a key that is not the receiver's. A good push follows.", event: push.Hangup, survives: true, wire: signedByAnother},
		{sentence: "the brackets are numbered", says: "user[][0] in the place of user[], as in the second genuine signature that is known.", event: push.NewCall,
			edit: func(_ *ScenarioRun, f push.Form, _ []string) push.Form {
				for _, name := range []string{push.FieldUsers, push.FieldUserIDs, push.FieldFullUserIDs} {
					for i := range f {
						if f[i].Name == name {
							f = f.With(name).With(name+"[0]", f.Values(name)...)
							break
						}
					}
				}
				return f
			}},
		{sentence: "the newCall comes over no proxy", says: "There is no X-Forwarded-For.", event: push.NewCall, wire: over()},
		{sentence: "the newCall comes over one proxy", says: "X-Forwarded-For names sipgate's address.", event: push.NewCall, wire: over(sipgate)},
		{sentence: "the newCall comes over two proxies", says: "X-Forwarded-For names sipgate's address and that of a proxy.", event: push.NewCall, wire: over(sipgate, proxy)},
	}
}

// signs signs what goes over the wire with a key.
func signs(w *sender.Wire, key *rsa.PrivateKey) error {
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

// unsigned leaves the signature out.
func unsigned(_ *ScenarioRun, _ push.Form, w *sender.Wire) error {
	w.Header[push.SignatureHeader] = nil
	return nil
}

// signedByAnother signs with a key that is not the receiver's.
func signedByAnother(_ *ScenarioRun, _ push.Form, w *sender.Wire) error {
	key, err := stranger()
	if err != nil {
		return err
	}
	return signs(w, key)
}

// alteredBody lets somebody else call than the signature says.
func alteredBody(s *ScenarioRun, form push.Form, w *sender.Wire) error {
	if err := signs(w, s.run.opts.Sender.SignKey); err != nil {
		return err
	}
	w.Body = form.With(push.FieldFrom, s.run.opts.Cast["Lorraine"].Number).Encode(false)
	return nil
}

// alteredSignature turns one bit of the signature, in the middle of it.
func alteredSignature(s *ScenarioRun, _ push.Form, w *sender.Wire) error {
	if err := signs(w, s.run.opts.Sender.SignKey); err != nil {
		return err
	}
	raw, err := base64.StdEncoding.DecodeString(w.Header.Get(push.SignatureHeader))
	if err != nil {
		return fmt.Errorf("altering the signature: %w", err)
	}
	raw[len(raw)/2] ^= 1
	w.Header.Set(push.SignatureHeader, base64.StdEncoding.EncodeToString(raw))
	return nil
}

// stranger is the key of somebody who is not sipgate.
var stranger = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// unsignable tells whether a scenario is about signatures, and there is no key to make them with.
func (s *ScenarioRun) unsignable() bool {
	return strings.HasPrefix(s.stimulus, "signature.") && s.run.opts.Sender.SignKey == nil
}

// seenBefore tells whether a receiver may have refused the captured push because of its callId, or because it verifies signatures
// with the key that pushes are signed with: not where it says that it is the signature.
func (r *Run) seenBefore(c transcript.Call) bool {
	if len(c.Exchanges) == 0 || requirements.IsAltered(c.Exchanges[0]) || c.Exchanges[0].Accepted() && !r.declines(c.Exchanges[0]) {
		return false
	}
	why, says := requirements.Refusal(c.Exchanges[0])
	return !says || why.By != requirements.SignatureCheck
}

// declines tells whether a receiver refuses the captured push in what it says with a 2xx status, such as an Error document, where
// it says no such thing of other pushes that are signed.
func (r *Run) declines(x transcript.Exchange) bool {
	foreign := func(x transcript.Exchange) bool {
		return x.Document.Kind == response.Other || x.Declines()
	}
	return r.opts.Sender.SignKey != nil && foreign(x) && slices.ContainsFunc(r.soFar(), func(c transcript.Call) bool {
		return slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool {
			return x.Push.Event == push.NewCall && !x.Odd && x.Raw == "" && x.Accepted() && !foreign(x)
		})
	})
}

// followed sends a good push after an odd one, and adds it to the call.
func (r *Run) followed(ctx context.Context, q request, p *played, odd transcript.Call) transcript.Call {
	q.edit, q.write, q.watch = nil, nil, false
	q.story.Story = q.story.Story[:1]
	about := transcript.Call{ID: odd.ID, Scenario: odd.Scenario, Stimulus: odd.Stimulus, Feature: odd.Feature}
	good := r.attempt(ctx, q, p, about, "next")
	for _, x := range good.Exchanges {
		x.Step = 0
		for _, before := range odd.Exchanges {
			x.Step = max(x.Step, before.Step+1)
		}
		odd.Exchanges = append(odd.Exchanges, x)
	}
	r.mu.Lock()
	r.showed = append(r.showed, requirements.Shown(odd)...)
	r.mu.Unlock()
	return odd
}
