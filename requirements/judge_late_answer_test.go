package requirements_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestAnswerAfterHangupIsJudgedByWhetherTheCallStaysOver(t *testing.T) {
	t.Parallel()
	const id = "state.late-answer"
	newCall, hangup, answer := pushed(push.NewCall, "Doc", "1"), pushed(push.Hangup, "Doc", "1"), pushed(push.Answer, "Doc", "1")
	refused := func(x transcript.Exchange, status int) transcript.Exchange {
		x.Status = status
		return x
	}
	gone := ended(push.Answer, transcript.NotConnected)
	gone.Leg, gone.Push = answer.Leg, answer.Push
	late := func(answer transcript.Exchange) []transcript.Exchange {
		return []transcript.Exchange{newCall, hangup, answer}
	}
	notSent := func(e push.Event, reason transcript.NotSentReason, c transcript.Call) transcript.Call {
		c.NotSent = []transcript.NotSent{{Leg: "Doc", Push: push.Push{Event: e, CallID: "1"}, Reason: reason}}
		return c
	}
	withheld := notSent(push.Answer, transcript.NotSubscribed, watched(id, []transcript.Exchange{newCall, hangup}, "ringing", "over"))
	withheld.NotSent = append(withheld.NotSent,
		transcript.NotSent{Leg: "Marty", Push: push.Push{Event: push.Answer, CallID: "2"}, Reason: transcript.UnusableURL},
		transcript.NotSent{Leg: "Doc", Push: push.Push{Event: push.DTMF, CallID: "1"}, Reason: transcript.UnusableURL})
	const reopened = "should, exchange 2: want Doc's call shown as over, since its hangup push came before the answer push, got answered after the answer push"
	tests := []struct {
		name string
		call transcript.Call
		want []string
	}{
		{"stays over", watched(id, late(answer), "ringing", "over", "over"), []string{"met"}},
		{"is forgotten", watched(id, late(answer), "ringing", "unknown", "unknown"), []string{"met"}},
		{"is answered again", watched(id, late(answer), "ringing", "over", "answered"), []string{reopened}},
		{"shown as unknown, and shown again later", watched(id, late(answer), "ringing", "unknown", "answered"), []string{reopened}},
		{"is first known when it is over", watched(id, late(answer), "unknown", "unknown", "answered"), []string{reopened}},
		{"is refused with 409 and stays over", watched(id, late(refused(answer, 409)), "ringing", "over", "over"), []string{"met"}},
		{"is refused with 500 and answered again", watched(id, late(refused(answer, 500)), "ringing", "over", "answered"), []string{reopened}},
		{"is never shown", watched(id, late(answer), "unknown", "unknown", "unknown"), []string{"not applicable: the application shows a call only when it is answered"}},
		{"was not over before", watched(id, late(answer), "ringing", "ringing", "answered"),
			[]string{"gap because state.ended: the application did not show Doc's call as over before the answer push was sent"}},
		{"cannot be read", watched(id, late(answer), "ringing", "over", "?"), []string{"gap: the call state could not be read: asking the state URL: status 500"}},
		{"the hangup is refused", watched(id, []transcript.Exchange{newCall, refused(hangup, 500), answer}, "ringing", "over", "answered"),
			[]string{"gap because push.hangup: the hangup push on Doc's leg was not accepted: status 500"}},
		{"the receiver is gone", watched(id, late(gone), "ringing", "over", "over"),
			[]string{"gap because push.answer: the answer push on Doc's leg was not accepted: no connection: "}},
		{"no hangup is subscribed to", notSent(push.Hangup, transcript.NotSubscribed, watched(id, []transcript.Exchange{newCall, answer}, "ringing", "answered")),
			[]string{"not applicable: the receiver does not subscribe to the hangup of such a call, so it cannot know when the call ends"}},
		{"no answer is subscribed to", notSent(push.Answer, transcript.NotSubscribed, watched(id, []transcript.Exchange{newCall, hangup}, "ringing", "over")),
			[]string{"not applicable: the receiver does not subscribe to the answer of such a call"}},
		{"the answer URL cannot be reached", notSent(push.Answer, transcript.NotReached, watched(id, []transcript.Exchange{newCall, hangup}, "ringing", "over")),
			[]string{"gap because following.reachable: the answer push on Doc's leg was not sent: not reached"}},
		{"the call has another leg", watched(id, []transcript.Exchange{newCall, pushed(push.NewCall, "Marty", "2", from("1")), hangup, answer},
			"ringing", "ringing ringing", "over ringing", "over ringing"), nil},
		{"only the answer of its own leg counts", withheld, []string{"not applicable: the receiver does not subscribe to the answer of such a call"}},
	}
	for _, test := range tests {
		var want []string
		for _, w := range test.want {
			want = append(want, id+": "+w)
		}
		if diff := cmp.Diff(want, summaries(requirements.JudgeCall(test.call, receiver), "state.")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestLateAnswerIsNotJudgedByItsResponse(t *testing.T) {
	t.Parallel()
	answer := pushed(push.Answer, "Doc", "1")
	answer.Status = 500
	c := watched("state.late-answer", []transcript.Exchange{pushed(push.NewCall, "Doc", "1"), pushed(push.Hangup, "Doc", "1"), answer}, "ringing", "over", "over")
	if got := summaries(requirements.JudgeCall(c, receiver), "push.answer"); got != nil {
		t.Errorf("push.answer is judged: %q, want nothing", got)
	}
}
