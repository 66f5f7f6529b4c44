package scenarios

import (
	"fmt"
	"slices"
)

// plot follows who talks to whom through a story, only as far as contradictions need it.
type plot struct {
	cast   Cast
	caller string
	legs   []*line
}

// line is one leg.
type line struct {
	rings    []string
	answered string // who picked up; "" while it rings
	over     bool
}

// follow plays an act; false and what contradicts it where it cannot happen.
func (p *plot) follow(a Act, first bool) (fault, bool) {
	switch {
	case a.Deed == Calls && !first:
		return fault{key: "deed", wrong: "a story is about one call, and here another begins", expected: "expected a scenario of its own"}, false
	case a.Deed != Calls && first:
		return fault{key: "deed", wrong: fmt.Sprintf("%s, but nobody has called", a.Sentence()), expected: `expected the story to begin with "calls"`}, false
	}
	switch a.Deed {
	case Calls:
		return p.calls(a)
	case Answers:
		return p.answers(a)
	case Transfers, Forwards:
		return p.sendsOn(a)
	case Presses:
		return p.presses(a)
	}
	return p.ends(a)
}

func (p *plot) calls(a Act) (fault, bool) {
	outside := 0
	for _, name := range a.To {
		if p.cast[name].Outside {
			outside++
		}
	}
	switch {
	case outside > 0 && p.cast[a.Who].Outside:
		return fault{key: "to", wrong: fmt.Sprintf("%s and somebody whom %s calls are outside the account, of which sipgate sees nothing", a.Who, a.Who), expected: "expected a user of the account"}, false
	case outside > 0 && len(a.To) > 1:
		return fault{key: "to", wrong: "somebody in the group is outside the account", expected: "expected users of the account, or one person only"}, false
	}
	p.caller = a.Who
	if outside == 0 && !p.cast[a.Who].Outside {
		p.legs = append(p.legs, &line{rings: a.To}) // an internal call is two calls to sipgate: the caller's and the called party's
	}
	p.legs = append(p.legs, &line{rings: a.To})
	return fault{}, true
}

func (p *plot) answers(a Act) (fault, bool) {
	l := p.line(a.Who)
	switch {
	case l == nil:
		return fault{key: "deed", wrong: fmt.Sprintf("%s answers before ringing", called(a.Who)), expected: "expected a call, transfer or forward to " + called(a.Who) + " first"}, false
	case l.over:
		return fault{key: "deed", wrong: fmt.Sprintf("%s answers, but that leg is over", called(a.Who))}, false
	case l.answered != "":
		return fault{key: "deed", wrong: fmt.Sprintf("%s answers, but %s has answered already", called(a.Who), called(l.answered))}, false
	}
	l.answered = a.Who
	return fault{}, true
}

// sendsOn follows transfers and forwards, which differ in whether the call was answered.
func (p *plot) sendsOn(a Act) (fault, bool) {
	l := p.line(a.Who)
	target := a.To[0]
	rungBefore := target == p.caller || p.line(target) != nil
	if !rungBefore {
		defer func() { p.legs = append(p.legs, &line{rings: a.To}) }() // also where it cannot be, so that one mistake is told once
	}
	no := func(wrong, expected string) (fault, bool) {
		return fault{key: "deed", wrong: wrong, expected: expected}, false
	}
	switch {
	case l == nil:
		return no(fmt.Sprintf("%s %s a call that never reached %s", a.Who, a.Deed, a.Who), "expected somebody who was called")
	case l.over:
		return no(fmt.Sprintf("%s %s a call whose leg is over", a.Who, a.Deed), "")
	case p.cast[a.Who].Outside:
		return no(fmt.Sprintf("%s is outside the account, and sipgate does not see what %s %s", a.Who, a.Who, a.Deed), "expected a user of the account")
	case a.Deed == Transfers && l.answered != a.Who:
		return no(fmt.Sprintf("%s transfers before answering", a.Who), fmt.Sprintf(`expected %s to answer first, or "forwards"`, a.Who))
	case a.Deed == Forwards && l.answered != "":
		return no(fmt.Sprintf("%s forwards after answering", a.Who), `expected "transfers"`)
	case rungBefore:
		return fault{key: "to", wrong: fmt.Sprintf("%s is in the call already", called(target)), expected: "expected somebody new to it"}, false
	}
	l.over = a.Deed == Forwards
	return fault{}, true
}

func (p *plot) presses(a Act) (fault, bool) {
	live := p.live()
	for _, l := range live {
		if a.Who == p.caller || slices.Contains(l.rings, a.Who) {
			return fault{}, true
		}
	}
	if len(live) == 0 {
		return fault{key: "deed", wrong: fmt.Sprintf("%s presses keys when the call is over", a.Who)}, false
	}
	return fault{key: "who", wrong: fmt.Sprintf("%s presses keys, but is not in the call", a.Who), expected: "expected somebody who is"}, false
}

func (p *plot) ends(a Act) (fault, bool) {
	l := p.line(a.Who)
	if l == nil && a.Who == p.caller {
		live := p.live()
		if len(live) > 1 && p.cast[a.Who].Outside {
			return fault{key: "who", wrong: fmt.Sprintf("%s is on several legs", a.Who), expected: "expected whom the leg rings that ends"}, false
		}
		if len(live) > 0 {
			l = live[len(live)-1]
		}
		if l == nil {
			l = &line{over: true}
		}
	}
	switch {
	case l == nil:
		return fault{key: "who", wrong: fmt.Sprintf("%s is not in the call", called(a.Who)), expected: "expected whom the leg rings that ends"}, false
	case l.over:
		return fault{key: "deed", wrong: fmt.Sprintf("%s ends a leg that is over", called(a.Who))}, false
	case l.answered != "" && a.Who != p.caller && l.answered != a.Who:
		return fault{key: "who", wrong: fmt.Sprintf("%s does not ring any more: %s has answered", a.Who, called(l.answered)), expected: fmt.Sprintf("expected %s", l.answered)}, false
	}
	l.over = true
	return fault{}, true
}

// line returns the latest leg that rings somebody, one that goes on before one that is over; nil where there is none.
func (p *plot) line(who string) *line {
	var best *line
	for _, l := range p.legs {
		if slices.Contains(l.rings, who) && (best == nil || best.over || !l.over) {
			best = l
		}
	}
	return best
}

// live lists the legs that go on.
func (p *plot) live() []*line {
	var live []*line
	for _, l := range p.legs {
		if !l.over {
			live = append(live, l)
		}
	}
	return live
}
