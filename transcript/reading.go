package transcript

import (
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
)

// Responded reports whether a whole response came back, whatever its status.
func (x Exchange) Responded() bool {
	return x.End == Complete || x.End == BodyTooLong || x.End == BadEncoding
}

// Accepted reports whether the receiver took the push: a 2xx status, in time, and a whole response. sipgate discards what is
// responded to answer and hangup pushes, so that for those the body does not matter.
func (x Exchange) Accepted() bool {
	discarded := x.Push.Event == push.Answer || x.Push.Event == push.Hangup
	whole := x.Responded() || discarded && (x.End == NeverEnded || x.End == Truncated)
	return whole && x.Status/100 == 2
}

// Redirects reports whether the receiver sent the push elsewhere.
func (x Exchange) Redirects() bool { return x.Responded() && x.Status/100 == 3 && x.Status != 304 }

// IsXML reports whether a media type is one that sipgate reads as XML.
func IsXML(media string) bool { return media == "application/xml" || media == "text/xml" }

// Meant is the document that shows what the receiver wants: nil unless it responds to a newCall or dtmf push and the response
// is complete, a 2xx, well-formed and a Response, in whatever letter case. sipgate need not act on it, see Effective.
func (x Exchange) Meant() *response.Document {
	if x.Push.Event != push.NewCall && x.Push.Event != push.DTMF {
		return nil
	}
	if x.End != Complete || x.Status/100 != 2 || x.Document.Response == nil {
		return nil
	}
	return &x.Document
}

// Effective is the document as sipgate acts on it: nil unless it is Meant and in time, a 200, XML by its type, and its root is
// spelled Response. A response that is not all of that counts as none.
func (x Exchange) Effective() *response.Document {
	media, _ := response.MediaType(x.ContentType)
	if doc := x.Meant(); doc != nil && x.Status == 200 && IsXML(media) && doc.Root == "Response" {
		return doc
	}
	return nil
}
