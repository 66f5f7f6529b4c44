package response

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/internal/xmldoc"
)

const maxDialNumbers = 5

func (r *reader) readDial(element *xmldoc.Element) Dial {
	dial := Dial{Pos: Position(element.Position)}
	r.reportUnknownAttributes(element, "")
	if attribute := element.Attribute(attributeCallerID); attribute != nil {
		if value := strings.TrimSpace(attribute.Value); isSubscriberNumber(value) {
			dial.CallerID = copyValue(value)
		} else {
			hint := numberHint(value)
			if strings.EqualFold(value, "anonymous") {
				hint = `anonymous="true" suppresses the number`
			}
			r.addProblem(Problem{Rule: "dial.caller-id-format", Pos: Position(attribute.Position), Want: "an E.164 number such as 4930231250011", Got: wording.QuoteShort(attribute.Value), Hint: hint})
		}
	}
	if attribute := element.Attribute(attributeAnonymous); attribute != nil {
		switch value := strings.TrimSpace(attribute.Value); value {
		case "true", "false":
			anonymous := value == "true"
			dial.Anonymous = &anonymous
		default:
			r.addProblem(Problem{Rule: "dial.anonymous-value", Pos: Position(attribute.Position), Want: "true or false", Got: wording.QuoteShort(attribute.Value), Hint: suggestionHint(value, []string{"true", "false"})})
		}
	}
	r.readDialTargets(element, &dial)
	return dial
}

// readDialTargets reads the content of a Dial: its Number elements and its Voicemail.
func (r *reader) readDialTargets(element *xmldoc.Element, dial *Dial) {
	var numbers, emptyNumbers []*xmldoc.Element
	var misspeltTarget *xmldoc.Element
	for _, child := range element.Children {
		switch r.grammarName(child) {
		case elementNumber:
			if r.readNumber(child) {
				numbers = append(numbers, child)
				dial.Numbers = append(dial.Numbers, copyValue(child.TrimmedText()))
			} else {
				emptyNumbers = append(emptyNumbers, child)
			}
		case elementVoicemail:
			dial.Voicemail = true
			r.reportUnknownAttributes(child, "")
			r.reportChildElements(child)
			r.reportText(child)
		default:
			if closestElement(child, elementDial) != "" && misspeltTarget == nil {
				misspeltTarget = child
			} else {
				r.reportUnknownElement(child, elementDial)
			}
		}
	}
	const want = "Number or Voicemail"
	problem := Problem{Rule: "dial.target", Pos: Position(element.Position), Want: want}
	switch {
	case len(numbers) > 0 && dial.Voicemail:
		problem.Got = "both"
		r.addInvalidating(problem)
	case len(emptyNumbers) > 0:
		problem.Pos, problem.Want, problem.Got = Position(emptyNumbers[0].Position), "a number in Number", "an empty Number"
		r.addInvalidating(problem)
	case len(numbers) > 0 || dial.Voicemail:
		if misspeltTarget != nil {
			r.reportUnknownElement(misspeltTarget, elementDial)
		}
	case misspeltTarget != nil:
		problem.Pos, problem.Got, problem.Hint = Position(misspeltTarget.Position), wording.QuoteShort(misspeltTarget.Name), suggestionHint(misspeltTarget.Local, childElements[elementDial])
		r.addInvalidating(problem)
	case element.TextPosition != (xmldoc.Position{}):
		problem.Pos, problem.Got, problem.Hint = Position(element.TextPosition), "the text "+wording.QuoteShort(element.TrimmedText()), "put the number into a Number element"
		r.addInvalidating(problem)
		return
	default:
		problem.Got = "neither"
		r.addInvalidating(problem)
	}
	r.reportText(element)
	if len(numbers) > maxDialNumbers {
		r.addInvalidating(Problem{Rule: "dial.max-five-targets", Pos: Position(numbers[maxDialNumbers].Position), Want: "at most five numbers", Got: fmt.Sprint(len(numbers))})
	}
	if r.outgoing && len(numbers) > 1 {
		r.addInvalidating(Problem{Rule: "dial.outgoing-one-target", Pos: Position(numbers[1].Position), Want: "one number in answer to an outgoing call", Got: fmt.Sprint(len(numbers))})
	}
}

// readNumber checks a Number element. It reports whether the element contains text.
func (r *reader) readNumber(element *xmldoc.Element) bool {
	r.reportUnknownAttributes(element, "")
	r.reportChildElements(element)
	value := element.TrimmedText()
	if value == "" {
		return false
	}
	if !isSubscriberNumber(value) && !isExtension(value) {
		r.addInvalidating(Problem{Rule: "dial.number-format", Pos: Position(element.Position), Want: "an E.164 number such as 4930231250011, or an internal extension", Got: wording.QuoteShort(value), Number: value, Hint: numberHint(value)})
	}
	return true
}

var (
	subscriberNumberPattern = regexp.MustCompile(`^\+?[1-9][0-9]{4,14}$`)
	extensionPattern        = regexp.MustCompile(`^[0-9]{2,4}$`)
	internationalPattern    = regexp.MustCompile(`^00([1-9][0-9]{4,14})$`)
	nationalPattern         = regexp.MustCompile(`^0[1-9][0-9]{3,13}$`)
	numberSeparators        = strings.NewReplacer(" ", "", "-", "", "/", "", ".", "", "(0)", "", "(", "", ")", "", "\u00a0", "", "tel:", "")
)

// isSubscriberNumber reports whether s is an E.164 number: 5 to 15 digits that begin with the country code, with or without a plus sign.
// Shorter numbers without a plus sign could be extensions.
func isSubscriberNumber(s string) bool { return subscriberNumberPattern.MatchString(s) }

// isExtension reports whether s can be an internal extension: two to four digits (reported: sipgate.io issue #100).
func isExtension(s string) bool { return extensionPattern.MatchString(s) }

// numberHint returns a hint that shows how to write a number, for example without spaces or a dialling prefix. It returns "" if it knows no
// better form.
func numberHint(s string) string {
	digits := numberSeparators.Replace(s)
	if match := internationalPattern.FindStringSubmatch(digits); match != nil {
		digits = match[1]
	}
	switch {
	case isSubscriberNumber(digits):
		return "did you mean " + wording.QuoteShort(digits) + "?"
	case nationalPattern.MatchString(digits):
		return "start with the country code in place of the 0, such as 49"
	}
	return ""
}
