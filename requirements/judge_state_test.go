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

// asSecondLegOf returns a change that makes the leg of a push the second leg of a forward or transfer. id is the callId of the first leg.
func asSecondLegOf(id string) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Push.OrigCallID, x.Push.Diversion = id, "493023125001" }
}

func withOrigCallID(id string) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Push.OrigCallID = id }
}

// withOutcomeOf returns an exchange with the push of x and the outcome of another exchange.
func withOutcomeOf(x, outcome transcript.Exchange) transcript.Exchange {
	outcome.Leg, outcome.Push, outcome.Duplicate = x.Leg, x.Push, x.Duplicate
	return outcome
}

// docPushNotSent returns a push on Doc's leg that was not sent.
func docPushNotSent(e push.Event, reason transcript.NotSentReason) transcript.NotSent {
	return transcript.NotSent{Leg: "Doc", Push: push.Push{Event: e, CallID: "1"}, Reason: reason}
}

// martyPushNotSent returns a push on Marty's leg that was not sent.
func martyPushNotSent(e push.Event, reason transcript.NotSentReason) transcript.NotSent {
	return transcript.NotSent{Leg: "Marty", Push: push.Push{Event: e, CallID: "2"}, Reason: reason}
}

// withNotSent returns a call in which some pushes were not sent.
func withNotSent(c transcript.Call, ns ...transcript.NotSent) transcript.Call {
	c.NotSent = ns
	return c
}

// callWithStates returns a call in which the application was asked about every leg after every push. shown has a part for each push, with
// the states of the legs in the order in which they began, such as "ringing, over answered". In place of a state, "-" means that the
// application was not asked, and "?" that the state could not be read. "!" after a state means that pushcheck did not wait for a better
// state.
func callWithStates(requirementID string, exchanges []transcript.Exchange, shown string) transcript.Call {
	c := transcript.Call{ID: 1, RequirementID: requirementID, Complete: true}
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
	noHangupSubscription = "not applicable: the receiver does not subscribe to the hangup of such a call, so it cannot know when the call ends"
	noCallShownGap       = "gap: the application shows no call at all under the callId of the pushes: check that --state-url (or --state-command) looks it up by callId and that --state-map says what its words mean"
	unreadableStateGap   = "gap: the call state could not be read: asking the state URL: status 500"
)

