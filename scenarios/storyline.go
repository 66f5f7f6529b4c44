package scenarios

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/push"
)

// storyline plays a story to find contradictions. It keeps the state of each leg.
type storyline struct {
	cast        Cast
	caller      string
	legs        []*leg
	isEmergency bool // the call is an emergency call, about which sipgate sends no pushes
}

// leg is one leg of the call.
type leg struct {
	people        []string // the people whom the leg rings
	answeredBy    string   // the person who picked up; "" while the leg rings
	isOver        bool
	isOwnPhone    bool   // the leg rings the caller's own phone, in a click-to-dial call
	otherLeg      *leg   // the other leg of an internal call
	transferredTo *leg   // the leg to which this leg was transferred; nil: there was no transfer
	manner        Manner // the manner of the transfer to transferredTo
}

// play plays an act. If the act cannot happen, play returns the contradiction and false.
func (p *storyline) play(a Act, isFirst bool) (contradiction, bool) {
	switch {
	case a.Deed == Calls && !isFirst:
		return contradiction{key: "deed", wrong: "a story is about one call, and here another begins", expected: "expected a scenario of its own"}, false
	case a.Deed != Calls && isFirst:
		return contradiction{key: "deed", wrong: fmt.Sprintf("%s, but nobody has called", a.Sentence()), expected: `expected the story to begin with "calls"`}, false
	}
	if p.isEmergency {
		return contradiction{}, true // there are no pushes that an act could contradict
	}
	switch a.Deed {
	case Calls:
		return p.playCall(a)
	case Answers:
		return p.playAnswer(a)
	case Transfers, Forwards:
		return p.playTransferOrForward(a)
	case Presses:
		return p.playKeys(a)
	}
	return p.playEnd(a)
}

func (p *storyline) playCall(a Act) (contradiction, bool) {
	outsideCount := 0
	for _, name := range a.To {
		if p.cast[name].IsOutside {
			outsideCount++
		}
	}
	switch {
	case outsideCount > 0 && p.cast[a.Who].IsOutside:
		return contradiction{key: "to", wrong: fmt.Sprintf("%s and somebody whom %s calls are outside the account, and sipgate sends no pushes about such calls", a.Who, a.Who), expected: "expected a user of the account"}, false
	case outsideCount > 0 && len(a.To) > 1:
		return contradiction{key: "to", wrong: "somebody in the group is outside the account", expected: "expected users of the account, or one person only"}, false
	}
	p.caller = a.Who
	if push.IsEmergency(p.cast[a.To[0]].Number) {
		p.isEmergency = true
		return contradiction{}, true
	}
	calledLeg := &leg{people: a.To}
	switch isInternal := outsideCount == 0 && !p.cast[a.Who].IsOutside; {
	case a.How == ByClick && (isInternal || p.cast[a.Who].IsOutside):
		return contradiction{key: keyHow, wrong: fmt.Sprintf("%s calls %s by a click", a.Who, joinNames(a.To)), expected: "expected a user of the account who calls somebody outside"}, false
	case a.How == ByClick:
		p.legs = append(p.legs, calledLeg, &leg{people: []string{a.Who}, isOwnPhone: true})
		return contradiction{}, true
	case isInternal:
		calledLeg.otherLeg = &leg{people: a.To, otherLeg: calledLeg} // an internal call has an outgoing and an incoming leg
		p.legs = append(p.legs, calledLeg.otherLeg)
	}
	p.legs = append(p.legs, calledLeg)
	return contradiction{}, true
}

func (p *storyline) playAnswer(a Act) (contradiction, bool) {
	l := p.findLeg(a.Who)
	if l == nil && a.Who == Voicemail { // the voicemail can answer any leg that rings
		for _, ringing := range p.openLegs() {
			if ringing.answeredBy == "" && !p.cast[ringing.people[0]].IsOutside {
				ringing.answeredBy, ringing.people = a.Who, append(slices.Clone(ringing.people), Voicemail)
				return contradiction{}, true
			}
		}
	}
	switch {
	case l == nil:
		return contradiction{key: "deed", wrong: fmt.Sprintf("%s answers before ringing", personName(a.Who)), expected: "expected a call, transfer or forward to " + personName(a.Who) + " first"}, false
	case l.isOver:
		return contradiction{key: "deed", wrong: fmt.Sprintf("%s answers, but that leg is over", personName(a.Who))}, false
	case l.answeredBy != "":
		return contradiction{key: "deed", wrong: fmt.Sprintf("%s answers, but %s has answered already", personName(a.Who), personName(l.answeredBy))}, false
	}
	for _, other := range p.legs {
		if other.isOwnPhone && other != l && other.answeredBy == "" {
			return contradiction{key: "deed", wrong: fmt.Sprintf("%s answers before %s has picked up the own phone", personName(a.Who), p.caller), expected: fmt.Sprintf("expected %s to answer first", p.caller)}, false
		}
	}
	l.answeredBy = a.Who
	if l.otherLeg != nil {
		l.otherLeg.answeredBy = a.Who
	}
	return contradiction{}, true
}

