package verdict_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

const ms = time.Millisecond

// evidenceOf returns the evidence of a run that recorded only calls.
func evidenceOf(calls ...transcript.Call) verdict.Evidence {
	return verdict.Evidence{Calls: numberedCalls(calls...)}
}

// numberedCalls sets the ids of calls to 1, 2 and so on.
func numberedCalls(calls ...transcript.Call) []transcript.Call {
	for i := range calls {
		calls[i].ID = i + 1
	}
	return calls
}

// incompleteCall returns a newCall without a complete response.
func incompleteCall(end transcript.End) transcript.Call {
	c := newCall(0, 10*time.Second)
	c.Exchanges[0].End = end
	return c
}

// callWithResponse returns a newCall with a document as its response.
func callWithResponse(document string) transcript.Call {
	c := newCall(200, ms)
	x := &c.Exchanges[0]
	x.ContentType, x.ResponseBody, x.BodyLength = "application/xml", []byte(document), int64(len(document))
	x.Document = response.Parse(response.Input{Body: []byte(document)})
	return c
}

// wholeCall returns a call in which the receiver accepts newCall, answer and hangup.
func wholeCall() transcript.Call {
	const url = "https://receiver.example/follow"
	c := callWithResponse(`<Response onAnswer="` + url + `" onHangup="` + url + `"/>`)
	for i, event := range []push.Event{push.Answer, push.Hangup} {
		x := newCall(200, ms).Exchanges[0]
		x.Step, x.URL, x.Push.Event = i+1, url, event
		if event == push.Hangup {
			x.Push.Cause = push.NormalClearing
		}
		c.Exchanges = append(c.Exchanges, x)
	}
	return c
}

// addPush returns the call with another push.
func addPush(c transcript.Call, event push.Event, end transcript.End) transcript.Call {
	x := newCall(0, ms).Exchanges[0]
	x.Step, x.Push.Event, x.End, x.URL = len(c.Exchanges), event, end, "https://receiver.example/follow"
	if event == push.Hangup {
		x.Push.Cause = push.NormalClearing
	}
	c.Exchanges = append(slices.Clone(c.Exchanges), x)
	return c
}

func connectionWith(problems ...endpoint.Problem) []transcript.Connection {
	return []transcript.Connection{{
		Origin:    "https://receiver.example",
		Handshake: endpoint.Handshake{Scheme: "https", Host: "receiver.example", Address: "127.0.0.1:8443"}, Problems: problems,
	}}
}

func selectOnly(ids ...string) func(string) bool {
	return func(id string) bool { return slices.Contains(ids, id) }
}

