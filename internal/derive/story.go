package derive

import (
	"cmp"
	"errors"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// storyline builds the story of a call from its pushes.
type storyline struct {
	people *people
	legs   []*leg
	story  []scenarios.Act
	last   time.Duration // when the push of the latest deed came
}

// leg is one leg of the call, with its callId.
type leg struct {
	newCall  push.Push
	rings    []string // the people who are rung, by their names in the story; of an outgoing leg the called party
	caller   string
	answered string // who picked up; "" while it rings
	over     bool
	internal bool // one of the two legs of a call between users
	forwards int  // index in the story of the deed that ended it with the cause forwarded; 0: none, or its next leg is known
}

// build adds the deeds of all pushes to the story.
func (t *storyline) build(recorded []Recorded) error {
	if len(recorded) == 0 || recorded[0].Push.Event != push.NewCall {
		return errors.New("the call had begun before the recording")
	}
	began, err := t.begin(recorded)
	if err != nil {
		return err
	}
	t.last = recorded[0].At
	for i, r := range recorded[began:] {
		together := i > 0 && t.endTogether(recorded[began+i-1], r)
		if err := t.next(r, together); err != nil {
			return err
		}
	}
	for i, a := range t.story {
		if a.Deed == scenarios.Forwards && len(a.To) == 0 {
			t.story[i].Deed = scenarios.Ends // no leg followed, so it was no forward
		}
	}
	return nil
}

// endTogether reports whether two pushes end the two legs of an internal call at the same time.
func (t *storyline) endTogether(before, r Recorded) bool {
	a, b := t.leg(before.Push.CallID), t.leg(r.Push.CallID)
	return before.Push.Event == push.Hangup && r.Push.Event == push.Hangup && sameTime(before, r) && a != nil && b != nil && a != b && a.internal && b.internal
}

// next adds the deed of a push after the call has begun.
func (t *storyline) next(r Recorded, together bool) error {
	if r.Push.Event == push.NewCall {
		return t.sentOn(r)
	}
	l := t.leg(r.Push.CallID)
	if l == nil {
		return errors.New("a push is about a leg that had begun before the recording")
	}
	switch r.Push.Event {
	case push.Answer:
		return t.answer(l, r)
	case push.DTMF:
		t.add(scenarios.Act{Who: l.caller, Deed: scenarios.Presses, Digits: r.Push.Digits}, r)
	case push.Hangup:
		t.hangup(l, r, together)
	default:
		return errors.New("sipgate's documentation does not have the event of one of its pushes")
	}
	return nil
}

// leg finds a leg by its callId; nil if there is none.
func (t *storyline) leg(callID string) *leg {
	for _, l := range t.legs {
		if l.newCall.CallID == callID {
			return l
		}
	}
	return nil
}

// add adds a deed at the time of its push.
func (t *storyline) add(a scenarios.Act, r Recorded) {
	const unit = time.Millisecond
	after := max((r.At - t.last).Round(unit), unit)
	t.last = r.At
	usual := a.PauseBefore()
	if close := usual / 20; a.Deed != scenarios.Presses && (after-usual).Abs() > close {
		a.After = after
	}
	t.story = append(t.story, a)
}

// begin adds the beginning of the call, and returns how many newCall pushes belong to it.
func (t *storyline) begin(recorded []Recorded) (int, error) {
	one := recorded[0].Push
	if len(recorded) > 1 && recorded[1].Push.Event == push.NewCall && recorded[1].Push.Direction != one.Direction {
		out, in := one, recorded[1].Push
		if out.Direction != push.Outgoing {
			out, in = in, out
		}
		return 2, t.beginTwo(out, in)
	}
	if one.Diversion != "" {
		return 0, errors.New("the first leg of the call was not recorded")
	}
	shows, err := shown(one.From)
	if err != nil {
		return 0, err
	}
	rung, err := t.people.calledParties(one)
	if err != nil {
		return 0, err
	}
	act := scenarios.Act{Deed: scenarios.Calls, Shows: shows}
	if one.Direction == push.Outgoing {
		act.Who = rung[0]
		called, err := t.people.stranger(one.To)
		if err != nil {
			return 0, err
		}
		act.To = []string{called}
	} else {
		if act.Who, err = t.people.stranger(one.From); err != nil {
			return 0, err
		}
		act.To = rung
	}
	t.story = append(t.story, act)
	t.legs = append(t.legs, &leg{newCall: one, rings: act.To, caller: act.Who})
	return 1, nil
}

// beginTwo adds the beginning of a call with an outgoing and an incoming leg: a user calls another user, or starts a call by a click.
func (t *storyline) beginTwo(out, in push.Push) error {
	caller, err := t.people.calledParties(out)
	if err != nil {
		return err
	}
	rung, err := t.people.calledParties(in)
	if err != nil {
		return err
	}
	shows, err := shown(out.From)
	if err != nil {
		return err
	}
	act := scenarios.Act{Who: caller[0], Deed: scenarios.Calls, To: rung, Shows: shows}
	if out.From == in.From && out.To == in.To {
		t.story = append(t.story, act)
		t.legs = append(t.legs, &leg{newCall: out, rings: rung, caller: act.Who, internal: true}, &leg{newCall: in, rings: rung, caller: act.Who, internal: true})
		return nil
	}
	if in.OrigCallID != out.CallID || in.From != out.To || in.To != out.From {
		return errors.New("it has an outgoing and an incoming leg that have nothing in common")
	}
	called, err := t.people.stranger(out.To)
	if err != nil {
		return err
	}
	act.To, act.How = []string{called}, scenarios.ByClick
	t.story = append(t.story, act)
	t.legs = append(t.legs, &leg{newCall: out, rings: act.To, caller: act.Who}, &leg{newCall: in, rings: rung, caller: called})
	return nil
}

// sentOn adds a forward or a transfer.
func (t *storyline) sentOn(r Recorded) error {
	p := r.Push
	if p.Diversion == "" || p.Direction == push.Outgoing {
		return errors.New("another leg begins that is neither a forward nor a transfer: it has no diversion")
	}
	var to []string
	var err error
	if len(p.Users) == 1 && p.Users[0] == "" { // the new leg leaves the account
		var who string
		who, err = t.people.stranger(p.To)
		to = []string{who}
	} else {
		to, err = t.people.calledParties(p)
	}
	if err != nil {
		return err
	}
	next := &leg{newCall: p, rings: to}
	for i := len(t.legs) - 1; i >= 0; i-- {
		if l := t.legs[i]; l.forwards > 0 {
			t.story[l.forwards].To, l.forwards, next.caller = to, 0, l.caller
			t.legs, t.last = append(t.legs, next), r.At
			return nil
		}
	}
	for i := len(t.legs) - 1; i >= 0; i-- {
		if l := t.legs[i]; l.answered != "" && !l.over {
			next.caller = l.caller
			t.add(scenarios.Act{Who: l.answered, Deed: scenarios.Transfers, To: to}, r)
			t.legs = append(t.legs, next)
			return nil
		}
	}
	return errors.New("the call is sent on, but no leg of it was forwarded or answered as far as the recording shows")
}

// answer adds that the called party picks up.
func (t *storyline) answer(l *leg, r Recorded) error {
	if l.internal && l.newCall.Direction == push.Outgoing {
		return nil // the answer push of the other leg adds it
	}
	l.answered = l.rings[0]
	if users := r.Push.Users; len(users) == 1 && users[0] != "" {
		rung, err := t.people.calledParties(r.Push)
		if err != nil {
			return err
		}
		l.answered = rung[0]
	}
	t.add(scenarios.Act{Who: l.answered, Deed: scenarios.Answers}, r)
	return nil
}

// hangup adds the end of a leg. A leg that ends with the cause forwarded may be followed by another leg.
func (t *storyline) hangup(l *leg, r Recorded, together bool) {
	act := scenarios.Act{Who: cmp.Or(l.answered, l.rings[0]), Deed: scenarios.Ends, Cause: r.Push.Cause, Together: together}
	if l.internal && l.newCall.Direction == push.Outgoing {
		act.Who = l.caller
	}
	if r.Push.Cause == push.Forwarded && l.answered == "" {
		act.Deed, l.forwards = scenarios.Forwards, len(t.story)
	}
	l.over = true
	t.add(act, r)
}
