package requirements_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// losing is a call within which the receiver was lost.
func losing(c transcript.Call, l transcript.Loss) transcript.Call {
	c.Lost, c.Complete = &l, false
	return c
}

// unmet is an exchange that met a closed port.
func unmet(event push.Event, change ...func(*transcript.Exchange)) transcript.Exchange {
	x := ended(event, transcript.NotConnected, change...)
	x.Failure = endpoint.ConnectionRefused
	return x
}

func TestPushesAfterTheOneThatCrashedTheReceiverAreGaps(t *testing.T) {
	t.Parallel()
	const nobody = "gap: the receiver was gone: no connection: connection refused; because "
	good := says(push.NewCall, 200, xml, "<Response/>")
	byAnswer := transcript.Loss{Requirement: "push.answer"}
	bySilence := transcript.Loss{Requirement: "push.answer", Silent: true}
	byAnother := transcript.Loss{Requirement: "push.odd-caller"}
	notSent := in("incoming-answered", good, ended(push.Answer, transcript.Dropped, gone))
	notSent.NotSent = []transcript.NotSent{{Step: 2, Leg: "Doc", Push: push.Push{Event: push.Hangup}, Reason: transcript.RunStopped}}
	const dies = "must: the answer push on Doc's leg: " + crashed + "; want every push of the call accepted, not only each one alone; unless push.answer"
	const hangs = "must: the answer push on Doc's leg: " + hung + "; want every push of the call accepted, not only each one alone; unless push.answer"
	checkInWords(t, receiver, []judgedCall{
		{"no connection", losing(in("incoming-answered", good, ended(push.Answer, transcript.Dropped, gone), unmet(push.Hangup)), byAnswer), map[string]string{
			"push.newcall": "met", "push.answer": "must: " + crashed + any2xx, "push.hangup": nobody + "push.answer", "call.answered": dies, "following.reachable": "met"}},
		{"not sent", losing(notSent, byAnswer), map[string]string{
			"push.newcall": "met", "push.answer": "must: " + crashed + any2xx, "push.hangup": "gap: the push was not sent: the receiver no longer accepts connections; because push.answer", "call.answered": dies, "following.reachable": "met"}},
		{"left without a response like the one before", losing(in("incoming-answered", good, ended(push.Answer, transcript.TimedOut, silent), ended(push.Hangup, transcript.TimedOut)), bySilence), map[string]string{
			"push.newcall": "met", "push.answer": "must: " + hung + any2xx, "push.hangup": "gap: the receiver no longer accepted pushes: no response within 10 s; because push.answer", "call.answered": hangs}},
		{"lost by another push", losing(in("incoming-answered", good, unmet(push.Answer)), byAnother), map[string]string{
			"push.newcall": "met", "push.answer": nobody + "push.odd-caller", "call.answered": nobody + "push.odd-caller"}},
		{"elsewhere", losing(one(good, unmet(push.Hangup, to(elsewhere))), byAnother), map[string]string{
			"push.newcall": "met", "push.hangup": nobody + "push.odd-caller", "following.reachable": nobody + "push.odd-caller"}},
		{"elsewhere, before it was lost", losing(one(good, unmet(push.Answer, to(elsewhere)), ended(push.Hangup, transcript.Dropped, gone)), transcript.Loss{Requirement: "push.hangup"}), map[string]string{
			"push.newcall": "met", "push.answer": "gap: the follow-up URL does not accept the push; because following.reachable", "push.hangup": "must: " + crashed + any2xx,
			"following.reachable": "met | must: no connection: connection refused; want a receiver for answer pushes at " + elsewhere}},
		{"a push of the same requirement", losing(about("push.user-empty", ended(push.NewCall, transcript.Dropped, odd, gone), unmet(push.NewCall, odd)), transcript.Loss{Requirement: "push.user-empty"}), map[string]string{
			"push.user-empty": "must: " + crashed + read2xx + "; unless push.newcall | gap: the receiver was gone: no connection: connection refused"}},
		{"refused: that is a response", losing(in("incoming-answered", good, says(push.Answer, 404, "", ""), unmet(push.Hangup)), byAnother), map[string]string{
			"push.newcall": "met", "push.hangup": nobody + "push.odd-caller", "push.answer": "gap: the follow-up URL does not accept the push; because following.reachable",
			"following.reachable": "must: status 404; want a receiver for answer pushes at " + followUp,
			"call.answered":       "must: the answer push on Doc's leg: status 404; want every push of the call accepted, not only each one alone; unless following.reachable"}},
		{"not connected because of this machine", losing(one(good, prevented(push.Hangup)), byAnother), map[string]string{"push.newcall": "met", "push.hangup": "gap: too many open files here"}},
		{"not sent for its transport", losing(one(good, ended(push.Hangup, transcript.BlockedEnd)), byAnswer), map[string]string{
			"push.newcall": "met", "push.hangup": "gap: its connection had a fault, although an earlier connection had none"}},
		{"interrupted after the loss", losing(one(good, ended(push.Answer, transcript.Dropped, gone), ended(push.Hangup, transcript.Interrupted)), byAnswer), map[string]string{
			"push.newcall": "met", "push.answer": "must: " + crashed + any2xx, "following.reachable": "met"}},
		{"blocked after the loss", losing(one(good, ended(push.Answer, transcript.Dropped, gone), ended(push.Hangup, transcript.BlockedEnd)), byAnswer), map[string]string{
			"push.newcall": "met", "push.answer": "must: " + crashed + any2xx, "following.reachable": "met", "push.hangup": "gap: its connection had a fault, although an earlier connection had none"}},
		{"interrupted in a call that the receiver was lost in", losing(in("incoming-answered", good, ended(push.Answer, transcript.Interrupted)), transcript.Loss{Suspects: []string{"call.group"}}), map[string]string{
			"push.newcall": "met", "call.answered": "gap: the answer push on Doc's leg: the run was interrupted"}},
		{"after the very first push", losing(one(ended(push.NewCall, transcript.TimedOut, silent), ended(push.Hangup, transcript.TimedOut)), transcript.Loss{Requirement: "push.newcall", Silent: true}), map[string]string{
			"push.newcall": "must: " + hung + read2xx, "push.encoded-brackets": "must: " + hung + "; want a 2xx status, as for the same push with raw brackets; only if push.raw-brackets | gap: the plain push was not accepted; because push.newcall",
			"response.in-time": "gap: " + hung + "; because push.newcall", "push.hangup": "gap: the receiver no longer accepted pushes: no response within 10 s; because push.newcall"}},
		{"no connection for a push, and none after it", losing(one(good, unmet(push.Hangup, gone)), byAnother), map[string]string{"push.newcall": "met",
			"push.hangup": "gap: the receiver was gone: no connection: connection refused; the receiver has accepted no connection since; because push.odd-caller"}},
		{"a sequence", losing(about("trouble.missing-answer", good, unmet(push.Hangup)), byAnother), map[string]string{
			"push.newcall": "met", "trouble.missing-answer": nobody + "push.odd-caller"}},
	})
}

