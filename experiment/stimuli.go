package experiment

import (
	"fmt"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Stimulus is the request of a provocation: sipgate never makes such a request, but any other client can. It is sent exactly as defined,
// with the transport policy of a push. It also has the headers of a push, except headers that it replaces.
type Stimulus struct {
	Name        string // noun for messages, such as "a JSON document"
	Method      string // default POST
	Host        string // value of the Host header; default: as for a push
	ContentType string // value of the Content-Type header; "": the header is not sent
	Body        []byte
	Padding     int64 // number of bytes 'a' that follow the body

	StopPoint StopPoint // where the request stops if it is incomplete
}

// StopPoint is the place at which an incomplete request stops.
type StopPoint int

const (
	AtEnd           StopPoint = iota // after the whole request
	BeforeFirstByte                  // after connecting; nothing is sent, not even a TLS handshake
	InHeader                         // in the middle of a header line
	EndlessBody                      // in the body, which continues in small pieces
)

const (
	formContentType = "application/x-www-form-urlencoded; charset=UTF-8"
	boundary        = "pushcheck-boundary"
	mebibyte        = 1 << 20
)

// NamedStimulus is a stimulus with the clause that names it in the features. The features call the sender "a stranger".
type NamedStimulus struct {
	Clause   string                   // the words after "a stranger"
	isHeavy  bool                     // see Twist.IsHeavy
	stimulus func(push.Form) Stimulus // see Twist.Stimulus
}

// Twist returns the twist that sends the stimulus.
func (s NamedStimulus) Twist() Twist {
	return Twist{Kind: Provocation, Variant: transcript.Variant("a stranger " + s.Clause), Stimulus: s.stimulus, IsHeavy: s.isHeavy}
}

// NamedStimuli returns all stimuli. Each is made from the form of a plain newCall push, and differs from that push in one respect.
func NamedStimuli() []NamedStimulus {
	body := func(form push.Form) []byte { return form.Encode(false) }
	withType := func(name, media string, makeBody func(push.Form) []byte) func(push.Form) Stimulus {
		return func(f push.Form) Stimulus { return Stimulus{Name: name, ContentType: media, Body: makeBody(f)} }
	}
	withSize := func(n int64) func(push.Form) Stimulus {
		return func(f push.Form) Stimulus {
			filled := append(body(f), "&filler="...)
			return Stimulus{
				Name: fmt.Sprintf("a body of %d MiB", n), ContentType: formContentType, Body: filled, Padding: n*mebibyte - int64(len(filled)),
			}
		}
	}
	return []NamedStimulus{
		{Clause: "sends an empty body", stimulus: withType("an empty body", formContentType, func(push.Form) []byte { return nil })},
		{Clause: "sends a form without an event", stimulus: withType("a form without an event", formContentType,
			func(f push.Form) []byte { return body(f.Without(push.FieldEvent)) })},
		{Clause: "sends a JSON document", stimulus: withType("a JSON document", "application/json", encodeJSON)},
		{Clause: "sends plain text", stimulus: withType("plain text", "text/plain; charset=UTF-8",
			func(push.Form) []byte { return []byte("Great Scott!\n") })},
		{Clause: "sends a multipart form", stimulus: withType("a multipart form", "multipart/form-data; boundary="+boundary, encodeMultipart)},
		{Clause: "sends a GET", stimulus: func(push.Form) Stimulus { return Stimulus{Name: "a GET", Method: "GET"} }},
		{Clause: "sends a broken percent-encoding", stimulus: withType("a broken percent-encoding", formContentType,
			func(f push.Form) []byte { return append(body(f.Without(push.FieldFrom)), "&from=%zz%F%&to=%E4%"...) })},
		{Clause: "sends the event __proto__", stimulus: withType("the event __proto__", formContentType,
			func(f push.Form) []byte { return body(f.With(push.FieldEvent, "__proto__")) })},
		{Clause: "sends a bad Host header", stimulus: func(f push.Form) Stimulus {
			return Stimulus{Name: "a bad Host header", Host: "[no host]:port", ContentType: formContentType, Body: body(f)}
		}},
		{Clause: "sends a body of 1 MiB", stimulus: withSize(1)},
		{Clause: "sends a body of 64 MiB", stimulus: withSize(64), isHeavy: true},
		{Clause: "connects and sends nothing", stimulus: func(push.Form) Stimulus {
			return Stimulus{Name: "a connection that sends nothing", StopPoint: BeforeFirstByte}
		}},
		{Clause: "sends half a request", stimulus: func(push.Form) Stimulus {
			return Stimulus{Name: "half a request", ContentType: formContentType, StopPoint: InHeader}
		}},
		{Clause: "sends a body that never ends", stimulus: func(f push.Form) Stimulus {
			return Stimulus{Name: "a body that never ends", ContentType: formContentType, Body: body(f), StopPoint: EndlessBody}
		}},
	}
}

// encodeJSON writes the fields of a form as a JSON document.
func encodeJSON(f push.Form) []byte {
	var fields []string
	for _, field := range f {
		fields = append(fields, fmt.Sprintf("%q:%q", field.Name, field.Value))
	}
	return []byte("{" + strings.Join(fields, ",") + "}")
}

// encodeMultipart writes the fields of a form as a multipart form.
func encodeMultipart(f push.Form) []byte {
	var b strings.Builder
	for _, field := range f {
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", boundary, field.Name, field.Value)
	}
	return []byte(b.String() + "--" + boundary + "--\r\n")
}
