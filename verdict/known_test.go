package verdict_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

var today = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

func day(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

// newCall returns a call of one plain newCall push. duration is how long the response took.
func newCall(status int, duration time.Duration) transcript.Call {
	p := push.Push{Event: push.NewCall, Direction: push.Incoming, From: "4917139200017", To: "493023125001", CallID: "12111955",
		Users: []string{"Doc"}, UserIDs: []string{"w0"}, FullUserIDs: []string{"1234567w0"}, AnsweringNumber: "493023125001"}
	return transcript.Call{ID: 1, Scenario: "incoming-answered", Complete: true, Exchanges: []transcript.Exchange{{
		Sent:    transcript.Sent{Leg: "Doc", Push: p, TimeLimit: 10 * time.Second},
		Twist:   transcript.Twist{Alone: true},
		Outcome: transcript.Outcome{End: transcript.Complete, Status: status, Duration: duration},
	}}}
}

// refusedOddCall returns a call of an odd newCall that was refused.
func refusedOddCall(requirementID string) transcript.Call {
	c := newCall(500, time.Millisecond)
	c.ID, c.RequirementID, c.Exchanges[0].Odd = 2, requirementID, true
	return c
}

// oddCallWithStatus returns a call of an odd newCall that was refused with a status.
func oddCallWithStatus(status int) transcript.Call {
	c := refusedOddCall("push.user-empty")
	c.Exchanges[0].Status = status
	return c
}

// runWithRefusedAnswer returns a run of a plain call whose answer push was refused, which is a known failure.
func runWithRefusedAnswer() verdict.Run {
	c := newCall(200, time.Millisecond)
	answerExchange := newCall(500, time.Millisecond).Exchanges[0]
	answerExchange.Step, answerExchange.Push.Event = 1, push.Answer
	c.Exchanges = append(c.Exchanges, answerExchange)
	return verdict.Run{
		Policy:   verdict.Policy{Known: []verdict.KnownFailure{{ID: "push.answer", Reason: "issue 3"}}},
		Evidence: verdict.Evidence{Calls: []transcript.Call{c}, OtherCapabilities: []requirements.Capability{requirements.CanAnswer, requirements.CanHangup}},
	}
}

// runWithTruncatedResponse returns a run of a receiver whose response breaks off, which is a known failure.
func runWithTruncatedResponse() verdict.Run {
	c := newCall(200, time.Millisecond)
	c.Exchanges[0].End = transcript.Truncated
	return verdict.Run{Policy: verdict.Policy{Known: []verdict.KnownFailure{{ID: "response.ends", Reason: "issue 4"}}}, Evidence: verdict.Evidence{Calls: []transcript.Call{c}}}
}

// runWithHTMLResponse returns a run with a transfer. The response on its second leg has a wrong type, which is a known failure, so no
// follow-up push is sent on this leg.
func runWithHTMLResponse() verdict.Run {
	return verdict.Run{
		Policy:   verdict.Policy{Known: []verdict.KnownFailure{{ID: "response.content-type", Reason: "issue 5"}}},
		Evidence: evidenceOf(wholeCall(), transferWithHTMLResponse()),
	}
}

// runJudgedByURL returns a run that sends nothing and judges only the URL of the receiver.
func runJudgedByURL() verdict.Run {
	r := unreachableRun()
	r.Selected = selectOnly("transport.https")
	return r
}

// unreachableRun returns a run that sends nothing because the connection is refused.
func unreachableRun() verdict.Run {
	return verdict.Run{
		Evidence: verdict.Evidence{
			Connections: []transcript.Connection{{
				Origin: "https://localhost:8443", Handshake: endpoint.Handshake{Scheme: "https", Host: "localhost", Address: "127.0.0.1:8443", Failure: endpoint.ConnectionRefused},
				Problems: []endpoint.Problem{{Rule: "transport.reachable", Primary: true, Want: "a connection", Got: "connection refused"}},
			}},
			StopGap: &requirements.Gap{Reason: "nothing was sent", CauseID: "transport.reachable"},
		},
	}
}

func TestKnownFailureIsReportedAndNotFatal(t *testing.T) {
	t.Parallel()
	const pushNewCall, responsePrompt = "push.newcall", "response.prompt"
	slowCall, failedCall, goodCall := newCall(200, 2*time.Second), newCall(500, time.Millisecond), newCall(200, time.Millisecond)
	validEntry := verdict.KnownFailure{ID: responsePrompt, Reason: "issue 12", Expires: day(2026, 11, 24)}
	expiredEntry := verdict.KnownFailure{ID: responsePrompt, Reason: "issue 12", Expires: day(2026, 11, 23)}
	type outcome struct {
		Status  verdict.Status
		Reason  string
		Exit    int
		Summary string
		Notes   []string
	}
	const (
		observerSummary = "conformant as an observer: it subscribes to nothing, so only newCall pushes were judged (--claim answer,hangup if it should subscribe)"
		knownSummary    = observerSummary + ", 1 known failure"
		staleNote       = "response.prompt is listed as a known failure and passed: remove it from the list."
		expiredReason   = "the entry in the list of known failures has expired: its last day was 2026-11-23 (issue 12)"
	)
	for _, test := range []struct {
		name string
		run  verdict.Run
		id   string
		want outcome
		why  string
	}{
		{name: "a warning that is no known failure stays a warning", run: verdict.Run{Evidence: verdict.Evidence{Calls: []transcript.Call{slowCall}}}, id: responsePrompt,
			want: outcome{Status: verdict.Warned, Exit: 0, Summary: observerSummary + ", 1 warning"}},
		{name: "a known failure excuses a warning", run: verdict.Run{Policy: verdict.Policy{Known: []verdict.KnownFailure{validEntry}}, Evidence: verdict.Evidence{Calls: []transcript.Call{slowCall}}}, id: responsePrompt,
			want: outcome{Status: verdict.Known, Reason: "issue 12, until 2026-11-24", Exit: 0, Summary: knownSummary}, why: "its last day counts"},
		{name: "a known failure excuses a warning in a strict run", run: verdict.Run{Policy: verdict.Policy{Strict: true, Known: []verdict.KnownFailure{validEntry}}, Evidence: verdict.Evidence{Calls: []transcript.Call{slowCall}}}, id: responsePrompt,
			want: outcome{Status: verdict.Known, Reason: "issue 12, until 2026-11-24", Exit: 0, Summary: knownSummary}},
		{name: "an expired known failure does not excuse a warning", run: verdict.Run{Policy: verdict.Policy{Known: []verdict.KnownFailure{expiredEntry}}, Evidence: verdict.Evidence{Calls: []transcript.Call{slowCall}}}, id: responsePrompt,
			want: outcome{Status: verdict.Warned, Reason: expiredReason, Exit: 0, Summary: observerSummary + ", 1 warning"}},
		{name: "an expired known failure does not excuse a warning in a strict run", run: verdict.Run{Policy: verdict.Policy{Strict: true, Known: []verdict.KnownFailure{expiredEntry}}, Evidence: verdict.Evidence{Calls: []transcript.Call{slowCall}}}, id: responsePrompt,
			want: outcome{Status: verdict.Warned, Reason: expiredReason, Exit: 1, Summary: "not conformant: response.prompt is not met"}},
		{name: "an expired known failure does not excuse a failure", run: verdict.Run{Policy: verdict.Policy{Known: []verdict.KnownFailure{{ID: pushNewCall, Expires: day(2026, 11, 23)}}}, Evidence: verdict.Evidence{Calls: []transcript.Call{failedCall}}}, id: pushNewCall,
			want: outcome{Status: verdict.Failed, Reason: strings.TrimSuffix(expiredReason, " (issue 12)"), Exit: 1, Summary: "not conformant: push.newcall is not met"}},
		{name: "an expired known failure does not excuse a receiver that is not there", run: func() verdict.Run {
			r := unreachableRun()
			r.Known = []verdict.KnownFailure{{ID: "transport.reachable", Reason: "issue 12", Expires: day(2026, 11, 23)}}
			return r
		}(), id: "transport.reachable",
			want: outcome{Status: verdict.Failed, Reason: expiredReason, Exit: 1, Summary: "not conformant: transport.reachable is not met"}},
		{name: "an expired known failure does not explain the requirements that depend on it", run: func() verdict.Run {
			r := runWithRefusedAnswer()
			r.Known[0].Expires = day(2026, 11, 23)
			return r
		}(), id: "call.answered",
			want: outcome{Status: verdict.Undetermined, Reason: "the answer push on Doc's leg: status 500", Exit: 1, Summary: "not conformant: push.answer is not met"}},
		{name: "a known failure without a last day never expires", run: verdict.Run{Policy: verdict.Policy{Strict: true, Known: []verdict.KnownFailure{{ID: responsePrompt, Reason: "issue 12"}}}, Evidence: verdict.Evidence{Calls: []transcript.Call{slowCall}}}, id: responsePrompt,
			want: outcome{Status: verdict.Known, Reason: "issue 12", Exit: 0, Summary: knownSummary}},
		{name: "a known failure that passed is noted", run: verdict.Run{Policy: verdict.Policy{Known: []verdict.KnownFailure{validEntry}}, Evidence: verdict.Evidence{Calls: []transcript.Call{goodCall}}}, id: responsePrompt,
			want: outcome{Status: verdict.Passed, Exit: 0, Summary: observerSummary, Notes: []string{staleNote}}},
		{name: "a known failure that passed is fatal in a strict run", run: verdict.Run{Policy: verdict.Policy{Strict: true, Known: []verdict.KnownFailure{validEntry}}, Evidence: verdict.Evidence{Calls: []transcript.Call{goodCall}}}, id: responsePrompt,
			want: outcome{Status: verdict.Passed, Exit: 1, Summary: "not conformant: response.prompt passed and is listed as a known failure", Notes: []string{staleNote}}},
		{name: "an expired known failure that passed is noted", run: verdict.Run{Policy: verdict.Policy{Known: []verdict.KnownFailure{expiredEntry}}, Evidence: verdict.Evidence{Calls: []transcript.Call{goodCall}}}, id: responsePrompt,
			want: outcome{Status: verdict.Passed, Exit: 0, Summary: observerSummary, Notes: []string{staleNote}}},
		{name: "a failure that is no known failure stays fatal", run: verdict.Run{Policy: verdict.Policy{Known: []verdict.KnownFailure{validEntry}}, Evidence: verdict.Evidence{Calls: []transcript.Call{failedCall}}}, id: pushNewCall,
			want: outcome{Status: verdict.Failed, Exit: 1, Summary: "not conformant: push.newcall is not met"}},
		{name: "a known failure does not excuse a receiver that refuses every call", run: verdict.Run{Policy: verdict.Policy{Known: []verdict.KnownFailure{{ID: pushNewCall, Reason: "issue 1"}}}, Evidence: verdict.Evidence{Calls: []transcript.Call{failedCall, refusedOddCall("push.odd-caller")}}}, id: pushNewCall,
			want: outcome{Status: verdict.Known, Reason: "issue 1", Exit: 3, Summary: "no verdict: push.newcall is a known failure, and every other requirement depends on it"}},
		{name: "a requirement not judged because of a known failure: conformant", run: runWithRefusedAnswer(), id: "call.answered",
			want: outcome{Status: verdict.Undetermined, Reason: "the answer push on Doc's leg: status 500, because of a known failure (push.answer)", Exit: 0,
				Summary: "conformant: N requirements met, 1 known failure; 1 requirement could not be judged because of a known failure"}},
		{name: "strict run, a requirement not judged because of a known failure: conformant", run: func() verdict.Run {
			r := runWithRefusedAnswer()
			r.Strict = true
			return r
		}(), id: "call.answered",
			want: outcome{Status: verdict.Undetermined, Reason: "the answer push on Doc's leg: status 500, because of a known failure (push.answer)", Exit: 0,
				Summary: "conformant: N requirements met, 1 known failure; 1 requirement could not be judged because of a known failure"}},
		{name: "a known failure explains requirements that depend on it through another requirement", run: runWithHTMLResponse(), id: "call.transfer-unanswered",
			want: outcome{Status: verdict.Undetermined, Exit: 0,
				Reason:  "the hangup push on Marty's leg was not sent: not subscribed, because of a known failure (response.content-type, through following.every-leg)",
				Summary: "conformant: N requirements met, 1 known failure; N requirements could not be judged because of a known failure"}},
		{name: "a finding that is no known failure does not excuse the requirements that depend on it", run: func() verdict.Run {
			r := runWithHTMLResponse()
			r.Known = nil
			return r
		}(), id: "call.transfer-unanswered",
			want: outcome{Status: verdict.Undetermined, Reason: "the hangup push on Marty's leg was not sent: not subscribed", Exit: 1,
				Summary: "not conformant: response.content-type is not met"}},
		{name: "no newCall judged because of a known failure: no verdict", run: runWithTruncatedResponse(), id: "push.newcall",
			want: outcome{Status: verdict.Undetermined, Reason: "the response did not end as it should, because of a known failure (response.ends)", Exit: 3,
				Summary: "no verdict: push.newcall could not be judged: the response did not end as it should, because of a known failure (response.ends)"}},
		{name: "a known failure excuses a should-level finding about the connection", run: verdict.Run{Scope: verdict.Scope{Selected: selectOnly("transport.expires-later", pushNewCall)}, Policy: verdict.Policy{Known: []verdict.KnownFailure{{ID: "transport.expires-later", Reason: "issue 6"}}},
			Evidence: verdict.Evidence{
				Connections: connectionWith(endpoint.Problem{Rule: "transport.expires-later", Primary: true, Want: "30 days", Got: "5 days"}),
				Calls:       []transcript.Call{goodCall},
			}}, id: "transport.expires-later",
			want: outcome{Status: verdict.Known, Reason: "issue 6", Exit: 0, Summary: knownSummary}},
		{name: "a known failure excuses a waived finding if waivers are not allowed", run: verdict.Run{Scope: verdict.Scope{Selected: selectOnly("transport.expires-later", pushNewCall)}, Policy: verdict.Policy{NoWaivers: true, Known: []verdict.KnownFailure{{ID: "transport.expires-later", Reason: "issue 6"}}},
			Evidence: verdict.Evidence{
				Connections: connectionWith(endpoint.Problem{Rule: "transport.expires-later", Waived: "--ca-file", Want: "30 days", Got: "5 days"}),
				Calls:       []transcript.Call{goodCall},
			}}, id: "transport.expires-later",
			want: outcome{Status: verdict.Known, Reason: "issue 6", Exit: 0, Summary: knownSummary}},
		{name: "an expired known failure does not excuse a waived finding if waivers are not allowed", run: verdict.Run{Scope: verdict.Scope{Selected: selectOnly("transport.expires-later", pushNewCall)}, Policy: verdict.Policy{NoWaivers: true, Known: []verdict.KnownFailure{{ID: "transport.expires-later", Reason: "issue 12", Expires: day(2026, 11, 23)}}},
			Evidence: verdict.Evidence{
				Connections: connectionWith(endpoint.Problem{Rule: "transport.expires-later", Waived: "--ca-file", Want: "30 days", Got: "5 days"}),
				Calls:       []transcript.Call{goodCall},
			}}, id: "transport.expires-later",
			want: outcome{Status: verdict.Waived, Reason: "allowed by --ca-file; " + expiredReason, Exit: 1, Summary: "not conformant: transport.expires-later is not met"}},
		{name: "a known failure does not excuse a waived certificate if waivers are not allowed", run: verdict.Run{Policy: verdict.Policy{NoWaivers: true, Known: []verdict.KnownFailure{{ID: "transport.trusted-chain", Reason: "issue 6"}}},
			Evidence: verdict.Evidence{
				Connections: connectionWith(endpoint.Problem{Rule: "transport.trusted-chain", Waived: "--ca-file", Want: "a public authority", Got: "a private one"}),
				Calls:       []transcript.Call{goodCall},
			}}, id: "transport.trusted-chain",
			want: outcome{Status: verdict.Known, Reason: "issue 6", Exit: 3, Summary: "no verdict: transport.trusted-chain is a known failure, and every other requirement depends on it"}},

		{name: "known failures alone leave no verdict", run: verdict.Run{Scope: verdict.Scope{Selected: func(id string) bool { return id == responsePrompt }}, Policy: verdict.Policy{Known: []verdict.KnownFailure{validEntry}}, Evidence: verdict.Evidence{Calls: []transcript.Call{slowCall}}}, id: responsePrompt,
			want: outcome{Status: verdict.Known, Reason: "issue 12, until 2026-11-24", Exit: 3, Summary: "no verdict: nothing was judged but known failures"}},
		{name: "a known failure does not excuse a receiver that is not there", run: func() verdict.Run {
			r := unreachableRun()
			r.Known = []verdict.KnownFailure{{ID: "transport.reachable", Reason: "not deployed yet"}}
			return r
		}(), id: "transport.reachable",
			want: outcome{Status: verdict.Known, Reason: "not deployed yet", Exit: 3, Summary: "no verdict: transport.reachable is a known failure, and every other requirement depends on it"},
			why:  "nothing is judged without a connection"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			run := test.run
			run.Now = today
			run.Target = requirements.Target{Origins: []string{"https://receiver.example"}}
			v := run.Judge()
			index := slices.IndexFunc(v.Rows, func(r verdict.Row) bool { return r.ID == test.id })
			got := outcome{Status: v.Rows[index].Status, Reason: v.Rows[index].Reason, Exit: v.Exit}
			got.Summary = regexp.MustCompile(`\d+ requirements`).ReplaceAllString(v.Summary, "N requirements")
			for _, n := range v.Notes {
				got.Notes = append(got.Notes, n.Text)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Judge() mismatch (-want +got), %s:\n%s", test.why, diff)
			}
			if (got.Exit == 0) != (v.Conclusion == verdict.Conformant) {
				t.Errorf("exit %d and conclusion %s contradict each other", got.Exit, v.Conclusion)
			}
		})
	}
}

