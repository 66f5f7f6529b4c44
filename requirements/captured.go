package requirements

import (
	"bytes"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Captured is how a receiver treats the captured push, which sipgate signed, if it refuses plain newCall pushes of incoming calls.
type Captured int

const (
	NotTaken Captured = iota // it refuses the captured push as well, or accepts plain pushes of incoming calls, or this is unknown
	Taken                    // it accepts the captured push
	Verified                 // it also refuses the captured push with another digit as it refuses plain ones: it verifies with sipgate's key
)

// isGenuine reports whether a push is the captured one, whose signature is sipgate's.
func isGenuine(x transcript.Exchange) bool {
	body, _ := push.GenuinePush()
	return bytes.Equal(body, x.Body)
}

// IsAltered reports whether a push is the captured one with another digit, so that its signature is wrong.
func IsAltered(x transcript.Exchange) bool {
	body, _ := push.AlteredGenuinePush()
	return bytes.Equal(body, x.Body)
}

// CapturedPush returns what the calls of a run show of the captured push.
func CapturedPush(calls []transcript.Call) Captured {
	shown, _ := captured(calls)
	return shown
}

// captured returns what the calls of a run show of the captured push. For Verified it also returns the way in which the receiver refuses
// pushes that sipgate did not sign. The changed push is compared only with the plain newCall pushes of the probe, because later ones may be
// refused for another reason. Only incoming calls count, because the captured one is incoming. Pushes over a limit do not count.
func captured(calls []transcript.Call) (Captured, refusalWay) {
	genuineBody, _ := push.GenuinePush()
	alteredBody, _ := push.AlteredGenuinePush()
	taken, altered := false, notRefused
	var plain []refusalWay
	for _, c := range calls {
		for _, x := range c.Exchanges {
			switch {
			case x.Push.Event != push.NewCall || x.Push.Direction == push.Outgoing || x.ForeignName != "" || x.Duplicate || OverLimit(x):
			case !x.Responded() && x.End != transcript.Dropped:
			case bytes.Equal(x.Body, alteredBody):
				altered = refusalWayOf(x)
			case bytes.Equal(x.Body, genuineBody):
				taken = taken || x.Treatment() == transcript.Taken
			case x.Odd || c.Stimulus != "":
			case x.Treatment() == transcript.Taken:
				return NotTaken, notRefused
			case c.Probe:
				plain = append(plain, refusalWayOf(x))
			}
		}
	}
	differs := func(w refusalWay) bool { return w != altered }
	switch {
	case !taken || len(plain) == 0:
		return NotTaken, notRefused
	case altered == notRefused || slices.ContainsFunc(plain, differs):
		return Taken, notRefused
	}
	return Verified, altered
}

// refusalWay is how a receiver refuses a push that it regards as forged.
type refusalWay string

const (
	notRefused refusalWay = ""
	closes     refusalWay = "the connection is closed"
	says4xx    refusalWay = "a 4xx status"
	document   refusalWay = "a document that is no Response"
)

// refusalWayOf returns how a push was refused. It is no refusal if the receiver has no route, is over its limit or crashes.
func refusalWayOf(x transcript.Exchange) refusalWay {
	switch {
	case x.End == transcript.Dropped:
		return closes
	case !x.Responded() || hasNoRoute(x) || OverLimit(x):
		return notRefused
	case x.Status/100 == 4:
		return says4xx
	case x.IsDeclined():
		return document
	}
	return notRefused
}

// capturedHint is the remedy if the receiver accepts the captured push, and refuses this one for another reason than its signature.
const capturedHint = "The receiver accepts a push that sipgate really sent, but not this one, which has other numbers and names a user. If it accepts only " +
	"numbers and users that it knows, set them with --cast, or name a number with --numbers through=NUMBER. Otherwise look for the reason in its log."

// NoRoute reports whether the calls of a probe show that nothing at the URL accepts pushes: every push got 404, 405 or 410, and the captured
// push was among them. A receiver that does not know the numbers of plain calls may know those of the captured push.
func NoRoute(probed []transcript.Call) bool {
	captured := false
	for _, c := range probed {
		for _, x := range c.Exchanges {
			if !hasNoRoute(x) {
				return false
			}
			captured = captured || c.Stimulus == pushGoldenCapture && !IsAltered(x) // it may have had other ids the second time
		}
	}
	return captured
}
