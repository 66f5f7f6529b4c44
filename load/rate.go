package load

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// The limits of a rate, in calls per second.
const (
	minRate = 1.0 / 3600
	maxRate = 100_000
)

const rateHint = "expected calls per second, minute or hour, such as 20/s, 300/m or 1000/h"

// ParseRate parses a number of calls per second, minute or hour, and returns calls per second. Every error is an ExpressionError.
func ParseRate(text string) (perSecond float64, err error) {
	number, unit, _ := strings.Cut(text, "/")
	newError := func(position int, reason string) error { return ExpressionError{text, position, reason, rateHint} }
	calls, err := strconv.ParseFloat(number, 64)
	seconds := map[string]float64{"s": 1, "m": 60, "h": 3600}[unit]
	switch firstWrongOffset := firstNonDigit(number, "0123456789."); {
	case number == "":
		return 0, newError(1, "the number of calls is missing")
	case firstWrongOffset < len(number):
		return 0, newError(firstWrongOffset+1, fmt.Sprintf("%q has to be written in digits", number))
	case err != nil:
		return 0, newError(1, fmt.Sprintf("%q is not a number", number))
	case unit == "":
		return 0, newError(len(text)+1, "the unit of time is missing")
	case seconds == 0:
		return 0, newError(len(number)+2, fmt.Sprintf("the unit of time is %q", unit))
	}
	perSecond = calls / seconds
	if perSecond < minRate || perSecond > maxRate {
		return 0, ExpressionError{text, 1, "the rate is too low or too high", fmt.Sprintf("expected a rate from 1/h to %d/s", maxRate)}
	}
	return perSecond, nil
}

// Arrivals is the distribution of the times at which calls begin.
type Arrivals string

const (
	Poisson  Arrivals = "poisson"  // calls begin independently of each other, like the calls of many people
	Constant Arrivals = "constant" // the time between two calls is always the same, and the first call begins at once
)

// ParseArrivals parses a distribution of the times at which calls begin. Every error is an ExpressionError.
func ParseArrivals(text string) (Arrivals, error) {
	for _, a := range []Arrivals{Poisson, Constant} {
		if text == string(a) {
			return a, nil
		}
	}
	reason := fmt.Sprintf("%q is not a way to spread calls", text)
	return "", ExpressionError{text, 1, reason, allowedHint(text, []string{string(Poisson), string(Constant)})}
}

// arrivalSequence computes the times at which calls begin, one after the other.
type arrivalSequence struct {
	distribution  Arrivals
	perSecond     float64
	ramp          float64 // duration of the ramp, in seconds
	random        *rand.Rand
	expectedCalls float64 // expected number of calls up to the time of the latest call
	hasBegun      bool    // nextBegin was called before
}

// nextBegin returns when the next call begins.
//
// First it chooses the pause before the next call for a rate of 1, and adds it to expectedCalls. Then it computes the time until which the
// plan expects that many calls. While the rate rises from 0 to r in d seconds, r·t²/2d calls are expected in the first t seconds. After
// that, r·(t-d/2) calls are expected.
func (a *arrivalSequence) nextBegin() time.Duration {
	switch {
	case a.distribution != Constant:
		a.expectedCalls += float64(a.random.ExpFloat64()) // the conversion keeps the sum the same on every processor
	case a.hasBegun:
		a.expectedCalls++
	}
	a.hasBegun = true
	seconds := a.ramp/2 + float64(a.expectedCalls/a.perSecond)
	if seconds < a.ramp {
		seconds = math.Sqrt(2 * a.ramp * a.expectedCalls / a.perSecond)
	}
	return time.Duration(seconds * float64(time.Second))
}
