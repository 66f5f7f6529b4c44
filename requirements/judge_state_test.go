package requirements_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// asSecondLegOf makes the leg of a push the second one of a forward or transfer.
func asSecondLegOf(id string) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Push.OrigCallID, x.Push.Diversion = id, "493023125001" }
}

func origin(id string) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Push.OrigCallID = id }
}

// responding returns an exchange of the same push with the outcome of another exchange.
func responding(x, outcome transcript.Exchange) transcript.Exchange {
	outcome.Leg, outcome.Push, outcome.Duplicate = x.Leg, x.Push, x.Duplicate
	return outcome
}

// unsent is a push on Doc's leg that was not sent.
func unsent(e push.Event, reason transcript.NotSentReason) transcript.NotSent {
	return transcript.NotSent{Leg: "Doc", Push: push.Push{Event: e, CallID: "1"}, Reason: reason}
}

// unsentToMarty is a push on Marty's leg that was not sent.
func unsentToMarty(e push.Event, reason transcript.NotSentReason) transcript.NotSent {
	return transcript.NotSent{Leg: "Marty", Push: push.Push{Event: e, CallID: "2"}, Reason: reason}
}

// without returns a call in which some pushes were not sent.
func without(c transcript.Call, ns ...transcript.NotSent) transcript.Call {
	c.NotSent = ns
	return c
}

// watched is a call in which the application was asked about every leg after every push. Shown has a part for each push, with the states
// of the legs in the order in which they began, such as "ringing, over answered". It has "-" if there was no question, "?" if there was no
// answer, and "!" after a state for which pushcheck did not wait.
func watched(stimulus string, exchanges []transcript.Exchange, shown string) transcript.Call {
	c := transcript.Call{ID: 1, RequirementID: stimulus, Complete: true}
	var legs []transcript.Exchange
	for i, words := range strings.Split(shown, ",") {
		x := exchanges[i]
		x.Step = i
		c.Exchanges = append(c.Exchanges, x)
		if !slices.ContainsFunc(legs, func(l transcript.Exchange) bool { return l.Push.CallID == x.Push.CallID }) {
			legs = append(legs, x)
		}
		for n, word := range strings.Fields(words) {
			a := transcript.StateQuestion{Step: i, Leg: legs[n].Leg, CallID: legs[n].Push.CallID, Word: word, Shown: transcript.CallState(word)}
			a.Wanted = outcome.StateFromPushes(c.Exchanges, a.CallID)
			switch {
			case word == "-":
				continue
			case word == "?":
				a.Shown, a.Word, a.Failure = "", "", "asking the state URL: status 500"
			case strings.HasSuffix(word, "!"):
				a.Shown, a.Word, a.CutShort = transcript.CallState(strings.TrimSuffix(word, "!")), "", true
			}
			c.States = append(c.States, a)
		}
	}
	return c
}

// stateRow is a call with the summaries of its judgements about states.
type stateRow struct {
	name string
	call transcript.Call
	want []string
}

func checkStates(t *testing.T, rows []stateRow) {
	t.Helper()
	for _, row := range rows {
		if diff := cmp.Diff(row.want, summarize(requirements.JudgeCall(row.call, receiver), "state.")); diff != "" {
			t.Errorf("%s: JudgeCall mismatch (-want +got):\n%s", row.name, diff)
		}
	}
}

const (
	noHangups         = "not applicable: the receiver does not subscribe to the hangup of such a call, so it cannot know when the call ends"
	noCallShownReason = "gap: the application shows no call at all under the callId of the pushes: check that --state-url (or --state-command) looks it up by callId and that --state-map says what its words mean"
	unreadable        = "gap: the call state could not be read: asking the state URL: status 500"
)

