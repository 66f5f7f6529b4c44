package response

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/internal/xmldoc"
)

// readPlay reads a Play. If the Play is in a Gather, its problems do not invalidate the Gather.
func (r *reader) readPlay(e *xmldoc.Element, inGather bool) Play {
	p := Play{Pos: Position(e.Position)}
	r.reportUnknownAttributes(e, "")
	var urls []*xmldoc.Element
	var misspeltURL *xmldoc.Element
	for _, child := range e.Children {
		switch {
		case r.grammarName(child) == elementURL:
			urls = append(urls, child)
			r.reportUnknownAttributes(child, "")
			r.reportChildElements(child)
		case misspeltURL == nil && closestElement(child, elementPlay) != "":
			misspeltURL = child
		default:
			r.reportUnknownElement(child, elementPlay)
		}
	}
	problem := &Problem{Pos: Position(e.Position), Want: "one Url with an absolute http or https URL"}
	switch {
	case len(urls) == 1:
		p.URL, problem = readURL(urls[0].TrimmedText(), Position(urls[0].Position))
	case len(urls) > 0:
		p.URL, _ = readURL(urls[0].TrimmedText(), Position(urls[0].Position))
		problem.Pos, problem.Got = Position(urls[1].Position), strconv.Itoa(len(urls))
	case misspeltURL != nil:
		problem.Pos, problem.Got, problem.Hint = Position(misspeltURL.Position), wording.QuoteShort(misspeltURL.Name), suggestionHint(misspeltURL.Local, childElements[elementPlay])
	case e.TextPosition != (xmldoc.Position{}):
		problem.Pos, problem.Got, problem.Hint = Position(e.TextPosition), "the text "+wording.QuoteShort(e.TrimmedText()), "put the URL into a Url element"
	default:
		problem.Got = "none"
	}
	if len(urls) > 0 || misspeltURL != nil {
		r.reportText(e)
	}
	if len(urls) > 0 && misspeltURL != nil {
		r.reportUnknownElement(misspeltURL, elementPlay)
	}
	if problem != nil {
		problem.Rule, problem.InvalidatesAction = "play.url", !inGather
		r.addProblem(*problem)
	}
	return p
}

func (r *reader) readGather(e *xmldoc.Element) Gather {
	g := Gather{MaxDigits: defaultMaxDigits, TimeoutMS: defaultTimeoutMS, Pos: Position(e.Position)}
	misspeltOnData := r.reportUnknownAttributes(e, attributeOnData)
	absentProblem := Problem{Rule: "gather.ondata", Pos: Position(e.Position), Want: "onData with an absolute http or https URL", Got: "none"}
	if a := e.Attribute(attributeOnData); a != nil {
		var problem *Problem
		if g.OnData, problem = readURL(a.Value, Position(a.Position)); problem != nil {
			problem.Rule = absentProblem.Rule
			r.addInvalidating(*problem)
		}
	} else {
		if misspeltOnData != nil {
			absentProblem.Pos, absentProblem.Got, absentProblem.Hint = Position(misspeltOnData.Position), wording.QuoteShort(misspeltOnData.Name), suggestionHint(misspeltOnData.Name, []string{attributeOnData})
		}
		r.addInvalidating(absentProblem)
	}
	r.readPositiveInteger(e.Attribute(attributeMaxDigits), &g.MaxDigits, Problem{Rule: "gather.max-digits", Want: "a whole number of at least 1"})
	r.readPositiveInteger(e.Attribute(attributeTimeout), &g.TimeoutMS, Problem{Rule: "gather.timeout", Want: "a whole number of milliseconds, at least 1"})
	if a := e.Attribute(attributeType); a != nil && strings.TrimSpace(a.Value) != "dtmf" {
		r.addProblem(Problem{Rule: "gather.type", Pos: Position(a.Position), Want: "dtmf", Got: wording.QuoteShort(a.Value), Hint: suggestionHint(a.Value, []string{"dtmf"})})
	}
	for _, child := range e.Children {
		name := r.grammarName(child)
		switch {
		case name == elementPlay && g.Play == nil:
			play := r.readPlay(child, true)
			g.Play = &play
		case name == elementPlay:
			r.addProblem(Problem{Rule: "gather.nesting", Milder: true, Pos: Position(child.Position), Want: "one Play in Gather", Got: "another"})
		default:
			problem := Problem{Rule: "gather.nesting", Pos: Position(child.Position), Want: "nothing but a Play in Gather", Got: wording.QuoteShort(child.Name)}
			if _, isDocumented := childElements[name]; isDocumented {
				problem.Hint = "respond to the dtmf push with it"
			} else {
				problem.Hint = suggestionHint(child.Local, childElements[elementGather])
			}
			r.addProblem(problem)
		}
	}
	if e.TextPosition != (xmldoc.Position{}) {
		r.addProblem(Problem{Rule: "gather.nesting", Milder: true, Pos: Position(e.TextPosition), Want: "nothing but a Play in Gather", Got: "the text " + wording.QuoteShort(e.TrimmedText()),
			Hint: "what the caller is to hear is a sound file, in a Play"})
	}
	return g
}

const (
	defaultMaxDigits = 1
	defaultTimeoutMS = 2000
)

var positiveIntegerPattern = regexp.MustCompile(`^\+?0*[1-9][0-9]*$`)

// readPositiveInteger stores the value of an attribute in target if it is a whole number of at least 1. Otherwise it sets Pos and Got of
// the problem, and records the problem. If the attribute is absent (nil), it does nothing.
func (r *reader) readPositiveInteger(a *xmldoc.Attribute, target *int, problem Problem) {
	if a == nil {
		return
	}
	value := strings.TrimSpace(a.Value)
	if !positiveIntegerPattern.MatchString(value) {
		problem.Pos, problem.Got = Position(a.Position), wording.QuoteShort(a.Value)
		r.addProblem(problem)
		return
	}
	n, _ := strconv.ParseInt(value, 10, 32) // a number that is too large becomes math.MaxInt32
	*target = int(n)
}

const (
	reasonRejected = "rejected"
	reasonBusy     = "busy"
)

func (r *reader) readReject(e *xmldoc.Element) Reject {
	reject := Reject{Reason: reasonRejected, Pos: Position(e.Position)}
	r.reportUnknownAttributes(e, "")
	if a := e.Attribute(attributeReason); a != nil {
		switch value := strings.TrimSpace(a.Value); value {
		case reasonRejected, reasonBusy:
			reject.Reason = copyValue(value)
		default:
			r.addProblem(Problem{Rule: "reject.reason", Pos: Position(a.Position), Want: "rejected or busy", Got: wording.QuoteShort(a.Value), Hint: suggestionHint(value, []string{reasonRejected, reasonBusy})})
		}
	}
	r.reportChildElements(e)
	r.reportText(e)
	return reject
}

func (r *reader) readHangup(e *xmldoc.Element) Hangup {
	r.reportUnknownAttributes(e, "")
	problem := Problem{Rule: "hangup.empty", Want: "nothing in Hangup"}
	switch {
	case len(e.Children) > 0:
		problem.Pos, problem.Got = Position(e.Children[0].Position), wording.QuoteShort(e.Children[0].Name)
		r.addProblem(problem)
	case e.TextPosition != (xmldoc.Position{}):
		problem.Pos, problem.Got = Position(e.TextPosition), wording.QuoteShort(e.TrimmedText())
		r.addProblem(problem)
	}
	return Hangup{Pos: Position(e.Position)}
}
