package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pushcheck/pushcheck/internal/suggest"
)

// Kind is what a receiver does with the calls to one number, or from one caller.
type Kind string

const (
	LetThrough     Kind = "through"         // lets them through
	Reject         Kind = "reject"          // rejects them
	Busy           Kind = "busy"            // rejects them as busy
	HangUp         Kind = "hangup"          // ends them
	ToVoicemail    Kind = "voicemail"       // sends them to the voicemail
	Redirect       Kind = "redirect"        // sends them to a number; redirect-2 to redirect-5 to several numbers
	Gather         Kind = "gather"          // gathers digits
	GatherRedirect Kind = "gather-redirect" // gathers digits, then sends them to a number
	Play           Kind = "play"            // plays a sound
)

// MaxTargets is how many numbers a receiver may redirect a call to. See wire-facts: XML response grammar.
const MaxTargets = 5

// Kinds lists what receivers do with calls: letting them through, then all ways to steer them.
func Kinds() []Kind { return append([]Kind{LetThrough}, Steerings()...) }

// Steerings lists the ways to steer a call: all kinds except LetThrough.
func Steerings() []Kind {
	kinds := []Kind{Reject, Busy, HangUp, ToVoicemail, Redirect}
	return append(append(kinds, multiRedirects()...), Gather, GatherRedirect, Play)
}

// SimilarKinds lists the kinds with which a story of kind k can be played: a redirect to several numbers counts as one to a number.
func (k Kind) SimilarKinds() []Kind {
	switch k {
	case Redirect:
		return append([]Kind{Redirect}, multiRedirects()...)
	case Gather:
		return []Kind{Gather, GatherRedirect}
	}
	return []Kind{k}
}

// multiRedirects are those to several numbers.
func multiRedirects() []Kind {
	var kinds []Kind
	for n := 2; n <= MaxTargets; n++ {
		kinds = append(kinds, RedirectTo(n))
	}
	return kinds
}

// RedirectTo is the kind of a redirect to n numbers, from 1 to MaxTargets.
func RedirectTo(n int) Kind {
	if n == 1 {
		return Redirect
	}
	return Redirect + Kind("-"+strconv.Itoa(n))
}

// isSteering reports whether it is one of the ways to steer a call.
func (k Kind) isSteering() bool { return slices.Contains(Steerings(), k) }

// Targets is how many numbers a call is redirected to; 0 if it is not.
func (k Kind) Targets() int {
	for n := 2; n <= MaxTargets; n++ {
		if k == RedirectTo(n) {
			return n
		}
	}
	if k == Redirect || k == GatherRedirect {
		return 1
	}
	return 0
}

// kindNames are kinds as strings.
func kindNames(kinds []Kind) []string {
	var out []string
	for _, k := range kinds {
		out = append(out, string(k))
	}
	return out
}

// CutKind splits an entry KIND=NUMBER. The kind must be one of kinds. The number is returned unchanged. The error does not contain the
// entry.
func CutKind(entry string, kinds []Kind) (kind Kind, number string, err error) {
	word, number, ok := strings.Cut(entry, "=")
	if !ok {
		return "", "", errors.New("not of the form KIND=NUMBER")
	}
	kind = Kind(word)
	if !slices.Contains(kinds, kind) {
		if near, ok := suggest.Closest(word, kindNames(kinds)); ok {
			return "", "", fmt.Errorf("unknown kind %q, did you mean %q?", word, near)
		}
		return "", "", fmt.Errorf("unknown kind %q, expected %s", word, joinWithOr(kindNames(kinds)))
	}
	return kind, number, nil
}
