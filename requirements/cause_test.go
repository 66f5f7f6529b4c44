package requirements_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestOccurrenceOfACauseDependsOnTheFieldsOfThePush(t *testing.T) {
	t.Parallel()
	const empty, noUserID, noUser, noNumber = "empty-field", "no-user-id", "no-user", "no-number"
	withoutUserID := withPush(func(p *push.Push) { p.UserIDs = nil })
	withUsers := func(names ...string) func(*transcript.Exchange) {
		return withPush(func(p *push.Push) { p.Users, p.UserIDs = names, nil })
	}
	withFormBody := func(text string) func(*transcript.Exchange) {
		return func(x *transcript.Exchange) { x.Body = []byte(text) }
	}
	fromSIPID := withPush(func(p *push.Push) { p.From = "1234567e0" })
	asStimulus := func(x *transcript.Exchange) { x.ForeignName = "a form" }
	tests := []struct {
		name string
		x    transcript.Exchange
		want map[string]string // what in the push shows a cause, by the id of the cause
	}{
		{"plain newCall: no cause", exchange(push.NewCall, 500, "", "", withFormBody("event=newCall")), nil},
		{"empty field: empty-field", exchange(push.NewCall, 500, "", "", withFormBody("event=newCall&from=")), map[string]string{empty: "from"}},
		{"newCall without a user: no-user-id and no-user", exchange(push.NewCall, 500, "", "", withUsers()), map[string]string{noUserID: "no user", noUser: "no user"}},
		{"newCall with an empty user: no-user-id and no-user", exchange(push.NewCall, 500, "", "", withUsers("")), map[string]string{noUserID: "an empty user", noUser: "an empty user"}},
		{"newCall with a user without id: no-user-id", exchange(push.NewCall, 500, "", "", withUsers("Doc")), map[string]string{noUserID: "a user without id"}},
		{"outgoing newCall without a user id: no cause", exchange(push.NewCall, 500, "", "", withoutUserID, asOutgoing), nil},
		{"outgoing newCall without a user: no cause", exchange(push.NewCall, 500, "", "", withUsers(), asOutgoing), nil},
		{"answer without a user: no-user-id", exchange(push.Answer, 500, "", "", withUsers()), map[string]string{noUserID: "no user"}},
		{"hangup, which never has a user: no cause", exchange(push.Hangup, 500, "", "", withUsers()), nil},
		{"SIP id as from: no-number", exchange(push.NewCall, 500, "", "", fromSIPID), map[string]string{noNumber: "from 1234567e0"}},
		{"extension as to: no-number", exchange(push.NewCall, 500, "", "", withPush(func(p *push.Push) { p.To = "22" })), map[string]string{noNumber: "to 22"}},
		{"dtmf, which has no numbers: no cause", exchange(push.DTMF, 500, "", "", withPush(func(p *push.Push) { p.From, p.To = "", "" })), nil},
		{"request that is not a push: no cause", exchange(push.NewCall, 500, "", "", fromSIPID, asStimulus, withFormBody("event=newCall&from=")), nil},
		{"body in JSON: no cause", exchange(push.NewCall, 500, "", "", fromSIPID, withFormBody("{}")), nil},
	}
	for _, test := range tests {
		got := map[string]string{}
		for _, c := range requirements.Causes() {
			if occurrence := c.OccurrenceIn(test.x); occurrence != "" {
				got[c.ID] = occurrence
			}
		}
		if test.want == nil {
			test.want = map[string]string{}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: occurrences mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
