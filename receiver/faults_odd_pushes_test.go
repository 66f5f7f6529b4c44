package receiver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/receiver"
)

func TestOddPushFaultsRefuseOnlyTheirOddPush(t *testing.T) {
	t.Parallel()
	const (
		newCall = "event=newCall&direction=in&from=491713920001&to=493023125001&callId=1&origCallId=1&user%5B%5D=Doc"
		answer  = "event=answer&callId=1&user=Doc&userId=w0&from=491713920001&to=493023125001&direction=in&answeringNumber=493023125001"
		hangup  = "event=hangup&callId=1&cause=normalClearing&to=493023125001&from=491713920001&direction=in"
		dtmf    = "event=dtmf&dtmf=1&callId=1"
	)
	replaced := func(form, old, with string) string {
		if !strings.Contains(form, old) {
			t.Fatalf("%q is not in %q", old, form)
		}
		return strings.Replace(form, old, with, 1)
	}
	oddPushes := map[string]string{
		"encoded-brackets":    newCall,
		"raw-brackets":        replaced(newCall, "%5B%5D", "[]"),
		"long-number":         replaced(newCall, "to=493023125001", "to=4928559389086"),
		"empty-user":          replaced(newCall, "=Doc", "="),
		"empty-fields":        replaced(newCall, "from=491713920001", "from="),
		"user-ids":            newCall,
		"no-user":             replaced(newCall, "&user%5B%5D=Doc", ""),
		"several-users":       newCall + "&user%5B%5D=Marty",
		"large-group":         newCall + strings.Repeat("&user%5B%5D=Marty", 20),
		"umlauts":             replaced(newCall, "Doc", "J%C3%B6rg"),
		"anonymous":           replaced(newCall, "from=491713920001", "from=anonymous"),
		"odd-caller":          replaced(newCall, "from=491713920001", "from=1234567e0"),
		"odd-callee":          replaced(newCall, "to=493023125001", "to=12"),
		"long-ids":            replaced(newCall, "callId=1", "callId="+strings.Repeat("A", 136)),
		"no-orig-call-id":     replaced(newCall, "&origCallId=1", ""),
		"diversion":           newCall + "&diversion=493023125002",
		"field-order":         replaced(newCall, "event=newCall&direction=in", "direction=in&event=newCall"),
		"new-field":           newCall + "&futureField=1",
		"new-event":           replaced(newCall, "newCall", "somethingNew"),
		"cause-busy":          replaced(hangup, "normalClearing", "busy"),
		"rejected-forwarded":  replaced(hangup, "normalClearing", "forwarded"),
		"new-cause":           replaced(hangup, "normalClearing", "chanunavail"),
		"answer-without-user": replaced(answer, "user=Doc", "user="),
		"no-answering-number": replaced(answer, "&answeringNumber=493023125001", ""),
		"no-digits":           replaced(dtmf, "dtmf=1", "dtmf="),
		"odd-keys":            replaced(dtmf, "dtmf=1", "dtmf=0*"),
	}
	// Some faults refuse a push only after other pushes of the same call.
	second := "&origCallId=0&diversion=493023125001"
	pushesBefore := map[string][]string{
		"transfer-answer":     {replaced(newCall, "callId=1", "callId=0"), replaced(answer, "callId=1", "callId=0")},
		"transfer-unanswered": {replaced(newCall, "callId=1", "callId=0"), replaced(answer, "callId=1", "callId=0"), newCall},
		"forward-answer":      {replaced(hangup, "callId=1", "callId=0")},
		"unanswered":          {newCall},
	}
	oddPushes["transfer-answer"] = answer + second
	oddPushes["outgoing-answer"] = replaced(answer, "direction=in", "direction=out")
	oddPushes["transfer-unanswered"] = hangup + second
	oddPushes["forward-answer"] = answer + second
	oddPushes["unanswered"] = replaced(hangup, "normalClearing", "cancel")
	for _, fault := range receiver.Faults() {
		if fault.Phase != receiver.Pushes || fault.NeedsKey || strings.HasPrefix(fault.Breaks[0], "trouble.") || fault.Breaks[0] == "call.concurrent" {
			continue
		}
		form, ok := oddPushes[fault.Name]
		if !ok {
			t.Errorf("fault %q is not in the table", fault.Name)
			continue
		}
		delete(oddPushes, fault.Name)
		o := receiver.Options{Faults: []receiver.Fault{fault}}
		if fault.NeedsSteering != "" {
			o.Steering = parseSteering(t, string(fault.NeedsSteering)+"=*")
		}
		want, got := map[string]bool{"the odd push": true}, map[string]bool{}
		r := newReceiver(t, o)
		for _, body := range pushesBefore[fault.Name] {
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
	for name := range oddPushes {
		t.Errorf("the table has %q, which is not a fault of this phase", name)
	}
}
