package requirements_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestStatesOfLegsAreJudgedOrLeftOpenWithAReason(t *testing.T) {
	t.Parallel()
	const (
		unsubscribed = "not applicable: the receiver does not subscribe to the hangup of such a call, so it cannot know when the call ends"
		nothing      = "gap: the application shows no call at all under the callId of the pushes: check that --state-url (or --state-command) looks it up by callId and that --state-map says what its words mean"
		noAnswers    = "gap: the application does not show a call as answered directly after its answer push; if it has another word for that, name it with --state-map WORD=answered"
		unread       = "gap: the call state could not be read: asking the state URL: status 500"
		signed       = `gap: the receiver checks signatures and refuses a push without one: it says "Signature verification failed."; give it a public key of yours, and pushcheck the private half with --sign-key`
	)
	ring, answer, hangup := pushed(push.NewCall, "Doc", "1"), pushed(push.Answer, "Doc", "1"), pushed(push.Hangup, "Doc", "1")
	next, picked, over := pushed(push.NewCall, "Marty", "2", from("1")), pushed(push.Answer, "Marty", "2", from("1")), pushed(push.Hangup, "Marty", "2", from("1"))
	other, answered, gone := pushed(push.NewCall, "Marty", "2"), pushed(push.Answer, "Marty", "2"), pushed(push.Hangup, "Marty", "2")
	forwarded := pushed(push.Hangup, "Doc", "1", cause(push.Forwarded))
	all := func(xs ...transcript.Exchange) []transcript.Exchange { return xs }
	alike := all(ring, answer, other, answered, hangup)
	like := func(x, y transcript.Exchange) transcript.Exchange {
		y.Leg, y.Push = x.Leg, x.Push
		return y
	}
	unsent := func(leg, id string, e push.Event, c push.Cause, reason transcript.NotSentReason) transcript.NotSent {
		return transcript.NotSent{Leg: leg, Push: push.Push{Event: e, CallID: id, Cause: c}, Reason: reason}
	}
	without := func(c transcript.Call, ns ...transcript.NotSent) transcript.Call {
		c.NotSent = ns
		return c
	}
	tests := []struct {
		name string
		call transcript.Call
		want []string
	}{
		{"hangup not subscribed", without(watched("", all(ring, answer), "ringing", "answered"),
			unsent("Doc", "1", push.Hangup, "", transcript.NotSubscribed)), []string{"state.ended: " + unsubscribed}},
		{"hangup not sent because its URL is unusable", without(watched("", all(ring, answer), "ringing", "answered"),
			unsent("Doc", "1", push.Hangup, "", transcript.UnusableURL)),
			[]string{"state.ended: gap because following.hangup-url: the hangup push on Doc's leg was not sent: unusable URL"}},
		{"no hangup in the call, although an answer and the hangup of another call were not sent", without(watched("", all(ring), "ringing"),
			unsent("Doc", "1", push.Answer, "", transcript.UnusableURL), unsent("Marty", "2", push.Hangup, "", transcript.UnusableURL)), nil},
		{"newCall refused for its signature in an Error document", watched("", all(like(ring, says(push.NewCall, 200, xml, bad)), answer, hangup), "-", "answered", "answered"),
			[]string{"state.ended: " + signed}},
		{"hangup accepted after 12 s", watched("", all(ring, answer, like(hangup, says(push.Hangup, 200, "", "", took(12*time.Second, 30*time.Second)))), "ringing", "answered", "answered"),
			[]string{"state.ended: gap because push.hangup: the hangup push on Doc's leg was not accepted: status 200 after 12.0 s"}},
		{"wrong state, and no time to wait for it", watched("", all(ring, answer, hangup), "ringing", "answered", "answered!"),
			[]string{"state.ended: gap: the application did not show Doc's call correctly at once, and pushcheck no longer waited, after too many earlier timeouts"}},

		{"transfer: first leg ends, second hangup not subscribed", without(watched("", all(ring, answer, next, picked, hangup), "ringing", "answered", "answered ringing", "answered answered", "over answered"),
			unsent("Marty", "2", push.Hangup, "", transcript.NotSubscribed)), []string{"state.transfer: met"}},
		{"transfer: second leg ends, first hangup not subscribed", without(watched("", all(ring, answer, next, over), "ringing", "answered", "answered ringing", "answered over"),
			unsent("Doc", "1", push.Hangup, "", transcript.NotSubscribed)), []string{"state.transfer: met"}},
		{"transfer: neither hangup sent", without(watched("", all(ring, answer, next, picked), "ringing", "answered", "answered ringing", "answered answered"),
			unsent("Doc", "1", push.Hangup, "", transcript.UnusableURL), unsent("Marty", "2", push.Hangup, "", transcript.Blocked)),
			[]string{"state.transfer: gap because following.hangup-url: the hangup push on Doc's leg was not sent: unusable URL",
				"state.transfer: gap because following.https: the hangup push on Marty's leg was not sent: blocked"}},
		{"transfer: second leg still ringing after its answer and the first hangup", watched("", all(ring, answer, next, picked, hangup), "ringing", "answered", "answered ringing", "answered ringing", "over ringing"),
			[]string{"state.transfer: must, exchange 4: want Marty's call shown as answered, got ringing after the hangup push (normalClearing) on Doc's leg"}},
		{"transfer: second leg still ringing after its answer, hangups not subscribed", without(watched("", all(ring, answer, next, picked), "ringing", "answered", "answered ringing", "answered ringing"),
			unsent("Doc", "1", push.Hangup, "", transcript.NotSubscribed), unsent("Marty", "2", push.Hangup, "", transcript.NotSubscribed)),
			[]string{"state.transfer: must, exchange 3: want Marty's call shown as answered, got ringing after the answer push"}},
		{"transfer: second leg still ringing, and no answer on the first to compare with", watched("", all(ring, next, picked), "ringing", "ringing ringing", "ringing ringing"),
			[]string{"state.transfer: " + noAnswers}},
		{"transfer: second leg forwarded, hangup not subscribed", without(watched("", all(ring, answer, next, picked, hangup), "ringing", "answered", "answered ringing", "answered answered", "over answered"),
			unsent("Marty", "2", push.Hangup, push.Forwarded, transcript.NotSubscribed)), []string{"state.transfer: met"}},

		{"forward: hangups not subscribed", without(watched("", all(ring, next, picked), "ringing", "ringing ringing", "ringing answered"),
			unsent("Doc", "1", push.Hangup, push.Forwarded, transcript.NotSubscribed), unsent("Marty", "2", push.Hangup, "", transcript.NotSubscribed)),
			[]string{"state.forward: " + unsubscribed, "state.ended: " + unsubscribed}},
		{"forward without a second leg", watched("", all(ring, forwarded), "ringing", "over"), []string{"state.ended: met"}},
		{"forward: state of the first leg unreadable", watched("", all(ring, forwarded, next, over), "ringing", "?", "over ringing", "over answered"), []string{"state.forward: " + unread}},

		{"similar ids: neither call known", watched("state.apart", alike, "unknown", "unknown", "unknown unknown", "unknown unknown", "unknown unknown"),
			[]string{"state.apart: must, exchange 0: want Doc's call shown as the call, under its whole callId of 136 characters, got unknown after the newCall push"}},
		{"similar ids: only the second call known", watched("state.apart", alike, "unknown", "unknown", "unknown ringing", "unknown answered", "unknown answered"), []string{"state.apart: " + nothing}},
		{"similar ids: only the first call known", watched("state.apart", alike, "ringing", "answered", "answered unknown", "answered unknown", "over unknown"),
			[]string{"state.apart: must, exchange 2: want Marty's call shown as ringing: it is another call than Doc's, got unknown after the newCall push"}},
		{"similar ids: second call over at the first hangup", watched("state.apart", alike, "ringing", "answered", "answered ringing", "answered answered", "over over"),
			[]string{"state.apart: must, exchange 4: want Marty's call shown as answered: it is another call than Doc's, got over after the hangup push (normalClearing) on Doc's leg"}},
		{"similar ids: first call over at the second newCall", watched("state.apart", alike, "ringing", "answered", "over ringing", "answered answered", "over answered"),
			[]string{"state.apart: must, exchange 2: want Doc's call shown as answered, whatever the other call does, got over after the newCall push on Marty's leg"}},
		{"similar ids: both calls over at their own hangups", watched("state.apart", append(alike[:5:5], gone), "ringing", "answered", "answered ringing", "answered answered", "over answered", "over over"), []string{"state.apart: met"}},
		{"similar ids: neither call answered", watched("state.apart", all(ring, other, hangup), "ringing", "ringing ringing", "over ringing"), []string{"state.apart: met"}},
		{"similar ids: answered calls shown as ringing", watched("state.apart", alike, "ringing", "ringing", "ringing ringing", "ringing ringing", "over ringing"), []string{"state.apart: met"}},
		{"similar ids: not asked before the first answer", watched("state.apart", alike, "-", "answered", "answered ringing", "answered answered", "over answered"), []string{"state.apart: met"}},
		{"similar ids: only one call played", watched("state.apart", all(ring, answer, hangup), "ringing", "answered", "answered"), nil},
		{"similar ids: a state unreadable", watched("state.apart", alike, "ringing", "answered", "? ringing", "answered answered", "over answered"), []string{"state.apart: " + unread}},
		{"similar ids: first answer and second newCall refused", watched("state.apart", all(ring, like(answer, says(push.Answer, 500, "", "")), like(other, says(push.NewCall, 500, "", "")), answered, hangup), "ringing", "-", "- -", "ringing -", "over -"),
			[]string{"state.apart: gap because push.answer: the answer push on Doc's leg was not accepted: status 500"}},
		{"similar ids: second newCall timed out, second call unknown", watched("state.apart", all(ring, answer, like(other, ended(push.NewCall, transcript.TimedOut)), answered, hangup), "ringing", "answered", "- -", "answered unknown", "over unknown"),
			[]string{"state.apart: gap because response.in-time: the newCall push on Marty's leg was not accepted: no response within 10 s"}},
		{"similar ids: second newCall timed out, second call not asked about", watched("state.apart", all(ring, answer, like(other, ended(push.NewCall, transcript.TimedOut)), hangup), "ringing", "answered", "- -", "over -"),
			[]string{"state.apart: gap because response.in-time: the newCall push on Marty's leg was not accepted: no response within 10 s"}},

		{"pushes twice: state unreadable after the answer", watched("state.once", all(ring, answer, hangup), "ringing", "?", "over"), []string{"state.once: " + unread}},
		{"pushes twice: state unreadable before the call is over too early", watched("state.once", all(ring, answer, hangup), "?", "over", "over"), []string{"state.once: " + unread}},
		{"pushes twice: second leg", watched("state.once", all(ring, answer, next, hangup), "ringing", "answered", "answered ringing", "answered ringing"), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, summaries(requirements.JudgeCall(test.call, requirements.Target{}), "state.")); diff != "" {
				t.Errorf("JudgeCall mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFindingQuotesTheWordOfTheApplicationIfItDiffers(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"": "answered", "answered": "answered", "talking": `answered (it says "talking")`} {
		for waited, after := range map[time.Duration]string{
			0: " after the hangup push (normalClearing)", 20 * time.Millisecond: " after the hangup push (normalClearing)", 1960 * time.Millisecond: ", still 2s after the hangup push (normalClearing)",
		} {
			c := watched("", []transcript.Exchange{pushed(push.NewCall, "Doc", "1"), pushed(push.Answer, "Doc", "1"), pushed(push.Hangup, "Doc", "1")}, "ringing", "answered", "answered")
			c.States[2].Word, c.States[2].Waited = word, waited
			if diff := cmp.Diff([]string{"state.ended: must, exchange 2: want Doc's call shown as over, got " + want + after}, summaries(requirements.JudgeCall(c, receiver), "state.")); diff != "" {
				t.Errorf("the word %q after %s: mismatch (-want +got):\n%s", word, waited, diff)
			}
		}
	}
}
