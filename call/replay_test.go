package call_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
)

func TestReplaySendsFollowUpsToTheURLsOfTheNewResponses(t *testing.T) {
	t.Parallel()
	const (
		newCall         = "event=newCall&direction=in&from=491713920001&to=493023125001&callId=A&user%5B%5D=Doc"
		outgoingNewCall = "event=newCall&direction=out&from=493023125001&to=491713920001&callId=B&user%5B%5D=Doc"
		answer          = "event=answer&callId=A&user=Doc&from=491713920001&to=493023125001&direction=in"
		hangup          = "event=hangup&callId=A&cause=normalClearing&from=491713920001&to=493023125001&direction=in"
		digits          = "event=dtmf&dtmf=1&callId=A"
		unknownEvent    = "event=holdCall&callId=A"
		otherHangup     = "event=hangup&callId=Z&cause=busy&from=&to="
		data            = "https://receiver.example/data"
	)
	for _, test := range []struct {
		name    string
		bodies  []string
		respond receiver
		want    []string // event, leg, and the URL or the reason why the push is withheld
	}{
		{"a receiver that subscribes", []string{newCall, answer, hangup}, always(subscribed),
			[]string{"newCall Doc " + incoming, "answer Doc " + answers, "hangup Doc " + hangups}},
		{"a receiver that subscribes to nothing", []string{newCall, answer, hangup}, always("<Response/>"),
			[]string{"newCall Doc " + incoming, "answer Doc not subscribed", "hangup Doc not subscribed"}},
		{"a receiver that rejects the call now", []string{newCall, answer, hangup}, always(withAction("<Reject/>")),
			[]string{"newCall Doc " + incoming, "answer Doc " + answers, "hangup Doc " + hangups}},
		{"a dtmf push, and the receiver gathers", []string{newCall, digits, hangup}, always(withAction(`<Gather onData="` + data + `"/>`)),
			[]string{"newCall Doc " + incoming, "dtmf Doc " + data, "hangup Doc " + hangups}},
		{"a dtmf push, and the receiver does not gather", []string{newCall, digits}, always(subscribed), []string{"newCall Doc " + incoming, "dtmf Doc not subscribed"}},
		{"a dtmf push, and the receiver rejects the call now", []string{newCall, digits}, always(withAction("<Reject/>")), []string{"newCall Doc " + incoming, "dtmf Doc not subscribed"}},
		{"an outgoing call", []string{outgoingNewCall}, always(subscribed), []string{"newCall 491713920001 " + outgoing}},
		{"an unknown event", []string{newCall, unknownEvent}, always(subscribed), []string{"newCall Doc " + incoming, "holdCall Doc " + incoming}},
		{"two calls", []string{newCall, outgoingNewCall, hangup}, onLeg("Doc", subscribed),
			[]string{"newCall Doc " + incoming, "newCall 491713920001 " + outgoing, "hangup Doc " + hangups}},
		{"a hangup of an unknown call", []string{newCall, otherHangup}, always(subscribed), []string{"newCall Doc " + incoming, "hangup Z not subscribed"}},
	} {
		var saved []call.SavedPush
		for _, body := range test.bodies {
			capture := push.Capture{Body: []byte(body)}
			p, err := capture.Push()
			if err != nil {
				t.Fatal(err)
			}
			saved = append(saved, call.SavedPush{Push: p, Capture: capture})
		}
		var got, bodies []string
		for _, s := range playOut(t, call.Replay(saved, incoming, outgoing), test.respond) {
			destination := s.URL
			if s.Withheld != "" {
				destination = string(s.Withheld)
			}
			got = append(got, string(s.Push.Event)+" "+s.Leg+" "+destination)
			bodies = append(bodies, string(s.Saved.Body))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
		if diff := cmp.Diff(test.bodies, bodies); diff != "" {
			t.Errorf("%s: bodies mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
