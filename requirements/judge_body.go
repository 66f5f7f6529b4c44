package requirements

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

const reasonableSize = 64 << 10 // bytes; every documented response is under 1 KiB

// judgeBody judges the body of the response.
func (e evidence) judgeBody() {
	x, causeID := e.exchange, ""
	if x.BodyLength >= transcript.MaxBodyBytes {
		causeID = responseEnds
		e.addFinding(causeID, "a body that ends before 1 MiB", fmt.Sprintf("%d bytes", x.BodyLength))
	}
	switch x.End {
	case transcript.BodyTooLong:
		e.addFinding(responseReasonableSize, "less than 64 KiB", fmt.Sprintf("%d bytes", x.BodyLength))
		if x.Document.Kind == response.NotXML {
			for _, p := range x.Document.Problems {
				e.addWarning(p.Rule, p.Want, p.Got)
			}
			return // the other rules do not apply to an HTML page or another document that is not XML
		}
		e.addUnreadBodyGaps("the body was too long to be read", causeID)
		return
	case transcript.BadEncoding:
		e.addFinding(responseReadableEncoding, "a body in the encoding that its headers declare", fmt.Sprintf("%s: %s", x.End, x.Detail))
		e.addUnreadBodyGaps("the body could not be decoded", responseReadableEncoding)
		return
	}
	doc := x.Document
	if x.BodyLength >= reasonableSize {
		e.addFinding(responseReasonableSize, "less than 64 KiB", fmt.Sprintf("%d bytes", x.BodyLength))
	} else {
		e.recordMetUnlessBroken(responseReasonableSize)
	}
	if doc.Kind == response.XML {
		e.judgeContentType()
	}
	switch {
	case isTooLargeToRead(doc):
		// No requirement is named as the cause of these gaps, because the rest of the body is unknown.
		for _, id := range []string{responseWellFormed, responseKnownElements} {
			e.judgements.addGapWithReason(id, tooLargeReason, "")
		}
	case hasUnexpandedEntities(doc):
		e.judgements.addGapWithReason(responseKnownElements, "the document refers to entities of its own, which are not expanded", "")
	case firstMustRule(doc) == responseReadableEncoding:
		e.judgements.addGapWithReason(responseWellFormed, "the body could not be decoded", responseReadableEncoding)
	case doc.Kind == response.XML:
		e.recordMetUnlessBroken(responseWellFormed)
	}
	for _, o := range occasionsOf(x) {
		e.recordMetUnlessBroken(catalogue().byOccasion[o]...)
	}
	e.judgeProblems(doc)
}

// judgeProblems adds a finding for each problem of a document.
func (e evidence) judgeProblems(doc response.Document) {
	for _, p := range doc.Problems {
		if e.dialsOddNumber(p) {
			continue
		}
		f := e.finding(p.Want, p.Got)
		f.Line, f.Column = p.Pos.Line, p.Pos.Column
		f.Fix = p.Hint
		if p.Milder {
			f.Level = Should
		}
		e.judgements.addFinding(p.Rule, f)
	}
}

// dialsOddNumber reports whether a problem is that the receiver dials the called number of an odd push unchanged. pushcheck made up that
// number, so it is not a mistake of the receiver.
func (e evidence) dialsOddNumber(p response.Problem) bool {
	to := e.exchange.Push.To
	return e.exchange.Odd && to != "" && strings.Contains(p.Number, to)
}

const tooLargeReason = "the document was too large to be read to its end"

// addUnreadBodyGaps adds the gaps of requirements that cannot be judged because the body was not read.
func (e evidence) addUnreadBodyGaps(reason, causeID string) {
	for _, id := range []string{responseContentType, responseWellFormed, responseRoot, responseKnownElements} {
		e.judgements.addGapWithReason(id, reason, causeID)
	}
}

// judgeContentType judges the media type of a document that begins like XML.
func (e evidence) judgeContentType() {
	media, _ := response.ParseContentType(e.exchange.ContentType)
	f := e.finding("application/xml", response.Quote(e.exchange.ContentType))
	types := e.exchange.Header.Values("Content-Type")
	switch {
	case len(types) > 1:
		f = e.finding("one Content-Type header, application/xml", describeContentTypes(types))
		f.Fix = "Set the header in one place: the other one often comes from a framework's default, a proxy or a second call. " +
			"Which one sipgate reads is not documented; pushcheck assumes the first."
		if haveSameMediaType(types) {
			f.Fix = "The headers agree, and one is enough: set application/xml in one place. The other one often comes from a framework's default, " +
				"a proxy or a second call."
		}
		if transcript.IsXML(media) {
			f.Level = Should
		}
	case media == "application/xml":
		e.judgements.recordMet(responseContentType)
		return
	case media == "text/xml":
		f.Got, f.Level = "text/xml, which sipgate tolerates", Should
	case media == "":
		f.Got = "no Content-Type"
	}
	if e.exchange.Document.JSONMember != "" {
		f.Fix = "The JSON around the XML reaches sipgate with its own Content-Type. Unpack the XML first: see the fix of response.well-formed."
	}
	e.judgements.addFinding(responseContentType, f)
}

// haveSameMediaType reports whether Content-Type headers name the same media type and the same charset.
func haveSameMediaType(types []string) bool {
	media, charset := response.ParseContentType(types[0])
	return !slices.ContainsFunc(types[1:], func(t string) bool {
		other, otherCharset := response.ParseContentType(t)
		return other != media || otherCharset != charset
	})
}

// describeContentTypes returns how many Content-Type headers there are, and their values.
func describeContentTypes(types []string) string {
	count := "two"
	if len(types) > 2 {
		count = strconv.Itoa(len(types))
	}
	var shown []string
	for _, t := range types {
		shown = append(shown, response.Quote(t))
	}
	return count + " Content-Type headers: " + wording.List(shown, "and")
}

// recordMetUnlessBroken records that requirements are met, except those that the document breaks.
func (e evidence) recordMetUnlessBroken(ids ...string) {
	for _, id := range ids {
		if !slices.ContainsFunc(e.exchange.Document.Problems, func(p response.Problem) bool { return p.Rule == id }) {
			e.judgements.recordMet(id)
		}
	}
}
