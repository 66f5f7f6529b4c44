package push

import (
	"errors"
	"slices"
)

var errNoEvent = errors.New("reading push: no event, expected a field event=newCall or the like")

// Form writes the push in a dialect: its fields in the dialect's order, then Extra. Fields that the dialect does not name are left out. If
// the dialect has no order for an event, the observed order is used.
func (p Push) Form(d Dialect) Form {
	names := d.fieldOrder(p.Event)
	form := make(Form, 0, len(names)+len(p.Extra))
	for _, name := range names {
		if at, ok := p.placeOf(name); ok {
			form = at.appendTo(form, name)
		}
	}
	return append(form, p.Extra...)
}

// FromForm reads a push. Only the order of the fields is lost: Extra keeps everything that has no other place. These are fields that the
// event is not known to have (such as user[][0], or user[] of an answer), repetitions of a field that should occur once, and an empty
// field whose "" would mean that it is absent. FromForm does not check whether the event's fields are there; an absent from or to reads
// as an empty one. The only error is a form without an event.
func FromForm(form Form) (Push, error) {
	p := Push{Event: Event(form.Get(FieldEvent))}
	if p.Event == "" {
		return Push{}, errNoEvent
	}
	known := observedOrder(p.Event)
	seen := map[string]bool{}
	for _, field := range form {
		at, ok := p.placeOf(field.Name)
		first := !seen[field.Name]
		seen[field.Name] = true
		if !ok || !slices.Contains(known, field.Name) || !at.store(field.Value, first) {
			p.Extra = append(p.Extra, field)
		}
	}
	return p, nil
}
