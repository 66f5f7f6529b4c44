package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// traffic is what a program sends in one measurement, over 64 connections unless calls stay open.
type traffic struct {
	lasting time.Duration
	fresh   bool          // each response is different
	rate    int           // pushes a second; 0: as many as the connections allow
	talk    time.Duration // how long calls last, callsPerSecond of which begin; 0: they end at once. Only pushcheck plays calls
}

func (t traffic) path() string {
	if t.fresh {
		return "fresh"
	}
	return "static"
}

func (t traffic) name() string {
	switch {
	case t.talk > 0:
		return fmt.Sprintf("calls of %v", t.talk)
	case t.rate > 0:
		return fmt.Sprintf("%d pushes/s", t.rate)
	case t.fresh:
		return "different responses"
	}
	return "one response"
}

// counts is what a program reports about its traffic.
type counts struct {
	pushes, failed int
	open           int     // the most calls at a time; 0 if the program does not report it
	p99            float64 // ms from the time a push was due; 0 if the program does not report it
}

// sample is one measurement.
type sample struct {
	counts
	cpu      time.Duration // user and system time of the process
	resident int64         // bytes at most
}

// cost is the CPU time of a push, in µs.
func (s sample) cost() float64 { return float64(s.cpu.Nanoseconds()) / 1e3 / float64(s.pushes) }

// client is a program that sends traffic.
type client interface {
	name() string
	sends(t traffic) bool
	command(t traffic) []string          // with its arguments
	count(output []byte) (counts, error) // from its standard output, or from a file that it wrote
}

// measure runs a program on core 0.
func measure(c client, t traffic) (sample, error) {
	args := c.command(t)
	cmd := exec.Command("taskset", append([]string{"-c", "0"}, args...)...)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "GO") })
	if err := cmd.Run(); err != nil {
		return sample{}, fmt.Errorf("running %s: %w\n%s%s", strings.Join(args, " "), err, out.Bytes(), problems.Bytes())
	}
	n, err := c.count(out.Bytes())
	switch {
	case err != nil:
		return sample{}, fmt.Errorf("reading what %s counted: %w", c.name(), err)
	case n.pushes == 0 || n.failed > 0:
		return sample{}, fmt.Errorf("%s, %s: %d of %d pushes failed", c.name(), t.name(), n.failed, n.pushes)
	}
	used := cmd.ProcessState
	usage, ok := used.SysUsage().(*syscall.Rusage)
	if !ok {
		return sample{}, fmt.Errorf("the resources of %s are unknown", c.name())
	}
	return sample{counts: n, cpu: used.UserTime() + used.SystemTime(), resident: usage.Maxrss << 10}, nil
}

// point is a program with its traffic.
type point struct {
	client string
	traffic
}

// series has the samples of each point, in the order of the rounds.
type series map[point][]sample

// measure adds one sample of each program and traffic that it can send, and prints it.
func (all series) measure(clients []client, traffics ...traffic) error {
	for _, t := range traffics {
		for _, c := range clients {
			if !c.sends(t) {
				continue
			}
			s, err := measure(c, t)
			if err != nil {
				return err
			}
			fmt.Printf("%-10s  %-20s  %8d pushes  %6.2f µs each\n", c.name(), t.name(), s.pushes, s.cost())
			p := point{c.name(), t}
			all[p] = append(all[p], s)
		}
	}
	return nil
}

// cost is the median cost of a point in µs, 0 if it was not measured.
func (all series) cost(client string, t traffic) float64 {
	var costs []float64
	for _, s := range all[point{client, t}] {
		costs = append(costs, s.cost())
	}
	return median(costs)
}

// ratio is the median of the ratios of the costs of two programs, round by round.
func (all series) ratio(client, peer string, t traffic) float64 {
	theirs := all[point{peer, t}]
	var ratios []float64
	for i, s := range all[point{client, t}] {
		if i < len(theirs) {
			ratios = append(ratios, s.cost()/theirs[i].cost())
		}
	}
	return median(ratios)
}

// median is 0 if there is no value.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
