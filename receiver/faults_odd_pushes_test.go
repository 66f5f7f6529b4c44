package receiver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/receiver"
)

func TestAFaultAboutOddPushesRefusesThoseAndNoOthers(t *testing.T) {
	t.Parallel()
	const (
		newCall = "event=newCall&direction=in&from=491713920001&to=493023125001&callId=1&origCallId=1&user%5B%5D=Doc"
		answer  = "event=answer&callId=1&user=Doc&userId=w0&from=491713920001&to=493023125001&direction=in&answeringNumber=493023125001"
		hangup  = "event=hangup&callId=1&cause=normalClearing&to=493023125001&from=491713920001&direction=in"
		dtmf    = "event=dtmf&dtmf=1&callId=1"
	)
	but := func(form, old, with string) string {
		if !strings.Contains(form, old) {
			t.Fatalf("%q is not in %q", old, form)
		}
		return strings.Replace(form, old, with, 1)
	}
	odd := map[string]string{
		"encoded-brackets":    newCall,
		"raw-brackets":        but(newCall, "%5B%5D", "[]"),
		"long-number":         but(newCall, "to=493023125001", "to=4928559389086"),
		"empty-user":          but(newCall, "=Doc", "="),
		"empty-fields":        but(newCall, "from=491713920001", "from="),
		"user-ids":            newCall,
		"no-user":             but(newCall, "&user%5B%5D=Doc", ""),
		"several-users":       newCall + "&user%5B%5D=Marty",
		"large-group":         newCall + strings.Repeat("&user%5B%5D=Marty", 20),
		"umlauts":             but(newCall, "Doc", "J%C3%B6rg"),
		"anonymous":           but(newCall, "from=491713920001", "from=anonymous"),
		"odd-caller":          but(newCall, "from=491713920001", "from=1234567e0"),
		"odd-callee":          but(newCall, "to=493023125001", "to=12"),
		"long-ids":            but(newCall, "callId=1", "callId="+strings.Repeat("A", 136)),
		"no-orig-call-id":     but(newCall, "&origCallId=1", ""),
		"diversion":           newCall + "&diversion=493023125002",
		"field-order":         but(newCall, "event=newCall&direction=in", "direction=in&event=newCall"),
		"new-field":           newCall + "&futureField=1",
		"new-event":           but(newCall, "newCall", "somethingNew"),
		"cause-busy":          but(hangup, "normalClearing", "busy"),
		"rejected-forwarded":  but(hangup, "normalClearing", "forwarded"),
		"new-cause":           but(hangup, "normalClearing", "chanunavail"),
		"answer-without-user": but(answer, "user=Doc", "user="),
		"no-answering-number": but(answer, "&answeringNumber=493023125001", ""),
		"no-digits":           but(dtmf, "dtmf=1", "dtmf="),
		"odd-keys":            but(dtmf, "dtmf=1", "dtmf=0*"),
	}
	// Some faults show only after other pushes of the same call. These stand here before the one that is refused.
	second := "&origCallId=0&diversion=493023125001"
	earlier := map[string][]string{
		"transfer-answer":     {but(newCall, "callId=1", "callId=0"), but(answer, "callId=1", "callId=0")},
		"transfer-unanswered": {but(newCall, "callId=1", "callId=0"), but(answer, "callId=1", "callId=0"), newCall},
		"forward-answer":      {but(hangup, "callId=1", "callId=0")},
		"unanswered":          {newCall},
	}
	odd["transfer-answer"] = answer + second
	odd["outgoing-answer"] = but(answer, "direction=in", "direction=out")
	odd["transfer-unanswered"] = hangup + second
	odd["forward-answer"] = answer + second
	odd["unanswered"] = but(hangup, "normalClearing", "cancel")
	for _, fault := range receiver.Faults() {
		if fault.Phase != receiver.Pushes || fault.NeedsKey || strings.HasPrefix(fault.Breaks[0], "trouble.") || fault.Breaks[0] == "call.concurrent" {
			continue
		}
		form, ok := odd[fault.Name]
		if !ok {
			t.Errorf("fault %q is not in the table", fault.Name)
			continue
		}
		delete(odd, fault.Name)
		o := receiver.Options{Faults: []receiver.Fault{fault}}
		if fault.NeedsSteering != "" {
			o.Steering = steering(t, string(fault.NeedsSteering)+"=*")
		}
		want, got := map[string]bool{"the odd push": true}, map[string]bool{}
		r := newReceiver(t, o)
		for _, body := range earlier[fault.Name] {
			post(r, body)
		}
		got["the odd push"] = post(r, form).Status == 500
		for name, body := range map[string]string{"newCall": newCall, "answer": answer, "hangup": hangup, "dtmf": dtmf} {
			if refused := post(r, body).Status == 500; refused && body != form {
				got[name] = true
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("pushes that %s refuses mismatch (-want +got):\n%s", fault.Name, diff)
		}
	}
	for name := range odd {
		t.Errorf("the table has %q, which is no such fault", name)
	}
}
