package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
)

// change holds the values of --set and --unset. They change the single push that is sent, or the first push of a call scenario.
type change struct {
	set   push.Form // fields with the same name need not be next to each other; apply groups them
	unset []string
}

// parseChange reads the values of --set and --unset.
func parseChange(set, unset []string) (change, error) {
	var c change
	for _, text := range set {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return c, wrongValue("set", text, "a field and its value are wanted",
				"as in --set 'user[]=Doc'; --set 'user[]=' sends it empty, --unset 'user[]' leaves it out")
		}
		c.set = append(c.set, push.Field{Name: name, Value: value})
	}
	for _, name := range unset {
		switch {
		case name == "" || strings.Contains(name, "="):
			return c, wrongValue("unset", name, "the name of a field is wanted", "as in --unset 'user[]'")
		case c.set.Has(name):
			return c, wrongValue("unset", name, "the field is set as well", "leave one of them out")
		}
		c.unset = append(c.unset, name)
	}
	return c, nil
}

// isEmpty reports whether there is nothing to change.
func (c change) isEmpty() bool { return len(c.set) == 0 && len(c.unset) == 0 }

// apply returns the changed form. A field that is already in the form keeps its place; a new field is added at the end.
func (c change) apply(form push.Form) push.Form {
	done := map[string]bool{}
	for _, f := range c.set {
		if !done[f.Name] {
			form, done[f.Name] = form.With(f.Name, c.set.Values(f.Name)...), true
		}
	}
	for _, name := range c.unset {
		form = form.Without(name)
	}
	return form
}

// edit returns the changed form of the first push of a call. It returns the forms of later pushes unchanged.
func (c change) edit(step call.Step, form push.Form) push.Form {
	if step.Number != 0 {
		return form
	}
	return c.apply(form)
}

// twist returns the change as a twist. requirement is the id of the requirement by which the push is judged; "" if there is none.
func (c change) twist(requirement string) experiment.Twist {
	if c.isEmpty() {
		return experiment.Twist{}
	}
	return experiment.Twist{
		Kind: experiment.Odd, Requirement: requirement,
		Edit: func(_ experiment.Setting, step call.Step, form push.Form) push.Form { return c.edit(step, form) },
	}
}

// requirement returns the id of the requirement by which the changed push is judged; "" if sipgate sends no such push.
func (c change) requirement(first call.Step, d push.Dialect) string {
	if c.isEmpty() {
		return ""
	}
	form := c.apply(first.Push.Form(d))
	switch event := push.Event(form.Get(push.FieldEvent)); event {
	case push.NewCall, push.Answer, push.Hangup, push.DTMF:
		return requirements.RequirementOfPlainPush(event, push.Direction(form.Get(push.FieldDirection)))
	}
	return ""
}

// warnings returns a warning for each changed field that sipgate's pushes of this event do not have. The push is changed anyway.
func (c change) warnings(event push.Event) []string {
	known := push.ObservedDialect().Fields[event]
	var names, out []string
	for _, f := range c.set {
		names = append(names, f.Name)
	}
	for _, name := range slices.Compact(append(names, c.unset...)) {
		if slices.Contains(known, name) {
			continue
		}
		text := fmt.Sprintf("a %s push of sipgate has no field %q", event, name)
		if near, ok := suggest.Closest(name, known); ok {
			text += fmt.Sprintf(", did you mean %q?", near)
		}
		out = append(out, text)
	}
	return out
}
