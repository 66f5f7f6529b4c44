// Package xmldoc reads a body as one XML document and finds what is wrong with it, with the place. It knows no grammar: its users decide
// which elements and attributes have a meaning. Begin with Decode, which turns the bytes into text, and Read, which turns the text into
// elements.
//
// It is strict on purpose, by XML 1.0 (fifth edition) and Namespaces in XML 1.0, because nobody knows what another program makes of a
// document that is not well-formed. encoding/xml of the standard library cannot take its place: it accepts half of the 18 ill-formed
// documents in this package's test. A document type declaration is passed over: nothing in it is expanded or fetched.
package xmldoc

// Position is a place in a text, both numbers starting at 1. The column counts characters, not bytes.
type Position struct{ Line, Column int }

// Rule is the kind of rule that a document breaks.
type Rule int

const (
	WellFormed Rule = iota // the rules of XML
	Encoding               // the body is text in the charset that is declared
	Size                   // the document is small enough to be read to its end
)

// Problem is why a document cannot be read any further. There is also a problem if a doubt remains about what was read.
type Problem struct {
	Rule   Rule
	Milder bool     // the document was read, or another program may be able to read it
	At     Position // zero if it is not in the body
	Want   string   // what was expected, in a few words
	Got    string   // what was found
	Hint   string   // how to fix it; "" if there is no hint

	offset int // of At in the text, in bytes
}
