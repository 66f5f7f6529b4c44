package receiver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
)

func TestFaultInTheRememberedStateLeavesResponsesUnchanged(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("A", 128)
	newCall := func(id string) string {
		return "event=newCall&direction=in&from=1&to=2&callId=" + id + "&origCallId=" + id
	}
	answer := func(id string) string { return "event=answer&direction=in&from=1&to=2&callId=" + id }
	hangup := func(id, cause string) string {
		return "event=hangup&direction=in&from=1&to=2&callId=" + id + "&cause=" + cause
	}
	secondLeg := func(id, firstID string) string {
		return "event=newCall&direction=in&from=1&to=3&diversion=2&callId=" + id + "&origCallId=" + firstID
	}
	transfer := []string{newCall("1"), answer("1"), secondLeg("2", "1"), answer("2"), hangup("1", "normalClearing")}
	unansweredTransfer := []string{newCall("1"), answer("1"), secondLeg("2", "1"), hangup("2", "noAnswer") + "&diversion=2"}
	forward := []string{newCall("1"), hangup("1", "forwarded"), secondLeg("2", "1"), answer("2")}
	answeredCall := []string{newCall("1"), answer("1"), hangup("1", "normalClearing")}
	missedCall := []string{newCall("1"), hangup("1", "cancel")}
	twoNewCalls := []string{newCall("1"), newCall("1"), hangup("1", "cancel")}
	idsWithSameStart := []string{newCall(long + "1"), answer(long + "1"), newCall(long + "2"), hangup(long+"1", "normalClearing")}

	type states = map[string]push.CallState
	tests := []struct {
		name                string
		fault               string
		pushes              []string
		want, wantWithFault states
	}{
		{"answered call with state-forgets-hangup: stays answered", "state-forgets-hangup", answeredCall, states{"1": push.CallOver}, states{"1": push.CallAnswered}},
		{"missed call with state-keeps-missed: stays ringing", "state-keeps-missed", missedCall, states{"1": push.CallOver}, states{"1": push.CallRinging}},
		{"answered call with state-keeps-missed: over", "state-keeps-missed", answeredCall, states{"1": push.CallOver}, states{"1": push.CallOver}},
		{"transfer with state-transfer-keeps-first: first leg stays answered", "state-transfer-keeps-first", transfer, states{"1": push.CallOver, "2": push.CallAnswered}, states{"1": push.CallAnswered, "2": push.CallAnswered}},
		{"answered call with state-transfer-keeps-first: over", "state-transfer-keeps-first", answeredCall, states{"1": push.CallOver}, states{"1": push.CallOver}},
		{"unanswered transfer with state-transfer-keeps-second: second leg stays ringing", "state-transfer-keeps-second", unansweredTransfer, states{"1": push.CallAnswered, "2": push.CallOver}, states{"1": push.CallAnswered, "2": push.CallRinging}},
		{"transfer with state-transfer-ends-both: second leg over", "state-transfer-ends-both", transfer, states{"1": push.CallOver, "2": push.CallAnswered}, states{"1": push.CallOver, "2": push.CallOver}},
		{"forward with state-transfer-ends-both: second leg stays answered", "state-transfer-ends-both", forward, states{"1": push.CallOver, "2": push.CallAnswered}, states{"1": push.CallOver, "2": push.CallAnswered}},
		{"forward with state-forward-keeps-first: first leg stays ringing", "state-forward-keeps-first", forward, states{"1": push.CallOver, "2": push.CallAnswered}, states{"1": push.CallRinging, "2": push.CallAnswered}},
		{"ids that differ after 128 characters with state-truncates-ids: one call", "state-truncates-ids", idsWithSameStart, states{long + "1": push.CallOver, long + "2": push.CallRinging, long: push.CallUnknown},
			states{long + "1": push.CallOver, long + "2": push.CallOver, long: push.CallOver}},
		{"two newCalls with state-counts-duplicates: ringing after one hangup", "state-counts-duplicates", twoNewCalls, states{"1": push.CallOver}, states{"1": push.CallRinging}},
		{"answer after the hangup with state-reopens: answered", "state-reopens", []string{newCall("1"), hangup("1", "normalClearing"), answer("1")}, states{"1": push.CallOver}, states{"1": push.CallAnswered}},
		{"answer before the hangup with state-reopens: over", "state-reopens", answeredCall, states{"1": push.CallOver}, states{"1": push.CallOver}},
		{"one newCall with state-counts-duplicates: over", "state-counts-duplicates", missedCall, states{"1": push.CallOver}, states{"1": push.CallOver}},
	}
	hasRow := map[string]bool{}
	for _, test := range tests {
		hasRow[test.fault] = true
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			fault, err := receiver.FindFault(test.fault)
			if err != nil {
				t.Fatal(err)
			}
			withoutFault, withFault := newReceiver(t, receiver.Options{}), newReceiver(t, receiver.Options{Faults: []receiver.Fault{fault}})
			for _, p := range test.pushes {
				if diff := cmp.Diff(post(withoutFault, p), post(withFault, p)); diff != "" {
					t.Errorf("response to %s mismatch (-without fault +with it):\n%s", p, diff)
				}
			}
			for _, r := range []struct {
				receiver *receiver.Receiver
				want     states
			}{{withoutFault, test.want}, {withFault, test.wantWithFault}} {
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
		if f.Phase == receiver.Memory && !f.NeedsKey && !hasRow[f.Name] {
			t.Errorf("the table has no row for the fault %q", f.Name)
		}
	}
}
