package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

const (
	documentation = "../docs/performance.md"
	begin         = "<!-- bench -->\n"
	end           = "<!-- /bench -->\n"
)

// limit is the most that a push of pushcheck may cost, compared with one of a peer.
type limit struct {
	peer    string
	traffic traffic
	most    float64
}

// mostLateness is the limit of p99 for paced traffic, in ms.
const mostLateness = 5.0

func limits(lasting time.Duration) []limit {
	one, different, paced := traffic{lasting: lasting}, traffic{lasting: lasting, fresh: true}, traffic{lasting: lasting, rate: pacedRate}
	return []limit{
		{"wrk", one, 1.5}, {"wrk", different, 2.2}, {"bombardier", one, 1.5}, {"vegeta", one, 0.55},
		{"bombardier", paced, 1.7}, {"vegeta", paced, 0.75},
	}
}

// table compares the ratios with their limits.
func (all series) table(lasting time.Duration) string {
	var b strings.Builder
	b.WriteString("| traffic | against | ratio | at most | |\n| --- | --- | --- | --- | --- |\n")
	for _, l := range limits(lasting) {
		ratio := all.ratio("pushcheck", l.peer, l.traffic)
		fmt.Fprintf(&b, "| %s | %s | %.2f × | %.2f × | %s |\n", l.traffic.name(), l.peer, ratio, l.most, kept(ratio, l.most))
	}
	paced := traffic{lasting: lasting, rate: pacedRate}
	if late := all.p99("pushcheck", paced); late > 0 {
		fmt.Fprintf(&b, "| %s, p99 from the due time to the response | | %.2f ms | %.0f ms | %s |\n", paced.name(), late, mostLateness, kept(late, mostLateness))
	}
	return b.String()
}

func kept(value, most float64) string {
	if value > 0 && value <= most {
		return "met"
	}
	return "**not met**"
}

// p99 is the median p99 of a point in ms.
func (all series) p99(client string, t traffic) float64 {
	var values []float64
	for _, s := range all[point{client, t}] {
		values = append(values, s.p99)
	}
	return median(values)
}

// costs has a column for each traffic.
func (all series) costs(traffics []traffic) string {
	var b strings.Builder
	b.WriteString("| µs of CPU per push |")
	for _, t := range traffics {
		fmt.Fprintf(&b, " %s |", t.name())
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(traffics)) + "\n")
	for _, name := range clientNames {
		var costs []string
		measured := false
		for _, t := range traffics {
			cost := all.cost(name, t)
			if measured = measured || cost > 0; cost > 0 {
				costs = append(costs, fmt.Sprintf("%.1f", cost))
			} else {
				costs = append(costs, "–")
			}
		}
		if measured {
			fmt.Fprintf(&b, "| %s | %s |\n", name, strings.Join(costs, " | "))
		}
	}
	return b.String()
}

var clientNames = []string{"wrk", "bombardier", "vegeta", "pushcheck"}

// openTable has a row for each number of open calls.
func (all series) openTable(open []traffic) string {
	var b strings.Builder
	b.WriteString("| open calls at most | µs of CPU per push | resident at most | bytes per open call |\n| --- | --- | --- | --- |\n")
	var base sample
	for i, t := range open {
		s := all[point{"pushcheck", t}][0]
		perCall := "–"
		if i == 0 {
			base = s
		} else if s.open > base.open {
			perCall = fmt.Sprint((s.resident - base.resident) / int64(s.open-base.open))
		}
		fmt.Fprintf(&b, "| %d | %.1f | %d MB | %s |\n", s.open, s.cost(), s.resident/1e6, perCall)
	}
	return b.String()
}

// document prints the result, and writes it and the plots to docs/.
func document(p place, all series, clients []client, o options, compared, open []traffic) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s on %s, in %d rounds of %v.\n\n", time.Now().UTC().Format(time.DateOnly), machine(p), o.rounds, o.lasting)
	fmt.Fprintf(&b, "%s\n%s\n%s\n", all.table(o.lasting), all.costs(compared), all.openTable(open))
	fmt.Fprintf(&b, "Core 0 runs these commands, core 1 runs nginx:\n\n```text\n%s```\n\n", commands(p, clients, append(slices.Clone(compared), open...)))
	b.WriteString("![Cost against rate](cost-by-rate.svg)\n\n![Cost against open calls](cost-by-open-calls.svg)\n")
	fmt.Printf("\n%s\n", b.String())
	if err := all.plots(o.lasting, open); err != nil {
		return err
	}
	old, err := os.ReadFile(documentation)
	if err != nil {
		return err
	}
	text, err := replaced(string(old), b.String())
	if err != nil {
		return err
	}
	return os.WriteFile(documentation, []byte(text), 0o644)
}

// commands lists what was run, without the paths of this machine.
func commands(p place, clients []client, traffics []traffic) string {
	var b strings.Builder
	short := strings.NewReplacer(p.pushcheck, "pushcheck", p.folder+"/", "", p.receiver, "https://127.0.0.1:PORT/")
	for _, c := range clients {
		for _, t := range traffics {
			if c.sends(t) {
				b.WriteString(short.Replace(strings.Join(c.command(t), " ")) + "\n")
			}
		}
	}
	return b.String()
}

// replaced is a text with another part between the marks.
func replaced(text, part string) (string, error) {
	before, rest, begins := strings.Cut(text, begin)
	_, after, ends := strings.Cut(rest, end)
	if !begins || !ends {
		return "", fmt.Errorf("writing %s: expected the lines %q and %q", documentation, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return before + begin + "\n" + part + "\n" + end + after, nil
}

// machine describes the processor and the versions of the programs.
func machine(p place) string {
	model := "an unknown processor"
	if data, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(data)) {
			if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("a machine with %d cores (%s, %s/%s) with %s, Debian's nginx %s and wrk %s, bombardier %s, vegeta %s and %s",
		runtime.NumCPU(), model, runtime.GOOS, runtime.GOARCH, runtime.Version(),
		firstLine("dpkg-query", "--show", "--showformat", "${Version}", "nginx"),
		firstLine("dpkg-query", "--show", "--showformat", "${Version}", "wrk"), bombardierVersion, vegetaVersion, firstLine(p.pushcheck, "version"))
}

// firstLine is the first line that a command prints, or "of unknown version".
func firstLine(args ...string) string {
	out, err := exec.Command(args[0], args[1:]...).Output()
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if err != nil || line == "" {
		return "of unknown version"
	}
	return line
}
