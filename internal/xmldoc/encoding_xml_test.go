package xmldoc_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/internal/xmldoc"
)

// isAcceptedByEncodingXML reports whether encoding/xml reads a text to its end without an error, with its default settings.
func isAcceptedByEncodingXML(text string) bool {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

func TestIllFormedDocumentsAreRefusedEvenIfTheStandardLibraryAcceptsThem(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		isAccepted bool // encoding/xml accepts the text
	}{
		{"two root elements", `<a/><b/>`, true},
		{"text before the root", `OK <a/>`, true},
		{"text after the root", `<a/> OK`, true},
		{"no root", `<!-- a -->`, true},
		{"the same attribute twice", `<a b="1" b="2"/>`, true},
		{"no white space between attributes", `<a b="1"c="2"/>`, true},
		{"an undeclared prefix", `<s:a/>`, true},
		{"a declaration after white space", ` <?xml version="1.0"?><a/>`, true},
		{"a declaration inside the root", `<a><?xml version="1.0"?></a>`, true},
		{"an unclosed root", `<a>`, false},
		{"crossed tags", `<a><b></a></b>`, false},
		{"an end tag in another letter case", `<a></A>`, false},
		{"a bare ampersand", `<a b="c&d"/>`, false},
		{"an attribute without quotation marks", `<a b=c/>`, false},
		{"an attribute without value", `<a b/>`, false},
		{"an entity of HTML", `<a>&nbsp;</a>`, false},
		{"a control character", "<a>\x01</a>", false},
		{"a comment with -- inside", `<a><!-- b -- c --></a>`, false},
	} {
		if _, problem := xmldoc.Read(test.text); problem == nil {
			t.Errorf("%s: Read(%q) found no problem", test.name, test.text)
		}
		if got := isAcceptedByEncodingXML(test.text); got != test.isAccepted {
			t.Errorf("%s: encoding/xml accepts %q: %t, want %t", test.name, test.text, got, test.isAccepted)
		}
	}
}
