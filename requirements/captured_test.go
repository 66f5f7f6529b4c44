package requirements_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// genuine is a response to the captured push, altered one to the captured push with another digit.
func genuine(x transcript.Exchange) transcript.Exchange {
	x.Odd = true
	x.Body, _ = push.GenuinePush()
	return x
}

func altered(x transcript.Exchange) transcript.Exchange {
	x.Odd = true
	x.Body, _ = push.AlteredGenuinePush()
	return x
}

// probed is a plain call of the probe.
func probed(x ...transcript.Exchange) transcript.Call {
	c := one(x...)
	c.Probe = true
	return c
}

func TestReceiverVerifiesWithSipgatesKeyIfItRefusesTheChangedPushLikePlainOnes(t *testing.T) {
	t.Parallel()
	taken := says(push.NewCall, 200, xml, both)
	bare, forbidden := says(push.NewCall, 401, "", ""), says(push.NewCall, 403, "", "")
	closed := ended(push.NewCall, transcript.Dropped)
	document := through(says(push.NewCall, 200, xml, `<Error message="refused"/>`))
	crash, missing, unreachable := says(push.NewCall, 500, "", ""), says(push.NewCall, 404, "", ""), ended(push.NewCall, transcript.NotConnected)
	tests := []struct {
		name                    string
		plain, altered, genuine transcript.Exchange
		want                    requirements.Captured
	}{
		{"bare 401", bare, bare, taken, requirements.Verified},
		{"401 for a missing and 403 for a wrong signature", bare, forbidden, taken, requirements.Verified},
		{"the connection closed", closed, closed, taken, requirements.Verified},
		{"a document with status 200", document, document, taken, requirements.Verified},
		{"the changed push is accepted", bare, taken, taken, requirements.Taken},
		{"the changed push is refused in another way", closed, bare, taken, requirements.Taken},
		{"plain pushes have no route", missing, missing, taken, requirements.Taken},
		{"plain pushes get status 405", says(push.NewCall, 405, "", ""), says(push.NewCall, 405, "", ""), taken, requirements.Taken},
		{"plain pushes crash", crash, crash, taken, requirements.Taken},
		{"plain pushes are over a limit", says(push.NewCall, 429, "", ""), bare, taken, requirements.NotTaken},
		{"the changed push is over a limit", bare, says(push.NewCall, 429, "", ""), taken, requirements.Taken},
		{"the captured push is over a limit", bare, bare, says(push.NewCall, 429, "", ""), requirements.NotTaken},
		{"the changed push did not arrive", bare, unreachable, taken, requirements.Taken},
		{"the captured push is refused as well", bare, bare, bare, requirements.NotTaken},
		{"the captured push is refused with status 200", document, document, document, requirements.NotTaken},
		{"the plain push is accepted", taken, bare, taken, requirements.NotTaken},
		{"no plain push arrived", unreachable, bare, taken, requirements.NotTaken},
	}
	for _, test := range tests {
		calls := []transcript.Call{probed(test.plain), one(altered(test.altered)), one(genuine(test.genuine))}
		if got := requirements.CapturedPush(calls); got != test.want {
			t.Errorf("%s: CapturedPush() = %d, want %d", test.name, got, test.want)
		}
	}
}

func TestOnlyPlainIncomingCallsOfTheProbeAreComparedWithTheChangedPush(t *testing.T) {
	t.Parallel()
	taken, bare, crash := says(push.NewCall, 200, xml, both), says(push.NewCall, 401, "", ""), says(push.NewCall, 500, "", "")
	but := func(change func(*transcript.Exchange)) transcript.Exchange {
		return says(push.NewCall, 500, "", "", change)
	}
	stimulated := func(x transcript.Exchange) transcript.Call {
		c := probed(x)
		c.Stimulus = "trouble.malformed-push"
		return c
	}
	tests := []struct {
		name string
		call transcript.Call
		want requirements.Captured
	}{
		{"another call of the probe crashes", probed(crash), requirements.Taken},
		{"another call of the probe is over a limit", probed(says(push.NewCall, 429, "", "")), requirements.Verified},
		{"another call of the probe is accepted", probed(taken), requirements.NotTaken},
		{"an outgoing call of the probe is accepted", probed(says(push.NewCall, 200, xml, both, outgoing)), requirements.Verified},
		{"an outgoing call of the probe crashes", probed(says(push.NewCall, 500, "", "", outgoing)), requirements.Verified},
		{"the hangup of a call of the probe crashes", probed(says(push.Hangup, 500, "", "")), requirements.Verified},
		{"a copy in the probe crashes", probed(but(func(x *transcript.Exchange) { x.Duplicate = true })), requirements.Verified},
		{"an odd push in the probe crashes", probed(but(odd)), requirements.Verified},
		{"what is no push crashes in the probe", probed(but(func(x *transcript.Exchange) { x.ForeignName = "an empty body" })), requirements.Verified},
		{"a later call crashes", one(crash), requirements.Verified},
		{"a later call is over a limit", one(says(push.NewCall, 429, "", "")), requirements.Verified},
		{"a later call is dropped", one(ended(push.NewCall, transcript.Dropped)), requirements.Verified},
		{"a later call is accepted", one(taken), requirements.NotTaken},
		{"a good call after a stimulus is dropped", stimulated(ended(push.NewCall, transcript.Dropped)), requirements.Verified},
		{"a good call after a stimulus is accepted", stimulated(taken), requirements.Verified},
	}
	for _, test := range tests {
		calls := []transcript.Call{probed(bare), one(altered(bare)), one(genuine(taken)), test.call}
		if got := requirements.CapturedPush(calls); got != test.want {
			t.Errorf("%s: CapturedPush() = %d, want %d", test.name, got, test.want)
		}
	}
}

