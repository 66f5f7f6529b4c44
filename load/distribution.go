package load

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

// Distribution describes how long phones ring or people talk. The zero value stands for the times that each scenario gives.
type Distribution struct {
	Shape Shape
	Mean  time.Duration
}

// Shape is the kind of a distribution.
type Shape string

const (
	FixedTime   Shape = "constant"    // every time is the mean
	Exponential Shape = "exponential" // many short times and few long ones
	// Lognormal has few very short times and a long tail, like the lengths of real calls. Sigma, the standard deviation of the
	// logarithm, is 1, so that half of the times are shorter than 61 % of the mean.
	Lognormal Shape = "lognormal"
)

// Limits of random times.
const (
	maxMean        = 24 * time.Hour
	maxTimeInMeans = 20 // longest random time, as a multiple of the mean; this limit shortens the mean by at most 0.2 %
	sigma          = 1  // standard deviation of the logarithm of Lognormal times
)

const distributionHint = "expected a shape and its mean, such as constant:10s, exponential:30s or lognormal:90s"

// ParseDistribution parses a shape and its mean. Random times of the distribution are at most 20 times the mean. Every error is an
// ExpressionError.
func ParseDistribution(text string) (Distribution, error) {
	shape, mean, _ := strings.Cut(text, ":")
	shapes := []string{string(FixedTime), string(Exponential), string(Lognormal)}
	switch isKnown := shape == shapes[0] || shape == shapes[1] || shape == shapes[2]; {
	case shape == "":
		return Distribution{}, ExpressionError{text, 1, "the shape is missing", distributionHint}
	case !isKnown:
		return Distribution{}, ExpressionError{text, 1, fmt.Sprintf("%q is not a shape", shape), allowedHint(shape, shapes)}
	case mean == "":
		return Distribution{}, ExpressionError{text, len(text) + 1, "the mean is missing", distributionHint}
	}
	d, err := time.ParseDuration(mean)
	if err != nil {
		return Distribution{}, ExpressionError{text, len(shape) + 2, fmt.Sprintf("%q is not a time", mean), distributionHint}
	}
	if d < 0 || d > maxMean {
		return Distribution{}, ExpressionError{text, len(shape) + 2, "the mean is too short or too long", "expected a mean from 0s to 24h"}
	}
	return Distribution{Shape(shape), d}, nil
}

// draw returns a random time. The time is never 0, because 0 in an act stands for the default time.
func (d Distribution) draw(random *rand.Rand) time.Duration {
	factor := 1.0
	switch d.Shape {
	case Exponential:
		factor = random.ExpFloat64()
	case Lognormal:
		factor = math.Exp(sigma*random.NormFloat64() - sigma*sigma/2.0)
	}
	return max(time.Duration(float64(d.Mean)*min(factor, maxTimeInMeans)), 1)
}
