package derive

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
)

// subscribingResponse is the beginning of a response that subscribes to answer and hangup pushes.
const subscribingResponse = `<Response onAnswer="https://receiver.example/answer" onHangup="https://receiver.example/hangup">`

// steeringResponse returns the action by which a receiver steers the call, in its response to a newCall or a dtmf push.
func steeringResponse(kind scenarios.Kind, event push.Event) string {
	actions := map[scenarios.Kind]string{
		scenarios.Reject: `<Reject/>`, scenarios.Busy: `<Reject reason="busy"/>`, scenarios.HangUp: `<Hangup/>`,
		scenarios.ToVoicemail: `<Dial><Voicemail/></Dial>`, scenarios.Redirect: `<Dial><Number>493023125901</Number></Dial>`,
		scenarios.RedirectTo(5): `<Dial><Number>493023125901</Number><Number>493023125902</Number><Number>493023125903</Number><Number>493023125904</Number><Number>493023125905</Number></Dial>`,
		scenarios.Play:          `<Play><Url>https://receiver.example/sound.wav</Url></Play>`,
		scenarios.Gather:        `<Gather onData="https://receiver.example/data" maxDigits="3"/>`,
	}
	switch {
	case event == push.DTMF && kind == scenarios.GatherRedirect:
		return actions[scenarios.Redirect]
	case event == push.DTMF:
		return ""
	case kind == scenarios.GatherRedirect:
		return actions[scenarios.Gather]
	}
	return actions[kind]
}

// recordScenario plays a scenario at a receiver that subscribes to all pushes and steers the call as the scenario requires.
func recordScenario(t *testing.T, s scenarios.Scenario) []RecordedPush {
	t.Helper()
	playedCall := call.New(s, call.Options{
		Incoming: "https://receiver.example/", Outgoing: "https://receiver.example/",
		Cast: scenarios.DefaultCast().WithDrawnNumbers(7, "recorded", s.Name), IDs: push.IDs{Seed: 7, Nonce: "recorded"},
	})
	var out []RecordedPush
	for {
		step, state := playedCall.Next()
		if state != call.Due {
			return out
		}
		var doc *response.Document
		if step.IsResponseRead() {
			d := response.Parse(response.Input{Body: []byte(subscribingResponse + steeringResponse(s.RequiredAction, step.Push.Event) + "</Response>"), Outgoing: step.IsOutgoing()})
			doc = &d
		}
		out = append(out, RecordedPush{Push: step.Push, ReceivedAt: step.Due, Document: doc})
		playedCall.RecordOutcome(step.Number, doc)
	}
}

// reasonsForNoScenario maps built-in call scenarios to the reason why no scenario can be derived from their pushes.
var reasonsForNoScenario = map[string]string{
	"outgoing-emergency": "the call had begun before the recording", // an emergency call has no pushes
}

func TestBuiltInScenariosAreDerivedFromTheirPushes(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios.All() {
		recorded := recordScenario(t, s)
		got, err := Scenario("recorded", recorded)
		reason := ""
		if err != nil {
			reason = err.Error()
		}
		if diff := cmp.Diff(reasonsForNoScenario[s.Name], reason); diff != "" {
			t.Errorf("%s: reason mismatch (-want +got):\n%s\n%s", s.Name, diff, got.YAML())
			continue
		}
		if err != nil {
			continue
		}
		if diff := cmp.Diff(normalizePushes(recorded), normalizePushes(recordScenario(t, got))); diff != "" {
			t.Errorf("%s: pushes of the derived scenario mismatch (-want +got):\n%s\n%s", s.Name, diff, got.YAML())
		}
		if s.RequiredAction != got.RequiredAction {
			t.Errorf("%s: steered %q, want %q", s.Name, got.RequiredAction, s.RequiredAction)
		}
	}
}

// normalizePushes returns pushes as text for a comparison. Each id, number and user is replaced by its rank in the order of first
// occurrence.
func normalizePushes(recorded []RecordedPush) []string {
	ranks := map[string]int{}
	rank := func(value string) string {
		if value == "" || value == scenarios.Anonymous || value == scenarios.Voicemail {
			return value
		}
		if ranks[value] == 0 {
			ranks[value] = len(ranks) + 1
		}
		return fmt.Sprint(ranks[value])
	}
	var out []string
	for _, r := range recorded {
		var fields []string
		for _, f := range r.Push.Form(push.ObservedDialect()) {
			switch f.Name {
			case push.FieldEvent, push.FieldDirection, push.FieldCause, push.FieldDigits:
			default:
				f.Value = rank(f.Value)
			}
			fields = append(fields, f.Name+"="+f.Value)
		}
		out = append(out, strings.Join(fields, " "))
	}
	return out
}

