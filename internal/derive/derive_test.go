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

const subscribes = `<Response onAnswer="https://receiver.example/answer" onHangup="https://receiver.example/hangup">`

// steeringResponse returns the response of a receiver that steers the call, to the first push or to the digits.
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

// recordScenario plays a scenario at a receiver that subscribes to everything and steers the call as the scenario needs.
func recordScenario(t *testing.T, s scenarios.Scenario) []RecordedPush {
	t.Helper()
	c := call.New(s, call.Options{
		Incoming: "https://receiver.example/", Outgoing: "https://receiver.example/",
		Cast: scenarios.DefaultCast().WithDrawnNumbers(7, "recorded", s.Name), IDs: push.IDs{Seed: 7, Nonce: "recorded"},
	})
	var out []RecordedPush
	for {
		step, state := c.Next()
		if state != call.Due {
			return out
		}
		var doc *response.Document
		if step.IsResponseRead() {
			d := response.Parse(response.Input{Body: []byte(subscribes + steeringResponse(s.RequiredAction, step.Push.Event) + "</Response>"), Outgoing: step.IsOutgoing()})
			doc = &d
		}
		out = append(out, RecordedPush{Push: step.Push, ReceivedAt: step.Due, Document: doc})
		c.RecordOutcome(step.Number, doc)
	}
}

// noScenario lists the built-in call scenarios for which none is derived, with the reason.
var noScenario = map[string]string{
	"outgoing-emergency": "the call had begun before the recording", // there is no push
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
		if diff := cmp.Diff(noScenario[s.Name], reason); diff != "" {
			t.Errorf("%s: reason mismatch (-want +got):\n%s\n%s", s.Name, diff, got.YAML())
			continue
		}
		if err != nil {
			continue
		}
		if diff := cmp.Diff(normalized(recorded), normalized(recordScenario(t, got))); diff != "" {
			t.Errorf("%s: pushes of the derived scenario mismatch (-want +got):\n%s\n%s", s.Name, diff, got.YAML())
		}
		if s.RequiredAction != got.RequiredAction {
			t.Errorf("%s: steered %q, want %q", s.Name, got.RequiredAction, s.RequiredAction)
		}
	}
}

// normalized writes pushes for comparison. Each id, number and user is replaced by its rank in the order of first occurrence.
func normalized(recorded []RecordedPush) []string {
	seen := map[string]int{}
	known := func(value string) string {
		if value == "" || value == scenarios.Anonymous || value == scenarios.Voicemail {
			return value
		}
		if seen[value] == 0 {
			seen[value] = len(seen) + 1
		}
		return fmt.Sprint(seen[value])
	}
	var out []string
	for _, r := range recorded {
		var fields []string
		for _, f := range r.Push.Form(push.ObservedDialect()) {
			switch f.Name {
			case push.FieldEvent, push.FieldDirection, push.FieldCause, push.FieldDigits:
			default:
				f.Value = known(f.Value)
			}
			fields = append(fields, f.Name+"="+f.Value)
		}
		out = append(out, strings.Join(fields, " "))
	}
	return out
}

