package response

import (
	"bytes"
	"encoding/xml"
	"strconv"
)

// XML writes the response as a document in UTF-8 with an XML declaration. Parse of the document returns the same response, except for the
// positions. XML does not check the values. It leaves out default values (maxDigits and timeout of Gather, reason of Reject), an empty
// onData of Gather and an empty Url of Play. An empty onAnswer or onHangup is written as an empty attribute. Characters that XML cannot
// contain become U+FFFD.
func (r Response) XML() []byte {
	w := &writer{}
	w.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	w.writeTagStart(elementResponse)
	if r.OnAnswer != nil {
		w.writeAttribute(attributeOnAnswer, r.OnAnswer.Text)
	}
	if r.OnHangup != nil {
		w.writeAttribute(attributeOnHangup, r.OnHangup.Text)
	}
	if len(r.Actions) == 0 {
		w.WriteString("/>\n")
		return w.Bytes()
	}
	w.WriteString(">\n")
	for _, action := range r.Actions {
		w.WriteString("  ")
		w.writeAction(action)
		w.WriteString("\n")
	}
	w.writeEndTag(elementResponse)
	w.WriteString("\n")
	return w.Bytes()
}

// writer is a buffer for the markup. Writing to it cannot fail.
type writer struct{ bytes.Buffer }

// writeTagStart writes the beginning of a start tag. Attributes and the closing bracket have to follow.
func (w *writer) writeTagStart(name string) { w.WriteString("<" + name) }
func (w *writer) writeEndTag(name string)   { w.WriteString("</" + name + ">") }

func (w *writer) writeAttribute(name, value string) {
	w.WriteString(" " + name + `="`)
	w.writeEscaped(value)
	w.WriteString(`"`)
}

func (w *writer) writeTextElement(name, value string) {
	w.WriteString("<" + name + ">")
	w.writeEscaped(value)
	w.writeEndTag(name)
}

func (w *writer) writeEscaped(value string) {
	// EscapeText fails only if the writer fails.
	_ = xml.EscapeText(w, []byte(value))
}

func (w *writer) writeAction(action Action) {
	switch a := action.(type) {
	case Dial:
		w.writeDial(a)
	case Play:
		w.writePlay(a)
	case Gather:
		w.writeGather(a)
	case Reject:
		w.writeTagStart(elementReject)
		if a.Reason != "" && a.Reason != reasonRejected {
			w.writeAttribute(attributeReason, a.Reason)
		}
		w.WriteString("/>")
	case Hangup:
		w.WriteString("<" + elementHangup + "/>")
	}
}

func (w *writer) writeDial(d Dial) {
	w.writeTagStart(elementDial)
	if d.CallerID != "" {
		w.writeAttribute(attributeCallerID, d.CallerID)
	}
	if d.Anonymous != nil {
		w.writeAttribute(attributeAnonymous, strconv.FormatBool(*d.Anonymous))
	}
	w.WriteString(">")
	for _, number := range d.Numbers {
		w.writeTextElement(elementNumber, number)
	}
	if d.Voicemail {
		w.WriteString("<" + elementVoicemail + "/>")
	}
	w.writeEndTag(elementDial)
}

func (w *writer) writePlay(p Play) {
	w.writeTagStart(elementPlay)
	w.WriteString(">")
	if p.URL.Text != "" {
		w.writeTextElement(elementURL, p.URL.Text)
	}
	w.writeEndTag(elementPlay)
}

func (w *writer) writeGather(g Gather) {
	w.writeTagStart(elementGather)
	if g.OnData.Text != "" {
		w.writeAttribute(attributeOnData, g.OnData.Text)
	}
	if g.MaxDigits != 0 && g.MaxDigits != defaultMaxDigits {
		w.writeAttribute(attributeMaxDigits, strconv.Itoa(g.MaxDigits))
	}
	if g.TimeoutMS != 0 && g.TimeoutMS != defaultTimeoutMS {
		w.writeAttribute(attributeTimeout, strconv.Itoa(g.TimeoutMS))
	}
	if g.Play == nil {
		w.WriteString("/>")
		return
	}
	w.WriteString(">")
	w.writePlay(*g.Play)
	w.writeEndTag(elementGather)
}
