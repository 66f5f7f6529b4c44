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

func TestCrowdIsAFindingIfReceiverDoesNotAcceptAPush(t *testing.T) {
	t.Parallel()
	accepted := exchange(push.NewCall, 200, xmlType, bothSubscriptions, asConcurrent)
	tooLate := exchange(push.NewCall, 200, xmlType, bothSubscriptions, asConcurrent, withTimes(12*time.Second, 30*time.Second))
	status503 := exchange(push.Answer, 503, "", "", asConcurrent)
	notConnected := endedExchange(push.NewCall, transcript.NotConnected, asConcurrent)
	shortWait := endedExchange(push.NewCall, transcript.TimedOut, asConcurrent, withTimes(time.Second, time.Second))
	blocked := endedExchange(push.Answer, transcript.BlockedEnd)
	blocked.Detail = "another certificate"
	const wanted = "want every push of calls at once accepted, as each is on its own, got "
	tests := []struct {
		name       string
		exchanges  []transcript.Exchange
		incomplete bool // the calls were not played to their end
		want       []string
	}{
		{"every push accepted: met", []transcript.Exchange{accepted, accepted}, false, []string{"met"}},
		{"every push accepted, calls not played to their end: not judged", []transcript.Exchange{accepted, accepted}, true, nil},
		{"nothing sent: not judged", nil, true, nil},
		{"two answers get status 503: finding", []transcript.Exchange{accepted, status503, status503}, false,
			[]string{"must, exchange 1: " + wanted + "of 2 calls at once, 2 of 3 pushes were not accepted; the first, the answer push on Doc's leg: status 503"}},
		{"complete after 12 s: finding", []transcript.Exchange{accepted, tooLate}, false,
			[]string{"must, exchange 1: " + wanted + "of 2 calls at once, 1 of 2 pushes was not accepted; the first, the newCall push on Doc's leg: status 200 after 12.0 s"}},
		{"timed out after 1 s: gap", []transcript.Exchange{accepted, shortWait, status503}, false,
			[]string{"gap: of several calls at once, the newCall push: no complete response within 1s, the limit of this run; sipgate waits longer"}},
		{"no connection for all pushes: gap", []transcript.Exchange{notConnected, notConnected}, false, []string{"gap: the receiver was gone: no connection: "}},
		{"no connection for one push: finding", []transcript.Exchange{accepted, notConnected}, false,
			[]string{"must, exchange 1: " + wanted + "of 2 calls at once, 1 of 2 pushes was not accepted; the first, the newCall push on Doc's leg: no connection: "}},
		{"run interrupted: gap", []transcript.Exchange{accepted, endedExchange(push.Answer, transcript.Interrupted)}, true, []string{"gap: of several calls at once, the answer push: the run was interrupted"}},
		{"connection blocked: gap", []transcript.Exchange{accepted, blocked}, false,
			[]string{"gap: of several calls at once, the answer push: the connection had a fault, although an earlier connection had none: another certificate"}},
		{"refused because of its origin: gap", []transcript.Exchange{accepted, exchange(push.Answer, 403, "", "IP address is not from sipgate")}, false,
			[]string{`gap: the receiver checks where a push comes from and refuses this one: it says "IP address is not from sipgate"; make it look as if it comes from sipgate: --header 'X-Forwarded-For: 217.116.118.254'`}},
	}
	for _, id := range []string{"call.concurrent", "trouble.many-calls"} {
		for _, test := range tests {
			c := transcript.Call{ID: 1, RequirementID: id, Crowd: 2, Exchanges: test.exchanges, Complete: !test.incomplete}
			var want []string
			for _, w := range test.want {
				want = append(want, id+": "+w)
			}
			if diff := cmp.Diff(want, summarize(requirements.JudgeCall(c, receiver), id)); diff != "" {
				t.Errorf("%s: %s: mismatch (-want +got):\n%s", id, test.name, diff)
			}
		}
	}
}

func TestResponsesToACrowdAreJudgedExceptForTheirTime(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		x    transcript.Exchange
		want map[string]string // the key crowd stands for the requirement of the crowd
	}{
		{"text/html: finding", exchange(push.NewCall, 200, "text/html", bothSubscriptions, asConcurrent), map[string]string{"response.content-type": "must"}},
		{"complete after 12 s: finding of the crowd", exchange(push.NewCall, 200, xmlType, bothSubscriptions, asConcurrent, withTimes(12*time.Second, 30*time.Second)),
			map[string]string{"crowd": "must unless response.in-time"}},
		{"status 503: finding of the crowd", exchange(push.NewCall, 503, "", "", asConcurrent), map[string]string{"crowd": "must unless push.newcall"}},
	}
	for _, id := range []string{"call.concurrent", "trouble.many-calls"} {
		for _, test := range tests {
			c := transcript.Call{ID: 1, RequirementID: id, Crowd: 2, Exchanges: []transcript.Exchange{test.x}, Complete: true}
			got := resultsExceptMet(requirements.JudgeCall(c, receiver))
			if result, ok := got[id]; ok {
				delete(got, id)
				got["crowd"] = result
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: %s: mismatch (-want +got):\n%s", id, test.name, diff)
			}
		}
	}
}

