package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/transcript"
)

// writeShownStates writes the states that the application showed, a line for each leg. Without --verbose it writes only the states that do
// not match the pushes.
func (p *playedPage) writeShownStates(c transcript.Call) {
	var legs groups
	allFit := true
	for _, a := range c.States {
		state := string(a.Shown)
		switch {
		case a.Failure != "":
			state, allFit = "unreadable: "+a.Failure, false
		case !a.FitsWanted():
			state, allFit = fmt.Sprintf("%s and not %s", a.Shown, a.Wanted), false
		case !p.verbose:
			continue
		}
		legs.add(a.Leg, state)
	}
	statesStyle := yellow
	if allFit {
		statesStyle = dim
	}
	for _, g := range legs {
		p.writeStyledField("shown", clipLong(g.key+"'s call: "+strings.Join(slices.Compact(g.names), ", "), 3*p.width), statesStyle)
	}
}
