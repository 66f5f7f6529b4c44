package receiver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
)

// responseWith is a whole response with an action in it.
func responseWith(action string) string {
	return declared + `<Response ` + onAnswer + ` ` + onHangup + ">\n  " + action + "\n</Response>\n"
}

const gathers = `<Gather onData="https://receiver.example/digits" timeout="5000"/>`

func TestEachKindOfSteeringHasItsAction(t *testing.T) {
	t.Parallel()
	number := func(n string) string { return "<Number>49302312590" + n + "</Number>" }
	tests := []struct {
		kind               string
		in, out            string
		afterDigit, silent string // the responses to a digit, and to nothing pressed; "": as to a call that goes through
	}{
		{kind: "reject", in: `<Reject/>`, out: `<Reject/>`},
		{kind: "busy", in: `<Reject reason="busy"/>`, out: `<Reject reason="busy"/>`},
		{kind: "hangup", in: `<Hangup/>`, out: `<Hangup/>`},
		{kind: "voicemail", in: `<Dial><Voicemail/></Dial>`, out: `<Dial><Voicemail/></Dial>`},
		{kind: "redirect", in: `<Dial>` + number("1") + `</Dial>`, out: `<Dial>` + number("1") + `</Dial>`},
		{kind: "redirect-2", in: `<Dial>` + number("1") + number("2") + `</Dial>`, out: `<Dial>` + number("1") + `</Dial>`},
		{kind: "redirect-3", in: `<Dial>` + number("1") + number("2") + number("3") + `</Dial>`, out: `<Dial>` + number("1") + `</Dial>`},
		{kind: "redirect-4", in: `<Dial>` + number("1") + number("2") + number("3") + number("4") + `</Dial>`, out: `<Dial>` + number("1") + `</Dial>`},
		{kind: "redirect-5", in: `<Dial>` + number("1") + number("2") + number("3") + number("4") + number("5") + `</Dial>`, out: `<Dial>` + number("1") + `</Dial>`},
		{kind: "gather", in: gathers, out: gathers},
		{kind: "gather-redirect", in: gathers, out: gathers, afterDigit: `<Dial>` + number("1") + `</Dial>`},
		{kind: "play", in: `<Play><Url>https://receiver.example/sound.wav</Url></Play>`, out: `<Play><Url>https://receiver.example/sound.wav</Url></Play>`},
	}
	var kinds []scenarios.Kind
	for _, test := range tests {
		kinds = append(kinds, scenarios.Kind(test.kind))
		t.Run(test.kind, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, receiver.Options{Steering: steering(t, test.kind+"=+493023125001", test.kind+"=491713920011")})
			steps := []struct{ name, form, want string }{
				{"incoming call", incoming, test.in},
				{"digit", pressed, test.afterDigit},
				{"nothing pressed", "event=dtmf&callId=12111955&dtmf=", test.silent},
				{"dtmf left out", "event=dtmf&callId=12111955", test.silent},
				{"outgoing call", outgoing, test.out},
				{"call to another number", diverted, ""},
			}
			for _, step := range steps {
				want := reply{200, "application/xml", subscribe}
				if step.want != "" {
					want.Body = responseWith(step.want)
				}
				if diff := cmp.Diff(want, post(r, step.form)); diff != "" {
					t.Errorf("%s mismatch (-want +got):\n%s", step.name, diff)
				}
			}
			if diff := cmp.Diff(reply{200, "", ""}, post(r, "event=dtmf&callId=404&dtmf=1")); diff != "" {
				t.Errorf("digit of an unknown call mismatch (-want +got):\n%s", diff)
			}
		})
	}
	if diff := cmp.Diff(scenarios.Steerings(), kinds); diff != "" {
		t.Errorf("Steerings() and the kinds tried mismatch (-want +got):\n%s", diff)
	}
}

func TestEveryNumberStandsForAllOthers(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, receiver.Options{Steering: steering(t, "reject=*", "hangup=493023125002")})
	for form, want := range map[string]string{incoming: "<Reject/>", outgoing: "<Reject/>", diverted: "<Hangup/>"} {
		if diff := cmp.Diff(responseWith(want), post(r, form).Body); diff != "" {
			t.Errorf("response to %s mismatch (-want +got):\n%s", form, diff)
		}
	}
}

func TestASteeringOfTheUsersOwnSeesThePush(t *testing.T) {
	t.Parallel()
	var seen receiver.SteeringInput
	own := receiver.Steering{Actions: func(m receiver.SteeringInput) []response.Action {
		seen = m
		return []response.Action{response.Reject{Reason: "busy"}}
	}}
	r := newReceiver(t, receiver.Options{Steering: map[string]receiver.Steering{"12": own}})
	got := post(r, "event=newCall&callId=1&from=anonymous&to=12&direction=in").Body
	if diff := cmp.Diff(responseWith(`<Reject reason="busy"/>`), got); diff != "" {
		t.Errorf("response mismatch (-want +got):\n%s", diff)
	}
	want := receiver.SteeringInput{
		Push:      push.Push{Event: push.NewCall, CallID: "1", From: "anonymous", To: "12", Direction: push.Incoming},
		OnDataURL: "https://receiver.example/digits", SoundURL: "https://receiver.example/sound.wav",
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("moment mismatch (-want +got):\n%s", diff)
	}
}

func TestSteeringThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, want string
		entries    []string
	}{
		{"no kind", "KIND=NUMBER", []string{"493023125001"}},
		{"misspelt kind", `did you mean "reject"?`, []string{"rejct=1"}},
		{"unknown kind", "expected reject, busy,", []string{"teleport=1"}},
		{"too many targets", "unknown kind", []string{"redirect-6=1"}},
		{"one target too elaborate", "unknown kind", []string{"redirect-1=1"}},
		{"targets that are no number", "unknown kind", []string{"redirect-=1"}},
		{"no number", "not a number", []string{"busy="}},
		{"a name", "not a number", []string{"busy=Doc"}},
		{"a number with blanks", "not a number", []string{"busy=49 30"}},
		{"the same number twice", "steered already, by busy", []string{"busy=1", "reject=+1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if steer, err := receiver.ParseSteering(test.entries...); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("ParseSteer(%q) = %v, %v, want an error with %q", test.entries, steer, err, test.want)
			}
		})
	}
}
