package main

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// curve holds the points of one program in a plot.
type curve struct {
	name   string       // name of the program
	points [][2]float64 // x: the rate, or the number of open calls; y: the cost of a push in µs
}

// writePlots writes two plots to docs/: the cost by rate, and the cost by open calls.
func (all series) writePlots(duration time.Duration, openCallTraffics []traffic) error {
	var curvesByRate []curve
	for _, name := range clientNames[1:] { // without wrk, which cannot send at a rate
		c := curve{name: name}
		for p, samples := range all {
			if p.client == name && p.rate > 0 {
				c.points = append(c.points, [2]float64{float64(samples[0].pushes) / p.duration.Seconds(), all.cost(name, p.traffic)})
			}
		}
		curvesByRate = append(curvesByRate, c)
	}
	curveByOpenCalls := curve{name: "pushcheck"}
	for _, t := range openCallTraffics {
		curveByOpenCalls.points = append(curveByOpenCalls.points, [2]float64{float64(all[seriesKey{"pushcheck", t}][0].openCalls), all.cost("pushcheck", t)})
	}
	if err := plot("../docs/cost-by-rate.svg", "pushes a second", curvesByRate); err != nil {
		return err
	}
	return plot("../docs/cost-by-open-calls.svg", "open calls", []curve{curveByOpenCalls})
}

// plot draws curves with gnuplot, and writes them to a file.
func plot(file, xLabel string, curves []curve) error {
	cmd := exec.Command("gnuplot")
	cmd.Stdin = strings.NewReader(gnuplotScript(file, xLabel, curves))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("drawing %s: %w\n%s", file, err, out)
	}
	return nil
}

func gnuplotScript(file, xLabel string, curves []curve) string {
	var data, plotArguments strings.Builder
	for i, c := range curves {
		slices.SortFunc(c.points, func(a, b [2]float64) int { return int(a[0] - b[0]) })
		fmt.Fprintf(&data, "$c%d << EOD\n", i)
		for _, point := range c.points {
			fmt.Fprintf(&data, "%.0f %.2f\n", point[0], point[1])
		}
		data.WriteString("EOD\n")
		if i > 0 {
			plotArguments.WriteString(", ")
		}
		fmt.Fprintf(&plotArguments, "$c%d with linespoints linewidth 2 pointtype 7 pointsize 0.6 title '%s'", i, c.name)
	}
	return fmt.Sprintf(`set terminal svg size 720,400 font 'sans-serif,13' background rgb 'white'
set output '%s'
set logscale x
set format x '%%.0f'
set yrange [0:*]
set grid linecolor rgb '#dddddd'
set border 3
set tics nomirror
set key top right
set xlabel '%s'
set ylabel 'µs of CPU per push'
%splot %s
`, file, xLabel, data.String(), plotArguments.String())
}
