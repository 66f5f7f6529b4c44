package requirements_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// forgedPushCall returns a call with a newCall push, a forged push and a good push. shown has the state that the application showed after
// each push; "" if the state could not be read.
func forgedPushCall(id string, forged, next transcript.Exchange, shown ...transcript.CallState) transcript.Call {
	const callID = "12111955"
	c := callFor(id, withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions)), oddExchange(forged), next)
	for i := range c.Exchanges {
		c.Exchanges[i].Step, c.Exchanges[i].Push.CallID = i, callID
	}
	c.Exchanges[2].Push.CallID = "21102015"
	for i, s := range shown {
		c.States = append(c.States, transcript.StateQuestion{Step: i, CallID: callID, Shown: s})
	}
	return c
}

func TestForgedAnswerOrHangupIsAFindingIfApplicationShowsItsEffect(t *testing.T) {
	t.Parallel()
	const ringing, answered, over, unknown = transcript.CallRinging, transcript.CallAnswered, transcript.CallOver, transcript.CallUnknown
	goodPush := withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions))
	hangup, answer := exchange(push.Hangup, 200, "", ""), exchange(push.Answer, 200, "", "")
	noJudgement := []string(nil)
	tests := []struct {
		name, why    string
		forged, next transcript.Exchange
		shown        []transcript.CallState
		want         []string
	}{
		{"call answered before and over after a hangup: finding", "", hangup, goodPush, []transcript.CallState{answered, over}, []string{"finding"}},
		{"call answered before and unknown after a hangup: finding", "a call that is forgotten is over", hangup, goodPush, []transcript.CallState{answered, unknown}, []string{"finding"}},
		{"hangup refused, but call over after the hangup: finding", "", exchange(push.Hangup, 403, "", ""), goodPush, []transcript.CallState{answered, over}, []string{"finding"}},
		{"call answered before and after a hangup: met", "", hangup, goodPush, []transcript.CallState{answered, answered}, []string{"met"}},
		{"call unknown before and after a hangup: not judged", "the look-up may use another id", hangup, goodPush, []transcript.CallState{unknown, unknown}, noJudgement},
		{"call over before and after a hangup: not judged", "the forged push did not end the call", hangup, goodPush, []transcript.CallState{over, over}, noJudgement},
		{"state after a hangup not readable: not judged", "", hangup, goodPush, []transcript.CallState{answered, ""}, noJudgement},
		{"call ringing before and answered after an answer: finding", "", answer, goodPush, []transcript.CallState{ringing, answered}, []string{"finding"}},
		{"call ringing before and after an answer: met", "", answer, goodPush, []transcript.CallState{ringing, ringing}, []string{"met"}},
		{"call answered before and after an answer: met", "some applications do not distinguish ringing and answered", answer, goodPush, []transcript.CallState{answered, answered}, []string{"met"}},
		{"call ringing before and over after an answer: not judged", "an answer push does not end a call", answer, goodPush, []transcript.CallState{ringing, over}, noJudgement},
		{"hangup accepted, state not asked: not judged", "the receiver may have ignored the hangup", hangup, goodPush, nil, noJudgement},
		{"hangup gets status 403, state not asked: met", "", exchange(push.Hangup, 403, "", ""), goodPush, nil, []string{"met"}},
		{"hangup gets an Error document, state not asked: met", "", exchange(push.Hangup, 200, "", signatureError), goodPush, nil, []string{"met"}},
		{"hangup gets status 404: not judged", "the status is about the URL, and not about signatures", exchange(push.Hangup, 404, "", ""), goodPush, nil, noJudgement},
		{"hangup dropped, then no connection: finding", "", endedExchange(push.Hangup, transcript.Dropped), withSignature(endedExchange(push.NewCall, transcript.NotConnected)), nil, []string{"finding"}},
		{"hangup dropped, good push accepted: not judged", "it is unknown why the connection was closed", endedExchange(push.Hangup, transcript.Dropped), goodPush, nil, noJudgement},
		{"good push refused because of its signature: not judged", "", exchange(push.Hangup, 403, "", ""), withSignature(exchange(push.NewCall, 403, "text/plain", "bad signature")), nil, noJudgement},
		{"no connection for the hangup: gap", "", endedExchange(push.Hangup, transcript.NotConnected), goodPush, nil, []string{"gap"}},
	}
	for _, test := range tests {
		for _, id := range []string{"signature.missing", "signature.forged"} {
			c := forgedPushCall(id, test.forged, test.next, test.shown...)
			var got []string
			for _, s := range signatureResults(c) {
				if what, ok := strings.CutPrefix(s, id+" "); ok {
					got = append(got, what)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: %s: judgements of %s mismatch (-want +got):\n%s", test.name, test.why, id, diff)
			}
			if slices.Contains(requirements.CapabilitiesShownBy(c), requirements.CanSignature) {
				t.Errorf("%s: the capability is shown by a follow-up push, want it to be shown by newCall pushes only", test.name)
			}
		}
	}
}

