package requirements_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// A receiver may refuse a push of a whole call because of any trait of the push, so the excuses of the finding are the requirements of
// these traits.
func TestFindingOfAWholeCallIsExcusedByTheTraitsOfTheRefusedPush(t *testing.T) {
	t.Parallel()
	withUsers := func(names ...string) func(*transcript.Exchange) {
		return withPush(func(p *push.Push) { p.Users = names })
	}
	toVoicemail := withPush(func(p *push.Push) { p.Users, p.UserIDs = []string{"voicemail"}, nil })
	withOrigCallID := func(id string) func(*transcript.Exchange) { return withPush(func(p *push.Push) { p.OrigCallID = id }) }
	withAnsweringNumber := func(number string) func(*transcript.Exchange) {
		return withPush(func(p *push.Push) { p.AnsweringNumber = number })
	}
	after12s := withTimes(12*time.Second, 30*time.Second)
	const transferScenario, internalScenario = "transfer-answered", "internal-answered"
	tests := []struct {
		name, scenario string
		x              transcript.Exchange
		want           string
	}{
		{"newCall of a second leg refused", transferScenario, exchange(push.NewCall, 500, "", "", asSecondLeg), "push.diversion, push.newcall"},
		{"newCall without users refused", transferScenario, exchange(push.NewCall, 500, "", "", asSecondLeg, withUsers()), "push.diversion, push.newcall, push.user-absent"},
		{"newCall with two users refused", transferScenario, exchange(push.NewCall, 500, "", "", asSecondLeg, withUsers("Doc", "Marty")), "push.diversion, push.newcall, push.group-call"},
		{"newCall with an empty user refused", transferScenario, exchange(push.NewCall, 500, "", "", asSecondLeg, withUsers("")), "push.diversion, push.newcall, push.user-empty"},
		{"newCall to the voicemail refused", transferScenario, exchange(push.NewCall, 500, "", "", asSecondLeg, toVoicemail), "push.diversion, push.newcall, push.user-empty, push.user-absent"},
		{"newCall with another origCallId refused", transferScenario, exchange(push.NewCall, 500, "", "", asSecondLeg, withOrigCallID("another")), "push.diversion, push.newcall, push.orig-call-id"},
		{"newCall with its own origCallId refused", transferScenario, exchange(push.NewCall, 500, "", "", asSecondLeg, withOrigCallID("12111955")), "push.diversion, push.newcall"},
		{"newCall with an answeringNumber refused", transferScenario, exchange(push.NewCall, 500, "", "", asSecondLeg, withAnsweringNumber("49301")), "push.diversion, push.newcall"},
		{"answer refused", transferScenario, exchange(push.Answer, 500, "", ""), "push.answer"},
		{"answer without users refused", transferScenario, exchange(push.Answer, 500, "", "", withUsers()), "push.answer-without-user, push.answer"},
		{"answer with an empty user refused", transferScenario, exchange(push.Answer, 500, "", "", withUsers("")), "push.answer-without-user, push.answer"},
		{"answer without user id refused", transferScenario, exchange(push.Answer, 500, "", "", toVoicemail), "push.answer, push.answer-without-user"},
		{"answer at another number refused", transferScenario, exchange(push.Answer, 500, "", "", withAnsweringNumber("49301")), "push.answer, push.answering-number"},
		{"hangup refused", transferScenario, exchange(push.Hangup, 500, "", ""), "push.hangup"},
		{"hangup without users refused", transferScenario, exchange(push.Hangup, 500, "", "", withUsers()), "push.hangup"},
		{"hangup with an empty user refused", transferScenario, exchange(push.Hangup, 500, "", "", withUsers("")), "push.hangup"},
		{"hangup without user id refused", transferScenario, exchange(push.Hangup, 500, "", "", toVoicemail), "push.hangup"},
		{"hangup without answeringNumber refused", transferScenario, exchange(push.Hangup, 500, "", "", withAnsweringNumber("")), "push.hangup, push.answering-number"},
		{"hangup with the cause forwarded refused", "forward-busy", exchange(push.Hangup, 500, "", "", withCause(push.Forwarded)), "push.hangup-causes, push.hangup"},
		{"hangup of a busy leg after a forward refused", "forward-busy", exchange(push.Hangup, 500, "", "", withCause(push.Busy)), "push.hangup-causes, push.hangup, call.unanswered"},
		{"hangup of a busy call refused", "incoming-busy", exchange(push.Hangup, 500, "", "", withCause(push.Busy)), "push.hangup-causes, push.hangup"},
		{"dtmf refused", "forward-busy", exchange(push.DTMF, 500, "", ""), "push.dtmf"},
		{"dtmf without digits refused", "forward-busy", exchange(push.DTMF, 500, "", "", withDigits(nil)), "push.dtmf-nothing, push.dtmf"},
		{"hangup of the outgoing leg of an internal call refused", internalScenario, exchange(push.Hangup, 500, "", "", asOutgoing), "push.hangup, call.answered"},
		{"newCall of the outgoing leg of an internal call refused", internalScenario, exchange(push.NewCall, 500, "", "", asOutgoing), "push.outgoing, push.newcall"},
		{"hangup of the incoming leg of an internal call refused", internalScenario, exchange(push.Hangup, 500, "", ""), "push.hangup"},
		{"hangup of an outgoing call refused", "outgoing-answered", exchange(push.Hangup, 500, "", "", asOutgoing), "push.hangup"},
		{"newCall of the leg to the voicemail refused", "forward-to-voicemail", exchange(push.NewCall, 500, "", "", asSecondLeg), "push.diversion, push.newcall, call.forward-busy"},
		{"answer of the leg before the voicemail refused", "forward-to-voicemail", exchange(push.Answer, 500, "", ""), "push.answer"},

		{"newCall redirected", transferScenario, exchange(push.NewCall, 302, "", "", asSecondLeg), "transport.no-redirect"},
		{"newCall with status 404", transferScenario, exchange(push.NewCall, 404, "", "", asSecondLeg), "push.diversion, push.newcall"},
		{"answer with status 404", transferScenario, exchange(push.Answer, 404, "", "", asSecondLeg), "following.reachable"},
		{"newCall timed out", transferScenario, endedExchange(push.NewCall, transcript.TimedOut, asSecondLeg), "response.in-time"},
		{"response to newCall not complete in time", transferScenario, endedExchange(push.NewCall, transcript.Late, asSecondLeg, withStatus(200)), "response.in-time"},
		{"newCall complete after 12 s", transferScenario, exchange(push.NewCall, 200, "", "", asSecondLeg, after12s), "response.in-time"},
		{"newCall never ended", transferScenario, endedExchange(push.NewCall, transcript.NeverEnded, asSecondLeg, withStatus(200)), "response.ends"},
		{"newCall truncated", transferScenario, endedExchange(push.NewCall, transcript.Truncated, asSecondLeg, withStatus(200)), "response.ends"},
		{"newCall dropped", transferScenario, endedExchange(push.NewCall, transcript.Dropped, asSecondLeg), "push.diversion, push.newcall"},
		{"answer timed out", transferScenario, endedExchange(push.Answer, transcript.TimedOut), "push.answer"},
		{"answer complete after 12 s", transferScenario, exchange(push.Answer, 200, "", "", after12s), "push.answer"},
		{"answer with status 500 that never ended", transferScenario, endedExchange(push.Answer, transcript.NeverEnded, withStatus(500)), "push.answer"},
	}
	for _, test := range tests {
		var got []string
		for _, j := range requirements.JudgeCall(scenarioCall(test.scenario, test.x), receiver) {
			for _, f := range j.Findings {
				if strings.HasPrefix(f.Requirement, "call.") {
					got = append(got, strings.Join(f.ExcuseIDs(), ", "))
				}
				if strings.HasPrefix(f.Requirement, "call.") && f.MovesTo != "" {
					t.Errorf("%s: the finding would be moved to %s, want it not to be moved", test.name, f.MovesTo)
				}
			}
		}
		if strings.Join(got, " and ") != test.want {
			t.Errorf("%s: excused by %q, want one finding excused by %q", test.name, got, test.want)
		}
	}
}

