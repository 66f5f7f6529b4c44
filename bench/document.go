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
	documentFile = "../docs/performance.md"
	beginMark    = "<!-- bench -->\n"
	endMark      = "<!-- /bench -->\n"
)

// limit holds the highest allowed ratio: the CPU time of a push in pushcheck, divided by the CPU time of a push in a peer.
type limit struct {
	peer     string // the program that pushcheck is compared with
	traffic  traffic
	maxRatio float64
}

// maxPacedP99 is the highest allowed p99 of pushcheck at pacedRate, in ms. The latency is measured from the due time of a push to its
// response.
const maxPacedP99 = 5.0

func limits(duration time.Duration) []limit {
	sameResponse, differentResponses, paced := traffic{duration: duration}, traffic{duration: duration, differentResponses: true}, traffic{duration: duration, rate: pacedRate}
	return []limit{
		{"wrk", sameResponse, 1.5}, {"wrk", differentResponses, 2.2}, {"bombardier", sameResponse, 1.5}, {"vegeta", sameResponse, 0.55},
		{"bombardier", paced, 1.7}, {"vegeta", paced, 0.75},
	}
}

// limitTable returns a table of the ratios and their limits.
func (all series) limitTable(duration time.Duration) string {
	var b strings.Builder
	b.WriteString("| traffic | compared with | ratio | limit | |\n| --- | --- | --- | --- | --- |\n")
	for _, l := range limits(duration) {
		ratio := all.ratio("pushcheck", l.peer, l.traffic)
		fmt.Fprintf(&b, "| %s | %s | %.2f × | %.2f × | %s |\n", l.traffic.name(), l.peer, ratio, l.maxRatio, metOrNot(ratio, l.maxRatio))
	}
	paced := traffic{duration: duration, rate: pacedRate}
	if p99 := all.p99("pushcheck", paced); p99 > 0 {
		fmt.Fprintf(&b, "| %s, p99 from the due time to the response | | %.2f ms | %.0f ms | %s |\n", paced.name(), p99, maxPacedP99, metOrNot(p99, maxPacedP99))
	}
	return b.String()
}

func metOrNot(value, limit float64) string {
	if value > 0 && value <= limit {
		return "met"
	}
	return "**not met**"
}

// p99 returns the median, over the rounds, of the p99 of a program with this traffic, in ms.
func (all series) p99(client string, t traffic) float64 {
	var values []float64
	for _, s := range all[seriesKey{client, t}] {
		values = append(values, s.p99)
	}
	return median(values)
}

// costTable returns a table with a row for each program and a column for each kind of traffic.
func (all series) costTable(traffics []traffic) string {
	var b strings.Builder
	b.WriteString("| µs of CPU per push |")
	for _, t := range traffics {
		fmt.Fprintf(&b, " %s |", t.name())
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(traffics)) + "\n")
	for _, name := range clientNames {
		var costs []string
		isMeasured := false
		for _, t := range traffics {
			cost := all.cost(name, t)
			if isMeasured = isMeasured || cost > 0; cost > 0 {
				costs = append(costs, fmt.Sprintf("%.1f", cost))
			} else {
				costs = append(costs, "–")
			}
		}
		if isMeasured {
			fmt.Fprintf(&b, "| %s | %s |\n", name, strings.Join(costs, " | "))
		}
	}
	return b.String()
}

var clientNames = []string{"wrk", "bombardier", "vegeta", "pushcheck"}

// openCallsTable returns a table with a row for each number of open calls.
func (all series) openCallsTable(openCallTraffics []traffic) string {
	var b strings.Builder
	b.WriteString("| most open calls | µs of CPU per push | most memory | memory per open call |\n| --- | --- | --- | --- |\n")
	var firstSample sample
	for i, t := range openCallTraffics {
		s := all[seriesKey{"pushcheck", t}][0]
		perCall := "–"
		if i == 0 {
			firstSample = s
		} else if s.openCalls > firstSample.openCalls {
			perCall = fmt.Sprintf("%d bytes", (s.maxResident-firstSample.maxResident)/int64(s.openCalls-firstSample.openCalls))
		}
		fmt.Fprintf(&b, "| %d | %.1f | %d MB | %s |\n", s.openCalls, s.cost(), s.maxResident/1e6, perCall)
	}
	return b.String()
}

// writeDocument prints the result, and writes the result and the plots to docs/.
func writeDocument(env environment, all series, clients []client, o options, comparedTraffic, openCallTraffics []traffic) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s on %s, in %d rounds of %v.\n\n", time.Now().UTC().Format(time.DateOnly), machine(env), o.rounds, o.duration)
	fmt.Fprintf(&b, "%s\n%s\n%s\n", all.limitTable(o.duration), all.costTable(comparedTraffic), all.openCallsTable(openCallTraffics))
	fmt.Fprintf(&b, "Core 0 runs these commands, core 1 runs nginx:\n\n```text\n%s```\n\n", commands(env, clients, append(slices.Clone(comparedTraffic), openCallTraffics...)))
	b.WriteString("![Cost against rate](cost-by-rate.svg)\n\n![Cost against open calls](cost-by-open-calls.svg)\n")
	fmt.Printf("\n%s\n", b.String())
	if err := all.writePlots(o.duration, openCallTraffics); err != nil {
		return err
	}
	old, err := os.ReadFile(documentFile)
	if err != nil {
		return err
	}
	text, err := replaceBetweenMarks(string(old), b.String())
	if err != nil {
		return err
	}
	return os.WriteFile(documentFile, []byte(text), 0o644)
}

// commands returns the commands that were run, one per line, without the paths of this machine.
func commands(env environment, clients []client, traffics []traffic) string {
	var b strings.Builder
	replacer := strings.NewReplacer(env.pushcheck, "pushcheck", env.folder+"/", "", env.receiver, "https://127.0.0.1:PORT/")
	for _, c := range clients {
		for _, t := range traffics {
			if c.canSend(t) {
				b.WriteString(replacer.Replace(strings.Join(c.command(t), " ")) + "\n")
			}
		}
	}
	return b.String()
}

// replaceBetweenMarks replaces the text between beginMark and endMark.
func replaceBetweenMarks(text, replacement string) (string, error) {
	before, rest, hasBegin := strings.Cut(text, beginMark)
	_, after, hasEnd := strings.Cut(rest, endMark)
	if !hasBegin || !hasEnd {
		return "", fmt.Errorf("writing %s: expected the lines %q and %q", documentFile, strings.TrimSpace(beginMark), strings.TrimSpace(endMark))
	}
	return before + beginMark + "\n" + replacement + "\n" + endMark + after, nil
}

// machine describes the processor and the versions of the programs.
func machine(env environment) string {
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
		firstLine("dpkg-query", "--show", "--showformat", "${Version}", "wrk"), bombardierVersion, vegetaVersion, firstLine(env.pushcheck, "version"))
}

// firstLine returns the first line that a command prints, or "of unknown version".
func firstLine(args ...string) string {
	out, err := exec.Command(args[0], args[1:]...).Output()
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if err != nil || line == "" {
		return "of unknown version"
	}
	return line
}
