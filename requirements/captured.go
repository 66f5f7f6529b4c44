package requirements

import (
	"bytes"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Captured is how a receiver treats the captured push, if it refuses the plain newCall pushes of incoming calls.
type Captured int

const (
	NotTaken Captured = iota // it refuses the captured push too, or it accepts plain pushes of incoming calls, or this is unknown
	Taken                    // it accepts the captured push
	Verified                 // it also refuses the altered captured push in the same way as plain pushes, so it verifies with sipgate's key
)

// isCapturedPush reports whether a push is the captured push, unchanged.
func isCapturedPush(x transcript.Exchange) bool {
	body, _ := push.GenuinePush()
	return bytes.Equal(body, x.Body)
}

// IsAltered reports whether a push is the altered captured push: one digit is changed, so its signature is wrong.
func IsAltered(x transcript.Exchange) bool {
	body, _ := push.AlteredGenuinePush()
	return bytes.Equal(body, x.Body)
}

// CapturedPush returns how the receiver treats the captured push in the calls of a run.
func CapturedPush(calls []transcript.Call) Captured {
	result, _ := capturedResult(calls)
	return result
}

// capturedResult returns how the receiver treats the captured push. For Verified it also returns the way in which the receiver refuses pushes
// that sipgate did not sign. The altered push is compared only with the plain newCall pushes of the probe, because later pushes may be refused
// for another reason. Outgoing calls do not count, because the captured push is of an incoming call. Pushes over a limit do not count.
func capturedResult(calls []transcript.Call) (Captured, refusalWay) {
	genuineBody, _ := push.GenuinePush()
	alteredBody, _ := push.AlteredGenuinePush()
	accepted, alteredWay := false, notRefused
	var plainWays []refusalWay
	for _, c := range calls {
		for _, x := range c.Exchanges {
			switch {
			case x.Push.Event != push.NewCall || x.Push.Direction == push.Outgoing || x.ForeignName != "" || x.Duplicate || OverLimit(x):
			case !x.Responded() && x.End != transcript.Dropped:
			case bytes.Equal(x.Body, alteredBody):
				alteredWay = refusalWayOf(x)
			case bytes.Equal(x.Body, genuineBody):
				accepted = accepted || x.Treatment() == transcript.Accepted
			case x.Odd || c.Stimulus != "":
			case x.Treatment() == transcript.Accepted:
				return NotTaken, notRefused
			case c.Probe:
				plainWays = append(plainWays, refusalWayOf(x))
			}
		}
	}
	differs := func(w refusalWay) bool { return w != alteredWay }
	switch {
	case !accepted || len(plainWays) == 0:
		return NotTaken, notRefused
	case alteredWay == notRefused || slices.ContainsFunc(plainWays, differs):
		return Taken, notRefused
	}
	return Verified, alteredWay
}

// refusalWay is how a receiver refuses a push that it regards as forged.
type refusalWay string

const (
	notRefused            refusalWay = ""
	closesConnection      refusalWay = "the connection is closed"
	responds4xx           refusalWay = "a 4xx status"
	respondsOtherDocument refusalWay = "a document that is no Response"
)

// refusalWayOf returns the way in which a push was refused. It returns notRefused if the receiver has no route, has reached its limit or
// crashed.
func refusalWayOf(x transcript.Exchange) refusalWay {
	switch {
	case x.End == transcript.Dropped:
		return closesConnection
	case !x.Responded() || hasNoRoute(x) || OverLimit(x):
		return notRefused
	case x.Status/100 == 4:
		return responds4xx
	case x.IsDeclined():
		return respondsOtherDocument
	}
	return notRefused
}

// capturedHint is the fix if the receiver accepts the captured push, and refuses another push not because of its signature.
const capturedHint = "The receiver accepts a push that sipgate really sent, but not this one, which has other numbers and names a user. If it accepts only " +
	"numbers and users that it knows, set them with --cast, or name a number with --numbers through=NUMBER. Otherwise look for the reason in its log."

// NoRoute reports whether the calls of a probe show that nothing at the URL accepts pushes: every push got 404, 405 or 410, and one of them was
// the captured push. If it was not sent, the receiver may only not know the numbers of the plain calls.
func NoRoute(probed []transcript.Call) bool {
	capturedSent := false
	for _, c := range probed {
		for _, x := range c.Exchanges {
			if !hasNoRoute(x) {
				return false
			}
			capturedSent = capturedSent || c.Stimulus == pushGoldenCapture && !IsAltered(x) // in a second try it has other ids, so isCapturedPush would not find it
		}
	}
	return capturedSent
}