func TestWholeCallIsNotJudgedIfAPushWasNotSent(t *testing.T) {
	t.Parallel()
	transferCall := func(x transcript.Exchange) transcript.Call {
		return scenarioCall("transfer-answered", exchange(push.NewCall, 200, xmlType, bothSubscriptions), x)
	}
	callWithNotSent := func(n transcript.NotSent, exchanges ...transcript.Exchange) transcript.Call {
		c := scenarioCall("transfer-answered", exchanges...)
		c.NotSent = []transcript.NotSent{n}
		return c
	}
	secondLegNotSent := func(e push.Event, reason transcript.NotSentReason) transcript.NotSent {
		return transcript.NotSent{Leg: "Marty", Push: push.Push{Event: e, Diversion: "493023125001"}, Reason: reason}
	}
	newCallWith := func(attribute string) transcript.Exchange {
		if attribute == "" {
			return exchange(push.NewCall, 200, "", "")
		}
		return exchange(push.NewCall, 200, xmlType, `<Response `+attribute+`="`+followUpURL+`"/>`)
	}
	noOutgoingURL := transcript.NotSent{Leg: "Doc", Push: push.Push{Event: push.NewCall}, Reason: transcript.NoOutgoing, Detail: "there is no outgoing URL"}
	emptySecondLeg := exchange(push.NewCall, 200, xmlType, "<Response/>", asSecondLeg)
	checkJudgements(t, receiver, []judgedCall{
		{"hangup blocked: gap", transferCall(endedExchange(push.Hangup, transcript.BlockedEnd)),
			map[string]string{"call.transfer-answered": "gap: the hangup push on Doc's leg: the connection had a fault, although an earlier connection had none", "following.answer-url": "met", "following.hangup-too": "met", "following.hangup-url": "met", "push.hangup": "gap: the connection had a fault, although an earlier connection had none", "push.newcall": "met"}},
		{"hangup accepted after 12 s: finding", transferCall(exchange(push.Hangup, 200, "", "", withTimes(12*time.Second, 30*time.Second))),
			map[string]string{"call.transfer-answered": "must: the hangup push on Doc's leg: status 200 after 12.0 s" + wantWholeCall + "; unless push.hangup", "following.answer-url": "met", "following.hangup-too": "met", "following.hangup-url": "met", "following.reachable": "met", "push.hangup": "must: complete after 12.0 s" + want2xx, "push.newcall": "met"}},
		{"no outgoing URL: not applicable", callWithNotSent(noOutgoingURL), map[string]string{"call.transfer-answered": "not applicable: there is no outgoing URL"}},
		{"onAnswer only on the first leg: gap", callWithNotSent(secondLegNotSent(push.Answer, transcript.NotSubscribed), newCallWith("onAnswer")),
			map[string]string{"call.transfer-answered": "gap: the answer push on Marty's leg was not sent: not subscribed; because following.every-leg", "following.answer-url": "met", "following.hangup-too": "should: onAnswer alone; want onHangup beside onAnswer", "push.newcall": "met"}},
		{"no onAnswer: not applicable", callWithNotSent(secondLegNotSent(push.Answer, transcript.NotSubscribed), newCallWith("onHangup")),
			map[string]string{"call.transfer-answered": "not applicable: the receiver does not subscribe to the answer of such a call", "following.hangup-url": "met", "push.newcall": "met"}},
		{"onHangup only on the first leg: gap", callWithNotSent(secondLegNotSent(push.Hangup, transcript.NotSubscribed), newCallWith("onHangup")),
			map[string]string{"call.transfer-answered": "gap: the hangup push on Marty's leg was not sent: not subscribed; because following.every-leg", "following.hangup-url": "met", "push.newcall": "met"}},
		{"no onHangup: not applicable", callWithNotSent(secondLegNotSent(push.Hangup, transcript.NotSubscribed), newCallWith("onAnswer")),
			map[string]string{"call.transfer-answered": "not applicable: the receiver does not subscribe to the hangup of such a call", "following.answer-url": "met", "following.hangup-too": "should: onAnswer alone; want onHangup beside onAnswer", "push.newcall": "met"}},
		{"both responses empty: not applicable", callWithNotSent(secondLegNotSent(push.Hangup, transcript.NotSubscribed), newCallWith(""), emptySecondLeg),
			map[string]string{"call.transfer-answered": "not applicable: the receiver does not subscribe to the hangup of such a call", "push.newcall": "met"}},
		{"unusable URL for the dtmf: gap", callWithNotSent(secondLegNotSent(push.DTMF, transcript.UnusableURL), newCallWith("")),
			map[string]string{"call.transfer-answered": "gap: the dtmf push on Marty's leg was not sent: unusable URL; because gather.ondata", "push.dtmf": "gap: the push was not sent: unusable URL; because gather.ondata", "push.newcall": "met"}},
		{"dtmf not sent, host not reached: gap", callWithNotSent(secondLegNotSent(push.DTMF, transcript.NotReached), newCallWith("")),
			map[string]string{"call.transfer-answered": "gap: the dtmf push on Marty's leg was not sent: not reached; because following.reachable", "push.dtmf": "gap: the push was not sent: not reached; because following.reachable", "push.newcall": "met"}},
		{"hangup not sent, connection refused: gap", callWithNotSent(transcript.NotSent{Leg: "Doc", Push: push.Push{Event: push.Hangup}, Reason: transcript.NotReached, Detail: "connection refused"}, newCallWith("")),
			map[string]string{"call.transfer-answered": "gap: the hangup push on Doc's leg was not sent: not reached; because following.reachable", "push.hangup": "gap: the push was not sent: not reached; connection refused; because following.reachable", "push.newcall": "met"}},
		{"newCall not sent, run stopped: gap", callWithNotSent(secondLegNotSent(push.NewCall, transcript.RunStopped), newCallWith("")),
			map[string]string{"call.transfer-answered": "gap: the newCall push on Marty's leg was not sent: stopped", "push.newcall": "met"}},
	})
}

