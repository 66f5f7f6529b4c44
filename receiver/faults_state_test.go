package receiver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
)

func TestAFaultOfMemoryShowsInTheStateOfCallsAndNowhereElse(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("A", 128)
	newCall := func(id string) string {
		return "event=newCall&direction=in&from=1&to=2&callId=" + id + "&origCallId=" + id
	}
	answer := func(id string) string { return "event=answer&direction=in&from=1&to=2&callId=" + id }
	hangup := func(id, cause string) string {
		return "event=hangup&direction=in&from=1&to=2&callId=" + id + "&cause=" + cause
	}
	onward := func(id, from string) string {
		return "event=newCall&direction=in&from=1&to=3&diversion=2&callId=" + id + "&origCallId=" + from
	}
	transfer := []string{newCall("1"), answer("1"), onward("2", "1"), answer("2"), hangup("1", "normalClearing")}
	unanswered := []string{newCall("1"), answer("1"), onward("2", "1"), hangup("2", "noAnswer") + "&diversion=2"}
	forward := []string{newCall("1"), hangup("1", "forwarded"), onward("2", "1"), answer("2")}
	plain := []string{newCall("1"), answer("1"), hangup("1", "normalClearing")}
	missed := []string{newCall("1"), hangup("1", "cancel")}
	twice := []string{newCall("1"), newCall("1"), hangup("1", "cancel")}
	alike := []string{newCall(long + "1"), answer(long + "1"), newCall(long + "2"), hangup(long+"1", "normalClearing")}

	type states = map[string]push.CallState
	tests := []struct {
		name      string
		fault     string
		pushes    []string
		good, bad states
	}{
		{"a plain call", "state-forgets-hangup", plain, states{"1": push.CallOver}, states{"1": push.CallAnswered}},
		{"a missed call", "state-keeps-missed", missed, states{"1": push.CallOver}, states{"1": push.CallRinging}},
		{"an answered call is not missed", "state-keeps-missed", plain, states{"1": push.CallOver}, states{"1": push.CallOver}},
		{"a transfer", "state-transfer-keeps-first", transfer, states{"1": push.CallOver, "2": push.CallAnswered}, states{"1": push.CallAnswered, "2": push.CallAnswered}},
		{"a plain call is no transfer", "state-transfer-keeps-first", plain, states{"1": push.CallOver}, states{"1": push.CallOver}},
		{"a transfer that nobody picked up", "state-transfer-keeps-second", unanswered, states{"1": push.CallAnswered, "2": push.CallOver}, states{"1": push.CallAnswered, "2": push.CallRinging}},
		{"a transfer that ends whole", "state-transfer-ends-both", transfer, states{"1": push.CallOver, "2": push.CallAnswered}, states{"1": push.CallOver, "2": push.CallOver}},
		{"a forward does not end whole", "state-transfer-ends-both", forward, states{"1": push.CallOver, "2": push.CallAnswered}, states{"1": push.CallOver, "2": push.CallAnswered}},
		{"a forward", "state-forward-keeps-first", forward, states{"1": push.CallOver, "2": push.CallAnswered}, states{"1": push.CallRinging, "2": push.CallAnswered}},
		{"ids that begin alike", "state-truncates-ids", alike, states{long + "1": push.CallOver, long + "2": push.CallRinging, long: push.CallUnknown},
			states{long + "1": push.CallOver, long + "2": push.CallOver, long: push.CallOver}},
		{"a newCall twice", "state-counts-duplicates", twice, states{"1": push.CallOver}, states{"1": push.CallRinging}},
		{"an answer after the hangup", "state-reopens", []string{newCall("1"), hangup("1", "normalClearing"), answer("1")}, states{"1": push.CallOver}, states{"1": push.CallAnswered}},
		{"an answer before the hangup", "state-reopens", plain, states{"1": push.CallOver}, states{"1": push.CallOver}},
		{"a newCall once", "state-counts-duplicates", missed, states{"1": push.CallOver}, states{"1": push.CallOver}},
	}
	tried := map[string]bool{}
	for _, test := range tests {
		tried[test.fault] = true
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			fault, err := receiver.FindFault(test.fault)
			if err != nil {
				t.Fatal(err)
			}
			good, bad := newReceiver(t, receiver.Options{}), newReceiver(t, receiver.Options{Faults: []receiver.Fault{fault}})
			for _, p := range test.pushes {
				if diff := cmp.Diff(post(good, p), post(bad, p)); diff != "" {
					t.Errorf("response to %s mismatch (-without fault +with it):\n%s", p, diff)
				}
			}
			for _, r := range []struct {
				receiver *receiver.Receiver
				want     states
			}{{good, test.good}, {bad, test.bad}} {
				got := states{}
				for id := range r.want {
					got[id] = r.receiver.State(id)
				}
				if diff := cmp.Diff(r.want, got); diff != "" {
					t.Errorf("states mismatch (-want +got):\n%s", diff)
				}
			}
		})
	}
	for _, f := range receiver.Faults() {
		if f.Phase == receiver.Memory && !f.NeedsKey && !tried[f.Name] {
			t.Errorf("the fault %q is not tried", f.Name)
		}
	}
}
