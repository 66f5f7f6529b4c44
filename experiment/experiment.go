// Package experiment describes, as data, the experiments that a run tries on a receiver, and records what the run knows about the
// receiver's health. It decides what follows from the tries of an experiment: a try counts, the experiment is tried again, or the
// receiver is lost. It has no network and no clock: package run carries out its decisions.
package experiment

import (
	"crypto/rsa"
	"net/http"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// Experiment is one thing that is tried on a receiver: a call, with at most one twist.
type Experiment struct {
	Story   scenarios.Scenario
	Number  scenarios.Number // number of the called party or the caller; the zero Number: any number
	Twist   Twist
	Feature string // title of the feature scenario for which the experiment is played
	Alone   bool   // nothing else is played meanwhile
	Probe   bool   // the experiment is played to find out the capabilities of the receiver
}

// Kind is the kind of difference between an experiment and a plain call.
type Kind int

const (
	Plain       Kind = iota // no difference: the pushes follow from the story of the call
	Odd                     // pushes of the call have another form
	Forged                  // a push of the call was not signed by sipgate; a good push follows the call
	Sequence                // pushes of the call are lost, come twice or overtake each other
	Overlap                 // several calls come at once; how many does not matter
	Crowd                   // several calls come at once, and the receiver has to accept that many
	Provocation             // a stranger sends something that is not a push; a good call follows
)

// CallKind returns the kind that calls of such an experiment have in the transcript.
func (k Kind) CallKind() transcript.Kind {
	return map[Kind]transcript.Kind{
		Plain: transcript.Plain, Odd: transcript.Odd, Forged: transcript.Forged, Sequence: transcript.Sequence,
		Overlap: transcript.Crowd, Crowd: transcript.Crowd, Provocation: transcript.Provocation,
	}[k]
}

// Twist is the difference between an experiment and a plain call. The zero Twist is no difference.
type Twist struct {
	Kind             Kind
	Requirement      string                   // id of the requirement that is judged by the experiment
	Variant          transcript.Variant       // name of the twist, unique among the twists of a requirement
	Event            push.Event               // event of the pushes that are changed; "": all pushes of the call
	Edit             Edit                     // changes the form of a push; nil: no change
	RequestEdit      RequestEdit              // changes the HTTP request of a push; nil: no change
	Fate             func(call.Step) Fate     // returns the fate of a push; nil: all pushes are delivered
	IsFollowedByCall bool                     // the same people call again afterwards, without the twist
	Size             int                      // number of calls that come at once, for Overlap and Crowd
	Stimulus         func(push.Form) Stimulus // makes the request of a provocation from the form of a plain newCall push
	IsHeavy          bool                     // the stimulus is large, so by default it is sent only to this machine and to private addresses
}

// Edit returns a changed form of a push.
type Edit func(s Setting, step call.Step, form push.Form) push.Form

// RequestEdit changes w, the HTTP request of a push. form is the form of that push after the Edit.
type RequestEdit func(s Setting, step call.Step, form push.Form, w *Request) error

// Setting holds values of the run that twists use.
type Setting struct {
	Cast scenarios.Cast
	Key  *rsa.PrivateKey // signs pushes; nil: pushes are not signed
}

// Request is the HTTP request that is sent for one push.
type Request struct {
	Method string      // default POST
	Header http.Header // headers in addition to the headers of every push; a name without values removes a header, such as the signature
	Body   []byte
}

// Fate is what happens to a push on its way to the receiver.
type Fate int

const (
	Delivered  Fate = iota
	Lost            // the push is not sent; the call continues as if it had been sent
	Duplicated      // the push is sent a second time, as soon as the outcome of the first is known
	Overtaken       // the push is sent after the next push of the call
)

// Form returns the form of a push after the Edit of the twist.
func (t Twist) Form(s Setting, step call.Step, form push.Form) push.Form {
	if t.Edit == nil || !t.MayChange(step) {
		return form
	}
	return t.Edit(s, step, form)
}

// Apply changes w, the HTTP request of a push, by the RequestEdit of the twist.
func (t Twist) Apply(s Setting, step call.Step, form push.Form, w *Request) error {
	if t.RequestEdit == nil || !t.MayChange(step) {
		return nil
	}
	return t.RequestEdit(s, step, form, w)
}

// MayChange reports whether the twist may change a push.
func (t Twist) MayChange(step call.Step) bool {
	return (t.Edit != nil || t.RequestEdit != nil) && (t.Event == "" || t.Event == step.Push.Event)
}

// FateOf returns what happens to a push.
func (t Twist) FateOf(step call.Step) Fate {
	if t.Fate == nil {
		return Delivered
	}
	return t.Fate(step)
}