func TestCallThatIsNotShownAsOverAfterItsHangupIsAFinding(t *testing.T) {
	t.Parallel()
	ring, answer, hangup := pushed(push.NewCall, "Doc", "1"), pushed(push.Answer, "Doc", "1"), pushed(push.Hangup, "Doc", "1")
	plain := []transcript.Exchange{ring, answer, hangup}
	missed := []transcript.Exchange{ring, pushed(push.Hangup, "Doc", "1", withCause(push.Busy))}
	calling := []transcript.Exchange{pushed(push.NewCall, "Doc", "1", asOutgoing), pushed(push.Answer, "Doc", "1", asOutgoing), pushed(push.Hangup, "Doc", "1", asOutgoing)}
	refused, late := exchange(push.Hangup, 500, "", ""), exchange(push.Hangup, 200, "", "", withTimes(12*time.Second, 30*time.Second))
	checkStates(t, []stateRow{
		{"shown as over: met", watched("", plain, "ringing, answered, over"), []string{"state.ended: met"}},
		{"forgotten after the hangup: met", watched("", plain, "ringing, answered, unknown"), []string{"state.ended: met"}},
		{"still shown as answered: finding", watched("", plain, "ringing, answered, answered"),
			[]string{"state.ended: must, exchange 2: want Doc's call shown as over, got answered after the hangup push (normalClearing)"}},
		{"missed call still ringing: finding", watched("", missed, "ringing, ringing"),
			[]string{"state.ended: must, exchange 1: want Doc's call shown as over, got ringing after the hangup push (busy)"}},
		{"shown as answered, and pushcheck did not wait: gap", watched("", plain, "ringing, answered, answered!"),
			[]string{"state.ended: gap: the application did not show Doc's call correctly at once, and pushcheck no longer waited, after too many earlier timeouts"}},
		{"answered call never shown: gap", watched("", plain, "unknown, unknown, unknown"), []string{"state.ended: " + noCallShownReason}},
		{"missed call never shown: not judged", watched("", missed, "unknown, unknown"), nil},
		{"outgoing call never shown: not judged", watched("", calling, "unknown, unknown, unknown"), nil},
		{"state unreadable after the answer: gap", watched("", plain, "ringing, ?, answered"), []string{"state.ended: " + unreadable}},
		{"hangup refused: gap", watched("", []transcript.Exchange{ring, answer, responding(hangup, refused)}, "ringing, answered, -"),
			[]string{"state.ended: gap because push.hangup: the hangup push on Doc's leg was not accepted: status 500"}},
		{"hangup accepted after 12 s: gap", watched("", []transcript.Exchange{ring, answer, responding(hangup, late)}, "ringing, answered, answered"),
			[]string{"state.ended: gap because push.hangup: the hangup push on Doc's leg was not accepted: status 200 after 12.0 s"}},
		{"answer refused, still shown as ringing at the end: gap", watched("", []transcript.Exchange{ring, responding(answer, exchange(push.Answer, 500, "", "")), hangup}, "ringing, -, ringing"),
			[]string{"state.ended: gap because push.answer: the answer push on Doc's leg was not accepted: status 500"}},
		{"newCall refused for its signature: gap", watched("", []transcript.Exchange{responding(ring, exchange(push.NewCall, 200, xmlType, signatureError)), answer, hangup}, "-, answered, answered"),
			[]string{`state.ended: gap: the receiver checks signatures and refuses a push without one: it says "Signature verification failed."; give it a public key of yours, and pushcheck the private half with --sign-key`}},
		{"hangup not subscribed: not applicable", without(watched("", plain, "ringing, answered"), unsent(push.Hangup, transcript.NotSubscribed)),
			[]string{"state.ended: " + noHangups}},
		{"hangup not sent: gap", without(watched("", plain, "ringing, answered"), unsent(push.Hangup, transcript.UnusableURL)),
			[]string{"state.ended: gap because following.hangup-url: the hangup push on Doc's leg was not sent: unusable URL"}},
		{"answer and the hangup of another call not sent: not judged", without(watched("", plain, "ringing"), unsent(push.Answer, transcript.UnusableURL), unsentToMarty(push.Hangup, transcript.UnusableURL)), nil},
		{"second call with the origCallId of the first, but no diversion: both judged", watched("", []transcript.Exchange{ring, pushed(push.NewCall, "Marty", "2", origin("1")), hangup}, "ringing, ringing ringing, over ringing"),
			[]string{"state.ended: met"}},
		{"leg of a forward without the first leg: not judged", watched("", []transcript.Exchange{pushed(push.NewCall, "Marty", "2", asSecondLegOf("1")), pushed(push.Hangup, "Marty", "2", asSecondLegOf("1"))}, "ringing, ringing"), nil},
		{"hangup with an unknown cause: judged as in a plain call", watched("push.unknown-cause", plain, "ringing, answered, over"), []string{"state.ended: met"}},
		{"call with an odd push that is not watched: not judged", watched("push.any-field-order", plain, "ringing, answered, answered"), nil},
	})
}

