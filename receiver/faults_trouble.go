package receiver

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/push"
)

func troubleFaults() []Fault {
	return []Fault{
		{
			Name: "lost-hangup", Description: "refuses a call to somebody whose last call with the same caller never ended",
			Phase: Pushes, Breaks: []string{"trouble.missing-hangup"},
			appliesTo: func(d draft) bool { return d.prior.samePartiesTalk }, change: failWith500,
		},
		{
			Name: "lost-answer", Description: "responds with status 500 to the ordinary end of a call that was never answered",
			Phase: Pushes, Breaks: []string{"trouble.missing-answer"},
			appliesTo: func(d draft) bool {
				return isEvent(push.Hangup)(d) && d.push.Cause == push.NormalClearing && d.prior.call == push.CallRinging
			}, change: failWith500,
		},
		{
			Name: "late-hangup", Description: "responds with status 500 to the hangup of a first leg whose second leg was answered and is over",
			Phase: Pushes, Breaks: []string{"trouble.late-hangup"},
			appliesTo: func(d draft) bool { return isEvent(push.Hangup)(d) && d.prior.laterLegIsOver }, change: failWith500,
		},
		{
			Name: "early-second-leg", Description: "responds with status 500 to a second leg while the first one still rings",
			Phase: Pushes, Breaks: []string{"trouble.out-of-order"},
			appliesTo: func(d draft) bool { return isDiverted(d) && d.prior.firstLeg == push.CallRinging }, change: failWith500,
		},
		{
			Name: "known-call", Description: "responds with status 500 to the newCall of a call that it knows",
			Phase: Pushes, Breaks: []string{"trouble.duplicate-push"},
			appliesTo: func(d draft) bool { return isNewCall(d) && d.prior.call != push.CallUnknown }, change: failWith500,
		},
		{
			Name: "unknown-call", Description: "responds with status 500 to the answer and hangup of a call that it does not know",
			Phase: Pushes, Breaks: []string{"trouble.unknown-call"},
			appliesTo: func(d draft) bool { return isFollowUp(d) && d.prior.call == push.CallUnknown }, change: failWith500,
		},
		{
			Name: "mixed-up", Description: "names the callId of the newCall before in its URLs",
			Phase: Pushes, Breaks: []string{"call.concurrent"},
			appliesTo: hasBody, change: func(d *draft) {
				query := "?call=" + d.prior.lastNewCallID
				combine(withAttribute("Response", "onAnswer", d.baseURL+answerPath+query), withAttribute("Response", "onHangup", d.baseURL+hangupPath+query))(d)
			},
		},
		{
			Name: "dies-of-json", Description: "stops responding after a push in JSON",
			Phase: Transport, Breaks: []string{"trouble.malformed-push"},
			Occasion: Occasion{NeedsWaiting: true},
			crash:    crash{hangsAfter: isJSON},
		},
		{
			Name: "refuses-and-dies-of-json", Description: "refuses every newCall in an Error document with status 200, and stops responding after a push in JSON",
			Phase: Transport, Breaks: []string{"response.root", "trouble.malformed-push"},
			crash: crash{hangsAfter: isJSON}, appliesTo: isNewCall, change: withBody(`<Error message="unknown user"/>`),
		},
		{
			Name: "dies-of-size", Description: "stops responding after a push of more than 512 KiB",
			Phase: Transport, Breaks: []string{"trouble.oversized-push"},
			Occasion: Occasion{NeedsWaiting: true},
			crash:    crash{hangsAfter: func(r *http.Request) bool { return r.ContentLength > 512<<10 }},
		},
		{
			Name: "one-connection", Description: "serves one connection after the other",
			Phase: Transport, Breaks: []string{"trouble.slow-push"}, Occasion: Occasion{NeedsWaiting: true},
			changePlan: func(p *plan) { p.oneConnection = true },
		},
		{
			Name: "one-push", Description: "handles one push at a time, in 1.2 seconds each",
			Phase: Transport, Breaks: []string{"response.prompt", "trouble.many-calls"}, Occasion: Occasion{NeedsWaiting: true, WaitsAtEveryPush: true},
			onePushAtATime: true, appliesTo: isAny, change: withDelay(1200 * time.Millisecond),
		},
		{
			Name: "ends-of-anonymous", Description: "ends when somebody without a number calls, and is not started again",
			Phase: Transport, Breaks: []string{"push.anonymous-caller"},
			Occasion: Occasion{NeedsWaiting: true},
			crash:    crash{endsAfter: hasField(push.FieldFrom, "anonymous")},
		},
		{
			Name: "ends-of-busy", Description: "ends at a hangup with the cause busy, and is started again at once",
			Phase: Transport, Breaks: []string{"push.hangup-causes"},
			crash: crash{endsAfter: hasField(push.FieldCause, string(push.Busy)), restartDelay: time.Nanosecond},
		},
		{
			Name: "short-of-lines", Description: "responds with status 500 to a newCall while 32 other calls ring",
			Phase: Pushes, Breaks: []string{"trouble.many-calls"},
			appliesTo: func(d draft) bool { return isNewCall(d) && d.prior.ringingCount >= 32 }, change: failWith500,
		},
	}
}

// hasField picks the requests whose form has a field with that value.
func hasField(field, value string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
		form, _ := push.ParseForm(body)
		return err == nil && r.ContentLength <= maxBody && form.Get(field) == value
	}
}

func isJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/json")
}

// mustHang reports whether the receiver hangs because of this request or an earlier one. It then never responds again.
func (r *Receiver) mustHang(req *http.Request) bool {
	for _, f := range r.options.Faults {
		if f.hangsAfter != nil && f.hangsAfter(req) {
			r.hangs.Store(true)
		}
	}
	return r.hangs.Load()
}

// endProcessOn ends the receiver's process if a fault does so at a request. It reports whether it did.
func (r *Receiver) endProcessOn(req *http.Request) bool {
	for _, f := range r.options.Faults {
		if f.endsAfter == nil || !f.endsAfter(req) {
			continue
		}
		if r.endProcess != nil {
			r.endProcess(f.restartDelay)
		}
		return true
	}
	return false
}
