package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/verdict"
)

// LoadHTML writes a load and its verdict as one page that needs no other file and has no script. It returns the error of the writer.
func LoadHTML(w io.Writer, l verdict.Load, v verdict.LoadVerdict) error {
	assets, err := htmlAssetsOf("")
	if err != nil {
		return fmt.Errorf("encoding the HTML report: %w", err)
	}
	page := loadPage{
		Assets: assets, Tool: verdict.Tool{Version: clipLong(orEmpty(l.Tool.Version), shortTextLength), Roots: clipLong(l.Tool.Roots, shortTextLength)},
		Badge: badgeOfRun(v.Conclusion), UnjudgedBadge: badgeOf(verdict.Undetermined), Sentence: clipLong(v.Summary, longTextLength), Interrupted: l.Interrupted,
		Facts: factsOfLoad(l, v), Plan: factsOfLoadPlan(l), Thresholds: thresholdsOfLoad(v),
		Fix: fixOfLoad(l, v), Plots: plotsOfLoad(l, v), Latency: latenciesOfLoad(l),
		Failures: failuresOfLoad(l), Repeat: commandOfLoad(l),
	}
	for _, threshold := range page.Thresholds {
		page.Counts = append(page.Counts, htmlBadge{threshold.Badge.Class, threshold.Badge.Icon, threshold.Text + " " + threshold.Badge.Word})
	}
	return writeHTML(w, "load.tmpl", page)
}

// loadPage is the data of load.tmpl, in the order of the page.
type loadPage struct {
	Assets        htmlAssets
	Tool          verdict.Tool
	Badge         htmlBadge // badge of the verdict
	UnjudgedBadge htmlBadge // badge of requirements that could not be judged
	Sentence      string
	Interrupted   bool
	Facts         []loadFact  // facts at the top of the page
	Counts        []htmlBadge // a badge for each threshold
	Thresholds    []loadThreshold
	Fix           htmlFix
	Plots         loadPlotSection
	Latency       loadLatencies
	Failures      loadFailures
	Plan          []loadFact // facts about the plan of the load
	Repeat        string     // command that plays the load again
}

// loadFact is an entry of a list of facts.
type loadFact struct {
	Name, Text string
	IsCode     bool // Text is shown as code
}

// loadThreshold is a threshold with the measured value, as the page shows it.
type loadThreshold struct {
	Text, Measured string
	Badge          htmlBadge
}

// factsOfLoad returns the facts at the top of the page: the receiver, the load and its figures.
func factsOfLoad(l verdict.Load, v verdict.LoadVerdict) []loadFact {
	n := l.Pushes
	facts := []loadFact{
		{Name: "Receiver", Text: clipLong(orEmpty(l.Incoming), longTextLength), IsCode: true},
		{Name: "Load", Text: clipLong(orEmpty(l.Plan.Text), longTextLength), IsCode: true},
		{Name: "Calls", Text: describeCalls(l)},
		{Name: "Pushes", Text: fmt.Sprintf("%d sent: %d accepted, %d refused; %d not sent", n.Sent, n.Accepted, n.Refused, n.NotSent)},
	}
	if waived := describeWaivers(l); waived != "" {
		facts = append(facts, loadFact{Name: "Waived", Text: waived})
	}
	if parts := describeParts(l); parts != "" {
		facts = append(facts, loadFact{Name: "Parts", Text: parts})
	}
	return append(facts, loadFact{Name: "Result", Text: fmt.Sprintf("exit code %d, pushcheck %s", v.Exit, clipLong(orEmpty(l.Tool.Version), shortTextLength))})
}

// describeParts names the parts of a divided load from which the figures come; "" if the load was not divided.
func describeParts(l verdict.Load) string {
	switch {
	case len(l.Shards) == 0 || l.Shards[0].Total == 1:
		return ""
	case len(l.Shards) == l.Shards[0].Total:
		return fmt.Sprintf("all %d parts of the load, merged", l.Shards[0].Total)
	}
	var numbers []string
	for _, s := range l.Shards {
		numbers = append(numbers, fmt.Sprint(s.Number))
	}
	return fmt.Sprintf("part %s of %d; the thresholds are for the whole", strings.Join(numbers, ", "), l.Shards[0].Total)
}

