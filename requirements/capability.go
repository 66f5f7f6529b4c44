package requirements

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// Capabilities returns all of them, in the order in which a verdict lists them. The slice is the caller's.
func Capabilities() []Capability {
	return append(Claimable(), CanOutgoing)
}

// Claimable returns the capabilities that a user can claim for a receiver. CanOutgoing is not among them: every receiver has it
// unless there is no outgoing URL. The slice is the caller's.
func Claimable() []Capability {
	return []Capability{
		CanAnswer, CanHangup, CanDial, CanPlay, CanGather, CanReject, CanEndCalls, CanSignature, CanBasicAuth, CanState,
	}
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
func ShownByResponse(c Capability) bool {
	switch c {
	case CanAnswer, CanHangup, CanDial, CanPlay, CanGather, CanReject, CanEndCalls:
		return true
	}
	return false
}

// Shown lists the capabilities that the call's responses show, each once, even if sipgate ignores the response. A receiver is known
// to verify signatures if it refused a wrongly signed push and accepted the next.
func Shown(c transcript.Call) []Capability {
	var out []Capability
	add := func(cs ...Capability) {
		for _, c := range cs {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	if noticesForged(c) {
		add(CanSignature)
	}
	for _, x := range c.Exchanges {
		if asksForCredentials(x) {
			add(CanBasicAuth)
		}
		doc := x.Meant()
		if doc == nil {
			continue
		}
		if doc.Response.OnAnswer != nil {
			add(CanAnswer)
		}
		if doc.Response.OnHangup != nil {
			add(CanHangup)
		}
		for _, action := range doc.Response.Actions {
			switch a := action.(type) {
			case response.Dial:
				add(CanDial)
			case response.Play:
				add(CanPlay)
			case response.Gather:
				add(CanGather)
				if a.Play != nil {
					add(CanPlay)
				}
			case response.Reject:
				add(CanReject)
			case response.Hangup:
				add(CanEndCalls)
			}
		}
	}
	return out
}