func TestCallThatIsNotShownAsOverAfterItsHangupIsAFinding(t *testing.T) {
	t.Parallel()
	ring, answer, hangup := acceptedExchange(push.NewCall, "Doc", "1"), acceptedExchange(push.Answer, "Doc", "1"), acceptedExchange(push.Hangup, "Doc", "1")
	plain := []transcript.Exchange{ring, answer, hangup}
	missed := []transcript.Exchange{ring, acceptedExchange(push.Hangup, "Doc", "1", withCause(push.Busy))}
	outgoing := []transcript.Exchange{acceptedExchange(push.NewCall, "Doc", "1", asOutgoing), acceptedExchange(push.Answer, "Doc", "1", asOutgoing), acceptedExchange(push.Hangup, "Doc", "1", asOutgoing)}
	refused, late := exchange(push.Hangup, 500, "", ""), exchange(push.Hangup, 200, "", "", withTimes(12*time.Second, 30*time.Second))
	checkStates(t, []stateRow{
		{"shown as over: met", callWithStates("", plain, "ringing, answered, over"), []string{"state.ended: met"}},
		{"forgotten after the hangup: met", callWithStates("", plain, "ringing, answered, unknown"), []string{"state.ended: met"}},
		{"still shown as answered: finding", callWithStates("", plain, "ringing, answered, answered"),
			[]string{"state.ended: must, exchange 2: want Doc's call shown as over, got answered after the hangup push (normalClearing)"}},
		{"missed call still ringing: finding", callWithStates("", missed, "ringing, ringing"),
			[]string{"state.ended: must, exchange 1: want Doc's call shown as over, got ringing after the hangup push (busy)"}},
		{"shown as answered, and pushcheck did not wait: gap", callWithStates("", plain, "ringing, answered, answered!"),
			[]string{"state.ended: gap: the application did not show Doc's call correctly at once, and pushcheck no longer waited, after too many earlier timeouts"}},
		{"answered call never shown: gap", callWithStates("", plain, "unknown, unknown, unknown"), []string{"state.ended: " + noCallShownGap}},
		{"missed call never shown: not judged", callWithStates("", missed, "unknown, unknown"), nil},
		{"outgoing call never shown: not judged", callWithStates("", outgoing, "unknown, unknown, unknown"), nil},
		{"state unreadable after the answer: gap", callWithStates("", plain, "ringing, ?, answered"), []string{"state.ended: " + unreadableStateGap}},
		{"hangup refused: gap", callWithStates("", []transcript.Exchange{ring, answer, withOutcomeOf(hangup, refused)}, "ringing, answered, -"),
			[]string{"state.ended: gap because push.hangup: the hangup push on Doc's leg was not accepted: status 500"}},
		{"hangup accepted after 12 s: gap", callWithStates("", []transcript.Exchange{ring, answer, withOutcomeOf(hangup, late)}, "ringing, answered, answered"),
			[]string{"state.ended: gap because push.hangup: the hangup push on Doc's leg was not accepted: status 200 after 12.0 s"}},
		{"answer refused, still shown as ringing at the end: gap", callWithStates("", []transcript.Exchange{ring, withOutcomeOf(answer, exchange(push.Answer, 500, "", "")), hangup}, "ringing, -, ringing"),
			[]string{"state.ended: gap because push.answer: the answer push on Doc's leg was not accepted: status 500"}},
		{"newCall refused for its signature: gap", callWithStates("", []transcript.Exchange{withOutcomeOf(ring, exchange(push.NewCall, 200, xmlType, signatureError)), answer, hangup}, "-, answered, answered"),
			[]string{`state.ended: gap: the receiver checks signatures and refuses a push without one: it says "Signature verification failed."; give it a public key of yours, and pushcheck the private half with --sign-key`}},
		{"no subscription to hangup: not applicable", withNotSent(callWithStates("", plain, "ringing, answered"), docPushNotSent(push.Hangup, transcript.NotSubscribed)),
			[]string{"state.ended: " + noHangupSubscription}},
		{"hangup not sent: gap", withNotSent(callWithStates("", plain, "ringing, answered"), docPushNotSent(push.Hangup, transcript.UnusableURL)),
			[]string{"state.ended: gap because following.hangup-url: the hangup push on Doc's leg was not sent: unusable URL"}},
		{"answer of the call and hangup of another call not sent: not judged", withNotSent(callWithStates("", plain, "ringing"), docPushNotSent(push.Answer, transcript.UnusableURL), martyPushNotSent(push.Hangup, transcript.UnusableURL)), nil},
		{"second call with the origCallId of the first, but no diversion: both judged", callWithStates("", []transcript.Exchange{ring, acceptedExchange(push.NewCall, "Marty", "2", withOrigCallID("1")), hangup}, "ringing, ringing ringing, over ringing"),
			[]string{"state.ended: met"}},
		{"leg of a forward without the first leg: not judged", callWithStates("", []transcript.Exchange{acceptedExchange(push.NewCall, "Marty", "2", asSecondLegOf("1")), acceptedExchange(push.Hangup, "Marty", "2", asSecondLegOf("1"))}, "ringing, ringing"), nil},
		{"hangup with an unknown cause: judged like a plain call", callWithStates("push.unknown-cause", plain, "ringing, answered, over"), []string{"state.ended: met"}},
		{"call for a requirement that is not judged by states: not judged", callWithStates("push.any-field-order", plain, "ringing, answered, answered"), nil},
	})
}

