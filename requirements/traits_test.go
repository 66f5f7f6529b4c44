package requirements_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestKindsOfAPushAreTheRequirementsOfItsTraits(t *testing.T) {
	t.Parallel()
	type p = push.Push
	noDigits := ""
	tests := []struct {
		name   string
		event  push.Event
		change func(*p)
		want   []string // the kinds: the first requirement of the push, or its hangup cause; then its other requirements
	}{
		{"newCall", push.NewCall, func(*p) {}, []string{"push.newcall"}},
		{"push of an unknown event", "somethingNew", func(*p) {}, []string{"push.newcall"}},
		{"newCall that was diverted", push.NewCall, func(x *p) { x.Diversion = "493023125001" }, []string{"push.diversion"}},
		{"newCall of an outgoing call", push.NewCall, func(x *p) { x.Direction = push.Outgoing }, []string{"push.outgoing"}},
		{"newCall without users", push.NewCall, func(x *p) { x.Users = nil }, []string{"push.newcall", "push.user-absent"}},
		{"newCall with two users", push.NewCall, func(x *p) { x.Users = []string{"Doc", "Marty"} }, []string{"push.newcall", "push.group-call"}},
		{"newCall with an empty user", push.NewCall, func(x *p) { x.Users = []string{""} }, []string{"push.newcall", "push.user-empty"}},
		{"newCall with an empty user without id", push.NewCall, func(x *p) { x.Users, x.UserIDs = []string{""}, nil }, []string{"push.newcall", "push.user-empty"}},
		{"newCall with a user without id", push.NewCall, func(x *p) { x.UserIDs = nil }, []string{"push.newcall", "push.user-empty", "push.user-absent"}},
		{"newCall with two users without ids", push.NewCall, func(x *p) { x.Users, x.UserIDs = []string{"Doc", "Marty"}, nil }, []string{"push.newcall", "push.group-call"}},
		{"newCall with an answeringNumber", push.NewCall, func(x *p) { x.AnsweringNumber = "49301" }, []string{"push.newcall"}},
		{"newCall without origCallId", push.NewCall, func(x *p) { x.OrigCallID = "" }, []string{"push.newcall"}},
		{"newCall with its own id as origCallId", push.NewCall, func(x *p) { x.OrigCallID = x.CallID }, []string{"push.newcall"}},
		{"newCall with the origCallId of another call", push.NewCall, func(x *p) { x.OrigCallID = "another" }, []string{"push.newcall", "push.orig-call-id"}},
		{"answer", push.Answer, func(*p) {}, []string{"push.answer"}},
		{"answer without users", push.Answer, func(x *p) { x.Users = nil }, []string{"push.answer-without-user"}},
		{"answer with an empty user", push.Answer, func(x *p) { x.Users = []string{""} }, []string{"push.answer-without-user"}},
		{"answer without user id", push.Answer, func(x *p) { x.UserIDs = nil }, []string{"push.answer", "push.answer-without-user"}},
		{"answer at another number", push.Answer, func(x *p) { x.AnsweringNumber = "49301" }, []string{"push.answer", "push.answering-number"}},
		{"answer of an outgoing call", push.Answer, func(x *p) { x.Direction = push.Outgoing }, []string{"push.answer"}},
		{"answer that was diverted", push.Answer, func(x *p) { x.Diversion = "493023125001" }, []string{"push.answer", "push.diversion"}},
		{"hangup", push.Hangup, func(*p) {}, []string{"normalClearing"}},
		{"hangup without users", push.Hangup, func(x *p) { x.Users, x.UserIDs = nil, nil }, []string{"normalClearing"}},
		{"hangup with another documented cause", push.Hangup, func(x *p) { x.Cause = push.Busy }, []string{"busy"}},
		{"hangup with an undocumented cause", push.Hangup, func(x *p) { x.Cause = "chanunavail" }, []string{"chanunavail"}},
		{"hangup at another number", push.Hangup, func(x *p) { x.AnsweringNumber = "" }, []string{"normalClearing", "push.answering-number"}},
		{"dtmf", push.DTMF, func(*p) {}, []string{"push.dtmf"}},
		{"dtmf with empty digits", push.DTMF, func(x *p) { x.Digits = &noDigits }, []string{"push.dtmf-nothing"}},
		{"dtmf without digits", push.DTMF, func(x *p) { x.Digits = nil }, []string{"push.dtmf-nothing"}},
	}
	for _, test := range tests {
		x := endedExchange(test.event, transcript.Complete)
		test.change(&x.Push)
		if diff := cmp.Diff(test.want, requirements.KindsOfPush(transcript.Call{}, x)); diff != "" {
			t.Errorf("%s: KindsOfPush() mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestEachPlainPushHasARequirement(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		id        string
		event     push.Event
		direction push.Direction
	}{
		{"push.newcall", push.NewCall, push.Incoming},
		{"push.outgoing", push.NewCall, push.Outgoing},
		{"push.answer", push.Answer, push.Incoming},
		{"push.hangup", push.Hangup, push.Incoming},
		{"push.dtmf", push.DTMF, push.Incoming},
	} {
		if got := requirements.RequirementOfPlainPush(test.event, test.direction); got != test.id {
			t.Errorf("RequirementOfPlainPush(%q, %q) = %q, want %q", test.event, test.direction, got, test.id)
		}
		event, direction, ok := requirements.PlainPushOf(test.id)
		if event != test.event || direction != test.direction || !ok {
			t.Errorf("PlainPushOf(%q) = %q, %q, %t, want %q, %q", test.id, event, direction, ok, test.event, test.direction)
		}
	}
	if _, _, ok := requirements.PlainPushOf("push.user-empty"); ok {
		t.Error("PlainPushOf finds a plain push for push.user-empty, want none")
	}
}