const verifies = "the receiver accepts a push that sipgate really sent, and refuses it with one digit changed, so it verifies signatures with sipgate's key: " +
	"give it a public key of yours, and pushcheck the private half with --sign-key"

func TestPushThatAReceiverWithSipgatesKeyRefusesIsNotJudged(t *testing.T) {
	t.Parallel()
	taken, bare, closed := says(push.NewCall, 200, xml, both), says(push.NewCall, 401, "", ""), ended(push.NewCall, transcript.Dropped)
	document := through(says(push.NewCall, 200, xml, `<Error message="refused"/>`))
	captured := func(stimulus string, xs ...transcript.Exchange) transcript.Call {
		return transcript.Call{ID: 9, Stimulus: stimulus, Exchanges: xs, Complete: true}
	}
	tests := []struct {
		name string
		way  transcript.Exchange // in which plain pushes and the changed one are refused
		call transcript.Call
		want map[string]string
	}{
		{"a plain push", bare, one(bare), map[string]string{"push.newcall": "gap"}},
		{"a plain push, the connection closed", closed, one(closed), map[string]string{"push.newcall": "gap"}},
		{"a plain push, with a document", document, one(document), map[string]string{"push.newcall": "gap"}},
		{"an odd push", bare, captured("push.user-empty", says(push.NewCall, 401, "", "", odd)), map[string]string{"push.user-empty": "gap"}},
		{"what follows the captured push", bare,
			captured("push.golden-capture", genuine(taken), says(push.Answer, 401, "", "", odd), says(push.Hangup, 401, "", "", odd)),
			map[string]string{"push.answer": "gap", "push.hangup": "gap"}},
		{"what follows the captured push, the connection closed", closed,
			captured("push.golden-capture", genuine(taken), ended(push.Answer, transcript.Dropped, odd), ended(push.Hangup, transcript.Dropped, odd)),
			map[string]string{"push.answer": "gap", "push.hangup": "gap"}},
		{"what follows the captured push, refused in another way", bare,
			captured("push.golden-capture", genuine(taken), says(push.Answer, 500, "", "", odd), ended(push.Hangup, transcript.Dropped, odd)),
			map[string]string{"push.answer": "gap", "push.hangup": "gap"}},
		{"a follow-up URL without a route", bare, captured("push.golden-capture", genuine(taken), says(push.Hangup, 404, "", "")),
			map[string]string{"push.hangup": "gap because following.reachable", "following.reachable": "must"}},
		{"an unknown event, the connection closed", closed, captured("push.unknown-event", ended("somethingNew", transcript.Dropped, odd)), map[string]string{"push.unknown-event": "gap"}},
		{"an unknown event, the connection closed in place of status 401", bare, captured("push.unknown-event", ended("somethingNew", transcript.Dropped, odd)),
			map[string]string{"push.unknown-event": "should"}},
		{"a plain push refused with status 403 in place of 401", bare, one(says(push.NewCall, 403, "", "")), map[string]string{"push.newcall": "gap"}},
		{"a plain push refused with status 401 in place of a document", document, one(bare),
			map[string]string{"push.newcall": "must", "push.encoded-brackets": "must, gap because push.newcall"}},
		{"the changed push", bare, captured("push.golden-capture", altered(bare)), map[string]string{}},
	}
	for _, test := range tests {
		all := []transcript.Call{probed(test.way), one(altered(test.way)), one(genuine(taken)), test.call}
		c := requirements.Exempt(all, all)[3]
		target := receiver
		target.Captured = requirements.CapturedPush(all)
		got := map[string]string{}
		for _, j := range requirements.JudgeCall(c, target) {
			for _, g := range j.Gaps {
				if g.Because == "" && g.Reason != verifies {
					t.Errorf("%s: gap %q, want that it verifies with sipgate's key", test.name, g.Reason)
				}
			}
		}
		for id, what := range exceptMet(requirements.JudgeCall(c, target)) {
			got[id] = what
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
		if all[3].Exchanges[0].Exempt != "" {
			t.Errorf("%s: the call that was given is changed", test.name)
		}
	}
}

func TestExemptMarksNothingIfTheReceiverDoesNotVerify(t *testing.T) {
	t.Parallel()
	all := []transcript.Call{probed(says(push.NewCall, 404, "", "")), one(altered(says(push.NewCall, 404, "", ""))), one(genuine(says(push.NewCall, 200, xml, both)))}
	if diff := cmp.Diff(all, requirements.Exempt(all, all)); diff != "" {
		t.Errorf("Exempt mismatch (-want +got):\n%s", diff)
	}
}

func TestRefusedNewCallHintsAtTheCastIfTheCapturedPushIsAccepted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		captured requirements.Captured
		status   int
		want     string // in the fix
	}{
		"accepted, status 404 for others": {requirements.Taken, 404, "--cast"},
		"accepted, status 403 for others": {requirements.Taken, 403, "--cast"},
		"refused as well, with 403":       {requirements.NotTaken, 403, "--sign-key"},
	} {
		target := receiver
		target.Captured = test.captured
		fs := findings(requirements.JudgeCall(one(says(push.NewCall, test.status, "", "")), target), "push.newcall")
		if len(fs) != 1 || !strings.Contains(fs[0].Fix, test.want) {
			t.Errorf("%s: findings %+v, want one of push.newcall with %s in its fix", name, fs, test.want)
		}
	}
}

