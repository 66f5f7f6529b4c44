// Package xmldoc reads a body as one XML document and finds mistakes in it, with their positions. It knows no grammar: its users decide
// which elements and attributes have a meaning. Begin with Decode, which turns the bytes into text, and Read, which turns the text into
// elements.
//
// The package is strict on purpose, as XML 1.0 (fifth edition) and Namespaces in XML 1.0 demand, because programs differ in how they read a
// document that is not well-formed. encoding/xml of the standard library is not strict enough: it accepts half of the 18 ill-formed
// documents in this package's test. A document type declaration is skipped: nothing in it is expanded or fetched.
package xmldoc

// Position is a position in a text. Line and column start at 1. The column counts characters, not bytes.
type Position struct{ Line, Column int }

// Rule is a rule that a document can break.
type Rule int

const (
	WellFormed Rule = iota // the document is well-formed
	Encoding               // the body is in the charset that is declared
	Size                   // the document is small enough to be read to its end
)

// Problem is a mistake in a document. The document cannot be read further, or other programs may read it in another way.
type Problem struct {
	Rule     Rule
	Milder   bool     // the document was read anyway, or another program may be able to read it
	Position Position // zero if the mistake is not in the body
	Want     string   // what was expected, as a short phrase
	Got      string   // what was found, as a short phrase
	Hint     string   // how to fix it; "" if there is no hint

	offset int // byte offset of Position in the text
}
