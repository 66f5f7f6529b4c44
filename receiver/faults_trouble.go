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
			Name: "lost-hangup", Summary: "refuses a call to somebody whose last call with the same caller never ended",
			Phase: Pushes, Breaks: []string{"trouble.missing-hangup"},
			on: func(d draft) bool { return d.seen.again }, change: broken,
		},
		{
			Name: "lost-answer", Summary: "responds with status 500 to the ordinary end of a call that was never answered",
			Phase: Pushes, Breaks: []string{"trouble.missing-answer"},
			on: func(d draft) bool {
				return to(push.Hangup)(d) && d.push.Cause == push.NormalClearing && d.seen.call == push.CallRinging
			}, change: broken,
		},
		{
			Name: "late-hangup", Summary: "responds with status 500 to the hangup of a first leg whose second leg was answered and is over",
			Phase: Pushes, Breaks: []string{"trouble.late-hangup"},
			on: func(d draft) bool { return to(push.Hangup)(d) && d.seen.late }, change: broken,
		},
		{
			Name: "early-second-leg", Summary: "responds with status 500 to a second leg while the first one still rings",
			Phase: Pushes, Breaks: []string{"trouble.out-of-order"},
			on: func(d draft) bool { return toDiverted(d) && d.seen.first == push.CallRinging }, change: broken,
		},
		{
			Name: "known-call", Summary: "responds with status 500 to the newCall of a call that it knows",
			Phase: Pushes, Breaks: []string{"trouble.duplicate-push"},
			on: func(d draft) bool { return toNewCall(d) && d.seen.call != push.CallUnknown }, change: broken,
		},
		{
			Name: "unknown-call", Summary: "responds with status 500 to the answer and hangup of a call that it does not know",
			Phase: Pushes, Breaks: []string{"trouble.unknown-call"},
			on: func(d draft) bool { return toFollowUp(d) && d.seen.call == push.CallUnknown }, change: broken,
		},
		{
			Name: "mixed-up", Summary: "names the callId of the newCall before in its URLs",
			Phase: Pushes, Breaks: []string{"call.concurrent"},
			on: document, change: func(d *draft) {
				query := "?call=" + d.seen.newCallID
				both(attribute("Response", "onAnswer", d.base+answerPath+query), attribute("Response", "onHangup", d.base+hangupPath+query))(d)
			},
		},
		{
			Name: "dies-of-json", Summary: "stops responding after a push in JSON",
			Phase: Transport, Breaks: []string{"trouble.malformed-push"},
			Conditions: Conditions{Slow: true},
			crash:      crash{kills: inJSON},
		},
		{
			Name: "refuses-and-dies-of-json", Summary: "refuses every newCall in an Error document with status 200, and stops responding after a push in JSON",
			Phase: Transport, Breaks: []string{"response.root", "trouble.malformed-push"},
			crash: crash{kills: inJSON}, on: toNewCall, change: text(`<Error message="unknown user"/>`),
		},
		{
			Name: "dies-of-size", Summary: "stops responding after a push of more than 512 KiB",
			Phase: Transport, Breaks: []string{"trouble.oversized-push"},
			Conditions: Conditions{Slow: true},
			crash:      crash{kills: func(r *http.Request) bool { return r.ContentLength > 512<<10 }},
		},
		{
			Name: "one-connection", Summary: "serves one connection after the other",
			Phase: Transport, Breaks: []string{"trouble.slow-push"}, Conditions: Conditions{Slow: true},
			spoil: func(p *plan) { p.single = true },
		},
		{
			Name: "one-push", Summary: "handles one push at a time, in 1.2 seconds each",
			Phase: Transport, Breaks: []string{"response.prompt", "trouble.many-calls"}, Conditions: Conditions{Slow: true, AlwaysSlow: true},
			queues: true, on: always, change: wait(1200 * time.Millisecond),
		},
		{
			Name: "ends-of-anonymous", Summary: "ends when somebody without a number calls, and is not started again",
			Phase: Transport, Breaks: []string{"push.anonymous-caller"},
			Conditions: Conditions{Slow: true},
			crash:      crash{ends: withField(push.FieldFrom, "anonymous")},
		},
		{
			Name: "ends-of-busy", Summary: "ends at a hangup with the cause busy, and is started again at once",
			Phase: Transport, Breaks: []string{"push.hangup-causes"},
			crash: crash{ends: withField(push.FieldCause, string(push.Busy)), back: time.Nanosecond},
		},
		{
			Name: "short-of-lines", Summary: "responds with status 500 to a newCall while 32 other calls ring",
			Phase: Pushes, Breaks: []string{"trouble.many-calls"},
			on: func(d draft) bool { return toNewCall(d) && d.seen.ringing >= 32 }, change: broken,
		},
	}
}

// withField picks the requests whose form has a field with that value.
func withField(field, value string) func(*http.Request) bool {
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

func inJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/json")
}

// unresponsive reports whether the receiver never responds again, from an earlier request or from this one on.
func (r *Receiver) unresponsive(req *http.Request) bool {
	for _, f := range r.options.Faults {
		if f.kills != nil && f.kills(req) {
			r.dead.Store(true)
		}
	}
	return r.dead.Load()
}

// ended reports whether a request ended the receiver's process.
func (r *Receiver) ended(req *http.Request) bool {
	for _, f := range r.options.Faults {
		if f.ends == nil || !f.ends(req) {
			continue
		}
		if r.end != nil {
			r.end(f.back)
		}
		return true
	}
	return false
}