func TestPushSentBesideOthersIsNoFindingIfTheReceiverWasLost(t *testing.T) {
	t.Parallel()
	good := says(push.NewCall, 200, xml, both)
	suspected := transcript.Loss{Suspects: []string{"call.group", "push.odd-caller"}}
	const reason = "gap: the receiver has accepted no connection since the calls for call.group and push.odd-caller, which were under way at the same time; " +
		"start it again, and play each of them by itself with --only ID to see which is the reason"
	second := func(x *transcript.Exchange) { x.Push.CallID = "21102015" }
	apart := watched("state.apart", []transcript.Exchange{good, says(push.NewCall, 500, "", "", second)}, "ringing, ringing ringing")
	apart.Stimulus = "state.apart"
	for name, test := range map[string]struct {
		call transcript.Call
		ids  []string // what is left open
	}{
		"dropped":                    {one(ended(push.NewCall, transcript.Dropped, besideOthers)), []string{"push.newcall"}},
		"dropped, then gone":         {one(ended(push.NewCall, transcript.Dropped, besideOthers, gone)), []string{"push.newcall"}},
		"status 502":                 {one(says(push.NewCall, 502, "", "", besideOthers)), []string{"push.newcall"}},
		"timed out":                  {one(ended(push.NewCall, transcript.TimedOut, besideOthers)), []string{"push.newcall", "response.in-time"}},
		"timed out, then silent":     {one(ended(push.NewCall, transcript.TimedOut, besideOthers, silent)), []string{"push.newcall", "response.in-time"}},
		"incomplete":                 {one(ended(push.NewCall, transcript.Late, besideOthers)), []string{"push.newcall", "response.in-time"}},
		"truncated":                  {one(ended(push.NewCall, transcript.Truncated, besideOthers)), []string{"push.newcall"}},
		"no connection":              {one(unmet(push.NewCall, besideOthers)), []string{"push.newcall"}},
		"an odd push":                {about("push.user-empty", ended(push.NewCall, transcript.Dropped, odd)), []string{"push.user-empty"}},
		"an event not known":         {about("push.unknown-event", ended(push.NewCall, transcript.Dropped, odd)), []string{"push.unknown-event"}},
		"a hangup":                   {one(good, ended(push.Hangup, transcript.Dropped)), []string{"push.hangup"}},
		"a hangup elsewhere":         {one(good, unmet(push.Hangup, to(elsewhere))), []string{"push.hangup", "following.reachable"}},
		"a hangup dropped elsewhere": {one(good, ended(push.Hangup, transcript.Dropped, to(elsewhere))), []string{"push.hangup"}},
		"a whole call":               {in("incoming-answered", good, ended(push.Answer, transcript.Dropped)), []string{"push.answer", "call.answered"}},
		"a steered call":             {transcript.Call{ID: 1, Scenario: "own", Steered: true, Exchanges: []transcript.Exchange{good, ended(push.Hangup, transcript.Dropped)}}, []string{"push.hangup", "call.steered"}},
		"a second leg":               {in("transfer-answered", good, ended(push.NewCall, transcript.Dropped, secondLeg)), []string{"push.diversion", "following.every-leg", "call.transfer-answered"}},
		"a sequence":                 {about("trouble.missing-hangup", ended(push.NewCall, transcript.Dropped)), []string{"trouble.missing-hangup"}},
		"a copy":                     {about("trouble.duplicate-push", good, copyOf(ended(push.NewCall, transcript.TimedOut))), []string{"trouble.duplicate-push"}},
		"calls at once":              {crowd("trouble.many-calls", 15, good, ended(push.NewCall, transcript.Dropped)), []string{"trouble.many-calls"}},
		"after a stimulus":           {about("trouble.malformed-push", stranger(transcript.Dropped, gone), unmet(push.NewCall)), []string{"trouble.malformed-push"}},
		"a stimulus":                 {about("trouble.malformed-push", stranger(transcript.Dropped, gone)), []string{"trouble.malformed-push"}},
		"an unsigned push":           {about("signature.missing", ended(push.NewCall, transcript.Dropped, odd, gone), unmet(push.NewCall)), []string{"signature.missing"}},
		"an unsigned hangup":         {about("signature.missing", good, ended(push.Hangup, transcript.Dropped, odd, gone), unmet(push.NewCall)), []string{"signature.missing"}},
		"another call's state":       {apart, []string{"state.apart"}},
	} {
		got := requirements.JudgeCall(losing(test.call, suspected), receiver)
		open := map[string]string{}
		for _, j := range got {
			if len(j.Findings) > 0 {
				t.Errorf("%s: findings %+v, want none", name, j.Findings)
			}
		}
		for id, words := range inWords(got) {
			if strings.Contains(words, "gap") {
				open[id] = strings.TrimPrefix(words, "met | ")
			}
		}
		want := map[string]string{}
		for _, id := range test.ids {
			want[id] = reason
		}
		if diff := cmp.Diff(want, open); diff != "" {
			t.Errorf("%s: what is left open mismatch (-want +got):\n%s", name, diff)
		}
	}
}

