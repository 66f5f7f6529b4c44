package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// NotMetError means that the receiver does not meet a requirement of a scenario, or that its behaviour contradicts a
// sentence in a scenario of the user.
type NotMetError struct {
	Rows     []verdict.Row          // the requirements that are not met
	Findings []requirements.Finding // findings that contradict a sentence and belong to no requirement
}

func (e *NotMetError) Error() string {
	var out []string
	for _, row := range e.Rows {
		for _, f := range row.Findings {
			line := fmt.Sprintf("%s: want %s, got %s", row.ID, f.Want, f.Got)
			if f.Variant != "" {
				line += ", when " + string(f.Variant)
			}
			out = append(out, line)
		}
	}
	for _, f := range e.Findings {
		out = append(out, fmt.Sprintf("want %s, got %s", f.Want, f.Got))
	}
	return strings.Join(out, "\n")
}

// expectation is what a Then sentence expects of the receiver. The requirements in ids have to be met. If ids is empty, the requirements in
// the scenario's tags have to be met. If the tags name no requirement, all requirements have to be met.
type expectation struct {
	ids            []string
	prefixIsEnough bool                     // a call that starts with the same pushes is enough
	checkStory     func(*ScenarioRun) error // returns an error if the sentence does not fit the story; nil: it fits every story
	demands        []demand                 // conditions for the calls, judged in scenarios of the user
}

// demand is a condition that a Then sentence sets for the pushes or states of a call.
type demand struct {
	want          string                           // the demand in words, for findings
	needsFinding  bool                             // an unmet demand counts only if a requirement has a finding at the same push; otherwise the receiver may have a good reason
	findSightings func(transcript.Call) []sighting // checks the demand at each push or state of a call
}

// sighting is the result of checking a demand at a push, or at a state that the application showed.
type sighting struct {
	exchangeIndex int // index of the exchange in the call
	isMet         bool
	got           string // what was seen, in words
}

// pushSightings returns the function that finds the sightings of a demand about pushes. selects reports whether the demand is about a push.
// isMet reports whether the demand is met at the exchange with this index.
func pushSightings(selects func(transcript.Exchange) bool, isMet func(transcript.Call, int) bool) func(transcript.Call) []sighting {
	return func(c transcript.Call) []sighting {
		var out []sighting
		for i, x := range c.Exchanges {
			if x.ForeignName == "" && selects(x) {
				out = append(out, sighting{i, isMet(c, i), describeEnd(x)})
			}
		}
		return out
	}
}

func isPush(transcript.Exchange) bool { return true }

func isOdd(x transcript.Exchange) bool { return x.Odd }

func isPlain(x transcript.Exchange) bool { return !x.Odd }

func isAccepted(c transcript.Call, i int) bool { return c.Exchanges[i].Accepted() }

var (
	pushAccepted      = demand{"a 2xx status, in time", true, pushSightings(isPush, isAccepted)}
	plainPushAccepted = demand{"a 2xx status, in time", true, pushSightings(isPlain, isAccepted)}
	pushResponded     = demand{"a response", true, pushSightings(isPush, func(c transcript.Call, i int) bool { return c.Exchanges[i].Responded() })}
	oddPushRefused    = demand{"the push refused: a status other than 2xx, an Error document, or the connection closed", false,
		pushSightings(isOdd, requirements.IsForgedPushRefused)}
	stateUnchanged = demand{"the state of the call as before the push", false, func(c transcript.Call) []sighting {
		return stateSightings(c, func(i int, _ transcript.StateQuestion) bool { return c.Exchanges[i].Odd })
	}}
)

// stateShown returns a demand about a leg: the last state that the application shows must follow from the leg's pushes.
func stateShown(leg string) demand {
	return demand{"the state that the pushes say", false, func(c transcript.Call) []sighting {
		all := stateSightings(c, func(_ int, a transcript.StateQuestion) bool { return a.Leg == leg })
		return all[max(len(all)-1, 0):]
	}}
}

// stateSightings returns a sighting for each state that the application showed, if selects returns true for the state. i is the index of
// the exchange after which the application was asked.
func stateSightings(c transcript.Call, selects func(i int, a transcript.StateQuestion) bool) []sighting {
	var out []sighting
	for _, a := range c.States {
		i := slices.IndexFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.Step == a.Step })
		if i >= 0 && a.Shown != "" && selects(i, a) {
			out = append(out, sighting{i, a.FitsWanted(), fmt.Sprintf("the application shows the call as %s", a.Shown)})
		}
	}
	return out
}

// playAndJudge plays the scenario and judges its calls.
func (s *ScenarioRun) playAndJudge(ctx context.Context, o expectation) error {
	s.hasThen = true
	if o.checkStory != nil {
		if err := o.checkStory(s); err != nil {
			return err
		}
	}
	aboutPushes := func(id string) bool { return !strings.HasPrefix(id, "transport.") }
	switch {
	case s.isConnectOnly && (len(o.demands) > 0 || slices.ContainsFunc(o.ids, aboutPushes)):
		return errors.New("sipgate only connects in this scenario, so no push is sent that the sentence could be about")
	case len(s.story) == 0 && !s.isConnectOnly:
		return errNoStory
	case s.isRehearsal:
		return nil
	}
	calls, err := s.playCalls(ctx, o.prefixIsEnough)
	if err != nil {
		return err
	}
	return s.judge(calls, o)
}

