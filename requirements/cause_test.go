package requirements_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestPushHasTheFormOfACauseByItsFields(t *testing.T) {
	t.Parallel()
	const empty, noID, noUser, noNumber = "empty-field", "no-user-id", "no-user", "no-number"
	unnamed := said(func(p *push.Push) { p.UserIDs = nil })
	users := func(names ...string) func(*transcript.Exchange) {
		return said(func(p *push.Push) { p.Users, p.UserIDs = names, nil })
	}
	body := func(text string) func(*transcript.Exchange) {
		return func(x *transcript.Exchange) { x.Body = []byte(text) }
	}
	sip := said(func(p *push.Push) { p.From = "1234567e0" })
	raw := func(x *transcript.Exchange) { x.ForeignName = "a form" }
	tests := []struct {
		name string
		x    transcript.Exchange
		want map[string]string // forms by the cause
	}{
		{"plain newCall", says(push.NewCall, 500, "", "", body("event=newCall")), nil},
		{"empty field", says(push.NewCall, 500, "", "", body("event=newCall&from=")), map[string]string{empty: "from"}},
		{"newCall without a user", says(push.NewCall, 500, "", "", users()), map[string]string{noID: "no user", noUser: "no user"}},
		{"newCall with an empty user", says(push.NewCall, 500, "", "", users("")), map[string]string{noID: "an empty user", noUser: "an empty user"}},
		{"newCall with a user without id", says(push.NewCall, 500, "", "", users("Doc")), map[string]string{noID: "a user without id"}},
		{"outgoing newCall without a user id", says(push.NewCall, 500, "", "", unnamed, outgoing), nil},
		{"outgoing newCall without a user", says(push.NewCall, 500, "", "", users(), outgoing), nil},
		{"answer without a user", says(push.Answer, 500, "", "", users()), map[string]string{noID: "no user"}},
		{"hangup, which never has a user", says(push.Hangup, 500, "", "", users()), nil},
		{"SIP id as from", says(push.NewCall, 500, "", "", sip), map[string]string{noNumber: "from 1234567e0"}},
		{"extension as to", says(push.NewCall, 500, "", "", said(func(p *push.Push) { p.To = "22" })), map[string]string{noNumber: "to 22"}},
		{"dtmf, which has no numbers", says(push.DTMF, 500, "", "", said(func(p *push.Push) { p.From, p.To = "", "" })), nil},
		{"what a stranger sent", says(push.NewCall, 500, "", "", sip, raw, body("event=newCall&from=")), nil},
		{"body that is no form", says(push.NewCall, 500, "", "", sip, body("{}")), nil},
	}
	for _, test := range tests {
		got := map[string]string{}
		for _, c := range requirements.Causes() {
			if form := c.Form(test.x); form != "" {
				got[c.ID] = form
			}
		}
		if test.want == nil {
			test.want = map[string]string{}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: forms mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
