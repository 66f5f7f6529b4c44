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
	DrainBytes  int64         // longest body that is read to find out whether it ends; default 1 MiB

	// Pace speeds up tests with receivers that wait on purpose. Such a receiver divides its waiting times by Pace, and the caller has to
	// divide Exchange by Pace, too. The durations in the transcript are multiplied by Pace, so they look as usual. Default 1.
	Pace float64
}

// WithDefaults returns the limits with the default in place of each zero field.
func (l Limits) WithDefaults() Limits {
	setDuration := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	setSize := func(n *int64, value int64) {
		if *n == 0 {
			*n = value
		}
	}
	setDuration(&l.Dial, 3*time.Second)
	setDuration(&l.Handshake, 5*time.Second)
	setDuration(&l.Exchange, transcript.ResponseTimeLimit)
	setSize(&l.HeaderBytes, 16<<10)
	setSize(&l.BodyBytes, transcript.MaxBodyBytes)
	setSize(&l.DrainBytes, transcript.MaxBodyBytes)
	if l.Pace == 0 {
		l.Pace = 1
	}
	return l
}

// transcriptTime converts a real duration to a duration in the transcript: it multiplies the duration by Pace.
func (l Limits) transcriptTime(d time.Duration) time.Duration {
	return time.Duration(float64(d) * l.Pace)
}