func TestForgedHangupIsNoFindingIfEachCallHasASecretURL(t *testing.T) {
	t.Parallel()
	subscribesTo := func(callID, url string) transcript.Exchange {
		x := withSignature(exchange(push.NewCall, 200, xmlType, `<Response onHangup="`+url+`"/>`))
		x.Push.CallID = callID
		return x
	}
	for name, test := range map[string]struct {
		first, second string
		want          bool
	}{
		"one URL for both calls: finding":             {"https://receiver.example/hangup", "https://receiver.example/hangup", true},
		"URL with the callId: finding":                {"https://receiver.example/12111955/hangup", "https://receiver.example/21102015/hangup", true},
		"URL with a secret for each call: no finding": {"https://receiver.example/hangup?s=88mph", "https://receiver.example/hangup?s=1.21GW", false},
	} {
		c := forgedPushCall("signature.missing", exchange(push.Hangup, 200, "", ""), subscribesTo("21102015", test.second), transcript.CallAnswered, transcript.CallOver)
		c.Exchanges[0] = subscribesTo("12111955", test.first)
		if got := slices.Contains(signatureResults(c), "signature.missing finding"); got != test.want {
			t.Errorf("%s: finding: %t, want %t", name, got, test.want)
		}
	}
}

func TestFindingOfAForgedHangupNamesTheStatesBeforeAndAfter(t *testing.T) {
	t.Parallel()
	const (
		id, ringing, answered, over = "signature.missing", transcript.CallRinging, transcript.CallAnswered, transcript.CallOver
		wantNext                    = id + ": must, exchange 1: want the push refused or ignored, and the next one, signed correctly, accepted, got "
	)
	goodPush := withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions))
	hangup, answer := exchange(push.Hangup, 200, "", ""), exchange(push.Answer, 200, "", "")
	lateNext := withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions, withTimes(12*time.Second, 30*time.Second)))
	shortWaitNext := withSignature(endedExchange(push.NewCall, transcript.TimedOut, withTimes(2*time.Second, 2*time.Second)))
	blockedHangup := endedExchange(push.Hangup, transcript.BlockedEnd)
	unreadState := forgedPushCall(id, hangup, goodPush, answered, "", answered)
	unreadState.States[1].Step, unreadState.States[2].Step = 0, 1
	otherCallOver := forgedPushCall(id, hangup, goodPush, answered, answered, over)
	otherCallOver.States[2].Step, otherCallOver.States[2].CallID = 1, "21102015"
	tests := []struct {
		name string
		c    transcript.Call
		want []string
	}{
		{"hangup, call over: finding", forgedPushCall(id, hangup, goodPush, answered, over),
			[]string{id + ": must, exchange 1: want the call still shown as answered: the hangup push is not sipgate's, got status 200, and the application shows the call as over"}},
		{"answer, call answered: finding", forgedPushCall(id, answer, goodPush, ringing, answered),
			[]string{id + ": must, exchange 1: want the call still shown as ringing: the answer push is not sipgate's, got status 200, and the application shows the call as answered"}},
		{"hangup, call over only after the next push: met", forgedPushCall(id, hangup, goodPush, answered, answered, over), []string{id + ": met"}},
		{"hangup, another call over: met", otherCallOver, []string{id + ": met"}},
		{"hangup, one state could not be read: met", unreadState, []string{id + ": met"}},
		{"hangup refused, no state after it: met", forgedPushCall(id, exchange(push.Hangup, 403, "", ""), goodPush, answered, ""), []string{id + ": met"}},
		{"hangup accepted, no state after it: not judged", forgedPushCall(id, hangup, goodPush, answered, ""), nil},
		{"hangup blocked: gap", forgedPushCall(id, blockedHangup, goodPush), []string{id + ": gap: the connection had a fault, although an earlier connection had none"}},
		{"no connection for hangup: gap", forgedPushCall(id, endedExchange(push.Hangup, transcript.NotConnected), goodPush), []string{id + ": gap because following.reachable: the receiver was gone: no connection: "}},
		{"good push gets status 500: finding", forgedPushCall(id, hangup, withSignature(exchange(push.NewCall, 500, "", ""))), []string{wantNext + "status 200; the next push: status 500"}},
		{"good push complete after 12 s: finding", forgedPushCall(id, hangup, lateNext), []string{wantNext + "status 200; the next push: status 200 after 12.0 s"}},
		{"hangup refused, run interrupted: not judged", forgedPushCall(id, exchange(push.Hangup, 403, "", ""), endedExchange(push.NewCall, transcript.Interrupted)), nil},
		{"hangup refused, good push timed out after 2 s: not judged", forgedPushCall(id, exchange(push.Hangup, 403, "", ""), shortWaitNext), nil},
	}
	for _, test := range tests {
		js := requirements.JudgeCall(test.c, signedTarget)
		if diff := cmp.Diff(test.want, summarize(js, id)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
		for _, j := range js {
			for _, f := range j.Findings {
				if j.Requirement == id && (f.Fix != "") != strings.Contains(f.Want, "not sipgate's") {
					t.Errorf("%s: the fix is %q, want a fix only if the push changed the call", test.name, f.Fix)
				}
			}
		}
	}
	for name, want := range map[string]string{"refused": "must unless push.newcall", "timed out": "must unless response.in-time"} {
		next := withSignature(exchange(push.NewCall, 500, "", ""))
		if name == "timed out" {
			next = withSignature(endedExchange(push.NewCall, transcript.TimedOut))
		}
		if got := resultsExceptMet(requirements.JudgeCall(forgedPushCall(id, hangup, next), signedTarget))[id]; got != want {
			t.Errorf("the next push %s: %q, want %q", name, got, want)
		}
	}
}