func TestScenarioReturnsTheStoryOrTheReasonForNone(t *testing.T) {
	t.Parallel()
	form := func(text string) push.Push {
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
		first   = "event=newCall&direction=in&from=4915111&to=493011&callId=A&origCallId=A&user[]=Alice&userId[]=w7&fullUserId[]=7w7&xcid=x"
		both    = `<Response onAnswer="https://receiver.example/a" onHangup="https://receiver.example/h"/>`
		ends    = "event=hangup&callId=A&cause=normalClearing&from=4915111&to=493011&direction=in&origCallId=A&xcid=x"
		picks   = "event=answer&callId=A&user=Alice&userId=w7&fullUserId=7w7&from=4915111&to=493011&direction=in&answeringNumber=493011&origCallId=A&xcid=x"
		second  = "event=newCall&direction=in&from=4915111&to=493012&callId=B&origCallId=A&user[]=Bob&userId[]=w8&fullUserId[]=7w8&xcid=x&diversion=493011"
		callsJD = "  - {who: Jennifer, deed: calls, to: Doc}\n"
		docEnds = "  - {who: Doc, deed: ends, cause: normalClearing, after: 1s}\n"
	)
	longNumbers := strings.NewReplacer("=4915111", "=491511100001", "=493011", "=493011000001", "=493012", "=493012000001")
	for _, test := range []struct {
		name     string
		response string
		bodies   []string
		want     string // the story, or why there is none
	}{
		{"answered and ended", both, []string{first, picks, ends},
			callsJD + "  - {who: Doc, deed: answers, after: 1s}\n" + docEnds},
		{"no answer is subscribed to", `<Response onHangup="https://receiver.example/h"/>`, []string{first, ends}, callsJD + docEnds},
		{"no hangup is subscribed to", `<Response onAnswer="https://receiver.example/a"/>`, []string{first, picks}, callsJD + "  - {who: Doc, deed: answers, after: 1s}\n"},
		{"nothing is subscribed to", "", []string{first}, callsJD},
		{"users with names of the cast", "", []string{strings.ReplaceAll(first, "Alice", "Marty")}, "  - {who: Jennifer, deed: calls, to: Marty}\n"},
		{"pushes without origCallId and xcid, as in 2015", both, []string{strings.Replace(strings.Replace(first, "&origCallId=A", "", 1), "&xcid=x", "", 1)}, callsJD},
		{"answered at another number", both, []string{first, strings.Replace(picks, "answeringNumber=493011", "answeringNumber=493099000001", 1)},
			callsJD + "  - {who: Doc, deed: answers, after: 1s}\n"},
		{"forwarded, and nothing follows", both, []string{first, strings.Replace(ends, "normalClearing", "forwarded", 1)},
			callsJD + "  - {who: Doc, deed: ends, cause: forwarded, after: 1s}\n"},
		{"forwarded", both, []string{first, strings.Replace(ends, "normalClearing", "forwarded", 1), second},
			callsJD + "  - {who: Doc, deed: forwards, to: Marty, cause: forwarded, after: 1s}\n"},
		{"transferred", both, []string{first, picks, second},
			callsJD + "  - {who: Doc, deed: answers, after: 1s}\n  - {who: Doc, deed: transfers, to: Marty, after: 1s}\n"},
		{"a SIP id", "", []string{strings.Replace(first, "from=4915111", "from=1452406e3", 1)},
			"  - {who: Jennifer, deed: calls, to: Doc, shows: \"1234567e0\"}\n"},

		{"no push", "", nil, "the call had begun before the recording"},
		{"only the end", both, []string{ends}, "the call had begun before the recording"},
		{"only the second leg", both, []string{second}, "the first leg of the call was not recorded"},
		{"a push of an unknown leg", both, []string{first, strings.Replace(ends, "callId=A", "callId=C", 1)}, "a push is about a leg that had begun before the recording"},
		{"an empty user", "", []string{"event=newCall&direction=in&from=4915111&to=493011&callId=A&user[]="}, "the newCall push names no user"},
		{"no caller", "", []string{strings.Replace(first, "from=4915111", "from=", 1)}, "from is neither a whole number, nor anonymous, nor a SIP id"},
		{"five users", "", []string{first + "&user[]=B&user[]=C&user[]=D&user[]=E"}, "more people are in it than the cast has"},
		{"users without ids", "", []string{strings.Replace(first, "&userId[]=w7&fullUserId[]=7w7", "", 1)}, "playing it makes another push than the recorded newCall: user[]"},
		{"another event", both, []string{first, "event=holdCall&callId=A"}, "sipgate's documentation does not have the event of one of its pushes"},
		{"answered twice", both, []string{first, picks, picks}, "the story contradicts itself: Doc answers, but Doc has answered already"},
		{"an answer that is not subscribed to", "", []string{first, picks}, "playing it ends before the recorded answer push"},
		{"a hangup without the caller", both, []string{first, strings.Replace(ends, "from=4915111", "from=", 1)}, "playing it makes another push than the recorded hangup: from"},
		{"transferred without an answer", both, []string{first, second}, "the call is sent on, but no leg of it was forwarded or answered as far as the recording shows"},
		{"a second leg without diversion", both, []string{first, picks, strings.Replace(second, "&diversion=493011", "", 1)},
			"another leg begins that is neither a forward nor a transfer: it has no diversion"},
		{"a second leg with another xcid", both, []string{first, picks, strings.Replace(second, "xcid=x", "xcid=y", 1)}, "playing it makes another push than the recorded newCall: xcid"},
		{"the receiver rejects the call, and it goes on", strings.Replace(both, "/>", "><Reject/></Response>", 1), []string{first, picks},
			"playing it makes another push than the recorded answer: event hangup"},
		{"the receiver rejects the call, and it ends as busy", strings.Replace(both, "/>", "><Reject/></Response>", 1), []string{first, strings.Replace(ends, "normalClearing", "busy", 1)},
			"playing it makes another push than the recorded hangup: cause noAnswer"},
		{"the receiver rejects the call, and no end was recorded", strings.Replace(both, "/>", "><Reject/></Response>", 1), []string{first}, "playing it also makes the push hangup"},
	} {
		var recorded []RecordedPush
		for i, body := range test.bodies {
			p := form(longNumbers.Replace(body))
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
