// Package experiment holds what is tried on a receiver, as data, and what a run knows of the receiver's health. It decides what
// an outcome means: it counts, something is tried again, or the receiver is lost. It has no network and no clock: package run
// does what is decided here.
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
	Number  scenarios.Number // the number that is called or calls; the zero Number: any
	Twist   Twist
	Feature string // title of the feature scenario that asked for it
	Alone   bool   // nothing else is played meanwhile
	Probe   bool   // it is played to learn the receiver's capabilities
}

// Kind is in which respect an experiment differs from a plain call.
type Kind int

const (
	Plain       Kind = iota // a call as its story makes it
	Odd                     // pushes of the call have another form
	Forged                  // a push of the call is not sipgate's; a good push follows the call
	Sequence                // pushes of the call are lost, come twice or overtake each other
	Overlap                 // several calls come at once; their number does not matter
	Crowd                   // several calls come at once, and the receiver has to accept that number
	Provocation             // a stranger sends something that is not a push; a good call follows
)

// CallKind returns the kind of the calls that are played so.
func (k Kind) CallKind() transcript.Kind {
	return map[Kind]transcript.Kind{
		Plain: transcript.Plain, Odd: transcript.Odd, Forged: transcript.Forged, Sequence: transcript.Sequence,
		Overlap: transcript.Crowd, Crowd: transcript.Crowd, Provocation: transcript.Provocation,
	}[k]
}

// Twist is how an experiment differs from a plain call, in one respect only. The zero Twist does not differ.
type Twist struct {
	Kind           Kind
	Requirement    string             // id of the requirement that it is about
	Variant        transcript.Variant // which of the requirement's twists
	Event          push.Event         // the pushes that are changed; "": all of the call
	Edit           Edit               // changes the form of a push; nil: it stays as it is
	Write          Write              // changes what goes over the wire; nil: it stays as it is
	Fate           func(call.Step) Fate
	FollowedByCall bool // the same people call again afterwards, without the twist
	Size           int  // of a crowd, in calls
	Stimulus       func(push.Form) Stimulus
	Heavy          bool // the stimulus goes only to this machine and private addresses, unless the user asks for more
}

// Edit returns the form of a push, changed.
type Edit func(s Setting, step call.Step, form push.Form) push.Form

// Write changes what goes over the wire for a push with that form.
type Write func(s Setting, step call.Step, form push.Form, w *Request) error

// Setting is what a twist may need to know.
type Setting struct {
	Cast scenarios.Cast
	Key  *rsa.PrivateKey // signs pushes; nil: none is signed
}

// Request is the HTTP request that is sent for one push.
type Request struct {
	Method string      // default POST
	Header http.Header // on top of sipgate's own; a name without values is left out, a signature too
	Body   []byte
}

// Fate is what happens to a push on its way to the receiver.
type Fate int

const (
	Delivered  Fate = iota
	Lost            // it is not sent; the call continues as if it had been
	Duplicated      // it is sent a second time, as soon as its outcome is known
	Overtaken       // it is sent after the push that follows it
)

// Form returns the form of a push with the twist.
func (t Twist) Form(s Setting, step call.Step, form push.Form) push.Form {
	if t.Edit == nil || !t.MayChange(step) {
		return form
	}
	return t.Edit(s, step, form)
}

// Apply changes what goes over the wire for a push.
func (t Twist) Apply(s Setting, step call.Step, form push.Form, w *Request) error {
	if t.Write == nil || !t.MayChange(step) {
		return nil
	}
	return t.Write(s, step, form, w)
}

// MayChange reports whether the twist may change a push.
func (t Twist) MayChange(step call.Step) bool {
	return (t.Edit != nil || t.Write != nil) && (t.Event == "" || t.Event == step.Push.Event)
}

// FateOf returns what happens to a push.
func (t Twist) FateOf(step call.Step) Fate {
	if t.Fate == nil {
		return Delivered
	}
	return t.Fate(step)
}
