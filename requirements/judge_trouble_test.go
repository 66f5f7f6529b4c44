package requirements_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// troubleResults describes the judgements of a call, except those about responses and follow-up URLs, which have tests of their own.
func troubleResults(c transcript.Call) map[string]string {
	out := resultsExceptMet(requirements.JudgeCall(c, receiver))
	for id := range out {
		if area, _ := requirements.Find(id); area.Area() == "response" || area.Area() == "following" {
			delete(out, id)
		}
	}
	return out
}

func withStep(n int) func(*transcript.Exchange) { return func(x *transcript.Exchange) { x.Step = n } }

func leftOut(n int, e push.Event) transcript.NotSent {
	return transcript.NotSent{Step: n, Leg: "Doc", Push: push.Push{Event: e}, Reason: transcript.LeftOut}
}

func TestSequenceHasFindingsOnlyAfterItBecomesUnusual(t *testing.T) {
	t.Parallel()
	newCall := func(n int) transcript.Exchange {
		return exchange(push.NewCall, 200, xmlType, bothSubscriptions, withStep(n))
	}
	answer := func(n, code int) transcript.Exchange { return exchange(push.Answer, code, "", "", withStep(n)) }
	hangup := func(n, code int) transcript.Exchange { return exchange(push.Hangup, code, "", "", withStep(n)) }
	asCopy := func(x transcript.Exchange) transcript.Exchange { x.Duplicate = true; return x }
	tests := []struct {
		name, id  string
		exchanges []transcript.Exchange
		notSent   []transcript.NotSent
		want      string
	}{
		{"call after a lost hangup accepted: met", "trouble.missing-hangup", []transcript.Exchange{newCall(0), answer(1, 200), newCall(3), answer(4, 200), hangup(5, 200)}, []transcript.NotSent{leftOut(2, push.Hangup)}, ""},
		{"call after a lost hangup refused: finding", "trouble.missing-hangup", []transcript.Exchange{newCall(0), answer(1, 200), exchange(push.NewCall, 500, "", "", withStep(3))}, []transcript.NotSent{leftOut(2, push.Hangup)}, "should unless push.newcall"},
		{"answer refused before the lost hangup: gap", "trouble.missing-hangup", []transcript.Exchange{newCall(0), answer(1, 500), newCall(3)}, []transcript.NotSent{leftOut(2, push.Hangup)}, "gap because push.answer"},
		{"no connection after a lost hangup: gap", "trouble.missing-hangup", []transcript.Exchange{newCall(0), answer(1, 200), endedExchange(push.NewCall, transcript.NotConnected, withStep(3))}, []transcript.NotSent{leftOut(2, push.Hangup)}, "gap"},
		{"hangup after a lost answer refused: finding", "trouble.missing-answer", []transcript.Exchange{newCall(0), hangup(2, 500)}, []transcript.NotSent{leftOut(1, push.Answer)}, "must unless push.hangup, call.unanswered"},
		{"hangup after a lost answer timed out after 1 s: gap", "trouble.missing-answer", []transcript.Exchange{newCall(0), endedExchange(push.Hangup, transcript.TimedOut, withStep(2), withTimes(time.Second, time.Second))}, []transcript.NotSent{leftOut(1, push.Answer)}, "gap"},
		{"copies accepted: met", "trouble.duplicate-push", []transcript.Exchange{newCall(0), asCopy(newCall(0)), hangup(1, 200), asCopy(hangup(1, 200))}, nil, ""},
		{"copy refused: finding", "trouble.duplicate-push", []transcript.Exchange{newCall(0), asCopy(exchange(push.NewCall, 409, "", ""))}, nil, "should unless push.newcall"},
		{"first of two equal pushes refused: gap", "trouble.duplicate-push", []transcript.Exchange{exchange(push.NewCall, 500, "", "")}, nil, "gap because push.newcall"},
		{"late hangup refused: finding", "trouble.late-hangup", []transcript.Exchange{newCall(0), hangup(5, 200), hangup(4, 500)}, nil, "must unless push.hangup, call.transfer-answered"},
		{"answer refused before the late hangup: gaps", "trouble.late-hangup", []transcript.Exchange{newCall(0), answer(1, 500), hangup(5, 200), hangup(4, 200)}, nil, "gap because push.answer, gap because call.transfer-answered"},
		{"early newCall refused: finding", "trouble.out-of-order", []transcript.Exchange{newCall(0), exchange(push.NewCall, 500, "", "", asSecondLeg, withStep(2)), hangup(1, 200)}, nil, "should unless push.diversion, push.newcall, call.forward-busy"},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, RequirementID: test.id, Exchanges: test.exchanges, NotSent: test.notSent, Complete: true}
		got := troubleResults(c)
		want := map[string]string{}
		if test.want != "" {
			want[test.id] = test.want
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestStimulusIsJudgedByTheNextGoodPush(t *testing.T) {
	t.Parallel()
	newStimulus := func(end transcript.End, change ...func(*transcript.Exchange)) transcript.Exchange {
		x := transcript.Exchange{Sent: transcript.Sent{TimeLimit: 10 * time.Second}, Twist: transcript.Twist{ForeignName: "a JSON document", Odd: true}, Outcome: transcript.Outcome{End: end, Duration: time.Millisecond}}
		if end == transcript.Complete {
			x.Status = 400
		}
		if end == transcript.TimedOut {
			x.Duration = x.TimeLimit
		}
		for _, c := range change {
			c(&x)
		}
		return x
	}
	goodPush := exchange(push.NewCall, 200, xmlType, bothSubscriptions)
	const malformed, oversized, slow = "trouble.malformed-push", "trouble.oversized-push", "trouble.slow-push"
	tests := []struct {
		name, id  string
		exchanges []transcript.Exchange
		want      string
	}{
		{"status 400, good push accepted: met", malformed, []transcript.Exchange{newStimulus(transcript.Complete), goodPush}, ""},
		{"status 500, good push accepted: met", malformed, []transcript.Exchange{newStimulus(transcript.Complete, withStatus(500)), goodPush}, ""},
		{"connection closed, good push accepted: met", malformed, []transcript.Exchange{newStimulus(transcript.Dropped), goodPush}, ""},
		{"malformed push timed out: finding", malformed, []transcript.Exchange{newStimulus(transcript.TimedOut), goodPush}, "must"},
		{"malformed push timed out after 1 s: gap", malformed, []transcript.Exchange{newStimulus(transcript.TimedOut, withTimes(time.Second, time.Second)), goodPush}, "gap"},
		{"oversized push timed out: met", oversized, []transcript.Exchange{newStimulus(transcript.TimedOut), goodPush}, ""},
		{"no connection after it: finding", malformed, []transcript.Exchange{newStimulus(transcript.Dropped), endedExchange(push.NewCall, transcript.NotConnected)}, "must unless push.newcall, signature.missing"},
		{"good push timed out: finding", oversized, []transcript.Exchange{newStimulus(transcript.Complete), endedExchange(push.NewCall, transcript.TimedOut)}, "must unless response.in-time, signature.missing"},
		{"good push gets status 403: gap", malformed, []transcript.Exchange{newStimulus(transcript.Complete), exchange(push.NewCall, 403, "", "")}, "gap"},
		{"no connection for it: gap", malformed, []transcript.Exchange{newStimulus(transcript.NotConnected)}, "gap"},
		{"good push during a slow push accepted: met", slow, []transcript.Exchange{newStimulus(transcript.HeldOpen), goodPush}, ""},
		{"good push during a slow push timed out: finding", slow, []transcript.Exchange{newStimulus(transcript.HeldOpen), endedExchange(push.NewCall, transcript.TimedOut)}, "should unless response.in-time, signature.missing"},
		{"no connection during a slow push: finding", slow, []transcript.Exchange{newStimulus(transcript.HeldOpen), endedExchange(push.NewCall, transcript.NotConnected)}, "should unless push.newcall, signature.missing"},
	}
	for _, test := range tests {
		want := map[string]string{}
		if test.want != "" {
			want[test.id] = test.want
		}
		got := troubleResults(transcript.Call{ID: 1, RequirementID: test.id, Exchanges: test.exchanges, Complete: true})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
	notConnected := []transcript.Exchange{newStimulus(transcript.HeldOpen), endedExchange(push.NewCall, transcript.NotConnected)}
	notBack := troubleResults(transcript.Call{ID: 1, RequirementID: slow, Exchanges: notConnected, Background: transcript.Background{Lost: &transcript.Loss{Requirement: slow}}})
	if diff := cmp.Diff(map[string]string{slow: "gap"}, notBack); diff != "" {
		t.Errorf("receiver lost, and no connection after the slow push: mismatch (-want +got):\n%s", diff)
	}
	notPlayed := troubleResults(transcript.Call{ID: 1, RequirementID: slow, Background: transcript.Background{Lost: &transcript.Loss{Requirement: malformed}}})
	if diff := cmp.Diff(map[string]string{slow: "gap because " + malformed}, notPlayed); diff != "" {
		t.Errorf("provocation that was not played, because the receiver was lost: mismatch (-want +got):\n%s", diff)
	}
}

func TestURLOfAnotherCallIsAFinding(t *testing.T) {
	t.Parallel()
	const firstID, secondID = "54566B150B0C0D3A5D544C0001", "54566B150B0C0D3A5D544C0002"
	newCallOf := func(id, query string) transcript.Exchange {
		return exchange(push.NewCall, 200, xmlType, `<Response onHangup="`+followUpURL+query+`"/>`, asConcurrent, func(x *transcript.Exchange) { x.Push.CallID = id })
	}
	tests := []struct {
		name      string
		exchanges []transcript.Exchange
		want      map[string]string
	}{
		{"one URL for both calls: no finding", []transcript.Exchange{newCallOf(firstID, ""), newCallOf(secondID, "")}, nil},
		{"URL with its own callId: no finding", []transcript.Exchange{newCallOf(firstID, "?call="+firstID), newCallOf(secondID, "?call="+secondID)}, nil},
		{"different tokens: no finding", []transcript.Exchange{newCallOf(firstID, "?token=77"), newCallOf(secondID, "?token=78")}, nil},
		{"same token for both calls: no finding", []transcript.Exchange{newCallOf(firstID, "?at=1700000000"), newCallOf(secondID, "?at=1700000000")}, nil},
		{"URL with the other callId: finding", []transcript.Exchange{newCallOf(firstID, "?call="+firstID), newCallOf(secondID, "?call="+firstID)}, map[string]string{"call.concurrent": "must"}},
		{"URL with the other callId, encoded: finding", []transcript.Exchange{newCallOf(firstID, ""), newCallOf(secondID, "?call=x%2F"+firstID)}, map[string]string{"call.concurrent": "must"}},
		{"URL with both callIds: no finding", []transcript.Exchange{newCallOf(firstID, "?calls="+firstID+","+secondID), newCallOf(secondID, "?calls="+firstID+","+secondID)}, nil},
		{"one push refused: finding", []transcript.Exchange{newCallOf(firstID, ""), exchange(push.NewCall, 503, "", "", asConcurrent)}, map[string]string{"call.concurrent": "must unless push.newcall"}},
		{"no connection: gap", []transcript.Exchange{endedExchange(push.NewCall, transcript.NotConnected)}, map[string]string{"call.concurrent": "gap"}},
	}
	for _, test := range tests {
		got := troubleResults(transcript.Call{ID: 1, RequirementID: "call.concurrent", Crowd: 2, Exchanges: test.exchanges, Complete: true})
		if test.want == nil {
			test.want = map[string]string{}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
