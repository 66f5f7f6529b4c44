package transcript

import "strings"

// Treatment is how well a receiver treats a push. Higher values are better. Zero means that there was no response.
type Treatment int

const (
	NoResponse Treatment = iota // no complete response in time
	Crashed                     // a 5xx status
	Refused                     // a 3xx or 4xx status, or a document that declines, see Exchange.IsDeclined
	Taken                       // any other 2xx status
)

// Treatment returns how the receiver treated the push.
func (x Exchange) Treatment() Treatment {
	switch {
	case x.Accepted() && !x.IsDeclined():
		return Taken
	case x.Accepted(), x.Responded() && x.Status/100 < 5:
		return Refused
	case x.Responded():
		return Crashed
	}
	return NoResponse
}

// IsDeclined reports whether the receiver refuses the push with a 2xx status and an XML document with another root than Response, such as
// Error. A root in lower case, such as response, counts as Response, see MeantDocument.
func (x Exchange) IsDeclined() bool {
	root := x.Document.Root
	return x.Accepted() && root != "" && !strings.EqualFold(root, "Response")
}