// judge returns a *NotMetError if one of the requirements is not met. It skips the scenario if no requirement could be judged. In scenarios
// of the user, the demands of the sentence also have to be met. In built-in scenarios they are not checked: the requirements in the
// tags cover them, and one fault of a receiver should not fail a hundred scenarios.
func (s *ScenarioRun) judge(calls []transcript.Call, o expectation) error {
	s.judgedCalls = append(s.judgedCalls, calls...)
	run := s.run.Evidence()
	run.Calls = calls
	for _, other := range s.run.Calls() {
		if !slices.ContainsFunc(calls, func(own transcript.Call) bool { return own.ID == other.ID }) {
			run.OtherCalls = append(run.OtherCalls, other)
		}
	}
	isAbout := s.requirementFilter(o)
	if s.suite.HasOwnFeatures {
		run.Selected = nil // a sentence is judged by all requirements, even if only some are selected
	} else if !slices.ContainsFunc(requirements.IDs(), func(id string) bool { return isAbout(id) && isAboutConnections(id) }) {
		run.Connections = nil // judging connections costs more than everything else
	}
	all := run.Judge().Rows
	notMet, hasJudged := &NotMetError{}, false
	var firstNotJudged verdict.Row // the first requirement that was not judged; an undetermined requirement takes precedence
	for _, row := range all {
		if !isAbout(row.ID) {
			continue
		}
		switch {
		case run.IsFatal(row):
			notMet.Rows = append(notMet.Rows, row)
		case row.Status == verdict.Passed, row.Status == verdict.Warned:
			hasJudged = true
		case firstNotJudged.ID == "" || firstNotJudged.Status != verdict.Undetermined && row.Status == verdict.Undetermined:
			firstNotJudged = row
		}
		if row.Status != verdict.Passed {
			s.rows = append(s.rows, row)
		}
	}
	var notJudged error
	if s.suite.HasOwnFeatures {
		for _, d := range o.demands {
			notJudged = cmp.Or(notJudged, s.judgeDemand(d, calls, all, run.IsFatal, notMet))
		}
	}
	switch {
	case len(notMet.Rows)+len(notMet.Findings) > 0:
		return notMet
	case !hasJudged:
		return s.skipNotJudged(firstNotJudged)
	}
	return notJudged
}

// requirementFilter returns the function that reports whether an expectation is about a requirement. The requirements in o.ids count even
// if the run does not select them.
func (s *ScenarioRun) requirementFilter(o expectation) func(id string) bool {
	isSelected := s.run.Options().Selected
	switch {
	case len(o.ids) > 0:
		return func(id string) bool { return slices.Contains(o.ids, id) }
	case len(s.tags) > 0:
		return func(id string) bool { return slices.Contains(s.tags, id) && (isSelected == nil || isSelected(id)) }
	}
	return func(id string) bool { return isSelected == nil || isSelected(id) }
}

// judgeDemand judges a demand. For each sighting that does not meet the demand, it adds to notMet the requirement that is not met there, or
// else a finding. If the demand could not be judged, it returns an error that skips the scenario.
func (s *ScenarioRun) judgeDemand(d demand, calls []transcript.Call, rows []verdict.Row, isFatal func(verdict.Row) bool, notMet *NotMetError) (notJudged error) {
	hasSighting := false
	for _, c := range calls {
		for _, n := range c.NotSent {
			if d.needsFinding && !slices.Contains([]transcript.NotSentReason{transcript.NotSubscribed, transcript.LeftOut, transcript.NoOutgoing}, n.Reason) {
				notJudged = s.skipScenario(verdict.Undetermined, describeNotSent(n))
			}
		}
		for _, sighting := range d.findSightings(c) {
			hasSighting = true
			if sighting.isMet {
				continue
			}
			x := c.Exchanges[sighting.exchangeIndex]
			hasFinding := func(r verdict.Row) bool {
				return slices.ContainsFunc(r.Findings, func(f requirements.Finding) bool { return f.Call == c.ID && f.Exchange == sighting.exchangeIndex })
			}
			sighting, hasAnyFinding := sighting, slices.ContainsFunc(rows, hasFinding)
			fatalRow := slices.IndexFunc(rows, func(r verdict.Row) bool { return hasFinding(r) && isFatal(r) })
			knownRow := slices.IndexFunc(rows, func(r verdict.Row) bool { return hasFinding(r) && r.Status == verdict.Known })
			switch {
			case x.End == transcript.Interrupted:
				notJudged = s.skipScenario(verdict.Undetermined, interruptedReason)
			case fatalRow >= 0:
				if !slices.ContainsFunc(notMet.Rows, func(r verdict.Row) bool { return r.ID == rows[fatalRow].ID }) {
					notMet.Rows = append(notMet.Rows, rows[fatalRow])
				}
			case knownRow >= 0:
				notJudged = s.skipNotJudged(rows[knownRow])
			case d.needsFinding && !hasAnyFinding:
				notJudged = s.skipScenario(verdict.Undetermined, fmt.Sprintf("the %s push ended with %s, and no requirement covers that", x.Push.Event, sighting.got))
			default:
				notMet.Findings = append(notMet.Findings, requirements.Finding{
					Level: requirements.Must, Want: d.want, Got: sighting.got, Call: c.ID, Exchange: sighting.exchangeIndex,
				})
			}
		}
	}
	if !hasSighting && notJudged == nil {
		return s.skipUnseen(calls)
	}
	return notJudged
}

