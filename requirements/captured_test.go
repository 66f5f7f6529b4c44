package requirements_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

const reasonSipgatesKey = "the receiver accepts a push that sipgate really sent, and refuses it with one digit changed, so it verifies signatures with sipgate's key: " +
	"give it a public key of yours, and pushcheck the private half with --sign-key"

// "In the same way" means: as the receiver refuses the altered captured push.
func TestRefusedPushIsAGapIfReceiverVerifiesWithSipgatesKey(t *testing.T) {
	t.Parallel()
	accepted, status401, dropped := exchange(push.NewCall, 200, xmlType, bothSubscriptions), exchange(push.NewCall, 401, "", ""), endedExchange(push.NewCall, transcript.Dropped)
	errorDocument := withForwardedFor(exchange(push.NewCall, 200, xmlType, `<Error message="refused"/>`))
	oddCall := func(requirementID string, xs ...transcript.Exchange) transcript.Call {
		return transcript.Call{ID: 9, RequirementID: requirementID, Exchanges: xs, Complete: true}
	}
	tests := []struct {
		name    string
		refusal transcript.Exchange // how the receiver refuses plain pushes and the altered push
		call    transcript.Call
		want    map[string]string
	}{
		{"plain push refused in the same way: gap", status401, callOf(status401), map[string]string{"push.newcall": "gap"}},
		{"plain push, connection closed in the same way: gap", dropped, callOf(dropped), map[string]string{"push.newcall": "gap"}},
		{"plain push refused by an Error document in the same way: gap", errorDocument, callOf(errorDocument), map[string]string{"push.newcall": "gap"}},
		{"odd push refused in the same way: gap", status401, oddCall("push.user-empty", exchange(push.NewCall, 401, "", "", asOdd)), map[string]string{"push.user-empty": "gap"}},
		{"answer and hangup after the captured push refused in the same way: gaps", status401,
			oddCall("push.golden-capture", withCapturedBody(accepted), exchange(push.Answer, 401, "", "", asOdd), exchange(push.Hangup, 401, "", "", asOdd)),
			map[string]string{"push.answer": "gap", "push.hangup": "gap"}},
		{"answer and hangup after the captured push, connection closed in the same way: gaps", dropped,
			oddCall("push.golden-capture", withCapturedBody(accepted), endedExchange(push.Answer, transcript.Dropped, asOdd), endedExchange(push.Hangup, transcript.Dropped, asOdd)),
			map[string]string{"push.answer": "gap", "push.hangup": "gap"}},
		{"answer and hangup after the captured push refused in another way: gaps", status401,
			oddCall("push.golden-capture", withCapturedBody(accepted), exchange(push.Answer, 500, "", "", asOdd), endedExchange(push.Hangup, transcript.Dropped, asOdd)),
			map[string]string{"push.answer": "gap", "push.hangup": "gap"}},
		{"status 404 at the follow-up URL: finding", status401, oddCall("push.golden-capture", withCapturedBody(accepted), exchange(push.Hangup, 404, "", "")),
			map[string]string{"push.hangup": "gap because following.reachable", "following.reachable": "must"}},
		{"unknown event, connection closed in the same way: gap", dropped, oddCall("push.unknown-event", endedExchange("somethingNew", transcript.Dropped, asOdd)), map[string]string{"push.unknown-event": "gap"}},
		{"unknown event, connection closed instead of status 401: finding", status401, oddCall("push.unknown-event", endedExchange("somethingNew", transcript.Dropped, asOdd)),
			map[string]string{"push.unknown-event": "should"}},
		{"plain push refused with status 403 instead of 401: gap", status401, callOf(exchange(push.NewCall, 403, "", "")), map[string]string{"push.newcall": "gap"}},
		{"plain push refused with status 401 instead of a document: finding", errorDocument, callOf(status401),
			map[string]string{"push.newcall": "must", "push.encoded-brackets": "must, gap because push.newcall"}},
		{"altered push refused: not judged", status401, oddCall("push.golden-capture", withAlteredBody(status401)), map[string]string{}},
	}
	for _, test := range tests {
		calls := []transcript.Call{probeCall(test.refusal), callOf(withAlteredBody(test.refusal)), callOf(withCapturedBody(accepted)), test.call}
		c := requirements.MarkExemptPushes(calls, calls)[3]
		target := receiver
		target.Captured = outcome.ResultOfCapturedPush(calls)
		got := map[string]string{}
		for _, j := range requirements.JudgeCall(c, target) {
			for _, g := range j.Gaps {
				if g.CauseID == "" && g.Reason != reasonSipgatesKey {
					t.Errorf("%s: gap %q, want that it verifies with sipgate's key", test.name, g.Reason)
				}
			}
		}
		for id, what := range resultsExceptMet(requirements.JudgeCall(c, target)) {
			got[id] = what
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
		if calls[3].Exchanges[0].Exempt != "" {
			t.Errorf("%s: the call that was given is changed", test.name)
		}
	}
}

func TestNoPushIsMarkedAsExemptIfReceiverDoesNotVerify(t *testing.T) {
	t.Parallel()
	calls := []transcript.Call{probeCall(exchange(push.NewCall, 404, "", "")), callOf(withAlteredBody(exchange(push.NewCall, 404, "", ""))), callOf(withCapturedBody(exchange(push.NewCall, 200, xmlType, bothSubscriptions)))}
	if diff := cmp.Diff(calls, requirements.MarkExemptPushes(calls, calls)); diff != "" {
		t.Errorf("MarkExemptPushes() mismatch (-want +got):\n%s", diff)
	}
}

func TestFixOfRefusedNewCallNamesCastIfCapturedPushIsAccepted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		captured outcome.CapturedResult
		status   int
		want     string // the fix contains this flag
	}{
		"captured push accepted, plain push gets status 404: fix names --cast":        {outcome.CapturedAccepted, 404, "--cast"},
		"captured push accepted, plain push gets status 403: fix names --cast":        {outcome.CapturedAccepted, 403, "--cast"},
		"captured push refused too, plain push gets status 403: fix names --sign-key": {outcome.CapturedRefusedOrUnknown, 403, "--sign-key"},
	} {
		target := receiver
		target.Captured = test.captured
		fs := findingsOf(requirements.JudgeCall(callOf(exchange(push.NewCall, test.status, "", "")), target), "push.newcall")
		if len(fs) != 1 || !strings.Contains(fs[0].Fix, test.want) {
			t.Errorf("%s: findings %+v, want one of push.newcall with %s in its fix", name, fs, test.want)
		}
	}
}

