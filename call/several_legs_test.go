package call_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

const (
	outgoingNewCall = "0s leg-1 newCall out from=Doc to=Marty user=Doc"
	incomingNewCall = "0s leg-2 newCall in from=Doc to=Marty user=Marty"
)

func TestActionForOneLegOfAnInternalCallEndsBothLegs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		respond receiver
		want    []string
	}{
		{"Reject of the incoming leg", onDirection(push.Incoming, `<Reject reason="busy"/>`),
			[]string{outgoingNewCall, incomingNewCall, "0s leg-2 hangup cause=busy", "0s leg-1 hangup cause=busy"}},
		{"Reject of the outgoing leg", onDirection(push.Outgoing, `<Reject/>`),
			[]string{outgoingNewCall, incomingNewCall, "0s leg-1 hangup cause=noAnswer", "0s leg-2 hangup cause=noAnswer"}},
		{"Hangup of the incoming leg", onDirection(push.Incoming, `<Hangup/>`),
			[]string{outgoingNewCall, incomingNewCall, "0s leg-2 hangup cause=normalClearing", "0s leg-1 hangup cause=normalClearing"}},
	}
	for _, test := range tests {
		c := call.New(builtin(t, "internal-answered"), options())
		if diff := cmp.Diff(test.want, describe(playOut(t, c, test.respond))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

// onDirection returns a receiver that responds with an action to newCalls of one direction, and subscribes in all responses.
func onDirection(d push.Direction, action string) receiver {
	return func(s call.Step) string {
		if s.Direction == d && s.Push.Event == push.NewCall {
			return withAction(action)
		}
		return subscribingResponse
	}
}

func TestOrigCallIDOfClickToDialLegsIsTheCallIDOfTheFirstLeg(t *testing.T) {
	t.Parallel()
	for name, xcidPrefix := range map[string]string{"internal-answered": "", "click-to-dial": "c2d-0."} {
		opts := options()
		for _, s := range playOut(t, call.New(builtin(t, name), opts), always(subscribingResponse)) {
			wantOrigCallID := "leg-1"
			if name == "internal-answered" {
				wantOrigCallID = s.Push.CallID // each leg of an internal call is a first leg
			}
			if s.Push.OrigCallID != wantOrigCallID {
				t.Errorf("%s: the %s on %s has origCallId %q, want %s", name, s.Push.Event, s.Push.CallID, s.Push.OrigCallID, wantOrigCallID)
			}
			wantXCID := opts.IDs.XCID(name)
			if xcidPrefix != "" {
				wantXCID = opts.IDs.ClickXCID(name)
			}
			if s.Push.XCID != wantXCID || !strings.HasPrefix(s.Push.XCID, xcidPrefix) {
				t.Errorf("%s: xcid is %q, want %q on every leg", name, s.Push.XCID, wantXCID)
			}
		}
	}
}

func TestNewCallOfTheIncomingClickToDialLegGoesToTheIncomingURL(t *testing.T) {
	t.Parallel()
	want := map[string]string{"leg-1": outgoingURL, "leg-2": incomingURL}
	got := map[string]string{}
	for _, s := range playOut(t, call.New(builtin(t, "click-to-dial"), options()), always(subscribingResponse)) {
		if s.Push.Event == push.NewCall {
			got[s.Push.CallID] = s.URL
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("URLs of the newCalls mismatch (-want +got):\n%s", diff)
	}
}

func TestRedirectedTransferIsAnsweredBeforeTheFirstLegEnds(t *testing.T) {
	t.Parallel()
	firstPushes := []string{"0s leg-1 newCall in from=Jennifer to=Doc user=Doc", "5s leg-1 answer user=Doc answeringNumber=Doc",
		"15s leg-2 newCall in from=Jennifer to=Marty user=Marty diversion=Doc", "20s leg-2 answer user= answeringNumber=493023125901 diversion=Doc"}
	tests := map[string][]string{
		"transfer-answered": {"35s leg-1 hangup cause=normalClearing answeringNumber=Doc",
			"45s leg-2 hangup cause=normalClearing answeringNumber=493023125901 diversion=Doc"},
		"transfer-unanswered": {"30s leg-2 hangup cause=normalClearing answeringNumber=493023125901 diversion=Doc"},
	}
	for name, lastPushes := range tests {
		c := call.New(builtin(t, name), options())
		got := describe(playOut(t, c, onLeg("Marty", withAction("<Dial><Number>493023125901</Number></Dial>"))))
		if diff := cmp.Diff(append(firstPushes[:len(firstPushes):len(firstPushes)], lastPushes...), got); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestAnswerOfTheVoicemailHasNoUserIDs(t *testing.T) {
	t.Parallel()
	for _, s := range playOut(t, call.New(builtin(t, "incoming-voicemail"), options()), always(subscribingResponse)) {
		p := s.Push
		if p.Event == push.Answer && (p.UserIDs != nil || p.AnsweringNumber != "" || cmp.Diff([]string{scenarios.Voicemail}, p.Users) != "") {
			t.Errorf("the answer is %+v, want the user voicemail, and no ids and no number", p)
		}
	}
}

func TestPushesHaveTheNamesOfTheCast(t *testing.T) {
	t.Parallel()
	opts := options()
	doc := opts.Cast["Doc"]
	doc.Name = "Emmett Brown"
	opts.Cast["Doc"] = doc
	for _, name := range []string{"transfer-answered", "outgoing-answered", "click-to-dial", "group-answered"} {
		hasCastName := false
		c := call.New(builtin(t, name), opts)
		for _, s := range playOut(t, c, always(subscribingResponse)) {
			hasCastName = hasCastName || len(s.Push.Users) > 0 && s.Push.Users[0] == "Emmett Brown"
			if s.Leg == "Emmett Brown" {
				t.Errorf("%s: a leg has the name %q, want Doc as in the story", name, s.Leg)
			}
		}
		if !hasCastName || len(c.Skipped()) > 0 {
			t.Errorf("%s: a push has the name of the cast: %t; skipped acts %v; want true and none", name, hasCastName, c.Skipped())
		}
	}
}

func TestOnlyTheLegOutsideTheAccountIsBilled(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"transfer-to-outside": "an outside number", "transfer-to-another-account": "another sipgate account", "forward-to-outside": "an outside number",
	} {
		for _, s := range playOut(t, call.New(builtin(t, name), options()), always(subscribingResponse)) {
			if isSecond := s.Push.Diversion != ""; s.Billed != isSecond || isSecond && s.BilledTarget != want || !isSecond && s.BilledTarget != "" {
				t.Errorf("%s: the %s on %s's leg: Billed %t, BilledTarget %q, want %q for the second leg only", name, s.Push.Event, s.Leg, s.Billed, s.BilledTarget, want)
			}
		}
	}
}
