package response

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/internal/xmldoc"
)

// Parse reads a body as a response and lists everything that is wrong with it. It accepts any body, and its time is linear to the
// length. Nothing is fetched, and no entity is expanded except the five of XML and character references.
//
// If a problem prevents the document from being read, no further rule is checked, and Response is nil. These are problems of
// response.xml-or-nothing, response.readable-encoding (unless Milder), response.well-formed, response.reasonable-size and response.root
// (unless Milder). A root that differs from Response in letter case only is a problem of response.root too, but the rest is read. A
// misspelt name is reported once: if something is missing because its name is misspelt, the one problem is of the rule that weighs more.
//
// A value that breaks its rule is replaced by its default if it has one (reason, maxDigits, timeout, type), and is
// dropped otherwise (callerId, anonymous). If one rule is broken very often, only the first
// problems are listed. Undocumented elements are passed over, and so are documented ones in the wrong place.
//
// See wire-facts: XML response grammar.
func Parse(in Input) Document {
	text, decodeProblem := xmldoc.Decode(in.Body, in.Charset)
	recognized := recognise(text, in.Media)
	if decodeProblem != nil && !decodeProblem.Milder && text == "" {
		recognized = recognition{kind: XML}
	}
	d := Document{Kind: recognized.kind}
	switch {
	case recognized.kind == Nothing:
		return d
	case recognized.kind == Other:
		d.Look = recognized.look
		d.Problems = []Problem{{Rule: "response.xml-or-nothing", Action: -1, Want: "an empty body, or XML", Got: string(recognized.look),
			Hint: replacementHint(recognized.look, text)}}
		return d
	case decodeProblem != nil && !decodeProblem.Milder:
		d.Problems = []Problem{newReadProblem(decodeProblem)}
		return d
	case recognized.leadingText != "":
		d.Member = recognized.member
		d.Problems = []Problem{{Rule: "response.well-formed", Action: -1, Pos: Position(xmldoc.EndOf(text[:recognized.leadOffset])),
			Want: "a document that starts with <", Got: recognized.leadingText, Hint: recognized.hint}}
		return d
	}
	if decodeProblem != nil {
		d.Problems = append(d.Problems, newReadProblem(decodeProblem))
	}
	root, err := xmldoc.Read(text)
	if root != nil {
		d.Root = cloneShort(root.Local)
	}
	if err != nil {
		d.Problems = append(d.Problems, newReadProblem(err))
		return d
	}
	r := &reader{outgoing: in.Outgoing, prefix: root.Prefix, action: -1, problems: d.Problems, problemCounts: map[problemKind]int{}, lastVoided: -1}
	d.Response = r.readRoot(root)
	d.Problems = r.problems
	slices.SortStableFunc(d.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
	return d
}

// newReadProblem is the problem that keeps a document from being read, with the id of its requirement.
func newReadProblem(p *xmldoc.Problem) Problem {
	ids := map[xmldoc.Rule]string{
		xmldoc.WellFormed: "response.well-formed", xmldoc.Encoding: "response.readable-encoding", xmldoc.Size: "response.reasonable-size",
	}
	out := Problem{Rule: ids[p.Rule], Milder: p.Milder, Action: -1, Pos: Position(p.At), Want: p.Want, Got: p.Got, Hint: p.Hint}
	if p.Rule == xmldoc.Size {
		out.Hint += "; a response to a push needs a handful of elements"
	}
	return out
}

// grammarNames finds names of the grammar in a body. They show that the body was meant for sipgate.
var grammarNames = regexp.MustCompile(`(?i)\bon(Answer|Hangup|Data)\b|\b(response|dial|play|gather|reject|hangup)\b["']?\s*[:=]`)

// replacementHint returns what to send instead of a body that is not XML.
func replacementHint(looks Look, text string) string {
	const xml = `<Response onAnswer="https://…" onHangup="https://…"/> with the Content-Type application/xml`
	if (looks == jsonText || looks == plainText) && grammarNames.MatchString(text) {
		return "sipgate reads only XML, and ignores this body: no answer or hangup push follows it, and no action. Send " + xml + "; an action such as <Reject/> stands inside."
	}
	return "Send no body if there is nothing to respond. sipgate reads only XML: to hear of answer and hangup, send " + xml + "."
}

// maxText is the most bytes of a value that a document keeps. No valid URL or number is longer.
const maxText = 4 << 10

// cloneShort returns a copy of a value, cut at maxText. Without the copy, the value would keep the whole body in memory.
func cloneShort(s string) string {
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "")
	}
	return strings.Clone(s)
}
