package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/transcript"
)

// writeShownStates prints the states of the legs that the application showed: all of them if everything is shown, otherwise only those that
// do not match the pushes.
func (p *playedPage) writeShownStates(c transcript.Call) {
	var legs groups
	fits := true
	for _, a := range c.States {
		state := string(a.Shown)
		switch {
		case a.Failure != "":
			state, fits = "unreadable: "+a.Failure, false
		case !a.FitsWanted():
			state, fits = fmt.Sprintf("%s and not %s", a.Shown, a.Wanted), false
		case !p.verbose:
			continue
		}
		legs.add(a.Leg, state)
	}
	look := yellow
	if fits {
		look = dim
	}
	for _, g := range legs {
		p.styledField("shown", clipLong(g.reason+"'s call: "+strings.Join(slices.Compact(g.names), ", "), 3*p.width), look)
	}
}
