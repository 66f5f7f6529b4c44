package requirements_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestCallsAtOnceAreAFindingOnlyIfPushesAreNotAccepted(t *testing.T) {
	t.Parallel()
	ring := says(push.NewCall, 200, xml, both, besideOthers)
	late := says(push.NewCall, 200, xml, both, besideOthers, took(12*time.Second, 30*time.Second))
	busy := says(push.Answer, 503, "", "", besideOthers)
	gone := ended(push.NewCall, transcript.NotConnected, besideOthers)
	hasty := ended(push.NewCall, transcript.TimedOut, besideOthers, took(time.Second, time.Second))
	blocked := ended(push.Answer, transcript.BlockedEnd)
	blocked.Detail = "another certificate"
	const wanted = "want every push of calls at once accepted, as each is on its own, got "
	tests := []struct {
		name      string
		exchanges []transcript.Exchange
		cut       bool // the calls were not played to their end
		want      []string
	}{
		{"every push accepted", []transcript.Exchange{ring, ring}, false, []string{"met"}},
		{"every push accepted, but the calls were cut off: no judgement", []transcript.Exchange{ring, ring}, true, nil},
		{"nothing sent", nil, true, nil},
		{"some refused", []transcript.Exchange{ring, busy, busy}, false,
			[]string{"must, exchange 1: " + wanted + "of 2 calls at once, 2 of 3 pushes were not accepted; the first, the answer push on Doc's leg: status 503"}},
		{"accepted after sipgate gives up", []transcript.Exchange{ring, late}, false,
			[]string{"must, exchange 1: " + wanted + "of 2 calls at once, 1 of 2 pushes was not accepted; the first, the newCall push on Doc's leg: status 200 after 12.0 s"}},
		{"not waited for as long as sipgate does", []transcript.Exchange{ring, hasty, busy}, false,
			[]string{"gap: of several calls at once, the newCall push: no complete response within 1s, the limit of this run; sipgate waits longer"}},
		{"gone for all", []transcript.Exchange{gone, gone}, false, []string{"gap: the receiver was gone: no connection: "}},
		{"gone for some: it went under", []transcript.Exchange{ring, gone}, false,
			[]string{"must, exchange 1: " + wanted + "of 2 calls at once, 1 of 2 pushes was not accepted; the first, the newCall push on Doc's leg: no connection: "}},
		{"interrupted", []transcript.Exchange{ring, ended(push.Answer, transcript.Interrupted)}, true, []string{"gap: of several calls at once, the answer push: the run was interrupted"}},
		{"a transport that is no longer in order", []transcript.Exchange{ring, blocked}, false,
			[]string{"gap: of several calls at once, the answer push: its connection had a fault, although an earlier connection had none: another certificate"}},
		{"refused for its origin: the receiver is right", []transcript.Exchange{ring, says(push.Answer, 403, "", "IP address is not from sipgate")}, false,
			[]string{`gap: the receiver checks where a push comes from and refuses this one: it says "IP address is not from sipgate"; make it look as if it comes from sipgate: --header 'X-Forwarded-For: 217.116.118.254'`}},
	}
	for _, id := range []string{"call.concurrent", "trouble.many-calls"} {
		for _, test := range tests {
			c := transcript.Call{ID: 1, Stimulus: id, Crowd: 2, Exchanges: test.exchanges, Complete: !test.cut}
			var want []string
			for _, w := range test.want {
				want = append(want, id+": "+w)
			}
			if diff := cmp.Diff(want, summaries(requirements.JudgeCall(c, receiver), id)); diff != "" {
				t.Errorf("%s: %s: mismatch (-want +got):\n%s", id, test.name, diff)
			}
		}
	}
}