func TestRecordedPushesGiveAStoryOrTheReasonForNoStory(t *testing.T) {
	t.Parallel()
	parsePush := func(text string) push.Push {
		f, err := push.ParseForm([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		p, err := push.FromForm(f)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	const (
		newCallA         = "event=newCall&direction=in&from=4915111&to=493011&callId=A&origCallId=A&user[]=Alice&userId[]=w7&fullUserId[]=7w7&xcid=x"
		subscribesToBoth = `<Response onAnswer="https://receiver.example/a" onHangup="https://receiver.example/h"/>`
		hangupA          = "event=hangup&callId=A&cause=normalClearing&from=4915111&to=493011&direction=in&origCallId=A&xcid=x"
		answerA          = "event=answer&callId=A&user=Alice&userId=w7&fullUserId=7w7&from=4915111&to=493011&direction=in&answeringNumber=493011&origCallId=A&xcid=x"
		newCallB         = "event=newCall&direction=in&from=4915111&to=493012&callId=B&origCallId=A&user[]=Bob&userId[]=w8&fullUserId[]=7w8&xcid=x&diversion=493011"
		jenniferCalls    = "  - {who: Jennifer, deed: calls, to: Doc}\n"
		docEnds          = "  - {who: Doc, deed: ends, cause: normalClearing, after: 1s}\n"
	)
	longNumbers := strings.NewReplacer("=4915111", "=491511100001", "=493011", "=493011000001", "=493012", "=493012000001")
	for _, test := range []struct {
		name     string
		response string   // response to each newCall push
		bodies   []string // the recorded pushes
		want     string   // the story, or why there is none
	}{
		{"an answered call", subscribesToBoth, []string{newCallA, answerA, hangupA},
			jenniferCalls + "  - {who: Doc, deed: answers, after: 1s}\n" + docEnds},
		{"a receiver that does not subscribe to answer pushes", `<Response onHangup="https://receiver.example/h"/>`, []string{newCallA, hangupA}, jenniferCalls + docEnds},
		{"a receiver that does not subscribe to hangup pushes", `<Response onAnswer="https://receiver.example/a"/>`, []string{newCallA, answerA}, jenniferCalls + "  - {who: Doc, deed: answers, after: 1s}\n"},
		{"a receiver that subscribes to nothing", "", []string{newCallA}, jenniferCalls},
		{"a user with a name of the cast", "", []string{strings.ReplaceAll(newCallA, "Alice", "Marty")}, "  - {who: Jennifer, deed: calls, to: Marty}\n"},
		{"pushes without origCallId and xcid, as in 2015", subscribesToBoth, []string{strings.Replace(strings.Replace(newCallA, "&origCallId=A", "", 1), "&xcid=x", "", 1)}, jenniferCalls},
		{"a call answered at another number", subscribesToBoth, []string{newCallA, strings.Replace(answerA, "answeringNumber=493011", "answeringNumber=493099000001", 1)},
			jenniferCalls + "  - {who: Doc, deed: answers, after: 1s}\n"},
		{"a hangup with the cause forwarded, and no other leg", subscribesToBoth, []string{newCallA, strings.Replace(hangupA, "normalClearing", "forwarded", 1)},
			jenniferCalls + "  - {who: Doc, deed: ends, cause: forwarded, after: 1s}\n"},
		{"a forwarded call", subscribesToBoth, []string{newCallA, strings.Replace(hangupA, "normalClearing", "forwarded", 1), newCallB},
			jenniferCalls + "  - {who: Doc, deed: forwards, to: Marty, cause: forwarded, after: 1s}\n"},
		{"a transferred call", subscribesToBoth, []string{newCallA, answerA, newCallB},
			jenniferCalls + "  - {who: Doc, deed: answers, after: 1s}\n  - {who: Doc, deed: transfers, to: Marty, after: 1s}\n"},
		{"a caller with a SIP id", "", []string{strings.Replace(newCallA, "from=4915111", "from=1452406e3", 1)},
			"  - {who: Jennifer, deed: calls, to: Doc, shows: \"1234567e0\"}\n"},

		{"no push", "", nil, "the call had begun before the recording"},
		{"only a hangup push", subscribesToBoth, []string{hangupA}, "the call had begun before the recording"},
		{"only the newCall push of a second leg", subscribesToBoth, []string{newCallB}, "the first leg of the call was not recorded"},
		{"a push of an unknown leg", subscribesToBoth, []string{newCallA, strings.Replace(hangupA, "callId=A", "callId=C", 1)}, "a push is about a leg that had begun before the recording"},
		{"a newCall push with an empty user", "", []string{"event=newCall&direction=in&from=4915111&to=493011&callId=A&user[]="}, "the newCall push names no user"},
		{"a newCall push without a caller", "", []string{strings.Replace(newCallA, "from=4915111", "from=", 1)}, "from is neither a complete phone number, nor anonymous, nor a SIP id"},
		{"a newCall push with five users", "", []string{newCallA + "&user[]=B&user[]=C&user[]=D&user[]=E"}, "the call has more people than the cast"},
		{"a newCall push without user ids", "", []string{strings.Replace(newCallA, "&userId[]=w7&fullUserId[]=7w7", "", 1)}, "the story makes a push that differs from the recorded newCall: user[]"},
		{"a push with an unknown event", subscribesToBoth, []string{newCallA, "event=holdCall&callId=A"}, "a push has an event that sipgate does not document"},
		{"two answer pushes for one leg", subscribesToBoth, []string{newCallA, answerA, answerA}, "the story contradicts itself: Doc answers, but Doc has answered already"},
		{"an answer push that the receiver did not subscribe to", "", []string{newCallA, answerA}, "the story ends before the recorded answer push"},
		{"a hangup push without the caller", subscribesToBoth, []string{newCallA, strings.Replace(hangupA, "from=4915111", "from=", 1)}, "the story makes a push that differs from the recorded hangup: from"},
		{"a transfer without an answer push before it", subscribesToBoth, []string{newCallA, newCallB}, "the call goes on to another party, but the recording shows no leg that was forwarded or answered"},
		{"a second leg without diversion", subscribesToBoth, []string{newCallA, answerA, strings.Replace(newCallB, "&diversion=493011", "", 1)},
			"another leg begins, but its newCall push has no diversion, so it is neither a forward nor a transfer"},
		{"a second leg with another xcid", subscribesToBoth, []string{newCallA, answerA, strings.Replace(newCallB, "xcid=x", "xcid=y", 1)}, "the story makes a push that differs from the recorded newCall: xcid"},
		{"the receiver rejects the call, and an answer push follows", strings.Replace(subscribesToBoth, "/>", "><Reject/></Response>", 1), []string{newCallA, answerA},
			"the story makes a push that differs from the recorded answer: event hangup"},
		{"the receiver rejects the call, and the call ends as busy", strings.Replace(subscribesToBoth, "/>", "><Reject/></Response>", 1), []string{newCallA, strings.Replace(hangupA, "normalClearing", "busy", 1)},
			"the story makes a push that differs from the recorded hangup: cause noAnswer"},
		{"the receiver rejects the call, and no push follows", strings.Replace(subscribesToBoth, "/>", "><Reject/></Response>", 1), []string{newCallA}, "the story also makes the push hangup"},
	} {
		var recorded []RecordedPush
		for i, body := range test.bodies {
			p := parsePush(longNumbers.Replace(body))
			r := RecordedPush{Push: p, ReceivedAt: time.Duration(i) * time.Second}
			if p.Event == push.NewCall && test.response != "" {
				d := response.Parse(response.Input{Body: []byte(test.response)})
				r.Document = &d
			}
			recorded = append(recorded, r)
		}
		s, err := Scenario("recorded", recorded)
		_, got, _ := strings.Cut(string(s.YAML()), "story:\n")
		if err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestSimultaneousPushesAreAcceptedInAnyOrder(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"internal-answered", "internal-no-answer", "click-to-dial"} {
		s, _ := scenarios.Find(name)
		recorded := recordScenario(t, s)
		last := len(recorded) - 1
		recorded[0], recorded[1] = recorded[1], recorded[0]
		recorded[last-1], recorded[last] = recorded[last], recorded[last-1]
		recorded[last-1].ReceivedAt, recorded[last].ReceivedAt = recorded[last].ReceivedAt, recorded[last-1].ReceivedAt
		if got, err := Scenario("recorded", recorded); err != nil {
			t.Errorf("%s: %v\n%s", name, err, got.YAML())
		}
	}
}
