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

// The names of the grammar.
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

// childrenOf lists the elements that an element may hold, and attributesOf the attributes that it may have. An element that is not a key of
// childrenOf is not documented.
var (
	childrenOf = map[string][]string{
		elementResponse: {elementDial, elementPlay, elementGather, elementReject, elementHangup},
		elementDial:     {elementNumber, elementVoicemail},
		elementPlay:     {elementURL},
		elementGather:   {elementPlay},
		elementReject:   nil, elementHangup: nil, elementNumber: nil, elementVoicemail: nil, elementURL: nil,
	}
	attributesOf = map[string][]string{
		elementResponse: {attributeOnAnswer, attributeOnHangup},
		elementDial:     {attributeCallerID, attributeAnonymous},
		elementGather:   {attributeOnData, attributeType, attributeMaxDigits, attributeTimeout},
		elementReject:   {attributeReason},
	}
)

// reader makes a Response of elements and collects the problems.
type reader struct {
	outgoing      bool
	prefix        string // of the root element; its content must have the same prefix
	action        int    // index of the action that is read, -1 outside of actions
	problems      []Problem
	problemCounts map[problemKind]int
	lastVoided    int // the last action that does not happen, -1 for none
}

// problemKind is a rule and the weight of its problems.
type problemKind struct {
	rule   string
	milder bool
}

// maxProblems is how many problems of one rule and weight are kept. A response may have thousands that do not differ.
const maxProblems = 20

// addProblem records a problem of the action that is read. The first problem that voids an action is always kept, even beyond maxProblems.
func (r *reader) addProblem(p Problem) {
	w := problemKind{p.Rule, p.Milder}
	if r.problemCounts[w]++; r.problemCounts[w] > maxProblems && (!p.VoidsAction || r.lastVoided == r.action) {
		return
	}
	if p.VoidsAction {
		r.lastVoided = r.action
	}
	p.Action = r.action
	r.problems = append(r.problems, p)
}

// addVoiding records a problem that keeps the action that is read from happening.
func (r *reader) addVoiding(p Problem) {
	p.VoidsAction = true
	r.addProblem(p)
}

// readRoot reads the whole document. It returns nil if the root is not Response, in any letter case.
func (r *reader) readRoot(e *xmldoc.Element) *Response {
	if e.Local != elementResponse {
		r.addProblem(Problem{Rule: "response.root", Pos: Position(e.At), Want: "the root element Response", Got: wording.QuoteShort(e.Name), Hint: didYouMean(e.Name, []string{elementResponse})})
		if !strings.EqualFold(e.Local, elementResponse) {
			return nil
		}
		e.Local = elementResponse
	}
	if e.Prefix != "" {
		r.addProblem(Problem{Rule: "response.root", Milder: true, Pos: Position(e.At), Want: "the root element Response without a prefix", Got: wording.QuoteShort(e.Name),
			Hint: "write Response and everything in it without a prefix"})
	}
	r.checkAttributes(e, "")
	response := &Response{
		OnAnswer: r.readSubscription(e, attributeOnAnswer, "following.answer-url"),
		OnHangup: r.readSubscription(e, attributeOnHangup, "following.hangup-url"),
	}
	var secondAction *xmldoc.Element
	for _, child := range e.Children {
		r.action = len(response.Actions)
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
			r.action = -1
			r.addUnknownElement(child, e.Local)
			continue
		}
		if response.Actions = append(response.Actions, action); len(response.Actions) == 2 {
			secondAction = child
		}
	}
	r.action = -1
	r.checkNoText(e)
	if secondAction != nil {
		r.addProblem(Problem{Rule: "response.one-action", Pos: Position(secondAction.At), Want: "one action", Got: strings.Join(elementNames(response.Actions), ", ")})
	}
	return response
}

func elementNames(actions []Action) []string {
	var all []string
	for i, a := range actions {
		if i == 10 {
			return append(all, "…")
		}
		all = append(all, a.Element())
	}
	return all
}

// grammarName is the name of an element in the grammar. A name with another prefix than the root's is returned unchanged, and is never in the
// grammar.
func (r *reader) grammarName(e *xmldoc.Element) string {
	if e.Prefix != r.prefix {
		return e.Name
	}
	return e.Local
}

