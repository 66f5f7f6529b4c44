package requirements_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// In a whole call a push may be refused for each of its traits, so all of them are excuses. An obvious reason is the only excuse.
func TestRefusedPushOfAWholeCallIsExcusedByItsTraitsOrAnObviousReason(t *testing.T) {
	t.Parallel()
	twoUsers := said(func(p *push.Push) { p.Users = []string{"Doc", "Marty"} })
	otherNumber := said(func(p *push.Push) { p.AnsweringNumber = "49301" })
	late := took(12*time.Second, 30*time.Second)
	const transfer, internal = "transfer-answered", "internal-answered"
	tests := []struct {
		name, scenario string
		x              transcript.Exchange
		want           string
	}{
		{"newCall of a second leg", transfer, says(push.NewCall, 500, "", "", secondLeg), "push.diversion, push.newcall"},
		{"newCall with two users", transfer, says(push.NewCall, 500, "", "", secondLeg, twoUsers), "push.diversion, push.newcall, push.group-call"},
		{"answer", transfer, says(push.Answer, 500, "", ""), "push.answer"},
		{"answer at another number", transfer, says(push.Answer, 500, "", "", otherNumber), "push.answer, push.answering-number"},
		{"hangup", transfer, says(push.Hangup, 500, "", ""), "push.hangup"},
		{"hangup with the cause forwarded", "forward-busy", says(push.Hangup, 500, "", "", endsBy(push.Forwarded)), "push.hangup-causes, push.hangup"},
		{"hangup of a busy leg after a forward", "forward-busy", says(push.Hangup, 500, "", "", endsBy(push.Busy)), "push.hangup-causes, push.hangup, call.unanswered"},
		{"hangup of a busy call", "incoming-busy", says(push.Hangup, 500, "", "", endsBy(push.Busy)), "push.hangup-causes, push.hangup"},
		{"hangup of the outgoing leg of an internal call", internal, says(push.Hangup, 500, "", "", outgoing), "push.hangup, call.answered"},
		{"newCall of the leg to the voicemail", "forward-to-voicemail", says(push.NewCall, 500, "", "", secondLeg), "push.diversion, push.newcall, call.forward-busy"},

		{"newCall redirected", transfer, says(push.NewCall, 302, "", "", secondLeg), "transport.no-redirect"},
		{"newCall with status 404", transfer, says(push.NewCall, 404, "", "", secondLeg), "push.diversion, push.newcall"},
		{"answer with status 404", transfer, says(push.Answer, 404, "", "", secondLeg), "following.reachable"},
		{"newCall timed out", transfer, ended(push.NewCall, transcript.TimedOut, secondLeg), "response.in-time"},
		{"newCall complete after 12 s", transfer, says(push.NewCall, 200, "", "", secondLeg, late), "response.in-time"},
		{"newCall incomplete in time", transfer, ended(push.NewCall, transcript.Late, secondLeg, status(200)), "response.in-time"},
		{"newCall never ended", transfer, ended(push.NewCall, transcript.NeverEnded, secondLeg, status(200)), "response.ends"},
		{"newCall truncated", transfer, ended(push.NewCall, transcript.Truncated, secondLeg, status(200)), "response.ends"},
		{"newCall dropped", transfer, ended(push.NewCall, transcript.Dropped, secondLeg), "push.diversion, push.newcall"},
		{"answer complete after 12 s", transfer, says(push.Answer, 200, "", "", late), "push.answer"},
		{"answer with status 500 that never ended", transfer, ended(push.Answer, transcript.NeverEnded, status(500)), "push.answer"},
	}
	for _, test := range tests {
		var got []string
		for _, j := range requirements.JudgeCall(in(test.scenario, test.x), receiver) {
			for _, f := range j.Findings {
				if strings.HasPrefix(f.Requirement, "call.") {
					got = append(got, strings.Join(f.ExcusedBy(), ", "))
				}
				if strings.HasPrefix(f.Requirement, "call.") && f.Plain != "" {
					t.Errorf("%s: the finding is moved to %s, where no plain push was seen; want it to stay", test.name, f.Plain)
				}
			}
		}
		if strings.Join(got, " and ") != test.want {
			t.Errorf("%s: explained by %q, want one finding explained by %q", test.name, got, test.want)
		}
	}
}

