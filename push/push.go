// Package push holds the pushes that sipgate sends about a phone call: newCall, answer, hangup and dtmf, with their fields, their form
// encoding and their signature.
//
// To read a push, begin with ParseForm and FromForm. To write a push, begin with Push.Form and Form.Encode. To check whether sipgate signed
// a push, use Verify. The package sends nothing; package sender does.
package push

// Event is the event that a push reports. An Event that was read from a push can also have a value that sipgate does not document.
type Event string

// The events that sipgate documents.
const (
	NewCall Event = "newCall"
	Answer  Event = "answer"
	Hangup  Event = "hangup"
	DTMF    Event = "dtmf"
)

// Direction is the direction of a call, as seen by the sipgate account: Incoming if the account is called, Outgoing if it calls.
type Direction string

const (
	Incoming Direction = "in"
	Outgoing Direction = "out"
)

// Push is the content of one HTTP POST from sipgate to the receiver. The body of the POST is this content, written as a form.
//
// A string field that is "" is not sent, except From and To: newCall, answer and hangup always have both (an empty from was observed in
// 2015). To send an empty value of another field, such as the origCallId of some transfers, add the field to Extra.
type Push struct {
	Event     Event
	Direction Direction // "" for a dtmf, which has no direction
	From      string    // the caller: E.164 digits without plus sign, or "anonymous", or a SIP id
	To        string    // the called number

	CallID     string // the id of the leg
	OrigCallID string // the CallID of the first leg of the call; in the first leg it equals CallID
	XCID       string // an id that all legs of a call share

	// The users that a newCall rings, or the user who picked up (answer, one entry). If the list is nil, the field is not sent. If it has
	// one empty string, the field is sent with an empty value. newCall has the field user[], answer has the field user.
	Users       []string
	UserIDs     []string
	FullUserIDs []string

	Diversion       string  // the number dialled before a forward or transfer
	AnsweringNumber string  // answer and hangup: the number that picked up
	Cause           Cause   // hangup: why the call ended
	Digits          *string // dtmf: the pressed keys; nil: the field is not sent; "": the field is sent with an empty value

	Extra Form // fields that the other fields cannot represent, in their order in the form; see FromForm
}
