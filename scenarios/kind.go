package scenarios

import (
	"slices"
	"strconv"
)

// Kind is what a receiver does with the calls to one number, or from one caller.
type Kind string

const (
	Through        Kind = "through"         // lets them through
	Reject         Kind = "reject"          // rejects them
	Busy           Kind = "busy"            // rejects them as busy
	HangsUp        Kind = "hangup"          // ends them
	ToVoicemail    Kind = "voicemail"       // sends them to the voicemail
	Redirect       Kind = "redirect"        // sends them to a number; with -2 to -5 behind it to as many
	Gather         Kind = "gather"          // gathers digits
	GatherRedirect Kind = "gather-redirect" // gathers digits, then sends them to a number
	Play           Kind = "play"            // plays a sound
)

// MaxTargets is how many numbers a receiver may redirect a call to. See wire-facts: XML response grammar.
const MaxTargets = 5

// Kinds lists what receivers do with calls: letting them through, then all ways to steer them.
func Kinds() []Kind { return append([]Kind{Through}, steerings()...) }

func steerings() []Kind {
	kinds := []Kind{Reject, Busy, HangsUp, ToVoicemail, Redirect}
	return append(append(kinds, redirects()...), Gather, GatherRedirect, Play)
}

// Alike lists the kinds that a story which wants k can be played at: a redirect to several numbers is one to a number.
func (k Kind) Alike() []Kind {
	switch k {
	case Redirect:
		return append([]Kind{Redirect}, redirects()...)
	case Gather:
		return []Kind{Gather, GatherRedirect}
	}
	return []Kind{k}
}

// redirects are those to several numbers.
func redirects() []Kind {
	var kinds []Kind
	for n := 2; n <= MaxTargets; n++ {
		kinds = append(kinds, RedirectsTo(n))
	}
	return kinds
}

// RedirectsTo is the kind of a redirect to n numbers, from 1 to MaxTargets.
func RedirectsTo(n int) Kind {
	if n == 1 {
		return Redirect
	}
	return Redirect + Kind("-"+strconv.Itoa(n))
}

// steers reports whether it is one of the ways to steer a call.
func (k Kind) steers() bool { return slices.Contains(steerings(), k) }

// Targets is how many numbers a call is redirected to; 0 if it is not.
func (k Kind) Targets() int {
	for n := 2; n <= MaxTargets; n++ {
		if k == RedirectsTo(n) {
			return n
		}
	}
	if k == Redirect || k == GatherRedirect {
		return 1
	}
	return 0
}

func steeringNames() []string {
	var names []string
	for _, k := range steerings() {
		names = append(names, string(k))
	}
	return names
}