func TestTransferIsJudgedByTheStatesOfItsTwoLegs(t *testing.T) {
	t.Parallel()
	ring, answer, hangup := pushed(push.NewCall, "Doc", "1"), pushed(push.Answer, "Doc", "1"), pushed(push.Hangup, "Doc", "1")
	ring2, answer2, hangup2 := pushed(push.NewCall, "Marty", "2", asSecondLegOf("1")), pushed(push.Answer, "Marty", "2", asSecondLegOf("1")), pushed(push.Hangup, "Marty", "2", asSecondLegOf("1"))
	calling := pushed(push.NewCall, "Doc", "1", asOutgoing)
	transfer, missed := []transcript.Exchange{ring, answer, ring2, answer2, hangup}, []transcript.Exchange{ring, answer, ring2, hangup2}
	noAnswer := "state.transfer: gap: the application does not show a call as answered directly after its answer push; if it has another word for that, name it with --state-map WORD=answered"
	forwarded := unsentToMarty(push.Hangup, transcript.NotSubscribed)
	forwarded.Push.Cause = push.Forwarded
	checkStates(t, []stateRow{
		{"second leg answered, first over: met", watched("", transfer, "ringing, answered, answered ringing, answered answered, over answered"), []string{"state.transfer: met"}},
		{"second leg answered only at the end: met", watched("", transfer, "ringing, answered, answered ringing, answered ringing, over answered"), []string{"state.transfer: met"}},
		{"first leg still answered: finding", watched("", transfer, "ringing, answered, answered ringing, answered answered, answered answered"),
			[]string{"state.transfer: must, exchange 4: want Doc's call shown as over, got answered after the hangup push (normalClearing)"}},
		{"second leg over with the first: finding", watched("", transfer, "ringing, answered, answered ringing, answered answered, over over"),
			[]string{"state.transfer: must, exchange 4: want Marty's call shown as answered, got over after the hangup push (normalClearing) on Doc's leg"}},
		{"second leg still answered after its own hangup: finding", watched("", append(transfer[:5:5], hangup2), "ringing, answered, answered ringing, answered answered, over answered, over answered"),
			[]string{"state.transfer: met", "state.transfer: must, exchange 5: want Marty's call shown as over, got answered after the hangup push (normalClearing)"}},
		{"second leg transferred too: judged by the first two", watched("", []transcript.Exchange{ring, answer, ring2, pushed(push.NewCall, "Biff", "3", asSecondLegOf("1")), hangup2}, "ringing, answered, answered ringing, answered ringing ringing, answered ringing ringing"),
			[]string{"state.transfer: must, exchange 4: want Marty's call shown as over, got ringing after the hangup push (normalClearing)"}},
		{"outgoing call that is never shown: not judged", watched("", []transcript.Exchange{calling, hangup, ring2, hangup2}, "unknown, unknown, unknown ringing, unknown over"), nil},
		{"no leg shown as answered: gap", watched("", transfer, "ringing, ringing, ringing ringing, ringing ringing, over ringing"), []string{noAnswer}},
		{"second leg still ringing, first not answered: gap", watched("", []transcript.Exchange{ring, ring2, answer2}, "ringing, ringing ringing, ringing ringing"), []string{noAnswer}},
		{"state of the second leg unreadable: gap", watched("", transfer, "ringing, answered, answered ringing, answered ?, answered answered"), []string{"state.transfer: " + unreadable}},
		{"nobody answers, second leg over: met", watched("", missed, "ringing, answered, answered ringing, answered over"), []string{"state.transfer: met"}},
		{"nobody answers, second leg still ringing: finding", watched("", missed, "ringing, answered, answered ringing, answered ringing"),
			[]string{"state.transfer: must, exchange 3: want Marty's call shown as over, got ringing after the hangup push (normalClearing)"}},
		{"second hangup not subscribed: met by the first", without(watched("", transfer, "ringing, answered, answered ringing, answered answered, over answered"),
			unsentToMarty(push.Hangup, transcript.NotSubscribed)), []string{"state.transfer: met"}},
		{"first hangup not subscribed: met by the second", without(watched("", missed, "ringing, answered, answered ringing, answered over"),
			unsent(push.Hangup, transcript.NotSubscribed)), []string{"state.transfer: met"}},
		{"neither hangup sent: two gaps", without(watched("", transfer, "ringing, answered, answered ringing, answered answered"),
			unsent(push.Hangup, transcript.UnusableURL), unsentToMarty(push.Hangup, transcript.Blocked)),
			[]string{"state.transfer: gap because following.hangup-url: the hangup push on Doc's leg was not sent: unusable URL",
				"state.transfer: gap because following.https: the hangup push on Marty's leg was not sent: blocked"}},
		{"second leg still ringing, hangups not subscribed: finding", without(watched("", transfer, "ringing, answered, answered ringing, answered ringing"),
			unsent(push.Hangup, transcript.NotSubscribed), unsentToMarty(push.Hangup, transcript.NotSubscribed)),
			[]string{"state.transfer: must, exchange 3: want Marty's call shown as answered, got ringing after the answer push"}},
		{"second leg forwarded: judged as a transfer", without(watched("", transfer, "ringing, answered, answered ringing, answered answered, over answered"), forwarded),
			[]string{"state.transfer: met"}},
	})
}

