package transcript

import (
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
)

// Responded reports whether there was a complete response, with any status.
func (x Exchange) Responded() bool {
	return x.End == Complete || x.End == BodyTooLong || x.End == BadEncoding
}

// Accepted reports whether the receiver accepted the push: a complete response with a 2xx status in time. sipgate ignores the responses to
// answer and hangup pushes, so their bodies do not matter.
func (x Exchange) Accepted() bool {
	discarded := x.Push.Event == push.Answer || x.Push.Event == push.Hangup
	whole := x.Responded() || discarded && (x.End == NeverEnded || x.End == Truncated)
	return whole && x.Status/100 == 2
}

// IsRedirect reports whether the receiver responded with an HTTP redirect.
func (x Exchange) IsRedirect() bool { return x.Responded() && x.Status/100 == 3 && x.Status != 304 }

// IsXML reports whether sipgate reads a media type as XML.
func IsXML(media string) bool { return media == "application/xml" || media == "text/xml" }

// MeantDocument returns the document that shows what the receiver wants. It returns nil if the push is no newCall or dtmf push, or if the
// response is not complete, has no 2xx status, is not well-formed, or has another root than Response in upper or lower case. sipgate may
// not act on the document, see EffectiveDocument.
func (x Exchange) MeantDocument() *response.Document {
	if x.Push.Event != push.NewCall && x.Push.Event != push.DTMF {
		return nil
	}
	if x.End != Complete || x.Status/100 != 2 || x.Document.Response == nil {
		return nil
	}
	return &x.Document
}

// EffectiveDocument returns the document that sipgate acts on. It returns nil if MeantDocument does, or if the response is late, has
// another status than 200 or another media type than XML, or if its root is not spelled Response.
func (x Exchange) EffectiveDocument() *response.Document {
	media, _ := response.ParseContentType(x.ContentType)
	if doc := x.MeantDocument(); doc != nil && x.Status == 200 && IsXML(media) && doc.Root == "Response" {
		return doc
	}
	return nil
}