func TestKnownFailureExpiresAfterItsLastDayInUTC(t *testing.T) {
	t.Parallel()
	zone := func(n int) *time.Location { return time.FixedZone("", n*60*60) }
	november := func(d, h, m int, zone *time.Location) time.Time { return time.Date(2026, 11, d, h, m, 0, 0, zone) }
	for _, test := range []struct {
		name    string
		expires time.Time
		now     time.Time
		expired bool
	}{
		{"the day before: not expired", day(2026, 11, 24), november(23, 12, 0, time.UTC), false},
		{"the first minute of the last day: not expired", day(2026, 11, 24), november(24, 0, 0, time.UTC), false},
		{"the last minute of the last day: not expired", day(2026, 11, 24), november(24, 23, 59, time.UTC), false},
		{"the first minute of the day after: expired", day(2026, 11, 24), november(25, 0, 0, time.UTC), true},
		{"the day after in the east, the last day in UTC: not expired", day(2026, 11, 24), november(25, 9, 59, zone(10)), false},
		{"the day after in UTC and in the east: expired", day(2026, 11, 24), november(25, 10, 0, zone(10)), true},
		{"the last day in the west and in UTC: not expired", day(2026, 11, 24), november(24, 18, 59, zone(-5)), false},
		{"the last day in the west, the day after in UTC: expired", day(2026, 11, 24), november(24, 19, 0, zone(-5)), true},
		{"last minute of a last day that has a time of day: not expired", november(24, 15, 0, time.UTC), november(24, 23, 59, time.UTC), false},
		{"last day in the east that is the day before in UTC: expired", november(25, 1, 0, zone(2)), november(25, 0, 0, time.UTC), true},
		{"no last day: not expired", time.Time{}, november(25, 0, 0, time.UTC), false},
	} {
		for _, strict := range []bool{false, true} {
			run := runWithRefusedAnswer()
			run.Known[0].Expires, run.Now, run.Strict = test.expires, test.now, strict
			v := run.Judge()
			row := v.Rows[slices.IndexFunc(v.Rows, func(r verdict.Row) bool { return r.ID == "push.answer" })]
			want, exit := verdict.Known, verdict.ExitConformant
			if test.expired {
				want, exit = verdict.Failed, verdict.ExitNotConformant
			}
			if row.Status != want || v.Exit != exit || strings.Contains(row.Reason, "has expired") != test.expired || row.Expired != test.expired {
				t.Errorf("%s, strict %t: push.answer is %s (%s) with exit %d, want %s with exit %d", test.name, strict, row.Status, row.Reason, v.Exit, want, exit)
			}
		}
	}
}

