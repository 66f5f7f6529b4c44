package push

// CallState is the state of a call, as it follows from the pushes about the call, or as an application shows it.
type CallState string

const (
	CallUnknown  CallState = "unknown"  // no push was about the call, or the application has forgotten the call
	CallRinging  CallState = "ringing"  // the newCall push was sent, and nobody has picked up yet
	CallAnswered CallState = "answered" // the answer push was sent: somebody has picked up
	CallOver     CallState = "over"     // the hangup push was sent; later pushes do not change the state
)

// CallStates lists all states of a call.
func CallStates() []CallState { return []CallState{CallUnknown, CallRinging, CallAnswered, CallOver} }