func TestWholeCallWithPushesThatWereNotSentIsNotJudged(t *testing.T) {
	t.Parallel()
	withheld := func(n transcript.NotSent, exchanges ...transcript.Exchange) transcript.Call {
		c := in("transfer-answered", exchanges...)
		c.NotSent = []transcript.NotSent{n}
		return c
	}
	second := func(e push.Event, reason transcript.NotSentReason) transcript.NotSent {
		return transcript.NotSent{Leg: "Marty", Push: push.Push{Event: e, Diversion: "493023125001"}, Reason: reason}
	}
	subscribes := func(attribute string) transcript.Exchange {
		if attribute == "" {
			return says(push.NewCall, 200, "", "")
		}
		return says(push.NewCall, 200, xml, `<Response `+attribute+`="`+followUp+`"/>`)
	}
	outgoingOnly := transcript.NotSent{Leg: "Doc", Push: push.Push{Event: push.NewCall}, Reason: transcript.NoOutgoing, Detail: "there is no outgoing URL"}
	quiet := says(push.NewCall, 200, xml, "<Response/>", secondLeg)
	checkInWords(t, receiver, []judgedCall{
		{"hangup blocked: gap", in("transfer-answered", says(push.NewCall, 200, xml, both), ended(push.Hangup, transcript.BlockedEnd)),
			map[string]string{"call.transfer-answered": "gap: the hangup push on Doc's leg: its connection had a fault, although an earlier connection had none", "following.answer-url": "met", "following.hangup-too": "met", "following.hangup-url": "met", "push.hangup": "gap: its connection had a fault, although an earlier connection had none", "push.newcall": "met"}},
		{"newCall of an outgoing call without a URL: not applicable", withheld(outgoingOnly), map[string]string{"call.transfer-answered": "not applicable: there is no outgoing URL"}},
		{"answer subscribed on the first leg only: gap", withheld(second(push.Answer, transcript.NotSubscribed), subscribes("onAnswer")),
			map[string]string{"call.transfer-answered": "gap: the answer push on Marty's leg was not sent: not subscribed; because following.every-leg", "following.answer-url": "met", "following.hangup-too": "should: onAnswer alone; want onHangup beside onAnswer", "push.newcall": "met"}},
		{"answer subscribed on no leg: not applicable", withheld(second(push.Answer, transcript.NotSubscribed), subscribes("onHangup")),
			map[string]string{"call.transfer-answered": "not applicable: the receiver does not subscribe to the answer of such a call", "following.hangup-url": "met", "push.newcall": "met"}},
		{"hangup subscribed on the first leg only: gap", withheld(second(push.Hangup, transcript.NotSubscribed), subscribes("onHangup")),
			map[string]string{"call.transfer-answered": "gap: the hangup push on Marty's leg was not sent: not subscribed; because following.every-leg", "following.hangup-url": "met", "push.newcall": "met"}},
		{"hangup subscribed on no leg: not applicable", withheld(second(push.Hangup, transcript.NotSubscribed), subscribes("onAnswer")),
			map[string]string{"call.transfer-answered": "not applicable: the receiver does not subscribe to the hangup of such a call", "following.answer-url": "met", "following.hangup-too": "should: onAnswer alone; want onHangup beside onAnswer", "push.newcall": "met"}},
		{"hangup not subscribed, first response empty: not applicable", withheld(second(push.Hangup, transcript.NotSubscribed), subscribes(""), quiet),
			map[string]string{"call.transfer-answered": "not applicable: the receiver does not subscribe to the hangup of such a call", "push.newcall": "met"}},
		{"URL for dtmf unusable: gap", withheld(second(push.DTMF, transcript.UnusableURL), subscribes("")),
			map[string]string{"call.transfer-answered": "gap: the dtmf push on Marty's leg was not sent: unusable URL; because gather.ondata", "push.dtmf": "gap: the push was not sent: unusable URL; because gather.ondata", "push.newcall": "met"}},
		{"connection for the hangup refused: gap", withheld(transcript.NotSent{Leg: "Doc", Push: push.Push{Event: push.Hangup}, Reason: transcript.NotReached, Detail: "connection refused"}, subscribes("")),
			map[string]string{"call.transfer-answered": "gap: the hangup push on Doc's leg was not sent: not reached; because following.reachable", "push.hangup": "gap: the push was not sent: not reached; connection refused; because following.reachable", "push.newcall": "met"}},
		{"run stopped before the second newCall: gap", withheld(second(push.NewCall, transcript.RunStopped), subscribes("")),
			map[string]string{"call.transfer-answered": "gap: the newCall push on Marty's leg was not sent: stopped", "push.newcall": "met"}},
	})
}

