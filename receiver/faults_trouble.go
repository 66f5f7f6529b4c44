package receiver

import (
	"net/http"
	"strings"

	"github.com/pushcheck/pushcheck/push"
)

func troubleFaults() []Fault {
	broken := nothing(http.StatusInternalServerError)
	return []Fault{
		{
			Name: "lost-hangup", Says: "refuses a call to somebody whose last call with the same caller never ended",
			Phase: Pushes, Breaks: []string{"trouble.missing-hangup"},
			on: func(d draft) bool { return d.seen.again }, change: broken,
		},
		{
			Name: "lost-answer", Says: "responds with status 500 to the ordinary end of a call that was never answered",
			Phase: Pushes, Breaks: []string{"trouble.missing-answer"},
			on: func(d draft) bool {
				return to(push.Hangup)(d) && d.push.Cause == push.NormalClearing && d.seen.call == Ringing
			}, change: broken,
		},
		{
			Name: "late-hangup", Says: "responds with status 500 to the hangup of a first leg whose second leg was answered and is over",
			Phase: Pushes, Breaks: []string{"trouble.late-hangup"},
			on: func(d draft) bool { return to(push.Hangup)(d) && d.seen.late }, change: broken,
		},
		{
			Name: "early-second-leg", Says: "responds with status 500 to a second leg while the first one still rings",
			Phase: Pushes, Breaks: []string{"trouble.out-of-order"},
			on: func(d draft) bool { return toDiverted(d) && d.seen.first == Ringing }, change: broken,
		},
		{
			Name: "known-call", Says: "responds with status 500 to the newCall of a call that it knows",
			Phase: Pushes, Breaks: []string{"trouble.duplicate-push"},
			on: func(d draft) bool { return toNewCall(d) && d.seen.call != Unknown }, change: broken,
		},
		{
			Name: "unknown-call", Says: "responds with status 500 to the answer and hangup of a call that it does not know",
			Phase: Pushes, Breaks: []string{"trouble.unknown-call"},
			on: func(d draft) bool { return toFollowUp(d) && d.seen.call == Unknown }, change: broken,
		},
		{
			Name: "mixed-up", Says: "names the callId of the newCall before in its URLs",
			Phase: Pushes, Breaks: []string{"call.concurrent"},
			on: document, change: func(d *draft) {
				query := "?call=" + d.seen.newCallID
				both(attribute("Response", "onAnswer", d.base+answerPath+query), attribute("Response", "onHangup", d.base+hangupPath+query))(d)
			},
		},
		{
			Name: "dies-of-json", Says: "responds to nothing any more after a push in JSON",
			Phase: Transport, Breaks: []string{"trouble.malformed-push"},
			kills: inJSON,
		},
		{
			Name: "refuses-and-dies-of-json", Says: "refuses every newCall in an Error document with status 200, and responds to nothing any more after a push in JSON",
			Phase: Transport, Breaks: []string{"response.root", "trouble.malformed-push"},
			kills: inJSON, on: toNewCall, change: text(`<Error message="unknown user"/>`),
		},
		{
			Name: "dies-of-size", Says: "responds to nothing any more after a push of more than 512 KiB",
			Phase: Transport, Breaks: []string{"trouble.oversized-push"},
			kills: func(r *http.Request) bool { return r.ContentLength > 512<<10 },
		},
		{
			Name: "one-connection", Says: "serves one connection after the other",
			Phase: Transport, Breaks: []string{"trouble.slow-push"}, Waits: true,
			spoil: func(p *plan) { p.single = true },
		},
		{
			Name: "short-of-lines", Says: "responds with status 500 to a newCall while 32 other calls ring",
			Phase: Pushes, Breaks: []string{"trouble.many-calls"},
			on: func(d draft) bool { return toNewCall(d) && d.seen.ringing >= 32 }, change: broken,
		},
	}
}

func inJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/json")
}

// strike tells whether nothing is responded to any more, be it from this request on.
func (r *Receiver) strike(req *http.Request) bool {
	for _, f := range r.options.Faults {
		if f.kills != nil && f.kills(req) {
			r.dead.Store(true)
		}
	}
	return r.dead.Load()
}