func TestJudgeReturnsExitCodeConclusionAndSummary(t *testing.T) {
	t.Parallel()
	target := requirements.Target{Origins: []string{"https://receiver.example"}}
	answerAndHangup := []requirements.Capability{requirements.CanAnswer, requirements.CanHangup}
	type result struct {
		Exit       int
		Conclusion verdict.Conclusion
		Summary    string
	}
	conformant := func(why string) result { return result{verdict.ExitConformant, verdict.Conformant, why} }
	notConformant := func(why string) result { return result{verdict.ExitNotConformant, verdict.NotConformant, why} }
	noVerdict := func(why string) result { return result{verdict.ExitNoVerdict, verdict.NoVerdict, why} }
	const observerSummary = "conformant as an observer: it subscribes to nothing, so only newCall pushes were judged (--claim answer,hangup if it should subscribe)"
	slowCall := newCall(200, 2*time.Second)
	waivedProblem := endpoint.Problem{Rule: "transport.trusted-chain", Waived: "--ca-file", Primary: true, Want: "a public authority", Got: "a private one"}
	tests := []struct {
		name, why string
		run       verdict.Run
		want      result
	}{
		{"every push accepted: conformant", "", verdict.Run{Evidence: evidenceOf(wholeCall())}, conformant("conformant: N requirements met")},
		{"a response without subscriptions: observer", "", verdict.Run{Evidence: evidenceOf(callWithResponse("<Response/>"))}, conformant(observerSummary)},
		{"a response without a body: observer", "", verdict.Run{Evidence: evidenceOf(newCall(200, ms))}, conformant(observerSummary)},
		{"a response without subscriptions, which are claimed: not conformant", "a claim has to be shown",
			verdict.Run{Scope: verdict.Scope{Claims: answerAndHangup}, Evidence: evidenceOf(callWithResponse("<Response/>"))},
			notConformant("not conformant: N requirements are not met: push.answer, …")},
		{"interrupted: exit code of the interruption", "", verdict.Run{Evidence: verdict.Evidence{Interrupted: true, Calls: numberedCalls(wholeCall())}},
			result{verdict.ExitInterrupted, verdict.NoVerdict, "interrupted: the run did not finish"}},
		{"interrupted, with a finding: exit code of the interruption", "the exit code is that of the interruption", verdict.Run{Evidence: verdict.Evidence{Interrupted: true, Calls: numberedCalls(newCall(500, ms))}},
			result{verdict.ExitInterrupted, verdict.NotConformant, "interrupted: the run did not finish; push.newcall is not met"}},
		{"a problem of the harness, with a finding: no verdict", "the problem may be the cause of the finding", verdict.Run{Evidence: verdict.Evidence{Problems: []string{"the features could not be run (2)"}, Calls: numberedCalls(newCall(500, ms))}},
			noVerdict("no verdict: the features could not be run (2)")},
		{"interrupted, with a problem of the harness: exit code of the interruption", "", verdict.Run{Evidence: verdict.Evidence{Interrupted: true, Problems: []string{"x"}, Calls: numberedCalls(wholeCall())}},
			result{verdict.ExitInterrupted, verdict.NoVerdict, "interrupted: the run did not finish"}},
		{"a problem of the harness, with a known failure that passed: no verdict", "", verdict.Run{Policy: verdict.Policy{Strict: true, Known: []verdict.KnownFailure{{ID: "push.newcall"}}}, Evidence: verdict.Evidence{Problems: []string{"x"}, Calls: numberedCalls(wholeCall())}},
			noVerdict("no verdict: x")},
		{"interrupted, with a known failure that passed: exit code of the interruption", "", verdict.Run{Policy: verdict.Policy{Strict: true, Known: []verdict.KnownFailure{{ID: "push.newcall"}}}, Evidence: verdict.Evidence{Interrupted: true, Calls: numberedCalls(wholeCall())}},
			result{verdict.ExitInterrupted, verdict.NotConformant, "interrupted: the run did not finish; push.newcall passed and is listed as a known failure"}},
		{"interrupted, with a known failure: exit code of the interruption", "", verdict.Run{Policy: verdict.Policy{Known: []verdict.KnownFailure{{ID: "push.newcall"}}}, Evidence: verdict.Evidence{Interrupted: true, Calls: numberedCalls(newCall(500, ms))}},
			result{verdict.ExitInterrupted, verdict.NoVerdict, "interrupted: the run did not finish"}},
		{"a redirect, and push.newcall listed as a known failure: not conformant", "", verdict.Run{Policy: verdict.Policy{Known: []verdict.KnownFailure{{ID: "push.newcall"}}}, Evidence: evidenceOf(newCall(301, ms))},
			notConformant("not conformant: transport.no-redirect is not met")},
		{"newCall refused: not conformant", "", verdict.Run{Evidence: evidenceOf(newCall(500, ms))}, notConformant("not conformant: push.newcall is not met")},
		{"a finding, and a call without a connection: not conformant", "", verdict.Run{Evidence: evidenceOf(incompleteCall(transcript.NotConnected), newCall(301, ms))},
			notConformant("not conformant: transport.no-redirect is not met")},
		{"no response in time: not conformant", "the finding explains the requirements that could not be judged", verdict.Run{Evidence: evidenceOf(incompleteCall(transcript.TimedOut))}, notConformant("not conformant: response.in-time is not met")},
		{"no connection: no verdict", "the cause is unknown", verdict.Run{Evidence: evidenceOf(incompleteCall(transcript.NotConnected))}, noVerdict("no verdict: push.newcall could not be judged: the receiver was gone: no connection: ")},
		{"no connection for the hangup: no verdict", "the call as a whole was not judged", verdict.Run{Evidence: evidenceOf(addPush(wholeCall(), push.Hangup, transcript.NotConnected))},
			noVerdict("no verdict: call.answered could not be judged: the hangup push on Doc's leg: the receiver was gone: no connection: ")},
		{"every push refused because of its origin: no verdict", "the refusal is no finding", verdict.Run{Evidence: evidenceOf(refusedCall("IP address is not from sipgate"))},
			noVerdict(`no verdict: N must-level requirements could not be judged, first push.newcall: the receiver checks where a push comes from and refuses this one: it says "IP address is not from sipgate"; make it look as if it comes from sipgate: --header 'X-Forwarded-For: 217.116.118.254'`)},
		{"receiver lost at the end: no verdict", "a loss without a finding leaves no verdict", verdict.Run{Evidence: verdict.Evidence{Loss: &transcript.Loss{}, Calls: numberedCalls(wholeCall())}},
			noVerdict("no verdict: the receiver was lost, and it is not known why")},
		{"receiver lost at the end, with a finding: not conformant", "the finding may be the cause", verdict.Run{Evidence: verdict.Evidence{Loss: &transcript.Loss{}, Calls: numberedCalls(newCall(500, ms))}}, notConformant("not conformant: push.newcall is not met")},
		{"connection refused, and only the URL judged: no verdict", "nothing was reached", runJudgedByURL(), noVerdict("no verdict: nothing was sent")},
		{"connection refused: not conformant", "", unreachableRun(), notConformant("not conformant: transport.reachable is not met")},
		{"no evidence: no verdict", "", verdict.Run{}, noVerdict("no verdict: push.newcall could not be judged: no newCall push got far enough to be judged")},
		{"selected requirement that cannot be judged: no verdict", "", verdict.Run{Scope: verdict.Scope{Selected: selectOnly("push.dtmf")}, Evidence: evidenceOf(newCall(200, ms))}, noVerdict("no verdict: nothing was judged")},
		{"a finding of a requirement that was not selected: no verdict", "the finding explains the gap, and is not reported", verdict.Run{Scope: verdict.Scope{Selected: selectOnly("push.newcall")}, Evidence: evidenceOf(incompleteCall(transcript.TimedOut))},
			noVerdict("no verdict: push.newcall could not be judged: no response in time")},
		{"a warning: conformant", "", verdict.Run{Evidence: evidenceOf(slowCall)}, conformant(observerSummary + ", 1 warning")},
		{"a warning in a strict run: not conformant", "", verdict.Run{Policy: verdict.Policy{Strict: true}, Evidence: evidenceOf(slowCall)}, notConformant("not conformant: response.prompt is not met")},
		{"a requirement that depends on a warning: conformant", "the warning is reported", verdict.Run{Evidence: evidenceOf(wholeCall(), rejectedCallWithUnknownCause())},
			conformant("conformant: N requirements met, 1 warning")},
		{"the only document too large to be read: no verdict", "it is a warning, and nothing is known of its contents", verdict.Run{Evidence: evidenceOf(callWithResponse(tooDeepDocument))},
			noVerdict("no verdict: N must-level requirements could not be judged, first response.well-formed: the document was too large to be read to its end")},
		{"one of several documents too large to be read: conformant", "other responses to such a push were read", verdict.Run{Evidence: evidenceOf(wholeCall(), wholeCall(), callWithResponse(tooDeepDocument))},
			conformant("conformant: N requirements met, 1 warning")},
		{"document not read because of its entities: no verdict", "", verdict.Run{Evidence: evidenceOf(callWithResponse(`<!DOCTYPE Response [<!ENTITY a "b">]><Response><Say/>&a;</Response>`))},
			noVerdict("no verdict: response.known-elements could not be judged: the document refers to entities of its own, which are not expanded")},
		{"response on the second leg too long to be read: no verdict", "", verdict.Run{Evidence: evidenceOf(transferWithTooLongResponse())},
			noVerdict("no verdict: N must-level requirements could not be judged, first response.content-type: the body was too long to be read")},
		{"a requirement that depends on a known failure: conformant", "it depends on a requirement that depends on the known failure",
			verdict.Run{Policy: verdict.Policy{Known: []verdict.KnownFailure{{ID: "response.content-type", Reason: "issue 5"}}}, Evidence: evidenceOf(wholeCall(), transferWithHTMLResponse())},
			conformant("conformant: N requirements met, 1 known failure; N requirements could not be judged because of a known failure")},
		{"a waived finding: conformant", "", verdict.Run{Scope: verdict.Scope{Selected: selectOnly("transport.trusted-chain", "push.newcall")}, Evidence: verdict.Evidence{Connections: connectionWith(waivedProblem), Calls: numberedCalls(wholeCall())}},
			conformant("conformant: 1 requirement met, 1 waived")},
		{"a waived finding, and no waivers allowed: not conformant", "", verdict.Run{Policy: verdict.Policy{NoWaivers: true}, Evidence: verdict.Evidence{Connections: connectionWith(waivedProblem), Calls: numberedCalls(wholeCall())}},
			notConformant("not conformant: transport.trusted-chain is not met")},
	}
	for _, test := range tests {
		test.run.Target = target
		v := test.run.Judge()
		if diff := cmp.Diff(test.want, result{v.Exit, v.Conclusion, cutCounts(v.Summary)}); diff != "" {
			t.Errorf("%s: %s: Judge() mismatch (-want +got):\n%s", test.name, test.why, diff)
		}
		sum := 0
		for _, n := range v.Counts {
			sum += n
		}
		if len(v.Rows) != len(requirements.All()) || sum != len(v.Rows) {
			t.Errorf("%s: %d rows with counts of %d, want one for each of %d requirements", test.name, len(v.Rows), sum, len(requirements.All()))
		}
	}
}