func TestRefusedPushOfASteeredCallIsExcusedByThePlainPush(t *testing.T) {
	t.Parallel()
	steered := func(x transcript.Exchange, stimulus string) transcript.Call {
		c := in("incoming-answered", says(push.NewCall, 200, xml, rejects), x)
		c.Steered, c.Stimulus = true, stimulus
		return c
	}
	checkInWords(t, receiver, []judgedCall{
		{"hangup refused", steered(says(push.Hangup, 500, "", ""), ""),
			map[string]string{"call.answered": "not applicable: the receiver steers every such call itself; name a number that it lets through, --numbers through=NUMBER", "call.steered": "must: the hangup push on Doc's leg: status 500" + byItself + "; unless push.hangup; else push.hangup", "following.hangup-url": "met", "following.reachable": "met", "push.newcall": "met", "reject.reason": "met"}},
		{"hangup with status 404", steered(says(push.Hangup, 404, "", ""), ""),
			map[string]string{"call.answered": "not applicable: the receiver steers every such call itself; name a number that it lets through, --numbers through=NUMBER", "call.steered": "must: the hangup push on Doc's leg: status 404" + byItself + "; unless following.reachable; else following.reachable", "following.hangup-url": "met", "push.newcall": "met", "reject.reason": "met"}},
		{"odd hangup refused", steered(says(push.Hangup, 500, "", "", odd), "push.anonymous-caller"),
			map[string]string{"call.steered": "must: the hangup push on Doc's leg: status 500" + byItself + "; unless push.hangup, push.anonymous-caller; else push.hangup", "following.hangup-url": "met", "following.reachable": "met", "push.anonymous-caller": "must: status 500" + any2xx + "; unless push.hangup; else push.hangup", "push.newcall": "met", "reject.reason": "met"}},
	})
}

func TestLaterLegsAreComparedWithTheFirst(t *testing.T) {
	t.Parallel()
	first := says(push.NewCall, 200, xml, both)
	leg := func(document string) transcript.Exchange { return says(push.NewCall, 200, xml, document, secondLeg) }
	unread := func(end transcript.End, contentType, document string, change ...func(*transcript.Exchange)) transcript.Exchange {
		return says(push.NewCall, 200, contentType, document, append(change, secondLeg, func(x *transcript.Exchange) { x.End = end })...)
	}
	deep := "<Response>" + strings.Repeat("<Play>", 1000) + strings.Repeat("</Play>", 1000) + "</Response>"
	hangups := `<Response onHangup="` + followUp + `"/>`
	tests := []struct {
		name string
		legs []transcript.Exchange
		want string
	}{
		{"second and third leg without subscriptions", []transcript.Exchange{first, leg("<Response/>"), leg("<Response/>")},
			"must: no onHangup on the second leg; want onHangup, as on the first leg | must: no onHangup on the second leg; want onHangup, as on the first leg"},
		{"second leg without onAnswer", []transcript.Exchange{first, leg(hangups)}, "must: no onAnswer on the second leg; want onAnswer, as on the first leg"},
		{"neither leg with onAnswer", []transcript.Exchange{says(push.NewCall, 200, xml, hangups), leg(hangups)}, "met"},
		{"second leg ended by a Hangup", []transcript.Exchange{first, leg("<Response><Hangup/></Response>")}, ""},
		{"second leg rejected with an unknown reason", []transcript.Exchange{first, leg(`<Response><Reject reason="tired"/></Response>`)}, ""},
		{"second leg redirected to the voicemail", []transcript.Exchange{first, leg(`<Response><Dial><Voicemail/></Dial></Response>`)},
			"must: no onHangup on the second leg; want onHangup, as on the first leg"},
		{"both responses empty", []transcript.Exchange{says(push.NewCall, 200, "", ""), says(push.NewCall, 200, "", "", secondLeg)}, ""},
		{"second response empty, after 12 s", []transcript.Exchange{first, unread(transcript.Complete, "", "", took(12*time.Second, 30*time.Second))},
			"gap: the second leg's newCall push was not accepted; because response.in-time"},
		{"second response nested too deep", []transcript.Exchange{first, unread(transcript.Complete, xml, deep)},
			"gap: the second leg's response was too long to be read"},
		{"second response of 1 MiB less a byte, not read", []transcript.Exchange{first, unread(transcript.BodyTooLong, xml, "", length(1<<20-1))},
			"gap: the second leg's response was too long to be read"},
		{"second response of 1 MiB, not read", []transcript.Exchange{first, unread(transcript.BodyTooLong, xml, "", length(1<<20))},
			"gap: the second leg's response was too long to be read; because response.ends"},
		{"second response of 1 MiB as text/html", []transcript.Exchange{first, unread(transcript.Complete, "text/html", both, length(1<<20))},
			"gap: sipgate does not act on the second leg's response; because response.content-type"},
		{"second response as text/html with a relative URL", []transcript.Exchange{first, unread(transcript.Complete, "text/html", `<Response onHangup="/follow"/>`)},
			"gap: sipgate does not act on the second leg's response; because response.content-type"},
		{"second response not well-formed", []transcript.Exchange{first, unread(transcript.Complete, xml, `<Response`)},
			"gap: the second leg's response could not be read; because response.well-formed"},
		{"second response declares an entity", []transcript.Exchange{first, unread(transcript.Complete, xml, `<!DOCTYPE Response [<!ENTITY a "b">]><Response>&a;</Response>`)},
			"gap: the second leg's response could not be read because of the entities in it"},
		{"second response not well-formed, in an unknown charset", []transcript.Exchange{first, unread(transcript.Complete, xml, `<?xml version="1.0" encoding="iso-2022-kr"?><Response`)},
			"gap: the second leg's response could not be read; because response.well-formed"},
	}
	for _, test := range tests {
		if got := inWords(requirements.JudgeCall(one(test.legs...), receiver))["following.every-leg"]; got != test.want {
			t.Errorf("%s: following.every-leg is %q, want %q", test.name, got, test.want)
		}
	}
}

