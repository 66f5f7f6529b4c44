package verdict_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// callWithUnknownEvent returns a call of one push with an unknown event.
func callWithUnknownEvent(end transcript.End, status int, after transcript.Aftermath) transcript.Call {
	c := newCall(status, ms)
	c.RequirementID, c.Exchanges[0].Odd, c.Exchanges[0].End, c.Exchanges[0].Aftermath = "push.unknown-event", true, end, after
	return c
}

// callNotPlayed returns a call that was not played because the receiver was lost before.
func callNotPlayed(scenario string, l transcript.Loss) transcript.Call {
	return transcript.Call{Scenario: scenario, Background: transcript.Background{Lost: &l}}
}

func TestLostReceiverHasAVerdictOnlyIfItsLossIsReported(t *testing.T) {
	t.Parallel()
	type outcome struct {
		Exit    int
		Summary string
	}
	gone := transcript.Aftermath{Gone: true}
	lostAtUnknownEvent, lostAtAnswer := transcript.Loss{Requirement: "push.unknown-event"}, transcript.Loss{Requirement: "push.answer"}
	crashedAtUnknownEvent := callWithUnknownEvent(transcript.Dropped, 0, gone)
	crashedAtUnknownEvent.Lost = &lostAtUnknownEvent
	crashedAtAnswer := func() transcript.Call {
		c := addPush(wholeCall(), push.Answer, transcript.Dropped)
		c.Exchanges = append(c.Exchanges[:1], c.Exchanges[3])
		c.Exchanges[1].Aftermath, c.Lost, c.Complete = gone, &lostAtAnswer, false
		return c
	}
	oneSuspect, severalSuspects := transcript.Loss{Suspects: []string{"call.group"}}, transcript.Loss{Suspects: []string{"call.group", "push.odd-caller"}, Silent: true}
	tests := []struct {
		name string
		run  verdict.Run
		want outcome
	}{
		{"receiver not lost: conformant", verdict.Run{Evidence: evidenceOf(wholeCall())}, outcome{verdict.ExitConformant, "conformant: N requirements met"}},
		{"lost, no suspect: no verdict", verdict.Run{Evidence: verdict.Evidence{Loss: &transcript.Loss{}, Calls: numberedCalls(wholeCall())}},
			outcome{verdict.ExitNoVerdict, "no verdict: the receiver was lost, and it is not known why"}},
		{"lost, one suspect: no verdict", verdict.Run{Evidence: verdict.Evidence{Loss: &oneSuspect, Calls: numberedCalls(wholeCall(), callNotPlayed("transfer-answered", oneSuspect))}},
			outcome{verdict.ExitNoVerdict, "no verdict: the receiver was lost in the call for call.group"}},
		{"lost, two suspects: no verdict", verdict.Run{Evidence: verdict.Evidence{Loss: &severalSuspects, Calls: numberedCalls(wholeCall())}},
			outcome{verdict.ExitNoVerdict, "no verdict: the receiver was lost in one of the calls for call.group or push.odd-caller"}},
		{"lost, two suspects, and another finding: not conformant", verdict.Run{Evidence: verdict.Evidence{Loss: &severalSuspects, Calls: numberedCalls(wholeCall(), newCall(500, ms))}}, outcome{verdict.ExitNotConformant, "not conformant: push.newcall is not met"}},
		{"lost at a push of a must-level requirement: not conformant", verdict.Run{Evidence: verdict.Evidence{Loss: &lostAtAnswer, Calls: numberedCalls(crashedAtAnswer(), callNotPlayed("transfer-answered", lostAtAnswer))}},
			outcome{verdict.ExitNotConformant, "not conformant: push.answer is not met"}},
		{"lost at a push of a should-level requirement, and every requirement judged: conformant", verdict.Run{Evidence: verdict.Evidence{Loss: &lostAtUnknownEvent, Calls: numberedCalls(wholeCall(), crashedAtUnknownEvent)}},
			outcome{verdict.ExitConformant, "conformant: N requirements met, 1 warning"}},
		{"lost at a push of a should-level requirement, and a should-level requirement not judged: conformant", verdict.Run{Evidence: verdict.Evidence{Loss: &lostAtUnknownEvent, Calls: numberedCalls(wholeCall(), crashedAtUnknownEvent, transcript.Call{RequirementID: "push.odd-caller", Background: transcript.Background{Lost: &lostAtUnknownEvent}})}},
			outcome{verdict.ExitConformant, "conformant: N requirements met, 1 warning"}},
		{"lost at a push of a should-level requirement, and a must-level requirement not judged: no verdict", verdict.Run{Evidence: verdict.Evidence{Loss: &lostAtUnknownEvent, Calls: numberedCalls(wholeCall(), crashedAtUnknownEvent, callNotPlayed("transfer-answered", lostAtUnknownEvent))}},
			outcome{verdict.ExitNoVerdict, "no verdict: call.transfer-answered could not be judged: the call was not played: the receiver no longer accepts connections"}},
		{"lost at a push of a should-level requirement but back at the end, a must-level requirement not judged: no verdict", verdict.Run{Evidence: evidenceOf(wholeCall(), crashedAtUnknownEvent, callNotPlayed("transfer-answered", lostAtUnknownEvent))},
			outcome{verdict.ExitNoVerdict, "no verdict: call.transfer-answered could not be judged: the call was not played: the receiver no longer accepts connections"}},
		{"lost at a push whose failure is known: conformant", verdict.Run{Policy: verdict.Policy{Known: []verdict.KnownFailure{{ID: "push.unknown-event"}}}, Evidence: verdict.Evidence{Loss: &lostAtUnknownEvent, Calls: numberedCalls(wholeCall(), crashedAtUnknownEvent, callNotPlayed("transfer-answered", lostAtUnknownEvent))}},
			outcome{verdict.ExitConformant, "conformant: N requirements met, 1 known failure; 1 requirement could not be judged because of a known failure"}},
		{"lost in a call for a requirement without a finding: no verdict", verdict.Run{Evidence: verdict.Evidence{Loss: &transcript.Loss{Requirement: "call.group"}, Calls: numberedCalls(wholeCall())}},
			outcome{verdict.ExitNoVerdict, "no verdict: the receiver was lost in the call for call.group"}},
		{"lost in a call for a requirement that is not selected: no verdict", verdict.Run{Scope: verdict.Scope{Selected: selectOnly("push.newcall")}, Evidence: verdict.Evidence{Loss: &lostAtAnswer, Calls: numberedCalls(crashedAtAnswer())}},
			outcome{verdict.ExitNoVerdict, "no verdict: the receiver was lost in the call for push.answer"}},
	}
	for _, test := range tests {
		test.run.Target.Origins = []string{"https://receiver.example"}
		v := test.run.Judge()
		if diff := cmp.Diff(test.want, outcome{v.Exit, cutCounts(v.Summary)}); diff != "" {
			t.Errorf("%s: Judge() mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestLossAtTheEndOfTheRunHasANoteUnlessARowShowsIt(t *testing.T) {
	t.Parallel()
	oneSuspect, lostAtUnknownEvent := transcript.Loss{Suspects: []string{"call.group"}}, transcript.Loss{Requirement: "push.unknown-event"}
	crashedAtUnknownEvent := callWithUnknownEvent(transcript.Dropped, 0, transcript.Aftermath{Gone: true})
	crashedAtUnknownEvent.Lost = &lostAtUnknownEvent
	known := verdict.Policy{Known: []verdict.KnownFailure{{ID: "push.unknown-event"}}}
	undeterminedCall := addPush(wholeCall(), push.Answer, transcript.NotConnected) // undetermined, and not because of the loss
	undeterminedCall.Exchanges[len(undeterminedCall.Exchanges)-1].Failure = endpoint.NoRoute
	for name, test := range map[string]struct {
		run  verdict.Run
		want string
	}{
		"no loss: no note":           {verdict.Run{Evidence: evidenceOf(wholeCall())}, ""},
		"a call not played: no note": {verdict.Run{Evidence: verdict.Evidence{Loss: &oneSuspect, Calls: numberedCalls(wholeCall(), callNotPlayed("transfer-answered", oneSuspect))}}, ""},
		"a finding: no note":         {verdict.Run{Evidence: verdict.Evidence{Loss: &lostAtUnknownEvent, Calls: numberedCalls(wholeCall(), crashedAtUnknownEvent)}}, ""},
		"a known failure: no note":   {verdict.Run{Policy: known, Evidence: verdict.Evidence{Loss: &lostAtUnknownEvent, Calls: numberedCalls(wholeCall(), crashedAtUnknownEvent)}}, ""},
		"no row shows the loss, one suspect: note": {verdict.Run{Evidence: verdict.Evidence{Loss: &oneSuspect, Calls: numberedCalls(wholeCall())}},
			"At the end of the run: the receiver has accepted no connection since the call for call.group; start it again, and use --only call.group to see whether that call is the reason"},
		"no row shows the loss by push.answer: note": {verdict.Run{Evidence: verdict.Evidence{Loss: &transcript.Loss{Requirement: "push.answer", Silent: true}, Calls: numberedCalls(wholeCall())}},
			"At the end of the run: the receiver accepts connections and has accepted no push since the call for push.answer"},
		"row with a gap that is not about the loss: note": {verdict.Run{Evidence: verdict.Evidence{Loss: &oneSuspect, Calls: numberedCalls(undeterminedCall)}},
			"At the end of the run: the receiver has accepted no connection since the call for call.group; start it again, and use --only call.group to see whether that call is the reason"},
	} {
		got := ""
		for _, n := range test.run.Judge().Notes {
			if n.About == "trouble" {
				got = n.Text
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: note mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestFollowUpToAnotherOriginIsNoFindingIfTheReceiverWasLost(t *testing.T) {
	t.Parallel()
	c := addPush(wholeCall(), push.Hangup, transcript.NotConnected)
	c.Exchanges[3].URL = "https://elsewhere.example/follow"
	lost := transcript.Loss{Requirement: "push.unknown-event"}
	v := verdict.Run{Evidence: verdict.Evidence{Loss: &lost, Calls: numberedCalls(c), Target: requirements.Target{Origins: []string{"https://receiver.example"}}}}.Judge()
	for _, row := range v.Rows {
		if row.ID == "following.reachable" && (len(row.Findings) > 0 || row.Status != verdict.Undetermined && row.Status != verdict.Passed) {
			t.Errorf("following.reachable is %s with findings %+v, want none: the receiver was lost", row.Status, row.Findings)
		}
	}
}

func TestNoteIsMadeIfTheReceiverDroppedUnsignedPushesAndNeverResponded(t *testing.T) {
	t.Parallel()
	const want = "the receiver closed the connection on a push that is not signed; some receivers that verify signatures crash if there is none, sipgate's own Node library among them: see --sign-key"
	dropped, notConnected := incompleteCall(transcript.Dropped), incompleteCall(transcript.NotConnected)
	droppedAtFirst := incompleteCall(transcript.NotConnected)
	droppedAtFirst.EarlierFailure = &dropped.Exchanges[0]
	timedOutAtFirst := incompleteCall(transcript.NotConnected)
	timedOutAtFirst.EarlierFailure = &incompleteCall(transcript.TimedOut).Exchanges[0]
	droppedPlainHTTP := incompleteCall(transcript.Dropped)
	droppedPlainHTTP.Exchanges[0].URL = "http://receiver.example/push"
	gonePlainHTTP := incompleteCall(transcript.Dropped)
	gonePlainHTTP.Exchanges[0].URL, gonePlainHTTP.Exchanges[0].Aftermath = "http://receiver.example/push", transcript.Aftermath{Gone: true}
	for name, test := range map[string]struct {
		calls  []transcript.Call
		signed bool
		want   bool
	}{
		"dropped: noted":                                                     {numberedCalls(dropped), false, true},
		"dropped over plain HTTP: not noted":                                 {numberedCalls(droppedPlainHTTP), false, false},
		"dropped over plain HTTP, then gone: noted":                          {numberedCalls(gonePlainHTTP), false, true},
		"dropped at the first try, no connection at the second: noted":       {numberedCalls(droppedAtFirst), false, true},
		"timed out at the first try, no connection at the second: not noted": {numberedCalls(timedOutAtFirst), false, false},
		"no connection: not noted":                                           {numberedCalls(notConnected), false, false},
		"signed push dropped: not noted":                                     {numberedCalls(dropped), true, false},
		"one push dropped, another accepted: not noted":                      {numberedCalls(dropped, newCall(200, ms)), false, false},
	} {
		v := verdict.Run{Evidence: verdict.Evidence{Calls: test.calls, Target: requirements.Target{PushesSigned: test.signed}}}.Judge()
		got := false
		for _, n := range v.Notes {
			got = got || n == verdict.Note{About: "signature", Text: want}
		}
		if got != test.want {
			t.Errorf("%s: noted: %t, want %t: %+v", name, got, test.want, v.Notes)
		}
	}
}

func TestFindingThatCausedALossIsNotExplainedByAGapAfterIt(t *testing.T) {
	t.Parallel()
	lost := transcript.Loss{Requirement: "call.answered"}
	c := addPush(wholeCall(), push.Answer, transcript.Dropped)
	c.Exchanges = []transcript.Exchange{c.Exchanges[0], c.Exchanges[len(c.Exchanges)-1]}
	for i := range c.Exchanges {
		c.Exchanges[i].Push.Direction = push.Outgoing
	}
	c.Exchanges[1].Push.Users, c.Exchanges[1].Push.UserIDs = nil, nil // as in every outgoing call
	c.Scenario, c.Lost, c.Complete, c.Exchanges[1].Aftermath = "outgoing-answered", &lost, false, transcript.Aftermath{Gone: true}
	notPlayed := transcript.Call{RequirementID: "push.answer-without-user", Background: transcript.Background{Lost: &lost}}
	v := verdict.Run{RunInfo: verdict.RunInfo{Outgoing: "https://receiver.example"}, Evidence: verdict.Evidence{Loss: &lost, Calls: numberedCalls(wholeCall(), c, notPlayed)}}.Judge()
	if want := "not conformant: call.answered is not met"; v.Summary != want {
		t.Errorf("Summary = %q, want %q", v.Summary, want)
	}
}
