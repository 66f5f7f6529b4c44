package response

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestProblemNamesTheTextBeforeTheXML(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ body, want string }{
		{`"<Response/>`, "1:1 plain text"},
		{`{"xml":"<Response/>"`, "1:1 JSON"},
		{"\ufeff\ufeff<Response/>", "1:1 a second byte order mark"},
		{"<p>Hello</p><Response/>", "1:1 a piece of HTML"},
		{"\r\n <br/>\n<Response/>", "2:2 a piece of HTML"},
		{"OK <Response/>", "1:1 plain text"},
		{"OK<Response/>", "1:1 plain text"},
		{"<!-- a -->&#32;<Response/>", "1:1 plain text"},
		{"OK <!-- --> <Response/>", "1:1 plain text"},
		{"Notice: x in y on line 3\n<?xml ?>", "1:1 a PHP warning"},
		{"\n<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/push.php</b> on line <b>3</b><br />\n<?xml version='1.0'?><Response/>", "2:1 a PHP warning"},
	} {
		d := Parse(Input{Body: []byte(tt.body)})
		position, name, _ := strings.Cut(tt.want, " ")
		want := position + " want a document that starts with <; got " + name + " before the XML; write nothing before the XML"
		if len(d.Problems) != 1 || d.Kind != XML || d.Response != nil {
			t.Errorf("Parse(%q) = %+v, want XML with one problem", tt.body, d)
			continue
		}
		if diff := cmp.Diff(want, problemText(d.Problems[0])); diff != "" {
			t.Errorf("Parse(%q) mismatch (-want +got):\n%s", tt.body, diff)
		}
	}
}

func TestUnusualValidDocumentsHaveNoProblems(t *testing.T) {
	t.Parallel()
	const response = `<Response onAnswer="https://www.example.com/a"/>`
	tests := []struct {
		name string
		body string
	}{
		{"a byte order mark", "\ufeff<?xml version=\"1.0\"?>" + response},
		{"single quotes in the declaration", "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\r\n" + response},
		{"white space in the declaration", "<?xml\tversion = '1.0'\nencoding\t=\n'utf-8' ?>" + response},
		{"version 1.1", `<?xml version="1.1"?>` + response},
		{"the charset alias utf8", `<?xml version="1.0" encoding="utf8"?>` + response},
		{"white space before and after the root", " \n\t" + response + "\n\n"},
		{"comments and instructions before and after the root", `<!-- a --><?b c?>` + response + `<!----><?d?>`},
		{"a namespace", `<Response xmlns="urn:x" onAnswer="https://www.example.com/a"></Response >`},
		{"references and CDATA", `<Response onAnswer="&#104;ttps&#x3a;//www.example.com/a"><![CDATA[]]>&#32;</Response>`},
		{"white space in the tag", "<Response\n\tonAnswer = 'https://www.example.com/a'\n/>"},
		{"a > in a comment", `<Response onAnswer="https://www.example.com/a"><!-- > --></Response>`},
		{"a document type", `<!DOCTYPE Response>` + response},
		{"a document type with a prefix", `<!DOCTYPE s:Response>` + response},
		{"a document type with a system identifier", `<!DOCTYPE Response SYSTEM 'a"b' >` + response},
		{"a document type with a public identifier", `<!DOCTYPE Response PUBLIC "-//x" "https://www.example.com/r.dtd">` + response},
		{"a document type with declarations", `<!DOCTYPE Response [<!-- a --><!ENTITY b "]>"><!ELEMENT Response ANY><?c?> %d; ]>` + response},
		{"a document type with a system identifier and declarations", `<!DOCTYPE Response SYSTEM "a"[<!ATTLIST Response a CDATA '>"'><!NOTATION b PUBLIC "c>"> ] >` + response},
		{"an instruction whose name begins with xml", `<?xmlא a?>` + response},
		{"a PHP tag, which is a valid instruction", `<?php echo 1; ?>` + response},
		{"instructions in the root", `<Response onAnswer="https://www.example.com/a"><?a b?><?c?></Response>`},
		{"an xml-stylesheet instruction", `<?xml-stylesheet href="a"?>` + response},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body)})
			if d.Response == nil || d.Response.OnAnswer == nil || len(d.Problems) > 0 {
				t.Fatalf("Parse(%q) = %+v, want a response without problems", tt.body, d)
			}
			if diff := cmp.Diff("https://www.example.com/a", d.Response.OnAnswer.Text); diff != "" {
				t.Errorf("Parse(%q) mismatch (-want +got):\n%s", tt.body, diff)
			}
		})
	}
}

