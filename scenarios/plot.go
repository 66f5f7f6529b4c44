package scenarios

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/push"
)

// plot follows the legs of a story, as far as is necessary to find contradictions.
type plot struct {
	cast      Cast
	caller    string
	legs      []*line
	emergency bool // it is an emergency call: sipgate sends no pushes
}

// line is one leg.
type line struct {
	rings    []string
	answered string // who picked up; "" while it rings
	over     bool
	own      bool  // the caller's own phone, in a call by a click
	twin     *line // the other leg of an internal call
	onto     *line // the leg that a transfer of this one began
	how      Manner
}

// follow plays an act. If the act cannot happen, it returns the contradiction and false.
func (p *plot) follow(a Act, first bool) (fault, bool) {
	switch {
	case a.Deed == Calls && !first:
		return fault{key: "deed", wrong: "a story is about one call, and here another begins", expected: "expected a scenario of its own"}, false
	case a.Deed != Calls && first:
		return fault{key: "deed", wrong: fmt.Sprintf("%s, but nobody has called", a.Sentence()), expected: `expected the story to begin with "calls"`}, false
	}
	if p.emergency {
		return fault{}, true // sipgate sends no pushes, so nothing can contradict them
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
	if push.Emergency(p.cast[a.To[0]].Number) {
		p.emergency = true
		return fault{}, true
	}
	rung := &line{rings: a.To}
	switch internal := outside == 0 && !p.cast[a.Who].Outside; {
	case a.How == ByClick && (internal || p.cast[a.Who].Outside):
		return fault{key: keyHow, wrong: fmt.Sprintf("%s calls %s by a click", a.Who, targets(a.To)), expected: "expected a user of the account who calls somebody outside"}, false
	case a.How == ByClick:
		p.legs = append(p.legs, rung, &line{rings: []string{a.Who}, own: true})
		return fault{}, true
	case internal:
		rung.twin = &line{rings: a.To, twin: rung} // an internal call has two legs: the caller's and the called party's
		p.legs = append(p.legs, rung.twin)
	}
	p.legs = append(p.legs, rung)
	return fault{}, true
}

func (p *plot) answers(a Act) (fault, bool) {
	l := p.line(a.Who)
	if l == nil && a.Who == Voicemail { // it can take any call that rings
		for _, ringing := range p.live() {
			if ringing.answered == "" && !p.cast[ringing.rings[0]].Outside {
				ringing.answered, ringing.rings = a.Who, append(slices.Clone(ringing.rings), Voicemail)
				return fault{}, true
			}
		}
	}
	switch {
	case l == nil:
		return fault{key: "deed", wrong: fmt.Sprintf("%s answers before ringing", called(a.Who)), expected: "expected a call, transfer or forward to " + called(a.Who) + " first"}, false
	case l.over:
		return fault{key: "deed", wrong: fmt.Sprintf("%s answers, but that leg is over", called(a.Who))}, false
	case l.answered != "":
		return fault{key: "deed", wrong: fmt.Sprintf("%s answers, but %s has answered already", called(a.Who), called(l.answered))}, false
	}
	for _, own := range p.legs {
		if own.own && own != l && own.answered == "" {
			return fault{key: "deed", wrong: fmt.Sprintf("%s answers before %s has picked up the own phone", called(a.Who), p.caller), expected: fmt.Sprintf("expected %s to answer first", p.caller)}, false
		}
	}
	l.answered = a.Who
	if l.twin != nil {
		l.twin.answered = a.Who
	}
	return fault{}, true
}

// sendsOn follows transfers and forwards, which differ in whether the call was answered.
func (p *plot) sendsOn(a Act) (fault, bool) {
	l := p.line(a.Who)
	target := a.To[0]
	rungBefore := target == p.caller || p.line(target) != nil
	var before *line // the leg as it was before this act
	if l != nil {
		copied := *l
		before = &copied
	}
	if !rungBefore {
		onto := &line{rings: a.To}
		if l != nil && a.Deed == Transfers {
			l.onto, l.how = onto, a.How
		}
		defer func() { p.legs = append(p.legs, onto) }() // even if the leg is a mistake, so that it is reported once
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
	case before != nil && before.how == Blind:
		return no(fmt.Sprintf("%s is out of the call after a blind transfer", a.Who), "expected an attended one before, or somebody else")
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
		return fault{key: "who", wrong: fmt.Sprintf("%s no longer rings: %s has answered", a.Who, called(l.answered)), expected: fmt.Sprintf("expected %s", l.answered)}, false
	}
	if next := l.onto; next != nil && l.how == Attended && next.answered == "" && !next.over {
		return fault{key: "deed", wrong: fmt.Sprintf("%s leaves an attended transfer while it rings at %s", called(a.Who), targets(next.rings)), expected: fmt.Sprintf("expected %s to answer first or not to, or a blind transfer", targets(next.rings))}, false
	}
	l.over = true
	return fault{}, true
}

// line returns the latest leg that rings a person, a live one first; nil if there is none.
func (p *plot) line(who string) *line {
	var best *line
	for _, l := range p.legs {
		if slices.Contains(l.rings, who) && (best == nil || best.over || !l.over) {
			best = l
		}
	}
	return best
}

// live lists the legs that are not over.
func (p *plot) live() []*line {
	var live []*line
	for _, l := range p.legs {
		if !l.over {
			live = append(live, l)
		}
	}
	return live
}
