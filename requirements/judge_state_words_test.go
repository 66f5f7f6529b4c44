package requirements_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestTheStatesOfLegsAreToldWithWhatStandsInTheWay(t *testing.T) {
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
		{"a hangup that nobody wants to hear of", without(watched("", all(ring, answer), "ringing", "answered"),
			unsent("Doc", "1", push.Hangup, "", transcript.NotSubscribed)), []string{"state.ended: " + unsubscribed}},
		{"a hangup that could not be sent", without(watched("", all(ring, answer), "ringing", "answered"),
			unsent("Doc", "1", push.Hangup, "", transcript.UnusableURL)),
			[]string{"state.ended: gap because following.hangup-url: the hangup push on Doc's leg was not sent: unusable URL"}},
		{"no hangup, an answer that could not be sent, and another call's hangup: nothing is known of this one's", without(watched("", all(ring), "ringing"),
			unsent("Doc", "1", push.Answer, "", transcript.UnusableURL), unsent("Marty", "2", push.Hangup, "", transcript.UnusableURL)), nil},
		{"the ring refused for its signature, in an Error document", watched("", all(like(ring, says(push.NewCall, 200, xml, bad)), answer, hangup), "-", "answered", "answered"),
			[]string{"state.ended: " + signed}},
		{"the hangup taken when sipgate has given up", watched("", all(ring, answer, like(hangup, says(push.Hangup, 200, "", "", took(12*time.Second, 30*time.Second)))), "ringing", "answered", "answered"),
			[]string{"state.ended: gap because push.hangup: the hangup push on Doc's leg was not accepted: status 200 after 12.0 s"}},
		{"not waited for", watched("", all(ring, answer, hangup), "ringing", "answered", "answered!"),
			[]string{"state.ended: gap: the application did not show Doc's call correctly at once, and pushcheck no longer waited, after too many earlier timeouts"}},

		{"a transfer whose first leg ended, and of whose second nobody wants to hear the end", without(watched("", all(ring, answer, next, picked, hangup), "ringing", "answered", "answered ringing", "answered answered", "over answered"),
			unsent("Marty", "2", push.Hangup, "", transcript.NotSubscribed)), []string{"state.transfer: met"}},
		{"a transfer whose second leg ended, and of whose first nobody wants to hear the end", without(watched("", all(ring, answer, next, over), "ringing", "answered", "answered ringing", "answered over"),
			unsent("Doc", "1", push.Hangup, "", transcript.NotSubscribed)), []string{"state.transfer: met"}},
		{"a transfer neither of whose ends could be sent", without(watched("", all(ring, answer, next, picked), "ringing", "answered", "answered ringing", "answered answered"),
			unsent("Doc", "1", push.Hangup, "", transcript.UnusableURL), unsent("Marty", "2", push.Hangup, "", transcript.Blocked)),
			[]string{"state.transfer: gap because following.hangup-url: the hangup push on Doc's leg was not sent: unusable URL",
				"state.transfer: gap because following.https: the hangup push on Marty's leg was not sent: blocked"}},
		{"a transfer whose second leg is not shown as answered is no other finding", watched("", all(ring, answer, next, picked, hangup), "ringing", "answered", "answered ringing", "answered ringing", "over ringing"),
			[]string{"state.transfer: must, exchange 4: want Marty's call shown as answered, got ringing after the hangup push (normalClearing) on Doc's leg"}},
		{"a transfer whose second leg is not shown as answered, and of whose ends nobody wants to hear", without(watched("", all(ring, answer, next, picked), "ringing", "answered", "answered ringing", "answered ringing"),
			unsent("Doc", "1", push.Hangup, "", transcript.NotSubscribed), unsent("Marty", "2", push.Hangup, "", transcript.NotSubscribed)),
			[]string{"state.transfer: must, exchange 3: want Marty's call shown as answered, got ringing after the answer push"}},
		{"a transfer whose first leg was never told to be answered: there is nothing to compare with", watched("", all(ring, next, picked), "ringing", "ringing ringing", "ringing ringing"),
			[]string{"state.transfer: " + noAnswers}},
		{"a transfer that is sent on without a hangup is none the less a transfer", without(watched("", all(ring, answer, next, picked, hangup), "ringing", "answered", "answered ringing", "answered answered", "over answered"),
			unsent("Marty", "2", push.Hangup, push.Forwarded, transcript.NotSubscribed)), []string{"state.transfer: met"}},

		{"a forward whose hangups nobody wants to hear of is no transfer", without(watched("", all(ring, next, picked), "ringing", "ringing ringing", "ringing answered"),
			unsent("Doc", "1", push.Hangup, push.Forwarded, transcript.NotSubscribed), unsent("Marty", "2", push.Hangup, "", transcript.NotSubscribed)),
			[]string{"state.forward: " + unsubscribed, "state.ended: " + unsubscribed}},
		{"a forward that leads nowhere is an end", watched("", all(ring, forwarded), "ringing", "over"), []string{"state.ended: met"}},
		{"a forward that cannot be read", watched("", all(ring, forwarded, next, over), "ringing", "?", "over ringing", "over answered"), []string{"state.forward: " + unread}},

		{"ids alike: found under none", watched("state.apart", alike, "unknown", "unknown", "unknown unknown", "unknown unknown", "unknown unknown"),
			[]string{"state.apart: must, exchange 0: want Doc's call shown as the call, under its whole callId of 136 characters, got unknown after the newCall push"}},
		{"ids alike: found under none, and asked about only when the first was over", watched("state.apart", alike, "-", "-", "- -", "- -", "unknown unknown"), nil},
		{"ids alike: the first never found, the second found", watched("state.apart", alike, "unknown", "unknown", "unknown ringing", "unknown answered", "unknown answered"), []string{"state.apart: " + nothing}},
		{"ids alike: the second never found", watched("state.apart", alike, "ringing", "answered", "answered unknown", "answered unknown", "over unknown"),
			[]string{"state.apart: must, exchange 2: want Marty's call shown as ringing: it is another call than Doc's, got unknown after the newCall push"}},
		{"ids alike: the second over with the first", watched("state.apart", alike, "ringing", "answered", "answered ringing", "answered answered", "over over"),
			[]string{"state.apart: must, exchange 4: want Marty's call shown as answered: it is another call than Doc's, got over after the hangup push (normalClearing) on Doc's leg"}},
		{"ids alike: the first over with the second's ring", watched("state.apart", alike, "ringing", "answered", "over ringing", "answered answered", "over answered"),
			[]string{"state.apart: must, exchange 2: want Doc's call shown as answered, whatever the other call does, got over after the newCall push on Marty's leg"}},
		{"ids alike: the second over at its own end", watched("state.apart", append(alike[:5:5], gone), "ringing", "answered", "answered ringing", "answered answered", "over answered", "over over"), []string{"state.apart: met"}},
		{"ids alike: neither ever answered", watched("state.apart", all(ring, other, hangup), "ringing", "ringing ringing", "over ringing"), []string{"state.apart: met"}},
		{"ids alike: its word for answered is another", watched("state.apart", alike, "ringing", "ringing", "ringing ringing", "ringing ringing", "over ringing"), []string{"state.apart: met"}},
		{"ids alike: not asked while the first rang", watched("state.apart", alike, "-", "answered", "answered ringing", "answered answered", "over answered"), []string{"state.apart: met"}},
		{"ids alike: only one call came", watched("state.apart", all(ring, answer, hangup), "ringing", "answered", "answered"), nil},
		{"ids alike: they cannot be read", watched("state.apart", alike, "ringing", "answered", "? ringing", "answered answered", "over answered"), []string{"state.apart: " + unread}},
		{"ids alike: the first's answer refused, and then the second's ring: it may refuse all", watched("state.apart", all(ring, like(answer, says(push.Answer, 500, "", "")), like(other, says(push.NewCall, 500, "", "")), answered, hangup), "ringing", "-", "- -", "ringing -", "over -"),
			[]string{"state.apart: gap because push.answer: the answer push on Doc's leg was not accepted: status 500"}},
		{"ids alike: the second's ring timed out", watched("state.apart", all(ring, answer, like(other, ended(push.NewCall, transcript.TimedOut)), answered, hangup), "ringing", "answered", "- -", "answered unknown", "over unknown"),
			[]string{"state.apart: gap because response.in-time: the newCall push on Marty's leg was not accepted: no response within 10 s"}},
		{"ids alike: the second's ring timed out, and all looks well: nobody knows of two", watched("state.apart", all(ring, answer, like(other, ended(push.NewCall, transcript.TimedOut)), hangup), "ringing", "answered", "- -", "over -"),
			[]string{"state.apart: gap because response.in-time: the newCall push on Marty's leg was not accepted: no response within 10 s"}},

		{"twice: it cannot be read", watched("state.once", all(ring, answer, hangup), "ringing", "?", "over"), []string{"state.once: " + unread}},
		{"twice: it cannot be read before it is over too early", watched("state.once", all(ring, answer, hangup), "?", "over", "over"), []string{"state.once: " + unread}},
		{"twice: another leg came of it", watched("state.once", all(ring, answer, next, hangup), "ringing", "answered", "answered ringing", "answered ringing"), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, told(requirements.JudgeCall(test.call, requirements.Target{}), "state.")); diff != "" {
				t.Errorf("JudgeCall mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAWordOfTheApplicationsOwnIsToldBesideWhatItMeans(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"": "answered", "answered": "answered", "talking": `answered (it says "talking")`} {
		for waited, after := range map[time.Duration]string{
			0: " after the hangup push (normalClearing)", 20 * time.Millisecond: " after the hangup push (normalClearing)", 1960 * time.Millisecond: ", still 2s after the hangup push (normalClearing)",
		} {
			c := watched("", []transcript.Exchange{pushed(push.NewCall, "Doc", "1"), pushed(push.Answer, "Doc", "1"), pushed(push.Hangup, "Doc", "1")}, "ringing", "answered", "answered")
			c.States[2].Word, c.States[2].Waited = word, waited
			if diff := cmp.Diff([]string{"state.ended: must, exchange 2: want Doc's call shown as over, got " + want + after}, told(requirements.JudgeCall(c, receiver), "state.")); diff != "" {
				t.Errorf("the word %q after %s: mismatch (-want +got):\n%s", word, waited, diff)
			}
		}
	}
}
