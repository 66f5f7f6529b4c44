// Package sender plays calls at a receiver. It connects, follows the rules and limits of sipgate's transport, sends each push, and
// records the response.
//
// Begin with New and Sender.Play, which needs a call of package call. The package does not judge responses and prints nothing. The
// judges are in package requirements.
package sender

import (
	"time"

	"github.com/pushcheck/pushcheck/transcript"
)

// Limits bound the time and memory that a receiver can use. A zero field means its default.
type Limits struct {
	Dial        time.Duration // name resolution and TCP; default 3 s
	Handshake   time.Duration // TLS; default 5 s
	Exchange    time.Duration // everything, from dialling to the last byte; default 10 s
	HeaderBytes int64         // response headers; default 16 KiB
	BodyBytes   int64         // body read as a document, after decompression; default 1 MiB
	DrainBytes  int64         // body read at most, to learn whether it ends; default 1 MiB

	// Pace is how many times faster than usual the receiver waits. Times in the transcript are multiplied by it. Default 1.
	// It is for receivers that wait on purpose. If it is set, Exchange has to be shorter by the same factor.
	Pace float64
}

// WithDefaults fills in the zero fields.
func (l Limits) WithDefaults() Limits {
	set := func(d *time.Duration, to time.Duration) {
		if *d == 0 {
			*d = to
		}
	}
	size := func(n *int64, to int64) {
		if *n == 0 {
			*n = to
		}
	}
	set(&l.Dial, 3*time.Second)
	set(&l.Handshake, 5*time.Second)
	set(&l.Exchange, transcript.ResponseTime)
	size(&l.HeaderBytes, 16<<10)
	size(&l.BodyBytes, transcript.BodyLength)
	size(&l.DrainBytes, transcript.BodyLength)
	if l.Pace == 0 {
		l.Pace = 1
	}
	return l
}

// transcriptTime returns a duration as it stands in the transcript: multiplied by Pace.
func (l Limits) transcriptTime(d time.Duration) time.Duration {
	return time.Duration(float64(d) * l.Pace)
}
