package transcript

import "time"

// The limits for a response. They are also the default limits of package sender.
const (
	// ResponseTime is the time within which a response to a push has to be complete. It is not documented; sipgate's staff named it in
	// sipgate.io issue #32 (2015).
	ResponseTime = 10 * time.Second

	// BodyLength is the largest number of bytes of a body that is read.
	BodyLength = 1 << 20
)
