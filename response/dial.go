package response

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/internal/xmldoc"
)

const maxTargets = 5

func (r *reader) readDial(e *xmldoc.Element) Dial {
	d := Dial{Pos: Position(e.At)}
	r.checkAttributes(e, "")
	if a := e.Attribute(attributeCallerID); a != nil {
		if value := strings.TrimSpace(a.Value); isSubscriberNumber(value) {
			d.CallerID = cloneShort(value)
		} else {
			hint := numberHint(value)
			if strings.EqualFold(value, "anonymous") {
				hint = `anonymous="true" suppresses the number`
			}
			r.addProblem(Problem{Rule: "dial.caller-id-format", Pos: Position(a.At), Want: "an E.164 number such as 4930231250011", Got: wording.QuoteShort(a.Value), Hint: hint})
		}
	}
	if a := e.Attribute(attributeAnonymous); a != nil {
		switch value := strings.TrimSpace(a.Value); value {
		case "true", "false":
			anonymous := value == "true"
			d.Anonymous = &anonymous
		default:
			r.addProblem(Problem{Rule: "dial.anonymous-value", Pos: Position(a.At), Want: "true or false", Got: wording.QuoteShort(a.Value), Hint: didYouMean(value, []string{"true", "false"})})
		}
	}
	r.readTargets(e, &d)
	return d
}

// readTargets reads the content of a Dial.
func (r *reader) readTargets(e *xmldoc.Element, d *Dial) {
	var named, empty []*xmldoc.Element
	var misspelt *xmldoc.Element
	for _, child := range e.Children {
		switch r.grammarName(child) {
		case elementNumber:
			if r.readNumber(child) {
				named = append(named, child)
				d.Numbers = append(d.Numbers, cloneShort(child.TrimmedText()))
			} else {
				empty = append(empty, child)
			}
		case elementVoicemail:
			d.Voicemail = true
			r.checkAttributes(child, "")
			r.checkNoElements(child)
			r.checkNoText(child)
		default:
			if closestElement(child, elementDial) != "" && misspelt == nil {
				misspelt = child
			} else {
				r.addUnknownElement(child, elementDial)
			}
		}
	}
	const want = "Number or Voicemail"
	target := Problem{Rule: "dial.target", Pos: Position(e.At), Want: want}
	switch {
	case len(named) > 0 && d.Voicemail:
		target.Got = "both"
		r.addVoiding(target)
	case len(empty) > 0:
		target.Pos, target.Want, target.Got = Position(empty[0].At), "a number in Number", "an empty Number"
		r.addVoiding(target)
	case len(named) > 0 || d.Voicemail:
		if misspelt != nil {
			r.addUnknownElement(misspelt, elementDial)
		}
	case misspelt != nil:
		target.Pos, target.Got, target.Hint = Position(misspelt.At), wording.QuoteShort(misspelt.Name), didYouMean(misspelt.Local, childrenOf[elementDial])
		r.addVoiding(target)
	case e.TextAt != (xmldoc.Position{}):
		target.Pos, target.Got, target.Hint = Position(e.TextAt), "the text "+wording.QuoteShort(e.TrimmedText()), "put the number into a Number element"
		r.addVoiding(target)
		return
	default:
		target.Got = "neither"
		r.addVoiding(target)
	}
	r.checkNoText(e)
	if len(named) > maxTargets {
		r.addVoiding(Problem{Rule: "dial.max-five-targets", Pos: Position(named[maxTargets].At), Want: "at most five numbers", Got: fmt.Sprint(len(named))})
	}
	if r.outgoing && len(named) > 1 {
		r.addVoiding(Problem{Rule: "dial.outgoing-one-target", Pos: Position(named[1].At), Want: "one number in answer to an outgoing call", Got: fmt.Sprint(len(named))})
	}
}

// readNumber reads a Number and reports whether it names anything.
func (r *reader) readNumber(e *xmldoc.Element) bool {
	r.checkAttributes(e, "")
	r.checkNoElements(e)
	value := e.TrimmedText()
	if value == "" {
		return false
	}
	if !isSubscriberNumber(value) && !isExtension(value) {
		r.addVoiding(Problem{Rule: "dial.number-format", Pos: Position(e.At), Want: "an E.164 number such as 4930231250011, or an internal extension", Got: wording.QuoteShort(value), Number: value, Hint: numberHint(value)})
	}
	return true
}

var (
	subscriberNumber = regexp.MustCompile(`^\+?[1-9][0-9]{4,14}$`)
	extension        = regexp.MustCompile(`^[0-9]{2,4}$`)
	international    = regexp.MustCompile(`^00([1-9][0-9]{4,14})$`)
	national         = regexp.MustCompile(`^0[1-9][0-9]{3,13}$`)
	spelling         = strings.NewReplacer(" ", "", "-", "", "/", "", ".", "", "(0)", "", "(", "", ")", "", "\u00a0", "", "tel:", "")
)

// isSubscriberNumber reports whether s is an E.164 number: 5 to 15 digits from country code on, with or without plus.
// Without plus, a short number cannot be distinguished from a long extension.
func isSubscriberNumber(s string) bool { return subscriberNumber.MatchString(s) }

// isExtension reports whether s can be an internal extension: two to four digits. See wire-facts: #100.
func isExtension(s string) bool { return extension.MatchString(s) }

// numberHint returns how to write a number that is not in the documented form, such as one with spaces or a dialling prefix.
func numberHint(s string) string {
	bare := spelling.Replace(s)
	if found := international.FindStringSubmatch(bare); found != nil {
		bare = found[1]
	}
	switch {
	case isSubscriberNumber(bare):
		return "did you mean " + wording.QuoteShort(bare) + "?"
	case national.MatchString(bare):
		return "start with the country code in place of the 0, such as 49"
	}
	return ""
}
