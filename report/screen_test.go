package report_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// printVerdict returns the text that a terminal shows for a run of 2.14 s.
func printVerdict(v verdict.Verdict, opts report.TerminalOptions) string {
	var b strings.Builder
	report.NewTerminal(&b, opts).PrintVerdict(v, 2140*time.Millisecond)
	return b.String()
}

func TestImportantSectionsOfAResultComeLast(t *testing.T) {
	t.Parallel()
	withVerdict := []string{"transport     1 passed", "scenarios     1 passed, 2 failed", "waived  ", "known   ", "not applicable: 3", "not selected: 2", "note  ",
		"undetermined (", "warned  ", "failed  transport.in-date", "failed  reception.feature:9", "3 calls, 9 pushes in 2.1 s, seed 1", "not conformant"}
	withoutVerdict := []string{"note  ", "warned  ", "failed  transport.in-date", "failed  reception.feature:9", "undetermined (", "3 calls, 9 pushes", "no verdict"}
	noVerdict := everyStatus()
	noVerdict.Conclusion, noVerdict.Exit, noVerdict.Summary = verdict.NoVerdict, verdict.ExitNoVerdict, "no verdict: it is gone"
	for name, test := range map[string]struct {
		verdict verdict.Verdict
		want    []string
	}{"a verdict": {everyStatus(), withVerdict}, "no verdict": {noVerdict, withoutVerdict}} {
		rest := printVerdict(test.verdict, report.TerminalOptions{})
		for _, text := range test.want {
			_, after, found := strings.Cut(rest, "\n"+text)
			if !found && !strings.HasPrefix(rest, text) {
				t.Errorf("%s: there is no line with %q, or not in this order", name, text)
				continue
			}
			if found {
				rest = "\n" + after
			}
		}
	}
}

func TestUndeterminedRequirementsAreGroupedByTheRootCause(t *testing.T) {
	t.Parallel()
	row := func(id, reason, because string, status verdict.Status) verdict.Row {
		return verdict.Row{Requirement: requirement(id, requirements.Must, "It holds.", "Calls fail."), Status: status, Reason: reason, CauseID: because}
	}
	v := verdict.Verdict{Rows: []verdict.Row{
		row("push.hangup", "", "", verdict.Failed),
		row("call.ended", "no hangup", "push.hangup", verdict.Undetermined),
		row("call.group", "the call did not end", "call.ended", verdict.Undetermined),
		row("call.menu", "the receiver was gone", "", verdict.Undetermined),
		row("call.steered", "no menu", "call.menu", verdict.Undetermined),
		row("trouble.one", "one", "trouble.two", verdict.Undetermined),
		row("trouble.two", "two", "trouble.one", verdict.Undetermined),
	}}
	got := printVerdict(v, report.TerminalOptions{})
	for _, want := range []string{
		"undetermined (2)  because of push.hangup\n  no hangup\n    call.ended, call.group\n",
		"undetermined (2)\n  the receiver was gone\n    call.menu, call.steered\n",
		"undetermined (1)  because of trouble.two\n  one\n    trouble.one\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no block\n%s\nin\n%s", want, got)
		}
	}
}

func TestOnlyPlainPushesWithoutAResponseAreRed(t *testing.T) {
	t.Parallel()
	const red = "\x1b[1;31m<--"
	droppedPush := transcript.Exchange{Outcome: transcript.Outcome{End: transcript.Dropped}}
	oddPush, stimulus, heldConnection, interruptedPush := droppedPush, droppedPush, droppedPush, droppedPush
	oddPush.Odd, stimulus.ForeignName = true, "half a request"
	heldConnection.End, interruptedPush.End = transcript.HeldOpen, transcript.Interrupted
	for _, test := range []struct {
		name     string
		exchange transcript.Exchange
		want     bool // the response is shown in red
	}{
		{"a plain push that was dropped", droppedPush, true},
		{"an odd push that was dropped", oddPush, false},
		{"a stimulus (a request that is not a push) that was dropped", stimulus, false},
		{"a connection held open on purpose", heldConnection, false},
		{"a push that was interrupted", interruptedPush, false},
		{"a push that was refused", transcript.Exchange{Outcome: transcript.Outcome{End: transcript.Complete, Status: 403}}, false},
	} {
		var b strings.Builder
		report.NewTerminal(&b, report.TerminalOptions{Color: true}).PrintCall(transcript.Call{ID: 1, Complete: true, Exchanges: []transcript.Exchange{test.exchange}})
		if got := strings.Contains(b.String(), red); got != test.want {
			t.Errorf("%s: red is %t, want %t: %q", test.name, got, test.want, b.String())
		}
	}
}