// copyOf is a push that was sent before.
func copyOf(x transcript.Exchange) transcript.Exchange {
	x.Duplicate = true
	return x
}

// crowd is several calls at once.
func crowd(id string, size int, xs ...transcript.Exchange) transcript.Call {
	return transcript.Call{ID: 1, Stimulus: id, Crowd: size, Exchanges: xs, Complete: true}
}

func TestPushThatWasNotSentNamesTheSuspects(t *testing.T) {
	t.Parallel()
	c := in("incoming-answered", says(push.NewCall, 200, xml, both))
	lost := losing(c, transcript.Loss{Suspects: []string{"call.group"}})
	const reason = "the receiver has accepted no connection since the call for call.group; start it again, and use --only call.group to see whether that call is the reason"
	for reasonNotSent, want := range map[transcript.NotSentReason]string{
		transcript.RunStopped:  "gap: the hangup push on Doc's leg was not sent: " + reason,
		transcript.NotReached:  "gap: the hangup push on Doc's leg was not sent: " + reason,
		transcript.UnusableURL: "gap: the hangup push on Doc's leg was not sent: unusable URL; because following.hangup-url",
	} {
		lost.NotSent = []transcript.NotSent{{Step: 2, Leg: "Doc", Push: push.Push{Event: push.Hangup}, Reason: reasonNotSent}}
		if got := inWords(requirements.JudgeCall(lost, receiver))["call.answered"]; got != want {
			t.Errorf("%s: call.answered is %q, want %q", reasonNotSent, got, want)
		}
	}
}