func TestFindingOfASteeredCallIsExcusedByThePlainPush(t *testing.T) {
	t.Parallel()
	steeredCall := func(x transcript.Exchange, requirementID string) transcript.Call {
		c := scenarioCall("incoming-answered", exchange(push.NewCall, 200, xmlType, rejectResponse), x)
		c.Steered, c.RequirementID = true, requirementID
		return c
	}
	checkJudgements(t, receiver, []judgedCall{
		{"hangup refused: finding", steeredCall(exchange(push.Hangup, 500, "", ""), ""),
			map[string]string{"call.answered": "not applicable: the receiver steers every such call itself; name a number that the receiver lets through, --numbers through=NUMBER", "call.steered": "must: the hangup push on Doc's leg: status 500" + wantWholeCall + "; unless push.hangup; else push.hangup", "following.hangup-url": "met", "following.reachable": "met", "push.newcall": "met", "reject.reason": "met"}},
		{"hangup with status 404: finding", steeredCall(exchange(push.Hangup, 404, "", ""), ""),
			map[string]string{"call.answered": "not applicable: the receiver steers every such call itself; name a number that the receiver lets through, --numbers through=NUMBER", "call.steered": "must: the hangup push on Doc's leg: status 404" + wantWholeCall + "; unless following.reachable; else following.reachable", "following.hangup-url": "met", "push.newcall": "met", "reject.reason": "met"}},
		{"odd hangup refused: findings", steeredCall(exchange(push.Hangup, 500, "", "", asOdd), "push.anonymous-caller"),
			map[string]string{"call.steered": "must: the hangup push on Doc's leg: status 500" + wantWholeCall + "; unless push.hangup, push.anonymous-caller; else push.hangup", "following.hangup-url": "met", "following.reachable": "met", "push.anonymous-caller": "must: status 500" + want2xx + "; unless push.hangup; else push.hangup", "push.newcall": "met", "reject.reason": "met"}},
	})
}

