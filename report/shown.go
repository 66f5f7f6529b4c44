package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/transcript"
)

// shown prints the states of the legs that the application showed: all of them if everything is shown, otherwise only those that do not
// match the pushes.
func (p *playedPage) shown(c transcript.Call) {
	var legs groups
	fits := true
	for _, a := range c.States {
		said := string(a.Shown)
		switch {
		case a.Failure != "":
			said, fits = "unreadable: "+a.Failure, false
		case !a.FitsWanted():
			said, fits = fmt.Sprintf("%s and not %s", a.Shown, a.Wanted), false
		case !p.verbose:
			continue
		}
		legs.add(a.Leg, said)
	}
	look := yellow
	if fits {
		look = dim
	}
	for _, g := range legs {
		p.styledField("shown", clipLong(g.reason+"'s call: "+strings.Join(slices.Compact(g.names), ", "), 3*p.width), look)
	}
}
