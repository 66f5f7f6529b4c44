package requirements_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestKindsOfAPushNameThePushAndItsUnusualTraits(t *testing.T) {
	t.Parallel()
	plain := transcript.Call{}
	odd := transcript.Call{RequirementID: "push.odd-caller", Variant: "the caller is a SIP id"}
	newCall := push.Push{Event: push.NewCall, To: "493023125001", CallID: "a", OrigCallID: "a", Users: []string{"Doc"}, UserIDs: []string{"w0"}}
	answer, hangup := newCall, newCall
	answer.Event, answer.AnsweringNumber = push.Answer, answer.To
	hangup.Event, hangup.AnsweringNumber, hangup.Cause = push.Hangup, hangup.To, push.Busy
	diverted := answer
	diverted.Diversion = "493023125003"
	for name, test := range map[string]struct {
		call transcript.Call
		x    transcript.Exchange
		want []string
	}{
		"a plain newCall":                 {plain, transcript.Exchange{Sent: transcript.Sent{Push: newCall}}, []string{requirements.PushNewCall}},
		"a plain answer":                  {plain, transcript.Exchange{Sent: transcript.Sent{Push: answer}}, []string{"push.answer"}},
		"a hangup with its cause":         {plain, transcript.Exchange{Sent: transcript.Sent{Push: hangup}}, []string{"busy"}},
		"a diverted answer":               {plain, transcript.Exchange{Sent: transcript.Sent{Push: diverted}}, []string{"push.answer", "push.diversion"}},
		"an odd newCall":                  {odd, transcript.Exchange{Sent: transcript.Sent{Push: newCall}, Twist: transcript.Twist{Odd: true}}, []string{"push.odd-caller the caller is a SIP id newCall"}},
		"an odd hangup":                   {odd, transcript.Exchange{Sent: transcript.Sent{Push: hangup}, Twist: transcript.Twist{Odd: true}}, []string{"push.odd-caller the caller is a SIP id hangup"}},
		"a newCall that comes again":      {odd, transcript.Exchange{Sent: transcript.Sent{Push: newCall}, Twist: transcript.Twist{Duplicate: true}}, []string{"push.odd-caller the caller is a SIP id newCall"}},
		"a plain push beside an odd push": {odd, transcript.Exchange{Sent: transcript.Sent{Push: answer}}, []string{"push.answer"}},
	} {
		if diff := cmp.Diff(test.want, requirements.KindsOfPush(test.call, test.x)); diff != "" {
			t.Errorf("%s: KindsOfPush() mismatch (-want +got):\n%s", name, diff)
		}
	}
}
