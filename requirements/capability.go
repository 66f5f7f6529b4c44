package requirements

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/transcript"
)

// A capabilityRow describes one capability.
type capabilityRow struct {
	Capability
	activity string   // what a receiver with the capability does, in words that follow "the receiver does not"
	shownBy  Occasion // what in a response shows the capability; "" if no response can show it
}

// capabilityRows are in the order in which a verdict lists them.
var capabilityRows = []capabilityRow{
	{CanAnswer, "subscribe to answer pushes", OccasionAnswerSubscription},
	{CanHangup, "subscribe to hangup pushes", OccasionHangupSubscription},
	{CanDial, "redirect calls with Dial", OccasionDial},
	{CanPlay, "play a sound file", OccasionPlay},
	{CanGather, "collect digits with Gather", OccasionGather},
	{CanReject, "reject calls", OccasionReject},
	{CanEndCalls, "end calls with Hangup", OccasionHangup},
	{CanSignature, "verify signatures", ""},
	{CanBasicAuth, "ask for credentials", ""},
	{CanState, "show the state of its calls", ""},
	{CanOutgoing, "accept pushes of outgoing calls", ""},
}

// row returns the row of a capability; the zero row if the capability is unknown.
func (c Capability) row() capabilityRow {
	for _, r := range capabilityRows {
		if r.Capability == c {
			return r
		}
	}
	return capabilityRow{}
}

// Capabilities returns all capabilities, in the order in which a verdict lists them. The caller may change the slice.
func Capabilities() []Capability {
	var out []Capability
	for _, r := range capabilityRows {
		out = append(out, r.Capability)
	}
	return out
}

// ClaimableCapabilities returns the capabilities that a user can claim for a receiver. CanOutgoing is not among them, because it is
// assumed if there is an outgoing URL. The caller may change the slice.
func ClaimableCapabilities() []Capability {
	return slices.DeleteFunc(Capabilities(), func(c Capability) bool { return c == CanOutgoing })
}

// ParseCapability reads the name of a claimable capability, such as "hangup-action", in lower case and without white space
// around it. If the name is unknown, the error suggests the nearest name, or lists all names if none is near.
func ParseCapability(name string) (Capability, error) {
	var names []string
	for _, c := range ClaimableCapabilities() {
		if string(c) == name {
			return c, nil
		}
		names = append(names, string(c))
	}
	if name == string(CanOutgoing) {
		return "", fmt.Errorf("capability %q cannot be claimed: it is assumed unless there is no outgoing URL", name)
	}
	if near, ok := suggest.Closest(name, names); ok {
		return "", fmt.Errorf("unknown capability %q, did you mean %q?", name, near)
	}
	return "", fmt.Errorf("unknown capability %q, there are %s", name, wording.List(names, "and"))
}

// IsShownByResponses reports whether responses show if the receiver has a capability.
func IsShownByResponses(c Capability) bool { return c.row().shownBy != "" }

// CapabilitiesShownBy lists the capabilities that the receiver shows in a call, in the order of Capabilities. A response counts even if
// sipgate does not act on it. CanSignature is listed if the receiver refused a forged push but not the good push after it, or crashed
// because of the forged push.
func CapabilitiesShownBy(c transcript.Call) []Capability {
	asksForLogin := slices.ContainsFunc(c.Exchanges, asksForCredentials)
	var contents []Occasion
	for _, x := range c.Exchanges {
		if doc := x.MeantDocument(); doc != nil {
			contents = append(contents, contentsOf(*doc.Response)...)
		}
	}
	var out []Capability
	for _, r := range capabilityRows {
		isShown := slices.Contains(contents, r.shownBy)
		switch r.Capability {
		case CanSignature:
			isShown = refusesForged(c)
		case CanBasicAuth:
			isShown = asksForLogin
		}
		if isShown {
			out = append(out, r.Capability)
		}
	}
	return out
}
