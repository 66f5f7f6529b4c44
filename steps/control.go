package steps

import (
	"context"
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// controls is how often a plain call is tried before a receiver is taken for dead.
const controls = 3

// broke reports whether a push met a closed port, a dropped connection or a 5xx status. A push refused for the receiver's limit
// does not count.
func broke(x transcript.Exchange) bool {
	switch x.End {
	case transcript.Dropped, transcript.NotConnected, transcript.NotHTTP:
		return true
	}
	return x.Responded() && x.Status/100 == 5 && !requirements.OverLimit(x)
}

// deadSince tells whether a receiver that took plain pushes before takes none any more, now that a push went wrong: then it
// is not this push that it minds.
func (r *Run) deadSince(ctx context.Context, q request, out transcript.Call) bool {
	if ctx.Err() != nil || !slices.ContainsFunc(out.Exchanges, broke) || !slices.ContainsFunc(r.soFar(), tookPlain) {
		return false
	}
	if r.fallen() != "" {
		return true
	}
	if !q.held { // the call beside a control may be the one that the receiver does not live through
		r.alone.Lock()
		defer r.alone.Unlock()
	}
	q.story, _ = scenarios.Find("incoming-answered")
	for i := range controls {
		if r.comesBack(ctx, q, fmt.Sprintf("control%d of call %d", i, out.ID)) { // with ids of its own: some take no call twice
			return false
		}
	}
	return ctx.Err() == nil
}

// tookPlain tells whether a plain newCall of the call was taken.
func tookPlain(c transcript.Call) bool {
	return slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool {
		return x.Push.Event == push.NewCall && !x.Odd && x.Raw == "" && x.Accepted()
	})
}

// fallsTo notes the requirement that the receiver did not live through.
func (r *Run) fallsTo(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.casualties.fallen == "" {
		r.casualties.fallen = id
	}
}

// ended is how a push ended, in words: by its status where there is a whole response.
func ended(x transcript.Exchange) string {
	if x.Responded() {
		return fmt.Sprintf("status %d", x.Status)
	}
	return string(x.End)
}

// earlier tells of a push that went wrong before its call was played again.
func earlier(x transcript.Exchange) string {
	return fmt.Sprintf("the %s push on %s's leg: %s", x.Push.Event, x.Leg, ended(x))
}

// buried is a call of which nothing can be told, since the receiver takes nothing any more. The first such call is the one
// that it may have died of.
func (r *Run) buried(about, out transcript.Call) transcript.Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	about.Earlier = ""
	if r.casualties.fallen == "" {
		r.casualties.fallen = requirements.About(about)
		about.Earlier = earlier(out.Exchanges[slices.IndexFunc(out.Exchanges, broke)])
	}
	about.After = r.casualties.fallen
	return about
}
