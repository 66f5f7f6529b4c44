package transcript

import "time"

// Aftermath is the state of a receiver after a push that it did not accept. The zero value means that the receiver was healthy or was not
// checked.
type Aftermath struct {
	Gone   bool          // since the push, the receiver has accepted no connection
	Silent bool          // since the push, the receiver has accepted connections, but has responded to each push with a 5xx status or not at all
	GaveUp bool          // if Gone or Silent: the run waited only a short time, because it had waited too often before
	Away   time.Duration // the time after which the receiver accepted connections again; 0: the receiver was never away, or is Gone
}

// IsUnhealthy reports whether the receiver was checked and not healthy.
func (a Aftermath) IsUnhealthy() bool { return a != Aftermath{} }

// Loss describes how a receiver was lost. A lost receiver accepts no connection, or no push.
type Loss struct {
	Requirement string   // id of the requirement whose push crashed the receiver; "" if unknown
	Suspects    []string // if Requirement is "": ids of the requirements of the calls under way, or of the last call if no call was under way
	Silent      bool     // the receiver accepts connections but no push; false: it accepts no connection
	GaveUp      bool     // the receiver crashed too often, and the run did not wait for it again
}
