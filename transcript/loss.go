package transcript

import "time"

// Aftermath is the state of a receiver just after a push that it did not accept. The zero Aftermath means that the receiver was healthy,
// or that it was not checked.
type Aftermath struct {
	Gone   bool          // the receiver has accepted no connection since
	Silent bool          // it accepts connections, but each push since had no response, a dropped connection or a 5xx status
	GaveUp bool          // with Gone or Silent: the run waited only a short time, because it had waited too often before
	Away   time.Duration // for how long it accepted no connection before it did again; 0: it was not away
}

// IsUnhealthy reports whether the receiver was seen to be unhealthy.
func (a Aftermath) IsUnhealthy() bool { return a != Aftermath{} }

// Loss describes how a receiver was lost: since then it has accepted no connection, or no push.
type Loss struct {
	Requirement string   // id of the requirement whose push crashed the receiver; "" if unknown
	Suspects    []string // if Requirement is "": ids of the requirements of the calls under way, or of the last call
	Silent      bool     // it accepts connections but no push; false: it accepts no connection
	GaveUp      bool     // it crashed too often, and the run did not wait for it again
}