// findings returns the findings of a requirement.
func findings(js []requirements.Judgement, id string) []requirements.Finding {
	var out []requirements.Finding
	for _, j := range js {
		for _, f := range j.Findings {
			if f.Requirement == id {
				out = append(out, f)
			}
		}
	}
	return out
}

func TestRefusedDigitsDoNotHintAtTheCast(t *testing.T) {
	t.Parallel()
	target := receiver
	target.Captured = requirements.Taken
	for status, want := range map[int]string{500: "", 403: "--sign-key"} {
		fs := findings(requirements.JudgeCall(one(says(push.DTMF, status, "", "")), target), "push.dtmf")
		if len(fs) != 1 || !strings.Contains(fs[0].Fix, want) || (fs[0].Fix == "") != (want == "") || strings.Contains(fs[0].Fix, "--cast") {
			t.Errorf("status %d: findings %+v, want one of push.dtmf with %q in its fix: the captured push is a newCall", status, fs, want)
		}
	}
}

func TestURLHasNoRouteIfEveryPushOfTheProbeGets404Or405Or410(t *testing.T) {
	t.Parallel()
	plain := func(status int) transcript.Call {
		return transcript.Call{Exchanges: []transcript.Exchange{{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall}}, Outcome: transcript.Outcome{End: transcript.Complete, Status: status}}}}
	}
	sent := func(status int, body []byte) transcript.Call {
		c := plain(status)
		c.Stimulus, c.Exchanges[0].Odd, c.Exchanges[0].Body = "push.golden-capture", true, body
		return c
	}
	altered, _ := push.AlteredGenuinePush()
	for name, test := range map[string]struct {
		calls []transcript.Call
		want  bool
	}{
		"every push":                         {[]transcript.Call{plain(404), sent(405, altered), sent(410, []byte("with other ids")), plain(404)}, true},
		"the captured push is accepted":      {[]transcript.Call{plain(404), sent(404, altered), sent(200, nil)}, false},
		"an outgoing call is accepted":       {[]transcript.Call{plain(404), sent(404, altered), sent(404, nil), plain(200)}, false},
		"the captured push was not sent":     {[]transcript.Call{plain(404), plain(404)}, false},
		"only the altered push was sent":     {[]transcript.Call{plain(404), sent(404, altered)}, false},
		"another status":                     {[]transcript.Call{plain(404), sent(404, altered), sent(403, nil)}, false},
		"a push later in a call is accepted": {[]transcript.Call{sent(404, nil), {Exchanges: []transcript.Exchange{plain(404).Exchanges[0], plain(200).Exchanges[0]}}}, false},
		"nothing was sent":                   {nil, false},
	} {
		if got := requirements.NoRoute(test.calls); got != test.want {
			t.Errorf("%s: NoRoute() = %t, want %t", name, got, test.want)
		}
	}
}
