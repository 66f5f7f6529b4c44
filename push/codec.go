package push

import (
	"errors"
	"slices"
)

var errNoEvent = errors.New("reading push: no event, expected a field event=newCall or the like")

// Form writes the push in a dialect: its fields in the dialect's order, then Extra. What the dialect does not name is left
// out. An event without an order of its own in the dialect is written in the observed one.
func (p Push) Form(d Dialect) Form {
	names := d.order(p.Event)
	form := make(Form, 0, len(names)+len(p.Extra))
	for _, name := range names {
		if at, ok := p.place(name); ok {
			form = at.add(form, name)
		}
	}
	return append(form, p.Extra...)
}

// FromForm reads a push. What it cannot keep goes to Extra, so that nothing is lost but order: fields that the event is not
// known to have (such as user[][0], or user[] of an answer), a repeated field that should come once, and an empty field
// whose "" would mean that it is absent. Whether the event's fields are there is not checked; an absent from or to reads as
// an empty one. The only error is that there is no event.
func FromForm(form Form) (Push, error) {
	p := Push{Event: Event(form.Get(FieldEvent))}
	if p.Event == "" {
		return Push{}, errNoEvent
	}
	known := observedOrder(p.Event)
	seen := map[string]bool{}
	for _, field := range form {
		at, ok := p.place(field.Name)
		first := !seen[field.Name]
		seen[field.Name] = true
		if !ok || !slices.Contains(known, field.Name) || !at.take(field.Value, first) {
			p.Extra = append(p.Extra, field)
		}
	}
	return p, nil
}