func TestURLWithTheCallIDOfAnotherCallIsAFinding(t *testing.T) {
	t.Parallel()
	const firstID, secondID = "54566B150B0C0D3A5D544C0001", "54566B150B0C0D3A5D544C0002"
	const id15, id16, id12 = "54566B150B0C0D3", "54566B150B0C0D3A", "54566B150B0C"
	newCall := func(id, body string) transcript.Exchange {
		return exchange(push.NewCall, 200, xmlType, body, asConcurrent, func(x *transcript.Exchange) { x.Push.CallID = id })
	}
	subscribesHangup := func(query string) string { return `<Response onHangup="` + followUpURL + query + `"/>` }
	finding := func(own, other string) []string {
		return []string{fmt.Sprintf("call.concurrent: must, exchange 1: want URLs that name their own call, or no call, "+
			"got in the response to call %s, the URL of call %s, which was under way at the same time", own, other)}
	}
	tests := []struct {
		name      string
		exchanges []transcript.Exchange
		want      []string
	}{
		{"callId in onHangup: finding", []transcript.Exchange{newCall(firstID, subscribesHangup("")), newCall(secondID, subscribesHangup("?call="+firstID))}, finding("…3A5D544C0002", "…3A5D544C0001")},
		{"callId in onAnswer: finding", []transcript.Exchange{newCall(firstID, subscribesHangup("")), newCall(secondID, `<Response onAnswer="`+followUpURL+"/"+firstID+`" onHangup="`+followUpURL+`"/>`)}, finding("…3A5D544C0002", "…3A5D544C0001")},
		{"callId in onData: finding", []transcript.Exchange{newCall(firstID, subscribesHangup("")), newCall(secondID, `<Response><Gather onData="`+followUpURL+"?"+firstID+`"/></Response>`)}, finding("…3A5D544C0002", "…3A5D544C0001")},
		{"callId in a query with an invalid percent sign: finding", []transcript.Exchange{newCall(firstID, subscribesHangup("")), newCall(secondID, subscribesHangup("?rate=5%&amp;call="+firstID))}, finding("…3A5D544C0002", "…3A5D544C0001")},
		{"percent-encoded callId: finding", []transcript.Exchange{newCall(firstID, subscribesHangup("")), newCall(secondID, subscribesHangup("?call=5%34"+firstID[2:]))}, finding("…3A5D544C0002", "…3A5D544C0001")},
		{"callId in the response to call 7: finding names the id 7 in full", []transcript.Exchange{newCall(firstID, subscribesHangup("")), newCall("7", subscribesHangup("?call="+firstID))}, finding("7", "…3A5D544C0001")},
		{"callId in the response to a call with an id of 12 characters: finding names these 12 characters in full", []transcript.Exchange{newCall(firstID, subscribesHangup("")), newCall(id12, subscribesHangup("?call="+firstID))}, finding(id12, "…3A5D544C0001")},
		{"callId of 16 characters: finding", []transcript.Exchange{newCall(id16, subscribesHangup("")), newCall("7", subscribesHangup("?call="+id16))}, finding("7", "…6B150B0C0D3A")},
		{"callId of 15 characters: no finding", []transcript.Exchange{newCall(id15, subscribesHangup("")), newCall("7", subscribesHangup("?call="+id15))}, nil},
		{"empty callId: no finding", []transcript.Exchange{newCall("", subscribesHangup("")), newCall(secondID, subscribesHangup("?token=1"))}, nil},
		{"one URL for both calls: no finding", []transcript.Exchange{newCall(firstID, subscribesHangup("")), newCall(secondID, subscribesHangup(""))}, nil},
		{"URLs with their own callId: no finding", []transcript.Exchange{newCall(firstID, subscribesHangup("?call="+firstID)), newCall(secondID, subscribesHangup("?call="+secondID))}, nil},
		{"URLs with different tokens: no finding", []transcript.Exchange{newCall(firstID, subscribesHangup("?token=77")), newCall(secondID, subscribesHangup("?token=78"))}, nil},
		{"URLs with the same token: no finding", []transcript.Exchange{newCall(firstID, subscribesHangup("?at=1700000000")), newCall(secondID, subscribesHangup("?at=1700000000"))}, nil},
		{"URLs with both callIds: no finding", []transcript.Exchange{newCall(firstID, subscribesHangup("?calls="+firstID+","+secondID)), newCall(secondID, subscribesHangup("?calls="+firstID+","+secondID))}, nil},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, RequirementID: "call.concurrent", Crowd: 2, Exchanges: test.exchanges}
		if diff := cmp.Diff(test.want, summarize(requirements.JudgeCall(c, receiver), "call.concurrent")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
