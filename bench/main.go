// Command bench measures the CPU time that pushcheck load, wrk, bombardier and vegeta need for a push. It compares the ratios of these
// times with limits. It installs these programs, and nginx as the receiver, on Debian or a similar system. It needs two cores: core 0 runs
// the measured program, core 1 runs nginx.
//
// It is a separate module, so that pushcheck does not depend on its libraries.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// pacedRate is a rate in pushes per second. The programs that can send at a given rate are compared at this rate.
const pacedRate = 10_000

type options struct {
	rounds     int           // how often each program is measured
	duration   time.Duration // how long each measurement lasts
	folder     string        // for programs, certificates and reports
	pushcheck  string        // path of the program; empty: it is built from the repository
	peersOnly  bool          // measure only the programs that pushcheck is compared with
	limitsOnly bool          // measure only the traffic that has limits
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 5, "how often each program is measured")
	flag.DurationVar(&o.duration, "for", 5*time.Second, "how long each measurement lasts")
	flag.StringVar(&o.folder, "dir", filepath.Join(os.TempDir(), "pushcheck-bench"), "folder for programs and reports")
	flag.StringVar(&o.pushcheck, "pushcheck", "", "path of the pushcheck to measure (default: built from the repository)")
	flag.BoolVar(&o.peersOnly, "peers", false, "measure only the programs that pushcheck is compared with, and write no documentation")
	flag.BoolVar(&o.limitsOnly, "compare", false, "measure only the traffic that has limits, and write no documentation")
	flag.Parse()
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (o options) run() error {
	env, err := install(o.folder, o.pushcheck)
	if err != nil {
		return err
	}
	address, stop, err := startNginx(env)
	if err != nil {
		return err
	}
	defer stop()
	env.receiver = "https://" + address + "/"
	clients := []client{wrk{env}, bombardier{env}, vegeta{env}}
	var pc pushcheck
	if !o.peersOnly {
		if pc, err = newPushcheck(env); err != nil {
			return err
		}
		clients = append(clients, pc)
	}

	all := series{}
	comparedTraffic := []traffic{{duration: o.duration}, {duration: o.duration, differentResponses: true}, {duration: o.duration, rate: pacedRate}}
	for range o.rounds {
		if err := all.addSamples(clients, comparedTraffic...); err != nil {
			return err
		}
	}
	if o.limitsOnly {
		fmt.Print(all.costTable(comparedTraffic), "\n", all.limitTable(o.duration))
		return nil
	}
	for _, rate := range []int{1_000, 2_000, 5_000, 20_000} {
		if err := all.addSamples(clients, traffic{duration: o.duration, rate: rate}); err != nil {
			return err
		}
	}
	if o.peersOnly {
		fmt.Print(all.costTable(comparedTraffic))
		return nil
	}
	openCallTraffics := openCallTraffic(o.duration)
	if err := all.addSamples([]client{pc}, openCallTraffics...); err != nil {
		return err
	}
	return writeDocument(env, all, clients, o, comparedTraffic, openCallTraffics)
}

// openCallTraffic returns three kinds of traffic. In all three kinds, calls begin at the same rate. In the second and third kind, calls
// last longer, so more calls are open at a time.
func openCallTraffic(duration time.Duration) []traffic {
	var out []traffic
	for _, talk := range []time.Duration{200 * time.Millisecond, 2 * time.Second, 20 * time.Second} {
		out = append(out, traffic{duration: talk + duration, callDuration: talk})
	}
	return out
}