func TestNamespacePrefixesAreValidInTheirElements(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"a prefix that the root declares, after an empty element":               `<Response xmlns:s="u"><a/><s:b/></Response>`,
		"a prefix that the root declares, after an element":                     `<Response xmlns:s="u"><a></a><s:b/></Response>`,
		"a prefix that the root declares, after an element with another prefix": `<Response xmlns:s="u"><a xmlns:t="v"><t:b/></a><s:c/></Response>`,
		"a prefix that is declared again with another namespace":                `<Response xmlns:a="u" xmlns:b="u"><c xmlns:b="v" a:d="" b:d=""/></Response>`,
		"two attributes that differ only in the prefix":                         `<Response xmlns:a="u" a:b="" b=""/>`,
		"the empty namespace":             `<Response xmlns=""/>`,
		"a declaration of the prefix xml": `<Response xmlns:xml="http://www.w3.org/XML/1998/namespace"/>`,
	} {
		if d := Parse(Input{Body: []byte(body)}); d.Response == nil {
			t.Errorf("Parse(%s), %s: problems %+v, want a response", body, name, d.Problems)
		}
	}
}

// The test reads the first and the last character of each range of characters in XML 1.0 (fifth edition), and the characters next to each
// range.
func TestNamesAndTextMayHaveOnlyTheCharactersOfXML(t *testing.T) {
	t.Parallel()
	const (
		nameStart = "AZ_az\u00C0\u00D6\u00D8\u00F6\u00F8\u02FF\u0370\u037D\u037F\u1FFF\u200C\u200D\u2070\u218F\u2C00\u2FEF\u3001\uD7FF\uF900\uFDCF\uFDF0\uFFFD\U00010000\U000EFFFF"
		nameRest  = "-.09\u00B7\u0300\u036F\u203F\u2040"
		notInName = ",;@[^`{\u0080\u00B6\u00B8\u00BF\u00D7\u00F7\u037E\u2000\u200B\u200E\u203E\u2041\u206F\u2190\u2BFF\u2FF0\u3000\uE000\uF8FF\uFDD0\uFDEF\U000F0000\U0010FFFF"
	)
	isRead := func(body string) bool { return Parse(Input{Body: []byte(body)}).Response != nil }
	for _, r := range nameStart + nameRest + notInName {
		type allowed struct{ First, Later bool }
		want := allowed{First: strings.ContainsRune(nameStart, r), Later: !strings.ContainsRune(notInName, r)}
		got := allowed{First: isRead("<Response><" + string(r) + "/></Response>"), Later: isRead("<Response><a" + string(r) + "/></Response>")}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("reading U+%04X in names mismatch (-want +got):\n%s", r, diff)
		}
	}
	for _, r := range "\t\n\r \u007F\uD7FF\uE000\uFFFD\U00010000\U0010FFFF" {
		if number := fmt.Sprintf("<Response>&#%d;&#x%x;&#x%X;</Response>", r, r, r); !isRead(number) || !isRead("<Response>"+string(r)+"</Response>") {
			t.Errorf("U+%04X is not read as a character, or not as a character reference", r)
		}
	}
}

