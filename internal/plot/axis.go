package plot

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Axis is a range of values with labels at some of them. The zero Axis has no values.
type Axis struct {
	Min, Max      float64
	IsLogarithmic bool // the scale is logarithmic; Min and Max must be above 0
	Ticks         []Tick
}

// Tick is a value with its label.
type Tick struct {
	Value float64
	Label string
}

// fraction returns the position of a value on the axis, from 0 for Min to 1 for Max. Values outside of the axis count as Min or Max.
func (a Axis) fraction(value float64) float64 {
	low, high := a.Min, a.Max
	if a.IsLogarithmic {
		low, high, value = math.Log(low), math.Log(high), math.Log(max(value, a.Min))
	}
	if high <= low {
		return 0
	}
	return min(max((value-low)/(high-low), 0), 1)
}

// maxTicks is the largest number of labels that fit on an axis on a narrow screen.
const maxTicks = 6

// NumberAxis returns an axis from 0 to at least maxValue, with labels at round numbers.
func NumberAxis(maxValue float64) Axis {
	step := roundUp(max(maxValue, 0.001) / (maxTicks - 1))
	a := Axis{Ticks: []Tick{{0, "0"}}}
	for i := 1; a.Max < maxValue || i < 2; i++ {
		a.Max = float64(i) * step
		a.Ticks = append(a.Ticks, Tick{a.Max, formatNumber(a.Max)})
	}
	return a
}

// roundUp returns the smallest round number that is not below a value. Round numbers are 1, 2 or 5 times a power of ten.
func roundUp(value float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(value)))
	for _, digit := range []float64{1, 2, 5} {
		if digit*power >= value*0.999999 {
			return digit * power
		}
	}
	return 10 * power
}

// roundDown returns the largest round number that is not above a value. Round numbers are 1, 2 or 5 times a power of ten.
func roundDown(value float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(value)))
	for _, digit := range []float64{5, 2} {
		if digit*power <= value*1.000001 {
			return digit * power
		}
	}
	return power
}

// formatNumber formats a number with commas between thousands, and with as few decimals as it needs.
func formatNumber(n float64) string {
	integer, decimals, hasDecimals := strings.Cut(strconv.FormatFloat(math.Round(n*1e6)/1e6, 'f', -1, 64), ".")
	for i := len(integer) - 3; i > 0; i -= 3 {
		integer = integer[:i] + "," + integer[i:]
	}
	if hasDecimals {
		return integer + "." + decimals
	}
	return integer
}

// ElapsedAxis returns an axis of the elapsed time in seconds, from 0 to end.
func ElapsedAxis(end time.Duration) Axis {
	axis := Axis{Max: max(end, time.Millisecond).Seconds()}
	step := timeStep(end)
	for at := time.Duration(0); at <= end; at += step {
		label := fmt.Sprintf("%g s", at.Seconds())
		switch {
		case step >= time.Hour:
			label = fmt.Sprintf("%g h", at.Hours())
		case step >= time.Minute:
			label = fmt.Sprintf("%g min", at.Minutes())
		}
		axis.Ticks = append(axis.Ticks, Tick{at.Seconds(), label})
	}
	return axis
}

// timeStep returns a round duration that divides a total duration into at most maxTicks-1 steps.
func timeStep(total time.Duration) time.Duration {
	const day = 24 * time.Hour
	for _, unit := range []time.Duration{time.Second, time.Minute, time.Hour} {
		for _, n := range []time.Duration{1, 2, 5, 10, 15, 30} {
			if n*unit*(maxTicks-1) >= total {
				return n * unit
			}
		}
	}
	return (total/(maxTicks-1)/day + 1) * day
}

// LatencyAxis returns a logarithmic axis of seconds. It covers the range from shortest to longest, and a little more.
func LatencyAxis(shortest, longest time.Duration) Axis {
	axis := Axis{IsLogarithmic: true, Min: roundDown(max(shortest, time.Microsecond).Seconds())}
	axis.Max = max(roundUp(longest.Seconds()), 10*axis.Min)
	digits := []float64{1, 2, 5}
	if axis.Max/axis.Min > 100 {
		digits = digits[:1]
		axis.Min = math.Pow(10, math.Floor(math.Log10(axis.Min*1.000001)))
	}
	for power := math.Pow(10, math.Floor(math.Log10(axis.Min))); power <= axis.Max*1.000001; power *= 10 {
		for _, digit := range digits {
			if at := digit * power; at >= axis.Min*0.999999 && at <= axis.Max*1.000001 {
				axis.Ticks = append(axis.Ticks, Tick{at, timeLabel(at)})
			}
		}
	}
	return axis
}

// timeLabel formats a round number of seconds with a unit.
func timeLabel(seconds float64) string {
	switch {
	case seconds > 0.9999:
		return formatNumber(seconds) + " s"
	case seconds > 0.0009999:
		return formatNumber(seconds*1e3) + " ms"
	}
	return formatNumber(seconds*1e6) + " µs"
}

// PercentileAxis returns a logarithmic axis for the percentiles of valueCount values. The distances from 0 to 90 %, from 90 to 99 % and
// from 99 to 99.9 % are equal, so that the highest values can be seen.
func PercentileAxis(valueCount int64) Axis {
	a := Axis{Max: max(math.Log10(float64(max(valueCount, 1))), 1)}
	for _, percent := range []float64{50, 90, 99, 99.9, 99.99, 99.999, 99.9999} {
		if at := percentilePosition(percent); at <= a.Max+0.01 {
			a.Ticks = append(a.Ticks, Tick{at, strconv.FormatFloat(percent, 'f', -1, 64) + " %"})
		}
	}
	return a
}

// percentilePosition returns the value of a PercentileAxis that stands for a percentile.
func percentilePosition(percent float64) float64 { return -math.Log10(1 - percent/100) }

// PercentileCurve returns the points of a line over the PercentileAxis of valueCount values. valueAt returns the Y value of a percentile.
func PercentileCurve(valueCount int64, valueAt func(percent float64) float64) []Point {
	const points = 100
	end := math.Log10(float64(max(valueCount, 1)))
	var out []Point
	for i := range points {
		x := end * float64(i) / points
		out = append(out, Point{x, valueAt(100 * (1 - math.Pow(10, -x)))})
	}
	return append(out, Point{end, valueAt(100)})
}