// cutCounts replaces the parts of a sentence that change if the catalogue grows.
func cutCounts(summary string) string {
	summary = regexp.MustCompile(`\d+ ((must-level )?requirements)`).ReplaceAllString(summary, "N $1")
	return regexp.MustCompile(`(not met: [\w.-]+, ).*`).ReplaceAllString(summary, "$1…")
}

// refusedCall returns a newCall that was refused with these words.
func refusedCall(words string) transcript.Call {
	c := newCall(403, ms)
	c.Exchanges[0].ResponseBody = []byte(words)
	return c
}

// tooDeepDocument is a document that is nested too deeply to be read to its end.
var tooDeepDocument = "<Response>" + strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100) + "</Response>"

// rejectedCallWithUnknownCause returns a call that the receiver rejects. Its hangup push has an unknown cause, and the receiver refuses
// this push. This is a warning about push.unknown-cause, because of which call.steered cannot be judged.
func rejectedCallWithUnknownCause() transcript.Call {
	return asOddCall("push.unknown-cause", "the hangup cause is chanunavail", rejectedCall("chanunavail", 500))
}

// transferWithTooLongResponse returns a transfer. The response on its second leg is too long to be read, and so subscribes to nothing.
func transferWithTooLongResponse() transcript.Call {
	c := wholeCall()
	c.Scenario, c.Exchanges = "transfer-unanswered", c.Exchanges[:2]
	secondNewCall := newCall(200, ms).Exchanges[0]
	secondNewCall.Step, secondNewCall.End, secondNewCall.Push.Diversion = 2, transcript.BodyTooLong, "493023125001"
	c.Exchanges = append(c.Exchanges, secondNewCall)
	c.NotSent = []transcript.NotSent{{Step: 3, Leg: "Marty", Push: push.Push{Event: push.Hangup, Diversion: "493023125001"}, Reason: transcript.NotSubscribed}}
	return c
}

