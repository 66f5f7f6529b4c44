package verdict_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// rowOf returns the row of a requirement. It fails the test if there is none.
func rowOf(t *testing.T, v verdict.Verdict, id string) verdict.Row {
	t.Helper()
	i := slices.IndexFunc(v.Rows, func(r verdict.Row) bool { return r.ID == id })
	if i < 0 {
		t.Fatalf("the verdict has no row for %s", id)
	}
	return v.Rows[i]
}

func TestRequirementsThatNeedAFaultyResponseAreUndetermined(t *testing.T) {
	t.Parallel()
	const both = `<Response onAnswer="https://receiver.example/follow" onHangup="https://receiver.example/follow"/>`
	typed := func(c transcript.Call, status int, contentType string) transcript.Call {
		c.Exchanges[0].Status, c.Exchanges[0].ContentType = status, contentType
		return c
	}
	broken, page := callWithResponse("<Response"), typed(callWithResponse(both), 200, "text/html")
	garbage := callWithResponse("<Response")
	garbage.RequirementID, garbage.Exchanges[0].Odd, garbage.Exchanges[0].ForeignName = "trouble.malformed-push", true, "a JSON document"
	type row struct {
		Status  verdict.Status
		Because string
	}
	undetermined := func(because string) row { return row{verdict.Undetermined, because} }
	none := row{verdict.NotApplicable, ""}
	tests := []struct {
		name string
		run  verdict.Run
		id   string
		want row
	}{
		{"not well-formed: a subscription", verdict.Run{Evidence: evidenceOf(broken)}, "push.answer", undetermined("response.well-formed")},
		{"not well-formed: an action", verdict.Run{Evidence: evidenceOf(broken)}, "reject.reason", undetermined("response.well-formed")},
		{"not well-formed: needs of two kinds", verdict.Run{Evidence: evidenceOf(broken)}, "call.steered", undetermined("response.well-formed")},
		{"not well-formed: another rule of the response", verdict.Run{Evidence: evidenceOf(broken)}, "response.known-elements", undetermined("response.well-formed")},
		{"not well-formed: follow-up URLs", verdict.Run{Evidence: evidenceOf(broken)}, "following.https", undetermined("response.well-formed")},
		{"not well-formed: a newCall that was not tried", verdict.Run{Evidence: evidenceOf(broken)}, "push.user-empty", none},
		{"not well-formed: the state was not asked for", verdict.Run{Evidence: evidenceOf(broken)}, "state.ended", none},
		{"not well-formed: credentials", verdict.Run{Evidence: evidenceOf(broken)}, "transport.basic-auth", none},
		{"response not well-formed: requirement of a claimed capability is undetermined", verdict.Run{Scope: verdict.Scope{Claims: []requirements.Capability{requirements.CanGather}}, Evidence: evidenceOf(broken)}, "push.dtmf", undetermined("response.well-formed")},
		{"not well-formed beside a good response", verdict.Run{Evidence: evidenceOf(wholeCall(), broken)}, "reject.reason", undetermined("response.well-formed")},
		{"not well-formed beside a good response: what that one shows", verdict.Run{Evidence: evidenceOf(wholeCall(), broken)}, "push.answer", row{verdict.Passed, ""}},
		{"another root", verdict.Run{Evidence: evidenceOf(callWithResponse("<Reply/>"))}, "push.answer", undetermined("response.root")},

		{"not well-formed in response to garbage, which is not judged", verdict.Run{Evidence: evidenceOf(wholeCall(), garbage)}, "reject.reason", none},

		{"text/html: a subscription", verdict.Run{Evidence: evidenceOf(page)}, "push.answer", undetermined("response.content-type")},
		{"text/html: what the receiver does not do", verdict.Run{Evidence: evidenceOf(page)}, "reject.reason", none},
		{"text/html: the follow-up URLs themselves", verdict.Run{Evidence: evidenceOf(page)}, "following.answer-url", row{verdict.Passed, ""}},
		{"text/html: whether they can be reached", verdict.Run{Evidence: evidenceOf(page)}, "following.reachable", undetermined("response.content-type")},
		{"text/html beside a good response", verdict.Run{Evidence: evidenceOf(wholeCall(), page)}, "push.answer", row{verdict.Passed, ""}},
		{"status 201: a subscription", verdict.Run{Evidence: evidenceOf(typed(callWithResponse(both), 201, "application/xml"))}, "push.hangup", undetermined("response.status")},
		{"status 201: a relative URL", verdict.Run{Evidence: evidenceOf(typed(callWithResponse(`<Response onHangup="/h"/>`), 201, "application/xml"))}, "following.hangup-url", row{verdict.Failed, ""}},
		{"a root in another letter case", verdict.Run{Evidence: evidenceOf(callWithResponse(`<response onHangup="https://receiver.example/h"/>`))}, "push.hangup", undetermined("response.root")},
		{"status 207, no URL: the scheme of URLs", verdict.Run{Evidence: evidenceOf(typed(callWithResponse("<Response/>"), 207, "application/xml"))}, "following.https", none},
		{"status 207, no URL: whether URLs can be reached", verdict.Run{Evidence: evidenceOf(typed(callWithResponse("<Response/>"), 207, "application/xml"))}, "following.reachable", none},
		{"status 207, no URL: whether URLs lead outside", verdict.Run{Evidence: evidenceOf(typed(callWithResponse("<Response/>"), 207, "application/xml"))}, "following.reach-from-outside", none},
		{"a root in another letter case, no URL: the scheme of URLs", verdict.Run{Evidence: evidenceOf(callWithResponse("<response/>"))}, "following.https", none},
		{"status 207, no URL, beside one of status 201 with both", verdict.Run{Evidence: evidenceOf(typed(callWithResponse("<Response/>"), 207, "application/xml"), typed(callWithResponse(both), 201, "application/xml"))}, "following.reachable", undetermined("response.status")},
		{"text/xml is acted on", verdict.Run{Evidence: evidenceOf(typed(callWithResponse("<Response/>"), 200, "text/xml"))}, "push.answer", none},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.run.Target = requirements.Target{Origins: []string{"https://receiver.example"}}
			r := rowOf(t, tt.run.Judge(), tt.id)
			if diff := cmp.Diff(tt.want, row{r.Status, r.CauseID}); diff != "" {
				t.Errorf("%s mismatch (-want +got), reason %q:\n%s", tt.id, r.Reason, diff)
			}
		})
	}
}

func TestUnreadableResponseFailsTheRunAndIsNoObserver(t *testing.T) {
	t.Parallel()
	v := verdict.Run{Evidence: evidenceOf(callWithResponse("<Response"))}.Judge()
	if diff := cmp.Diff("not conformant: response.well-formed is not met", v.Summary); diff != "" || v.Exit != verdict.ExitNotConformant || v.Observer {
		t.Errorf("Judge() = exit %d, observer %t, %q; want 1, false; mismatch (-want +got):\n%s", v.Exit, v.Observer, v.Summary, diff)
	}
}
