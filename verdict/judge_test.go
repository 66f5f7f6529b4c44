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
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

const ms = time.Millisecond

// seen is the evidence of a run that saw nothing but calls.
func seen(all ...transcript.Call) verdict.Evidence { return verdict.Evidence{Calls: calls(all...)} }

// calls are the calls of a run. Each is a plain newCall with its outcome.
func calls(all ...transcript.Call) []transcript.Call {
	for i := range all {
		all[i].ID = i + 1
	}
	return all
}

// ended is a newCall without a complete response.
func ended(end transcript.End) transcript.Call {
	c := newCall(0, 10*time.Second)
	c.Exchanges[0].End = end
	return c
}

// said is a newCall with a document as its response.
func said(document string) transcript.Call {
	c := newCall(200, ms)
	x := &c.Exchanges[0]
	x.ContentType, x.ResponseBody, x.BodyLength = "application/xml", []byte(document), int64(len(document))
	x.Document = response.Parse(response.Input{Body: []byte(document)})
	return c
}

// subscriber is a good receiver of a whole call.
func subscriber() transcript.Call {
	const url = "https://receiver.example/follow"
	c := said(`<Response onAnswer="` + url + `" onHangup="` + url + `"/>`)
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

// then adds an exchange that ended in some way.
func then(c transcript.Call, event push.Event, end transcript.End) transcript.Call {
	x := newCall(0, ms).Exchanges[0]
	x.Step, x.Push.Event, x.End, x.URL = len(c.Exchanges), event, end, "https://receiver.example/follow"
	if event == push.Hangup {
		x.Push.Cause = push.NormalClearing
	}
	c.Exchanges = append(slices.Clone(c.Exchanges), x)
	return c
}

func connection(problems ...endpoint.Problem) []transcript.Connection {
	return []transcript.Connection{{
		Origin:    "https://receiver.example",
		Handshake: endpoint.Handshake{Scheme: "https", Host: "receiver.example", Address: "127.0.0.1:8443"}, Problems: problems,
	}}
}

func only(ids ...string) func(string) bool {
	return func(id string) bool { return slices.Contains(ids, id) }
}

func TestVerdictOfARun(t *testing.T) {
	t.Parallel()
	target := requirements.Target{Origins: []string{"https://receiver.example"}}
	both := []requirements.Capability{requirements.CanAnswer, requirements.CanHangup}
	type outcome struct {
		Exit       int
		Conclusion verdict.Conclusion
		Why        string
	}
	good := func(why string) outcome { return outcome{verdict.ExitConformant, verdict.Conformant, why} }
	bad := func(why string) outcome { return outcome{verdict.ExitNotConformant, verdict.NotConformant, why} }
	none := func(why string) outcome { return outcome{verdict.ExitNoVerdict, verdict.NoVerdict, why} }
	const observer = "conformant as an observer: it subscribes to nothing, so only newCall pushes were judged (--claim answer,hangup if it should subscribe)"
	slow := newCall(200, 2*time.Second)
	waived := endpoint.Problem{Rule: "transport.trusted-chain", Waived: "--ca-file", Primary: true, Want: "a public authority", Got: "a private one"}
	tests := []struct {
		name, why string
		run       verdict.Run
		want      outcome
	}{
		{"a good receiver", "", verdict.Run{Evidence: seen(subscriber())}, good("conformant: N requirements met")},
		{"an observer", "", verdict.Run{Evidence: seen(said("<Response/>"))}, good(observer)},
		{"an observer without a body", "", verdict.Run{Evidence: seen(newCall(200, ms))}, good(observer)},
		{"an observer that claims to subscribe", "never green by saying less than was promised",
			verdict.Run{Scope: verdict.Scope{Claims: both}, Evidence: seen(said("<Response/>"))},
			bad("not conformant: N requirements are not met: push.answer, …")},
		{"interrupted", "", verdict.Run{Evidence: verdict.Evidence{Interrupted: true, Calls: calls(subscriber())}},
			outcome{verdict.ExitInterrupted, verdict.NoVerdict, "interrupted: the run did not finish"}},
		{"interrupted, with a finding", "the exit code says that it was interrupted", verdict.Run{Evidence: verdict.Evidence{Interrupted: true, Calls: calls(newCall(500, ms))}},
			outcome{verdict.ExitInterrupted, verdict.NotConformant, "interrupted: the run did not finish; push.newcall is not met"}},
		{"a fault of the harness", "it may be behind the finding", verdict.Run{Evidence: verdict.Evidence{Problems: []string{"the features could not be run (2)"}, Calls: calls(newCall(500, ms))}},
			none("no verdict: the features could not be run (2)")},
		{"interrupted before a fault of the harness", "", verdict.Run{Evidence: verdict.Evidence{Interrupted: true, Problems: []string{"x"}, Calls: calls(subscriber())}},
			outcome{verdict.ExitInterrupted, verdict.NoVerdict, "interrupted: the run did not finish"}},
		{"a fault of the harness before a stale known failure", "", verdict.Run{Policy: verdict.Policy{Strict: true, Known: []verdict.KnownFailure{{ID: "push.newcall"}}}, Evidence: verdict.Evidence{Problems: []string{"x"}, Calls: calls(subscriber())}},
			none("no verdict: x")},
		{"interrupted, with a stale known failure", "", verdict.Run{Policy: verdict.Policy{Strict: true, Known: []verdict.KnownFailure{{ID: "push.newcall"}}}, Evidence: verdict.Evidence{Interrupted: true, Calls: calls(subscriber())}},
			outcome{verdict.ExitInterrupted, verdict.NotConformant, "interrupted: the run did not finish; push.newcall passed and is listed as a known failure"}},
		{"interrupted, with a known failure", "", verdict.Run{Policy: verdict.Policy{Known: []verdict.KnownFailure{{ID: "push.newcall"}}}, Evidence: verdict.Evidence{Interrupted: true, Calls: calls(newCall(500, ms))}},
			outcome{verdict.ExitInterrupted, verdict.NoVerdict, "interrupted: the run did not finish"}},
		{"a fatal finding before a known failure that leaves no verdict", "", verdict.Run{Policy: verdict.Policy{Known: []verdict.KnownFailure{{ID: "push.newcall"}}}, Evidence: seen(newCall(301, ms))},
			bad("not conformant: transport.no-redirect is not met")},
		{"refusing", "", verdict.Run{Evidence: seen(newCall(500, ms))}, bad("not conformant: push.newcall is not met")},
		{"a finding before what could not be judged", "", verdict.Run{Evidence: seen(ended(transcript.NotConnected), newCall(301, ms))},
			bad("not conformant: transport.no-redirect is not met")},
		{"hanging", "what hangs on the finding is explained by it", verdict.Run{Evidence: seen(ended(transcript.TimedOut))}, bad("not conformant: response.in-time is not met")},
		{"gone", "the cause is unknown", verdict.Run{Evidence: seen(ended(transcript.NotConnected))}, none("no verdict: push.newcall could not be judged: the receiver was gone: no connection: ")},
		{"gone in the middle", "the call as a whole was not judged", verdict.Run{Evidence: seen(then(subscriber(), push.Hangup, transcript.NotConnected))},
			none("no verdict: call.answered could not be judged: the hangup push on Doc's leg: the receiver was gone: no connection: ")},
		{"refusing every push for its origin", "right of it, and nothing is known", verdict.Run{Evidence: seen(refusing("IP address is not from sipgate"))},
			none(`no verdict: N must-level requirements could not be judged, first push.newcall: the receiver checks where a push comes from and refuses this one: it says "IP address is not from sipgate"; make it look as if it comes from sipgate: --header 'X-Forwarded-For: 217.116.118.254'`)},
		{"gone at the end", "whatever was judged before", verdict.Run{Evidence: verdict.Evidence{Lost: &transcript.Loss{}, Calls: calls(subscriber())}},
			none("no verdict: the receiver was lost, and it is not known why")},
		{"gone at the end, with a finding", "it may be why", verdict.Run{Evidence: verdict.Evidence{Lost: &transcript.Loss{}, Calls: calls(newCall(500, ms))}}, bad("not conformant: push.newcall is not met")},
		{"no connection, and only its URL judged", "nothing was reached", notThere(), none("no verdict: nothing was sent")},
		{"not there", "", blocked(), bad("not conformant: transport.reachable is not met")},
		{"no evidence", "", verdict.Run{}, none("no verdict: push.newcall could not be judged: no newCall push got far enough to be judged")},
		{"nothing selected was judged", "", verdict.Run{Scope: verdict.Scope{Selected: only("push.dtmf")}, Evidence: seen(newCall(200, ms))}, none("no verdict: nothing was judged")},
		{"a finding that was not selected", "it explains, and is not reported", verdict.Run{Scope: verdict.Scope{Selected: only("push.newcall")}, Evidence: seen(ended(transcript.TimedOut))},
			none("no verdict: push.newcall could not be judged: no response in time")},
		{"a warning", "", verdict.Run{Evidence: seen(slow)}, good(observer + ", 1 warning")},
		{"a warning in a strict run", "", verdict.Run{Policy: verdict.Policy{Strict: true}, Evidence: seen(slow)}, bad("not conformant: response.prompt is not met")},
		{"a requirement that depends on a warning", "its reason is reported", verdict.Run{Evidence: seen(subscriber(), steeredUnknownCause())},
			good("conformant: N requirements met, 1 warning")},
		{"too large to be read", "it is a warning, and says nothing of what is in it", verdict.Run{Evidence: seen(said(deep))},
			none("no verdict: N must-level requirements could not be judged, first response.well-formed: the document was too large to be read to its end")},
		{"too large to be read, once", "other responses to such a push were read", verdict.Run{Evidence: seen(subscriber(), subscriber(), said(deep))},
			good("conformant: N requirements met, 1 warning")},
		{"not read for its entities", "", verdict.Run{Evidence: seen(said(`<!DOCTYPE Response [<!ENTITY a "b">]><Response><Say/>&a;</Response>`))},
			none("no verdict: response.known-elements could not be judged: the document refers to entities of its own, which are not expanded")},
		{"too long to be read on the second leg", "", verdict.Run{Evidence: seen(tooLongOnTheSecondLeg())},
			none("no verdict: N must-level requirements could not be judged, first response.content-type: the body was too long to be read")},
		{"a requirement that depends on a known failure", "by way of something that hangs on it itself",
			verdict.Run{Policy: verdict.Policy{Known: []verdict.KnownFailure{{ID: "response.content-type", Reason: "issue 5"}}}, Evidence: seen(subscriber(), pageOnTheSecondLeg())},
			good("conformant: N requirements met, 1 known failure; N requirements could not be judged because of a known failure")},
		{"waived", "", verdict.Run{Scope: verdict.Scope{Selected: only("transport.trusted-chain", "push.newcall")}, Evidence: verdict.Evidence{Connections: connection(waived), Calls: calls(subscriber())}},
			good("conformant: 1 requirement met, 1 waived")},
		{"waived, and no waivers allowed", "", verdict.Run{Policy: verdict.Policy{NoWaivers: true}, Evidence: verdict.Evidence{Connections: connection(waived), Calls: calls(subscriber())}},
			bad("not conformant: transport.trusted-chain is not met")},
	}
	for _, test := range tests {
		test.run.Target = target
		v := test.run.Judge()
		if diff := cmp.Diff(test.want, outcome{v.Exit, v.Conclusion, short(v.Why)}); diff != "" {
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

// short leaves out of a sentence what changes when the catalogue grows.
func short(why string) string {
	why = regexp.MustCompile(`\d+ ((must-level )?requirements)`).ReplaceAllString(why, "N $1")
	return regexp.MustCompile(`(not met: [\w.-]+, ).*`).ReplaceAllString(why, "$1…")
}

// refusing is a newCall that was refused with these words.
func refusing(words string) transcript.Call {
	c := newCall(403, ms)
	c.Exchanges[0].ResponseBody = []byte(words)
	return c
}

// deep is nested deeper than is read.
var deep = "<Response>" + strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100) + "</Response>"

// steeredUnknownCause is a call that the receiver rejects and whose hangup, with an unknown cause, it refuses: call.steered could not be
// judged because of that warning.
func steeredUnknownCause() transcript.Call {
	return about("push.unknown-cause", "the hangup cause is chanunavail", rejected("chanunavail", 500))
}

// tooLongOnTheSecondLeg is a transfer whose second leg's response was too long to be read, and so subscribed to nothing.
func tooLongOnTheSecondLeg() transcript.Call {
	c := subscriber()
	c.Scenario, c.Exchanges = "transfer-unanswered", c.Exchanges[:2]
	second := newCall(200, ms).Exchanges[0]
	second.Step, second.End, second.Push.Diversion = 2, transcript.BodyTooLong, "493023125001"
	c.Exchanges = append(c.Exchanges, second)
	c.NotSent = []transcript.NotSent{{Step: 3, Leg: "Marty", Push: push.Push{Event: push.Hangup, Diversion: "493023125001"}, Reason: transcript.NotSubscribed}}
	return c
}

// pageOnTheSecondLeg is a transfer. The response on its second leg is a page, and so subscribes to nothing.
func pageOnTheSecondLeg() transcript.Call {
	c := tooLongOnTheSecondLeg()
	second := said("<Response/>").Exchanges[0]
	second.Step, second.ContentType, second.Push.Diversion = 2, "text/html", "493023125001"
	c.Exchanges[2] = second
	return c
}

// outgoing is the newCall of an outgoing call.
func outgoing(status int) transcript.Call {
	c := newCall(status, ms)
	c.Exchanges[0].Push.Direction = push.Outgoing
	return c
}

// outgoingSubscriber is a good receiver of a whole outgoing call.
func outgoingSubscriber() transcript.Call {
	c := subscriber()
	for i := range c.Exchanges {
		c.Exchanges[i].Push.Direction = push.Outgoing
	}
	return c
}

func TestStatusOfARequirement(t *testing.T) {
	t.Parallel()
	type state struct {
		Status  verdict.Status
		Reason  string
		Because string
	}
	late := ended(transcript.TimedOut)
	unjudged := newCall(0, ms)
	unjudged.Exchanges[0].End = transcript.NotConnected
	tests := []struct {
		name string
		run  verdict.Run
		id   string
		want state
	}{
		{"passed", verdict.Run{Evidence: seen(newCall(200, ms))}, "push.newcall", state{Status: verdict.Passed}},
		{"failed", verdict.Run{Evidence: seen(newCall(500, ms))}, "push.newcall", state{Status: verdict.Failed}},
		{"failed once of twice", verdict.Run{Evidence: seen(newCall(500, ms), newCall(200, ms))}, "push.newcall", state{Status: verdict.Failed}},
		{"warned", verdict.Run{Evidence: seen(newCall(200, 2*time.Second))}, "response.prompt", state{Status: verdict.Warned}},
		{"warned by a milder finding of a must", verdict.Run{Evidence: seen(newCall(204, ms))}, "response.status", state{Status: verdict.Warned}},
		{"the capability is not shown", verdict.Run{Evidence: seen(newCall(200, ms))}, "push.answer", state{verdict.NotApplicable, "the receiver does not subscribe to answer pushes", ""}},
		{"no occasion", verdict.Run{Evidence: seen(newCall(200, ms))}, "response.root", state{verdict.NotApplicable, "the receiver sends no XML", ""}},
		{"not selected", verdict.Run{Scope: verdict.Scope{Selected: only("push.answer")}, Evidence: seen(newCall(200, ms))}, "push.newcall", state{verdict.Skipped, "not selected", ""}},
		{"a gap", verdict.Run{Evidence: seen(late)}, "push.newcall", state{verdict.Undetermined, "no response in time", "response.in-time"}},
		{"a gap beside the same push judged", verdict.Run{Evidence: seen(newCall(200, ms), late)}, "push.newcall", state{Status: verdict.Passed}},
		{"stopped", blocked(), "push.newcall", state{verdict.Undetermined, "nothing was sent", "transport.reachable"}},
		{"interrupted", verdict.Run{Evidence: verdict.Evidence{Interrupted: true}}, "push.newcall", state{verdict.Undetermined, "the run was interrupted", ""}},
		{"an odd push when the plain one was accepted", verdict.Run{Evidence: seen(newCall(200, ms), odd("push.user-empty"))}, "push.user-empty", state{Status: verdict.Failed}},
		{"an odd push when the plain one was refused", verdict.Run{Evidence: seen(newCall(500, ms), odd("push.user-empty"))}, "push.user-empty",
			state{verdict.Undetermined, "status 500", "push.newcall"}},
		{"an odd push when the plain one was not judged", verdict.Run{Evidence: seen(late, odd("push.user-empty"))}, "push.user-empty",
			state{verdict.Undetermined, "status 500", "push.newcall"}},
		{"an odd push when the plain one was accepted at another time", verdict.Run{Evidence: seen(late, newCall(200, ms), odd("push.user-empty"))}, "push.user-empty", state{Status: verdict.Failed}},
		{"an odd push when the plain one was refused elsewhere", verdict.Run{Evidence: verdict.Evidence{Calls: calls(odd("push.user-empty")), Elsewhere: calls(newCall(500, ms))}}, "push.user-empty",
			state{verdict.Undetermined, "status 500", "push.newcall"}},
		{"an odd push when the plain one was accepted elsewhere", verdict.Run{Evidence: verdict.Evidence{Calls: calls(late, odd("push.user-empty")), Elsewhere: calls(newCall(200, ms))}}, "push.user-empty",
			state{Status: verdict.Failed}},
		{"an odd push when the plain one was refused here, and another one elsewhere", verdict.Run{Evidence: verdict.Evidence{Calls: calls(newCall(500, ms), odd("push.user-empty")), Elsewhere: calls(outgoing(200))}}, "push.user-empty",
			state{verdict.Undetermined, "status 500", "push.newcall"}},
		{"what is shown elsewhere is not judged", verdict.Run{Evidence: verdict.Evidence{Calls: calls(newCall(200, ms)), Elsewhere: calls(newCall(500, ms))}}, "push.newcall", state{Status: verdict.Passed}},
		{"an odd push by itself", verdict.Run{Evidence: seen(odd("push.user-empty"))}, "push.user-empty", state{Status: verdict.Failed}},
		{"no call got so far because its first push was refused", verdict.Run{About: verdict.About{Outgoing: "https://receiver.example/"}, Evidence: seen(newCall(500, ms), outgoingSubscriber())}, "following.every-leg",
			state{verdict.Undetermined, "no call got far enough to judge this", "push.newcall"}},
		{"a limit of pushes", verdict.Run{Evidence: seen(newCall(200, ms), newCall(429, ms))}, "push.newcall", state{Status: verdict.Passed}},
		{"an odd push reaches the limit", verdict.Run{Evidence: seen(newCall(200, ms), newCall(429, ms), refusedOdd(429))}, "push.user-empty",
			state{verdict.Undetermined, "the receiver limits how many pushes it accepts, and refused this one with status 429: " + requirements.LimitAdvice, ""}},
		{"an odd push refused with 429, and no limit", verdict.Run{Evidence: seen(newCall(200, ms), refusedOdd(429))}, "push.user-empty", state{Status: verdict.Failed}},
		{"every push refused with 429", verdict.Run{Evidence: seen(newCall(429, ms), newCall(429, ms))}, "push.newcall",
			state{verdict.Undetermined, "the receiver limits how many pushes it accepts, and refused this one with status 429: " + requirements.LimitAdvice, ""}},
		{"no outgoing URL", verdict.Run{Evidence: seen(newCall(200, ms))}, "push.outgoing", state{verdict.NotApplicable, "the receiver does not accept pushes of outgoing calls", ""}},
	}
	for _, test := range tests {
		v := test.run.Judge()
		at := slices.IndexFunc(v.Rows, func(r verdict.Row) bool { return r.ID == test.id })
		row := v.Rows[at]
		if diff := cmp.Diff(test.want, state{row.Status, row.Reason, row.Because}); diff != "" {
			t.Errorf("%s: %s mismatch (-want +got):\n%s", test.name, test.id, diff)
		}
		if (row.Status == verdict.Failed || row.Status == verdict.Warned) != (len(row.Findings) > 0) {
			t.Errorf("%s: %s is %s with %d findings", test.name, test.id, row.Status, len(row.Findings))
		}
	}
}

func TestRuleThatEveryResponseBreaksIsOneFinding(t *testing.T) {
	t.Parallel()
	var all []transcript.Call
	for range 10 {
		all = append(all, newCall(500, ms), newCall(501, ms), newCall(502, ms), newCall(503, ms))
	}
	v := verdict.Run{Evidence: seen(all...)}.Judge()
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
		if row.Judged != 40 {
			t.Errorf("push.newcall was judged %d times, want 40", row.Judged)
		}
	}
}

func TestCallThatSucceededOnlyTheSecondTimeIsANote(t *testing.T) {
	t.Parallel()
	good, again, inVain := newCall(200, ms), newCall(200, ms), newCall(500, ms)
	again.Scenario, again.EarlierFailure = "incoming-answered", &ended(transcript.Dropped).Exchanges[0]
	inVain.EarlierFailure = again.EarlierFailure
	crowd := newCall(200, ms)
	crowd.Crowd, crowd.Scenario, crowd.EarlierFailure = 15, "crowd", again.EarlierFailure
	want := []verdict.Note{{About: "push", Text: "1 of the calls went through only when played again alone. One is call 2, incoming-answered: " +
		"at first the newCall push on Doc's leg: the receiver closed the connection without a response"}}
	got := verdict.Run{Evidence: seen(good, again, inVain)}.Judge().Notes
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Notes mismatch (-want +got):\n%s", diff)
	}
	want[0].Text = "1 of the calls went through only when played again alone. One is call 1, crowd: at first, of 15 calls at once, " +
		"the newCall push on Doc's leg: the receiver closed the connection without a response"
	if diff := cmp.Diff(want, verdict.Run{Evidence: seen(crowd)}.Judge().Notes); diff != "" {
		t.Errorf("Notes of calls at once mismatch (-want +got):\n%s", diff)
	}
}

func TestCapabilitiesAreShownOrClaimed(t *testing.T) {
	t.Parallel()
	run := verdict.Run{
		About:    verdict.About{Outgoing: "https://receiver.example/out"},
		Scope:    verdict.Scope{Claims: []requirements.Capability{requirements.CanHangup, requirements.CanDial}},
		Evidence: verdict.Evidence{Calls: calls(subscriber()), Showed: []requirements.Capability{requirements.CanReject}},
	}
	want := map[requirements.Capability]verdict.Shown{}
	for _, c := range requirements.Capabilities() {
		want[c] = verdict.IsAbsent
	}
	for _, c := range []requirements.Capability{requirements.CanAnswer, requirements.CanHangup, requirements.CanReject, requirements.CanOutgoing} {
		want[c] = verdict.IsShown
	}
	want[requirements.CanDial] = verdict.IsClaimed
	if diff := cmp.Diff(want, run.Judge().Capabilities); diff != "" {
		t.Errorf("Capabilities mismatch (-want +got):\n%s", diff)
	}
}

// If a push is refused in a call that the receiver steered, that is a finding of the whole call only if the plain push of its kind was
// accepted.
func TestFindingIsMovedToThePlainPushIfNoPlainerOneWasJudged(t *testing.T) {
	t.Parallel()
	turned := func() transcript.Call {
		c := then(said(`<Response onHangup="https://receiver.example/follow"><Hangup/></Response>`), push.Hangup, transcript.Dropped)
		c.Steered, c.Complete = true, true
		return c
	}
	tests := []struct {
		name  string
		calls []transcript.Call
		want  []string // what is not met
		open  map[string]string
	}{
		{"plain hangups are accepted", calls(subscriber(), turned()), []string{"call.steered"}, nil},
		{"none was seen", calls(turned()), []string{"push.hangup"}, map[string]string{"call.steered": "push.hangup"}},
		{"none is accepted", calls(then(said(`<Response onHangup="https://receiver.example/follow"/>`), push.Hangup, transcript.Dropped), turned()),
			[]string{"push.hangup"}, map[string]string{"call.steered": "push.hangup"}},
	}
	for _, test := range tests {
		v := verdict.Run{Evidence: verdict.Evidence{Connections: connection(), Calls: test.calls}}.Judge()
		var got []string
		open := map[string]string{}
		for _, row := range v.Rows {
			if row.Status == verdict.Failed {
				got = append(got, row.ID)
			}
			if row.Status == verdict.Undetermined && row.Because != "" {
				open[row.ID] = row.Because
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" || v.Exit != verdict.ExitNotConformant {
			t.Errorf("%s: exit %d, not met mismatch (-want +got):\n%s", test.name, v.Exit, diff)
		}
		for id, because := range test.open {
			if open[id] != because {
				t.Errorf("%s: %s is undetermined because of %q, want %s", test.name, id, open[id], because)
			}
		}
	}
}
