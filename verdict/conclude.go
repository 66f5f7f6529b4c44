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

// decision holds what a verdict depends on besides interruption and problems. Empty texts do not apply.
type decision struct {
	interrupted string // the sentence if the command was interrupted
	fatal       string // what is not met
	open        string // why the receiver could not be judged
	good        string // the sentence if nothing else applies
}

// decide sets conclusion, exit code and sentence. The order is: interrupted, a problem of the harness, a fatal finding, not
// judged, conformant.
func (v *Verdict) decide(d decision) {
	switch {
	case v.Interrupted:
		v.Conclusion, v.Exit, v.Why = NoVerdict, ExitInterrupted, d.interrupted
		if d.fatal != "" {
			v.Conclusion = NotConformant
			v.Why += "; " + d.fatal
		}
	case len(v.Problems) > 0:
		v.Conclusion, v.Exit, v.Why = NoVerdict, ExitNoVerdict, "no verdict: "+v.Problems[0]
	case d.fatal != "":
		v.Conclusion, v.Exit, v.Why = NotConformant, ExitNotConformant, "not conformant: "+d.fatal
	case d.open != "":
		v.Conclusion, v.Exit, v.Why = NoVerdict, ExitNoVerdict, "no verdict: "+d.open
	default:
		v.Conclusion, v.Exit, v.Why = Conformant, ExitConformant, d.good
	}
}

// conclude decides the verdict of a run whose rows are judged.
func (r Run) conclude(v *Verdict) {
	for i := range v.Rows {
		v.Rows[i].Fatal = r.Fatal(v.Rows[i])
	}
	var stale []string
	if r.Strict {
		stale = r.stale(v.Rows)
	}
	v.decide(decision{
		interrupted: "interrupted: the run did not finish",
		fatal:       summary(r.fatal(v.Rows), stale, r.failedScenarios()),
		open:        r.open(*v),
		good:        r.conformant(*v),
	})
}

// open returns why a run without a fatal finding has no verdict. It returns "" if the run has one: at least one requirement was
// judged, and no must-level requirement was left open without a reported cause.
func (r Run) open(v Verdict) string {
	base, open := r.inexcusable(v.Rows), r.unexplained(v.Rows)
	judged := v.Counts[Passed] + v.Counts[Warned] + v.Counts[Failed] + v.Counts[Waived]
	switch {
	case len(base) > 0:
		return base[0] + " is a known failure, and every other requirement depends on it"
	case r.Stopped != nil && !r.gotResponse():
		return r.Stopped.Reason
	case r.lossOpen(v.Rows):
		return requirements.LostIn(*r.Lost)
	case len(open) == 1:
		return fmt.Sprintf("%s could not be judged: %s", open[0].ID, open[0].Reason)
	case len(open) > 1:
		return fmt.Sprintf("%d must-level requirements could not be judged, first %s: %s", len(open), open[0].ID, open[0].Reason)
	case judged == 0 && v.Counts[Known] > 0:
		return "nothing was judged but known failures"
	case judged == 0:
		return "nothing was judged"
	}
	return ""
}

// WithProblem returns the verdict after a problem of the harness that occurred after judging, such as a report that could not
// be written: no verdict, unless the run was interrupted.
func (v Verdict) WithProblem(what string) Verdict {
	v.Problems = append(slices.Clone(v.Problems), what)
	if !v.Interrupted {
		v.Conclusion, v.Exit, v.Why = NoVerdict, ExitNoVerdict, "no verdict: "+v.Problems[0]
	}
	return v
}

