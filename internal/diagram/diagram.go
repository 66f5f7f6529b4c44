// Package diagram draws a phone call as a sequence diagram: who calls, what sipgate pushes to the receiver, how the receiver responds, and
// which phones ring. It only computes SVG text, and knows nothing of verdicts and reports.
package diagram

import (
	_ "embed"
	"time"
)

// Call is a phone call as far as it was played.
type Call struct {
	ID     string // prefix of the element ids in the SVG; different for each diagram on a page
	Title  string // name of the call
	Caller string // number or name of the caller; empty if unknown
	Pushes []Push // in the order in which they are drawn
}

// Push is a push with its response, or a push that was not sent.
type Push struct {
	Name     string        // such as "newCall"
	Detail   string        // shown after the name, such as a hangup cause; may be empty
	Phase    Phase         // what the push changes in its leg
	Leg      string        // identifies the leg; each leg gets its own letter in the diagram
	Phone    string        // person or target that the leg rings; empty if there is none
	Time     time.Duration // time since the start of the call
	NotSent  string        // why the push was not sent; empty if it was sent
	Response Response
	Findings []Finding
}

// Phase is the change in a leg that a push reports.
type Phase int

const (
	PhaseOther    Phase = iota // the leg does not change
	PhaseRinging               // the leg begins
	PhaseAnswered              // the called party picks up
	PhaseEnded                 // the leg ends
)

// Response is the response to a push, or the reason why there is none. The zero Response means that the response has not come yet.
type Response struct {
	Status  int           // 0 if there was no status line
	Took    time.Duration // time from the first byte of the push to the end of the response
	Failure string        // why the response is missing or incomplete; empty if it is complete
	Actions []string      // the actions that the response requests from sipgate, such as "Reject busy"
}

// isPending reports whether the response has not come yet.
func (r Response) isPending() bool { return r.Status == 0 && r.Failure == "" }

// Finding is a requirement that the receiver did not meet in its response to a push.
type Finding struct {
	ID        string // id of the requirement
	Status    string // status of the requirement, such as "failed" or "warned"
	IsFailure bool   // the finding is shown as a failure, in red; if false, as a warning
}

//go:embed diagram.css
var style string

// Style returns the CSS of diagrams. A page includes it once, for all its diagrams. The colours are currentColor and the custom properties
// --muted, --bad, --warn, --line and --paper of the page.
func Style() string { return style }

// SVG returns a call as an svg element that can stand in an HTML page. All text is escaped.
func SVG(c Call) string { return layOut(c).svg(c) }