func TestACallIsAboutItsStimulusOrItsScenario(t *testing.T) {
	t.Parallel()
	tests := []struct{ scenario, stimulus, want string }{
		{"transfer-answered", "", "call.transfer-answered"},
		{"transfer-answered", "trouble.late-hangup", "trouble.late-hangup"},
		{"own", "", "push.newcall"},
		{"own", "push.user-empty", "push.user-empty"},
	}
	for _, test := range tests {
		if got := requirements.About(transcript.Call{Scenario: test.scenario, Stimulus: test.stimulus}); got != test.want {
			t.Errorf("%s, stimulus %q: About() = %q, want %q", test.scenario, test.stimulus, got, test.want)
		}
	}
}

func TestCallThatWasNotPlayedLeavesItsRequirementOpen(t *testing.T) {
	t.Parallel()
	notPlayed := func(scenario, stimulus string, lost transcript.Loss) transcript.Call {
		return transcript.Call{ID: 1, Scenario: scenario, Stimulus: stimulus, Background: transcript.Background{Lost: &lost}}
	}
	malformed := transcript.Loss{Requirement: "trouble.malformed-push"}
	const gone = "gap: the call was not played: the receiver no longer accepts connections; because trouble.malformed-push"
	checkInWords(t, receiver, []judgedCall{
		{"plain call", notPlayed("incoming-busy", "", malformed), map[string]string{"call.unanswered": gone}},
		{"call of a user's scenario", notPlayed("own", "", malformed), map[string]string{"push.newcall": gone}},
		{"odd push", notPlayed("own", "push.user-empty", malformed), map[string]string{"push.user-empty": gone}},
		{"calls at the same time", notPlayed("", "trouble.many-calls", malformed), map[string]string{"trouble.many-calls": gone}},
		{"oversized push", notPlayed("", "trouble.oversized-push", malformed), map[string]string{"trouble.oversized-push": gone}},
		{"forged push", notPlayed("", "signature.missing", malformed), map[string]string{"signature.missing": gone}},
		{"push that crashed the receiver, in another form: no cause named", notPlayed("", "trouble.malformed-push", malformed),
			map[string]string{"trouble.malformed-push": "gap: the call was not played: the receiver no longer accepts connections"}},
		{"cause and suspects known: cause named", notPlayed("incoming-busy", "", transcript.Loss{Requirement: "trouble.malformed-push", Suspects: []string{"call.group"}}), map[string]string{"call.unanswered": gone}},
		{"receiver silent before: cause named", notPlayed("incoming-busy", "", transcript.Loss{Requirement: "push.odd-caller", Silent: true}),
			map[string]string{"call.unanswered": "gap: the call was not played: the receiver accepts connections but no push; because push.odd-caller"}},
		{"one suspect: named", notPlayed("incoming-busy", "", transcript.Loss{Suspects: []string{"call.group"}}),
			map[string]string{"call.unanswered": "gap: the call was not played: the receiver has accepted no connection since the call for call.group; " +
				"start it again, and use --only call.group to see whether that call is the reason"}},
		{"several suspects, two for one requirement: each named once", notPlayed("", "trouble.many-calls", transcript.Loss{Suspects: []string{"call.group", "push.odd-caller", "call.group", "call.menu"}, Silent: true}),
			map[string]string{"trouble.many-calls": "gap: the call was not played: the receiver accepts connections and has accepted no push since the calls for call.group, push.odd-caller and call.menu, " +
				"which were under way at the same time; start it again, and play each of them by itself with --only ID to see which is the reason"}},
		{"no suspect: no cause named", notPlayed("incoming-busy", "", transcript.Loss{}),
			map[string]string{"call.unanswered": "gap: the call was not played: the receiver no longer accepts connections"}},
		{"call without a push, receiver not lost: not judged", transcript.Call{ID: 1, Scenario: "incoming-busy"}, nil},
	})
}
