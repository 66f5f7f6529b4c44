package scenarios

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/push"
)

// storyline follows the legs of a story, as far as is necessary to find contradictions.
type storyline struct {
	cast      Cast
	caller    string
	legs      []*leg
	emergency bool // it is an emergency call: sipgate sends no pushes
}

// leg is one leg of the call.
type leg struct {
	rings         []string
	answered      string // who picked up; "" while it rings
	over          bool
	ownPhone      bool // the caller's own phone, in a call by a click
	otherLeg      *leg // the other leg of an internal call
	transferredTo *leg // the leg that a transfer of this one began
	manner        Manner
}

// play plays an act. If the act cannot happen, it returns the contradiction and false.
func (p *storyline) play(a Act, first bool) (fault, bool) {
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
		return p.playCall(a)
	case Answers:
		return p.playAnswer(a)
	case Transfers, Forwards:
		return p.playSendingOn(a)
	case Presses:
		return p.playKeys(a)
	}
	return p.playEnd(a)
}

func (p *storyline) playCall(a Act) (fault, bool) {
	outside := 0
	for _, name := range a.To {
		if p.cast[name].IsOutside {
			outside++
		}
	}
	switch {
	case outside > 0 && p.cast[a.Who].IsOutside:
		return fault{key: "to", wrong: fmt.Sprintf("%s and somebody whom %s calls are outside the account, of which sipgate sees nothing", a.Who, a.Who), expected: "expected a user of the account"}, false
	case outside > 0 && len(a.To) > 1:
		return fault{key: "to", wrong: "somebody in the group is outside the account", expected: "expected users of the account, or one person only"}, false
	}
	p.caller = a.Who
	if push.IsEmergency(p.cast[a.To[0]].Number) {
		p.emergency = true
		return fault{}, true
	}
	calledLeg := &leg{rings: a.To}
	switch internal := outside == 0 && !p.cast[a.Who].IsOutside; {
	case a.How == ByClick && (internal || p.cast[a.Who].IsOutside):
		return fault{key: keyHow, wrong: fmt.Sprintf("%s calls %s by a click", a.Who, joinNames(a.To)), expected: "expected a user of the account who calls somebody outside"}, false
	case a.How == ByClick:
		p.legs = append(p.legs, calledLeg, &leg{rings: []string{a.Who}, ownPhone: true})
		return fault{}, true
	case internal:
		calledLeg.otherLeg = &leg{rings: a.To, otherLeg: calledLeg} // an internal call has two legs: the caller's and the called party's
		p.legs = append(p.legs, calledLeg.otherLeg)
	}
	p.legs = append(p.legs, calledLeg)
	return fault{}, true
}

func (p *storyline) playAnswer(a Act) (fault, bool) {
	l := p.findLeg(a.Who)
	if l == nil && a.Who == Voicemail { // it can take any call that rings
		for _, ringing := range p.openLegs() {
			if ringing.answered == "" && !p.cast[ringing.rings[0]].IsOutside {
				ringing.answered, ringing.rings = a.Who, append(slices.Clone(ringing.rings), Voicemail)
				return fault{}, true
			}
		}
	}
	switch {
	case l == nil:
		return fault{key: "deed", wrong: fmt.Sprintf("%s answers before ringing", personName(a.Who)), expected: "expected a call, transfer or forward to " + personName(a.Who) + " first"}, false
	case l.over:
		return fault{key: "deed", wrong: fmt.Sprintf("%s answers, but that leg is over", personName(a.Who))}, false
	case l.answered != "":
		return fault{key: "deed", wrong: fmt.Sprintf("%s answers, but %s has answered already", personName(a.Who), personName(l.answered))}, false
	}
	for _, other := range p.legs {
		if other.ownPhone && other != l && other.answered == "" {
			return fault{key: "deed", wrong: fmt.Sprintf("%s answers before %s has picked up the own phone", personName(a.Who), p.caller), expected: fmt.Sprintf("expected %s to answer first", p.caller)}, false
		}
	}
	l.answered = a.Who
	if l.otherLeg != nil {
		l.otherLeg.answered = a.Who
	}
	return fault{}, true
}

