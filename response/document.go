package response

// Kind is whether a body is empty, XML or something else.
type Kind string

const (
	Nothing Kind = "nothing" // empty, or white space only
	XML     Kind = "xml"     // meant as XML, even if it is not well-formed
	Other   Kind = "other"   // no sign of XML: a page, a sentence, JSON
)

// Look describes, for people, what a body that is not XML looks like.
type Look string

// The looks that have a remedy of their own. Other looks are only shown.
const (
	Page      Look = "an HTML page"
	phpSource Look = "PHP source"
	phpNote   Look = "a PHP warning"
	jsonText  Look = "JSON"
	plainText Look = "plain text"
)

// Input is a body and what its request and headers declare about it.
type Input struct {
	Body     []byte // content encoding (gzip, deflate) already undone
	Media    string // the media type of the Content-Type, lower case; empty if there is none
	Charset  string // the charset parameter of the Content-Type; "" if there is none
	Outgoing bool   // the response answers a push of an outgoing call
}

// Document is a body that was read, with everything that is wrong with it.
type Document struct {
	Kind     Kind
	Look     Look      // for Other: what it looks like
	Member   string    // for XML: the member of a JSON object that holds it in a string; "" if the body is the XML itself
	Root     string    // the local name of the root element, if one was read
	Response *Response // nil unless the document is well-formed and its root is Response, in any letter case
	Problems []Problem // in document order; the first few for each rule, and at least one that voids each voided action
}

// Problem is one rule that the document breaks.
type Problem struct {
	Rule        string   // requirement id, such as "dial.target"
	Milder      bool     // weighs no more than a should-level finding although the requirement may be a must
	Action      int      // index in Response.Actions of the action that it concerns; -1 if it concerns none
	VoidsAction bool     // that action does not happen because of it
	Pos         Position // where; zero for the body as a whole
	Want        string   // what was expected, in a few words
	Got         string   // what was found, quoted if it comes from the receiver
	Number      string   // with dial.number-format: what is in the Number
	Hint        string   // "" or a suggestion, such as: did you mean "onHangup"?
}

// ActionHappens reports whether the action at index i takes place, that is whether no problem voids it.
func (d Document) ActionHappens(i int) bool {
	for _, p := range d.Problems {
		if p.Action == i && p.VoidsAction {
			return false
		}
	}
	return true
}
