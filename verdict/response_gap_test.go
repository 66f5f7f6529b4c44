package verdict_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// rowOf returns the row of a requirement. It fails the test if there is no such row.
func rowOf(t *testing.T, v verdict.Verdict, id string) verdict.Row {
	t.Helper()
	i := slices.IndexFunc(v.Rows, func(r verdict.Row) bool { return r.ID == id })
	if i < 0 {
		t.Fatalf("the verdict has no row for %s", id)
	}
	return v.Rows[i]
}

func TestRequirementsThatDependOnAFaultyResponseAreUndetermined(t *testing.T) {
	t.Parallel()
	const bothSubscriptions = `<Response onAnswer="https://receiver.example/follow" onHangup="https://receiver.example/follow"/>`
	withType := func(c transcript.Call, status int, contentType string) transcript.Call {
		c.Exchanges[0].Status, c.Exchanges[0].ContentType = status, contentType
		return c
	}
	malformed, htmlType := callWithResponse("<Response"), withType(callWithResponse(bothSubscriptions), 200, "text/html")
	stimulusCall := callWithResponse("<Response")
	stimulusCall.RequirementID, stimulusCall.Exchanges[0].Odd, stimulusCall.Exchanges[0].ForeignName = "trouble.malformed-push", true, "a JSON document"
	type row struct {
		Status  verdict.Status
		CauseID string
	}
	undetermined := func(causeID string) row { return row{verdict.Undetermined, causeID} }
	notApplicable := row{verdict.NotApplicable, ""}
	tests := []struct {
		name string
		run  verdict.Run
		id   string
		want row
	}{
		{"not well-formed: requirement about a subscription is undetermined", verdict.Run{Evidence: evidenceOf(malformed)}, "push.answer", undetermined("response.well-formed")},
		{"not well-formed: requirement about an action is undetermined", verdict.Run{Evidence: evidenceOf(malformed)}, "reject.reason", undetermined("response.well-formed")},
		{"not well-formed: requirement about a steered call is undetermined", verdict.Run{Evidence: evidenceOf(malformed)}, "call.steered", undetermined("response.well-formed")},
		{"not well-formed: requirement about elements is undetermined", verdict.Run{Evidence: evidenceOf(malformed)}, "response.known-elements", undetermined("response.well-formed")},
		{"not well-formed: requirement about follow-up URLs is undetermined", verdict.Run{Evidence: evidenceOf(malformed)}, "following.https", undetermined("response.well-formed")},
		{"not well-formed: requirement about a newCall that was not sent is not applicable", verdict.Run{Evidence: evidenceOf(malformed)}, "push.user-empty", notApplicable},
		{"not well-formed: requirement about the state is not applicable", verdict.Run{Evidence: evidenceOf(malformed)}, "state.ended", notApplicable},
		{"not well-formed: requirement about credentials is not applicable", verdict.Run{Evidence: evidenceOf(malformed)}, "transport.basic-auth", notApplicable},
		{"not well-formed: requirement about a claimed capability is undetermined", verdict.Run{Scope: verdict.Scope{Claims: []requirements.Capability{requirements.CanGather}}, Evidence: evidenceOf(malformed)}, "push.dtmf", undetermined("response.well-formed")},
		{"not well-formed, another response good: requirement about an action is undetermined", verdict.Run{Evidence: evidenceOf(wholeCall(), malformed)}, "reject.reason", undetermined("response.well-formed")},
		{"not well-formed, another response good: requirement that the good response shows is passed", verdict.Run{Evidence: evidenceOf(wholeCall(), malformed)}, "push.answer", row{verdict.Passed, ""}},
		{"another root: requirement about a subscription is undetermined", verdict.Run{Evidence: evidenceOf(callWithResponse("<Reply/>"))}, "push.answer", undetermined("response.root")},

		{"not well-formed response to a stimulus: requirement about an action is not applicable", verdict.Run{Evidence: evidenceOf(wholeCall(), stimulusCall)}, "reject.reason", notApplicable},

		{"text/html: requirement about a subscription is undetermined", verdict.Run{Evidence: evidenceOf(htmlType)}, "push.answer", undetermined("response.content-type")},
		{"text/html: requirement about an action that the response does not contain is not applicable", verdict.Run{Evidence: evidenceOf(htmlType)}, "reject.reason", notApplicable},
		{"text/html: requirement about the form of a follow-up URL is passed", verdict.Run{Evidence: evidenceOf(htmlType)}, "following.answer-url", row{verdict.Passed, ""}},
		{"text/html: requirement about reachable URLs is undetermined", verdict.Run{Evidence: evidenceOf(htmlType)}, "following.reachable", undetermined("response.content-type")},
		{"text/html, another response good: requirement about a subscription is passed", verdict.Run{Evidence: evidenceOf(wholeCall(), htmlType)}, "push.answer", row{verdict.Passed, ""}},
		{"status 201: requirement about a subscription is undetermined", verdict.Run{Evidence: evidenceOf(withType(callWithResponse(bothSubscriptions), 201, "application/xml"))}, "push.hangup", undetermined("response.status")},
		{"status 201, relative URL: requirement about the form of the URL is failed", verdict.Run{Evidence: evidenceOf(withType(callWithResponse(`<Response onHangup="/h"/>`), 201, "application/xml"))}, "following.hangup-url", row{verdict.Failed, ""}},
		{"root in another letter case: requirement about a subscription is undetermined", verdict.Run{Evidence: evidenceOf(callWithResponse(`<response onHangup="https://receiver.example/h"/>`))}, "push.hangup", undetermined("response.root")},
		{"status 207, no URL: requirement about https URLs is not applicable", verdict.Run{Evidence: evidenceOf(withType(callWithResponse("<Response/>"), 207, "application/xml"))}, "following.https", notApplicable},
		{"status 207, no URL: requirement about reachable URLs is not applicable", verdict.Run{Evidence: evidenceOf(withType(callWithResponse("<Response/>"), 207, "application/xml"))}, "following.reachable", notApplicable},
		{"status 207, no URL: requirement about URLs that lead outside is not applicable", verdict.Run{Evidence: evidenceOf(withType(callWithResponse("<Response/>"), 207, "application/xml"))}, "following.reach-from-outside", notApplicable},
		{"root in another letter case, no URL: requirement about https URLs is not applicable", verdict.Run{Evidence: evidenceOf(callWithResponse("<response/>"))}, "following.https", notApplicable},
		{"status 207 without URL, another response of status 201 with URLs: requirement about reachable URLs is undetermined", verdict.Run{Evidence: evidenceOf(withType(callWithResponse("<Response/>"), 207, "application/xml"), withType(callWithResponse(bothSubscriptions), 201, "application/xml"))}, "following.reachable", undetermined("response.status")},
		{"text/xml, which sipgate reads: requirement about a subscription is not applicable", verdict.Run{Evidence: evidenceOf(withType(callWithResponse("<Response/>"), 200, "text/xml"))}, "push.answer", notApplicable},
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

func TestReceiverWithUnreadableResponseFailsAndIsNoObserver(t *testing.T) {
	t.Parallel()
	v := verdict.Run{Evidence: evidenceOf(callWithResponse("<Response"))}.Judge()
	if diff := cmp.Diff("not conformant: response.well-formed is not met", v.Summary); diff != "" || v.Exit != verdict.ExitNotConformant || v.Observer {
		t.Errorf("Judge() = exit %d, observer %t, %q; want 1, false; mismatch (-want +got):\n%s", v.Exit, v.Observer, v.Summary, diff)
	}
}
