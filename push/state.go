package push

// CallState is the state of a call. The pushes about a call lead to one, and an application shows one.
type CallState string

const (
	CallUnknown  CallState = "unknown"  // no push named it, or it was forgotten
	CallRinging  CallState = "ringing"  // its newCall came; nobody has picked up yet
	CallAnswered CallState = "answered" // its answer came: somebody has picked up
	CallOver     CallState = "over"     // its hangup came; nothing changes the state after that
)

// CallStates returns all states of a call.
func CallStates() []CallState { return []CallState{CallUnknown, CallRinging, CallAnswered, CallOver} }