func TestCallThatWasNotPlayedIsOpenInItsVariant(t *testing.T) {
	t.Parallel()
	c := transcript.Call{ID: 1, Stimulus: "push.odd-caller", Variant: "the caller is a SIP id", Background: transcript.Background{Lost: &transcript.Loss{Requirement: "push.user-empty"}}}
	want := []requirements.Judgement{{Requirement: "push.odd-caller", Gaps: []requirements.Gap{{
		Variant: "the caller is a SIP id", Reason: "the call was not played: the receiver no longer accepts connections", Because: "push.user-empty", Loss: true,
	}}}}
	if diff := cmp.Diff(want, requirements.JudgeCall(c, receiver)); diff != "" {
		t.Errorf("JudgeCall mismatch (-want +got):\n%s", diff)
	}
	c.Stimulus = "signature.missing"
	if shown := requirements.Shown(c); len(shown) > 0 {
		t.Errorf("Shown() = %v, want none: the call was not played", shown)
	}
}

func TestLossIsDescribedByWhatWasSeenAndSinceWhen(t *testing.T) {
	t.Parallel()
	for want, l := range map[string]transcript.Loss{
		"the receiver has accepted no connection since the call for push.user-empty":                                                                 {Requirement: "push.user-empty"},
		"the receiver accepts connections and has accepted no push since the call for call.group":                                                    {Suspects: []string{"call.group"}, Silent: true},
		"the receiver has accepted no connection since the calls for call.group, call.menu and call.internal, which were under way at the same time": {Suspects: []string{"call.group", "call.menu", "call.internal"}},
		"the receiver has accepted no connection since the calls for push.odd-caller, which were under way at the same time":                         {Suspects: []string{"push.odd-caller", "push.odd-caller"}},
		"the receiver stopped again and again, and the run no longer waited for it to accept connections":                                            {Requirement: "push.user-empty", GaveUp: true},
		"the receiver no longer accepts connections, and it is not known why":                                                                        {},
		"the receiver accepts connections but no push, and it is not known why":                                                                      {Silent: true},
	} {
		if got := requirements.LostSince(l); got != want {
			t.Errorf("LostSince(%+v) = %q, want %q", l, got, want)
		}
	}
}

func TestReasonOfACallNotPlayedNamesThatTheRunGaveUp(t *testing.T) {
	t.Parallel()
	c := transcript.Call{Scenario: "group-answered", Background: transcript.Background{Lost: &transcript.Loss{Requirement: "push.user-empty", GaveUp: true}}}
	want := "the call was not played: the receiver stopped again and again, and the run no longer waited for it to accept connections"
	for _, j := range requirements.JudgeCall(c, requirements.Target{}) {
		for _, g := range j.Gaps {
			if g.Reason != want || g.Because != "push.user-empty" {
				t.Errorf("%s: gap %q because of %q, want %q because of push.user-empty", j.Requirement, g.Reason, g.Because, want)
			}
		}
		if len(j.Gaps) != 1 {
			t.Errorf("%s: %d gaps, want 1", j.Requirement, len(j.Gaps))
		}
	}
}

