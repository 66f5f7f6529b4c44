package push

// CallState is the state of a call, as it follows from the pushes about the call, or as an application shows it.
type CallState string

const (
	CallUnknown  CallState = "unknown"  // no push had its callId, or the application has forgotten it
	CallRinging  CallState = "ringing"  // its newCall was sent, and nobody has picked up yet
	CallAnswered CallState = "answered" // its answer was sent: somebody has picked up
	CallOver     CallState = "over"     // its hangup was sent; later pushes do not change the state
)

// CallStates lists all states of a call.
func CallStates() []CallState { return []CallState{CallUnknown, CallRinging, CallAnswered, CallOver} }
