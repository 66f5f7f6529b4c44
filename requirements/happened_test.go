package requirements_test

import (
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	dropped  = "the receiver closed the connection without a response"
	crashed  = dropped + " and has accepted no connection since"
	hung     = "no response within 10 s; since then it accepts connections but does not respond"
	restarts = dropped + "; it accepted connections again 0.4 s later"
)

func notWaitedFor(x *transcript.Exchange) { x.Aftermath.GaveUp = true }

func gone(x *transcript.Exchange) { x.Aftermath.Gone = true }

func silent(x *transcript.Exchange) { x.Aftermath.Silent = true }

func away(d time.Duration) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Aftermath.Away = d }
}

func TestAnExchangeWithoutResponseIsDescribedByWhatWasSeen(t *testing.T) {
	t.Parallel()
	detail := func(text string) func(*transcript.Exchange) { return func(x *transcript.Exchange) { x.Detail = text } }
	refused := func(x *transcript.Exchange) { x.Failure = endpoint.ConnectionRefused }
	newCall := func(end transcript.End, change ...func(*transcript.Exchange)) transcript.Exchange {
		return ended(push.NewCall, end, change...)
	}
	for name, test := range map[string]struct {
		x    transcript.Exchange
		want string
	}{
		"dropped":                    {newCall(transcript.Dropped), dropped},
		"dropped with EOF":           {newCall(transcript.Dropped, detail("EOF")), dropped},
		"dropped with a reset":       {newCall(transcript.Dropped, detail("read: connection reset by peer")), dropped},
		"dropped with a TLS alert":   {newCall(transcript.Dropped, detail("tls: certificate required"), func(x *transcript.Exchange) { x.TLS = true }), dropped + " (tls: certificate required)"},
		"dropped, then gone":         {newCall(transcript.Dropped, gone), crashed},
		"dropped, not waited for":    {newCall(transcript.Dropped, gone, notWaitedFor), dropped},
		"dropped, then silent":       {newCall(transcript.Dropped, silent), dropped + "; since then it accepts connections but no push"},
		"dropped, then away":         {newCall(transcript.Dropped, away(400*time.Millisecond)), restarts},
		"away for an instant":        {newCall(transcript.Dropped, away(time.Millisecond)), dropped + "; it accepted connections again 0.01 s later"},
		"away for less than a tenth": {newCall(transcript.Dropped, away(40*time.Millisecond)), dropped + "; it accepted connections again 0.04 s later"},
		"away for a bit more":        {newCall(transcript.Dropped, away(440*time.Millisecond)), restarts},
		"away for seconds":           {newCall(transcript.Dropped, away(12340*time.Millisecond)), dropped + "; it accepted connections again 12.3 s later"},
		"timed out":                  {newCall(transcript.TimedOut), "no response within 10 s"},
		"timed out, short limit":     {newCall(transcript.TimedOut, took(2*time.Second, 1500*time.Millisecond)), "no response within 1.5 s"},
		"timed out, unknown limit":   {newCall(transcript.TimedOut, took(2*time.Second, 0)), "no response within 2 s"},
		"timed out, then silent":     {newCall(transcript.TimedOut, silent), hung},
		"timed out, then gone":       {newCall(transcript.TimedOut, gone), "no response within 10 s; the receiver has accepted no connection since"},
		"refused connection":         {newCall(transcript.NotConnected, refused), "no connection: connection refused"},
		"status 500":                 {says(push.NewCall, 500, "", ""), "status 500"},
		"status 500, then gone":      {says(push.NewCall, 500, "", "", gone), "status 500; the receiver has accepted no connection since"},
		"status 500, then silent":    {says(push.NewCall, 500, "", "", silent), "status 500; since then the receiver accepts connections but no push"},
		"status 500, then away":      {says(push.NewCall, 500, "", "", away(400*time.Millisecond)), "status 500; after it the receiver accepted no push for 0.4 s"},
		"late":                       {says(push.NewCall, 200, "", "", took(12*time.Second, 30*time.Second)), "status 200 after 12.0 s"},
		"truncated after a status":   {newCall(transcript.Truncated, status(500)), "status 500, truncated"},
		"incomplete, then it hangs":  {newCall(transcript.Late, silent), "incomplete in time; since then the receiver accepts connections but no push"},
	} {
		want := "the newCall push on Doc's leg: " + test.want
		if got := requirements.HowPushWent(test.x); got != want {
			t.Errorf("%s: HowPushWent() = %q, want %q", name, got, want)
		}
	}
}

