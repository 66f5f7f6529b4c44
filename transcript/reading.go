package transcript

import (
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
)

// Responded reports whether the receiver sent a complete response, with any status. This includes a response whose body is too long or
// cannot be decoded.
func (x Exchange) Responded() bool {
	return x.End == Complete || x.End == BodyTooLong || x.End == BadEncoding
}

// Accepted reports whether the receiver accepted the push: its response was complete in time and had a 2xx status. The response to an
// answer or hangup push may also end without a complete body, because sipgate discards it.
func (x Exchange) Accepted() bool {
	isDiscarded := x.Push.Event == push.Answer || x.Push.Event == push.Hangup
	isEnough := x.Responded() || isDiscarded && (x.End == NeverEnded || x.End == Truncated)
	return isEnough && x.Status/100 == 2
}

// IsRedirect reports whether the receiver responded with an HTTP redirect.
func (x Exchange) IsRedirect() bool { return x.Responded() && x.Status/100 == 3 && x.Status != 304 }

// IsXML reports whether sipgate reads a body with this media type as XML.
func IsXML(media string) bool { return media == "application/xml" || media == "text/xml" }

// MeantDocument returns the document in the response to a newCall or dtmf push, if it shows what the receiver wants: the response is
// complete, has a 2xx status and a well-formed body, and the root is Response, in any letter case. Otherwise it returns nil. sipgate may
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

// EffectiveDocument returns MeantDocument if sipgate acts on it: the status is 200, the media type is XML, and the root is spelled
// Response. Otherwise it returns nil.
func (x Exchange) EffectiveDocument() *response.Document {
	media, _ := response.ParseContentType(x.ContentType)
	if doc := x.MeantDocument(); doc != nil && x.Status == 200 && IsXML(media) && doc.Root == "Response" {
		return doc
	}
	return nil
}
