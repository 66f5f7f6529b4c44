// Command bench measures the CPU time that pushcheck load, wrk, bombardier and vegeta spend on a push, and compares the ratios with
// their limits. It installs these programs and nginx, which is the receiver, on Debian or a system like it. It needs two cores: core 0
// is for the measured program, core 1 for nginx.
//
// It is a module of its own, so that pushcheck does not depend on it.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// pacedRate is the number of pushes a second at which paced programs are compared.
const pacedRate = 10_000

type options struct {
	rounds       int
	lasting      time.Duration
	folder       string // for programs, certificates and reports
	pushcheck    string // empty: built from the repository
	peersOnly    bool
	comparedOnly bool
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 5, "how often each program is measured")
	flag.DurationVar(&o.lasting, "for", 5*time.Second, "how long each measurement lasts")
	flag.StringVar(&o.folder, "dir", filepath.Join(os.TempDir(), "pushcheck-bench"), "folder for programs and reports")
	flag.StringVar(&o.pushcheck, "pushcheck", "", "the pushcheck to measure (default: built from the repository)")
	flag.BoolVar(&o.peersOnly, "peers", false, "measure the other programs only, and write no documentation")
	flag.BoolVar(&o.comparedOnly, "compare", false, "measure only what has limits, and write no documentation")
	flag.Parse()
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (o options) run() error {
	p, err := install(o.folder, o.pushcheck)
	if err != nil {
		return err
	}
	address, stop, err := serve(p)
	if err != nil {
		return err
	}
	defer stop()
	p.receiver = "https://" + address + "/"
	clients := []client{wrk{p}, bombardier{p}, vegeta{p}}
	var pc pushcheck
	if !o.peersOnly {
		if pc, err = newPushcheck(p); err != nil {
			return err
		}
		clients = append(clients, pc)
	}

	all := series{}
	compared := []traffic{{lasting: o.lasting}, {lasting: o.lasting, fresh: true}, {lasting: o.lasting, rate: pacedRate}}
	for range o.rounds {
		if err := all.measure(clients, compared...); err != nil {
			return err
		}
	}
	if o.comparedOnly {
		fmt.Print(all.costs(compared), "\n", all.table(o.lasting))
		return nil
	}
	for _, rate := range []int{1_000, 2_000, 5_000, 20_000} {
		if err := all.measure(clients, traffic{lasting: o.lasting, rate: rate}); err != nil {
			return err
		}
	}
	if o.peersOnly {
		fmt.Print(all.costs(compared))
		return nil
	}
	open := openCalls(o.lasting)
	if err := all.measure([]client{pc}, open...); err != nil {
		return err
	}
	return document(p, all, clients, o, compared, open)
}

// openCalls is traffic with the same rate of calls, which last longer and longer.
func openCalls(lasting time.Duration) []traffic {
	var out []traffic
	for _, talk := range []time.Duration{200 * time.Millisecond, 2 * time.Second, 20 * time.Second} {
		out = append(out, traffic{lasting: talk + lasting, talk: talk})
	}
	return out
}
