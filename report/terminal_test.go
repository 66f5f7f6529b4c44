package report_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestLastLineOnATerminalIsTheConclusion(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, summary, want string
		conclusion          verdict.Conclusion
	}{
		{"the summary begins with the conclusion", "not conformant: push.newcall is not met", "not conformant: push.newcall is not met", verdict.NotConformant},
		{"the summary begins with a capital", "Conformant, only newCall was judged", "Conformant, only newCall was judged", verdict.Conformant},
		{"no summary", "", "conformant", verdict.Conformant},
		{"no summary and no conclusion", "", "undetermined", ""},
	} {
		for _, quiet := range []bool{false, true} {
			var b strings.Builder
			report.NewTerminal(&b, report.TerminalOptions{Quiet: quiet}).PrintVerdict(verdict.Verdict{Conclusion: tt.conclusion, Summary: tt.summary}, 0)
			all := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
			if diff := cmp.Diff(tt.want, all[len(all)-1]); diff != "" {
				t.Errorf("%s: last line mismatch (-want +got):\n%s", tt.name, diff)
			}
		}
	}
}

func TestExchangesPrintedLiveAreNotRepeated(t *testing.T) {
	t.Parallel()
	c := transferredCall()
	otherCall := probeCall()
	var wholeOutput, liveOutput strings.Builder
	report.NewTerminal(&wholeOutput, report.TerminalOptions{}).PrintCall(c)
	terminal := report.NewTerminal(&liveOutput, report.TerminalOptions{})
	for _, ex := range c.Exchanges {
		terminal.PrintExchange(c, ex)
	}
	terminal.PrintCall(c)
	if diff := cmp.Diff(wholeOutput.String(), liveOutput.String()); diff != "" {
		t.Errorf("live output mismatch (-want +got):\n%s", diff)
	}

	liveOutput.Reset()
	terminal = report.NewTerminal(&liveOutput, report.TerminalOptions{})
	terminal.PrintExchange(c, c.Exchanges[0])
	terminal.PrintExchange(otherCall, otherCall.Exchanges[0])
	terminal.PrintExchange(c, c.Exchanges[1])
	var got []string
	for _, line := range strings.Split(liveOutput.String(), "\n") {
		if strings.HasPrefix(line, "#") {
			got = append(got, line)
		}
	}
	want := []string{"#3 transfer-answered  The receiver follows a transfer that is picked up", "#1 answered  probe: what the receiver shows", "#3 transfer-answered  continued"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headlines of two calls side by side mismatch (-want +got):\n%s", diff)
	}
}

func TestAQuietTerminalShowsEveryFailure(t *testing.T) {
	t.Parallel()
	v := everyStatus()
	got := render(t, terminalPrinter(v, report.TerminalOptions{Quiet: true}))
	for _, r := range v.Rows {
		if shown := strings.Contains(got, r.ID); r.Status == verdict.Failed && !shown {
			t.Errorf("%s failed and is not shown", r.ID)
		}
	}
	for _, noise := range []string{"protocol", "not applicable", "note  ", "waived", "calls, "} {
		if strings.Contains(got, noise) {
			t.Errorf("%q in quiet output", noise)
		}
	}
}

func TestEveryRequirementIsShownOrCounted(t *testing.T) {
	t.Parallel()
	v := everyStatus()
	for _, verbose := range []bool{false, true} {
		var b strings.Builder
		report.NewTerminal(&b, report.TerminalOptions{Verbose: verbose}).PrintVerdict(v, 0)
		for _, r := range v.Rows {
			isOnlyCounted := r.Status == verdict.Passed || r.Status == verdict.NotApplicable || r.Status == verdict.Skipped
			if !strings.Contains(b.String(), r.ID) && (verbose || !isOnlyCounted) {
				t.Errorf("verbose %t: %s (%s) is not shown", verbose, r.ID, r.Status)
			}
		}
	}
}

func TestTerminalShowsEqualFindingsOnceWithTheirNumber(t *testing.T) {
	t.Parallel()
	r := verdict.Row{Requirement: requirement("response.root", requirements.Must, "The root element is Response.", "The XML is ignored."), Status: verdict.Failed}
	for i := range 200 {
		r.Findings = append(r.Findings, requirements.Finding{Level: requirements.Must, Want: "Response", Got: "html", Call: i + 1})
	}
	var b strings.Builder
	report.NewTerminal(&b, report.TerminalOptions{}).PrintVerdict(verdict.Verdict{Rows: []verdict.Row{r}}, 0)
	if n := strings.Count(b.String(), "html"); n != 1 || !strings.Contains(b.String(), "call 1 (and 199 more)") {
		t.Errorf("the same finding is shown %d times:\n%s", n, b.String())
	}
}

func TestCaretIsUnderThePlaceOfTheFinding(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body   string
		line, column int
		want         []string
	}{
		{"at the start", "<Respons/>", 1, 1, []string{"<Respons/>", "^"}},
		{"after characters of several bytes", "<Dial ü=\"\"><Number>x</Number>", 1, 20, []string{"<Dial ü=\"\"><Number>x</Number>", "                   ^"}},
		{"after a tab", "<a>\n\t<b/>", 2, 2, []string{`\t<b/>`, "  ^"}},
		{"at the end", "<a>", 1, 4, []string{"<a>", "   ^"}},
		{"far to the right", strings.Repeat("a", 500) + "<b/>", 1, 501, []string{"..." + strings.Repeat("a", 31) + "<b/>", strings.Repeat(" ", 34) + "^"}},
		{"a line that does not exist", "<a>", 7, 1, nil},
		{"a column that does not exist", "<a>", 1, 9, nil},
		{"bytes that are no UTF-8", "<a>\xff", 1, 1, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := verdict.Row{Requirement: requirement("response.root", requirements.Must, "Says.", "So."), Status: verdict.Failed,
				Findings: []requirements.Finding{{Level: requirements.Must, Got: "this", Call: 1, Position: requirements.Position{Line: tt.line, Column: tt.column}}}}
			ex := transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{ResponseBody: []byte(tt.body), End: transcript.Complete}}
			var b strings.Builder
			report.NewTerminal(&b, report.TerminalOptions{}).PrintVerdict(verdict.Verdict{Rows: []verdict.Row{r},
				Evidence: verdict.Evidence{Calls: []transcript.Call{{ID: 1, Exchanges: []transcript.Exchange{ex}}}}}, 0)
			_, after, _ := strings.Cut(b.String(), "  got       this")
			before, _, _ := strings.Cut(after, "  at        ")
			var got []string
			for i, l := range strings.Split(strings.TrimSuffix(before, "\n"), "\n") {
				if i > 0 {
					got = append(got, strings.TrimPrefix(l, "            "))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("pointer at %d:%d of %q mismatch (-want +got):\n%s", tt.line, tt.column, tt.body, diff)
			}
		})
	}
}

func TestTerminalPrintsParallelCallsWithoutMixingTheirLines(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	terminal := report.NewTerminal(&b, report.TerminalOptions{})
	var goroutines sync.WaitGroup
	for i := range 20 {
		goroutines.Go(func() {
			c := transferredCall()
			c.ID = i + 1
			terminal.PrintExchange(c, c.Exchanges[0])
			terminal.PrintCall(c)
		})
	}
	goroutines.Wait()
	if n := strings.Count(b.String(), "-->"); n != 20*5 {
		t.Errorf("%d pushes printed, want %d", n, 20*5)
	}
}
