package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// callsPerSecond is the rate of new calls in traffic whose calls stay open.
const callsPerSecond = 5_000

// pushcheck plays whole calls, and judges every response.
type pushcheck struct {
	environment
	pushesPerCall float64
}

// newPushcheck plays some calls, and counts the pushes per call.
func newPushcheck(env environment) (pushcheck, error) {
	pc := pushcheck{environment: env}
	args := append(pc.arguments(traffic{}), "--concurrency", connections, "--speed", "0", "--count", "5000")
	if err := run(args...); err != nil {
		return pushcheck{}, err
	}
	r, err := pc.report()
	if err == nil && (r.Calls.Begun == 0 || r.Pushes.Sent == 0) {
		err = fmt.Errorf("pushcheck sent %d pushes in %d calls", r.Pushes.Sent, r.Calls.Begun)
	}
	pc.pushesPerCall = float64(r.Pushes.Sent) / float64(r.Calls.Begun)
	return pc, err
}

func (pushcheck) name() string         { return "pushcheck" }
func (pushcheck) canSend(traffic) bool { return true }

func (pc pushcheck) arguments(t traffic) []string {
	return []string{pc.pushcheck, "load", pc.receiver + t.path(), "--ca-file", pc.file("ca.pem"), "--report", "json=" + pc.file("load.json")}
}

func (pc pushcheck) command(t traffic) []string {
	args := append(pc.arguments(t), "--for", seconds(t))
	switch {
	case t.callDuration > 0:
		return append(args, "--calls", fmt.Sprintf("%d/s", callsPerSecond), "--arrivals", "constant", "--mix", "incoming-answered=1",
			"--ring", "constant:0s", "--talk", fmt.Sprintf("constant:%v", t.callDuration))
	case t.rate > 0:
		return append(args, "--calls", fmt.Sprintf("%.0f/s", float64(t.rate)/pc.pushesPerCall), "--speed", "0")
	}
	return append(args, "--concurrency", connections, "--speed", "0")
}

// loadReport holds the parts of a report of pushcheck load that bench needs.
type loadReport struct {
	Calls  struct{ Begun int }
	Pushes struct{ Sent, Refused, NotSent int }
	Events map[string]struct{ P99 float64 }
	Rate   []struct{ Open int }
}

func (pc pushcheck) report() (loadReport, error) {
	var r loadReport
	data, err := os.ReadFile(pc.file("load.json"))
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(data, &r)
}

func (pc pushcheck) count([]byte) (counts, error) {
	r, err := pc.report()
	return r.counts(), err
}

// counts returns the counts of a report, with the p99 of the slowest event. pushcheck measures latency from the due time of a push.
func (r loadReport) counts() counts {
	c := counts{pushes: r.Pushes.Sent, failed: r.Pushes.Refused + r.Pushes.NotSent}
	for _, e := range r.Events {
		c.p99 = max(c.p99, e.P99)
	}
	for _, w := range r.Rate {
		c.openCalls = max(c.openCalls, w.Open)
	}
	return c
}
