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

// forgedFollowUp is a call with one forged push and the good push after it. before and after are the states that the application showed
// around the forged push; "" if it was not asked.
func forgedFollowUp(id string, odd, next transcript.Exchange, shown ...transcript.CallState) transcript.Call {
	const callID = "12111955"
	c := about(id, withSignature(says(push.NewCall, 200, xml, both)), strange(odd), next)
	for i := range c.Exchanges {
		c.Exchanges[i].Step, c.Exchanges[i].Push.CallID = i, callID
	}
	c.Exchanges[2].Push.CallID = "21102015"
	for i, s := range shown {
		c.States = append(c.States, transcript.StateQuestion{Step: i, CallID: callID, Shown: s})
	}
	return c
}

func TestForgedFollowUpPushIsAFindingIfTheApplicationShowsItsEffect(t *testing.T) {
	t.Parallel()
	const ringing, answered, over, unknown = transcript.CallRinging, transcript.CallAnswered, transcript.CallOver, transcript.CallUnknown
	good := withSignature(says(push.NewCall, 200, xml, both))
	hangup, answer := says(push.Hangup, 200, "", ""), says(push.Answer, 200, "", "")
	none := []string(nil)
	tests := []struct {
		name, why string
		odd, next transcript.Exchange
		shown     []transcript.CallState
		want      []string
	}{
		{"over after a hangup", "", hangup, good, []transcript.CallState{answered, over}, []string{"broken"}},
		{"forgotten after a hangup", "a call that is forgotten is over", hangup, good, []transcript.CallState{answered, unknown}, []string{"broken"}},
		{"over although it was refused", "", says(push.Hangup, 403, "", ""), good, []transcript.CallState{answered, over}, []string{"broken"}},
		{"going on after a hangup", "", hangup, good, []transcript.CallState{answered, answered}, []string{"met"}},
		{"never shown", "the look-up may be wrong", hangup, good, []transcript.CallState{unknown, unknown}, none},
		{"over before", "then it is not the push", hangup, good, []transcript.CallState{over, over}, none},
		{"not readable", "", hangup, good, []transcript.CallState{answered, ""}, none},
		{"answered after an answer", "", answer, good, []transcript.CallState{ringing, answered}, []string{"broken"}},
		{"ringing on after an answer", "", answer, good, []transcript.CallState{ringing, ringing}, []string{"met"}},
		{"answered before the answer", "some make no difference", answer, good, []transcript.CallState{answered, answered}, []string{"met"}},
		{"over after an answer", "that is not what it says", answer, good, []transcript.CallState{ringing, over}, none},
		{"state not asked", "it may have been passed over", hangup, good, nil, none},
		{"state not asked, refused by status", "", says(push.Hangup, 403, "", ""), good, nil, []string{"met"}},
		{"state not asked, refused by document", "", says(push.Hangup, 200, "", bad), good, nil, []string{"met"}},
		{"no connection", "that is not about signatures", says(push.Hangup, 404, "", ""), good, nil, none},
		{"fallen over", "", ended(push.Hangup, transcript.Dropped), withSignature(ended(push.NewCall, transcript.NotConnected)), nil, []string{"broken"}},
		{"connection closed, the next push accepted", "it is unknown why it was closed", ended(push.Hangup, transcript.Dropped), good, nil, none},
		{"everything refused after it", "", says(push.Hangup, 403, "", ""), withSignature(says(push.NewCall, 403, "text/plain", "bad signature")), nil, none},
		{"gone before", "", ended(push.Hangup, transcript.NotConnected), good, nil, []string{"gap"}},
	}
	for _, test := range tests {
		for _, id := range []string{"signature.missing", "signature.forged"} {
			c := forgedFollowUp(id, test.odd, test.next, test.shown...)
			var got []string
			for _, s := range signatureResults(c) {
				if what, ok := strings.CutPrefix(s, id+" "); ok {
					got = append(got, what)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: %s: what is said of %s mismatch (-want +got):\n%s", test.name, test.why, id, diff)
			}
			if slices.Contains(requirements.Shown(c), requirements.CanSignature) {
				t.Errorf("%s: the capability is shown by a follow-up push, want it to be shown by newCall pushes only", test.name)
			}
		}
	}
}

func TestReceiverWithASecretURLForEachCallNeedNotVerifyFollowUps(t *testing.T) {
	t.Parallel()
	named := func(callID, url string) transcript.Exchange {
		x := withSignature(says(push.NewCall, 200, xml, `<Response onHangup="`+url+`"/>`))
		x.Push.CallID = callID
		return x
	}
	for name, test := range map[string]struct {
		first, second string
		want          bool
	}{
		"one URL for all":        {"https://receiver.example/hangup", "https://receiver.example/hangup", true},
		"the callId in it":       {"https://receiver.example/12111955/hangup", "https://receiver.example/21102015/hangup", true},
		"a secret for each call": {"https://receiver.example/hangup?s=88mph", "https://receiver.example/hangup?s=1.21GW", false},
	} {
		c := forgedFollowUp("signature.missing", says(push.Hangup, 200, "", ""), named("21102015", test.second), transcript.CallAnswered, transcript.CallOver)
		c.Exchanges[0] = named("12111955", test.first)
		if got := slices.Contains(signatureResults(c), "signature.missing broken"); got != test.want {
			t.Errorf("%s: blamed: %t, want %t", name, got, test.want)
		}
	}
}

func TestFindingOfAForgedFollowUpPushNamesTheStatesBeforeAndAfter(t *testing.T) {
	t.Parallel()
	const (
		id, ringing, answered, over = "signature.missing", transcript.CallRinging, transcript.CallAnswered, transcript.CallOver
		live                        = id + ": must, exchange 1: want the push refused or ignored, and the next one, signed correctly, accepted, got "
	)
	good := withSignature(says(push.NewCall, 200, xml, both))
	hangup, answer := says(push.Hangup, 200, "", ""), says(push.Answer, 200, "", "")
	late := withSignature(says(push.NewCall, 200, xml, both, took(12*time.Second, 30*time.Second)))
	hasty := withSignature(ended(push.NewCall, transcript.TimedOut, took(2*time.Second, 2*time.Second)))
	blocked := ended(push.Hangup, transcript.BlockedEnd)
	unread := forgedFollowUp(id, hangup, good, answered, "", answered)
	unread.States[1].Step, unread.States[2].Step = 0, 1
	another := forgedFollowUp(id, hangup, good, answered, answered, over)
	another.States[2].Step, another.States[2].CallID = 1, "21102015"
	tests := []struct {
		name string
		c    transcript.Call
		want []string
	}{
		{"the call over", forgedFollowUp(id, hangup, good, answered, over),
			[]string{id + ": must, exchange 1: want the call still shown as answered: the hangup push is not sipgate's, got status 200, and the application shows the call as over"}},
		{"the call answered", forgedFollowUp(id, answer, good, ringing, answered),
			[]string{id + ": must, exchange 1: want the call still shown as ringing: the answer push is not sipgate's, got status 200, and the application shows the call as answered"}},
		{"the call over later: that may be for another push", forgedFollowUp(id, hangup, good, answered, answered, over), []string{id + ": met"}},
		{"another call over", another, []string{id + ": met"}},
		{"a question in between that could not be read", unread, []string{id + ": met"}},
		{"refused, and the application could not be asked afterwards", forgedFollowUp(id, says(push.Hangup, 403, "", ""), good, answered, ""), []string{id + ": met"}},
		{"passed over perhaps, and the application could not be asked afterwards", forgedFollowUp(id, hangup, good, answered, ""), nil},
		{"not sent, since the transport is no longer in order", forgedFollowUp(id, blocked, good), []string{id + ": gap: its connection had a fault, although an earlier connection had none"}},
		{"gone before", forgedFollowUp(id, ended(push.Hangup, transcript.NotConnected), good), []string{id + ": gap because following.reachable: the receiver was gone: no connection: "}},
		{"the next one refused", forgedFollowUp(id, hangup, withSignature(says(push.NewCall, 500, "", ""))), []string{live + "status 200; the next push: status 500"}},
		{"the next push accepted after sipgate gives up", forgedFollowUp(id, hangup, late), []string{live + "status 200; the next push: status 200 after 12.0 s"}},
		{"refused, and the run interrupted after it", forgedFollowUp(id, says(push.Hangup, 403, "", ""), ended(push.NewCall, transcript.Interrupted)), nil},
		{"refused, and the next one not waited for as long as sipgate does", forgedFollowUp(id, says(push.Hangup, 403, "", ""), hasty), nil},
	}
	for _, test := range tests {
		js := requirements.JudgeCall(test.c, verifying)
		if diff := cmp.Diff(test.want, summaries(js, id)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
		for _, j := range js {
			for _, f := range j.Findings {
				if j.Requirement == id && (f.Fix != "") != strings.Contains(f.Want, "not sipgate's") {
					t.Errorf("%s: the remedy is %q, want a remedy of its own if the push changed the call", test.name, f.Fix)
				}
			}
		}
	}
	for name, want := range map[string]string{"refused": "must unless push.newcall", "timed out": "must unless response.in-time"} {
		next := withSignature(says(push.NewCall, 500, "", ""))
		if name == "timed out" {
			next = withSignature(ended(push.NewCall, transcript.TimedOut))
		}
		if got := exceptMet(requirements.JudgeCall(forgedFollowUp(id, hangup, next), verifying))[id]; got != want {
			t.Errorf("the next push %s: %q, want %q", name, got, want)
		}
	}
}

func TestURLIsSecretIfNoOtherCallHasIt(t *testing.T) {
	t.Parallel()
	const id = "signature.forged"
	const common, secret, other = "https://receiver.example/follow", "https://receiver.example/follow?s=88mph", "https://receiver.example/follow?s=1.21GW"
	subscribes := func(event push.Event, callID, onAnswer, onHangup string) transcript.Exchange {
		return withSignature(says(event, 200, xml, `<Response onAnswer="`+onAnswer+`" onHangup="`+onHangup+`"/>`, func(x *transcript.Exchange) { x.Push.CallID = callID }))
	}
	nothing := withSignature(says(push.NewCall, 200, "", ""))
	answered := func(first, second transcript.Exchange) transcript.Call {
		c := forgedFollowUp(id, says(push.Answer, 200, "", ""), second, transcript.CallRinging, transcript.CallAnswered)
		c.Exchanges[0] = first
		return c
	}
	over := func(first, second transcript.Exchange, meanwhile ...transcript.Exchange) transcript.Call {
		c := forgedFollowUp(id, says(push.Hangup, 200, "", ""), second, transcript.CallAnswered, transcript.CallOver)
		c.Exchanges[0] = first
		c.Exchanges = slices.Insert(c.Exchanges, 1, meanwhile...)
		return c
	}
	const first, second = "12111955", "21102015"
	tests := []struct {
		name string
		c    transcript.Call
		want bool // blamed
	}{
		{"for the answer, and the answer is forged", answered(subscribes(push.NewCall, first, secret, common), subscribes(push.NewCall, second, other, common)), false},
		{"for the hangup, and the answer is forged", answered(subscribes(push.NewCall, first, common, secret), subscribes(push.NewCall, second, common, other)), true},
		{"for the answer, and the hangup is forged", over(subscribes(push.NewCall, first, secret, common), subscribes(push.NewCall, second, other, common)), true},
		{"another one for the same call, after its digits", over(subscribes(push.NewCall, first, common, common), subscribes(push.NewCall, second, common, common),
			subscribes(push.DTMF, first, common, secret)), true},
		{"none at all for the other call", over(subscribes(push.NewCall, first, common, secret), nothing), true},
		{"nothing for the hangup of the other call", over(subscribes(push.NewCall, first, common, secret),
			withSignature(says(push.NewCall, 200, xml, `<Response onAnswer="`+common+`"/>`))), true},
	}
	for _, test := range tests {
		if got := slices.Contains(signatureResults(test.c), id+" broken"); got != test.want {
			t.Errorf("%s: blamed: %t, want %t", test.name, got, test.want)
		}
	}
}

func TestForgedFollowUpPushIsUnseenIfTheApplicationIsNotAsked(t *testing.T) {
	t.Parallel()
	const id = "signature.forged"
	good, hangup := withSignature(says(push.NewCall, 200, xml, both)), says(push.Hangup, 200, "", "")
	tests := []struct {
		name string
		c    transcript.Call
		want bool
	}{
		{"a hangup, accepted as any", forgedFollowUp(id, hangup, good), true},
		{"an answer, accepted as any", forgedFollowUp(id, says(push.Answer, 200, "", ""), good), true},
		{"a hangup, and the application was asked", forgedFollowUp(id, hangup, good, transcript.CallAnswered, transcript.CallAnswered), false},
		{"a hangup, refused", forgedFollowUp(id, says(push.Hangup, 403, "", ""), good), false},
		{"a hangup, refused in an Error document", forgedFollowUp(id, says(push.Hangup, 200, "", bad), good), false},
		{"a hangup, dropped", forgedFollowUp(id, ended(push.Hangup, transcript.Dropped), good), false},
		{"a newCall: its response is read", forgedFollowUp(id, says(push.NewCall, 200, "", ""), good), false},
		{"a genuine hangup beside a forged newCall", about(id, strange(says(push.NewCall, 403, "", "")), hangup, good), false},
		{"another odd hangup", forgedFollowUp("push.unknown-cause", hangup, good), false},
	}
	for _, test := range tests {
		if got := requirements.Unseen(test.c); got != test.want {
			t.Errorf("%s: Unseen() = %t, want %t", test.name, got, test.want)
		}
	}
}
