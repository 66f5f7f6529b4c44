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
		Exit int
		Why  string
	}
	gone := transcript.Aftermath{Gone: true}
	unknown, answer := transcript.Loss{Requirement: "push.unknown-event"}, transcript.Loss{Requirement: "push.answer"}
	died := callWithUnknownEvent(transcript.Dropped, 0, gone)
	died.Lost = &unknown
	answered := func() transcript.Call {
		c := addPush(wholeCall(), push.Answer, transcript.Dropped)
		c.Exchanges = append(c.Exchanges[:1], c.Exchanges[3])
		c.Exchanges[1].Aftermath, c.Lost, c.Complete = gone, &answer, false
		return c
	}
	one, several := transcript.Loss{Suspects: []string{"call.group"}}, transcript.Loss{Suspects: []string{"call.group", "push.odd-caller"}, Silent: true}
	tests := []struct {
		name string
		run  verdict.Run
		want outcome
	}{
		{"it is there", verdict.Run{Evidence: evidenceOf(wholeCall())}, outcome{verdict.ExitConformant, "conformant: N requirements met"}},
		{"nothing is known", verdict.Run{Evidence: verdict.Evidence{Loss: &transcript.Loss{}, Calls: numberedCalls(wholeCall())}},
			outcome{verdict.ExitNoVerdict, "no verdict: the receiver was lost, and it is not known why"}},
		{"one suspect", verdict.Run{Evidence: verdict.Evidence{Loss: &one, Calls: numberedCalls(wholeCall(), callNotPlayed("transfer-answered", one))}},
			outcome{verdict.ExitNoVerdict, "no verdict: the receiver was lost in the call for call.group"}},
		{"several suspects", verdict.Run{Evidence: verdict.Evidence{Loss: &several, Calls: numberedCalls(wholeCall())}},
			outcome{verdict.ExitNoVerdict, "no verdict: the receiver was lost in one of the calls for call.group or push.odd-caller"}},
		{"suspects, and another finding", verdict.Run{Evidence: verdict.Evidence{Loss: &several, Calls: numberedCalls(wholeCall(), newCall(500, ms))}}, outcome{verdict.ExitNotConformant, "not conformant: push.newcall is not met"}},
		{"lost at a push of a must-level requirement", verdict.Run{Evidence: verdict.Evidence{Loss: &answer, Calls: numberedCalls(answered(), callNotPlayed("transfer-answered", answer))}},
			outcome{verdict.ExitNotConformant, "not conformant: push.answer is not met"}},
		{"lost at a push of a should-level requirement, and nothing is left open", verdict.Run{Evidence: verdict.Evidence{Loss: &unknown, Calls: numberedCalls(wholeCall(), died)}},
			outcome{verdict.ExitConformant, "conformant: N requirements met, 1 warning"}},
		{"lost at a push of a should-level requirement, and a should-level one is left open", verdict.Run{Evidence: verdict.Evidence{Loss: &unknown, Calls: numberedCalls(wholeCall(), died, transcript.Call{RequirementID: "push.odd-caller", Background: transcript.Background{Lost: &unknown}})}},
			outcome{verdict.ExitConformant, "conformant: N requirements met, 1 warning"}},
		{"lost at a push of a should-level requirement, and a must-level one is left open", verdict.Run{Evidence: verdict.Evidence{Loss: &unknown, Calls: numberedCalls(wholeCall(), died, callNotPlayed("transfer-answered", unknown))}},
			outcome{verdict.ExitNoVerdict, "no verdict: call.transfer-answered could not be judged: the call was not played: the receiver no longer accepts connections"}},
		{"lost at a push of a should-level requirement, and there at the end", verdict.Run{Evidence: evidenceOf(wholeCall(), died, callNotPlayed("transfer-answered", unknown))},
			outcome{verdict.ExitNoVerdict, "no verdict: call.transfer-answered could not be judged: the call was not played: the receiver no longer accepts connections"}},
		{"a known failure", verdict.Run{Policy: verdict.Policy{Known: []verdict.KnownFailure{{ID: "push.unknown-event"}}}, Evidence: verdict.Evidence{Loss: &unknown, Calls: numberedCalls(wholeCall(), died, callNotPlayed("transfer-answered", unknown))}},
			outcome{verdict.ExitConformant, "conformant: N requirements met, 1 known failure; 1 requirement could not be judged because of a known failure"}},
		{"lost by a requirement that was not seen to be broken", verdict.Run{Evidence: verdict.Evidence{Loss: &transcript.Loss{Requirement: "call.group"}, Calls: numberedCalls(wholeCall())}},
			outcome{verdict.ExitNoVerdict, "no verdict: the receiver was lost in the call for call.group"}},
		{"lost by a requirement that is not selected", verdict.Run{Scope: verdict.Scope{Selected: selectOnly("push.newcall")}, Evidence: verdict.Evidence{Loss: &answer, Calls: numberedCalls(answered())}},
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

func TestLossAtTheEndOfTheRunIsANoteUnlessARowShowsIt(t *testing.T) {
	t.Parallel()
	one, unknown := transcript.Loss{Suspects: []string{"call.group"}}, transcript.Loss{Requirement: "push.unknown-event"}
	died := callWithUnknownEvent(transcript.Dropped, 0, transcript.Aftermath{Gone: true})
	died.Lost = &unknown
	known := verdict.Policy{Known: []verdict.KnownFailure{{ID: "push.unknown-event"}}}
	hurried := addPush(wholeCall(), push.Answer, transcript.NotConnected) // undetermined, and not because of the loss
	hurried.Exchanges[len(hurried.Exchanges)-1].Failure = endpoint.NoRoute
	for name, test := range map[string]struct {
		run  verdict.Run
		want string
	}{
		"no loss":           {verdict.Run{Evidence: evidenceOf(wholeCall())}, ""},
		"a call not played": {verdict.Run{Evidence: verdict.Evidence{Loss: &one, Calls: numberedCalls(wholeCall(), callNotPlayed("transfer-answered", one))}}, ""},
		"a finding":         {verdict.Run{Evidence: verdict.Evidence{Loss: &unknown, Calls: numberedCalls(wholeCall(), died)}}, ""},
		"a known failure":   {verdict.Run{Policy: known, Evidence: verdict.Evidence{Loss: &unknown, Calls: numberedCalls(wholeCall(), died)}}, ""},
		"no row shows it": {verdict.Run{Evidence: verdict.Evidence{Loss: &one, Calls: numberedCalls(wholeCall())}},
			"At the end of the run: the receiver has accepted no connection since the call for call.group; start it again, and use --only call.group to see whether that call is the reason"},
		"no row shows it, and the push is known": {verdict.Run{Evidence: verdict.Evidence{Loss: &transcript.Loss{Requirement: "push.answer", Silent: true}, Calls: numberedCalls(wholeCall())}},
			"At the end of the run: the receiver accepts connections and has accepted no push since the call for push.answer"},
		"another gap does not show it": {verdict.Run{Evidence: verdict.Evidence{Loss: &one, Calls: numberedCalls(hurried)}},
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

func TestReceiverThatDroppedUnsignedPushesAndNeverRespondedMayHaveCrashed(t *testing.T) {
	t.Parallel()
	const want = "the receiver closed the connection on a push that is not signed; some receivers that verify signatures crash if there is none, sipgate's own Node library among them: see --sign-key"
	dropped, unheard := incompleteCall(transcript.Dropped), incompleteCall(transcript.NotConnected)
	earlier := incompleteCall(transcript.NotConnected)
	earlier.EarlierFailure = &dropped.Exchanges[0]
	late := incompleteCall(transcript.NotConnected)
	late.EarlierFailure = &incompleteCall(transcript.TimedOut).Exchanges[0]
	hungUp := incompleteCall(transcript.Dropped)
	hungUp.Exchanges[0].URL = "http://receiver.example/push"
	plainCrash := incompleteCall(transcript.Dropped)
	plainCrash.Exchanges[0].URL, plainCrash.Exchanges[0].Aftermath = "http://receiver.example/push", transcript.Aftermath{Gone: true}
	for name, test := range map[string]struct {
		calls  []transcript.Call
		signed bool
		want   bool
	}{
		"dropped":                   {numberedCalls(dropped), false, true},
		"dropped over plain HTTP":   {numberedCalls(hungUp), false, false},
		"gone over plain HTTP":      {numberedCalls(plainCrash), false, true},
		"dropped at the first try":  {numberedCalls(earlier), false, true},
		"late at the first try":     {numberedCalls(late), false, false},
		"no connection":             {numberedCalls(unheard), false, false},
		"dropped although signed":   {numberedCalls(dropped), true, false},
		"dropped once, and another": {numberedCalls(dropped, newCall(200, ms)), false, false},
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
	waiting := transcript.Call{RequirementID: "push.answer-without-user", Background: transcript.Background{Lost: &lost}}
	v := verdict.Run{RunInfo: verdict.RunInfo{Outgoing: "https://receiver.example"}, Evidence: verdict.Evidence{Loss: &lost, Calls: numberedCalls(wholeCall(), c, waiting)}}.Judge()
	if want := "not conformant: call.answered is not met"; v.Summary != want {
		t.Errorf("Why = %q, want %q", v.Summary, want)
	}
}
