package call_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
)

func TestReplayedFollowUpsGoToTheURLsOfTheResponsesInTheReplay(t *testing.T) {
	t.Parallel()
	const (
		newCall             = "event=newCall&direction=in&from=491713920001&to=493023125001&callId=A&user%5B%5D=Doc"
		outgoingNewCall     = "event=newCall&direction=out&from=493023125001&to=491713920001&callId=B&user%5B%5D=Doc"
		answer              = "event=answer&callId=A&user=Doc&from=491713920001&to=493023125001&direction=in"
		hangup              = "event=hangup&callId=A&cause=normalClearing&from=491713920001&to=493023125001&direction=in"
		dtmf                = "event=dtmf&dtmf=1&callId=A"
		unknownEvent        = "event=holdCall&callId=A"
		hangupOfUnknownCall = "event=hangup&callId=Z&cause=busy&from=&to="
		dataURL             = "https://receiver.example/data"
	)
	for _, test := range []struct {
		name    string
		bodies  []string
		respond receiver
		want    []string // event, leg, and the URL or the reason why the push is withheld
	}{
		{"a receiver that subscribes", []string{newCall, answer, hangup}, always(subscribingResponse),
			[]string{"newCall Doc " + incomingURL, "answer Doc " + answerURL, "hangup Doc " + hangupURL}},
		{"a receiver that subscribes to nothing", []string{newCall, answer, hangup}, always("<Response/>"),
			[]string{"newCall Doc " + incomingURL, "answer Doc not subscribed", "hangup Doc not subscribed"}},
		{"a receiver that rejects the call in the replay", []string{newCall, answer, hangup}, always(withAction("<Reject/>")),
			[]string{"newCall Doc " + incomingURL, "answer Doc " + answerURL, "hangup Doc " + hangupURL}},
		{"a dtmf push, and the receiver gathers", []string{newCall, dtmf, hangup}, always(withAction(`<Gather onData="` + dataURL + `"/>`)),
			[]string{"newCall Doc " + incomingURL, "dtmf Doc " + dataURL, "hangup Doc " + hangupURL}},
		{"a dtmf push, and the receiver does not gather", []string{newCall, dtmf}, always(subscribingResponse), []string{"newCall Doc " + incomingURL, "dtmf Doc not subscribed"}},
		{"a dtmf push, and the receiver rejects the call in the replay", []string{newCall, dtmf}, always(withAction("<Reject/>")), []string{"newCall Doc " + incomingURL, "dtmf Doc not subscribed"}},
		{"an outgoing call", []string{outgoingNewCall}, always(subscribingResponse), []string{"newCall 491713920001 " + outgoingURL}},
		{"an unknown event", []string{newCall, unknownEvent}, always(subscribingResponse), []string{"newCall Doc " + incomingURL, "holdCall Doc " + incomingURL}},
		{"two calls", []string{newCall, outgoingNewCall, hangup}, onLeg("Doc", subscribingResponse),
			[]string{"newCall Doc " + incomingURL, "newCall 491713920001 " + outgoingURL, "hangup Doc " + hangupURL}},
		{"a hangup of an unknown call", []string{newCall, hangupOfUnknownCall}, always(subscribingResponse), []string{"newCall Doc " + incomingURL, "hangup Z not subscribed"}},
	} {
		var savedPushes []call.SavedPush
		for _, body := range test.bodies {
			capture := push.Capture{Body: []byte(body)}
			p, err := capture.Push()
			if err != nil {
				t.Fatal(err)
			}
			savedPushes = append(savedPushes, call.SavedPush{Push: p, Capture: capture})
		}
		var got, bodies []string
		for _, s := range playOut(t, call.Replay(savedPushes, incomingURL, outgoingURL), test.respond) {
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