// factsOfLoadPlan returns the facts about the plan of the load.
func factsOfLoadPlan(l verdict.Load) []loadFact {
	p := l.Plan
	var facts []loadFact
	addFact := func(name, format string, values ...any) {
		facts = append(facts, loadFact{Name: name, Text: fmt.Sprintf(format, values...)})
	}
	if p.PerSecond > 0 {
		addFact("Rate", "%s calls begin per second, whether or not others have ended", formatRate(p.PerSecond))
	} else {
		addFact("Calls at a time", "%d: a new call begins when one ends", p.Concurrency)
	}
	if p.Duration > 0 {
		addFact("Calls begin", "during %s", p.Duration)
	}
	if p.Count > 0 {
		addFact("Calls in all", "%d at most", p.Count)
	}
	if p.Ramp > 0 {
		addFact("Warm-up", "%s, during which the rate rises; its latency is kept apart", p.Ramp)
	}
	if parts := describeParts(l); parts != "" {
		addFact("Parts", "%s", parts)
	}
	addFact("Started", "%s", l.Started.UTC().Format("2006-01-02 15:04:05 UTC"))
	return facts
}

// formatRate formats a rate per second with at most three digits after the point.
func formatRate(perSecond float64) string {
	text := fmt.Sprintf("%.3f", perSecond)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

func thresholdsOfLoad(v verdict.LoadVerdict) []loadThreshold {
	var out []loadThreshold
	for _, t := range v.Thresholds {
		threshold := loadThreshold{Text: clipLong(t.Text, shortTextLength), Measured: t.Measured, Badge: htmlBadge{"bad", "✗", "crossed"}}
		switch {
		case t.Measured == "":
			threshold.Measured, threshold.Badge = "nothing was measured", htmlBadge{"open", "?", "not judged"}
		case t.Kept:
			threshold.Badge = htmlBadge{"good", "✓", "kept"}
		}
		out = append(out, threshold)
	}
	return out
}

// fixOfLoad returns the part of the page about fixes: the findings with exchanges that show them. It includes the errors if a threshold for
// errors is crossed.
func fixOfLoad(l verdict.Load, v verdict.LoadVerdict) htmlFix {
	p := &findingsPage{page: page{width: longTextLength}, evidence: evidenceOfLoad(l)}
	for _, f := range l.Findings {
		p.rows = append(p.rows, rowOfLoadFinding(f))
	}
	fix := htmlFix{HasJudgedRequirement: l.Pushes.Sent > 0}
	links, budget := newHTMLLinks(verdict.Verdict{}), fixBudget
	exampleBudget := exchangeBudget
	for i, f := range l.Findings {
		b := p.renderBlock(p.rows[i], i+1, links, &budget)
		b.Count = wording.Count(f.Count, "time")
		for k := range b.Findings {
			b.Findings[k].Repeats = 0 // b.Count includes the repeats
		}
		for _, e := range f.Examples {
			if e.Exchange.URL != "" { // otherwise the finding is about a connection
				b.Examples = append(b.Examples, exampleBudget.example(e))
			}
		}
		fix.Blocks = append(fix.Blocks, b)
	}
	for _, t := range v.Thresholds {
		if t.Metric != verdict.MetricErrors || t.Kept || t.Measured == "" {
			continue
		}
		fix.Blocks = append(fix.Blocks, htmlBlock{
			Number: len(fix.Blocks) + 1, ID: clipLong(t.Text, shortTextLength), Badge: htmlBadge{"bad", "✗", "crossed"},
			Statement: fmt.Sprintf("Of the pushes, %s had an error.", t.Measured), Examples: exampleBudget.errorExamples(l),
		})
	}
	for _, s := range l.Problems {
		fix.Problems = append(fix.Problems, budget.cutText(s, longTextLength))
	}
	return fix
}

// errorExamples returns one exchange for each kind of error, and reduces the budget by their size.
func (budget *htmlBudget) errorExamples(l verdict.Load) []htmlExchange {
	var out []htmlExchange
	for _, kind := range slices.Sorted(maps.Keys(l.Failures)) {
		name, _ := wordsForLoadError(kind)
		ex := budget.example(l.Failures[kind][0])
		ex.Push = name + ": " + ex.Push
		out = append(out, ex)
	}
	return out
}

// example returns the exchange of an example as the page shows it, with the call before the name of the push. It reduces the budget by the
// size of the exchange.
func (budget *htmlBudget) example(e verdict.LoadExample) htmlExchange {
	ex := budget.renderExchange(e.Exchange, exchangeRecordOf(e.Exchange), nil)
	ex.Push = "call " + fmt.Sprint(e.Call) + " " + clipLong(e.Scenario, shortTextLength) + ", " + ex.Push
	if e.Call == 0 {
		ex.Push = "the call that was played first, alone, " + ex.Push
	}
	return ex
}

// commandOfLoad returns the command that plays the same load again. If the load was divided, the command plays all parts.
func commandOfLoad(l verdict.Load) string {
	line := fmt.Sprintf("pushcheck load %s %s --seed %d", shellQuote(printableURL(l.Incoming)), l.Plan.Text, l.Seed)
	if l.Nonce != "" {
		line += " --nonce " + shellQuote(l.Nonce)
	}
	return clipLong(line, 2*longTextLength)
}
