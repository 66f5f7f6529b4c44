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

// Exit codes. A usage error (2) ends a command before there is a verdict.
const (
	ExitConformant    = 0
	ExitNotConformant = 1
	ExitUsage         = 2
	ExitNoVerdict     = 3
	ExitInterrupted   = 130
)

// decision holds what the conclusion of a run or a load depends on. A text is "" if it does not apply.
type decision struct {
	interrupted   string   // the sentence if the command was interrupted
	problems      []string // problems of the harness
	notConformant string   // what is not met
	noVerdict     string   // why the receiver could not be judged
	conformant    string   // the sentence if no other field applies
}

// decide returns conclusion, exit code and sentence. The first of these that occurred decides: an interruption, a problem of the harness, a
// fatal finding, a reason for no verdict.
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
		v.Rows[i].Fatal = f.IsFatal(row)
	}
	var staleIDs, failedScenarios []string
	if f.Strict {
		staleIDs = f.staleKnownFailures(v.Rows)
	}
	for _, s := range v.Scenarios {
		if s.Status == Failed {
			failedScenarios = append(failedScenarios, s.Row().ID)
		}
	}
	d := decision{problems: v.Problems, noVerdict: f.noVerdictReason(*v), conformant: f.conformantSentence(*v), notConformant: join("; ",
		enumerate(idsOf(v.Rows, f.IsFatal), "%s is not met", "%d requirements are not met: %s"),
		enumerate(staleIDs, "%s passed and is listed as a known failure", "%d requirements passed and are listed as known failures: %s"),
		enumerate(failedScenarios, "the scenario %s failed", "%d scenarios failed: %s"),
	)}
	if v.Interrupted {
		d.interrupted = "interrupted: the run did not finish"
	}
	v.Conclusion, v.Exit, v.Summary = d.decide()
}

// enumerate returns a clause about ids; "" if there are no ids. singular is a format that takes the id. plural is a format that takes the
// number of ids and their list.
func enumerate(ids []string, singular, plural string) string {
	switch len(ids) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf(singular, ids[0])
	}
	return fmt.Sprintf(plural, len(ids), strings.Join(ids, ", "))
}

// noVerdictReason returns why a run without a fatal finding has no verdict. It returns "" if the run has a verdict: at least one
// requirement was judged, and a reported cause explains each must-level requirement that could not be judged.
func (f facts) noVerdictReason(v Verdict) string {
	basicIDs, unexplainedIDs := f.basicKnownFailures(v.Rows), f.unexplainedIDs(v.Rows)
	judgedCount := v.Counts[Passed] + v.Counts[Warned] + v.Counts[Failed] + v.Counts[Waived]
	switch {
	case len(basicIDs) > 0:
		return basicIDs[0] + " is a known failure, and every other requirement depends on it"
	case f.StopGap != nil && !f.hasResponded:
		return f.StopGap.Reason
	case f.Loss != nil && !rowOf(v.Rows, f.Loss.Requirement).isNotMet():
		return outcome.NameCallsOfLoss(*f.Loss)
	case len(unexplainedIDs) == 1:
		return fmt.Sprintf("%s could not be judged: %s", unexplainedIDs[0], rowOf(v.Rows, unexplainedIDs[0]).Reason)
	case len(unexplainedIDs) > 1:
		return fmt.Sprintf("%d must-level requirements could not be judged, first %s: %s", len(unexplainedIDs), unexplainedIDs[0], rowOf(v.Rows, unexplainedIDs[0]).Reason)
	case judgedCount == 0 && v.Counts[Known] > 0:
		return "nothing was judged but known failures"
	case judgedCount == 0:
		return "nothing was judged"
	}
	return ""
}

// unexplainedIDs lists the must-level requirements that apply and could not be judged, unless OnlyLocal is set, or another requirement
// explains that: the cause is a failure, a warning or a known failure. A warning explains nothing if the push that it is about crashed the
// receiver. For push.newcall only a failure is an explanation, because a run is never conformant without a judged newCall.
func (f facts) unexplainedIDs(rows []Row) []string {
	return idsOf(rows, func(row Row) bool {
		if row.Status != Undetermined || row.Level != requirements.Must || row.OnlyLocal {
			return false
		}
		switch cause := rootCause(rows, row); cause.Status {
		case Failed:
			return false
		case Warned:
			return row.ID == requirements.PlainNewCallRequirement() || f.isCrashCause(cause.ID)
		case Known:
			return row.ID == requirements.PlainNewCallRequirement()
		}
		return true
	})
}

// isCrashCause reports whether a push for the requirement crashed the receiver, for good or for a while.
func (r Run) isCrashCause(id string) bool {
	return r.Loss != nil && r.Loss.Requirement == id ||
		slices.ContainsFunc(r.Calls, func(c transcript.Call) bool { return c.Lost != nil && c.Lost.Requirement == id })
}

// conformantSentence returns the sentence of a conformant run. It counts the requirements that were met, the warnings, the waived
// requirements, the known failures, and the requirements that could not be judged because of a known failure.
func (f facts) conformantSentence(v Verdict) string {
	sentence := "conformant"
	if f.OnlyWithEvidence {
		sentence += " in what was sent"
	}
	sentence += fmt.Sprintf(": %s met", wording.Count(v.Counts[Passed]+v.Counts[Warned], "requirement"))
	if v.Observer {
		sentence = "conformant as an observer: it subscribes to nothing, so only newCall pushes were judged (--claim answer,hangup if it should subscribe)"
	}
	if n := v.Counts[Warned]; n > 0 {
		sentence += ", " + wording.Count(n, "warning")
	}
	if n := v.Counts[Waived]; n > 0 {
		sentence += fmt.Sprintf(", %d waived", n)
	}
	if n := v.Counts[Known]; n > 0 {
		sentence += ", " + wording.Count(n, "known failure")
	}
	if n := len(idsOf(v.Rows, func(r Row) bool { return r.KnownCause != "" })); n > 0 {
		sentence += fmt.Sprintf("; %s could not be judged because of a known failure", wording.Count(n, "requirement"))
	}
	return sentence
}

// IsFatal reports whether a row makes the run not conformant.
func (r Run) IsFatal(row Row) bool {
	waived := slices.ContainsFunc(row.Findings, func(f requirements.Finding) bool { return f.Waived != "" })
	return row.Status == Failed || row.Status != Known && (r.Strict && row.Status == Warned || r.NoWaivers && waived)
}

// WithProblem returns the verdict after a problem of the harness that occurred after judging, such as a report that could not
// be written. The conclusion is then NoVerdict, unless the run was interrupted.
func (v Verdict) WithProblem(problem string) Verdict {
	v.Problems = append(slices.Clone(v.Problems), problem)
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