func TestLossAfterAStimulusIsAFindingOfTheStimulus(t *testing.T) {
	t.Parallel()
	const malformed, slow = "trouble.malformed-push", "trouble.slow-push"
	const wanted = "; want the next good push accepted"
	next, good := unmet(push.NewCall), says(push.NewCall, 200, xml, "<Response/>")
	own := transcript.Loss{Requirement: malformed}
	provoked := func(before transcript.Treatment, xs ...transcript.Exchange) transcript.Call {
		c := about(malformed, xs...)
		c.GoodCallBefore = map[push.Event]transcript.Treatment{push.NewCall: before}
		return c
	}
	held := stranger(transcript.HeldOpen)
	newCallRefused := provoked(transcript.Refused, stranger(transcript.Dropped, away(400*time.Millisecond)), says(push.NewCall, 401, "", ""), ended(push.Hangup, transcript.Dropped))
	newCallRefused.GoodCallBefore[push.Hangup] = transcript.Taken
	restarted := away(400 * time.Millisecond)
	checkInWords(t, receiver, []judgedCall{
		{"gone", losing(provoked(transcript.Taken, stranger(transcript.Dropped, gone), next), own), map[string]string{
			malformed: "must: after a JSON document: " + crashed + wanted + "; unless push.newcall, signature.missing"}},
		{"gone, and no good push sent", losing(provoked(transcript.Taken, stranger(transcript.Dropped, gone)), own), map[string]string{
			malformed: "must: after a JSON document: " + crashed + wanted + "; unless signature.missing"}},
		{"gone, and good pushes were refused before", losing(provoked(transcript.Refused, stranger(transcript.Dropped, gone)), own), map[string]string{
			malformed: "must: after a JSON document: " + crashed + "; want the next good push treated like the one before, which was refused; unless signature.missing"}},
		{"gone after a refusal", losing(provoked(transcript.Taken, stranger(transcript.Complete, status(400), gone), next), own), map[string]string{
			malformed: "must: after a JSON document: status 400; the receiver has accepted no connection since" + wanted + "; unless push.newcall, signature.missing"}},
		{"gone after it refused the stimulus for its signature", losing(provoked(transcript.Taken, withBody(stranger(transcript.Complete, status(401), gone), "missing signature")), own), map[string]string{
			malformed: "must: after a JSON document: status 401; the receiver has accepted no connection since" + wanted + "; unless signature.missing"}},
		{"silent", losing(provoked(transcript.Taken, stranger(transcript.TimedOut, silent), ended(push.NewCall, transcript.TimedOut, took(time.Second, time.Second))), own), map[string]string{
			malformed: "must: after a JSON document: " + hung + wanted + "; unless response.in-time, signature.missing"}},
		{"gone during the good push", provoked(transcript.Taken, stranger(transcript.Dropped, restarted), next), map[string]string{
			malformed: "must: after a JSON document: " + restarts + wanted + "; unless push.newcall, signature.missing"}},
		{"away for a moment: it survives", provoked(transcript.Taken, stranger(transcript.Dropped, restarted), good), map[string]string{malformed: "met", "push.newcall": "met"}},
		{"away for a moment, and then it shuts the stranger out", provoked(transcript.Taken, stranger(transcript.Dropped, restarted), says(push.NewCall, 403, "", "")), map[string]string{
			malformed: "gap: after a JSON document the receiver blocks the address that sent it: status 403"}},
		{"lost by another push", losing(provoked(transcript.Taken, stranger(transcript.Complete, status(400)), next), transcript.Loss{Requirement: "push.odd-caller"}), map[string]string{
			malformed: "gap: the receiver was gone: no connection: connection refused; because push.odd-caller"}},
		{"no good push sent after a refusal", losing(provoked(transcript.Taken, stranger(transcript.Complete, status(400))), own), nil},
		{"a hangup worse than before, and the newCall refused as before", newCallRefused, map[string]string{
			malformed: "must: after a JSON document: " + restarts + wanted + "; unless push.hangup, signature.missing"}},
		{"held open, and it did not come back", losing(about(slow, held, next), transcript.Loss{Requirement: slow}), map[string]string{
			slow: "gap: the receiver was gone: no connection: connection refused"}},
	})
}

