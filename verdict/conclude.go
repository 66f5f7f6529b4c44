package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/requirements"
)

// Exit codes. Usage errors (2) never get as far as a verdict.
const (
	ExitConformant    = 0
	ExitNotConformant = 1
	ExitUsage         = 2
	ExitNoVerdict     = 3
	ExitInterrupted   = 130
)

// conclude decides the verdict, in this order: interrupted, a fault of the harness, a fatal finding, a known failure on which
// everything hangs, a must-level requirement that applies and could not be judged, nothing judged, conformant.
func (r Run) conclude(v *Verdict) {
	fatal, open, base := r.fatal(v.Rows), unexplained(v.Rows), inexcusable(v.Rows)
	judged := v.Counts[Passed] + v.Counts[Warned] + v.Counts[Failed] + v.Counts[Waived]
	var surprise []string
	if r.Strict {
		surprise = r.unexpected(v.Rows)
	}
	switch {
	case v.Interrupted:
		v.Conclusion, v.Exit, v.Why = NoVerdict, ExitInterrupted, "interrupted: the run did not come to its end"
		if len(fatal)+len(surprise) > 0 {
			v.Conclusion = NotConformant
			v.Why += "; " + summary(fatal, surprise)
		}
	case len(v.Problems) > 0:
		v.Conclusion, v.Exit, v.Why = NoVerdict, ExitNoVerdict, "no verdict: "+v.Problems[0]
	case len(fatal)+len(surprise) > 0:
		v.Conclusion, v.Exit, v.Why = NotConformant, ExitNotConformant, "not conformant: "+summary(fatal, surprise)
	case len(base) > 0:
		v.Conclusion, v.Exit = NoVerdict, ExitNoVerdict
		v.Why = fmt.Sprintf("no verdict: %s is a known failure, and what else there is to judge hangs on it", base[0])
	case len(open) > 0:
		v.Conclusion, v.Exit = NoVerdict, ExitNoVerdict
		v.Why = fmt.Sprintf("no verdict: %s could not be judged: %s", open[0].ID, open[0].Reason)
		if len(open) > 1 {
			v.Why = fmt.Sprintf("no verdict: %d requirements could not be judged, first %s: %s", len(open), open[0].ID, open[0].Reason)
		}
	case r.Gone:
		v.Conclusion, v.Exit, v.Why = NoVerdict, ExitNoVerdict, "no verdict: "+gone
	case r.Stopped != nil && !r.spoke():
		v.Conclusion, v.Exit, v.Why = NoVerdict, ExitNoVerdict, "no verdict: "+r.Stopped.Reason
	case judged == 0 && v.Counts[Known] > 0:
		v.Conclusion, v.Exit, v.Why = NoVerdict, ExitNoVerdict, "no verdict: nothing was judged but known failures"
	case judged == 0:
		v.Conclusion, v.Exit, v.Why = NoVerdict, ExitNoVerdict, "no verdict: nothing was judged"
	default:
		v.Conclusion, v.Exit, v.Why = Conformant, ExitConformant, conformant(*v)
	}
}

const gone = "the receiver was gone when the run came to its end, and it is not known why"

// WithProblem is the verdict after a fault of the harness that came to light only when it was told: no verdict, unless the
// run was interrupted anyway.
func (v Verdict) WithProblem(what string) Verdict {
	v.Problems = append(slices.Clone(v.Problems), what)
	if !v.Interrupted {
		v.Conclusion, v.Exit, v.Why = NoVerdict, ExitNoVerdict, "no verdict: "+v.Problems[0]
	}
	return v
}

// WithInterruption is the verdict of a run that was interrupted when all was judged and not all was told.
func (v Verdict) WithInterruption() Verdict {
	v.Interrupted, v.Exit, v.Why = true, ExitInterrupted, "interrupted: the run came to its end, and not every report was written"
	if v.Conclusion == Conformant {
		v.Conclusion = NoVerdict
	}
	return v
}

// fatal lists the ids that make the run not conformant.
func (r Run) fatal(rows []Row) []string {
	var out []string
	for _, row := range rows {
		if r.Fatal(row) {
			out = append(out, row.ID)
		}
	}
	return out
}

// Fatal tells whether a row makes the run not conformant.
func (r Run) Fatal(row Row) bool {
	waived := slices.ContainsFunc(row.Findings, func(f requirements.Finding) bool { return f.Waived != "" })
	return row.Status == Failed || r.Strict && row.Status == Warned || r.NoWaivers && waived
}

// unexplained lists the must-level requirements that apply and could not be judged, for a reason that leads to no failed
// requirement, or a warning, be it by way of others that could not be judged either. A warning and a known failure explain everything but
// that no plain newCall could be judged: a run without that is never green.
func unexplained(rows []Row) []Row {
	byID := map[string]Row{}
	for _, row := range rows {
		byID[row.ID] = row
	}
	explained := func(row Row) bool {
		mild := row.ID != "push.newcall"
		for range rows { // no longer, should they explain each other in a circle
			row = byID[row.Because]
			if row.Status == Failed || mild && (row.Status == Warned || row.Status == Known) {
				return true
			}
		}
		return false
	}
	var out []Row
	for _, row := range rows {
		if row.Status == Undetermined && row.Level == requirements.Must && !row.FromHere && !explained(row) {
			out = append(out, row)
		}
	}
	return out
}

// summary says what a bad verdict rests on: what is not met, and, in a strict run, what is met and was known not to be.
func summary(fatal, surprise []string) string {
	var parts []string
	switch len(fatal) {
	case 0:
	case 1:
		parts = append(parts, fatal[0]+" is not met")
	default:
		parts = append(parts, fmt.Sprintf("%d requirements are not met: %s", len(fatal), strings.Join(fatal, ", ")))
	}
	switch len(surprise) {
	case 0:
	case 1:
		parts = append(parts, surprise[0]+" passed and is listed as a known failure")
	default:
		parts = append(parts, fmt.Sprintf("%d requirements passed and are listed as known failures: %s", len(surprise), strings.Join(surprise, ", ")))
	}
	return strings.Join(parts, "; ")
}

// conformant says what the good verdict rests on, and what it does not cover.
func conformant(v Verdict) string {
	why := fmt.Sprintf("conformant: %s met", count(v.Counts[Passed]+v.Counts[Warned], "requirement"))
	if v.Observer {
		why = "conformant as an observer: it subscribes to nothing, so only newCall pushes were judged"
	}
	var besides []string
	for _, s := range []Status{Warned, Waived} {
		if n := v.Counts[s]; n > 0 {
			besides = append(besides, fmt.Sprintf("%d %s", n, s))
		}
	}
	if n := v.Counts[Known]; n > 0 {
		besides = append(besides, count(n, "known failure"))
	}
	if len(besides) > 0 {
		why += " (" + strings.Join(besides, ", ") + ")"
	}
	return why
}

func count(n int, noun string) string {
	if n == 1 {
		return fmt.Sprintf("1 %s", noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
