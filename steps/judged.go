package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// NotMetError is a finding: the receiver does not meet requirements that a scenario is about, or a sentence of the user's own
// scenario is not true of its calls.
type NotMetError struct {
	Rows     []verdict.Row          // the requirements
	Findings []requirements.Finding // that contradict a sentence and belong to no requirement
}

func (e *NotMetError) Error() string {
	var out []string
	for _, row := range e.Rows {
		for _, f := range row.Findings {
			out = append(out, fmt.Sprintf("%s: want %s, got %s", row.ID, f.Want, f.Got))
		}
	}
	for _, f := range e.Findings {
		out = append(out, fmt.Sprintf("want %s, got %s", f.Want, f.Got))
	}
	return strings.Join(out, "\n")
}

// demand is what a sentence says of a push.
type demand struct {
	want  string
	about func(transcript.Exchange) bool
	met   func(c transcript.Call, i int) bool // for the i-th exchange
	got   func(transcript.Exchange) string
	fair  bool // a push that does not meet it counts only if a requirement is not met because of it
}

func isPush(x transcript.Exchange) bool { return x.Raw == "" }

// accepted, next and responded are fair: a receiver may have good reasons for a refusal, such as a signature that is missing.
var (
	accepted = demand{
		want: "a 2xx status, in time", fair: true, about: isPush, got: ended,
		met: func(c transcript.Call, i int) bool { return c.Exchanges[i].Accepted() },
	}
	next = demand{
		want: accepted.want, fair: true, met: accepted.met, got: ended,
		about: func(x transcript.Exchange) bool { return isPush(x) && !x.Odd },
	}
	responded = demand{
		want: "a response", fair: true, about: isPush, got: ended,
		met: func(c transcript.Call, i int) bool { return c.Exchanges[i].Responded() },
	}
	refused = demand{
		want:  "the push refused: a status other than 2xx, an Error document, or the connection closed",
		about: func(x transcript.Exchange) bool { return x.Odd }, got: ended,
		met: func(c transcript.Call, i int) bool {
			return requirements.Refuses(c.Exchanges[i], c.Exchanges[len(c.Exchanges)-1])
		},
	}
	unmoved = demand{
		want:  "the same state of the call as before the push",
		about: func(x transcript.Exchange) bool { return x.Odd },
		met: func(c transcript.Call, i int) bool {
			return !slices.ContainsFunc(c.States, func(a transcript.Asked) bool {
				return a.Step == c.Exchanges[i].Step && a.Shown != "" && !a.Fits()
			})
		},
		got: func(transcript.Exchange) string { return "another state" },
	}
)

// see plays the scenario and judges what it shows.
func (s *Scene) see(ctx context.Context, o outcome) error {
	s.checks = true
	if o.fits != nil {
		if err := o.fits(s); err != nil {
			return err
		}
	}
	if s.rehearsal {
		if len(s.story) == 0 && !s.connect {
			return errNoStory
		}
		return nil
	}
	calls, err := s.calls(ctx, o.begins)
	if err != nil {
		return err
	}
	return s.judge(calls, o)
}

// judge returns a *NotMetError if one of the requirements is not met, and skips the scenario if none of them could be judged.
// In the user's own scenarios what the sentence says of the pushes has to be true as well: in the built-in ones the
// requirements of the tags say the same, and one wrong path of a receiver should not fail a hundred scenarios.
func (s *Scene) judge(calls []transcript.Call, o outcome) error {
	ids := o.ids
	if len(ids) == 0 {
		ids = s.tags
	}
	s.shown = append(s.shown, calls...)
	run := s.run.evidence()
	run.Calls = calls
	for _, other := range s.run.soFar() {
		if !slices.ContainsFunc(calls, func(own transcript.Call) bool { return own.ID == other.ID }) {
			run.Elsewhere = append(run.Elsewhere, other)
		}
	}
	if len(ids) > 0 && !slices.ContainsFunc(ids, aboutConnections) {
		run.Connections = nil // to judge them costs more than all the rest
	}
	all := run.Judge().Rows
	failed, judged := &NotMetError{}, false
	var first verdict.Row // the first that was not judged
	for _, row := range all {
		if len(ids) > 0 && !slices.Contains(ids, row.ID) {
			continue
		}
		switch {
		case run.Fatal(row):
			failed.Rows = append(failed.Rows, row)
		case row.Status == verdict.Passed, row.Status == verdict.Warned, row.Status == verdict.Waived:
			judged = true
		case first.ID == "" || first.Status != verdict.Undetermined && row.Status == verdict.Undetermined:
			first = row
		}
		if row.Status != verdict.Passed {
			s.rows = append(s.rows, row)
		}
	}
	var open string
	if s.suite.Own {
		open = s.enforce(calls, o.demands, all, failed)
	}
	switch {
	case len(failed.Rows)+len(failed.Findings) > 0:
		return failed
	case !judged:
		return s.skipped(notJudged(first))
	case open != "":
		return s.skipped(open)
	}
	return nil
}

