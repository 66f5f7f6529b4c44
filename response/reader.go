package response

import (
	"errors"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/internal/xmldoc"
)

// The names of the documented elements and attributes.
const (
	elementResponse  = "Response"
	elementDial      = "Dial"
	elementNumber    = "Number"
	elementVoicemail = "Voicemail"
	elementPlay      = "Play"
	elementURL       = "Url"
	elementGather    = "Gather"
	elementReject    = "Reject"
	elementHangup    = "Hangup"

	attributeOnAnswer  = "onAnswer"
	attributeOnHangup  = "onHangup"
	attributeCallerID  = "callerId"
	attributeAnonymous = "anonymous"
	attributeOnData    = "onData"
	attributeType      = "type"
	attributeMaxDigits = "maxDigits"
	attributeTimeout   = "timeout"
	attributeReason    = "reason"
)

// childElements lists the elements that each element may contain. An element that is not a key of childElements is not documented.
// attributeNames lists the attributes of each element.
var (
	childElements = map[string][]string{
		elementResponse: {elementDial, elementPlay, elementGather, elementReject, elementHangup},
		elementDial:     {elementNumber, elementVoicemail},
		elementPlay:     {elementURL},
		elementGather:   {elementPlay},
		elementReject:   nil, elementHangup: nil, elementNumber: nil, elementVoicemail: nil, elementURL: nil,
	}
	attributeNames = map[string][]string{
		elementResponse: {attributeOnAnswer, attributeOnHangup},
		elementDial:     {attributeCallerID, attributeAnonymous},
		elementGather:   {attributeOnData, attributeType, attributeMaxDigits, attributeTimeout},
		elementReject:   {attributeReason},
	}
)

// reader turns the elements of a document into a Response, and collects the problems.
type reader struct {
	outgoing      bool   // the response is for a push of an outgoing call
	prefix        string // prefix of the root element; the elements in it need the same prefix
	actionIndex   int    // index of the action that is being read; -1: no action
	problems      []Problem
	problemCounts map[countKey]int // the number of problems that were found, including those that were not kept
	invalidAction int              // index of the last action that a problem invalidated; -1: no action
}

// countKey is the key of reader.problemCounts. Milder problems of a rule are counted apart from its other problems.
type countKey struct {
	rule   string
	milder bool
}

// maxProblems is the largest number of problems that are kept for one countKey. A response may have thousands of equal problems.
const maxProblems = 20

// addProblem records a problem of the action that is being read. The first problem that invalidates an action is always kept, even if there
// are maxProblems already.
func (r *reader) addProblem(p Problem) {
	key := countKey{p.Rule, p.Milder}
	if r.problemCounts[key]++; r.problemCounts[key] > maxProblems && (!p.InvalidatesAction || r.invalidAction == r.actionIndex) {
		return
	}
	if p.InvalidatesAction {
		r.invalidAction = r.actionIndex
	}
	p.Action = r.actionIndex
	r.problems = append(r.problems, p)
}

// addInvalidating records a problem that invalidates the action that is being read.
func (r *reader) addInvalidating(p Problem) {
	p.InvalidatesAction = true
	r.addProblem(p)
}

// readRoot reads the whole document. It returns nil if the name of the root element differs from Response in more than letter case.
func (r *reader) readRoot(element *xmldoc.Element) *Response {
	if element.Local != elementResponse {
		r.addProblem(Problem{Rule: "response.root", Pos: Position(element.Position), Want: "the root element Response", Got: wording.QuoteShort(element.Name), Hint: suggestionHint(element.Name, []string{elementResponse})})
		if !strings.EqualFold(element.Local, elementResponse) {
			return nil
		}
		element.Local = elementResponse
	}
	if element.Prefix != "" {
		r.addProblem(Problem{Rule: "response.root", Milder: true, Pos: Position(element.Position), Want: "the root element Response without a prefix", Got: wording.QuoteShort(element.Name),
			Hint: "write Response and everything in it without a prefix"})
	}
	r.reportUnknownAttributes(element, "")
	response := &Response{
		OnAnswer: r.readSubscription(element, attributeOnAnswer, "following.answer-url"),
		OnHangup: r.readSubscription(element, attributeOnHangup, "following.hangup-url"),
	}
	var secondAction *xmldoc.Element
	for _, child := range element.Children {
		r.actionIndex = len(response.Actions)
		var action Action
		switch r.grammarName(child) {
		case elementDial:
			action = r.readDial(child)
		case elementPlay:
			action = r.readPlay(child, false)
		case elementGather:
			action = r.readGather(child)
		case elementReject:
			action = r.readReject(child)
		case elementHangup:
			action = r.readHangup(child)
		default:
			r.actionIndex = -1
			r.reportUnknownElement(child, element.Local)
			continue
		}
		if response.Actions = append(response.Actions, action); len(response.Actions) == 2 {
			secondAction = child
		}
	}
	r.actionIndex = -1
	r.reportText(element)
	if secondAction != nil {
		r.addProblem(Problem{Rule: "response.one-action", Pos: Position(secondAction.Position), Want: "one action", Got: strings.Join(elementNames(response.Actions), ", ")})
	}
	return response
}

// elementNames returns the names of at most ten actions, with an ellipsis if there are more.
func elementNames(actions []Action) []string {
	var names []string
	for i, a := range actions {
		if i == 10 {
			return append(names, "…")
		}
		names = append(names, a.Element())
	}
	return names
}

