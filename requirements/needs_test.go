package requirements_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
)

func TestNeedsAreMetIfReceiverHasOneCapabilityOfEachList(t *testing.T) {
	t.Parallel()
	steered := requirements.Needs{
		{requirements.CanReject, requirements.CanEndCalls, requirements.CanDial},
		{requirements.CanAnswer, requirements.CanHangup},
	}
	twoNeeds := requirements.Needs{{requirements.CanAnswer}, {requirements.CanHangup}}
	for _, tc := range []struct {
		name    string
		needs   requirements.Needs
		has     []requirements.Capability
		missing string
	}{
		{"no needs, no capability: met", nil, nil, ""},
		{"empty list, no capability: met", requirements.Needs{{}}, nil, ""},
		{"one need, present: met", requirements.Needs{{requirements.CanHangup}}, []requirements.Capability{requirements.CanHangup}, ""},
		{"one need, other capability present: missing", requirements.Needs{{requirements.CanHangup}}, []requirements.Capability{requirements.CanAnswer}, "the receiver does not subscribe to hangup pushes"},
		{"two needs, both present: met", twoNeeds, []requirements.Capability{requirements.CanHangup, requirements.CanAnswer}, ""},
		{"two needs, one present: one missing", twoNeeds, []requirements.Capability{requirements.CanHangup}, "the receiver does not subscribe to answer pushes"},
		{"two needs, none present: both missing", twoNeeds, nil, "the receiver does not subscribe to answer pushes and does not subscribe to hangup pushes"},
		{"one capability of each list present: met", steered, []requirements.Capability{requirements.CanDial, requirements.CanHangup}, ""},
		{"two capabilities of one list present: other list missing", steered, []requirements.Capability{requirements.CanDial, requirements.CanReject}, "the receiver does not subscribe to answer pushes or subscribe to hangup pushes"},
		{"no capability of the first list present: first list missing", steered, []requirements.Capability{requirements.CanAnswer}, "the receiver does not reject calls, end calls with Hangup or redirect calls with Dial"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			ok, missing := tc.needs.MetBy(func(c requirements.Capability) bool { return slices.Contains(tc.has, c) })
			if diff := cmp.Diff(tc.missing, missing); diff != "" {
				t.Errorf("(%s).MetBy(%v) mismatch (-want +got):\n%s", tc.needs, tc.has, diff)
			}
			if ok != (tc.missing == "") {
				t.Errorf("(%s).MetBy(%v) = %t, %q", tc.needs, tc.has, ok, missing)
			}
		})
	}
}

func TestEachMissingCapabilityIsDescribed(t *testing.T) {
	t.Parallel()
	want := map[requirements.Capability]string{
		requirements.CanAnswer:    "the receiver does not subscribe to answer pushes",
		requirements.CanHangup:    "the receiver does not subscribe to hangup pushes",
		requirements.CanDial:      "the receiver does not redirect calls with Dial",
		requirements.CanPlay:      "the receiver does not play a sound file",
		requirements.CanGather:    "the receiver does not collect digits with Gather",
		requirements.CanReject:    "the receiver does not reject calls",
		requirements.CanEndCalls:  "the receiver does not end calls with Hangup",
		requirements.CanSignature: "the receiver does not verify signatures",
		requirements.CanBasicAuth: "the receiver does not ask for credentials",
		requirements.CanState:     "the receiver does not show the state of its calls",
		requirements.CanOutgoing:  "the receiver does not accept pushes of outgoing calls",
	}
	got := map[requirements.Capability]string{}
	for _, c := range requirements.Capabilities() {
		_, got[c] = requirements.Needs{{c}}.MetBy(func(requirements.Capability) bool { return false })
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("MetBy() mismatch (-want +got):\n%s", diff)
	}
}

func TestNeedsAreWrittenAsAnExpression(t *testing.T) {
	t.Parallel()
	for want, needs := range map[string]requirements.Needs{
		"":                            nil,
		"hangup":                      {{requirements.CanHangup}},
		"answer and hangup":           {{requirements.CanAnswer}, {requirements.CanHangup}},
		"answer or hangup":            {{requirements.CanAnswer, requirements.CanHangup}},
		"dial":                        {{}, {requirements.CanDial}},
		"(reject or dial) and hangup": {{requirements.CanReject, requirements.CanDial}, {requirements.CanHangup}},
	} {
		if got := needs.String(); got != want {
			t.Errorf("%#v.String() = %q, want %q", needs, got, want)
		}
	}
}

func TestParseCapabilityReadsEveryClaimableCapability(t *testing.T) {
	t.Parallel()
	var got []string
	for _, c := range requirements.ClaimableCapabilities() {
		parsed, err := requirements.ParseCapability(string(c))
		if err != nil || parsed != c {
			t.Errorf("ParseCapability(%q) = %q, %v", c, parsed, err)
		}
		got = append(got, string(c))
	}
	want := "answer hangup dial play gather reject hangup-action signature basic-auth state"
	if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
		t.Errorf("ClaimableCapabilities() mismatch (-want +got):\n%s", diff)
	}
}

func TestParseCapabilityRefusesUnknownNamesAndOutgoingWithAdvice(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, want string }{
		{"anwser", `unknown capability "anwser", did you mean "answer"?`},
		{"Hangup", `unknown capability "Hangup", did you mean "hangup"?`},
		{"hangupaction", `unknown capability "hangupaction", did you mean "hangup-action"?`},
		{"dail", `unknown capability "dail", did you mean "dial"?`},
		{"outgoing", `capability "outgoing" cannot be claimed: it is assumed unless there is no outgoing URL`},
		{"teleport", `unknown capability "teleport", there are answer, hangup, dial, play, gather, reject, hangup-action, signature, basic-auth and state`},
		{"", `unknown capability "", there are answer, hangup, dial, play, gather, reject, hangup-action, signature, basic-auth and state`},
	} {
		c, err := requirements.ParseCapability(tc.name)
		if err == nil {
			t.Errorf("ParseCapability(%q) = %q, want an error", tc.name, c)
			continue
		}
		if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
			t.Errorf("ParseCapability(%q) mismatch (-want +got):\n%s", tc.name, diff)
		}
	}
}