// enforce adds to failed what contradicts the demands of a sentence. It returns the reason if that could not be judged.
func (s *Scene) enforce(calls []transcript.Call, demands []demand, rows []verdict.Row, failed *NotMetError) (open string) {
	for _, c := range calls {
		for i, x := range c.Exchanges {
			for _, d := range demands {
				if !d.about(x) || d.met(c, i) {
					continue
				}
				at := func(f requirements.Finding) bool { return f.Call == c.ID && f.Exchange == i && f.Waived == "" }
				row := slices.IndexFunc(rows, func(r verdict.Row) bool { return slices.ContainsFunc(r.Findings, at) })
				switch {
				case x.End == transcript.Interrupted:
					open = "the run was interrupted"
				case !d.fair:
					failed.Findings = append(failed.Findings, requirements.Finding{
						Level: requirements.Must, Want: d.want, Got: d.got(x), Call: c.ID, Exchange: i,
					})
				case row >= 0 && rows[row].Status == verdict.Failed:
					if !slices.ContainsFunc(failed.Rows, func(r verdict.Row) bool { return r.ID == rows[row].ID }) {
						failed.Rows = append(failed.Rows, rows[row])
					}
				case row >= 0:
					s.rows = append(s.rows, rows[row])
				default:
					open = fmt.Sprintf("the %s push ended with %s, and no requirement says whether it may", x.Push.Event, d.got(x))
				}
			}
		}
	}
	return open
}

// notJudged is why a scenario is skipped.
func notJudged(row verdict.Row) string {
	if row.ID == "" {
		return "nothing was judged"
	}
	reason := fmt.Sprintf("%s is %s", row.ID, strings.ReplaceAll(string(row.Status), "-", " "))
	if row.Reason != "" {
		reason += ": " + row.Reason
	}
	return reason
}

// aboutConnections reports whether what was seen of the connections says something of a requirement.
func aboutConnections(id string) bool {
	return strings.HasPrefix(id, "transport.") || strings.HasPrefix(id, "following.")
}

// Outcome is what became of a feature scenario.
type Outcome struct {
	verdict.Scenario
	Rows  []verdict.Row     // of requirements that the scenario is about: those that did not pass
	Calls []transcript.Call // that findings point to
	Err   error             // why it failed; nil if it passed or was skipped
}

// End ends the scene. err is the error of the sentence that ended the scenario, nil if none did.
// A failure that is neither a finding nor that of a foreign sentence is a fault of pushcheck or of the feature file.
func (s *Scene) End(ctx context.Context, err error) {
	sc := s.scenario
	out := Outcome{Scenario: verdict.Scenario{Feature: sc.Feature, Name: sc.Name, File: sc.File, Line: sc.Line}, Rows: s.rows, Calls: s.shown}
	var notMet *NotMetError
	switch {
	case s.open != nil && (err == nil || errors.Is(err, s.skip)): // godog tells nothing of a skip before the last sentence
		out.Status, out.Reason, err = verdict.NotApplicable, s.open.reason, nil
		for _, row := range s.rows {
			if row.Status == verdict.Undetermined || row.Status == verdict.Known && out.Status != verdict.Undetermined {
				out.Status = row.Status
			}
		}
	case err == nil:
		out.Status = verdict.Passed
		if slices.ContainsFunc(s.rows, func(r verdict.Row) bool { return r.Status == verdict.Warned }) {
			out.Status = verdict.Warned
		}
	case errors.As(err, &notMet):
		out.Status, out.Findings = verdict.Failed, notMet.Findings
		if len(out.Findings) > 0 {
			out.Rows = append(out.Rows, out.Row())
		}
		for _, row := range notMet.Rows {
			out.NotMet = append(out.NotMet, row.ID)
			if !slices.ContainsFunc(out.Rows, func(r verdict.Row) bool { return r.ID == row.ID }) {
				out.Rows = append(out.Rows, row)
			}
		}
	case s.foreign != nil:
		out.Status = verdict.Failed
		out.Findings = []requirements.Finding{{Level: requirements.Must, Want: s.foreign.Sentence, Got: s.foreign.Err.Error()}}
		out.Rows = append(out.Rows, out.Row())
	case ctx.Err() != nil:
		s.run.note(ctx)
		out.Status, out.Reason = verdict.Undetermined, "the run was interrupted"
	default:
		out.Status, out.Reason = verdict.Undetermined, err.Error()
		s.run.problem(fmt.Sprintf("feature scenario %q: %s", sc.Name, err))
	}
	out.Err = err
	s.run.over(s.suite, out)
}

// over records what became of a scenario.
func (r *Run) over(s Suite, out Outcome) {
	r.mu.Lock()
	r.red = r.red || out.Err != nil
	if s.Own {
		r.scenarios = append(r.scenarios, out.Scenario)
	}
	r.mu.Unlock()
	if s.Over != nil {
		s.Over(out)
	}
}

// notSelected is the outcome of a scenario that is not played.
func notSelected(sc features.Scenario) Outcome {
	return Outcome{Scenario: verdict.Scenario{Feature: sc.Feature, Name: sc.Name, File: sc.File, Line: sc.Line, Status: verdict.Skipped, Reason: "not selected"}}
}
