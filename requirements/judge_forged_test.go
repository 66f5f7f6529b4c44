package requirements_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// forgedFollowUp is a call with one push that is not sipgate's, what the application showed of the call before and after it
// ("" for nobody who is asked), and the good push after it.
func forgedFollowUp(id string, odd, next transcript.Exchange, shown ...transcript.CallState) transcript.Call {
	const callID = "12111955"
	c := about(id, withSignature(says(push.NewCall, 200, xml, both)), strange(odd), next)
	for i := range c.Exchanges {
		c.Exchanges[i].Step, c.Exchanges[i].Push.CallID = i, callID
	}
	c.Exchanges[2].Push.CallID = "21102015"
	for i, s := range shown {
		c.States = append(c.States, transcript.Asked{Step: i, CallID: callID, Shown: s})
	}
	return c
}

func TestAForgedFollowUpPushIsTakenWhereTheApplicationShowsIt(t *testing.T) {
	t.Parallel()
	const ringing, answered, over, unknown = transcript.CallRinging, transcript.CallAnswered, transcript.CallOver, transcript.CallUnknown
	good := withSignature(says(push.NewCall, 200, xml, both))
	hangup, answer := says(push.Hangup, 200, "", ""), says(push.Answer, 200, "", "")
	none := []string(nil)
	tests := []struct {
		name, why string
		odd, next transcript.Exchange
		shown     []transcript.CallState
		want      []string
	}{
		{"over after a hangup", "", hangup, good, []transcript.CallState{answered, over}, []string{"broken"}},
		{"forgotten after a hangup", "a call that is forgotten is over", hangup, good, []transcript.CallState{answered, unknown}, []string{"broken"}},
		{"over although it was refused", "", says(push.Hangup, 403, "", ""), good, []transcript.CallState{answered, over}, []string{"broken"}},
		{"going on after a hangup", "", hangup, good, []transcript.CallState{answered, answered}, []string{"met"}},
		{"never shown", "the look-up may be wrong", hangup, good, []transcript.CallState{unknown, unknown}, none},
		{"over before", "then it is not the push", hangup, good, []transcript.CallState{over, over}, none},
		{"not readable", "", hangup, good, []transcript.CallState{answered, ""}, none},
		{"answered after an answer", "", answer, good, []transcript.CallState{ringing, answered}, []string{"broken"}},
		{"ringing on after an answer", "", answer, good, []transcript.CallState{ringing, ringing}, []string{"met"}},
		{"answered before the answer", "some make no difference", answer, good, []transcript.CallState{answered, answered}, []string{"met"}},
		{"over after an answer", "that is not what it says", answer, good, []transcript.CallState{ringing, over}, none},
		{"nobody asked", "it may have been passed over", hangup, good, nil, none},
		{"nobody asked, refused by status", "", says(push.Hangup, 403, "", ""), good, nil, []string{"met"}},
		{"nobody asked, refused by document", "", says(push.Hangup, 200, "", bad), good, nil, []string{"met"}},
		{"nobody there", "that is not about signatures", says(push.Hangup, 404, "", ""), good, nil, none},
		{"fallen over", "", ended(push.Hangup, transcript.Dropped), withSignature(ended(push.NewCall, transcript.NotConnected)), nil, []string{"broken"}},
		{"closed, and the next one taken", "nobody knows why it was closed", ended(push.Hangup, transcript.Dropped), good, nil, none},
		{"everything refused after it", "", says(push.Hangup, 403, "", ""), withSignature(says(push.NewCall, 403, "text/plain", "bad signature")), nil, none},
		{"gone before", "", ended(push.Hangup, transcript.NotConnected), good, nil, []string{"gap"}},
	}
	for _, test := range tests {
		for _, id := range []string{"signature.missing", "signature.forged"} {
			c := forgedFollowUp(id, test.odd, test.next, test.shown...)
			var got []string
			for _, s := range heard(c) {
				if what, ok := strings.CutPrefix(s, id+" "); ok {
					got = append(got, what)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: %s: what is said of %s mismatch (-want +got):\n%s", test.name, test.why, id, diff)
			}
			if slices.Contains(requirements.Shown(c), requirements.CanSignature) {
				t.Errorf("%s: the capability is shown by a follow-up push, want it to be shown by newCall pushes only", test.name)
			}
		}
	}
}

func TestWhoeverKeepsTheURLsOfACallSecretNeedNotVerifyWhatComesThere(t *testing.T) {
	t.Parallel()
	named := func(callID, url string) transcript.Exchange {
		x := withSignature(says(push.NewCall, 200, xml, `<Response onHangup="`+url+`"/>`))
		x.Push.CallID = callID
		return x
	}
	for name, test := range map[string]struct {
		first, second string
		want          bool
	}{
		"one URL for all":             {"https://receiver.example/hangup", "https://receiver.example/hangup", true},
		"the callId in it":            {"https://receiver.example/12111955/hangup", "https://receiver.example/21102015/hangup", true},
		"a secret of each call's own": {"https://receiver.example/hangup?s=88mph", "https://receiver.example/hangup?s=1.21GW", false},
	} {
		c := forgedFollowUp("signature.missing", says(push.Hangup, 200, "", ""), named("21102015", test.second), transcript.CallAnswered, transcript.CallOver)
		c.Exchanges[0] = named("12111955", test.first)
		if got := slices.Contains(heard(c), "signature.missing broken"); got != test.want {
			t.Errorf("%s: blamed: %t, want %t", name, got, test.want)
		}
	}
}
