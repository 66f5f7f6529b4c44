package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// Exit codes. Usage errors (2) never get as far as a verdict.
const (
	ExitConformant    = 0
	ExitNotConformant = 1
	ExitUsage         = 2
	ExitNoVerdict     = 3
	ExitInterrupted   = 130
)

// decision holds what a verdict depends on. A text is "" if it does not apply.
type decision struct {
	interrupted   string // the sentence if the command was interrupted
	problems      []string
	notConformant string // what is not met
	noVerdict     string // why the receiver could not be judged
	conformant    string // the sentence if no other field applies
}

// decide returns conclusion, exit code and sentence. The first of these decides: an interruption, a problem of the harness, a fatal
// finding, a reason for no verdict.
func (d decision) decide() (Conclusion, int, string) {
	switch {
	case d.interrupted != "" && d.notConformant != "":
		return NotConformant, ExitInterrupted, d.interrupted + "; " + d.notConformant
	case d.interrupted != "":
		return NoVerdict, ExitInterrupted, d.interrupted
	case len(d.problems) > 0:
		return NoVerdict, ExitNoVerdict, "no verdict: " + d.problems[0]
	case d.notConformant != "":
		return NotConformant, ExitNotConformant, "not conformant: " + d.notConformant
	case d.noVerdict != "":
		return NoVerdict, ExitNoVerdict, "no verdict: " + d.noVerdict
	}
	return Conformant, ExitConformant, d.conformant
}

// conclude decides the verdict of a run whose rows are judged.
func (f facts) conclude(v *Verdict) {
	for i, row := range v.Rows {
		v.Rows[i].Fatal = f.Fatal(row)
	}
	var stale, failed []string
	if f.Strict {
		stale = f.staleEntries(v.Rows)
	}
	for _, s := range v.Scenarios {
		if s.Status == Failed {
			failed = append(failed, s.Row().ID)
		}
	}
	d := decision{problems: v.Problems, noVerdict: f.noVerdictReason(*v), conformant: f.conformantSentence(*v), notConformant: join("; ",
		enumerate(idsOf(v.Rows, f.Fatal), "%s is not met", "%d requirements are not met: %s"),
		enumerate(stale, "%s passed and is listed as a known failure", "%d requirements passed and are listed as known failures: %s"),
		enumerate(failed, "the scenario %s failed", "%d scenarios failed: %s"),
	)}
	if v.Interrupted {
		d.interrupted = "interrupted: the run did not finish"
	}
	v.Conclusion, v.Exit, v.Summary = d.decide()
}

// enumerate returns a clause about ids; "" if there are no ids. The format one takes the id, the format several takes the number of ids and
// their list.
func enumerate(ids []string, one, several string) string {
	switch len(ids) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf(one, ids[0])
	}
	return fmt.Sprintf(several, len(ids), strings.Join(ids, ", "))
}

// noVerdictReason returns why a run without a fatal finding has no verdict. It returns "" if the run has a verdict: at least one
// requirement was judged, and a reported cause explains each must-level requirement that could not be judged.
func (f facts) noVerdictReason(v Verdict) string {
	basic, open := f.basicKnownFailures(v.Rows), f.unexplainedIDs(v.Rows)
	judged := v.Counts[Passed] + v.Counts[Warned] + v.Counts[Failed] + v.Counts[Waived]
	switch {
	case len(basic) > 0:
		return basic[0] + " is a known failure, and every other requirement depends on it"
	case f.StopGap != nil && !f.hasResponded:
		return f.StopGap.Reason
	case f.Loss != nil && !rowOf(v.Rows, f.Loss.Requirement).isNotMet():
		return outcome.NameCallsOfLoss(*f.Loss)
	case len(open) == 1:
		return fmt.Sprintf("%s could not be judged: %s", open[0], rowOf(v.Rows, open[0]).Reason)
	case len(open) > 1:
		return fmt.Sprintf("%d must-level requirements could not be judged, first %s: %s", len(open), open[0], rowOf(v.Rows, open[0]).Reason)
	case judged == 0 && v.Counts[Known] > 0:
		return "nothing was judged but known failures"
	case judged == 0:
		return "nothing was judged"
	}
	return ""
}

// unexplainedIDs lists the must-level requirements that apply and could not be judged, unless a failure, a warning or a known failure is
// the cause. Warnings and known failures do not explain it for push.newcall, because a run is never conformant without a judged newCall. A
// warning does not explain it either if its push crashed the receiver.
func (f facts) unexplainedIDs(rows []Row) []string {
	return idsOf(rows, func(row Row) bool {
		if row.Status != Undetermined || row.Level != requirements.Must || row.OnlyLocal {
			return false
		}
		switch cause := rootCause(rows, row); cause.Status {
		case Failed:
			return false
		case Warned:
			return row.ID == requirements.PlainNewCallRequirement() || f.crashed(cause.ID)
		case Known:
			return row.ID == requirements.PlainNewCallRequirement()
		}
		return true
	})
}

// crashed reports whether a push for the requirement crashed the receiver, for good or for a while.
func (r Run) crashed(id string) bool {
	return r.Loss != nil && r.Loss.Requirement == id ||
		slices.ContainsFunc(r.Calls, func(c transcript.Call) bool { return c.Lost != nil && c.Lost.Requirement == id })
}

// conformantSentence returns the sentence of a conformant run. It counts the requirements that were met, that were excused, and that could
// not be judged because of a known failure.
func (f facts) conformantSentence(v Verdict) string {
	why := "conformant"
	if f.OnlyWithEvidence {
		why += " in what was sent"
	}
	why += fmt.Sprintf(": %s met", wording.Count(v.Counts[Passed]+v.Counts[Warned], "requirement"))
	if v.Observer {
		why = "conformant as an observer: it subscribes to nothing, so only newCall pushes were judged (--claim answer,hangup if it should subscribe)"
	}
	if n := v.Counts[Warned]; n > 0 {
		why += ", " + wording.Count(n, "warning")
	}
	if n := v.Counts[Waived]; n > 0 {
		why += fmt.Sprintf(", %d waived", n)
	}
	if n := v.Counts[Known]; n > 0 {
		why += ", " + wording.Count(n, "known failure")
	}
	if n := len(idsOf(v.Rows, func(r Row) bool { return r.KnownCause != "" })); n > 0 {
		why += fmt.Sprintf("; %s could not be judged because of a known failure", wording.Count(n, "requirement"))
	}
	return why
}

// Fatal reports whether a row makes the run not conformant.
func (r Run) Fatal(row Row) bool {
	waived := slices.ContainsFunc(row.Findings, func(f requirements.Finding) bool { return f.Waived != "" })
	return row.Status == Failed || row.Status != Known && (r.Strict && row.Status == Warned || r.NoWaivers && waived)
}

// WithProblem returns the verdict after a problem of the harness that occurred after judging, such as a report that could not
// be written. The conclusion is then NoVerdict, unless the run was interrupted.
func (v Verdict) WithProblem(what string) Verdict {
	v.Problems = append(slices.Clone(v.Problems), what)
	if !v.Interrupted {
		v.Conclusion, v.Exit, v.Summary = decision{problems: v.Problems}.decide()
	}
	return v
}

// WithInterruption returns the verdict after an interruption that occurred after judging, while the reports were written.
func (v Verdict) WithInterruption() Verdict {
	v.Interrupted, v.Exit, v.Summary = true, ExitInterrupted, "interrupted: the run finished, but not every report was written"
	if v.Conclusion == Conformant {
		v.Conclusion = NoVerdict
	}
	return v
}
