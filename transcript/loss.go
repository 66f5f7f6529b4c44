package transcript

import "time"

// Aftermath is the state of a receiver just after a push that it did not accept. The zero Aftermath: it was there, or this was not
// checked.
type Aftermath struct {
	Gone   bool          // it has accepted no connection since
	Silent bool          // it accepts connections and has accepted no push since: no response, a dropped connection or a 5xx status for all
	GaveUp bool          // with Gone or Silent: the run had waited for it too often, and this time it did not wait long
	Away   time.Duration // it accepted no connection for so long, and then it did again; 0: it was not away
}

// Seen reports whether anything was seen.
func (a Aftermath) Seen() bool { return a != Aftermath{} }

// Loss is how a receiver was lost: since then it has accepted no connection, or no push.
type Loss struct {
	Requirement string   // id of the requirement whose push it did not live through; "" if that is not known
	Suspects    []string // if it is not known: ids of the requirements that the calls under way, or the last call, were played for
	Silent      bool     // it accepts connections and accepts no push; false: it accepts no connection
	GaveUp      bool     // it ended again and again, and the run no longer waited until it accepted connections again
}
