package response

import (
	"bytes"
	"encoding/xml"
	"strconv"
)

// XML writes the response as a document in UTF-8 with an XML declaration, escaped as needed; Parse reads it back. Values
// are written as they are, right or wrong, except that defaults (Gather's maxDigits and timeout, Reject's reason) and
// positions are left out and that characters which XML cannot hold become U+FFFD. A Target without URL is written as an
// empty attribute or element, except Gather's, which is left out; so is Play's Url.
func (r Response) XML() []byte {
	w := &writer{}
	w.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	w.start(elementResponse)
	if r.OnAnswer != nil {
		w.attribute(attributeOnAnswer, r.OnAnswer.URL)
	}
	if r.OnHangup != nil {
		w.attribute(attributeOnHangup, r.OnHangup.URL)
	}
	if len(r.Actions) == 0 {
		w.WriteString("/>\n")
		return w.Bytes()
	}
	w.WriteString(">\n")
	for _, action := range r.Actions {
		w.WriteString("  ")
		w.action(action)
		w.WriteString("\n")
	}
	w.end(elementResponse)
	w.WriteString("\n")
	return w.Bytes()
}

// writer builds markup. Writing to it cannot fail.
type writer struct{ bytes.Buffer }

func (w *writer) start(name string) { w.WriteString("<" + name) }
func (w *writer) end(name string)   { w.WriteString("</" + name + ">") }

func (w *writer) attribute(name, value string) {
	w.WriteString(" " + name + `="`)
	w.escaped(value)
	w.WriteString(`"`)
}

func (w *writer) text(name, value string) {
	w.WriteString("<" + name + ">")
	w.escaped(value)
	w.end(name)
}

func (w *writer) escaped(value string) {
	// EscapeText fails only if its writer does.
	_ = xml.EscapeText(w, []byte(value))
}

func (w *writer) action(action Action) {
	switch a := action.(type) {
	case Dial:
		w.dial(a)
	case Play:
		w.play(a)
	case Gather:
		w.gather(a)
	case Reject:
		w.start(elementReject)
		if a.Reason != "" && a.Reason != reasonRejected {
			w.attribute(attributeReason, a.Reason)
		}
		w.WriteString("/>")
	case Hangup:
		w.WriteString("<" + elementHangup + "/>")
	}
}

func (w *writer) dial(d Dial) {
	w.start(elementDial)
	if d.CallerID != "" {
		w.attribute(attributeCallerID, d.CallerID)
	}
	if d.Anonymous != nil {
		w.attribute(attributeAnonymous, strconv.FormatBool(*d.Anonymous))
	}
	w.WriteString(">")
	for _, number := range d.Numbers {
		w.text(elementNumber, number)
	}
	if d.Voicemail {
		w.WriteString("<" + elementVoicemail + "/>")
	}
	w.end(elementDial)
}

func (w *writer) play(p Play) {
	w.start(elementPlay)
	w.WriteString(">")
	if p.URL.URL != "" {
		w.text(elementURL, p.URL.URL)
	}
	w.end(elementPlay)
}

func (w *writer) gather(g Gather) {
	w.start(elementGather)
	if g.OnData.URL != "" {
		w.attribute(attributeOnData, g.OnData.URL)
	}
	if g.MaxDigits != 0 && g.MaxDigits != defaultMaxDigits {
		w.attribute(attributeMaxDigits, strconv.Itoa(g.MaxDigits))
	}
	if g.TimeoutMS != 0 && g.TimeoutMS != defaultTimeoutMS {
		w.attribute(attributeTimeout, strconv.Itoa(g.TimeoutMS))
	}
	if g.Play == nil {
		w.WriteString("/>")
		return
	}
	w.WriteString(">")
	w.play(*g.Play)
	w.end(elementGather)
}
