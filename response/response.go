// Package response holds what a receiver may respond to a newCall or a dtmf push: the XML that steers the call and subscribes to
// what happens next.
//
// Begin with Parse, which reads a body and lists everything that is wrong with it. The package computes only: it does not fetch the
// URLs that it reads, and it does not decide what they lead to. See package call for that.
package response

// Position is a place in the body, both numbers starting at 1. The column counts characters, not bytes.
type Position struct{ Line, Column int }

// Response is the content of a well-formed document whose root is Response.
type Response struct {
	OnAnswer *Target // nil: the attribute is absent
	OnHangup *Target
	Actions  []Action // in document order; unknown elements are passed over
}

// Target is a URL that the receiver named.
type Target struct {
	URL    string // as written, entities decoded
	Usable bool   // absolute http or https and otherwise in order, see endpoint.ParseURL
	Pos    Position
}

// Action is a documented element: Dial, Play, Gather, Reject or Hangup.
type Action interface{ Element() string }

// Dial redirects the call.
type Dial struct {
	CallerID  string   // "" = the account's setting; a value that breaks its rule is dropped
	Anonymous *bool    // nil = the account's or phone's setting
	Numbers   []string // as written, without surrounding white space
	Voicemail bool
	Pos       Position
}

// Play plays a sound file to the caller.
type Play struct {
	URL Target
	Pos Position
}

// Gather collects the digits that the caller presses.
type Gather struct {
	OnData    Target
	MaxDigits int // default 1
	TimeoutMS int // milliseconds, default 2000, counted from the end of Play
	Play      *Play
	Pos       Position
}

// Reject refuses the call.
type Reject struct {
	Reason string // "rejected" (default) or "busy"
	Pos    Position
}

// Hangup ends the call.
type Hangup struct{ Pos Position }

func (Dial) Element() string   { return "Dial" }
func (Play) Element() string   { return "Play" }
func (Gather) Element() string { return "Gather" }
func (Reject) Element() string { return "Reject" }
func (Hangup) Element() string { return "Hangup" }
