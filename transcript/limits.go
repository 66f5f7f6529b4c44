package transcript

import "time"

// The limits for a response. They are also the default limits of package sender.
const (
	// ResponseTimeLimit is the time within which a response to a push has to be complete. It is not documented; sipgate's staff named it in
	// sipgate.io issue #32 (2015).
	ResponseTimeLimit = 10 * time.Second

	// MaxBodyBytes is the largest number of bytes of a body that is read.
	MaxBodyBytes = 1 << 20
)
