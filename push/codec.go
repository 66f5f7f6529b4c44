package push

import (
	"errors"
	"slices"
)

var errNoEvent = errors.New("reading push: no event, expected a field event=newCall or the like")

// Form writes the push as a form in a dialect: the fields of the push in the order of the dialect, then Extra. Fields that the dialect does
// not name are left out. If the dialect has no entry for the event, the fields and their order are those of ObservedDialect.
func (p Push) Form(d Dialect) Form {
	names := d.fieldNames(p.Event)
	form := make(Form, 0, len(names)+len(p.Extra))
	for _, name := range names {
		if ref, ok := p.fieldRef(name); ok {
			form = ref.appendTo(form, name)
		}
	}
	return append(form, p.Extra...)
}

// FromForm makes a push of a form. Only the order of the fields is lost. Extra keeps every field that the other fields of Push cannot
// represent: a field that the event does not have (such as user[][0], or user[] of an answer), the second value of a field that should
// occur once, and an empty value of a field for which "" means absent. FromForm does not check whether the fields of the event are present.
// From is "" if the field from is absent, and To is "" if the field to is absent. The only error is that the form has no event.
func FromForm(form Form) (Push, error) {
	p := Push{Event: Event(form.Get(FieldEvent))}
	if p.Event == "" {
		return Push{}, errNoEvent
	}
	expectedNames := observedFieldNames(p.Event)
	seenNames := map[string]bool{}
	for _, field := range form {
		ref, ok := p.fieldRef(field.Name)
		isFirst := !seenNames[field.Name]
		seenNames[field.Name] = true
		if !ok || !slices.Contains(expectedNames, field.Name) || !ref.set(field.Value, isFirst) {
			p.Extra = append(p.Extra, field)
		}
	}
	return p, nil
}