// transferWithHTMLResponse returns a transfer. The response on its second leg is a page, and so subscribes to nothing.
func transferWithHTMLResponse() transcript.Call {
	c := transferWithTooLongResponse()
	secondNewCall := callWithResponse("<Response/>").Exchanges[0]
	secondNewCall.Step, secondNewCall.ContentType, secondNewCall.Push.Diversion = 2, "text/html", "493023125001"
	c.Exchanges[2] = secondNewCall
	return c
}

// outgoingCall returns the newCall of an outgoing call.
func outgoingCall(status int) transcript.Call {
	c := newCall(status, ms)
	c.Exchanges[0].Push.Direction = push.Outgoing
	return c
}

// wholeOutgoingCall returns an outgoing call in which the receiver accepts newCall, answer and hangup.
func wholeOutgoingCall() transcript.Call {
	c := wholeCall()
	for i := range c.Exchanges {
		c.Exchanges[i].Push.Direction = push.Outgoing
	}
	return c
}

func TestJudgeReturnsStatusAndReasonOfARequirement(t *testing.T) {
	t.Parallel()
	type state struct {
		Status  verdict.Status
		Reason  string
		CauseID string
	}
	lateCall := incompleteCall(transcript.TimedOut)
	tests := []struct {
		name string
		run  verdict.Run
		id   string
		want state
	}{
		{"push accepted: passed", verdict.Run{Evidence: evidenceOf(newCall(200, ms))}, "push.newcall", state{Status: verdict.Passed}},
		{"push refused: failed", verdict.Run{Evidence: evidenceOf(newCall(500, ms))}, "push.newcall", state{Status: verdict.Failed}},
		{"one of two pushes refused: failed", verdict.Run{Evidence: evidenceOf(newCall(500, ms), newCall(200, ms))}, "push.newcall", state{Status: verdict.Failed}},
		{"response after 2 s: warned", verdict.Run{Evidence: evidenceOf(newCall(200, 2*time.Second))}, "response.prompt", state{Status: verdict.Warned}},
		{"should-level finding of a must-level requirement: warned", verdict.Run{Evidence: evidenceOf(newCall(204, ms))}, "response.status", state{Status: verdict.Warned}},
		{"capability not shown: not applicable", verdict.Run{Evidence: evidenceOf(newCall(200, ms))}, "push.answer", state{verdict.NotApplicable, "the receiver does not subscribe to answer pushes", ""}},
		{"no XML: not applicable", verdict.Run{Evidence: evidenceOf(newCall(200, ms))}, "response.root", state{verdict.NotApplicable, "the receiver sends no XML", ""}},
		{"not selected: skipped", verdict.Run{Scope: verdict.Scope{Selected: selectOnly("push.answer")}, Evidence: evidenceOf(newCall(200, ms))}, "push.newcall", state{verdict.Skipped, "not selected", ""}},
		{"late response: undetermined", verdict.Run{Evidence: evidenceOf(lateCall)}, "push.newcall", state{verdict.Undetermined, "no response in time", "response.in-time"}},
		{"one of two responses late: passed", verdict.Run{Evidence: evidenceOf(newCall(200, ms), lateCall)}, "push.newcall", state{Status: verdict.Passed}},
		{"nothing sent: undetermined", unreachableRun(), "push.newcall", state{verdict.Undetermined, "nothing was sent", "transport.reachable"}},
		{"interrupted: undetermined", verdict.Run{Evidence: verdict.Evidence{Interrupted: true}}, "push.newcall", state{verdict.Undetermined, "the run was interrupted", ""}},
		{"odd push refused, plain push accepted: failed", verdict.Run{Evidence: evidenceOf(newCall(200, ms), refusedOddCall("push.user-empty"))}, "push.user-empty", state{Status: verdict.Failed}},
		{"odd push refused, plain push refused: undetermined", verdict.Run{Evidence: evidenceOf(newCall(500, ms), refusedOddCall("push.user-empty"))}, "push.user-empty",
			state{verdict.Undetermined, "status 500", "push.newcall"}},
		{"odd push refused, plain push late: undetermined", verdict.Run{Evidence: evidenceOf(lateCall, refusedOddCall("push.user-empty"))}, "push.user-empty",
			state{verdict.Undetermined, "status 500", "push.newcall"}},
		{"odd push refused, one of two plain pushes accepted: failed", verdict.Run{Evidence: evidenceOf(lateCall, newCall(200, ms), refusedOddCall("push.user-empty"))}, "push.user-empty", state{Status: verdict.Failed}},
		{"odd push refused, plain push refused in a call that is not judged: undetermined", verdict.Run{Evidence: verdict.Evidence{Calls: numberedCalls(refusedOddCall("push.user-empty")), OtherCalls: numberedCalls(newCall(500, ms))}}, "push.user-empty",
			state{verdict.Undetermined, "status 500", "push.newcall"}},
		{"odd push refused, plain push late, but accepted in a call that is not judged: failed", verdict.Run{Evidence: verdict.Evidence{Calls: numberedCalls(lateCall, refusedOddCall("push.user-empty")), OtherCalls: numberedCalls(newCall(200, ms))}}, "push.user-empty",
			state{Status: verdict.Failed}},
		{"odd push and plain push refused, outgoing push accepted in a call that is not judged: undetermined", verdict.Run{Evidence: verdict.Evidence{Calls: numberedCalls(newCall(500, ms), refusedOddCall("push.user-empty")), OtherCalls: numberedCalls(outgoingCall(200))}}, "push.user-empty",
			state{verdict.Undetermined, "status 500", "push.newcall"}},
		{"plain push accepted, and refused in a call that is not judged: passed", verdict.Run{Evidence: verdict.Evidence{Calls: numberedCalls(newCall(200, ms)), OtherCalls: numberedCalls(newCall(500, ms))}}, "push.newcall", state{Status: verdict.Passed}},
		{"odd push refused, no plain push: failed", verdict.Run{Evidence: evidenceOf(refusedOddCall("push.user-empty"))}, "push.user-empty", state{Status: verdict.Failed}},
		{"newCall refused, so no call has a second leg: undetermined", verdict.Run{RunInfo: verdict.RunInfo{Outgoing: "https://receiver.example/"}, Evidence: evidenceOf(newCall(500, ms), wholeOutgoingCall())}, "following.every-leg",
			state{verdict.Undetermined, "no call got far enough to judge this requirement", "push.newcall"}},
		{"one of two plain pushes over the limit: passed", verdict.Run{Evidence: evidenceOf(newCall(200, ms), newCall(429, ms))}, "push.newcall", state{Status: verdict.Passed}},
		{"odd push and a plain push over the limit: undetermined", verdict.Run{Evidence: evidenceOf(newCall(200, ms), newCall(429, ms), oddCallWithStatus(429))}, "push.user-empty",
			state{verdict.Undetermined, "the receiver limits how many pushes it accepts, and refused this one with status 429: " + outcome.LimitAdvice, ""}},
		{"odd push refused with 429, plain push accepted: failed", verdict.Run{Evidence: evidenceOf(newCall(200, ms), oddCallWithStatus(429))}, "push.user-empty", state{Status: verdict.Failed}},
		{"every plain push over the limit: undetermined", verdict.Run{Evidence: evidenceOf(newCall(429, ms), newCall(429, ms))}, "push.newcall",
			state{verdict.Undetermined, "the receiver limits how many pushes it accepts, and refused this one with status 429: " + outcome.LimitAdvice, ""}},
		{"no outgoing URL: not applicable", verdict.Run{Evidence: evidenceOf(newCall(200, ms))}, "push.outgoing", state{verdict.NotApplicable, "the receiver does not accept pushes of outgoing calls", ""}},
	}
	for _, test := range tests {
		v := test.run.Judge()
		index := slices.IndexFunc(v.Rows, func(r verdict.Row) bool { return r.ID == test.id })
		row := v.Rows[index]
		if diff := cmp.Diff(test.want, state{row.Status, row.Reason, row.CauseID}); diff != "" {
			t.Errorf("%s: %s mismatch (-want +got):\n%s", test.name, test.id, diff)
		}
		if (row.Status == verdict.Failed || row.Status == verdict.Warned) != (len(row.Findings) > 0) {
			t.Errorf("%s: %s is %s with %d findings", test.name, test.id, row.Status, len(row.Findings))
		}
	}
}

