package requirements_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// pushed is an exchange that was accepted, about a call.
func pushed(e push.Event, leg, id string, change ...func(*transcript.Exchange)) transcript.Exchange {
	answer := says(e, 200, "", "")
	if e == push.NewCall {
		answer = says(e, 200, xml, both)
	}
	answer.Leg, answer.Push.CallID, answer.Push.OrigCallID, answer.Push.Direction = leg, id, id, push.Incoming
	for _, c := range change {
		c(&answer)
	}
	return answer
}

func from(id string) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Push.OrigCallID, x.Push.Diversion = id, "493023125001" }
}

func cause(c push.Cause) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Push.Cause = c }
}

// watched is a call in which the application was asked about every leg after every push. Shown has a string for each push, with the states
// of the legs in the order in which they began, such as "ringing" or "over answered".
func watched(stimulus string, exchanges []transcript.Exchange, shown ...string) transcript.Call {
	c := transcript.Call{ID: 1, Stimulus: stimulus, Complete: true}
	var legs []transcript.Exchange
	for i, x := range exchanges {
		x.Step = i
		c.Exchanges = append(c.Exchanges, x)
		known := false
		for _, l := range legs {
			known = known || l.Push.CallID == x.Push.CallID
		}
		if !known {
			legs = append(legs, x)
		}
		for n, word := range strings.Fields(shown[i]) {
			a := transcript.StateQuestion{Step: i, Leg: legs[n].Leg, CallID: legs[n].Push.CallID, Word: word, Shown: transcript.CallState(word)}
			a.Wanted = requirements.StateAfter(c.Exchanges, a.CallID)
			switch {
			case word == "-":
				continue
			case word == "?":
				a.Shown, a.Word, a.Failure = "", "", "asking the state URL: status 500"
			case strings.HasSuffix(word, "!"):
				a.Shown, a.Word, a.CutShort = transcript.CallState(strings.TrimSuffix(word, "!")), "", true
			}
			c.States = append(c.States, a)
		}
	}
	return c
}

