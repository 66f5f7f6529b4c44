// Package plot draws lines over two axes, such as the latency of pushes over time. It only computes SVG text. The plot is as wide as the
// page allows, with text of the same size on every screen. The package knows nothing of loads and reports.
package plot

import "math"

// Plot is a few lines over the same axes.
type Plot struct {
	ID      string // prefix of the element ids in the SVG; different for each plot on a page
	Title   string // name of the plot, for screen readers
	Summary string // description of the plot, for screen readers
	X, Y    Axis
	Lines   []Line
	Limits  []Limit
	Spans   []Span
}

// Line is a series of values.
type Line struct {
	Name   string // name in the legend
	Style  LineStyle
	Points []Point // from left to right
}

// Point is a point of a line. There is a gap in the line if Y is NaN.
type Point struct{ X, Y float64 }

// LineStyle is the style of a line. Each style has its own colour and dashes, so that lines can be distinguished without colours.
type LineStyle string

const (
	MainLine    LineStyle = "main"
	SecondLine  LineStyle = "second"
	ThirdLine   LineStyle = "third"
	FourthLine  LineStyle = "fourth"
	ErrorLine   LineStyle = "bad"  // for values that should not occur
	PlannedLine LineStyle = "goal" // for planned values
)

// Limit is a value of the Y axis that is marked by a horizontal line.
type Limit struct {
	Value float64
	Label string
}

// Span is a marked part of the X axis, such as a warm-up.
type Span struct {
	Start, End float64
	Label      string
}

// size is the length of each axis in units of the SVG. On the screen the axes are stretched to the size of the plot.
const size = 1000

// x returns the coordinate of a value of the X axis.
func (p Plot) x(value float64) float64 { return p.X.fraction(value) * size }

// y returns the coordinate of a value of the Y axis, from the top.
func (p Plot) y(value float64) float64 { return (1 - p.Y.fraction(value)) * size }

// Highest returns the highest Y of all points of the lines, and 0 if there are no points.
func Highest(lines ...Line) float64 {
	highest := 0.0
	for _, l := range lines {
		for _, at := range l.Points {
			if at.Y > highest { // false for NaN
				highest = at.Y
			}
		}
	}
	return highest
}

// Lowest returns the lowest Y of all points of the lines, and 0 if there are no points.
func Lowest(lines ...Line) float64 {
	lowest := math.Inf(1)
	for _, l := range lines {
		for _, at := range l.Points {
			if at.Y < lowest { // false for NaN
				lowest = at.Y
			}
		}
	}
	if math.IsInf(lowest, 1) {
		return 0
	}
	return lowest
}
