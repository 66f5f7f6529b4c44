package experiment

import (
	"fmt"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Stimulus is a request that sipgate never makes, but that anybody else can. It is sent exactly as it stands here, with the transport
// policy of a push. It has the headers of a push too, except those that it replaces.
type Stimulus struct {
	Name   string // what it is, such as "a JSON document"
	Method string // default POST
	Host   string // of the Host header; default: as for a push
	Type   string // Content-Type of the body; "": none is sent
	Body   []byte
	Pad    int64 // letters that follow the body

	Unfinished Unfinished // where it stops, if it is never completed
}

// Unfinished is the place at which an incomplete request stops.
type Unfinished int

const (
	Whole       Unfinished = iota
	NotBegun               // there is a connection, and nothing is ever sent, not even a TLS handshake
	InHeader               // in the middle of a header line
	EndlessTail            // in the body, which continues in small pieces
)

const (
	formType = "application/x-www-form-urlencoded; charset=UTF-8"
	boundary = "pushcheck-boundary"
	mebibyte = 1 << 20
)

// Strange is a twist in which a stranger does something, with its words in the features.
type Strange struct {
	Does  string // after "a stranger"
	heavy bool
	make  func(push.Form) Stimulus
}

// Twist returns the twist.
func (s Strange) Twist() Twist {
	return Twist{Kind: Provocation, Variant: transcript.Variant("a stranger " + s.Does), Stimulus: s.make, Heavy: s.heavy}
}

// Strangers lists what strangers do. Each stimulus is made from the form of a plain newCall push, so that it differs from one in a single
// respect.
func Strangers() []Strange {
	body := func(form push.Form) []byte { return form.Encode(false) }
	typed := func(name, media string, write func(push.Form) []byte) func(push.Form) Stimulus {
		return func(f push.Form) Stimulus { return Stimulus{Name: name, Type: media, Body: write(f)} }
	}
	sized := func(n int64) func(push.Form) Stimulus {
		return func(f push.Form) Stimulus {
			filled := append(body(f), "&filler="...)
			return Stimulus{
				Name: fmt.Sprintf("a body of %d MiB", n), Type: formType, Body: filled, Pad: n*mebibyte - int64(len(filled)),
			}
		}
	}
	return []Strange{
		{Does: "sends an empty body", make: typed("an empty body", formType, func(push.Form) []byte { return nil })},
		{Does: "sends a form without an event", make: typed("a form without an event", formType,
			func(f push.Form) []byte { return body(f.Without(push.FieldEvent)) })},
		{Does: "sends a JSON document", make: typed("a JSON document", "application/json", inJSON)},
		{Does: "sends plain text", make: typed("plain text", "text/plain; charset=UTF-8",
			func(push.Form) []byte { return []byte("Great Scott!\n") })},
		{Does: "sends a multipart form", make: typed("a multipart form", "multipart/form-data; boundary="+boundary, inParts)},
		{Does: "sends a GET", make: func(push.Form) Stimulus { return Stimulus{Name: "a GET", Method: "GET"} }},
		{Does: "sends a broken percent-encoding", make: typed("a broken percent-encoding", formType,
			func(f push.Form) []byte { return append(body(f.Without(push.FieldFrom)), "&from=%zz%F%&to=%E4%"...) })},
		{Does: "sends the event __proto__", make: typed("the event __proto__", formType,
			func(f push.Form) []byte { return body(f.With(push.FieldEvent, "__proto__")) })},
		{Does: "sends a bad Host header", make: func(f push.Form) Stimulus {
			return Stimulus{Name: "a bad Host header", Host: "[no host]:port", Type: formType, Body: body(f)}
		}},
		{Does: "sends a body of 1 MiB", make: sized(1)},
		{Does: "sends a body of 64 MiB", make: sized(64), heavy: true},
		{Does: "connects and sends nothing", make: func(push.Form) Stimulus {
			return Stimulus{Name: "a connection that sends nothing", Unfinished: NotBegun}
		}},
		{Does: "sends half a request", make: func(push.Form) Stimulus {
			return Stimulus{Name: "half a request", Type: formType, Unfinished: InHeader}
		}},
		{Does: "sends a body that never ends", make: func(f push.Form) Stimulus {
			return Stimulus{Name: "a body that never ends", Type: formType, Body: body(f), Unfinished: EndlessTail}
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