func TestStateShownByTheApplicationMeetsOrBreaksRequirements(t *testing.T) {
	t.Parallel()
	plain := []transcript.Exchange{pushed(push.NewCall, "Doc", "1"), pushed(push.Answer, "Doc", "1"), pushed(push.Hangup, "Doc", "1")}
	missed := []transcript.Exchange{pushed(push.NewCall, "Doc", "1"), pushed(push.Hangup, "Doc", "1", cause(push.Busy))}
	transfer := []transcript.Exchange{pushed(push.NewCall, "Doc", "1"), pushed(push.Answer, "Doc", "1"),
		pushed(push.NewCall, "Marty", "2", from("1")), pushed(push.Answer, "Marty", "2", from("1")), pushed(push.Hangup, "Doc", "1")}
	unanswered := []transcript.Exchange{pushed(push.NewCall, "Doc", "1"), pushed(push.Answer, "Doc", "1"),
		pushed(push.NewCall, "Marty", "2", from("1")), pushed(push.Hangup, "Marty", "2", from("1"), cause(push.NoAnswer))}
	forward := []transcript.Exchange{pushed(push.NewCall, "Doc", "1"), pushed(push.Hangup, "Doc", "1", cause(push.Forwarded)),
		pushed(push.NewCall, "Marty", "2", from("1")), pushed(push.Answer, "Marty", "2", from("1")), pushed(push.Hangup, "Marty", "2", from("1"))}
	alike := []transcript.Exchange{pushed(push.NewCall, "Doc", "1"), pushed(push.Answer, "Doc", "1"),
		pushed(push.NewCall, "Marty", "2"), pushed(push.Answer, "Marty", "2"), pushed(push.Hangup, "Doc", "1")}
	copied := func(x *transcript.Exchange) { x.Duplicate = true }
	twice := []transcript.Exchange{pushed(push.NewCall, "Doc", "1"), pushed(push.NewCall, "Doc", "1", copied),
		pushed(push.Answer, "Doc", "1"), pushed(push.Answer, "Doc", "1", copied), pushed(push.Hangup, "Doc", "1")}
	with := func(exchanges []transcript.Exchange, i int, x transcript.Exchange) []transcript.Exchange {
		out := append([]transcript.Exchange{}, exchanges...)
		x.Leg, x.Push = out[i].Leg, out[i].Push
		x.Duplicate = out[i].Duplicate
		out[i] = x
		return out
	}
	outgoing := func(exchanges []transcript.Exchange) []transcript.Exchange {
		out := append([]transcript.Exchange{}, exchanges...)
		for i := range out {
			out[i].Push.Direction = push.Outgoing
		}
		return out
	}
	const met = "met"
	tests := []struct {
		name, why string
		call      transcript.Call
		want      map[string]string
	}{
		{"plain call over after its hangup", "", watched("", plain, "ringing", "answered", "over"), map[string]string{"state.ended": met}},
		{"plain call unknown after its hangup", "a receiver need not remember", watched("", plain, "ringing", "answered", "unknown"), map[string]string{"state.ended": met}},
		{"plain call still answered after its hangup", "", watched("", plain, "ringing", "answered", "answered"), map[string]string{"state.ended": "must"}},
		{"plain call still answered, no time to wait", "", watched("", plain, "ringing", "answered", "answered!"), map[string]string{"state.ended": "gap"}},
		{"plain call shown as answered while it rings", "some make no difference before", watched("", plain, "answered", "answered", "over"), map[string]string{"state.ended": met}},
		{"plain call never known", "the look-up may be wrong", watched("", plain, "unknown", "unknown", "unknown"), map[string]string{"state.ended": "gap"}},
		{"outgoing call never known", "not every application shows those", watched("", outgoing(plain), "unknown", "unknown", "unknown"), nil},
		{"state unreadable after the hangup", "never passed, never failed", watched("", plain, "ringing", "answered", "?"), map[string]string{"state.ended": "gap"}},
		{"state unreadable after the answer", "", watched("", plain, "ringing", "?", "answered"), map[string]string{"state.ended": "gap"}},
		{"hangup refused", "the receiver does not know", watched("", with(plain, 2, says(push.Hangup, 500, "", "")), "ringing", "answered", "-"), map[string]string{"state.ended": "gap because push.hangup"}},
		{"answer refused", "", watched("", with(plain, 1, says(push.Answer, 500, "", "")), "ringing", "-", "ringing"), map[string]string{"state.ended": "gap because push.answer"}},
		{"missed call still ringing", "", watched("", missed, "ringing", "ringing"), map[string]string{"state.ended": "must"}},
		{"missed call never known", "nothing leaks", watched("", missed, "unknown", "unknown"), nil},

		{"transfer shown correctly", "", watched("", transfer, "ringing", "answered", "answered ringing", "answered answered", "over answered"), map[string]string{"state.transfer": met}},
		{"transfer: first leg unknown after its hangup", "", watched("", transfer, "ringing", "answered", "answered ringing", "answered answered", "unknown answered"), map[string]string{"state.transfer": met}},
		{"transfer: first leg still answered after its hangup", "", watched("", transfer, "ringing", "answered", "answered ringing", "answered answered", "answered answered"), map[string]string{"state.transfer": "must unless state.ended"}},
		{"transfer: both legs over at the first hangup", "", watched("", transfer, "ringing", "answered", "answered ringing", "answered answered", "over over"), map[string]string{"state.transfer": "must unless state.ended"}},
		{"transfer: second leg never known", "", watched("", transfer, "ringing", "answered", "answered unknown", "answered unknown", "over unknown"), map[string]string{"state.transfer": "must unless state.ended"}},
		{"transfer: second leg answered late", "", watched("", transfer, "ringing", "answered", "answered ringing", "answered ringing", "over answered"), map[string]string{"state.transfer": met}},
		{"transfer: no leg shown as answered", "its words may be others", watched("", transfer, "ringing", "ringing", "ringing ringing", "ringing ringing", "over ringing"), map[string]string{"state.transfer": "gap"}},
		{"unanswered transfer shown correctly", "", watched("", unanswered, "ringing", "answered", "answered ringing", "answered over"), map[string]string{"state.transfer": met}},
		{"unanswered transfer: second leg still ringing after its hangup", "", watched("", unanswered, "ringing", "answered", "answered ringing", "answered ringing"), map[string]string{"state.transfer": "must unless state.ended"}},
		{"transfer: a state unreadable", "", watched("", transfer, "ringing", "answered", "answered ringing", "answered ?", "answered answered"), map[string]string{"state.transfer": "gap"}},

		{"forward shown correctly", "", watched("", forward, "ringing", "over", "over ringing", "over answered", "over over"), map[string]string{"state.forward": met, "state.ended": met}},
		{"forward: first leg still ringing after its hangup", "", watched("", forward, "ringing", "ringing", "ringing ringing", "ringing answered", "ringing over"), map[string]string{"state.forward": "must unless state.ended", "state.ended": met}},
		{"forward: first leg ringing again with the second", "", watched("", forward, "ringing", "over", "ringing ringing", "answered answered", "over over"), map[string]string{"state.forward": "must unless state.ended", "state.ended": met}},
		{"forward: second leg over from the start", "", watched("", forward, "ringing", "over", "over over", "over over", "over over"), map[string]string{"state.forward": "must unless state.ended", "state.ended": met}},
		{"forward: second leg never known", "", watched("", forward, "ringing", "over", "over unknown", "over unknown", "over unknown"), map[string]string{"state.forward": "must unless state.ended", "state.ended": met}},
		{"forward: only answered legs known", "", watched("", forward, "unknown", "unknown", "unknown unknown", "unknown answered", "unknown over"), map[string]string{"state.forward": met, "state.ended": met}},
		{"forward: no leg ever known", "the look-up may be wrong", watched("", forward, "unknown", "unknown", "unknown unknown", "unknown unknown", "unknown unknown"), map[string]string{"state.ended": "gap"}},
		{"forward: second leg still answered after its hangup", "that is no matter of the forward", watched("", forward, "ringing", "over", "over ringing", "over answered", "over answered"), map[string]string{"state.forward": met, "state.ended": "must"}},

		{"similar ids shown as two calls", "", watched("state.apart", alike, "ringing", "answered", "answered ringing", "answered answered", "over answered"), map[string]string{"state.apart": met}},
		{"similar ids: second call follows the first", "", watched("state.apart", alike, "ringing", "answered", "answered answered", "answered answered", "over over"), map[string]string{"state.apart": "must unless state.ended, push.long-call-ids"}},
		{"similar ids: second call answered with the first", "", watched("state.apart", alike, "ringing", "answered", "answered answered", "answered answered", "over answered"), map[string]string{"state.apart": "must unless state.ended, push.long-call-ids"}},
		{"similar ids: first call ringing again", "", watched("state.apart", alike, "ringing", "answered", "ringing ringing", "answered answered", "over answered"), map[string]string{"state.apart": "must unless state.ended, push.long-call-ids"}},
		{"similar ids: all calls shown as answered", "some make no difference", watched("state.apart", alike, "answered", "answered", "answered answered", "answered answered", "over answered"), map[string]string{"state.apart": met}},
		{"similar ids: ringing calls unknown", "", watched("state.apart", alike, "unknown", "answered", "answered unknown", "answered answered", "over answered"), map[string]string{"state.apart": met}},
		{"similar ids: neither call known", "cut off where they are kept", watched("state.apart", alike, "unknown", "unknown", "unknown unknown", "unknown unknown", "unknown unknown"), map[string]string{"state.apart": "must unless state.ended, push.long-call-ids"}},
		{"similar ids: second newCall refused", "the first was not", watched("state.apart", with(alike, 2, says(push.NewCall, 500, "", "")), "ringing", "answered", "answered", "answered", "over"), map[string]string{"state.apart": "must unless push.long-call-ids"}},
		{"similar ids: first newCall refused", "", watched("state.apart", with(alike, 0, says(push.NewCall, 500, "", "")), "-", "unknown", "unknown unknown", "unknown unknown", "unknown unknown"), map[string]string{"state.apart": "gap because push.newcall"}},

		{"pushes twice, call over at the end", "", watched("state.once", twice, "ringing", "ringing", "answered", "answered", "over"), map[string]string{"state.once": met}},
		{"pushes twice, call still answered at the end", "", watched("state.once", twice, "ringing", "ringing", "answered", "answered", "answered"), map[string]string{"state.once": "must unless state.ended"}},
		{"pushes twice, call over at the second answer", "", watched("state.once", twice, "ringing", "ringing", "over", "over", "over"), map[string]string{"state.once": "must unless state.ended"}},
		{"pushes twice, second newCall refused", "so that it counts for nothing", watched("state.once", with(twice, 1, says(push.NewCall, 409, "", "")), "ringing", "-", "answered", "answered", "over"), map[string]string{"state.once": met}},
		{"pushes twice, second newCall refused, call still answered", "", watched("state.once", with(twice, 1, says(push.NewCall, 409, "", "")), "ringing", "-", "answered", "answered", "answered"), map[string]string{"state.once": "gap because trouble.duplicate-push"}},

		{"odd push whose states are not judged", "only plain calls are looked at", watched("push.any-field-order", plain, "ringing", "answered", "answered"), nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := map[string]string{}
			for _, j := range requirements.JudgeCall(test.call, requirements.Target{}) {
				if !strings.HasPrefix(j.Requirement, "state.") {
					continue
				}
				switch {
				case len(j.Findings) > 0:
					f := j.Findings[0]
					got[j.Requirement] = string(f.Level)
					if len(f.ExcusedBy()) > 0 {
						got[j.Requirement] += " unless " + strings.Join(f.ExcusedBy(), ", ")
					}
				case len(j.Gaps) > 0:
					got[j.Requirement] = "gap"
					if because := j.Gaps[0].Because; because != "" {
						got[j.Requirement] += " because " + because
					}
				case j.Judged > 0:
					got[j.Requirement] = met
				}
			}
			if test.want == nil {
				test.want = map[string]string{}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("JudgeCall mismatch (-want +got) %s:\n%s", test.why, diff)
			}
		})
	}
}

