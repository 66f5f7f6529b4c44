package transcript

import "strings"

// Treatment is how well a receiver treats a push. More is better. The zero Treatment is that of no response at all.
type Treatment int

const (
	Unheard Treatment = iota // no complete response, or one that came after the time limit
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

// Declines reports whether the receiver refuses the push with a 2xx status and an XML document that is no Response, such as an Error. A
// root that is only in the wrong letter case, such as response, is a Response, see Meant.
func (x Exchange) Declines() bool {
	root := x.Document.Root
	return x.Accepted() && root != "" && !strings.EqualFold(root, "Response")
}