// findingsOf returns the findings of a requirement.
func findingsOf(js []requirements.Judgement, id string) []requirements.Finding {
	var out []requirements.Finding
	for _, j := range js {
		for _, f := range j.Findings {
			if f.Requirement == id {
				out = append(out, f)
			}
		}
	}
	return out
}

func TestFixOfRefusedDTMFDoesNotNameCast(t *testing.T) {
	t.Parallel()
	target := receiver
	target.Captured = outcome.CapturedAccepted
	for status, want := range map[int]string{500: "", 403: "--sign-key"} {
		fs := findingsOf(requirements.JudgeCall(callOf(exchange(push.DTMF, status, "", "")), target), "push.dtmf")
		if len(fs) != 1 || !strings.Contains(fs[0].Fix, want) || (fs[0].Fix == "") != (want == "") || strings.Contains(fs[0].Fix, "--cast") {
			t.Errorf("status %d: findings %+v, want one of push.dtmf with %q in its fix: the captured push is a newCall", status, fs, want)
		}
	}
}

func TestURLHasNoRouteIfEveryPushOfTheProbeGets404Or405Or410(t *testing.T) {
	t.Parallel()
	plainCall := func(status int) transcript.Call {
		return transcript.Call{Exchanges: []transcript.Exchange{{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Complete, Status: status}}}}
	}
	capturedCall := func(status int, body []byte) transcript.Call {
		c := plainCall(status)
		c.RequirementID, c.Exchanges[0].Odd, c.Exchanges[0].Body = "push.golden-capture", true, body
		return c
	}
	altered, _ := push.AlteredGenuinePush()
	for name, test := range map[string]struct {
		calls []transcript.Call
		want  bool
	}{
		"404, 405 or 410 for every push: no route": {[]transcript.Call{plainCall(404), capturedCall(405, altered), capturedCall(410, []byte("with other ids")), plainCall(404)}, true},
		"captured push accepted: a route":          {[]transcript.Call{plainCall(404), capturedCall(404, altered), capturedCall(200, nil)}, false},
		"outgoing call accepted: a route":          {[]transcript.Call{plainCall(404), capturedCall(404, altered), capturedCall(404, nil), plainCall(200)}, false},
		"captured push not sent: unknown":          {[]transcript.Call{plainCall(404), plainCall(404)}, false},
		"only altered push sent: unknown":          {[]transcript.Call{plainCall(404), capturedCall(404, altered)}, false},
		"status 403 for one push: a route":         {[]transcript.Call{plainCall(404), capturedCall(404, altered), capturedCall(403, nil)}, false},
		"second push of a call accepted: a route":  {[]transcript.Call{capturedCall(404, nil), {Exchanges: []transcript.Exchange{plainCall(404).Exchanges[0], plainCall(200).Exchanges[0]}}}, false},
		"nothing sent: unknown":                    {nil, false},
	} {
		if got := requirements.ProbeShowsNoRoute(test.calls); got != test.want {
			t.Errorf("%s: ProbeShowsNoRoute() = %t, want %t", name, got, test.want)
		}
	}
}