func TestViolationsOfARuleWithTheSameResponseAreOneFinding(t *testing.T) {
	t.Parallel()
	var calls []transcript.Call
	for range 10 {
		calls = append(calls, newCall(500, ms), newCall(501, ms), newCall(502, ms), newCall(503, ms))
	}
	v := verdict.Run{Evidence: evidenceOf(calls...)}.Judge()
	for _, row := range v.Rows {
		if row.ID != "push.newcall" {
			continue
		}
		var got []string
		for _, f := range row.Findings {
			got = append(got, f.Got)
		}
		if diff := cmp.Diff([]string{"status 500", "status 501", "status 502", "status 503"}, got); diff != "" {
			t.Errorf("the findings of push.newcall mismatch (-want +got):\n%s", diff)
		}
		if row.TimesJudged != 40 {
			t.Errorf("push.newcall was judged %d times, want 40", row.TimesJudged)
		}
	}
}

func TestCallThatWasAcceptedOnlyTheSecondTimeHasANote(t *testing.T) {
	t.Parallel()
	acceptedOnce, acceptedSecondTime, refusedTwice := newCall(200, ms), newCall(200, ms), newCall(500, ms)
	acceptedSecondTime.Scenario, acceptedSecondTime.EarlierFailure = "incoming-answered", &incompleteCall(transcript.Dropped).Exchanges[0]
	refusedTwice.EarlierFailure = acceptedSecondTime.EarlierFailure
	crowdCall := newCall(200, ms)
	crowdCall.Crowd, crowdCall.Scenario, crowdCall.EarlierFailure = 15, "crowd", acceptedSecondTime.EarlierFailure
	want := []verdict.Note{{About: "push", Text: "1 of the calls went through only when played again alone. One is call 2, incoming-answered: " +
		"at first the newCall push on Doc's leg: the receiver closed the connection without a response"}}
	got := verdict.Run{Evidence: evidenceOf(acceptedOnce, acceptedSecondTime, refusedTwice)}.Judge().Notes
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Notes mismatch (-want +got):\n%s", diff)
	}
	want[0].Text = "1 of the calls went through only when played again alone. One is call 1, crowd: at first, of 15 calls at once, " +
		"the newCall push on Doc's leg: the receiver closed the connection without a response"
	if diff := cmp.Diff(want, verdict.Run{Evidence: evidenceOf(crowdCall)}.Judge().Notes); diff != "" {
		t.Errorf("Notes of calls at once mismatch (-want +got):\n%s", diff)
	}
}

