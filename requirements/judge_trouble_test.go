package requirements_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// onTrouble returns the judgements about trouble, crowds and credentials. The other judgements have tests of their own.
func onTrouble(c transcript.Call) map[string]string {
	out := exceptMet(requirements.JudgeCall(c, receiver))
	for id := range out {
		if area, _ := requirements.Find(id); area.Area() == "response" || area.Area() == "following" {
			delete(out, id)
		}
	}
	return out
}

func step(n int) func(*transcript.Exchange) { return func(x *transcript.Exchange) { x.Step = n } }

func lost(n int, e push.Event) transcript.NotSent {
	return transcript.NotSent{Step: n, Leg: "Doc", Push: push.Push{Event: e}, Reason: transcript.LeftOut}
}

func TestSequenceHasFindingsOnlyFromItsTroubleOn(t *testing.T) {
	t.Parallel()
	ring := func(n int) transcript.Exchange { return says(push.NewCall, 200, xml, both, step(n)) }
	answer := func(n, code int) transcript.Exchange { return says(push.Answer, code, "", "", step(n)) }
	hangup := func(n, code int) transcript.Exchange { return says(push.Hangup, code, "", "", step(n)) }
	again := func(x transcript.Exchange) transcript.Exchange { x.Duplicate = true; return x }
	tests := []struct {
		name, id  string
		exchanges []transcript.Exchange
		notSent   []transcript.NotSent
		want      string
	}{
		{"the next call accepted", "trouble.missing-hangup", []transcript.Exchange{ring(0), answer(1, 200), ring(3), answer(4, 200), hangup(5, 200)}, []transcript.NotSent{lost(2, push.Hangup)}, ""},
		{"the next call refused", "trouble.missing-hangup", []transcript.Exchange{ring(0), answer(1, 200), says(push.NewCall, 500, "", "", step(3))}, []transcript.NotSent{lost(2, push.Hangup)}, "should unless push.newcall"},
		{"refused before anything was lost", "trouble.missing-hangup", []transcript.Exchange{ring(0), answer(1, 500), ring(3)}, []transcript.NotSent{lost(2, push.Hangup)}, "gap because push.answer"},
		{"no connection for the next call", "trouble.missing-hangup", []transcript.Exchange{ring(0), answer(1, 200), ended(push.NewCall, transcript.NotConnected, step(3))}, []transcript.NotSent{lost(2, push.Hangup)}, "gap"},
		{"hangup without answer", "trouble.missing-answer", []transcript.Exchange{ring(0), hangup(2, 500)}, []transcript.NotSent{lost(1, push.Answer)}, "must unless push.hangup, call.unanswered"},
		{"hangup without answer, too slow for the run", "trouble.missing-answer", []transcript.Exchange{ring(0), ended(push.Hangup, transcript.TimedOut, step(2), took(time.Second, time.Second))}, []transcript.NotSent{lost(1, push.Answer)}, "gap"},
		{"a copy accepted", "trouble.duplicate-push", []transcript.Exchange{ring(0), again(ring(0)), hangup(1, 200), again(hangup(1, 200))}, nil, ""},
		{"a copy refused", "trouble.duplicate-push", []transcript.Exchange{ring(0), again(says(push.NewCall, 409, "", ""))}, nil, "should unless push.newcall"},
		{"an original refused", "trouble.duplicate-push", []transcript.Exchange{says(push.NewCall, 500, "", "")}, nil, "gap because push.newcall"},
		{"the late one refused", "trouble.late-hangup", []transcript.Exchange{ring(0), hangup(5, 200), hangup(4, 500)}, nil, "must unless push.hangup, call.transfer-answered"},
		{"the second leg refused before that", "trouble.late-hangup", []transcript.Exchange{ring(0), answer(1, 500), hangup(5, 200), hangup(4, 200)}, nil, "gap because push.answer, gap because call.transfer-answered"},
		{"the early one refused", "trouble.out-of-order", []transcript.Exchange{ring(0), says(push.NewCall, 500, "", "", secondLeg, step(2)), hangup(1, 200)}, nil, "should unless push.diversion, push.newcall, call.forward-busy"},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Stimulus: test.id, Exchanges: test.exchanges, NotSent: test.notSent, Complete: true}
		got := onTrouble(c)
		want := map[string]string{}
		if test.want != "" {
			want[test.id] = test.want
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestAStrangerIsJudgedByTheNextGoodPush(t *testing.T) {
	t.Parallel()
	raw := func(end transcript.End, change ...func(*transcript.Exchange)) transcript.Exchange {
		x := transcript.Exchange{Sent: transcript.Sent{TimeLimit: 10 * time.Second}, Twist: transcript.Twist{ForeignName: "a JSON document", Odd: true}, Outcome: transcript.Outcome{End: end, Took: time.Millisecond}}
		if end == transcript.Complete {
			x.Status = 400
		}
		if end == transcript.TimedOut {
			x.Took = x.TimeLimit
		}
		for _, c := range change {
			c(&x)
		}
		return x
	}
	good := says(push.NewCall, 200, xml, both)
	const malformed, oversized, slow = "trouble.malformed-push", "trouble.oversized-push", "trouble.slow-push"
	tests := []struct {
		name, id  string
		exchanges []transcript.Exchange
		want      string
	}{
		{"refused", malformed, []transcript.Exchange{raw(transcript.Complete), good}, ""},
		{"refused with a 500", malformed, []transcript.Exchange{raw(transcript.Complete, status(500)), good}, ""},
		{"closed", malformed, []transcript.Exchange{raw(transcript.Dropped), good}, ""},
		{"left without a response", malformed, []transcript.Exchange{raw(transcript.TimedOut), good}, "must"},
		{"left without a response by a run in a hurry", malformed, []transcript.Exchange{raw(transcript.TimedOut, took(time.Second, time.Second)), good}, "gap"},
		{"a long body left without a response", oversized, []transcript.Exchange{raw(transcript.TimedOut), good}, ""},
		{"dead afterwards", malformed, []transcript.Exchange{raw(transcript.Dropped), ended(push.NewCall, transcript.NotConnected)}, "must unless push.newcall, signature.missing"},
		{"hanging afterwards", oversized, []transcript.Exchange{raw(transcript.Complete), ended(push.NewCall, transcript.TimedOut)}, "must unless response.in-time, signature.missing"},
		{"shut out afterwards", malformed, []transcript.Exchange{raw(transcript.Complete), says(push.NewCall, 403, "", "")}, "gap"},
		{"gone before", malformed, []transcript.Exchange{raw(transcript.NotConnected)}, "gap"},
		{"accepted meanwhile", slow, []transcript.Exchange{raw(transcript.HeldOpen), good}, ""},
		{"kept waiting", slow, []transcript.Exchange{raw(transcript.HeldOpen), ended(push.NewCall, transcript.TimedOut)}, "should unless response.in-time, signature.missing"},
		{"kept waiting for a connection", slow, []transcript.Exchange{raw(transcript.HeldOpen), ended(push.NewCall, transcript.NotConnected)}, "should unless push.newcall, signature.missing"},
	}
	for _, test := range tests {
		want := map[string]string{}
		if test.want != "" {
			want[test.id] = test.want
		}
		got := onTrouble(transcript.Call{ID: 1, Stimulus: test.id, Exchanges: test.exchanges, Complete: true})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
	never := []transcript.Exchange{raw(transcript.HeldOpen), ended(push.NewCall, transcript.NotConnected)}
	gone := onTrouble(transcript.Call{ID: 1, Stimulus: slow, Exchanges: never, Background: transcript.Background{Lost: &transcript.Loss{Requirement: slow}}})
	if diff := cmp.Diff(map[string]string{slow: "gap"}, gone); diff != "" {
		t.Errorf("a receiver that does not come back when the connection is closed mismatch (-want +got):\n%s", diff)
	}
	dead := onTrouble(transcript.Call{ID: 1, Stimulus: slow, Background: transcript.Background{Lost: &transcript.Loss{Requirement: malformed}}})
	if diff := cmp.Diff(map[string]string{slow: "gap because " + malformed}, dead); diff != "" {
		t.Errorf("what was not tried on a dead receiver mismatch (-want +got):\n%s", diff)
	}
}

func TestURLOfAnotherCallIsAFinding(t *testing.T) {
	t.Parallel()
	const a, b = "54566B150B0C0D3A5D544C0001", "54566B150B0C0D3A5D544C0002"
	of := func(id, query string) transcript.Exchange {
		return says(push.NewCall, 200, xml, `<Response onHangup="`+followUp+query+`"/>`, besideOthers, func(x *transcript.Exchange) { x.Push.CallID = id })
	}
	tests := []struct {
		name      string
		exchanges []transcript.Exchange
		want      map[string]string
	}{
		{"one URL for all", []transcript.Exchange{of(a, ""), of(b, "")}, nil},
		{"its own id each", []transcript.Exchange{of(a, "?call="+a), of(b, "?call="+b)}, nil},
		{"random tokens", []transcript.Exchange{of(a, "?token=77"), of(b, "?token=78")}, nil},
		{"the same token", []transcript.Exchange{of(a, "?at=1700000000"), of(b, "?at=1700000000")}, nil},
		{"the other's id", []transcript.Exchange{of(a, "?call="+a), of(b, "?call="+a)}, map[string]string{"call.concurrent": "must"}},
		{"the other's id, encoded", []transcript.Exchange{of(a, ""), of(b, "?call=x%2F"+a)}, map[string]string{"call.concurrent": "must"}},
		{"both ids", []transcript.Exchange{of(a, "?calls="+a+","+b), of(b, "?calls="+a+","+b)}, nil},
		{"one refused", []transcript.Exchange{of(a, ""), says(push.NewCall, 503, "", "", besideOthers)}, map[string]string{"call.concurrent": "must unless push.newcall"}},
		{"no connection", []transcript.Exchange{ended(push.NewCall, transcript.NotConnected)}, map[string]string{"call.concurrent": "gap"}},
	}
	for _, test := range tests {
		got := onTrouble(transcript.Call{ID: 1, Stimulus: "call.concurrent", Crowd: 2, Exchanges: test.exchanges, Complete: true})
		if test.want == nil {
			test.want = map[string]string{}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestReceiverHasToAskForCredentialsAndAcceptThem(t *testing.T) {
	t.Parallel()
	const credentials = "https://$USERINFO@receiver.example/push"
	with := func(x *transcript.Exchange) { x.URL = credentials }
	asked := func(x *transcript.Exchange) { x.URL, x.AskedCredentials = credentials, true }
	const basic, newCall, brackets = "transport.basic-auth", "push.newcall", "push.encoded-brackets"
	wrong := map[string]string{basic: "must", newCall: "gap because " + basic}
	tests := []struct {
		name  string
		x     transcript.Exchange
		want  map[string]string
		shown bool
	}{
		{"asked for and accepted", says(push.NewCall, 200, xml, both, asked), map[string]string{}, true},
		{"asked for and not accepted", says(push.NewCall, 401, "", "", asked), wrong, true},
		{"asked for, and forbidden with them", says(push.NewCall, 403, "", "", asked), wrong, true},
		{"401 without a Basic challenge", says(push.NewCall, 401, "", "", with), wrong, true},
		{"403 in place of a challenge", says(push.NewCall, 403, "", "", with), wrong, true},
		{"never asked for", says(push.NewCall, 200, xml, both, with), map[string]string{}, false},
		{"asked for, and then a 500", says(push.NewCall, 500, "", "", asked), map[string]string{newCall: "must", brackets: "must, gap because " + newCall}, true},
		{"asked for, and there are none", says(push.NewCall, 401, "", "", func(x *transcript.Exchange) { x.Header = http.Header{"Www-Authenticate": {"Basic"}} }), map[string]string{newCall: "must", brackets: "gap because " + newCall}, false},
		{"refused for its origin", says(push.NewCall, 403, "", "IP address is not from sipgate", with), map[string]string{newCall: "gap"}, false},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Scenario: "x", Exchanges: []transcript.Exchange{test.x}, Complete: true}
		if diff := cmp.Diff(test.want, onTrouble(c)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
		shown := false
		for _, can := range requirements.Shown(c) {
			shown = shown || can == requirements.CanBasicAuth
		}
		if shown != test.shown {
			t.Errorf("%s: shows that it asks for credentials: %t, want %t", test.name, shown, test.shown)
		}
	}
}