// WithInterruption returns the verdict after an interruption that occurred after judging, while the reports were written.
func (v Verdict) WithInterruption() Verdict {
	v.Interrupted, v.Exit, v.Why = true, ExitInterrupted, "interrupted: the run finished, but not every report was written"
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

// Fatal reports whether a row makes the run not conformant.
func (r Run) Fatal(row Row) bool {
	if row.Status == Known {
		return false
	}
	waived := slices.ContainsFunc(row.Findings, func(f requirements.Finding) bool { return f.Waived != "" })
	return row.Status == Failed || r.Strict && row.Status == Warned || r.NoWaivers && waived
}

// causesOf returns, by id, the row that an undetermined row depends on: it follows Because to the first row that is not undetermined. Rows
// that depend on no row, or only on themselves, are left out.
func causesOf(rows []Row) map[string]Row {
	byID := map[string]Row{}
	for _, row := range rows {
		byID[row.ID] = row
	}
	out := map[string]Row{}
	for _, row := range rows {
		at := row
		for range rows { // rows may depend on each other in a circle
			if at.Status != Undetermined {
				break
			}
			at = byID[at.Because]
		}
		if row.Status == Undetermined && at.ID != "" && at.Status != Undetermined {
			out[row.ID] = at
		}
	}
	return out
}

// unexplained lists the must-level requirements that apply and could not be judged, if no failure, warning or known failure explains that. A
// warning or a known failure does not explain it for push.newcall: without a judged newCall a run is never conformant. A warning does not
// explain it either if its push crashed the receiver.
func (r Run) unexplained(rows []Row) []Row {
	causes, losses := causesOf(rows), r.losses()
	var out []Row
	for _, row := range rows {
		if row.Status != Undetermined || row.Level != requirements.Must || row.FromHere {
			continue
		}
		switch cause := causes[row.ID]; cause.Status {
		case Failed:
			continue
		case Warned:
			if row.ID != requirements.Basic() && !slices.Contains(losses, cause.ID) {
				continue
			}
		case Known:
			if row.ID != requirements.Basic() {
				continue
			}
		}
		out = append(out, row)
	}
	return out
}

// summary lists what makes a run not conformant: requirements that are not met, stale known failures, and scenarios of the
// user's own that failed. It returns "" if there are none.
func summary(fatal, stale, scenarios []string) string {
	var parts []string
	for _, p := range []struct {
		ids       []string
		one, many string
	}{
		{fatal, "%s is not met", "%d requirements are not met: %s"},
		{stale, "%s passed and is listed as a known failure", "%d requirements passed and are listed as known failures: %s"},
		{scenarios, "the scenario %s failed", "%d scenarios failed: %s"},
	} {
		switch len(p.ids) {
		case 0:
		case 1:
			parts = append(parts, fmt.Sprintf(p.one, p.ids[0]))
		default:
			parts = append(parts, fmt.Sprintf(p.many, len(p.ids), strings.Join(p.ids, ", ")))
		}
	}
	return strings.Join(parts, "; ")
}

// conformant returns the sentence of a conformant run. It names what was met, what was excused, and what could not be judged because of
// that.
func (r Run) conformant(v Verdict) string {
	why := "conformant"
	if r.OnlyTouched {
		why += " in what was sent"
	}
	why += fmt.Sprintf(": %s met", count(v.Counts[Passed]+v.Counts[Warned], "requirement"))
	if v.Observer {
		why = "conformant as an observer: it subscribes to nothing, so only newCall pushes were judged (--claim answer,hangup if it should subscribe)"
	}
	if n := v.Counts[Warned]; n > 0 {
		why += ", " + count(n, "warning")
	}
	if n := v.Counts[Waived]; n > 0 {
		why += fmt.Sprintf(", %d waived", n)
	}
	if n := v.Counts[Known]; n > 0 {
		why += ", " + count(n, "known failure")
	}
	unjudged := 0
	for _, row := range v.Rows {
		if row.KnownCause != "" {
			unjudged++
		}
	}
	if unjudged > 0 {
		why += fmt.Sprintf("; %s could not be judged because of a known failure", count(unjudged, "requirement"))
	}
	return why
}

func count(n int, noun string) string {
	if n == 1 {
		return fmt.Sprintf("1 %s", noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