func TestLaterLegNeedsTheSubscriptionsOfTheFirstLeg(t *testing.T) {
	t.Parallel()
	firstLeg := exchange(push.NewCall, 200, xmlType, bothSubscriptions)
	nextLeg := func(document string) transcript.Exchange {
		return exchange(push.NewCall, 200, xmlType, document, asSecondLeg)
	}
	unreadLeg := func(end transcript.End, contentType, document string, change ...func(*transcript.Exchange)) transcript.Exchange {
		return exchange(push.NewCall, 200, contentType, document, append(change, asSecondLeg, func(x *transcript.Exchange) { x.End = end })...)
	}
	deepDocument := "<Response>" + strings.Repeat("<Play>", 1000) + strings.Repeat("</Play>", 1000) + "</Response>"
	hangupOnly := `<Response onHangup="` + followUpURL + `"/>`
	tests := []struct {
		name string
		legs []transcript.Exchange
		want string
	}{
		{"second and third leg without subscriptions: two findings", []transcript.Exchange{firstLeg, nextLeg("<Response/>"), nextLeg("<Response/>")},
			"must: no onHangup on the second leg; want onHangup, as on the first leg | must: no onHangup on the second leg; want onHangup, as on the first leg"},
		{"second leg without onAnswer: finding", []transcript.Exchange{firstLeg, nextLeg(hangupOnly)}, "must: no onAnswer on the second leg; want onAnswer, as on the first leg"},
		{"no leg with onAnswer: met", []transcript.Exchange{exchange(push.NewCall, 200, xmlType, hangupOnly), nextLeg(hangupOnly)}, "met"},
		{"second leg ended by a Hangup: not judged", []transcript.Exchange{firstLeg, nextLeg("<Response><Hangup/></Response>")}, ""},
		{"second leg rejected with an unknown reason: not judged", []transcript.Exchange{firstLeg, nextLeg(`<Response><Reject reason="tired"/></Response>`)}, ""},
		{"second leg redirected to the voicemail: finding", []transcript.Exchange{firstLeg, nextLeg(`<Response><Dial><Voicemail/></Dial></Response>`)},
			"must: no onHangup on the second leg; want onHangup, as on the first leg"},
		{"both responses empty: not judged", []transcript.Exchange{exchange(push.NewCall, 200, "", ""), exchange(push.NewCall, 200, "", "", asSecondLeg)}, ""},
		{"second response after 12 s: gap", []transcript.Exchange{firstLeg, unreadLeg(transcript.Complete, "", "", withTimes(12*time.Second, 30*time.Second))},
			"gap: the second leg's newCall push was not accepted; because response.in-time"},
		{"second response nested too deep: gap", []transcript.Exchange{firstLeg, unreadLeg(transcript.Complete, xmlType, deepDocument)},
			"gap: the second leg's response was too long to be read"},
		{"second response of 1 MiB less a byte, not read: gap", []transcript.Exchange{firstLeg, unreadLeg(transcript.BodyTooLong, xmlType, "", withBodyLength(1<<20-1))},
			"gap: the second leg's response was too long to be read"},
		{"second response of 1 MiB, not read: gap with a cause", []transcript.Exchange{firstLeg, unreadLeg(transcript.BodyTooLong, xmlType, "", withBodyLength(1<<20))},
			"gap: the second leg's response was too long to be read; because response.ends"},
		{"second response of 1 MiB as text/html: gap", []transcript.Exchange{firstLeg, unreadLeg(transcript.Complete, "text/html", bothSubscriptions, withBodyLength(1<<20))},
			"gap: sipgate does not act on the second leg's response; because response.content-type"},
		{"second response as text/html with a relative URL: gap", []transcript.Exchange{firstLeg, unreadLeg(transcript.Complete, "text/html", `<Response onHangup="/follow"/>`)},
			"gap: sipgate does not act on the second leg's response; because response.content-type"},
		{"second response not well-formed: gap", []transcript.Exchange{firstLeg, unreadLeg(transcript.Complete, xmlType, `<Response`)},
			"gap: the second leg's response could not be read; because response.well-formed"},
		{"second response declares an entity: gap", []transcript.Exchange{firstLeg, unreadLeg(transcript.Complete, xmlType, `<!DOCTYPE Response [<!ENTITY a "b">]><Response>&a;</Response>`)},
			"gap: the second leg's response could not be read because of the entities in it"},
		{"second response not well-formed, in an unknown charset: gap", []transcript.Exchange{firstLeg, unreadLeg(transcript.Complete, xmlType, `<?xml version="1.0" encoding="iso-2022-kr"?><Response`)},
			"gap: the second leg's response could not be read; because response.well-formed"},
	}
	for _, test := range tests {
		if got := describeJudgements(requirements.JudgeCall(callOf(test.legs...), receiver))["following.every-leg"]; got != test.want {
			t.Errorf("%s: following.every-leg is %q, want %q", test.name, got, test.want)
		}
	}
}