func TestForwardIsJudgedByTheStatesOfItsTwoLegs(t *testing.T) {
	t.Parallel()
	ring, hangup := pushed(push.NewCall, "Doc", "1"), pushed(push.Hangup, "Doc", "1", withCause(push.Forwarded))
	ring2, answer2, hangup2 := pushed(push.NewCall, "Marty", "2", asSecondLegOf("1")), pushed(push.Answer, "Marty", "2", asSecondLegOf("1")), pushed(push.Hangup, "Marty", "2", asSecondLegOf("1"))
	forward := []transcript.Exchange{ring, hangup, ring2, answer2, hangup2}
	const met, metEnd = "state.forward: met", "state.ended: met"
	forwarded := unsent(push.Hangup, transcript.NotSubscribed)
	forwarded.Push.Cause = push.Forwarded
	checkStates(t, []stateRow{
		{"first leg over, second goes on: met", watched("", forward, "ringing, over, over ringing, over answered, over over"), []string{met, metEnd}},
		{"second leg shown once it is answered: met", watched("", forward, "ringing, over, over unknown, over answered, over over"), []string{met, metEnd}},
		{"first leg still ringing: finding", watched("", forward, "ringing, ringing, ringing ringing, ringing answered, ringing over"),
			[]string{"state.forward: must, exchange 1: want Doc's call shown as over, got ringing after the hangup push (forwarded)", metEnd}},
		{"second leg over from the start: finding", watched("", forward, "ringing, over, over over, over over, over over"),
			[]string{"state.forward: must, exchange 2: want Marty's call shown as ringing or answered, since the call goes on, got over after the newCall push", metEnd}},
		{"second leg never shown: finding", watched("", forward, "ringing, over, over unknown, over unknown, over unknown"),
			[]string{"state.forward: must, exchange 3: want Marty's call shown as ringing or answered, since the call goes on, got unknown after the answer push", metEnd}},
		{"only answered legs shown: met", watched("", forward, "unknown, unknown, unknown unknown, unknown answered, unknown over"), []string{met, metEnd}},
		{"no leg shown: gap", watched("", forward, "unknown, unknown, unknown unknown, unknown unknown, unknown unknown"), []string{"state.ended: " + noCallShownReason}},
		{"second leg answered after its hangup: finding of the end", watched("", forward, "ringing, over, over ringing, over answered, over answered"),
			[]string{met, "state.ended: must, exchange 4: want Marty's call shown as over, got answered after the hangup push (normalClearing)"}},
		{"hangups not subscribed: not applicable", without(watched("", []transcript.Exchange{ring, ring2, answer2}, "ringing, ringing ringing, ringing answered"),
			forwarded, unsentToMarty(push.Hangup, transcript.NotSubscribed)), []string{"state.forward: " + noHangups, "state.ended: " + noHangups}},
		{"no second leg: judged as a plain call", watched("", forward, "ringing, over"), []string{metEnd}},
		{"state of the first leg unreadable: gap", watched("", forward, "ringing, ?, over ringing, over answered, over over"), []string{"state.forward: " + unreadable}},
	})
}

func TestFindingQuotesTheWordOfTheApplicationAndTheWait(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"": "answered", "answered": "answered", "talking": `answered (it says "talking")`} {
		for waited, still := range map[time.Duration]string{0: "", 20 * time.Millisecond: "", 1960 * time.Millisecond: ", still 2s"} {
			c := watched("", []transcript.Exchange{pushed(push.NewCall, "Doc", "1"), pushed(push.Hangup, "Doc", "1")}, "ringing, answered")
			c.States[1].Word, c.States[1].Waited = word, waited
			want := "state.ended: must, exchange 1: want Doc's call shown as over, got " + want + still + " after the hangup push (normalClearing)"
			checkStates(t, []stateRow{{word + " after " + waited.String(), c, []string{want}}})
		}
	}
}
