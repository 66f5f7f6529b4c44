package steps

import (
	"context"
	"sync"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// Single is a call that is sent for its own sake, without a feature that wants it.
type Single struct {
	Call     *call.Call
	Scenario string                               // what it is called in the transcript
	Edit     func(call.Step, push.Form) push.Form // changes the form of a push; nil: as the dialect writes it
	Stimulus string                               // id of the requirement that a changed push is held against; "": none
	Shows    []requirements.Capability            // taken to be shown, where the call has no response that could show it
}

// Send plays a call exactly once: what is refused is not repeated. The call counts in the run's verdict.
func (r *Run) Send(ctx context.Context, s Single) transcript.Call {
	p := &played{}
	r.mu.Lock()
	about := transcript.Call{ID: len(r.calls) + 1, Scenario: s.Scenario, Stimulus: s.Stimulus}
	p.do = sync.OnceFunc(func() {
		p.out = r.sender.Play(ctx, sender.Played{Call: s.Call, About: about, Edit: s.Edit})
		r.note(ctx)
	})
	r.calls = append(r.calls, p)
	r.showed = append(r.showed, s.Shows...)
	r.mu.Unlock()
	p.do()
	return p.out
}