func TestReceiverWithoutHangupPushesNeedNotShowTheEnd(t *testing.T) {
	t.Parallel()
	c := watched("", []transcript.Exchange{pushed(push.NewCall, "Doc", "1"), pushed(push.Answer, "Doc", "1")}, "ringing", "answered")
	c.NotSent = []transcript.NotSent{{Leg: "Doc", Push: push.Push{Event: push.Hangup, CallID: "1"}, Reason: transcript.NotSubscribed}}
	for _, j := range requirements.JudgeCall(c, requirements.Target{}) {
		if j.Requirement == "state.ended" && (j.NotApplicable == "" || j.Judged > 0 || len(j.Gaps) > 0) {
			t.Errorf("JudgeCall = %+v, want it not applicable", j)
		}
	}
}

func TestFindingNamesTheShownStateThePushAndTheWait(t *testing.T) {
	t.Parallel()
	c := watched("", []transcript.Exchange{pushed(push.NewCall, "Doc", "1"), pushed(push.Hangup, "Doc", "1", cause(push.Cancel))}, "ringing", "ringing")
	c.States[1].Word, c.States[1].Waited = "dring", 2*time.Second
	for _, j := range requirements.JudgeCall(c, requirements.Target{}) {
		if j.Requirement != "state.ended" {
			continue
		}
		want := requirements.Finding{
			Requirement: "state.ended", Level: requirements.Must, Call: 1, Exchange: 1,
			Want: "Doc's call shown as over", Got: `ringing (it says "dring"), still 2s after the hangup push (cancel)`,
		}
		if diff := cmp.Diff([]requirements.Finding{want}, j.Findings); diff != "" {
			t.Errorf("findings mismatch (-want +got):\n%s", diff)
		}
	}
}

