package call_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
)

func TestSavedPushesFollowWhatTheReceiverNamesNow(t *testing.T) {
	t.Parallel()
	const (
		first  = "event=newCall&direction=in&from=491713920001&to=493023125001&callId=A&user%5B%5D=Doc"
		out    = "event=newCall&direction=out&from=493023125001&to=491713920001&callId=B&user%5B%5D=Doc"
		answer = "event=answer&callId=A&user=Doc&from=491713920001&to=493023125001&direction=in"
		hangup = "event=hangup&callId=A&cause=normalClearing&from=491713920001&to=493023125001&direction=in"
		digits = "event=dtmf&dtmf=1&callId=A"
		other  = "event=holdCall&callId=A"
		alien  = "event=hangup&callId=Z&cause=busy&from=&to="
		data   = "https://receiver.example/data"
	)
	for _, test := range []struct {
		name   string
		bodies []string
		says   receiver
		want   []string // event, leg and URL, or why it is withheld
	}{
		{"a subscribed call", []string{first, answer, hangup}, always(subscribed),
			[]string{"newCall Doc " + incoming, "answer Doc " + answers, "hangup Doc " + hangups}},
		{"a receiver that subscribes to nothing", []string{first, answer, hangup}, always("<Response/>"),
			[]string{"newCall Doc " + incoming, "answer Doc not subscribed", "hangup Doc not subscribed"}},
		{"a receiver that rejects the call now", []string{first, answer, hangup}, always(acting("<Reject/>")),
			[]string{"newCall Doc " + incoming, "answer Doc " + answers, "hangup Doc " + hangups}},
		{"digits that are gathered", []string{first, digits, hangup}, always(acting(`<Gather onData="` + data + `"/>`)),
			[]string{"newCall Doc " + incoming, "dtmf Doc " + data, "hangup Doc " + hangups}},
		{"digits that are not gathered", []string{first, digits}, always(subscribed), []string{"newCall Doc " + incoming, "dtmf Doc not subscribed"}},
		{"digits of a call that is rejected now", []string{first, digits}, always(acting("<Reject/>")), []string{"newCall Doc " + incoming, "dtmf Doc not subscribed"}},
		{"an outgoing call", []string{out}, always(subscribed), []string{"newCall 491713920001 " + outgoing}},
		{"an event that sipgate may add", []string{first, other}, always(subscribed), []string{"newCall Doc " + incoming, "holdCall Doc " + incoming}},
		{"two calls", []string{first, out, hangup}, onLeg("Doc", subscribed),
			[]string{"newCall Doc " + incoming, "newCall 491713920001 " + outgoing, "hangup Doc " + hangups}},
		{"the end of an unknown call", []string{first, alien}, always(subscribed), []string{"newCall Doc " + incoming, "hangup Z not subscribed"}},
	} {
		var saved []call.Saved
		for _, body := range test.bodies {
			capture := push.Capture{Body: []byte(body)}
			p, err := capture.Push()
			if err != nil {
				t.Fatal(err)
			}
			saved = append(saved, call.Saved{Push: p, Capture: capture})
		}
		var got, bodies []string
		for _, s := range playOut(t, call.Replay(saved, incoming, outgoing), test.says) {
			where := s.URL
			if s.Withheld != "" {
				where = string(s.Withheld)
			}
			got = append(got, string(s.Push.Event)+" "+s.Leg+" "+where)
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
