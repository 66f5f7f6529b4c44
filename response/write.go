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

func (w *writer) writeDial(dial Dial) {
	w.writeTagStart(elementDial)
	if dial.CallerID != "" {
		w.writeAttribute(attributeCallerID, dial.CallerID)
	}
	if dial.Anonymous != nil {
		w.writeAttribute(attributeAnonymous, strconv.FormatBool(*dial.Anonymous))
	}
	w.WriteString(">")
	for _, number := range dial.Numbers {
		w.writeTextElement(elementNumber, number)
	}
	if dial.Voicemail {
		w.WriteString("<" + elementVoicemail + "/>")
	}
	w.writeEndTag(elementDial)
}

func (w *writer) writePlay(play Play) {
	w.writeTagStart(elementPlay)
	w.WriteString(">")
	if play.URL.Text != "" {
		w.writeTextElement(elementURL, play.URL.Text)
	}
	w.writeEndTag(elementPlay)
}

func (w *writer) writeGather(gather Gather) {
	w.writeTagStart(elementGather)
	if gather.OnData.Text != "" {
		w.writeAttribute(attributeOnData, gather.OnData.Text)
	}
	if gather.MaxDigits != 0 && gather.MaxDigits != defaultMaxDigits {
		w.writeAttribute(attributeMaxDigits, strconv.Itoa(gather.MaxDigits))
	}
	if gather.TimeoutMS != 0 && gather.TimeoutMS != defaultTimeoutMS {
		w.writeAttribute(attributeTimeout, strconv.Itoa(gather.TimeoutMS))
	}
	if gather.Play == nil {
		w.WriteString("/>")
		return
	}
	w.WriteString(">")
	w.writePlay(*gather.Play)
	w.writeEndTag(elementGather)
}