func TestCountOfInapplicableRequirementsNamesTheMissingCapabilities(t *testing.T) {
	t.Parallel()
	row := func(needs requirements.Needs) verdict.Row {
		return verdict.Row{Requirement: requirements.Requirement{ID: "a.b", Needs: needs}, Status: verdict.NotApplicable, Reason: "it does not"}
	}
	needs := func(c ...requirements.Capability) requirements.Needs { return requirements.Needs{c} }
	shown := map[requirements.Capability]verdict.CapabilityState{requirements.CanHangup: verdict.CapabilityShown}
	for _, test := range []struct {
		name string
		rows []verdict.Row
		want string
	}{
		{"one missing capability", []verdict.Row{row(needs(requirements.CanDial))}, "not applicable: 1 (no Dial)\n"},
		{"two alternatives, both missing", []verdict.Row{row(needs(requirements.CanReject, requirements.CanDial))}, "not applicable: 1 (no Dial, Reject)\n"},
		{"no state URL", []verdict.Row{row(needs(requirements.CanState)), row(needs(requirements.CanPlay))}, "not applicable: 2 (no Play; no state URL)\n"},
		{"a missing capability and another reason", []verdict.Row{row(needs(requirements.CanHangup)), row(needs(requirements.CanPlay))}, "not applicable: 2 (no Play; 1 for other reasons, see -v)\n"},
		{"only another reason", []verdict.Row{row(nil)}, "not applicable: 1 (see -v for the reasons)\n"},
	} {
		if got := printVerdict(verdict.Verdict{Rows: test.rows, Capabilities: shown}, report.TerminalOptions{}); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: the output does not begin with %q:\n%s", test.name, test.want, got)
		}
	}
}

func TestLongOutputOfAReceiverThatStillRunsIsCut(t *testing.T) {
	t.Parallel()
	v := everyStatus()
	v.Calls = slices.Clone(v.Calls)
	i := slices.IndexFunc(v.Rows, func(r verdict.Row) bool {
		return r.Status == verdict.Failed && len(r.Findings) > 0 && r.Findings[0].Call > 0
	})
	if i < 0 {
		t.Fatal("the sample has no failure with a call")
	}
	f := v.Rows[i].Findings[0]
	callIndex := slices.IndexFunc(v.Calls, func(c transcript.Call) bool { return c.ID == f.Call })
	v.Calls[callIndex].Exchanges = slices.Clone(v.Calls[callIndex].Exchanges)
	x := &v.Calls[callIndex].Exchanges[f.Exchange]
	x.Printed = strings.Repeat("a line\n", 29) + "the last line"
	for _, test := range []struct {
		name    string
		ended   bool
		verbose bool
		want    int // lines of output that are shown
	}{
		{"the process still runs", false, false, 10},
		{"the process still runs, with --verbose", false, true, 30},
		{"the process ended", true, false, 30},
	} {
		x.Aftermath.Gone = test.ended
		text := render(t, terminalPrinter(v, report.TerminalOptions{Verbose: test.verbose}))
		if got := strings.Count(text, "| a line") + strings.Count(text, "| the last line"); got != test.want {
			t.Errorf("%s: %d lines of its output, want %d", test.name, got, test.want)
		}
	}
}
