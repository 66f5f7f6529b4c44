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
			applies: func(d draft) bool { return d.prior.samePartiesTalking }, change: respondStatus500,
		},
		{
			Name: "lost-answer", Description: "responds with status 500 to the ordinary end of a call that was never answered",
			Phase: Pushes, Breaks: []string{"trouble.missing-answer"},
			applies: func(d draft) bool {
				return eventIs(push.Hangup)(d) && d.push.Cause == push.NormalClearing && d.prior.callState == push.CallRinging
			}, change: respondStatus500,
		},
		{
			Name: "late-hangup", Description: "responds with status 500 to the hangup of a first leg whose second leg was answered and is over",
			Phase: Pushes, Breaks: []string{"trouble.late-hangup"},
			applies: func(d draft) bool { return eventIs(push.Hangup)(d) && d.prior.isNextLegOver }, change: respondStatus500,
		},
		{
			Name: "early-second-leg", Description: "responds with status 500 to a second leg while the first one still rings",
			Phase: Pushes, Breaks: []string{"trouble.out-of-order"},
			applies: func(d draft) bool { return isDivertedNewCall(d) && d.prior.firstLegState == push.CallRinging }, change: respondStatus500,
		},
		{
			Name: "known-call", Description: "responds with status 500 to the newCall of a call that it knows",
			Phase: Pushes, Breaks: []string{"trouble.duplicate-push"},
			applies: func(d draft) bool { return isNewCall(d) && d.prior.callState != push.CallUnknown }, change: respondStatus500,
		},
		{
			Name: "unknown-call", Description: "responds with status 500 to the answer and hangup of a call that it does not know",
			Phase: Pushes, Breaks: []string{"trouble.unknown-call"},
			applies: func(d draft) bool { return isFollowUp(d) && d.prior.callState == push.CallUnknown }, change: respondStatus500,
		},
		{
			Name: "mixed-up", Description: "puts the callId of the previous newCall into its URLs",
			Phase: Pushes, Breaks: []string{"call.concurrent"},
			applies: hasDocument, change: func(d *draft) {
				query := "?call=" + d.prior.lastNewCallID
				combine(setAttribute("Response", "onAnswer", d.baseURL+answerPath+query), setAttribute("Response", "onHangup", d.baseURL+hangupPath+query))(d)
			},
		},
		{
			Name: "dies-of-json", Description: "stops responding after a push in JSON",
			Phase: Transport, Breaks: []string{"trouble.malformed-push"},
			Conditions: Conditions{Slow: true},
			crash:      crash{stopsResponding: isJSON},
		},
		{
			Name: "refuses-and-dies-of-json", Description: "refuses every newCall in an Error document with status 200, and stops responding after a push in JSON",
			Phase: Transport, Breaks: []string{"response.root", "trouble.malformed-push"},
			crash: crash{stopsResponding: isJSON}, applies: isNewCall, change: setBody(`<Error message="unknown user"/>`),
		},
		{
			Name: "dies-of-size", Description: "stops responding after a push of more than 512 KiB",
			Phase: Transport, Breaks: []string{"trouble.oversized-push"},
			Conditions: Conditions{Slow: true},
			crash:      crash{stopsResponding: func(r *http.Request) bool { return r.ContentLength > 512<<10 }},
		},
		{
			Name: "one-connection", Description: "serves one connection after the other",
			Phase: Transport, Breaks: []string{"trouble.slow-push"}, Conditions: Conditions{Slow: true},
			changePlan: func(p *plan) { p.oneConnection = true },
		},
		{
			Name: "one-push", Description: "handles one push at a time, in 1.2 seconds each",
			Phase: Transport, Breaks: []string{"response.prompt", "trouble.many-calls"}, Conditions: Conditions{Slow: true, AlwaysSlow: true},
			onePushAtATime: true, applies: always, change: delayBy(1200 * time.Millisecond),
		},
		{
			Name: "ends-of-anonymous", Description: "ends when somebody without a number calls, and is not started again",
			Phase: Transport, Breaks: []string{"push.anonymous-caller"},
			Conditions: Conditions{Slow: true},
			crash:      crash{endsProcess: fieldIs(push.FieldFrom, "anonymous")},
		},
		{
			Name: "ends-of-busy", Description: "ends at a hangup with the cause busy, and is started again at once",
			Phase: Transport, Breaks: []string{"push.hangup-causes"},
			crash: crash{endsProcess: fieldIs(push.FieldCause, string(push.Busy)), restartAfter: time.Nanosecond},
		},
		{
			Name: "short-of-lines", Description: "responds with status 500 to a newCall while 32 other calls ring",
			Phase: Pushes, Breaks: []string{"trouble.many-calls"},
			applies: func(d draft) bool { return isNewCall(d) && d.prior.ringingCallCount >= 32 }, change: respondStatus500,
		},
	}
}

// fieldIs returns a function that reports whether the form of a request has a field with this value. The body can still be read afterwards.
func fieldIs(field, value string) func(*http.Request) bool {
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

// stopRespondingIfFault makes the receiver stop responding for good if a fault requires this for the request. It reports whether
// the receiver has stopped responding, at this request or an earlier request.
func (r *Receiver) stopRespondingIfFault(req *http.Request) bool {
	for _, f := range r.options.Faults {
		if f.stopsResponding != nil && f.stopsResponding(req) {
			r.stoppedResponding.Store(true)
		}
	}
	return r.stoppedResponding.Load()
}

// endProcessIfFault ends the receiver's process if a fault requires this for the request. It reports whether a fault requires
// this, even if the receiver was made by New and has no process.
func (r *Receiver) endProcessIfFault(req *http.Request) bool {
	for _, f := range r.options.Faults {
		if f.endsProcess == nil || !f.endsProcess(req) {
			continue
		}
		if r.stopProcess != nil {
			r.stopProcess(f.restartAfter)
		}
		return true
	}
	return false
}
