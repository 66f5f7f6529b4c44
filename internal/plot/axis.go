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
	Least, Most float64
	Log         bool // equal ratios have equal lengths; both ends are above 0
	Ticks       []Tick
}

// Tick is a value with its label.
type Tick struct {
	At    float64
	Label string
}

// part returns the place of a value on the axis, from 0 to 1. A value beyond an end is put at that end.
func (a Axis) part(value float64) float64 {
	least, most := a.Least, a.Most
	if a.Log {
		least, most, value = math.Log(least), math.Log(most), math.Log(max(value, a.Least))
	}
	if most <= least {
		return 0
	}
	return min(max((value-least)/(most-least), 0), 1)
}

// mostTicks is the number of labels that fit beside each other on a narrow screen.
const mostTicks = 6

// Numbers returns an axis from 0 to at least most, with labels at round numbers.
func Numbers(most float64) Axis {
	step := roundUp(max(most, 0.001) / (mostTicks - 1))
	a := Axis{Ticks: []Tick{{0, "0"}}}
	for i := 1; a.Most < most || i < 2; i++ {
		a.Most = float64(i) * step
		a.Ticks = append(a.Ticks, Tick{a.Most, thousands(a.Most)})
	}
	return a
}

// roundUp returns the next 1, 2 or 5 times a power of ten.
func roundUp(value float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(value)))
	for _, digit := range []float64{1, 2, 5} {
		if digit*power >= value*0.999999 {
			return digit * power
		}
	}
	return 10 * power
}

// roundDown returns the last 1, 2 or 5 times a power of ten that is not above a value.
func roundDown(value float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(value)))
	for _, digit := range []float64{5, 2} {
		if digit*power <= value*1.000001 {
			return digit * power
		}
	}
	return power
}

// thousands formats a number with commas between thousands, and with as few decimals as it needs.
func thousands(n float64) string {
	whole, rest, broken := strings.Cut(strconv.FormatFloat(math.Round(n*1e6)/1e6, 'f', -1, 64), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if broken {
		return whole + "." + rest
	}
	return whole
}

// Elapsed returns an axis of seconds from the start to an end.
func Elapsed(end time.Duration) Axis {
	a := Axis{Most: max(end, time.Millisecond).Seconds()}
	step := timeStep(end)
	for at := time.Duration(0); at <= end; at += step {
		label := fmt.Sprintf("%g s", at.Seconds())
		switch {
		case step >= time.Hour:
			label = fmt.Sprintf("%g h", at.Hours())
		case step >= time.Minute:
			label = fmt.Sprintf("%g min", at.Minutes())
		}
		a.Ticks = append(a.Ticks, Tick{at.Seconds(), label})
	}
	return a
}

// timeStep returns a round time that fits into another a few times.
func timeStep(whole time.Duration) time.Duration {
	const day = 24 * time.Hour
	for _, unit := range []time.Duration{time.Second, time.Minute, time.Hour} {
		for _, n := range []time.Duration{1, 2, 5, 10, 15, 30} {
			if n*unit*(mostTicks-1) >= whole {
				return n * unit
			}
		}
	}
	return (whole/(mostTicks-1)/day + 1) * day
}

// Latencies returns a logarithmic axis of seconds. It covers the range from least to most, and a little more.
func Latencies(least, most time.Duration) Axis {
	a := Axis{Log: true, Least: roundDown(max(least, time.Microsecond).Seconds())}
	a.Most = max(roundUp(most.Seconds()), 10*a.Least)
	digits := []float64{1, 2, 5}
	if a.Most/a.Least > 100 {
		digits = digits[:1]
		a.Least = math.Pow(10, math.Floor(math.Log10(a.Least*1.000001)))
	}
	for power := math.Pow(10, math.Floor(math.Log10(a.Least))); power <= a.Most*1.000001; power *= 10 {
		for _, digit := range digits {
			if at := digit * power; at >= a.Least*0.999999 && at <= a.Most*1.000001 {
				a.Ticks = append(a.Ticks, Tick{at, timeLabel(at)})
			}
		}
	}
	return a
}

// timeLabel formats a round number of seconds with a unit.
func timeLabel(seconds float64) string {
	switch {
	case seconds > 0.9999:
		return thousands(seconds) + " s"
	case seconds > 0.0009999:
		return thousands(seconds*1e3) + " ms"
	}
	return thousands(seconds*1e6) + " µs"
}

// Percentiles returns an axis of the percentiles of a number of values. Each equal length stands for ten times fewer values, so that the
// slowest ones can be seen.
func Percentiles(values int64) Axis {
	a := Axis{Most: max(math.Log10(float64(max(values, 1))), 1)}
	for _, percent := range []float64{50, 90, 99, 99.9, 99.99, 99.999, 99.9999} {
		if at := percentilePlace(percent); at <= a.Most+0.01 {
			a.Ticks = append(a.Ticks, Tick{at, strconv.FormatFloat(percent, 'f', -1, 64) + " %"})
		}
	}
	return a
}

func percentilePlace(percent float64) float64 { return -math.Log10(1 - percent/100) }

// Curve returns the points of the percentiles of a number of values, for an axis of Percentiles. at returns a percentile.
func Curve(values int64, at func(percent float64) float64) []Point {
	const points = 100
	end := math.Log10(float64(max(values, 1)))
	var out []Point
	for i := range points {
		x := end * float64(i) / points
		out = append(out, Point{x, at(100 * (1 - math.Pow(10, -x)))})
	}
	return append(out, Point{end, at(100)})
}
