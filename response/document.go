package response

import "slices"

// Kind is the kind of a body: empty, XML, or something else.
type Kind string

const (
	EmptyBody Kind = "nothing" // empty, or white space only
	XML       Kind = "xml"     // recognizable as XML, even if it is not well-formed
	NotXML    Kind = "other"   // not recognizable as XML: an HTML page, a sentence, JSON
)

// Format is the format of a body that is not XML, as a phrase for people.
type Format string

// The formats on which code depends, for example to choose a hint. Other formats are only shown.
const (
	HTMLPage   Format = "an HTML page"
	phpSource  Format = "PHP source"
	phpWarning Format = "a PHP warning"
	jsonText   Format = "JSON"
	plainText  Format = "plain text"
)

// Input is the body of a response, with what its headers declare and the direction of the call.
type Input struct {
	Body      []byte // decoded, if it had a content encoding such as gzip
	MediaType string // the media type of the Content-Type, in lower case; "" if there is none
	Charset   string // the charset parameter of the Content-Type; "" if there is none
	Outgoing  bool   // the response is for a push of an outgoing call
}

// Document is a parsed body, with its problems.
type Document struct {
	Kind       Kind
	Format     Format    // if Kind is NotXML: the format of the body
	JSONMember string    // for XML in a string of a JSON object: the name of the object's member; "" if the body is the XML itself
	Root       string    // the local name of the root element; "" if no root element was read
	Response   *Response // nil unless the document is well-formed and its root is Response, in any letter case
	Problems   []Problem // in document order; only the first maxProblems of a rule, but at least one for each invalid action
}

// Problem reports that the document breaks a rule.
type Problem struct {
	Rule              string   // requirement id, such as "dial.target"
	Milder            bool     // counts as a should-level finding at most, even if the requirement is a must
	Action            int      // index in Response.Actions of the action with the problem; -1 if the problem is not in an action
	InvalidatesAction bool     // the problem makes the action invalid: sipgate does not carry it out
	Pos               Position // position in the body; zero for a problem of the whole body
	Want              string   // what was expected, as a short phrase
	Got               string   // what was found, as a short phrase; text of the receiver is quoted
	Number            string   // if Rule is dial.number-format: the content of the Number element; otherwise ""
	Hint              string   // a suggestion, such as: did you mean "onHangup"? "": no suggestion
}

// ActionHappens reports whether sipgate carries out the action at index i of Response.Actions: no problem invalidates it, and it is a Play
// or the first valid action that is no Play. That further actions do not happen is an assumption; sipgate does not document it.
func (d Document) ActionHappens(i int) bool {
	isValid := func(i int) bool {
		return !slices.ContainsFunc(d.Problems, func(p Problem) bool { return p.Action == i && p.InvalidatesAction })
	}
	_, isPlay := d.Response.Actions[i].(Play)
	for earlierIndex, action := range d.Response.Actions[:i] {
		if _, ok := action.(Play); !ok && !isPlay && isValid(earlierIndex) {
			return false
		}
	}
	return isValid(i)
}