func withBody(x transcript.Exchange, body string) transcript.Exchange {
	x.ResponseBody = []byte(body)
	return x
}

func TestCapabilityIsNotShownByALossOfUnknownCause(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]transcript.Call{
		"lost by an unknown push": losing(about("signature.missing", ended(push.NewCall, transcript.Dropped, odd, gone)), transcript.Loss{Suspects: []string{"signature.missing"}}),
		"lost by a good push":     losing(about("signature.missing", ended(push.NewCall, transcript.Dropped, gone), unmet(push.Hangup, odd)), transcript.Loss{Requirement: "signature.missing"}),
		"no connection":           losing(about("signature.missing", unmet(push.NewCall, odd, gone)), transcript.Loss{Requirement: "signature.missing"}),
	} {
		if shown := requirements.Shown(c); len(shown) > 0 {
			t.Errorf("%s: Shown() = %v, want none", name, shown)
		}
	}
}

func TestFollowUpToALostReceiverIsAGapIfItsLossExplainsIt(t *testing.T) {
	t.Parallel()
	const nobody = "gap: the receiver was gone: no connection: connection refused"
	hangup, local := one(unmet(push.Hangup, to(elsewhere))), one(prevented(push.Hangup, to(elsewhere)))
	for name, test := range map[string]struct {
		lost *transcript.Loss
		call transcript.Call
		want string // of following.reachable
	}{
		"not lost":                              {nil, hangup, "must: no connection: connection refused; want a receiver for hangup pushes at " + elsewhere},
		"gone":                                  {&transcript.Loss{Requirement: "push.answer"}, hangup, nobody + "; because push.answer"},
		"gone for an unknown reason":            {&transcript.Loss{}, hangup, nobody},
		"silent: it accepts connections":        {&transcript.Loss{Requirement: "push.answer", Silent: true}, hangup, "must: no connection: connection refused; want a receiver for hangup pushes at " + elsewhere},
		"gone, and this machine cannot connect": {&transcript.Loss{Requirement: "push.answer"}, local, "gap: too many open files here"},
	} {
		target := receiver
		target.Lost = test.lost
		if got := inWords(requirements.JudgeCall(test.call, target))["following.reachable"]; got != test.want {
			t.Errorf("%s: following.reachable is %q, want %q", name, got, test.want)
		}
	}
}