// playSendingOn follows transfers and forwards, which differ in whether the call was answered.
func (p *storyline) playSendingOn(a Act) (fault, bool) {
	l := p.findLeg(a.Who)
	target := a.To[0]
	rungBefore := target == p.caller || p.findLeg(target) != nil
	var before *leg // the leg as it was before this act
	if l != nil {
		copied := *l
		before = &copied
	}
	if !rungBefore {
		next := &leg{rings: a.To}
		if l != nil && a.Deed == Transfers {
			l.transferredTo, l.manner = next, a.How
		}
		defer func() { p.legs = append(p.legs, next) }() // even if the leg is a mistake, so that it is reported once
	}
	contradiction := func(wrong, expected string) (fault, bool) {
		return fault{key: "deed", wrong: wrong, expected: expected}, false
	}
	switch {
	case l == nil:
		return contradiction(fmt.Sprintf("%s %s a call that never reached %s", a.Who, a.Deed, a.Who), "expected somebody who was called")
	case l.over:
		return contradiction(fmt.Sprintf("%s %s a call whose leg is over", a.Who, a.Deed), "")
	case p.cast[a.Who].IsOutside:
		return contradiction(fmt.Sprintf("%s is outside the account, and sipgate does not see what %s %s", a.Who, a.Who, a.Deed), "expected a user of the account")
	case before != nil && before.manner == Blind:
		return contradiction(fmt.Sprintf("%s is out of the call after a blind transfer", a.Who), "expected an attended one before, or somebody else")
	case a.Deed == Transfers && l.answered != a.Who:
		return contradiction(fmt.Sprintf("%s transfers before answering", a.Who), fmt.Sprintf(`expected %s to answer first, or "forwards"`, a.Who))
	case a.Deed == Forwards && l.answered != "":
		return contradiction(fmt.Sprintf("%s forwards after answering", a.Who), `expected "transfers"`)
	case rungBefore:
		return fault{key: "to", wrong: fmt.Sprintf("%s is in the call already", personName(target)), expected: "expected somebody new to it"}, false
	}
	l.over = a.Deed == Forwards
	return fault{}, true
}

func (p *storyline) playKeys(a Act) (fault, bool) {
	open := p.openLegs()
	for _, l := range open {
		if a.Who == p.caller || slices.Contains(l.rings, a.Who) {
			return fault{}, true
		}
	}
	if len(open) == 0 {
		return fault{key: "deed", wrong: fmt.Sprintf("%s presses keys when the call is over", a.Who)}, false
	}
	return fault{key: "who", wrong: fmt.Sprintf("%s presses keys, but is not in the call", a.Who), expected: "expected somebody who is"}, false
}

func (p *storyline) playEnd(a Act) (fault, bool) {
	l := p.findLeg(a.Who)
	if l == nil && a.Who == p.caller {
		open := p.openLegs()
		if len(open) > 1 && p.cast[a.Who].IsOutside {
			return fault{key: "who", wrong: fmt.Sprintf("%s is on several legs", a.Who), expected: "expected whom the leg rings that ends"}, false
		}
		if len(open) > 0 {
			l = open[len(open)-1]
		}
		if l == nil {
			l = &leg{over: true}
		}
	}
	switch {
	case l == nil:
		return fault{key: "who", wrong: fmt.Sprintf("%s is not in the call", personName(a.Who)), expected: "expected whom the leg rings that ends"}, false
	case l.over:
		return fault{key: "deed", wrong: fmt.Sprintf("%s ends a leg that is over", personName(a.Who))}, false
	case l.answered != "" && a.Who != p.caller && l.answered != a.Who:
		return fault{key: "who", wrong: fmt.Sprintf("%s no longer rings: %s has answered", a.Who, personName(l.answered)), expected: fmt.Sprintf("expected %s", l.answered)}, false
	}
	if next := l.transferredTo; next != nil && l.manner == Attended && next.answered == "" && !next.over {
		return fault{key: "deed", wrong: fmt.Sprintf("%s leaves an attended transfer while it rings at %s", personName(a.Who), joinNames(next.rings)), expected: fmt.Sprintf("expected %s to answer first or not to, or a blind transfer", joinNames(next.rings))}, false
	}
	l.over = true
	return fault{}, true
}

// findLeg returns the latest leg that rings a person, an open one first; nil if there is none.
func (p *storyline) findLeg(who string) *leg {
	var best *leg
	for _, l := range p.legs {
		if slices.Contains(l.rings, who) && (best == nil || best.over || !l.over) {
			best = l
		}
	}
	return best
}

// openLegs lists the legs that are not over.
func (p *storyline) openLegs() []*leg {
	var open []*leg
	for _, l := range p.legs {
		if !l.over {
			open = append(open, l)
		}
	}
	return open
}
