package transcript

import "time"

// The limits that a response has to keep. They are also the defaults of the limits of package sender.
const (
	// ResponseTime is how long sipgate waits for a response. It is not documented, but sipgate's staff confirmed it in 2015.
	// See wire-facts: Timing.
	ResponseTime = 10 * time.Second

	// BodyLength is how many bytes of a body are read. A longer body counts as endless.
	BodyLength = 1 << 20
)