func TestForgedPushMayBeDroppedAndNotCrashTheReceiver(t *testing.T) {
	t.Parallel()
	const missing, forged = "signature.missing", "signature.forged"
	const wanted = "want the push refused, and the receiver still working, got "
	signed := receiver
	signed.Signed = true
	next := withSignature(says(push.NewCall, 200, xml, both))
	restarted := away(400 * time.Millisecond)
	for name, test := range map[string]struct {
		id    string
		xs    []transcript.Exchange
		want  []string
		fix   string
		shown bool
	}{
		"dropped":       {missing, []transcript.Exchange{ended(push.NewCall, transcript.Dropped), next}, []string{"met"}, "", true},
		"dropped, gone": {missing, []transcript.Exchange{ended(push.NewCall, transcript.Dropped, gone), withSignature(unmet(push.NewCall))}, []string{"must, exchange 0: " + wanted + crashed}, "Catch the missing header and respond with 403; the process must not end.", true},
		"dropped, gone, and no push sent after it": {forged, []transcript.Exchange{ended(push.NewCall, transcript.Dropped, gone)}, []string{"must, exchange 0: " + wanted + crashed},
			"Catch the failed verification and respond with 403; the process must not end.", true},
		"dropped, away":       {missing, []transcript.Exchange{ended(push.NewCall, transcript.Dropped, restarted), next}, []string{"must, exchange 0: " + wanted + restarts}, "Catch the missing header and respond with 403; the process must not end.", true},
		"no response, silent": {missing, []transcript.Exchange{ended(push.NewCall, transcript.TimedOut, silent), withSignature(ended(push.NewCall, transcript.TimedOut))}, []string{"must, exchange 0: " + wanted + hung}, "Catch the missing header and respond with 403, in every branch.", true},
		"a hangup dropped":    {forged, []transcript.Exchange{next, ended(push.Hangup, transcript.Dropped), next}, nil, "", false},
		"a hangup dropped, gone": {forged, []transcript.Exchange{next, ended(push.Hangup, transcript.Dropped, gone), withSignature(unmet(push.NewCall))},
			[]string{"must, exchange 1: " + wanted + crashed}, "Catch the failed verification and respond with 403; the process must not end.", false},
	} {
		c := about(test.id, test.xs...)
		at := len(c.Exchanges) - 2 // the push that is not sipgate's comes before the last
		if len(c.Exchanges) == 1 {
			at = 0
		}
		c.Exchanges[at].Odd = true
		if c.Exchanges[at].Aftermath.Gone {
			c = losing(c, transcript.Loss{Requirement: test.id})
		}
		js := requirements.JudgeCall(c, signed)
		var want []string
		for _, w := range test.want {
			want = append(want, test.id+": "+w)
		}
		if diff := cmp.Diff(want, summaries(js, "signature.m")); test.id == missing && diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(want, summaries(js, "signature.f")); test.id == forged && diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", name, diff)
		}
		if fs := findings(js, test.id); len(fs) > 0 && fs[0].Fix != test.fix {
			t.Errorf("%s: fix %q, want %q", name, fs[0].Fix, test.fix)
		}
		if shown := slices.Contains(requirements.Shown(c), requirements.CanSignature); shown != test.shown {
			t.Errorf("%s: the capability is shown: %t, want %t", name, shown, test.shown)
		}
	}
}

func TestCrowdIsDescribedByItsSize(t *testing.T) {
	t.Parallel()
	const id = "trouble.many-calls"
	ring, drop := says(push.NewCall, 200, xml, both, besideOthers), ended(push.NewCall, transcript.Dropped, besideOthers, gone)
	const wanted = id + ": must, exchange 1: want every push of calls at once accepted, as each is on its own, got "
	for name, test := range map[string]struct {
		call transcript.Call
		want []string
	}{
		"one lost":     {crowd(id, 5, ring, drop, ring), []string{wanted + "of 5 calls at once, 1 of 3 pushes was not accepted; the first, the newCall push on Doc's leg: " + crashed}},
		"several lost": {crowd(id, 15, ring, drop, unmet(push.NewCall)), []string{wanted + "of 15 calls at once, 2 of 3 pushes were not accepted; the first, the newCall push on Doc's leg: " + crashed}},
		"lost by them": {losing(crowd(id, 15, ring, drop, unmet(push.NewCall)), transcript.Loss{Requirement: id}),
			[]string{wanted + "of 15 calls at once, 2 of 3 pushes were not accepted; the first, the newCall push on Doc's leg: " + crashed}},
		"lost by another call": {losing(crowd(id, 15, ring, unmet(push.NewCall)), transcript.Loss{Requirement: "push.odd-caller"}),
			[]string{id + ": gap because push.odd-caller: the receiver was gone: no connection: connection refused"}},
		"hung in a run that waits less than sipgate": {crowd(id, 5, ring, ended(push.NewCall, transcript.TimedOut, besideOthers, silent, took(time.Second, time.Second))),
			[]string{wanted + "of 5 calls at once, 1 of 2 pushes was not accepted; the first, the newCall push on Doc's leg: no response within 1 s; since then it accepts connections but does not respond"}},
		"one call at a time": {crowd(id, 1), []string{id + ": gap: the receiver handles one call at a time, too slowly for two within the time limit"}},
		"not played":         {crowd(id, 0), nil},
	} {
		if diff := cmp.Diff(test.want, summaries(requirements.JudgeCall(test.call, receiver), id)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", name, diff)
		}
	}
}