func TestRunThatOnlyConnectsSkipsRequirementsAboutPushes(t *testing.T) {
	t.Parallel()
	run := unreachableRun()
	run.ConnectOnly = true
	got := map[verdict.Status][]string{}
	v := run.Judge()
	for _, row := range v.Rows {
		if row.Area() == "transport" {
			got[row.Status] = append(got[row.Status], row.ID)
			continue
		}
		if row.Status != verdict.Skipped || row.Reason != "no push was sent" {
			t.Errorf("%s is %s (%s), want it skipped: no push was sent", row.ID, row.Status, row.Reason)
		}
	}
	want := map[verdict.Status][]string{
		verdict.Passed:  {"transport.https"},
		verdict.Failed:  {"transport.reachable"},
		verdict.Skipped: {"transport.no-redirect", "transport.basic-auth"},
		verdict.Undetermined: {
			"transport.not-self-signed", "transport.trusted-chain", "transport.complete-chain", "transport.name-matches", "transport.in-date",
			"transport.expires-later", "transport.server-certificate", "transport.strong-keys", "transport.tls-version", "transport.handshake",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Judge() of a connection mismatch (-want +got):\n%s", diff)
	}
	if v.Exit != verdict.ExitNotConformant {
		t.Errorf("exit %d, want 1: what could not be judged is explained by a finding", v.Exit)
	}
}