func TestTransferIsJudgedByTheStatesOfItsTwoLegs(t *testing.T) {
	t.Parallel()
	ring, answer, hangup := acceptedExchange(push.NewCall, "Doc", "1"), acceptedExchange(push.Answer, "Doc", "1"), acceptedExchange(push.Hangup, "Doc", "1")
	ring2, answer2, hangup2 := acceptedExchange(push.NewCall, "Marty", "2", asSecondLegOf("1")), acceptedExchange(push.Answer, "Marty", "2", asSecondLegOf("1")), acceptedExchange(push.Hangup, "Marty", "2", asSecondLegOf("1"))
	outgoingNewCall := acceptedExchange(push.NewCall, "Doc", "1", asOutgoing)
	transfer, missed := []transcript.Exchange{ring, answer, ring2, answer2, hangup}, []transcript.Exchange{ring, answer, ring2, hangup2}
	noAnswer := "state.transfer: gap: the application does not show a call as answered directly after its answer push; if it has another word for that, name it with --state-map WORD=answered"
	forwarded := martyPushNotSent(push.Hangup, transcript.NotSubscribed)
	forwarded.Push.Cause = push.Forwarded
	checkStates(t, []stateRow{
		{"second leg answered, first over: met", callWithStates("", transfer, "ringing, answered, answered ringing, answered answered, over answered"), []string{"state.transfer: met"}},
		{"second leg answered only at the end: met", callWithStates("", transfer, "ringing, answered, answered ringing, answered ringing, over answered"), []string{"state.transfer: met"}},
		{"first leg still answered: finding", callWithStates("", transfer, "ringing, answered, answered ringing, answered answered, answered answered"),
			[]string{"state.transfer: must, exchange 4: want Doc's call shown as over, got answered after the hangup push (normalClearing)"}},
		{"second leg over with the first: finding", callWithStates("", transfer, "ringing, answered, answered ringing, answered answered, over over"),
			[]string{"state.transfer: must, exchange 4: want Marty's call shown as answered, got over after the hangup push (normalClearing) on Doc's leg"}},
		{"second leg still answered after its own hangup: finding", callWithStates("", append(transfer[:5:5], hangup2), "ringing, answered, answered ringing, answered answered, over answered, over answered"),
			[]string{"state.transfer: met", "state.transfer: must, exchange 5: want Marty's call shown as over, got answered after the hangup push (normalClearing)"}},
		{"second leg transferred too: judged by the first two legs", callWithStates("", []transcript.Exchange{ring, answer, ring2, acceptedExchange(push.NewCall, "Biff", "3", asSecondLegOf("1")), hangup2}, "ringing, answered, answered ringing, answered ringing ringing, answered ringing ringing"),
			[]string{"state.transfer: must, exchange 4: want Marty's call shown as over, got ringing after the hangup push (normalClearing)"}},
		{"outgoing first leg never shown: not judged", callWithStates("", []transcript.Exchange{outgoingNewCall, hangup, ring2, hangup2}, "unknown, unknown, unknown ringing, unknown over"), nil},
		{"no leg shown as answered: gap", callWithStates("", transfer, "ringing, ringing, ringing ringing, ringing ringing, over ringing"), []string{noAnswer}},
		{"second leg still ringing, first not answered: gap", callWithStates("", []transcript.Exchange{ring, ring2, answer2}, "ringing, ringing ringing, ringing ringing"), []string{noAnswer}},
		{"state of the second leg unreadable: gap", callWithStates("", transfer, "ringing, answered, answered ringing, answered ?, answered answered"), []string{"state.transfer: " + unreadableStateGap}},
		{"nobody answers, second leg over: met", callWithStates("", missed, "ringing, answered, answered ringing, answered over"), []string{"state.transfer: met"}},
		{"nobody answers, second leg still ringing: finding", callWithStates("", missed, "ringing, answered, answered ringing, answered ringing"),
			[]string{"state.transfer: must, exchange 3: want Marty's call shown as over, got ringing after the hangup push (normalClearing)"}},
		{"no subscription to the second hangup: met by the first leg", withNotSent(callWithStates("", transfer, "ringing, answered, answered ringing, answered answered, over answered"),
			martyPushNotSent(push.Hangup, transcript.NotSubscribed)), []string{"state.transfer: met"}},
		{"no subscription to the first hangup: met by the second leg", withNotSent(callWithStates("", missed, "ringing, answered, answered ringing, answered over"),
			docPushNotSent(push.Hangup, transcript.NotSubscribed)), []string{"state.transfer: met"}},
		{"neither hangup sent: two gaps", withNotSent(callWithStates("", transfer, "ringing, answered, answered ringing, answered answered"),
			docPushNotSent(push.Hangup, transcript.UnusableURL), martyPushNotSent(push.Hangup, transcript.Blocked)),
			[]string{"state.transfer: gap because following.hangup-url: the hangup push on Doc's leg was not sent: unusable URL",
				"state.transfer: gap because following.https: the hangup push on Marty's leg was not sent: blocked"}},
		{"second leg still ringing, no subscription to hangup: finding", withNotSent(callWithStates("", transfer, "ringing, answered, answered ringing, answered ringing"),
			docPushNotSent(push.Hangup, transcript.NotSubscribed), martyPushNotSent(push.Hangup, transcript.NotSubscribed)),
			[]string{"state.transfer: must, exchange 3: want Marty's call shown as answered, got ringing after the answer push"}},
		{"second leg forwarded: judged as a transfer", withNotSent(callWithStates("", transfer, "ringing, answered, answered ringing, answered answered, over answered"), forwarded),
			[]string{"state.transfer: met"}},
	})
}

