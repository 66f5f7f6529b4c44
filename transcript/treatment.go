package transcript

import "strings"

// Treatment is how well a receiver treats a push. Higher values are better. Zero means that there was no response.
type Treatment int

const (
	Unheard Treatment = iota // no complete response in time
	Crashed                  // a 5xx status
	Refused                  // a 3xx or 4xx status, or a document that declines, see Exchange.Declines
	Taken                    // any other 2xx status
)

// Treatment returns how the receiver treated the push.
func (x Exchange) Treatment() Treatment {
	switch {
	case x.Accepted() && !x.Declines():
		return Taken
	case x.Accepted(), x.Responded() && x.Status/100 < 5:
		return Refused
	case x.Responded():
		return Crashed
	}
	return Unheard
}

// Declines reports whether the receiver refuses the push with a 2xx status and an XML document with another root than Response, such as
// Error. A root in lower case, such as response, counts as Response, see Meant.
func (x Exchange) Declines() bool {
	root := x.Document.Root
	return x.Accepted() && root != "" && !strings.EqualFold(root, "Response")
}
