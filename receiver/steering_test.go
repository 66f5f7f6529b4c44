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

// responseWith returns a document that subscribes to answer and hangup and has an action.
func responseWith(action string) string {
	return xmlDeclaration + `<Response ` + onAnswer + ` ` + onHangup + ">\n  " + action + "\n</Response>\n"
}

const gatherAction = `<Gather onData="https://receiver.example/digits" timeout="5000"/>`

func TestEachKindOfSteeringRespondsWithItsActions(t *testing.T) {
	t.Parallel()
	number := func(n string) string { return "<Number>49302312590" + n + "</Number>" }
	tests := []struct {
		kind                     string
		incoming, outgoing       string
		afterDigit, afterNoDigit string // actions in the response to a digit, and to a dtmf without a digit; "": no action, so the call goes through
	}{
		{kind: "reject", incoming: `<Reject/>`, outgoing: `<Reject/>`},
		{kind: "busy", incoming: `<Reject reason="busy"/>`, outgoing: `<Reject reason="busy"/>`},
		{kind: "hangup", incoming: `<Hangup/>`, outgoing: `<Hangup/>`},
		{kind: "voicemail", incoming: `<Dial><Voicemail/></Dial>`, outgoing: `<Dial><Voicemail/></Dial>`},
		{kind: "redirect", incoming: `<Dial>` + number("1") + `</Dial>`, outgoing: `<Dial>` + number("1") + `</Dial>`},
		{kind: "redirect-2", incoming: `<Dial>` + number("1") + number("2") + `</Dial>`, outgoing: `<Dial>` + number("1") + `</Dial>`},
		{kind: "redirect-3", incoming: `<Dial>` + number("1") + number("2") + number("3") + `</Dial>`, outgoing: `<Dial>` + number("1") + `</Dial>`},
		{kind: "redirect-4", incoming: `<Dial>` + number("1") + number("2") + number("3") + number("4") + `</Dial>`, outgoing: `<Dial>` + number("1") + `</Dial>`},
		{kind: "redirect-5", incoming: `<Dial>` + number("1") + number("2") + number("3") + number("4") + number("5") + `</Dial>`, outgoing: `<Dial>` + number("1") + `</Dial>`},
		{kind: "gather", incoming: gatherAction, outgoing: gatherAction},
		{kind: "gather-redirect", incoming: gatherAction, outgoing: gatherAction, afterDigit: `<Dial>` + number("1") + `</Dial>`},
		{kind: "play", incoming: `<Play><Url>https://receiver.example/sound.wav</Url></Play>`, outgoing: `<Play><Url>https://receiver.example/sound.wav</Url></Play>`},
	}
	var kinds []scenarios.Kind
	for _, test := range tests {
		kinds = append(kinds, scenarios.Kind(test.kind))
		t.Run(test.kind, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, receiver.Options{Steering: parseSteering(t, test.kind+"=+493023125001", test.kind+"=491713920011")})
			steps := []struct{ name, form, want string }{
				{"incoming call", incomingNewCall, test.incoming},
				{"digit", dtmfPush, test.afterDigit},
				{"nothing pressed", "event=dtmf&callId=12111955&dtmf=", test.afterNoDigit},
				{"no field dtmf", "event=dtmf&callId=12111955", test.afterNoDigit},
				{"outgoing call", outgoingNewCall, test.outgoing},
				{"call to another number", divertedNewCall, ""},
			}
			for _, step := range steps {
				want := reply{200, "application/xml", subscribingDocument}
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
		t.Errorf("Steerings() and the kinds in the table mismatch (-want +got):\n%s", diff)
	}
}

func TestEntryForAnyOtherNumberSteersNumbersWithoutAnEntry(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, receiver.Options{Steering: parseSteering(t, "reject=*", "hangup=493023125002")})
	for form, want := range map[string]string{incomingNewCall: "<Reject/>", outgoingNewCall: "<Reject/>", divertedNewCall: "<Hangup/>"} {
		if diff := cmp.Diff(responseWith(want), post(r, form).Body); diff != "" {
			t.Errorf("response to %s mismatch (-want +got):\n%s", form, diff)
		}
	}
}

func TestUserWrittenSteeringGetsThePushAndTheURLs(t *testing.T) {
	t.Parallel()
	var got receiver.SteeringInput
	userWritten := receiver.Steering{Actions: func(input receiver.SteeringInput) []response.Action {
		got = input
		return []response.Action{response.Reject{Reason: "busy"}}
	}}
	r := newReceiver(t, receiver.Options{Steering: map[string]receiver.Steering{"12": userWritten}})
	body := post(r, "event=newCall&callId=1&from=anonymous&to=12&direction=in").Body
	if diff := cmp.Diff(responseWith(`<Reject reason="busy"/>`), body); diff != "" {
		t.Errorf("response mismatch (-want +got):\n%s", diff)
	}
	want := receiver.SteeringInput{
		Push:      push.Push{Event: push.NewCall, CallID: "1", From: "anonymous", To: "12", Direction: push.Incoming},
		OnDataURL: "https://receiver.example/digits", SoundURL: "https://receiver.example/sound.wav",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("SteeringInput mismatch (-want +got):\n%s", diff)
	}
}

func TestParseSteeringRefusesMalformedEntries(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, want string
		entries    []string
	}{
		{"number without a kind", "KIND=NUMBER", []string{"493023125001"}},
		{"misspelt kind", `did you mean "reject"?`, []string{"rejct=1"}},
		{"unknown kind", "expected reject, busy,", []string{"teleport=1"}},
		{"redirect to six numbers", "unknown kind", []string{"redirect-6=1"}},
		{"redirect-1 instead of redirect", "unknown kind", []string{"redirect-1=1"}},
		{"redirect without a count after the hyphen", "unknown kind", []string{"redirect-=1"}},
		{"empty number", "neither a number", []string{"busy="}},
		{"name instead of a number", "neither a number", []string{"busy=Doc"}},
		{"number with a blank", "neither a number", []string{"busy=49 30"}},
		{"two entries for one number", "steered already, by busy", []string{"busy=1", "reject=+1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if steer, err := receiver.ParseSteering(test.entries...); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("ParseSteering(%q) = %v, %v, want an error with %q", test.entries, steer, err, test.want)
			}
		})
	}
}