func TestRequirementOfCallComesFromTheCallOrElseFromItsScenario(t *testing.T) {
	t.Parallel()
	tests := []struct{ scenario, requirementID, want string }{
		{"transfer-answered", "", "call.transfer-answered"},
		{"transfer-answered", "trouble.late-hangup", "trouble.late-hangup"},
		{"own", "", "push.newcall"},
		{"own", "push.user-empty", "push.user-empty"},
	}
	for _, test := range tests {
		if got := requirements.RequirementOfCall(transcript.Call{Scenario: test.scenario, RequirementID: test.requirementID}); got != test.want {
			t.Errorf("%s, for %q: RequirementOfCall() = %q, want %q", test.scenario, test.requirementID, got, test.want)
		}
	}
}

func TestRequirementOfACallThatWasNotPlayedIsAGap(t *testing.T) {
	t.Parallel()
	notPlayed := func(scenario, requirementID string, lost transcript.Loss) transcript.Call {
		return transcript.Call{ID: 1, Scenario: scenario, RequirementID: requirementID, Background: transcript.Background{Lost: &lost}}
	}
	lostByMalformed := transcript.Loss{Requirement: "trouble.malformed-push"}
	const notPlayedGap = "gap: the call was not played: the receiver no longer accepts connections; because trouble.malformed-push"
	checkJudgements(t, receiver, []judgedCall{
		{"call of a built-in scenario: gap of its requirement", notPlayed("incoming-busy", "", lostByMalformed), map[string]string{"call.unanswered": notPlayedGap}},
		{"call of a user's scenario: gap of push.newcall", notPlayed("own", "", lostByMalformed), map[string]string{"push.newcall": notPlayedGap}},
		{"call with an odd push: gap of the odd push", notPlayed("own", "push.user-empty", lostByMalformed), map[string]string{"push.user-empty": notPlayedGap}},
		{"crowd: gap", notPlayed("", "trouble.many-calls", lostByMalformed), map[string]string{"trouble.many-calls": notPlayedGap}},
		{"stimulus: gap", notPlayed("", "trouble.oversized-push", lostByMalformed), map[string]string{"trouble.oversized-push": notPlayedGap}},
		{"call with a forged push: gap", notPlayed("", "signature.missing", lostByMalformed), map[string]string{"signature.missing": notPlayedGap}},
		{"call for the requirement that caused the loss: gap without a cause", notPlayed("", "trouble.malformed-push", lostByMalformed),
			map[string]string{"trouble.malformed-push": "gap: the call was not played: the receiver no longer accepts connections"}},
		{"loss with a known cause and a suspect: gap names the cause", notPlayed("incoming-busy", "", transcript.Loss{Requirement: "trouble.malformed-push", Suspects: []string{"call.group"}}), map[string]string{"call.unanswered": notPlayedGap}},
		{"receiver silent: gap", notPlayed("incoming-busy", "", transcript.Loss{Requirement: "push.odd-caller", Silent: true}),
			map[string]string{"call.unanswered": "gap: the call was not played: the receiver accepts connections but no push; because push.odd-caller"}},
		{"one suspect: gap names it", notPlayed("incoming-busy", "", transcript.Loss{Suspects: []string{"call.group"}}),
			map[string]string{"call.unanswered": "gap: the call was not played: the receiver has accepted no connection since the call for call.group; " +
				"start it again, and use --only call.group to see whether that call is the reason"}},
		{"four suspects, two for one requirement: gap names three", notPlayed("", "trouble.many-calls", transcript.Loss{Suspects: []string{"call.group", "push.odd-caller", "call.group", "call.menu"}, Silent: true}),
			map[string]string{"trouble.many-calls": "gap: the call was not played: the receiver accepts connections and has accepted no push since the calls for call.group, push.odd-caller and call.menu, " +
				"which were under way at the same time; start it again, and play each of them alone with --only ID to see which one crashes it"}},
		{"no suspect: gap without advice", notPlayed("incoming-busy", "", transcript.Loss{}),
			map[string]string{"call.unanswered": "gap: the call was not played: the receiver no longer accepts connections"}},
		{"not played, receiver not lost: not judged", transcript.Call{ID: 1, Scenario: "incoming-busy"}, nil},
	})
}
