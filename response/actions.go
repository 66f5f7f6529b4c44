package response

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/internal/xmldoc"
)

// readPlay reads a Play. If the Play is in a Gather, the problems of the Play do not invalidate the Gather.
func (r *reader) readPlay(element *xmldoc.Element, inGather bool) Play {
	play := Play{Pos: Position(element.Position)}
	r.reportUnknownAttributes(element, "")
	var urls []*xmldoc.Element
	var misspeltURL *xmldoc.Element
	for _, child := range element.Children {
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
	problem := &Problem{Pos: Position(element.Position), Want: "one Url with an absolute http or https URL"}
	switch {
	case len(urls) == 1:
		play.URL, problem = readURL(urls[0].TrimmedText(), Position(urls[0].Position))
	case len(urls) > 0:
		play.URL, _ = readURL(urls[0].TrimmedText(), Position(urls[0].Position))
		problem.Pos, problem.Got = Position(urls[1].Position), strconv.Itoa(len(urls))
	case misspeltURL != nil:
		problem.Pos, problem.Got, problem.Hint = Position(misspeltURL.Position), wording.QuoteShort(misspeltURL.Name), suggestionHint(misspeltURL.Local, childElements[elementPlay])
	case element.TextPosition != (xmldoc.Position{}):
		problem.Pos, problem.Got, problem.Hint = Position(element.TextPosition), "the text "+wording.QuoteShort(element.TrimmedText()), "put the URL into a Url element"
	default:
		problem.Got = "none"
	}
	if len(urls) > 0 || misspeltURL != nil {
		r.reportText(element)
	}
	if len(urls) > 0 && misspeltURL != nil {
		r.reportUnknownElement(misspeltURL, elementPlay)
	}
	if problem != nil {
		problem.Rule, problem.InvalidatesAction = "play.url", !inGather
		r.addProblem(*problem)
	}
	return play
}

func (r *reader) readGather(element *xmldoc.Element) Gather {
	gather := Gather{MaxDigits: defaultMaxDigits, TimeoutMS: defaultTimeoutMS, Pos: Position(element.Position)}
	misspeltOnData := r.reportUnknownAttributes(element, attributeOnData)
	absentProblem := Problem{Rule: "gather.ondata", Pos: Position(element.Position), Want: "onData with an absolute http or https URL", Got: "none"}
	if attribute := element.Attribute(attributeOnData); attribute != nil {
		var problem *Problem
		if gather.OnData, problem = readURL(attribute.Value, Position(attribute.Position)); problem != nil {
			problem.Rule = absentProblem.Rule
			r.addInvalidating(*problem)
		}
	} else {
		if misspeltOnData != nil {
			absentProblem.Pos, absentProblem.Got, absentProblem.Hint = Position(misspeltOnData.Position), wording.QuoteShort(misspeltOnData.Name), suggestionHint(misspeltOnData.Name, []string{attributeOnData})
		}
		r.addInvalidating(absentProblem)
	}
	r.readPositiveInteger(element.Attribute(attributeMaxDigits), &gather.MaxDigits, Problem{Rule: "gather.max-digits", Want: "a whole number of at least 1"})
	r.readPositiveInteger(element.Attribute(attributeTimeout), &gather.TimeoutMS, Problem{Rule: "gather.timeout", Want: "a whole number of milliseconds, at least 1"})
	if attribute := element.Attribute(attributeType); attribute != nil && strings.TrimSpace(attribute.Value) != "dtmf" {
		r.addProblem(Problem{Rule: "gather.type", Pos: Position(attribute.Position), Want: "dtmf", Got: wording.QuoteShort(attribute.Value), Hint: suggestionHint(attribute.Value, []string{"dtmf"})})
	}
	for _, child := range element.Children {
		name := r.grammarName(child)
		switch {
		case name == elementPlay && gather.Play == nil:
			play := r.readPlay(child, true)
			gather.Play = &play
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
	if element.TextPosition != (xmldoc.Position{}) {
		r.addProblem(Problem{Rule: "gather.nesting", Milder: true, Pos: Position(element.TextPosition), Want: "nothing but a Play in Gather", Got: "the text " + wording.QuoteShort(element.TrimmedText()),
			Hint: "Gather plays only a sound file: put its URL into a Play"})
	}
	return gather
}

const (
	defaultMaxDigits = 1
	defaultTimeoutMS = 2000
)

var positiveIntegerPattern = regexp.MustCompile(`^\+?0*[1-9][0-9]*$`)

// readPositiveInteger stores the value of an attribute in target if it is a whole number of at least 1. Otherwise it sets Pos and Got of
// the problem, and records the problem. If the attribute is absent (nil), it does nothing.
func (r *reader) readPositiveInteger(attribute *xmldoc.Attribute, target *int, problem Problem) {
	if attribute == nil {
		return
	}
	value := strings.TrimSpace(attribute.Value)
	if !positiveIntegerPattern.MatchString(value) {
		problem.Pos, problem.Got = Position(attribute.Position), wording.QuoteShort(attribute.Value)
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

func (r *reader) readReject(element *xmldoc.Element) Reject {
	reject := Reject{Reason: reasonRejected, Pos: Position(element.Position)}
	r.reportUnknownAttributes(element, "")
	if attribute := element.Attribute(attributeReason); attribute != nil {
		switch value := strings.TrimSpace(attribute.Value); value {
		case reasonRejected, reasonBusy:
			reject.Reason = copyValue(value)
		default:
			r.addProblem(Problem{Rule: "reject.reason", Pos: Position(attribute.Position), Want: "rejected or busy", Got: wording.QuoteShort(attribute.Value), Hint: suggestionHint(value, []string{reasonRejected, reasonBusy})})
		}
	}
	r.reportChildElements(element)
	r.reportText(element)
	return reject
}

func (r *reader) readHangup(element *xmldoc.Element) Hangup {
	r.reportUnknownAttributes(element, "")
	problem := Problem{Rule: "hangup.empty", Want: "nothing in Hangup"}
	switch {
	case len(element.Children) > 0:
		problem.Pos, problem.Got = Position(element.Children[0].Position), wording.QuoteShort(element.Children[0].Name)
		r.addProblem(problem)
	case element.TextPosition != (xmldoc.Position{}):
		problem.Pos, problem.Got = Position(element.TextPosition), wording.QuoteShort(element.TrimmedText())
		r.addProblem(problem)
	}
	return Hangup{Pos: Position(element.Position)}
}
