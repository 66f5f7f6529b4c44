package transcript

// Treatment is how well a receiver treats a push. More is better. The zero Treatment is that of no response at all.
type Treatment int

const (
	Unheard Treatment = iota // no complete response, or one that came after the time limit
	Crashed                  // a 5xx status
	Refused                  // a 3xx or 4xx status, or a 2xx status with a document that is no Response
	Taken                    // any other 2xx status
)

// Treatment returns how the receiver treated the push.
func (x Exchange) Treatment() Treatment {
	switch {
	case x.Accepted() && (x.Document.Root == "" || x.Document.Root == "Response"):
		return Taken
	case x.Accepted(), x.Responded() && x.Status/100 < 5:
		return Refused
	case x.Responded():
		return Crashed
	}
	return Unheard
}