// grammarName returns the name of an element without the prefix of the root element. If the element has another prefix, grammarName returns
// the name with that prefix, which equals no documented name.
func (r *reader) grammarName(element *xmldoc.Element) string {
	if element.Prefix != r.prefix {
		return element.Name
	}
	return element.Local
}

// readSubscription reads onAnswer or onHangup. It returns nil if the attribute is absent.
func (r *reader) readSubscription(element *xmldoc.Element, name, rule string) *URL {
	attribute := element.Attribute(name)
	if attribute == nil {
		return nil
	}
	target, problem := readURL(attribute.Value, Position(attribute.Position))
	if problem != nil {
		problem.Rule = rule
		r.addProblem(*problem)
	}
	return &target
}

// readURL checks a URL. The problem is nil if the URL is usable. Otherwise the calling function has to set the problem's rule.
func readURL(raw string, pos Position) (URL, *Problem) {
	_, err := endpoint.ParseURL(raw)
	var urlError *endpoint.URLError
	if errors.As(err, &urlError) {
		return URL{Text: copyValue(raw), Pos: pos}, &Problem{Pos: pos, Want: urlError.Want, Got: urlError.Got}
	}
	return URL{Text: copyValue(raw), Usable: true, Pos: pos}, nil
}

// reportUnknownAttributes records a problem for each attribute that is not documented. required is the name of a required attribute, or ""
// if there is none. If the required attribute is absent, and another attribute misspells its name, reportUnknownAttributes records no
// problem for the first such attribute, but returns it. The calling function then records the problem.
func (r *reader) reportUnknownAttributes(element *xmldoc.Element, required string) (misspelling *xmldoc.Attribute) {
	documentedNames := attributeNames[element.Local]
	for i := range element.Attributes {
		attribute := &element.Attributes[i]
		if attribute.Name == "xmlns" || attribute.Prefix == "xmlns" || attribute.Prefix == "xml" || attribute.Prefix == "xsi" || slices.Contains(documentedNames, attribute.Name) {
			continue
		}
		closest, found := suggest.Closest(attribute.Name, documentedNames)
		if found && misspelling == nil && closest == required && element.Attribute(required) == nil {
			misspelling = attribute
			continue
		}
		want := "no attribute of " + element.Local
		if len(documentedNames) > 0 {
			want = "a documented attribute of " + element.Local + ": " + strings.Join(documentedNames, ", ")
		}
		hint := suggestionHint(attribute.Name, documentedNames)
		if hint == "" {
			hint = attributeOwnerHint(attribute.Name)
		}
		r.addProblem(Problem{Rule: "response.known-attributes", Pos: Position(attribute.Position), Want: want, Got: wording.QuoteShort(attribute.Name), Hint: hint})
	}
	return misspelling
}

// attributeOwnerHint returns a hint that names the element to which a documented attribute belongs. It returns "" if the attribute is not
// documented.
func attributeOwnerHint(name string) string {
	for _, owner := range []string{elementResponse, elementDial, elementGather, elementReject} {
		if slices.Contains(attributeNames[owner], name) {
			return name + " belongs to " + owner
		}
	}
	return ""
}

// closestElement returns the documented child of a parent whose name is closest to the name of an unknown element. It returns "" if no name
// is close.
func closestElement(element *xmldoc.Element, parent string) string {
	name, _ := suggest.Closest(element.Local, childElements[parent])
	return name
}

// reportUnknownElement records a problem for an element that is not documented as a child of its parent.
func (r *reader) reportUnknownElement(element *xmldoc.Element, parent string) {
	documentedNames := childElements[parent]
	p := Problem{Rule: "response.known-elements", Pos: Position(element.Position), Want: "nothing in " + parent, Got: wording.QuoteShort(element.Name)}
	if len(documentedNames) > 0 {
		p.Want = "a documented element in " + parent + ": " + strings.Join(documentedNames, ", ")
	}
	if closestElement(element, parent) != "" {
		p.Hint = suggestionHint(element.Local, documentedNames)
	} else {
		p.Hint = parentHint(r.grammarName(element))
	}
	r.addProblem(p)
}

// parentHint returns a hint that names the parent in which a documented element belongs. It returns "" if the element is not documented.
func parentHint(name string) string {
	for _, parent := range []string{elementResponse, elementDial, elementPlay} {
		if slices.Contains(childElements[parent], name) {
			return name + " belongs in " + parent
		}
	}
	return ""
}

// reportText records a problem if an element that may contain only elements contains text.
func (r *reader) reportText(element *xmldoc.Element) {
	if element.TextPosition != (xmldoc.Position{}) {
		r.addProblem(Problem{Rule: "response.known-elements", Milder: true, Pos: Position(element.TextPosition), Want: "no text directly in " + element.Local, Got: wording.QuoteShort(element.TrimmedText())})
	}
}

// reportChildElements records a problem for each element in an element that may contain only text.
func (r *reader) reportChildElements(element *xmldoc.Element) {
	for _, child := range element.Children {
		r.reportUnknownElement(child, element.Local)
	}
}

// suggestionHint returns a hint that suggests the name closest to a word, or "" if no name is close.
func suggestionHint(word string, names []string) string {
	if closest, found := suggest.Closest(word, names); found {
		return "did you mean " + wording.QuoteShort(closest) + "?"
	}
	return ""
}
