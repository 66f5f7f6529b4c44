package push

// Cause is the hangup cause of a call: the reason why the call ended. A Cause that was read from a push can also have a value that sipgate
// does not document.
type Cause string

// The documented hangup causes.
const (
	NormalClearing Cause = "normalClearing" // one party hung up after the call was established
	Busy           Cause = "busy"           // the called party was busy
	Cancel         Cause = "cancel"         // the caller hung up before the called party picked up
	NoAnswer       Cause = "noAnswer"       // nobody picked up, or the called party rejected the call
	Congestion     Cause = "congestion"     // the called party could not be reached
	NotFound       Cause = "notFound"       // the called number does not exist, or the called party is offline
	Forwarded      Cause = "forwarded"      // the call was forwarded to a different party
)

// Causes lists the documented hangup causes.
func Causes() []Cause {
	return []Cause{NormalClearing, Busy, Cancel, NoAnswer, Congestion, NotFound, Forwarded}
}