func TestURLIsSecretIfOtherCallHasAnotherURLForTheEvent(t *testing.T) {
	t.Parallel()
	const id = "signature.forged"
	const commonURL, firstSecretURL, secondSecretURL = "https://receiver.example/follow", "https://receiver.example/follow?s=88mph", "https://receiver.example/follow?s=1.21GW"
	newPush := func(event push.Event, callID, onAnswer, onHangup string) transcript.Exchange {
		return withSignature(exchange(event, 200, xmlType, `<Response onAnswer="`+onAnswer+`" onHangup="`+onHangup+`"/>`, func(x *transcript.Exchange) { x.Push.CallID = callID }))
	}
	emptyResponse := withSignature(exchange(push.NewCall, 200, "", ""))
	callWithForgedAnswer := func(first, second transcript.Exchange) transcript.Call {
		c := forgedPushCall(id, exchange(push.Answer, 200, "", ""), second, transcript.CallRinging, transcript.CallAnswered)
		c.Exchanges[0] = first
		return c
	}
	callWithForgedHangup := func(first, second transcript.Exchange, meanwhile ...transcript.Exchange) transcript.Call {
		c := forgedPushCall(id, exchange(push.Hangup, 200, "", ""), second, transcript.CallAnswered, transcript.CallOver)
		c.Exchanges[0] = first
		c.Exchanges = slices.Insert(c.Exchanges, 1, meanwhile...)
		return c
	}
	const firstID, secondID = "12111955", "21102015"
	tests := []struct {
		name string
		c    transcript.Call
		want bool // there is a finding
	}{
		{"secret in onAnswer, forged answer: no finding", callWithForgedAnswer(newPush(push.NewCall, firstID, firstSecretURL, commonURL), newPush(push.NewCall, secondID, secondSecretURL, commonURL)), false},
		{"secret in onHangup, forged answer: finding", callWithForgedAnswer(newPush(push.NewCall, firstID, commonURL, firstSecretURL), newPush(push.NewCall, secondID, commonURL, secondSecretURL)), true},
		{"secret in onAnswer, forged hangup: finding", callWithForgedHangup(newPush(push.NewCall, firstID, firstSecretURL, commonURL), newPush(push.NewCall, secondID, secondSecretURL, commonURL)), true},
		{"secret only in a response to dtmf: finding", callWithForgedHangup(newPush(push.NewCall, firstID, commonURL, commonURL), newPush(push.NewCall, secondID, commonURL, commonURL),
			newPush(push.DTMF, firstID, commonURL, firstSecretURL)), true},
		{"other call without subscriptions: finding", callWithForgedHangup(newPush(push.NewCall, firstID, commonURL, firstSecretURL), emptyResponse), true},
		{"other call without onHangup: finding", callWithForgedHangup(newPush(push.NewCall, firstID, commonURL, firstSecretURL),
			withSignature(exchange(push.NewCall, 200, xmlType, `<Response onAnswer="`+commonURL+`"/>`))), true},
	}
	for _, test := range tests {
		if got := slices.Contains(signatureResults(test.c), id+" finding"); got != test.want {
			t.Errorf("%s: finding: %t, want %t", test.name, got, test.want)
		}
	}
}

