// Package push holds what sipgate sends about a phone call: the newCall, answer, hangup and dtmf pushes, their fields, the form that
// they are written as, and the signature of the form.
//
// Begin with ParseForm and FromForm to read a push, with Push.Form and Form.Encode to write one, and with Verify to check whether
// sipgate signed one. The package sends nothing; see package sender for that.
package push

// Event is what a push reports. Events that sipgate may add later are kept as they come.
type Event string

// The events that sipgate documents.
const (
	NewCall Event = "newCall"
	Answer  Event = "answer"
	Hangup  Event = "hangup"
	DTMF    Event = "dtmf"
)

// Direction reports whether the account is called or calls.
type Direction string

const (
	Incoming Direction = "in"
	Outgoing Direction = "out"
)

// Push is one HTTP POST from sipgate to the receiver, before it is written as a form.
//
// The zero value of a string field leaves the field out, except From and To, which newCall, answer and hangup always
// have (sipgate has been seen to send an empty from). A field that is to be sent present and empty, such as the origCallId
// of some transfers, goes into Extra.
type Push struct {
	Event     Event
	Direction Direction // not part of dtmf
	From      string    // the caller: E.164 digits without plus sign, or "anonymous", or a SIP id
	To        string    // the called number

	CallID     string // names the leg
	OrigCallID string // the first leg of the call; equal to CallID on a fresh call
	XCID       string // the same for all legs of a call

	// Who is rung (newCall) or who picked up (answer, one entry). nil leaves the field out; one empty string sends it
	// present and empty. newCall writes user[], answer writes user.
	Users       []string
	UserIDs     []string
	FullUserIDs []string

	Diversion       string  // the number dialled before a forward or transfer
	AnsweringNumber string  // answer and hangup: who picked up
	Cause           Cause   // hangup: why the call ended
	Digits          *string // dtmf: what was pressed; nil leaves the field out, "" sends it empty

	Extra Form // fields that this package does not know, in the order in which they came
}
