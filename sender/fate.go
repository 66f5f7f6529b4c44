package sender

// Fate is what becomes of a push on its way to the receiver.
type Fate int

const (
	Arrives Fate = iota
	Twice        // it goes out a second time, as soon as it is through
)
