// Package response reads and writes the XML with which a receiver responds to a newCall or dtmf push. The XML can reject or redirect the
// call, and can name the URLs for later pushes.
//
// Begin with Parse, which parses a body and lists its problems. The package does not fetch the URLs, and does not decide how the call goes
// on; package call does.
package response

// Position is a position in the body. Line and column start at 1. The column counts characters, not bytes.
type Position struct{ Line, Column int }

// Response is the content of a well-formed document whose root is Response.
type Response struct {
	OnAnswer *URL     // nil if the attribute is absent
	OnHangup *URL     // nil if the attribute is absent
	Actions  []Action // in document order, without unknown elements
}

// URL is the value of onAnswer, onHangup or onData, or the content of Url.
type URL struct {
	Text   string // as written, with decoded entities
	Usable bool   // endpoint.ParseURL accepts the text: it is an absolute http or https URL
	Pos    Position
}

// Action is a documented element: Dial, Play, Gather, Reject or Hangup.
type Action interface{ Element() string }

// Dial redirects the call.
type Dial struct {
	CallerID  string   // the number to show to the called person; "": as set in the account, or the attribute is invalid
	Anonymous *bool    // whether to suppress the number; nil: as set in the account or the phone
	Numbers   []string // the numbers to call, as written, without surrounding white space
	Voicemail bool     // whether to redirect the call to the voicemail
	Pos       Position
}

// Play plays a sound file to the caller.
type Play struct {
	URL URL
	Pos Position
}

// Gather collects the digits that the caller presses.
type Gather struct {
	OnData    URL   // where sipgate sends the dtmf push
	MaxDigits int   // default 1
	TimeoutMS int   // milliseconds, default 2000, counted from the end of Play
	Play      *Play // nil if the element is absent
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
