package requirements

import (
	"bytes"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Captured is what a receiver that refuses the plain newCall pushes of incoming calls does with the captured push, which sipgate has signed.
type Captured int

const (
	NotTaken Captured = iota // it refuses the captured push as well, or that is not known, or it accepts plain pushes of incoming calls
	Taken                    // it accepts the captured push
	Verified                 // it also refuses the captured push with another digit as it refuses plain ones: it verifies with sipgate's key
)

// isGenuine reports whether a push is the captured one, whose signature is sipgate's.
func isGenuine(x transcript.Exchange) bool {
	body, _ := push.Genuine()
	return bytes.Equal(body, x.Body)
}

// IsAltered reports whether a push is the captured one with another digit, so that its signature is wrong.
func IsAltered(x transcript.Exchange) bool {
	body, _ := push.Altered()
	return bytes.Equal(body, x.Body)
}

// CapturedPush returns what the calls of a run show of the captured push.
func CapturedPush(calls []transcript.Call) Captured {
	var plain []way
	taken, altered := false, notRefused
	for _, c := range calls {
		for _, x := range c.Exchanges {
			switch {
			case x.Push.Event != push.NewCall || x.Raw != "" || x.Copy || !x.Responded() && x.End != transcript.Dropped:
			case IsAltered(x):
				altered = wayOf(x)
			case isGenuine(x):
				taken = taken || x.Treatment() == transcript.Taken
			case x.Odd:
			case x.Treatment() == transcript.Taken && x.Push.Direction != push.Outgoing:
				return NotTaken
			default:
				plain = append(plain, wayOf(x))
			}
		}
	}
	differs := func(w way) bool { return w != altered }
	switch {
	case !taken || len(plain) == 0:
		return NotTaken
	case altered == notRefused || slices.ContainsFunc(plain, differs):
		return Taken
	}
	return Verified
}

// way is how a receiver refuses a push that it takes for forged.
type way string

const (
	notRefused way = ""
	closes     way = "the connection is closed"
	says4xx    way = "a 4xx status"
	document   way = "a document that is no Response"
)

// wayOf returns how a push was refused. A receiver that has no route for it, is over its limit or crashes does not refuse it.
func wayOf(x transcript.Exchange) way {
	switch {
	case x.End == transcript.Dropped:
		return closes
	case !x.Responded() || nobodyThere(x) || OverLimit(x):
		return notRefused
	case x.Status/100 == 4:
		return says4xx
	case x.Accepted() && x.Treatment() == transcript.Refused:
		return document
	}
	return notRefused
}

// Unverified returns the calls of a receiver that verifies with sipgate's key, with each push marked that it refused and sipgate did not
// sign. All are the calls of the run. The calls of any other receiver are returned as they are.
func Unverified(calls, all []transcript.Call) []transcript.Call {
	if CapturedPush(all) != Verified {
		return calls
	}
	out := slices.Clone(calls)
	for i := range out {
		out[i].Exchanges = slices.Clone(out[i].Exchanges)
		for n := range out[i].Exchanges {
			x := &out[i].Exchanges[n]
			x.Unverified = x.Raw == "" && !isGenuine(*x) && wayOf(*x) != notRefused
		}
	}
	return out
}

// capturedHint is the remedy for a receiver that accepts the captured push and not this one, for another reason than its signature.
const capturedHint = "The receiver accepts a push that sipgate really sent, and not this one, which has other numbers and names a user. If it takes only calls " +
	"to numbers and users that it knows, say which with --cast, or name a number with --numbers through=NUMBER. Otherwise its log says what it minds."