func TestResponsesOfCallsAtOnceAreJudgedExceptForTheirTime(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		x    transcript.Exchange
		want map[string]string
	}{
		{"a wrong type", says(push.NewCall, 200, "text/html", both, besideOthers), map[string]string{"response.content-type": "must"}},
		{"too late because of the crowd", says(push.NewCall, 200, xml, both, besideOthers, took(12*time.Second, 30*time.Second)),
			map[string]string{"trouble.many-calls": "must unless response.in-time"}},
		{"refused because of the crowd", says(push.NewCall, 503, "", "", besideOthers), map[string]string{"trouble.many-calls": "must unless push.newcall"}},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Stimulus: "trouble.many-calls", Crowd: 2, Exchanges: []transcript.Exchange{test.x}, Complete: true}
		if diff := cmp.Diff(test.want, exceptMet(requirements.JudgeCall(c, receiver))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestURLOfAnotherCallIsRecognisedByItsCallID(t *testing.T) {
	t.Parallel()
	const a, b = "54566B150B0C0D3A5D544C0001", "54566B150B0C0D3A5D544C0002"
	const fifteen, sixteen, twelve = "54566B150B0C0D3", "54566B150B0C0D3A", "54566B150B0C"
	of := func(id, body string) transcript.Exchange {
		return says(push.NewCall, 200, xml, body, besideOthers, func(x *transcript.Exchange) { x.Push.CallID = id })
	}
	hangup := func(query string) string { return `<Response onHangup="` + followUp + query + `"/>` }
	blamed := func(own, other string) []string {
		return []string{fmt.Sprintf("call.concurrent: must, exchange 1: want URLs that name their own call, or no call, "+
			"got in the response to call %s, the URL of call %s, which was under way at the same time", own, other)}
	}
	tests := []struct {
		name      string
		exchanges []transcript.Exchange
		want      []string
	}{
		{"for the hangup", []transcript.Exchange{of(a, hangup("")), of(b, hangup("?call="+a))}, blamed("…3A5D544C0002", "…3A5D544C0001")},
		{"for the answer", []transcript.Exchange{of(a, hangup("")), of(b, `<Response onAnswer="`+followUp+"/"+a+`" onHangup="`+followUp+`"/>`)}, blamed("…3A5D544C0002", "…3A5D544C0001")},
		{"for the digits", []transcript.Exchange{of(a, hangup("")), of(b, `<Response><Gather onData="`+followUp+"?"+a+`"/></Response>`)}, blamed("…3A5D544C0002", "…3A5D544C0001")},
		{"after a percent sign that escapes nothing", []transcript.Exchange{of(a, hangup("")), of(b, hangup("?rate=5%&amp;call="+a))}, blamed("…3A5D544C0002", "…3A5D544C0001")},
		{"with percent signs for characters that need none", []transcript.Exchange{of(a, hangup("")), of(b, hangup("?call=5%34"+a[2:]))}, blamed("…3A5D544C0002", "…3A5D544C0001")},
		{"given to a call whose id is short and quoted whole", []transcript.Exchange{of(a, hangup("")), of("7", hangup("?call="+a))}, blamed("7", "…3A5D544C0001")},
		{"given to a call with the longest id that is quoted whole", []transcript.Exchange{of(a, hangup("")), of(twelve, hangup("?call="+a))}, blamed(twelve, "…3A5D544C0001")},
		{"with an id of 16 characters", []transcript.Exchange{of(sixteen, hangup("")), of("7", hangup("?call="+sixteen))}, blamed("7", "…6B150B0C0D3A")},
		{"with an id of 15 characters: it may be there by chance", []transcript.Exchange{of(fifteen, hangup("")), of("7", hangup("?call="+fifteen))}, nil},
		{"without an id: every URL holds nothing", []transcript.Exchange{of("", hangup("")), of(b, hangup("?token=1"))}, nil},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Stimulus: "call.concurrent", Crowd: 2, Exchanges: test.exchanges}
		if diff := cmp.Diff(test.want, summaries(requirements.JudgeCall(c, receiver), "call.concurrent")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
