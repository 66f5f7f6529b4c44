package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pushcheck/pushcheck/internal/suggest"
)

// Kind is the way in which a receiver treats the calls to a number, or from a caller.
type Kind string

const (
	LetThrough     Kind = "through"         // the receiver lets the call through
	Reject         Kind = "reject"          // the receiver rejects the call
	Busy           Kind = "busy"            // the receiver rejects the call as busy
	HangUp         Kind = "hangup"          // the receiver ends the call
	ToVoicemail    Kind = "voicemail"       // the receiver redirects the call to the voicemail
	Redirect       Kind = "redirect"        // the receiver redirects the call to a number; redirect-2 to redirect-5: to several numbers
	Gather         Kind = "gather"          // the receiver gathers digits
	GatherRedirect Kind = "gather-redirect" // the receiver gathers digits, then redirects the call to a number
	Play           Kind = "play"            // the receiver plays a sound
)

// MaxTargets limits how many numbers a receiver may redirect a call to (documented: sipgate API reference, "Dial").
const MaxTargets = 5

// Kinds lists all kinds: LetThrough and the Steerings.
func Kinds() []Kind { return append([]Kind{LetThrough}, Steerings()...) }

// Steerings lists the kinds for which the receiver takes an action: all kinds except LetThrough.
func Steerings() []Kind {
	kinds := []Kind{Reject, Busy, HangUp, ToVoicemail, Redirect}
	return append(append(kinds, multiRedirects()...), Gather, GatherRedirect, Play)
}

// SimilarKinds lists the kinds of numbers with which a story of kind k can be played. For example, a story with a redirect can also be
// played with a number that redirects to several numbers.
func (k Kind) SimilarKinds() []Kind {
	switch k {
	case Redirect:
		return append([]Kind{Redirect}, multiRedirects()...)
	case Gather:
		return []Kind{Gather, GatherRedirect}
	}
	return []Kind{k}
}

// multiRedirects lists the kinds of redirects to several numbers.
func multiRedirects() []Kind {
	var kinds []Kind
	for n := 2; n <= MaxTargets; n++ {
		kinds = append(kinds, RedirectTo(n))
	}
	return kinds
}

// RedirectTo returns the kind of a redirect to n numbers. n is from 1 to MaxTargets.
func RedirectTo(n int) Kind {
	if n == 1 {
		return Redirect
	}
	return Redirect + Kind("-"+strconv.Itoa(n))
}

// isSteering reports whether k is one of the Steerings.
func (k Kind) isSteering() bool { return slices.Contains(Steerings(), k) }

// TargetCount returns how many numbers a call is redirected to. It returns 0 if the kind is no redirect.
func (k Kind) TargetCount() int {
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

// kindNames returns kinds as strings.
func kindNames(kinds []Kind) []string {
	var names []string
	for _, k := range kinds {
		names = append(names, string(k))
	}
	return names
}

// CutKind splits an entry KIND=NUMBER. It returns an error if the kind is not in kinds. It does not check the number. The error does not
// contain the number.
func CutKind(entry string, kinds []Kind) (kind Kind, number string, err error) {
	word, number, ok := strings.Cut(entry, "=")
	if !ok {
		return "", "", errors.New("not of the form KIND=NUMBER")
	}
	kind = Kind(word)
	if !slices.Contains(kinds, kind) {
		if closest, ok := suggest.Closest(word, kindNames(kinds)); ok {
			return "", "", fmt.Errorf("unknown kind %q, did you mean %q?", word, closest)
		}
		return "", "", fmt.Errorf("unknown kind %q, expected %s", word, joinWithOr(kindNames(kinds)))
	}
	return kind, number, nil
}
