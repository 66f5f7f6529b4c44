package steps

import (
	"context"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// mayVerify reports whether a receiver refused the plain push of a call without saying why, so that it may verify signatures with
// sipgate's own key.
func (r *Run) mayVerify(c transcript.Call) bool {
	if r.opts.Sender.SignKey != nil || len(c.Exchanges) == 0 {
		return false
	}
	x := c.Exchanges[0]
	_, says := requirements.Refusal(x)
	return !says && (x.Responded() || x.End == transcript.Dropped) && x.Treatment() != transcript.Taken
}

// lookAtCaptured sends the captured push, and before it the same with one digit changed: in this order a receiver that refuses a callId
// which it has seen before does not look like one that verifies. It is part of the probe, since a run may give up on a
// receiver that accepts no plain push. See requirements.CapturedPush.
func (r *Run) lookAtCaptured(ctx context.Context) {
	story, _ := scenarios.Find("incoming-answered")
	for _, q := range []request{
		{variant: "the captured push has another digit", write: insteadOfNewCall(push.Altered)},
		{variant: capturedSentence, write: insteadOfNewCall(push.Genuine)},
	} {
		q.story, q.stimulus, q.edit = story, goldenCapture, genuineCall
		r.look(ctx, q)
	}
}
