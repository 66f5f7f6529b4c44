// Package xmldoc reads a body as one XML document and finds mistakes in it, with their positions. It knows no grammar: its users decide
// which elements and attributes have a meaning. Begin with Decode, which turns the bytes into text, and Read, which turns the text into
// elements.
//
// It is strict on purpose, by XML 1.0 (fifth edition) and Namespaces in XML 1.0, because programs differ in how they read a document that
// is not well-formed. encoding/xml of the standard library is not strict enough: it accepts half of the 18 ill-formed documents in this
// package's test. A document type declaration is skipped: nothing in it is expanded or fetched.
package xmldoc

// Position is a place in a text, both numbers starting at 1. The column counts characters, not bytes.
type Position struct{ Line, Column int }

// Rule is a rule that a document can break.
type Rule int

const (
	WellFormed Rule = iota // the rules of XML
	Encoding               // the body is in the charset that is declared
	Size                   // the document is small enough to be read to its end
)

// Problem is a mistake in a document. The document cannot be read further, or other programs may read it in another way.
type Problem struct {
	Rule     Rule
	Milder   bool     // the document was read anyway, or another program may be able to read it
	Position Position // zero if it is not in the body
	Want     string   // what was expected, in a few words
	Got      string   // what was found
	Hint     string   // how to fix it; "" if there is no hint

	offset int // of Position in the text, in bytes
}
