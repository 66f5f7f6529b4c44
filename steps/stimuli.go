package steps

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// stimulus is what a stranger does at the receiver's URL, in the words of the features. The form that it is made of is that
// of a plain newCall push, so that it differs from one in a single respect.
type stimulus struct {
	sentence string // after "a stranger"
	make     func(form push.Form) sender.Stimulus
	heavy    bool // only where it goes to this machine or a private address, or was asked for
}

const (
	formType = "application/x-www-form-urlencoded; charset=UTF-8"
	boundary = "pushcheck-boundary"
	mebibyte = 1 << 20
)

// stimuli are all that a stranger does.
func stimuli() []stimulus {
	body := func(form push.Form) []byte { return form.Encode(false) }
	typed := func(name, media string, write func(push.Form) []byte) func(push.Form) sender.Stimulus {
		return func(f push.Form) sender.Stimulus { return sender.Stimulus{Name: name, Type: media, Body: write(f)} }
	}
	sized := func(n int64) func(push.Form) sender.Stimulus {
		return func(f push.Form) sender.Stimulus {
			filled := append(body(f), "&filler="...)
			return sender.Stimulus{
				Name: fmt.Sprintf("a body of %d MiB", n), Type: formType, Body: filled, Pad: n*mebibyte - int64(len(filled)),
			}
		}
	}
	return []stimulus{
		{sentence: "sends an empty body", make: typed("an empty body", formType, func(push.Form) []byte { return nil })},
		{sentence: "sends a form without an event", make: typed("a form without an event", formType,
			func(f push.Form) []byte { return body(f.Without(push.FieldEvent)) })},
		{sentence: "sends a JSON document", make: typed("a JSON document", "application/json", inJSON)},
		{sentence: "sends plain text", make: typed("plain text", "text/plain; charset=UTF-8",
			func(push.Form) []byte { return []byte("Great Scott!\n") })},
		{sentence: "sends a multipart form", make: typed("a multipart form", "multipart/form-data; boundary="+boundary, inParts)},
		{sentence: "sends a GET", make: func(push.Form) sender.Stimulus { return sender.Stimulus{Name: "a GET", Method: "GET"} }},
		{sentence: "sends a broken percent-encoding", make: typed("a broken percent-encoding", formType,
			func(f push.Form) []byte { return append(body(f.Without(push.FieldFrom)), "&from=%zz%F%&to=%E4%"...) })},
		{sentence: "sends the event __proto__", make: typed("the event __proto__", formType,
			func(f push.Form) []byte { return body(f.With(push.FieldEvent, "__proto__")) })},
		{sentence: "sends a bad Host header", make: func(f push.Form) sender.Stimulus {
			return sender.Stimulus{Name: "a bad Host header", Host: "[no host]:port", Type: formType, Body: body(f)}
		}},
		{sentence: "sends a body of 1 MiB", make: sized(1)},
		{sentence: "sends a body of 64 MiB", make: sized(64), heavy: true},
		{sentence: "connects and says nothing", make: func(push.Form) sender.Stimulus {
			return sender.Stimulus{Name: "a connection that says nothing", Unfinished: sender.NotBegun}
		}},
		{sentence: "sends half a request", make: func(push.Form) sender.Stimulus {
			return sender.Stimulus{Name: "half a request", Type: formType, Unfinished: sender.InHeader}
		}},
		{sentence: "sends a body that never ends", make: func(f push.Form) sender.Stimulus {
			return sender.Stimulus{Name: "a body that never ends", Type: formType, Body: body(f), Unfinished: sender.EndlessTail}
		}},
	}
}

// inJSON writes the fields of a form as a JSON document.
func inJSON(f push.Form) []byte {
	var fields []string
	for _, field := range f {
		fields = append(fields, fmt.Sprintf("%q:%q", field.Name, field.Value))
	}
	return []byte("{" + strings.Join(fields, ",") + "}")
}

// inParts writes the fields of a form as a multipart form.
func inParts(f push.Form) []byte {
	var b strings.Builder
	for _, field := range f {
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", boundary, field.Name, field.Value)
	}
	return []byte(b.String() + "--" + boundary + "--\r\n")
}

// strangers are the sentences about what a stranger does, as one step.
func strangers() []Step {
	var sentences []string
	for _, st := range stimuli() {
		sentences = append(sentences, regexp.QuoteMeta(st.sentence))
	}
	return []Step{{
		Keyword: "When", Pattern: `^a stranger (` + strings.Join(sentences, "|") + `)$`, Example: "a stranger sends a JSON document",
		Says:    "Something that is no push reaches the receiver's URL, byte for byte what its name says; the connection is closed afterwards. What never ends is held open meanwhile. Then somebody calls.",
		handler: func(s *ScenarioRun) any { return s.stranger },
	}}
}

// stranger notes what a stranger does. The story of the scene is the good call that has to come through afterwards.
func (s *ScenarioRun) stranger(sentence string) error {
	if len(s.tags) != 1 {
		return fmt.Errorf("a scenario with a stranger has one requirement as tag, this one has %d", len(s.tags))
	}
	if len(s.story) > 0 || s.stimulus != "" {
		return errors.New("a scenario with a stranger tells no other story")
	}
	for _, st := range stimuli() {
		if st.sentence == sentence {
			s.stimulus, s.variant, s.provocation = s.tags[0], transcript.Variant("a stranger "+sentence), &st
		}
	}
	return s.tell(ordinary("Doc")...)
}