func TestCallPlayedForItsStateLeadsToNoOtherFinding(t *testing.T) {
	t.Parallel()
	odd := func(x *transcript.Exchange) { x.Odd = true }
	again := func(x *transcript.Exchange) { x.Duplicate = true }
	refused := func(x *transcript.Exchange) { x.Status = 500 }
	tests := []struct {
		name, stimulus string
		exchanges      []transcript.Exchange
		want           map[string]string // judgements of requirements about pushes
	}{
		{"the second of two equal pushes refused", requirements.StateApart,
			[]transcript.Exchange{pushed(push.NewCall, "Doc", "1", odd), pushed(push.NewCall, "Marty", "2", odd, refused)}, map[string]string{"push.long-call-ids": "met"}},
		{"the first of two equal pushes refused", requirements.StateApart,
			[]transcript.Exchange{pushed(push.NewCall, "Doc", "1", odd, refused)}, map[string]string{"push.long-call-ids": "must"}},
		{"a copy refused", requirements.StateOnce,
			[]transcript.Exchange{pushed(push.NewCall, "Doc", "1"), pushed(push.NewCall, "Doc", "1", again, refused)}, map[string]string{"push.newcall": "met"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := map[string]string{}
			for _, j := range requirements.JudgeCall(watched(test.stimulus, test.exchanges, "", ""), requirements.Target{}) {
				switch {
				case !strings.HasPrefix(j.Requirement, "push.") && j.Requirement != test.stimulus || j.Requirement == "push.encoded-brackets":
				case len(j.Findings) > 0:
					got[j.Requirement] = string(j.Findings[0].Level)
				case j.Judged > 0:
					got[j.Requirement] = "met"
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("JudgeCall mismatch (-want +got):\n%s", diff)
			}
		})
	}
}