func (r *reader) readSubscription(e *xmldoc.Element, name, rule string) *Target {
	a := e.Attribute(name)
	if a == nil {
		return nil
	}
	target, problem := newTarget(a.Value, Position(a.At))
	if problem != nil {
		problem.Rule = rule
		r.addProblem(*problem)
	}
	return &target
}

// newTarget judges a URL. The problem is nil if there is none. The caller sets its rule.
func newTarget(raw string, at Position) (Target, *Problem) {
	_, err := endpoint.ParseURL(raw)
	var cause *endpoint.URLError
	if errors.As(err, &cause) {
		return Target{URL: cloneShort(raw), Pos: at}, &Problem{Pos: at, Want: cause.Want, Got: cause.Got}
	}
	return Target{URL: cloneShort(raw), Usable: true, Pos: at}, nil
}

// checkAttributes records the attributes that are not documented. If the required attribute is absent and another one is a misspelling of it,
// that one is returned and the caller records it.
func (r *reader) checkAttributes(e *xmldoc.Element, required string) (misspelt *xmldoc.Attribute) {
	documented := attributesOf[e.Local]
	for i := range e.Attributes {
		a := &e.Attributes[i]
		if a.Name == "xmlns" || a.Prefix == "xmlns" || a.Prefix == "xml" || a.Prefix == "xsi" || slices.Contains(documented, a.Name) {
			continue
		}
		meant, found := suggest.Closest(a.Name, documented)
		if found && misspelt == nil && meant == required && e.Attribute(required) == nil {
			misspelt = a
			continue
		}
		want := "no attribute of " + e.Local
		if len(documented) > 0 {
			want = "a documented attribute of " + e.Local + ": " + strings.Join(documented, ", ")
		}
		hint := didYouMean(a.Name, documented)
		if hint == "" {
			hint = attributeOwnerHint(a.Name)
		}
		r.addProblem(Problem{Rule: "response.known-attributes", Pos: Position(a.At), Want: want, Got: wording.QuoteShort(a.Name), Hint: hint})
	}
	return misspelt
}

// attributeOwnerHint names the element that a documented attribute belongs to; "" if the attribute is not documented.
func attributeOwnerHint(name string) string {
	for _, owner := range []string{elementResponse, elementDial, elementGather, elementReject} {
		if slices.Contains(attributesOf[owner], name) {
			return name + " belongs to " + owner
		}
	}
	return ""
}

// closestElement returns the documented element in a parent whose name is closest to an unknown one's; "" if none is close.
func closestElement(e *xmldoc.Element, parent string) string {
	name, _ := suggest.Closest(e.Local, childrenOf[parent])
	return name
}

// addUnknownElement records an element that is not documented, or not documented in this parent.
func (r *reader) addUnknownElement(e *xmldoc.Element, parent string) {
	inside := childrenOf[parent]
	p := Problem{Rule: "response.known-elements", Pos: Position(e.At), Want: "nothing in " + parent, Got: wording.QuoteShort(e.Name)}
	if len(inside) > 0 {
		p.Want = "a documented element in " + parent + ": " + strings.Join(inside, ", ")
	}
	if closestElement(e, parent) != "" {
		p.Hint = didYouMean(e.Local, inside)
	} else {
		p.Hint = elementPlaceHint(r.grammarName(e))
	}
	r.addProblem(p)
}

// elementPlaceHint names the parent that a documented element belongs in; "" if the element is not documented.
func elementPlaceHint(name string) string {
	for _, parent := range []string{elementResponse, elementDial, elementPlay} {
		if slices.Contains(childrenOf[parent], name) {
			return name + " belongs in " + parent
		}
	}
	return ""
}

// checkNoText records text in an element that may contain elements only.
func (r *reader) checkNoText(e *xmldoc.Element) {
	if e.TextAt != (xmldoc.Position{}) {
		r.addProblem(Problem{Rule: "response.known-elements", Milder: true, Pos: Position(e.TextAt), Want: "no text directly in " + e.Local, Got: wording.QuoteShort(e.TrimmedText())})
	}
}

// checkNoElements records every element in an element that may contain text only.
func (r *reader) checkNoElements(e *xmldoc.Element) {
	for _, child := range e.Children {
		r.addUnknownElement(child, e.Local)
	}
}

func didYouMean(word string, allowed []string) string {
	if meant, found := suggest.Closest(word, allowed); found {
		return "did you mean " + wording.QuoteShort(meant) + "?"
	}
	return ""
}