func TestPushThatTheReceiverHangsOnCountsForItsOwnRequirement(t *testing.T) {
	t.Parallel()
	hurry := took(time.Second, time.Second)
	timedOut := func(event push.Event, change ...func(*transcript.Exchange)) transcript.Exchange {
		return ended(event, transcript.TimedOut, change...)
	}
	pressed := func(x transcript.Exchange) transcript.Call { return about("push.dtmf-any-key", strange(x)) }
	const hurried = "no response within 1 s; since then it accepts connections but does not respond"
	checkInWords(t, receiver, []judgedCall{
		{"a newCall that was responded to by half, and then the receiver was away", about("push.user-empty", ended(push.NewCall, transcript.Late, odd, away(400*time.Millisecond))), map[string]string{
			"push.user-empty":  "gap: no response in time; because response.in-time",
			"response.in-time": "must: incomplete in time after 10.0 s; after it the receiver accepted no connection for 0.4 s; want a complete response within 10 s"}},
		{"an odd newCall, and then the receiver is gone", about("push.user-empty", timedOut(push.NewCall, odd, gone)), map[string]string{
			"push.user-empty":  "must: no response within 10 s; the receiver has accepted no connection since" + read2xx + "; unless push.newcall",
			"response.in-time": "gap: no response within 10 s; the receiver has accepted no connection since; because push.user-empty"}},
		{"a copy", about("trouble.duplicate-push", says(push.NewCall, 200, xml, "<Response/>"), copyOf(timedOut(push.NewCall, silent))), map[string]string{
			"push.newcall": "met", "response.in-time": "met | gap: " + hung + "; because trouble.duplicate-push",
			"trouble.duplicate-push": "should: the second time, the newCall push on Doc's leg: " + hung + "; want every push accepted, as in a call without trouble; unless push.newcall"}},
		{"a late newCall", about("push.user-empty", timedOut(push.NewCall, odd)), map[string]string{
			"push.user-empty": "gap: no response in time; because response.in-time", "response.in-time": "must: no response within 10 s; want a complete response within 10 s"}},
		{"an odd newCall", about("push.user-empty", timedOut(push.NewCall, odd, silent)), map[string]string{
			"push.user-empty": "must: " + hung + read2xx + "; unless push.newcall", "response.in-time": "gap: " + hung + "; because push.user-empty"}},
		{"an odd newCall in a run that waits less than sipgate", about("push.user-empty", timedOut(push.NewCall, odd, silent, hurry)), map[string]string{
			"push.user-empty": "must: " + hurried + read2xx + "; unless push.newcall", "response.in-time": "gap: " + hurried + "; because push.user-empty"}},
		{"an odd newCall that began to be responded to", about("push.user-empty", ended(push.NewCall, transcript.Late, odd, silent)), map[string]string{
			"push.user-empty":  "must: incomplete in time; since then the receiver accepts connections but no push" + read2xx + "; unless push.newcall",
			"response.in-time": "gap: incomplete in time; since then the receiver accepts connections but no push; because push.user-empty"}},
		{"digits", pressed(timedOut(push.DTMF, silent)), map[string]string{
			"push.dtmf-any-key": "must: " + hung + read2xx + "; unless push.dtmf", "response.in-time": "gap: " + hung + "; because push.dtmf-any-key"}},
		{"an event that is not known", about("push.unknown-event", timedOut(push.NewCall, odd, silent, hurry)), map[string]string{
			"push.unknown-event": "should: " + hurried + "; want a response in time, with any status except 5xx; unless push.newcall"}},
		{"a hangup in a run that waits less than sipgate", one(timedOut(push.Hangup, silent, hurry)), map[string]string{
			"push.hangup": "must: " + hurried + any2xx}},
		{"an unsigned hangup that hung: that is no refusal", one(timedOut(push.Hangup, func(x *transcript.Exchange) { x.Exempt = transcript.ExemptBySignature })), map[string]string{
			"push.hangup": "must: no response within 10 s" + any2xx}},
		{"the newCall of a second leg", in("transfer-unanswered", says(push.NewCall, 200, xml, "<Response/>"), timedOut(push.NewCall, secondLeg, silent)), map[string]string{
			"push.newcall":             "met",
			"response.in-time":         "met | gap: " + hung + "; because call.transfer-unanswered",
			"call.transfer-unanswered": "must: the newCall push on Marty's leg: " + hung + "; want every push of the call accepted, not only each one alone; unless push.diversion, push.newcall"}},
	})
}

func TestPushAfterWhichTheReceiverIsLostIsNotSurvived(t *testing.T) {
	t.Parallel()
	const wanted = "; want a response in time, with any status except 5xx; unless push.newcall"
	unknown := func(x transcript.Exchange) transcript.Call { return about("push.unknown-event", strange(x)) }
	checkInWords(t, receiver, []judgedCall{
		{"refused", unknown(says(push.NewCall, 400, "", "")), map[string]string{"push.unknown-event": "met"}},
		{"refused, then gone", unknown(says(push.NewCall, 400, "", "", gone)),
			map[string]string{"push.unknown-event": "should: status 400; the receiver has accepted no connection since" + wanted}},
		{"dropped, then gone", unknown(ended(push.NewCall, transcript.Dropped, gone)), map[string]string{"push.unknown-event": "should: " + crashed + wanted}},
		{"dropped, then away", unknown(ended(push.NewCall, transcript.Dropped, away(400*time.Millisecond))), map[string]string{"push.unknown-event": "should: " + restarts + wanted}},
	})
	copied := says(push.NewCall, 200, xml, "<Response/>")
	again := ended(push.NewCall, transcript.Dropped, gone)
	again.Duplicate = true
	checkInWords(t, receiver, []judgedCall{
		{"a copy dropped, then gone", about("trouble.duplicate-push", copied, again), map[string]string{"push.newcall": "met",
			"trouble.duplicate-push": "should: the second time, the newCall push on Doc's leg: " + crashed + "; want every push accepted, as in a call without trouble; unless push.newcall"}},
	})
}