// skipUnseen skips the scenario because its calls have no push or state that the sentence is about.
func (s *ScenarioRun) skipUnseen(calls []transcript.Call) error {
	for _, c := range calls {
		for _, n := range c.NotSent {
			if n.Reason == transcript.NotSubscribed {
				return s.skipScenario(verdict.NotApplicable, describeNotSent(n))
			}
		}
	}
	if s.run.Options().StateCheck.Oracle == nil {
		return s.skipScenario(verdict.NotApplicable, "the application is not asked for the state of its calls, see --state-url")
	}
	return s.skipScenario(verdict.Undetermined, "no push or state was seen that the sentence is about")
}

func describeNotSent(n transcript.NotSent) string {
	return fmt.Sprintf("the %s push on %s's leg was not sent: %s", n.Push.Event, n.Leg, n.Reason)
}

// skipNotJudged skips the scenario because of a requirement that was not judged.
func (s *ScenarioRun) skipNotJudged(row verdict.Row) error {
	if row.ID == "" {
		return s.skipScenario(verdict.NotApplicable, "nothing was judged")
	}
	reason := fmt.Sprintf("%s is %s", row.ID, strings.ReplaceAll(string(row.Status), "-", " "))
	if row.Reason != "" {
		reason += ": " + row.Reason
	}
	return s.skipScenario(row.Status, reason)
}

// isAboutConnections reports whether the connections decide about a requirement.
func isAboutConnections(id string) bool {
	return strings.HasPrefix(id, "transport.") || strings.HasPrefix(id, "following.")
}

// Outcome is the result of a feature scenario.
type Outcome struct {
	verdict.Scenario
	Rows  []verdict.Row     // the scenario's requirements that did not pass
	Calls []transcript.Call // the calls that findings point to
	Err   error             // why the scenario failed; nil if it passed or was skipped
}

// newOutcome returns the outcome of a scenario that was not judged.
func newOutcome(s Suite, sc features.Scenario, status verdict.Status, reason string) Outcome {
	return Outcome{Scenario: verdict.Scenario{
		Feature: sc.Feature, Name: sc.Name, File: path.Join(s.Folder, sc.File), Line: sc.Line, Status: status, Reason: reason,
	}}
}

// End ends the scenario. err is the error that ended it; nil if there was no error.
func (s *ScenarioRun) End(ctx context.Context, err error) {
	out := newOutcome(s.suite, s.scenario, verdict.Passed, "")
	out.Rows, out.Calls = s.rows, s.judgedCalls
	var notMet *NotMetError
	switch {
	case s.notJudged != nil && (err == nil || errors.Is(err, s.skip)): // if an earlier sentence was skipped, godog passes a nil error
		out.Status, out.Reason, err = s.notJudged.status, s.notJudged.reason, nil
	case err == nil:
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
	case s.userFailure != nil:
		out.Status, out.Findings = verdict.Failed, []requirements.Finding{*s.userFailure}
		out.Rows = append(out.Rows, out.Row())
	case ctx.Err() != nil:
		s.run.RecordInterruption(ctx)
		out.Status, out.Reason = verdict.Undetermined, interruptedReason
	default: // pushcheck or the feature file has an error
		out.Status, out.Reason = verdict.Undetermined, err.Error()
		s.run.AddProblem(fmt.Sprintf("feature scenario %q: %s", s.scenario.Name, strings.Join(strings.Fields(err.Error()), " ")))
	}
	out.Err = err
	recordOutcome(s.run, s.suite, out)
}

// recordOutcome records the outcome of a scenario.
func recordOutcome(r *run.Run, s Suite, out Outcome) {
	if s.HasOwnFeatures {
		r.AddScenario(out.Scenario)
	}
	if s.AfterScenario != nil {
		s.AfterScenario(out)
	}
}

// describeEnd describes how an exchange ended. If there is a complete response, it names the status.
func describeEnd(x transcript.Exchange) string {
	if x.Responded() {
		return fmt.Sprintf("status %d", x.Status)
	}
	return string(x.End)
}
