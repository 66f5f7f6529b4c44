package response

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/internal/xmldoc"
)

// Parse parses the body of a response and lists its problems. It accepts any body, and takes time proportional to its length. It fetches
// nothing, and expands only character references and the five predefined entities.
//
// A document with a problem of response.xml-or-nothing, response.readable-encoding (unless Milder), response.well-formed,
// response.reasonable-size or response.root (unless Milder) is not read: Parse checks no further rules, and Response is nil. There is one
// exception: if the name of the root differs from Response only in letter case, there is a problem of response.root, but the document is
// read.
//
// A misspelt name causes one problem: if a required element or attribute is absent because its name is misspelt, the problem has the rule
// of the absent element or attribute.
//
// If a value breaks its rule, Parse uses the default (reason, maxDigits, timeout, type), or drops a value without default (callerId,
// anonymous). If a rule is broken very often, only the first problems are listed. Undocumented elements are skipped, and so are documented
// elements in an element that may not contain them.
//
// The grammar is documented in sipgate's API reference, "Actions".
func Parse(in Input) Document {
	text, encodingProblem := xmldoc.Decode(in.Body, in.Charset)
	guess := guessBody(text, in.MediaType)
	if encodingProblem != nil && !encodingProblem.Milder && text == "" {
		guess = bodyGuess{kind: XML}
	}
	document := Document{Kind: guess.kind}
	switch {
	case guess.kind == EmptyBody:
		return document
	case guess.kind == NotXML:
		document.Format = guess.format
		document.Problems = []Problem{{Rule: "response.xml-or-nothing", Action: -1, Want: "an empty body, or XML", Got: string(guess.format),
			Hint: replacementHint(guess.format, text)}}
		return document
	case encodingProblem != nil && !encodingProblem.Milder:
		document.Problems = []Problem{documentProblem(encodingProblem)}
		return document
	case guess.badStart != "":
		document.JSONMember = guess.jsonMember
		document.Problems = []Problem{{Rule: "response.well-formed", Action: -1, Pos: Position(xmldoc.EndOf(text[:guess.offset])),
			Want: "a document that starts with <", Got: guess.badStart, Hint: guess.hint}}
		return document
	}
	if encodingProblem != nil {
		document.Problems = append(document.Problems, documentProblem(encodingProblem))
	}
	root, err := xmldoc.Read(text)
	if root != nil {
		document.Root = copyValue(root.Local)
	}
	if err != nil {
		document.Problems = append(document.Problems, documentProblem(err))
		return document
	}
	r := &reader{outgoing: in.Outgoing, prefix: root.Prefix, actionIndex: -1, problems: document.Problems, problemCounts: map[countKey]int{}, invalidAction: -1}
	document.Response = r.readRoot(root)
	document.Problems = r.problems
	slices.SortStableFunc(document.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
	return document
}

// documentProblem converts a problem of package xmldoc, and sets the id of its requirement.
func documentProblem(p *xmldoc.Problem) Problem {
	ruleIDs := map[xmldoc.Rule]string{
		xmldoc.WellFormed: "response.well-formed", xmldoc.Encoding: "response.readable-encoding", xmldoc.Size: "response.reasonable-size",
	}
	problem := Problem{Rule: ruleIDs[p.Rule], Milder: p.Milder, Action: -1, Pos: Position(p.Position), Want: p.Want, Got: p.Got, Hint: p.Hint}
	if p.Rule == xmldoc.Size {
		problem.Hint += "; a response to a push needs a handful of elements"
	}
	return problem
}

// grammarNamePattern finds names of documented elements and attributes in a body that is not XML. Such a body was probably meant for
// sipgate.
var grammarNamePattern = regexp.MustCompile(`(?i)\bon(Answer|Hangup|Data)\b|\b(response|dial|play|gather|reject|hangup)\b["']?\s*[:=]`)

// replacementHint returns a hint about what to send instead of a body that is not XML.
func replacementHint(format Format, text string) string {
	const xml = `<Response onAnswer="https://…" onHangup="https://…"/> with the Content-Type application/xml`
	if (format == jsonText || format == plainText) && grammarNamePattern.MatchString(text) {
		return "sipgate reads only XML, and ignores this body: no answer or hangup push follows it, and no action. Send " + xml + ", and put an action such as <Reject/> inside."
	}
	return "Send no body if there is nothing to respond. sipgate reads only XML: to get the answer and hangup pushes, send " + xml + "."
}

// maxValueBytes is the largest size of a value in a Document. No valid URL or number is longer.
const maxValueBytes = 4 << 10

// copyValue returns a copy of a value, cut at maxValueBytes. Without the copy, the value would keep the whole body in memory.
func copyValue(s string) string {
	if len(s) > maxValueBytes {
		s = strings.ToValidUTF8(s[:maxValueBytes], "")
	}
	return strings.Clone(s)
}
