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
	lastAt time.Duration // time of the push of the latest act
}

// leg is one leg of the call, with its callId.
type leg struct {
	newCall      push.Push // the push that began the leg
	callees      []string  // names in the story of the people whose phones ring; for an outgoing leg the called party
	caller       string    // name in the story of the caller
	answeredBy   string    // name in the story of the person who answered; "" while the phone rings
	hasEnded     bool
	isInternal   bool // one of the two legs of a call between users
	forwardIndex int  // index in story of the act that forwarded the leg; 0 if there is no such act, or if the leg after the forward was already found
}

// build adds the acts of all pushes to the story.
func (t *storyline) build(recorded []RecordedPush) error {
	if len(recorded) == 0 || recorded[0].Push.Event != push.NewCall {
		return errors.New("the call had begun before the recording")
	}
	beginCount, err := t.addBeginning(recorded)
	if err != nil {
		return err
	}
	t.lastAt = recorded[0].ReceivedAt
	for i, r := range recorded[beginCount:] {
		isTogether := i > 0 && t.areTogetherHangups(recorded[beginCount+i-1], r)
		if err := t.addPush(r, isTogether); err != nil {
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

// areTogetherHangups reports whether two pushes are the hangups of the two legs of an internal call, and were sent at the same time.
func (t *storyline) areTogetherHangups(previous, r RecordedPush) bool {
	a, b := t.legByCallID(previous.Push.CallID), t.legByCallID(r.Push.CallID)
	return previous.Push.Event == push.Hangup && r.Push.Event == push.Hangup && areSimultaneous(previous, r) && a != nil && b != nil && a != b && a.isInternal && b.isInternal
}

// addPush adds the act that a push after the beginning of the call reports. isTogether is true if this act and the act before it end the
// two legs of an internal call at the same time.
func (t *storyline) addPush(r RecordedPush, isTogether bool) error {
	if r.Push.Event == push.NewCall {
		return t.addForwardOrTransfer(r)
	}
	l := t.legByCallID(r.Push.CallID)
	if l == nil {
		return errors.New("a push is about a leg that had begun before the recording")
	}
	switch r.Push.Event {
	case push.Answer:
		return t.addAnswer(l, r)
	case push.DTMF:
		t.appendAct(scenarios.Act{Who: l.caller, Deed: scenarios.Presses, Digits: r.Push.Digits}, r)
	case push.Hangup:
		t.addHangup(l, r, isTogether)
	default:
		return errors.New("a push has an event that sipgate does not document")
	}
	return nil
}

// legByCallID finds a leg by its callId; nil if there is none.
func (t *storyline) legByCallID(callID string) *leg {
	for _, l := range t.legs {
		if l.newCall.CallID == callID {
			return l
		}
	}
	return nil
}

// appendAct adds an act at the time of its push.
func (t *storyline) appendAct(a scenarios.Act, r RecordedPush) {
	const unit = time.Millisecond
	elapsed := max((r.ReceivedAt - t.lastAt).Round(unit), unit)
	t.lastAt = r.ReceivedAt
	usualPause := a.PauseBefore()
	if tolerance := usualPause / 20; a.Deed != scenarios.Presses && (elapsed-usualPause).Abs() > tolerance {
		a.After = elapsed
	}
	t.story = append(t.story, a)
}

// addBeginning adds the act that begins the call. It returns the number of newCall pushes that belong to this act: 1 or 2.
func (t *storyline) addBeginning(recorded []RecordedPush) (int, error) {
	first := recorded[0].Push
	if len(recorded) > 1 && recorded[1].Push.Event == push.NewCall && recorded[1].Push.Direction != first.Direction {
		out, in := first, recorded[1].Push
		if out.Direction != push.Outgoing {
			out, in = in, out
		}
		return 2, t.addTwoLegs(out, in)
	}
	if first.Diversion != "" {
		return 0, errors.New("the first leg of the call was not recorded")
	}
	shownText, err := shownCaller(first.From)
	if err != nil {
		return 0, err
	}
	users, err := t.people.usersIn(first)
	if err != nil {
		return 0, err
	}
	act := scenarios.Act{Deed: scenarios.Calls, Shows: shownText}
	if first.Direction == push.Outgoing {
		act.Who = users[0]
		called, err := t.people.outsider(first.To)
		if err != nil {
			return 0, err
		}
		act.To = []string{called}
	} else {
		if act.Who, err = t.people.outsider(first.From); err != nil {
			return 0, err
		}
		act.To = users
	}
	t.story = append(t.story, act)
	t.legs = append(t.legs, &leg{newCall: first, callees: act.To, caller: act.Who})
	return 1, nil
}

// addTwoLegs adds the act that begins a call with an outgoing and an incoming leg: a user calls another user, or starts a call by
// click-to-dial.
func (t *storyline) addTwoLegs(outgoing, incoming push.Push) error {
	caller, err := t.people.usersIn(outgoing)
	if err != nil {
		return err
	}
	callees, err := t.people.usersIn(incoming)
	if err != nil {
		return err
	}
	shownText, err := shownCaller(outgoing.From)
	if err != nil {
		return err
	}
	act := scenarios.Act{Who: caller[0], Deed: scenarios.Calls, To: callees, Shows: shownText}
	if outgoing.From == incoming.From && outgoing.To == incoming.To {
		t.story = append(t.story, act)
		t.legs = append(t.legs, &leg{newCall: outgoing, callees: callees, caller: act.Who, isInternal: true}, &leg{newCall: incoming, callees: callees, caller: act.Who, isInternal: true})
		return nil
	}
	if incoming.OrigCallID != outgoing.CallID || incoming.From != outgoing.To || incoming.To != outgoing.From {
		return errors.New("the call has an outgoing and an incoming leg that do not belong together")
	}
	called, err := t.people.outsider(outgoing.To)
	if err != nil {
		return err
	}
	act.To, act.How = []string{called}, scenarios.ByClick
	t.story = append(t.story, act)
	t.legs = append(t.legs, &leg{newCall: outgoing, callees: act.To, caller: act.Who}, &leg{newCall: incoming, callees: callees, caller: called})
	return nil
}

// addForwardOrTransfer adds the act that explains the newCall push of a further leg: a forward or a transfer.
func (t *storyline) addForwardOrTransfer(r RecordedPush) error {
	newCall := r.Push
	if newCall.Diversion == "" || newCall.Direction == push.Outgoing {
		return errors.New("another leg begins, but its newCall push has no diversion, so it is neither a forward nor a transfer")
	}
	var targets []string
	var err error
	if len(newCall.Users) == 1 && newCall.Users[0] == "" { // the new leg leaves the account
		var who string
		who, err = t.people.outsider(newCall.To)
		targets = []string{who}
	} else {
		targets, err = t.people.usersIn(newCall)
	}
	if err != nil {
		return err
	}
	nextLeg := &leg{newCall: newCall, callees: targets}
	for i := len(t.legs) - 1; i >= 0; i-- {
		if l := t.legs[i]; l.forwardIndex > 0 {
			t.story[l.forwardIndex].To, l.forwardIndex, nextLeg.caller = targets, 0, l.caller
			t.legs, t.lastAt = append(t.legs, nextLeg), r.ReceivedAt
			return nil
		}
	}
	for i := len(t.legs) - 1; i >= 0; i-- {
		if l := t.legs[i]; l.answeredBy != "" && !l.hasEnded {
			nextLeg.caller = l.caller
			t.appendAct(scenarios.Act{Who: l.answeredBy, Deed: scenarios.Transfers, To: targets}, r)
			t.legs = append(t.legs, nextLeg)
			return nil
		}
	}
	return errors.New("the call goes on to another party, but the recording shows no leg that was forwarded or answered")
}

// addAnswer adds the act in which the called party picks up.
func (t *storyline) addAnswer(l *leg, r RecordedPush) error {
	if l.isInternal && l.newCall.Direction == push.Outgoing {
		return nil // the answer push of the other leg adds the act
	}
	l.answeredBy = l.callees[0]
	if users := r.Push.Users; len(users) == 1 && users[0] != "" {
		answeringUsers, err := t.people.usersIn(r.Push)
		if err != nil {
			return err
		}
		l.answeredBy = answeringUsers[0]
	}
	t.appendAct(scenarios.Act{Who: l.answeredBy, Deed: scenarios.Answers}, r)
	return nil
}

// addHangup adds the act that ends a leg. A leg that ends with the cause forwarded may be followed by another leg.
func (t *storyline) addHangup(l *leg, r RecordedPush, isTogether bool) {
	act := scenarios.Act{Who: cmp.Or(l.answeredBy, l.callees[0]), Deed: scenarios.Ends, Cause: r.Push.Cause, Together: isTogether}
	if l.isInternal && l.newCall.Direction == push.Outgoing {
		act.Who = l.caller
	}
	if r.Push.Cause == push.Forwarded && l.answeredBy == "" {
		act.Deed, l.forwardIndex = scenarios.Forwards, len(t.story)
	}
	l.hasEnded = true
	t.appendAct(act, r)
}
