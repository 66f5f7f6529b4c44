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
			on: func(a answer) bool { return a.seen.again }, change: broken,
		},
		{
			Name: "lost-answer", Says: "answers 500 to the ordinary end of a call that was never answered",
			Phase: Pushes, Breaks: []string{"trouble.missing-answer"},
			on: func(a answer) bool {
				return to(push.Hangup)(a) && a.push.Cause == push.NormalClearing && a.seen.call == Ringing
			}, change: broken,
		},
		{
			Name: "late-hangup", Says: "answers 500 to the hangup of a first leg whose second leg was answered and is over",
			Phase: Pushes, Breaks: []string{"trouble.late-hangup"},
			on: func(a answer) bool { return to(push.Hangup)(a) && a.seen.late }, change: broken,
		},
		{
			Name: "early-second-leg", Says: "answers 500 to a second leg while the first one still rings",
			Phase: Pushes, Breaks: []string{"trouble.out-of-order"},
			on: func(a answer) bool { return toDiverted(a) && a.seen.first == Ringing }, change: broken,
		},
		{
			Name: "known-call", Says: "answers 500 to the newCall of a call that it knows",
			Phase: Pushes, Breaks: []string{"trouble.duplicate-push"},
			on: func(a answer) bool { return toNewCall(a) && a.seen.call != Unknown }, change: broken,
		},
		{
			Name: "unknown-call", Says: "answers 500 to the answer and hangup of a call that it does not know",
			Phase: Pushes, Breaks: []string{"trouble.unknown-call"},
			on: func(a answer) bool { return toFollowUp(a) && a.seen.call == Unknown }, change: broken,
		},
		{
			Name: "mixed-up", Says: "names the callId of the newCall before in its URLs",
			Phase: Pushes, Breaks: []string{"call.concurrent"},
			on: document, change: func(a *answer) {
				query := "?call=" + a.seen.newCallID
				both(attribute("Response", "onAnswer", a.base+answerPath+query), attribute("Response", "onHangup", a.base+hangupPath+query))(a)
			},
		},
		{
			Name: "dies-of-json", Says: "answers nothing any more after a push in JSON",
			Phase: Transport, Breaks: []string{"trouble.malformed-push"},
			kills: func(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") },
		},
		{
			Name: "dies-of-size", Says: "answers nothing any more after a push of more than 512 KiB",
			Phase: Transport, Breaks: []string{"trouble.oversized-push"},
			kills: func(r *http.Request) bool { return r.ContentLength > 512<<10 },
		},
		{
			Name: "one-connection", Says: "serves one connection after the other",
			Phase: Transport, Breaks: []string{"trouble.slow-push"}, Waits: true,
			spoil: func(p *plan) { p.single = true },
		},
		{
			Name: "short-of-lines", Says: "answers 500 to a newCall while 32 other calls ring",
			Phase: Pushes, Breaks: []string{"trouble.many-calls"},
			on: func(a answer) bool { return toNewCall(a) && a.seen.ringing >= 32 }, change: broken,
		},
	}
}

// strike tells whether nothing is answered any more, be it from this request on.
func (r *Receiver) strike(req *http.Request) bool {
	for _, f := range r.options.Faults {
		if f.kills != nil && f.kills(req) {
			r.dead.Store(true)
		}
	}
	return r.dead.Load()
}