// playTransferOrForward plays a transfer, which needs an answered call, or a forward, which needs a call that is not answered.
func (p *storyline) playTransferOrForward(a Act) (contradiction, bool) {
	l := p.findLeg(a.Who)
	target := a.To[0]
	isInCall := target == p.caller || p.findLeg(target) != nil
	var legBefore *leg // a copy of the leg before this act
	if l != nil {
		copied := *l
		legBefore = &copied
	}
	if !isInCall {
		newLeg := &leg{people: a.To}
		if l != nil && a.Deed == Transfers {
			l.transferredTo, l.manner = newLeg, a.How
		}
		defer func() { p.legs = append(p.legs, newLeg) }() // also after a contradiction, so that later acts of the new leg cause no further contradictions
	}
	deedContradiction := func(wrong, expected string) (contradiction, bool) {
		return contradiction{key: "deed", wrong: wrong, expected: expected}, false
	}
	switch {
	case l == nil:
		return deedContradiction(fmt.Sprintf("%s %s a call that never reached %s", a.Who, a.Deed, a.Who), "expected somebody who was called")
	case l.isOver:
		return deedContradiction(fmt.Sprintf("%s %s a call whose leg is over", a.Who, a.Deed), "")
	case p.cast[a.Who].IsOutside:
		return deedContradiction(fmt.Sprintf("%s is outside the account, and sipgate does not see what %s %s", a.Who, a.Who, a.Deed), "expected a user of the account")
	case legBefore != nil && legBefore.manner == Blind:
		return deedContradiction(fmt.Sprintf("%s is out of the call after a blind transfer", a.Who), "expected the earlier transfer to be attended, or another person")
	case a.Deed == Transfers && l.answeredBy != a.Who:
		return deedContradiction(fmt.Sprintf("%s transfers before answering", a.Who), fmt.Sprintf(`expected %s to answer first, or "forwards"`, a.Who))
	case a.Deed == Forwards && l.answeredBy != "":
		return deedContradiction(fmt.Sprintf("%s forwards after answering", a.Who), `expected "transfers"`)
	case isInCall:
		return contradiction{key: "to", wrong: fmt.Sprintf("%s is in the call already", personName(target)), expected: "expected a person who is not in the call"}, false
	}
	l.isOver = a.Deed == Forwards
	return contradiction{}, true
}

func (p *storyline) playKeys(a Act) (contradiction, bool) {
	openLegs := p.openLegs()
	for _, l := range openLegs {
		if a.Who == p.caller || slices.Contains(l.people, a.Who) {
			return contradiction{}, true
		}
	}
	if len(openLegs) == 0 {
		return contradiction{key: "deed", wrong: fmt.Sprintf("%s presses keys when the call is over", a.Who)}, false
	}
	return contradiction{key: "who", wrong: fmt.Sprintf("%s presses keys, but is not in the call", a.Who), expected: "expected a person who is in the call"}, false
}

func (p *storyline) playEnd(a Act) (contradiction, bool) {
	l := p.findLeg(a.Who)
	if l == nil && a.Who == p.caller {
		openLegs := p.openLegs()
		if len(openLegs) > 1 && p.cast[a.Who].IsOutside {
			return contradiction{key: "who", wrong: fmt.Sprintf("%s is on several legs", a.Who), expected: "expected the person whose leg ends"}, false
		}
		if len(openLegs) > 0 {
			l = openLegs[len(openLegs)-1]
		}
		if l == nil {
			l = &leg{isOver: true}
		}
	}
	switch {
	case l == nil:
		return contradiction{key: "who", wrong: fmt.Sprintf("%s is not in the call", personName(a.Who)), expected: "expected the person whose leg ends"}, false
	case l.isOver:
		return contradiction{key: "deed", wrong: fmt.Sprintf("%s ends a leg that is over", personName(a.Who))}, false
	case l.answeredBy != "" && a.Who != p.caller && l.answeredBy != a.Who:
		return contradiction{key: "who", wrong: fmt.Sprintf("%s no longer rings: %s has answered", a.Who, personName(l.answeredBy)), expected: fmt.Sprintf("expected %s", l.answeredBy)}, false
	}
	if next := l.transferredTo; next != nil && l.manner == Attended && next.answeredBy == "" && !next.isOver {
		return contradiction{key: "deed", wrong: fmt.Sprintf("%s leaves an attended transfer while it rings at %s", personName(a.Who), joinNames(next.people)), expected: fmt.Sprintf("expected %[1]s to answer, or the leg of %[1]s to end, or a blind transfer", joinNames(next.people))}, false
	}
	l.isOver = true
	return contradiction{}, true
}

// findLeg returns the latest leg that rings a person. It prefers a leg that is not over. It returns nil if no leg rings the person.
func (p *storyline) findLeg(who string) *leg {
	var best *leg
	for _, l := range p.legs {
		if slices.Contains(l.people, who) && (best == nil || best.isOver || !l.isOver) {
			best = l
		}
	}
	return best
}

// openLegs lists the legs that are not over.
func (p *storyline) openLegs() []*leg {
	var open []*leg
	for _, l := range p.legs {
		if !l.isOver {
			open = append(open, l)
		}
	}
	return open
}