func TestEntitiesOfTheDocumentAreNotExpanded(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		body string
		want []string
	}{
		{"an external entity in the document type", `<!DOCTYPE Response [<!ENTITY a SYSTEM "file:///etc/passwd">]><Response>&a;</Response>`, []string{"response.well-formed 1:72 mild"}},
		{"an entity that an external document type may declare", `<!DOCTYPE Response SYSTEM "a.dtd"><Response>&a;</Response>`, []string{"response.well-formed 1:45 mild"}},
		{"an entity that is not declared", `<!DOCTYPE Response [<!ENTITY a "b">]><Response>&b;</Response>`, []string{"response.well-formed 1:48"}},
		{"an entity that is not declared in a standalone document", `<?xml version="1.0" standalone="yes"?><!DOCTYPE Response SYSTEM "a.dtd"><Response>&a;</Response>`, []string{"response.well-formed 1:83"}},
		{"an entity that a public document type may declare", `<!DOCTYPE Response PUBLIC "a" "b"><Response>&a;</Response>`, []string{"response.well-formed 1:45 mild"}},
		{"an entity that a parameter entity may declare", `<!DOCTYPE Response [<!ENTITY % a "">%a;]><Response b="&b;"/>`, []string{"response.well-formed 1:55 mild"}},
		{"an entity that is declared only as a parameter entity", `<!DOCTYPE Response [<!ENTITY % a "b">]><Response>&a;</Response>`, []string{"response.well-formed 1:50"}},
		{"an entity whose name is declared as an element", `<!DOCTYPE Response [<!ELEMENT a ANY>]><Response>&a;</Response>`, []string{"response.well-formed 1:49"}},
		{"two declared entities: the first is reported", `<!DOCTYPE Response [<!ENTITY a "b"> <!ENTITY c 'd'>]><Response>&a;&c;</Response>`, []string{"response.well-formed 1:64 mild"}},
		{"a declared entity in an element that is not closed", `<!DOCTYPE Response [<!ENTITY a "b">]><Response>&a;`, []string{"response.well-formed 1:51"}},
		{"an entity that contains another entity ten times", `<!DOCTYPE Response [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><Response>&b;</Response>`, []string{"response.well-formed 1:101 mild"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body)})
			if diff := cmp.Diff(tt.want, problemSummaries(d.Problems)); diff != "" || d.Response != nil {
				t.Errorf("Parse(%s) = response %v, mismatch (-want +got):\n%s", tt.body, d.Response, diff)
			}
		})
	}
}

func TestDocumentsOverTheSizeLimitsAreNotRead(t *testing.T) {
	t.Parallel()
	attributes := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, ` xml:a%d=""`, i)
		}
		return "<Response" + b.String() + "/>"
	}
	nested := func(depth int) string {
		return strings.Repeat("<Response>", depth) + strings.Repeat("</Response>", depth)
	}
	attributesOfChildren := func(n int) string {
		return "<Response>" + strings.Repeat(`<a b="" c="" d="" e=""/>`, n/4) + strings.Repeat(`<a b=""/>`, n%4) + "</Response>"
	}
	children := func(elements int) string { return "<Response>" + strings.Repeat("<a/>", elements-1) + "</Response>" }
	tests := []struct {
		name string
		body string
		want bool // the document is read
	}{
		{"100 nested elements", nested(100), true},
		{"101 nested elements", nested(101), false},
		{"1000 elements", children(1000), true},
		{"1001 elements", children(1001), false},
		{"100 attributes of an element", attributes(100), true},
		{"101 attributes of an element", attributes(101), false},
		{"2000 attributes in the document", attributesOfChildren(2000), true},
		{"2001 attributes in the document", attributesOfChildren(2001), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body)})
			isRead := d.Response != nil
			isTooLarge := len(d.Problems) == 1 && d.Problems[0].Rule == "response.reasonable-size" && d.Problems[0].Milder
			if isRead != tt.want || isTooLarge == tt.want {
				t.Errorf("Parse of %s: read = %t, want %t; problems %v", tt.name, isRead, tt.want, problemSummaries(d.Problems))
			}
		})
	}
}

// Parsing one of these documents would take more than a thousand times as long if a part of the parser took quadratic time.
func TestLongDocumentsAreReadInLinearTime(t *testing.T) {
	t.Parallel()
	const n = 1 << 20
	for name, body := range map[string]string{
		"references":                   "<Response>" + strings.Repeat("&lt;", n/4) + "</Response>",
		"CDATA sections":               "<Response>" + strings.Repeat("<![CDATA[a]]>", n/13) + "</Response>",
		"comments":                     strings.Repeat("<!---->", n/7) + "<Response/>",
		"unclosed comments":            strings.Repeat("<!--", n/4),
		"white space":                  strings.Repeat(" \n", n/2),
		"an attribute with references": `<Response a="` + strings.Repeat("&amp;", n/5) + `"/>`,
		"text that contains <":         strings.Repeat("<3 ", n/3),
		"instructions":                 "<Response>" + strings.Repeat("<?a?>", n/5) + "</Response>",
		"declarations":                 "<!DOCTYPE a [" + strings.Repeat("<!ENTITY a 'b'>", n/15),
		"opening square brackets":      strings.Repeat("[", n),
		"incomplete end markers":       "<Response><![CDATA[" + strings.Repeat("]]", n/2),
	} {
		start := time.Now()
		Parse(Input{Body: []byte(body)})
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("Parse of 1 MiB of %s took %v", name, took)
		}
	}
}