func TestForwardIsJudgedByTheStatesOfItsTwoLegs(t *testing.T) {
	t.Parallel()
	ring, hangup := acceptedExchange(push.NewCall, "Doc", "1"), acceptedExchange(push.Hangup, "Doc", "1", withCause(push.Forwarded))
	ring2, answer2, hangup2 := acceptedExchange(push.NewCall, "Marty", "2", asSecondLegOf("1")), acceptedExchange(push.Answer, "Marty", "2", asSecondLegOf("1")), acceptedExchange(push.Hangup, "Marty", "2", asSecondLegOf("1"))
	forward := []transcript.Exchange{ring, hangup, ring2, answer2, hangup2}
	const met, metEnd = "state.forward: met", "state.ended: met"
	forwarded := docPushNotSent(push.Hangup, transcript.NotSubscribed)
	forwarded.Push.Cause = push.Forwarded
	checkStates(t, []stateRow{
		{"first leg over, second goes on: met", callWithStates("", forward, "ringing, over, over ringing, over answered, over over"), []string{met, metEnd}},
		{"second leg shown once it is answered: met", callWithStates("", forward, "ringing, over, over unknown, over answered, over over"), []string{met, metEnd}},
		{"first leg still ringing: finding", callWithStates("", forward, "ringing, ringing, ringing ringing, ringing answered, ringing over"),
			[]string{"state.forward: must, exchange 1: want Doc's call shown as over, got ringing after the hangup push (forwarded)", metEnd}},
		{"second leg over from the start: finding", callWithStates("", forward, "ringing, over, over over, over over, over over"),
			[]string{"state.forward: must, exchange 2: want Marty's call shown as ringing or answered, since the call goes on, got over after the newCall push", metEnd}},
		{"second leg never shown: finding", callWithStates("", forward, "ringing, over, over unknown, over unknown, over unknown"),
			[]string{"state.forward: must, exchange 3: want Marty's call shown as ringing or answered, since the call goes on, got unknown after the answer push", metEnd}},
		{"only answered legs shown: met", callWithStates("", forward, "unknown, unknown, unknown unknown, unknown answered, unknown over"), []string{met, metEnd}},
		{"no leg shown: gap", callWithStates("", forward, "unknown, unknown, unknown unknown, unknown unknown, unknown unknown"), []string{"state.ended: " + noCallShownGap}},
		{"second leg still answered after its hangup: finding of the end", callWithStates("", forward, "ringing, over, over ringing, over answered, over answered"),
			[]string{met, "state.ended: must, exchange 4: want Marty's call shown as over, got answered after the hangup push (normalClearing)"}},
		{"no subscription to hangup: not applicable", withNotSent(callWithStates("", []transcript.Exchange{ring, ring2, answer2}, "ringing, ringing ringing, ringing answered"),
			forwarded, martyPushNotSent(push.Hangup, transcript.NotSubscribed)), []string{"state.forward: " + noHangupSubscription, "state.ended: " + noHangupSubscription}},
		{"no second leg: judged as a plain call", callWithStates("", forward, "ringing, over"), []string{metEnd}},
		{"state of the first leg unreadable: gap", callWithStates("", forward, "ringing, ?, over ringing, over answered, over over"), []string{"state.forward: " + unreadableStateGap}},
	})
}

func TestFindingQuotesTheWordOfTheApplicationAndTheWait(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"": "answered", "answered": "answered", "talking": `answered (it says "talking")`} {
		for waited, still := range map[time.Duration]string{0: "", 20 * time.Millisecond: "", 1960 * time.Millisecond: ", still 2s"} {
			c := callWithStates("", []transcript.Exchange{acceptedExchange(push.NewCall, "Doc", "1"), acceptedExchange(push.Hangup, "Doc", "1")}, "ringing, answered")
			c.States[1].Word, c.States[1].Waited = word, waited
			want := "state.ended: must, exchange 1: want Doc's call shown as over, got " + want + still + " after the hangup push (normalClearing)"
			checkStates(t, []stateRow{{word + " after " + waited.String(), c, []string{want}}})
		}
	}
}
