package receiver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/receiver"
)

// Each fault about whole calls refuses one push of such a call, and accepts the same push in a plain call.
func TestWholeCallFaultsAcceptTheSamePushInAPlainCall(t *testing.T) {
	t.Parallel()
	const (
		group  = "event=newCall&direction=in&from=491713920001&to=493023125001&callId=1&user%5B%5D=Doc&user%5B%5D=Marty"
		plain  = "event=newCall&direction=in&from=491713920001&to=493023125001&callId=1&user%5B%5D=Doc"
		answer = "event=answer&callId=1&user=Marty&from=491713920001&to=493023125001&direction=in&answeringNumber=493023125002"
		hangup = "event=hangup&callId=1&cause=noAnswer&from=491713920001&to=493023125001&direction=in"
		press  = "event=dtmf&callId=1&dtmf=1"
	)
	tests := map[string]struct {
		pushesBefore, refusedPush       string // lines of pushes, and the push that is refused after them
		pushesBeforePlain, acceptedPush string
		status                          int
	}{
		"voicemail-leg":      {"", plain + "&user%5B%5D=voicemail&diversion=493023125001", "", plain + "&diversion=493023125001", 500},
		"group-answer":       {group, answer, plain, answer, 500},
		"internal-call":      {"", strings.Replace(plain, "491713920001", "493023125009", 1), "", plain, 409},
		"menu-forgets":       {plain + "\n" + press, hangup, plain + "\nevent=dtmf&callId=1&dtmf=", hangup, 500},
		"rejected-forgotten": {plain, hangup, "", strings.Replace(hangup, "to=493023125001", "to=493023125002", 1), 500},
	}
	for _, fault := range receiver.Faults() {
		if fault.Phase != receiver.Calls {
			continue
		}
		test, ok := tests[fault.Name]
		if !ok {
			t.Errorf("fault %q is not in the table", fault.Name)
			continue
		}
		delete(tests, fault.Name)
		status := func(before, form string) int {
			o := receiver.Options{Faults: []receiver.Fault{fault}}
			if fault.NeedsSteering != "" {
				o.Steering = parseSteering(t, string(fault.NeedsSteering)+"=493023125001")
			}
			r := newReceiver(t, o)
			for _, b := range strings.Fields(before) {
				if got := post(r, b).Status; got != 200 {
					t.Errorf("%s: the earlier push %s gets status %d", fault.Name, b, got)
				}
			}
			return post(r, form).Status
		}
		got := []int{status(test.pushesBefore, test.refusedPush), status(test.pushesBeforePlain, test.acceptedPush)}
		if diff := cmp.Diff([]int{test.status, 200}, got); diff != "" {
			t.Errorf("%s: status in the whole call and in the plain call, mismatch (-want +got):\n%s", fault.Name, diff)
		}
	}
	for name := range tests {
		t.Errorf("the table has %q, which is not a fault of this phase", name)
	}
}