func TestCapabilitiesAreShownOrClaimed(t *testing.T) {
	t.Parallel()
	run := verdict.Run{
		RunInfo:  verdict.RunInfo{Outgoing: "https://receiver.example/out"},
		Scope:    verdict.Scope{Claims: []requirements.Capability{requirements.CanHangup, requirements.CanDial}},
		Evidence: verdict.Evidence{Calls: numberedCalls(wholeCall()), OtherCapabilities: []requirements.Capability{requirements.CanReject}},
	}
	want := map[requirements.Capability]verdict.CapabilityState{}
	for _, c := range requirements.Capabilities() {
		want[c] = verdict.CapabilityAbsent
	}
	for _, c := range []requirements.Capability{requirements.CanAnswer, requirements.CanHangup, requirements.CanReject, requirements.CanOutgoing} {
		want[c] = verdict.CapabilityShown
	}
	want[requirements.CanDial] = verdict.CapabilityClaimed
	if diff := cmp.Diff(want, run.Judge().Capabilities); diff != "" {
		t.Errorf("Capabilities mismatch (-want +got):\n%s", diff)
	}
}

// If a push is refused in a call that the receiver steered, this is a finding about the whole call only if a plain push with the same event
// was accepted.
func TestFindingIsMovedToThePlainPushIfThatPushWasNeverJudged(t *testing.T) {
	t.Parallel()
	steeredCall := func() transcript.Call {
		c := addPush(callWithResponse(`<Response onHangup="https://receiver.example/follow"><Hangup/></Response>`), push.Hangup, transcript.Dropped)
		c.Steered, c.Complete = true, true
		return c
	}
	tests := []struct {
		name         string
		calls        []transcript.Call
		notMet       []string          // ids of the requirements that are not met
		undetermined map[string]string // id of the cause, by the id of the undetermined requirement
	}{
		{"plain hangup accepted: finding not moved", numberedCalls(wholeCall(), steeredCall()), []string{"call.steered"}, nil},
		{"no plain hangup sent: finding moved", numberedCalls(steeredCall()), []string{"push.hangup"}, map[string]string{"call.steered": "push.hangup"}},
		{"plain hangup dropped: finding not moved", numberedCalls(addPush(callWithResponse(`<Response onHangup="https://receiver.example/follow"/>`), push.Hangup, transcript.Dropped), steeredCall()),
			[]string{"push.hangup"}, map[string]string{"call.steered": "push.hangup"}},
	}
	for _, test := range tests {
		v := verdict.Run{Evidence: verdict.Evidence{Connections: connectionWith(), Calls: test.calls}}.Judge()
		var got []string
		undetermined := map[string]string{}
		for _, row := range v.Rows {
			if row.Status == verdict.Failed {
				got = append(got, row.ID)
			}
			if row.Status == verdict.Undetermined && row.CauseID != "" {
				undetermined[row.ID] = row.CauseID
			}
		}
		if diff := cmp.Diff(test.notMet, got); diff != "" || v.Exit != verdict.ExitNotConformant {
			t.Errorf("%s: exit %d, not met mismatch (-want +got):\n%s", test.name, v.Exit, diff)
		}
		for id, causeID := range test.undetermined {
			if undetermined[id] != causeID {
				t.Errorf("%s: %s is undetermined because of %q, want %s", test.name, id, undetermined[id], causeID)
			}
		}
	}
}
