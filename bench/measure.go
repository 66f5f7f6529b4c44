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

// traffic describes what a program sends in one measurement. The program uses 64 connections, unless calls stay open.
type traffic struct {
	duration           time.Duration // how long the program sends
	differentResponses bool          // each response is different
	rate               int           // pushes per second; 0: as many as the connections allow
	callDuration       time.Duration // how long each call lasts if calls stay open, see callsPerSecond; only pushcheck can send that. 0: calls end at once
}

func (t traffic) path() string {
	if t.differentResponses {
		return "fresh"
	}
	return "static"
}

func (t traffic) name() string {
	switch {
	case t.callDuration > 0:
		return fmt.Sprintf("calls of %v", t.callDuration)
	case t.rate > 0:
		return fmt.Sprintf("%d pushes/s", t.rate)
	case t.differentResponses:
		return "different responses"
	}
	return "one response"
}

// counts holds what a program reports about its traffic.
type counts struct {
	pushes, failed int
	openCalls      int     // highest number of calls at a time; 0 if the program does not report it
	p99            float64 // 99th percentile of the time from the due time of a push to its response, in ms; 0 if the program does not report it
}

// sample is the result of one measurement.
type sample struct {
	counts
	cpuTime     time.Duration // user and system time of the process
	maxResident int64         // highest resident memory, in bytes
}

// cost returns the CPU time of a push, in µs.
func (s sample) cost() float64 { return float64(s.cpuTime.Nanoseconds()) / 1e3 / float64(s.pushes) }

// client is a program that sends traffic.
type client interface {
	name() string
	canSend(t traffic) bool
	command(t traffic) []string          // the program with its arguments
	count(output []byte) (counts, error) // parses the counts from the program's output, or from a file that the program wrote
}

// measure runs a program on core 0 and returns its sample.
func measure(c client, t traffic) (sample, error) {
	args := c.command(t)
	cmd := exec.Command("taskset", append([]string{"-c", "0"}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "GO") })
	if err := cmd.Run(); err != nil {
		return sample{}, fmt.Errorf("running %s: %w\n%s%s", strings.Join(args, " "), err, stdout.Bytes(), stderr.Bytes())
	}
	counted, err := c.count(stdout.Bytes())
	switch {
	case err != nil:
		return sample{}, fmt.Errorf("reading what %s counted: %w", c.name(), err)
	case counted.pushes == 0 || counted.failed > 0:
		return sample{}, fmt.Errorf("%s, %s: %d of %d pushes failed", c.name(), t.name(), counted.failed, counted.pushes)
	}
	process := cmd.ProcessState
	usage, ok := process.SysUsage().(*syscall.Rusage)
	if !ok {
		return sample{}, fmt.Errorf("the resources of %s are unknown", c.name())
	}
	return sample{counts: counted, cpuTime: process.UserTime() + process.SystemTime(), maxResident: usage.Maxrss << 10}, nil
}

// seriesKey identifies the samples of a program with one kind of traffic.
type seriesKey struct {
	client string
	traffic
}

// series holds the samples of all programs and kinds of traffic, in the order of the rounds.
type series map[seriesKey][]sample

// addSamples measures each program with each kind of traffic that the program can send. It adds and prints the samples.
func (all series) addSamples(clients []client, traffics ...traffic) error {
	for _, t := range traffics {
		for _, c := range clients {
			if !c.canSend(t) {
				continue
			}
			s, err := measure(c, t)
			if err != nil {
				return err
			}
			fmt.Printf("%-10s  %-20s  %8d pushes  %6.2f µs each\n", c.name(), t.name(), s.pushes, s.cost())
			p := seriesKey{c.name(), t}
			all[p] = append(all[p], s)
		}
	}
	return nil
}

// cost returns the median cost of a push in a program with this traffic, in µs; 0 if there is no sample.
func (all series) cost(client string, t traffic) float64 {
	var costs []float64
	for _, s := range all[seriesKey{client, t}] {
		costs = append(costs, s.cost())
	}
	return median(costs)
}

// ratio returns the median, over the rounds, of the client's cost divided by the peer's cost.
func (all series) ratio(client, peer string, t traffic) float64 {
	peerSamples := all[seriesKey{peer, t}]
	var ratios []float64
	for i, s := range all[seriesKey{client, t}] {
		if i < len(peerSamples) {
			ratios = append(ratios, s.cost()/peerSamples[i].cost())
		}
	}
	return median(ratios)
}

// median returns the median of the values; 0 if there are no values.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
