package verdict_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

const (
	plainBody  = "event=newCall&direction=in&from=491713920001&to=493023125001&callId=1&origCallId=1&user%5B%5D=Doc&userId%5B%5D=w0"
	answerBody = "event=answer&callId=1&user=Doc&userId=w0&from=491713920001&to=493023125001&direction=in&answeringNumber=493023125001"
)

// callWithBody returns a call of one push with the body. If requirementID is not empty, the push is odd and is sent for this requirement.
func callWithBody(requirementID string, status int, body string) transcript.Call {
	form, err := push.ParseForm([]byte(body))
	if err != nil {
		panic(err)
	}
	parsed, err := push.FromForm(form)
	if err != nil {
		panic(err)
	}
	c := newCall(status, ms)
	c.RequirementID = requirementID
	if requirementID != "" {
		c.Variant = transcript.Variant(body)
	}
	x := &c.Exchanges[0]
	x.Push, x.Body, x.Odd = parsed, []byte(body), requirementID != ""
	return c
}

// replace returns a body with one part replaced.
func replace(body, old, replacement string) string { return strings.Replace(body, old, replacement, 1) }

func TestCauseThatSeveralRequirementsShareIsNamed(t *testing.T) {
	t.Parallel()
	plain := callWithBody("", 200, plainBody)
	emptyUser := func(status int) transcript.Call {
		return callWithBody("push.user-empty", status, replace(plainBody, "=Doc&userId%5B%5D=w0", "="))
	}
	noUser := func(status int) transcript.Call {
		return callWithBody("push.user-absent", status, replace(plainBody, "&user%5B%5D=Doc&userId%5B%5D=w0", ""))
	}
	emptyOrig := func(status int) transcript.Call {
		return callWithBody("push.orig-call-id", status, replace(plainBody, "origCallId=1", "origCallId="))
	}
	noOrig := callWithBody("push.orig-call-id", 500, replace(plainBody, "&origCallId=1", ""))
	emptyFrom := callWithBody("push.odd-caller", 500, replace(plainBody, "from=491713920001", "from="))
	voicemail := callWithBody("", 200, replace(plainBody, "=Doc&userId%5B%5D=w0", "=voicemail"))
	sipFrom := func(status int) transcript.Call {
		return callWithBody("push.odd-caller", status, replace(plainBody, "from=491713920001", "from=1234567e0"))
	}
	sipTo := callWithBody("push.odd-callee", 500, replace(plainBody, "to=493023125001", "to=1234567e0"))
	newCallWithID := func(length, status int) transcript.Call {
		return callWithBody("push.long-call-ids", status, replace(plainBody, "callId=1", "callId="+strings.Repeat("A", length)))
	}
	longOutgoingID := callWithBody("", 500, replace(replace(plainBody, "direction=in", "direction=out"), "callId=1", "callId="+strings.Repeat("A", 129)))
	captured := func(status int) transcript.Call {
		return callWithBody("push.golden-capture", status, replace(plainBody, "=Doc&userId%5B%5D=w0", "=")+"&xcid=2")
	}
	tests := []struct {
		name  string
		calls []transcript.Call
		want  map[string][]string // ids of the requirements, by the id of their cause
	}{
		{"every empty field refused: empty-field", numberedCalls(plain, captured(500), emptyUser(500), emptyOrig(500), emptyFrom, noUser(200)),
			map[string][]string{"empty-field": {"push.golden-capture", "push.user-empty", "push.orig-call-id", "push.odd-caller"}}},
		{"an empty user refused, other empty fields accepted: no shared cause", numberedCalls(plain, captured(500), emptyUser(500), emptyOrig(200), noUser(200)), map[string][]string{}},
		{"an empty user refused, no other empty field sent: no shared cause", numberedCalls(plain, captured(500), emptyUser(500), noUser(200)), map[string][]string{}},
		{"two empty fields refused, a third accepted: no shared cause", numberedCalls(plain, emptyUser(500), emptyFrom, emptyOrig(200)), map[string][]string{}},
		{"one requirement not met in two variants: no shared cause", numberedCalls(plain, emptyFrom, sipFrom(500)), map[string][]string{}},
		{"several empty fields and only one invalid number refused: empty-field", numberedCalls(plain, emptyUser(500), emptyFrom, sipTo),
			map[string][]string{"empty-field": {"push.user-empty", "push.odd-caller"}}},
		{"one requirement not met: no shared cause", numberedCalls(plain, emptyOrig(500), noUser(200)), map[string][]string{}},
		{"every push without a user id refused: no-user-id", numberedCalls(plain, captured(500), emptyUser(500), noUser(500), emptyOrig(200)),
			map[string][]string{"no-user-id": {"push.golden-capture", "push.user-empty", "push.user-absent"}}},
		{"every push without a user refused, one without a user id accepted: no-user", numberedCalls(plain, captured(500), emptyUser(500), noUser(500), emptyOrig(200), voicemail),
			map[string][]string{"no-user": {"push.golden-capture", "push.user-empty", "push.user-absent"}}},
		{"an empty user refused, an absent user accepted: no shared cause", numberedCalls(plain, emptyUser(500), noUser(200), voicemail), map[string][]string{}},
		{"every invalid number refused: no-number", numberedCalls(plain, emptyFrom, sipFrom(500), sipTo, emptyOrig(200)),
			map[string][]string{"no-number": {"push.odd-caller", "push.odd-callee"}}},
		{"a SIP id accepted as from and refused as to: no shared cause", numberedCalls(plain, sipFrom(200), sipTo), map[string][]string{}},
		{"every long callId refused: long-id", numberedCalls(plain, newCallWithID(136, 500), longOutgoingID),
			map[string][]string{"long-id": {"push.outgoing", "push.long-call-ids"}}},
		{"a long callId refused in an outgoing call only: no shared cause", numberedCalls(plain, newCallWithID(136, 200), longOutgoingID), map[string][]string{}},
		{"a callId of 128 characters refused, and a longer one: no shared cause", numberedCalls(plain, newCallWithID(128, 500), longOutgoingID), map[string][]string{}},
		{"two causes: empty-field and no-number", numberedCalls(plain, emptyUser(500), emptyOrig(500), emptyFrom, sipFrom(500), sipTo),
			map[string][]string{"empty-field": {"push.user-empty", "push.orig-call-id", "push.odd-caller"}, "no-number": {"push.odd-caller", "push.odd-callee"}}},
		{"a missing field refused as well: not among the empty fields", numberedCalls(plain, emptyUser(500), noOrig, emptyFrom, noUser(200)),
			map[string][]string{"empty-field": {"push.user-empty", "push.odd-caller"}}},
		{"an empty field accepted in an answer, refused in newCalls: empty-field", numberedCalls(plain, emptyUser(500), emptyOrig(500), noUser(200), callWithBody("", 200, replace(answerBody, "user=Doc&userId=w0", "user="))),
			map[string][]string{"empty-field": {"push.user-empty", "push.orig-call-id"}}},
		{"plain pushes refused as well: no shared cause", numberedCalls(callWithBody("", 500, plainBody), emptyUser(500), emptyOrig(500)), map[string][]string{}},
	}
	for _, test := range tests {
		v := verdict.Run{RunInfo: verdict.RunInfo{Outgoing: "https://receiver.example/"}, Evidence: verdict.Evidence{Calls: test.calls}}.Judge()
		got := map[string][]string{}
		for _, c := range v.Causes {
			got[c.ID] = c.IDs
			if c.ID == "empty-field" && c.Clause != "the receiver refuses every newCall push in which any field has no value" {
				t.Errorf("%s: Clause = %q, want it to name the event of the refused pushes only", test.name, c.Clause)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: Causes mismatch (-want +got):\n%s", test.name, diff)
		}
		for _, row := range v.Rows {
			for _, f := range row.Findings {
				if (f.Cause != "") != slices.Contains(got[f.Cause], row.ID) {
					t.Errorf("%s: a finding of %s has the cause %q, want one that names it", test.name, row.ID, f.Cause)
				}
			}
		}
	}
}