func TestEffectOfForgedHangupIsUnknownIfApplicationIsNotAsked(t *testing.T) {
	t.Parallel()
	const id = "signature.forged"
	goodPush, hangup := withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions)), exchange(push.Hangup, 200, "", "")
	tests := []struct {
		name string
		c    transcript.Call
		want bool
	}{
		{"hangup accepted: unknown", forgedPushCall(id, hangup, goodPush), true},
		{"answer accepted: unknown", forgedPushCall(id, exchange(push.Answer, 200, "", ""), goodPush), true},
		{"hangup accepted, application asked: known", forgedPushCall(id, hangup, goodPush, transcript.CallAnswered, transcript.CallAnswered), false},
		{"hangup refused: known", forgedPushCall(id, exchange(push.Hangup, 403, "", ""), goodPush), false},
		{"hangup refused in an Error document: known", forgedPushCall(id, exchange(push.Hangup, 200, "", signatureError), goodPush), false},
		{"hangup dropped: known", forgedPushCall(id, endedExchange(push.Hangup, transcript.Dropped), goodPush), false},
		{"newCall accepted: known", forgedPushCall(id, exchange(push.NewCall, 200, "", ""), goodPush), false},
		{"plain hangup after a forged newCall: known", callFor(id, oddExchange(exchange(push.NewCall, 403, "", "")), hangup, goodPush), false},
		{"odd hangup that is not forged: known", forgedPushCall("push.unknown-cause", hangup, goodPush), false},
	}
	for _, test := range tests {
		if got := requirements.IsForgeryEffectUnknown(test.c); got != test.want {
			t.Errorf("%s: IsForgeryEffectUnknown() = %t, want %t", test.name, got, test.want)
		}
	}
}
