package transcript

import "strings"

// Treatment classifies the response of a receiver to a push. A higher value is a better treatment.
type Treatment int

const (
	NoResponse  Treatment = iota // there was no complete response in time
	ServerError                  // the status was 5xx
	Refused                      // the status was 3xx or 4xx, or the document refuses the push, see Exchange.IsDeclined
	Accepted                     // the status was 2xx, and the document does not refuse the push
)

// Treatment classifies the response of the exchange.
func (x Exchange) Treatment() Treatment {
	switch {
	case x.Accepted() && !x.IsDeclined():
		return Accepted
	case x.Accepted(), x.Responded() && x.Status/100 < 5:
		return Refused
	case x.Responded():
		return ServerError
	}
	return NoResponse
}

// IsDeclined reports whether the receiver refused the push by a document: the status is 2xx, and the root of the document is not Response,
// but for example Error. The letter case of the root does not matter.
func (x Exchange) IsDeclined() bool {
	root := x.Document.Root
	return x.Accepted() && root != "" && !strings.EqualFold(root, "Response")
}
