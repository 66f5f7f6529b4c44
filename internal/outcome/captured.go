package outcome

import (
	"bytes"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// CapturedResult states whether a receiver that refuses the plain newCall pushes of incoming calls accepts the captured push.
type CapturedResult int

const (
	CapturedRefusedOrUnknown CapturedResult = iota // otherwise: the receiver accepts plain pushes, refuses the captured push too, or did not get both
	CapturedAccepted                               // the receiver accepts the captured push
	VerifiesWithSipgateKey                         // the receiver accepts the captured push, but refuses the altered captured push in the same way as plain pushes
)

// IsCapturedPush reports whether a push is the captured push, unchanged.
func IsCapturedPush(x transcript.Exchange) bool {
	body, _ := push.GenuinePush()
	return bytes.Equal(body, x.Body)
}

// IsAlteredCapturedPush reports whether a push is the altered captured push: one digit is changed, so its signature is wrong.
func IsAlteredCapturedPush(x transcript.Exchange) bool {
	body, _ := push.AlteredGenuinePush()
	return bytes.Equal(body, x.Body)
}

// ResultOfCapturedPush returns how the receiver treats the captured push in the calls of a run.
func ResultOfCapturedPush(calls []transcript.Call) CapturedResult {
	result, _ := ResultAndRefusalWay(calls)
	return result
}

// ResultAndRefusalWay returns how the receiver treats the captured push. For VerifiesWithSipgateKey it also returns the way in which the
// receiver refuses pushes that sipgate did not sign. The altered push is compared only with the plain newCall pushes of the probe, the
// first calls of a run, because later pushes may be refused for another reason. Outgoing calls do not count, because the captured push is
// of an incoming call. Pushes that are refused because of the receiver's limit do not count.
func ResultAndRefusalWay(calls []transcript.Call) (CapturedResult, RefusalWay) {
	genuineBody, _ := push.GenuinePush()
	alteredBody, _ := push.AlteredGenuinePush()
	accepted, alteredWay := false, NotRefused
	var plainWays []RefusalWay
	for _, c := range calls {
		for _, x := range c.Exchanges {
			switch {
			case x.Push.Event != push.NewCall || x.Push.Direction == push.Outgoing || x.ForeignName != "" || x.Duplicate || IsOverLimit(x):
			case !x.Responded() && x.End != transcript.Dropped:
			case bytes.Equal(x.Body, alteredBody):
				alteredWay = RefusalWayOf(x)
			case bytes.Equal(x.Body, genuineBody):
				accepted = accepted || x.Treatment() == transcript.Accepted
			case x.Odd || c.RequirementID != "":
			case x.Treatment() == transcript.Accepted:
				return CapturedRefusedOrUnknown, NotRefused
			case c.Probe:
				plainWays = append(plainWays, RefusalWayOf(x))
			}
		}
	}
	differs := func(w RefusalWay) bool { return w != alteredWay }
	switch {
	case !accepted || len(plainWays) == 0:
		return CapturedRefusedOrUnknown, NotRefused
	case alteredWay == NotRefused || slices.ContainsFunc(plainWays, differs):
		return CapturedAccepted, NotRefused
	}
	return VerifiesWithSipgateKey, alteredWay
}

// RefusalWay is how a receiver refuses a push that it regards as forged.
type RefusalWay string

const (
	NotRefused            RefusalWay = ""
	closesConnection      RefusalWay = "the connection is closed"
	responds4xx           RefusalWay = "a 4xx status"
	respondsOtherDocument RefusalWay = "a document that is no Response"
)

// RefusalWayOf returns the way in which a push was refused. It returns NotRefused for any other outcome, such as an accepted push, a missing
// route, a reached limit or a 5xx status.
func RefusalWayOf(x transcript.Exchange) RefusalWay {
	switch {
	case x.End == transcript.Dropped:
		return closesConnection
	case !x.Responded() || HasNoRoute(x) || IsOverLimit(x):
		return NotRefused
	case x.Status/100 == 4:
		return responds4xx
	case x.IsDeclined():
		return respondsOtherDocument
	}
	return NotRefused
}
