package requirements

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/transcript"
)

// A capabilityRow is what is known about one capability.
type capabilityRow struct {
	Capability
	activity string   // what a receiver with it does, as words that follow "the receiver does not"
	shownBy  Occasion // what in a response shows it; "" if responses do not
}

// capabilityRows are in the order in which a verdict lists them.
var capabilityRows = []capabilityRow{
	{CanAnswer, "subscribe to answer pushes", OnAnswerSubscription},
	{CanHangup, "subscribe to hangup pushes", OnHangupSubscription},
	{CanDial, "redirect calls with Dial", OnDial},
	{CanPlay, "play a sound file", OnPlay},
	{CanGather, "collect digits with Gather", OnGather},
	{CanReject, "reject calls", OnReject},
	{CanEndCalls, "end calls with Hangup", OnHangup},
	{CanSignature, "verify signatures", ""},
	{CanBasicAuth, "ask for credentials", ""},
	{CanState, "show the state of its calls", ""},
	{CanOutgoing, "accept pushes of outgoing calls", ""},
}

// row returns what is known about a capability; the zero row if there is none.
func (c Capability) row() capabilityRow {
	i := slices.IndexFunc(capabilityRows, func(r capabilityRow) bool { return r.Capability == c })
	if i < 0 {
		return capabilityRow{}
	}
	return capabilityRows[i]
}

// Capabilities returns all of them, in the order in which a verdict lists them. The slice is the caller's.
func Capabilities() []Capability {
	var out []Capability
	for _, r := range capabilityRows {
		out = append(out, r.Capability)
	}
	return out
}

// Claimable returns the capabilities that a user can claim for a receiver. CanOutgoing is not among them: every receiver has it
// unless there is no outgoing URL. The slice is the caller's.
func Claimable() []Capability {
	return slices.DeleteFunc(Capabilities(), func(c Capability) bool { return c == CanOutgoing })
}

// ParseCapability reads the name of a claimable capability, such as "hangup-action", in lower case and without white space
// around it. An unknown name is an error that suggests the nearest one, or lists all if none is near.
func ParseCapability(name string) (Capability, error) {
	var names []string
	for _, c := range Claimable() {
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
	return "", fmt.Errorf("unknown capability %q, there are %s", name, enumerate(names, "and"))
}

// ShownByResponse reports whether a capability is one that the receiver's responses show.
func ShownByResponse(c Capability) bool { return c.row().shownBy != "" }

// Shown lists the capabilities that the call's responses show, in the order of Capabilities, even if sipgate ignores the response. A receiver is known
// to verify signatures if it refused a wrongly signed push and accepted the next.
func Shown(c transcript.Call) []Capability {
	asks := slices.ContainsFunc(c.Exchanges, asksForCredentials)
	var found []Occasion
	for _, x := range c.Exchanges {
		if doc := x.MeantDocument(); doc != nil {
			found = append(found, contentsOf(*doc.Response)...)
		}
	}
	var out []Capability
	for _, r := range capabilityRows {
		shown := slices.Contains(found, r.shownBy)
		switch r.Capability {
		case CanSignature:
			shown = refusesForged(c)
		case CanBasicAuth:
			shown = asks
		}
		if shown {
			out = append(out, r.Capability)
		}
	}
	return out
}
