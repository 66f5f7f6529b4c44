package response

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWhatIsNotWellFormedIsToldWithItsPlace(t *testing.T) {
	t.Parallel()
	const declaration = `<?xml version="1.0" encoding="UTF-8"?>`
	tests := []struct {
		name string
		why  string
		body string
		want Position
	}{
		{name: "a bare ampersand in a URL", body: "<Response\n  onAnswer=\"https://www.example.com/?a=1&b=2\"/>", want: Position{2, 41}},
		{name: "columns count characters", body: `<Response a="äöü日本" b="&"/>`, want: Position{1, 24}},
		{name: "carriage returns end lines too", body: "<Response>\r\r\n\n<a>&</a></Response>", want: Position{4, 4}},
		{name: "an unclosed root", body: `<Response>`, want: Position{1, 11}},
		{name: "a body that is cut off in a tag", body: `<Response onAnswer="https://www.exa`, want: Position{1, 20}},
		{name: "a body that is cut off after a name", body: `<Resp`, want: Position{1, 6}},
		{name: "crossed tags", body: `<Response><Dial></Response></Dial>`, want: Position{1, 17}},
		{name: "an end tag in another letter case", body: `<Response></response>`, want: Position{1, 11}},
		{name: "an attribute twice", body: `<Response onAnswer="x" onAnswer="y"/>`, want: Position{1, 24}},
		{name: "the same attribute under two prefixes", body: `<Response xmlns:a="u" xmlns:b="u" a:x="" b:x=""/>`, want: Position{1, 42}},
		{name: "attributes without white space between", body: `<Response onAnswer="x"onHangup="y"/>`, want: Position{1, 23}},
		{name: "an attribute without quotation marks", body: `<Response onAnswer=x/>`, want: Position{1, 20}},
		{name: "an attribute without value", body: `<Response disabled/>`, want: Position{1, 19}},
		{name: "a < in an attribute", body: `<Response onAnswer="<"/>`, want: Position{1, 21}},
		{name: "two roots", body: `<Response/><Response/>`, want: Position{1, 12}},
		{name: "text after the root", body: "<Response/>\nOK", want: Position{2, 1}},
		{name: "text before the root", body: "OK<Response/>", want: Position{1, 1}},
		{name: "text between declaration and root", body: declaration + "OK<Response/>", want: Position{1, 39}},
		{name: "white space before the declaration", body: "\n" + declaration + "<Response/>", want: Position{2, 1}, why: "a blank line before <?php"},
		{name: "the declaration twice", body: declaration + declaration + "<Response/>", want: Position{1, 39}},
		{name: "a declaration without version", body: `<?xml encoding="UTF-8"?><Response/>`, want: Position{1, 1}},
		{name: "a declaration in the wrong order", body: `<?xml encoding="UTF-8" version="1.0"?><Response/>`, want: Position{1, 1}},
		{name: "version 2.0", body: `<?xml version="2.0"?><Response/>`, want: Position{1, 1}},
		{name: "an undeclared prefix", body: `<s:Response/>`, want: Position{1, 1}},
		{name: "an undeclared prefix of an attribute", body: `<Response s:x=""/>`, want: Position{1, 11}},
		{name: "a prefix beyond its element", body: `<Response><a xmlns:s="u"><s:b/></a><s:c/></Response>`, want: Position{1, 36}},
		{name: "an entity of HTML", body: `<Response>&nbsp;</Response>`, want: Position{1, 11}},
		{name: "the number of a surrogate", body: `<Response>&#xD800;</Response>`, want: Position{1, 11}},
		{name: "a number beyond Unicode", body: `<Response>&#99999999999;</Response>`, want: Position{1, 11}},
		{name: "a control character", body: "<Response>\n \x01</Response>", want: Position{2, 2}},
		{name: "a control character and a fault before it", body: "<Response>&\x01</Response>", want: Position{1, 11}},
		{name: "a control character and a fault behind it", body: "<Response>\x01&</Response>", want: Position{1, 11}},
		{name: "]]> in text", body: `<Response>a]]></Response>`, want: Position{1, 12}},
		{name: "-- in a comment", body: `<Response><!-- a -- b --></Response>`, want: Position{1, 18}},
		{name: "an open comment", body: `<Response><!-- a </Response>`, want: Position{1, 11}},
		{name: "an open CDATA section", body: `<Response><![CDATA[ a </Response>`, want: Position{1, 11}},
		{name: "CDATA outside of the root", body: `<![CDATA[ a ]]><Response/>`, want: Position{1, 1}},
		{name: "a document type after the root", body: `<Response/><!DOCTYPE Response>`, want: Position{1, 12}},
		{name: "nothing but a declaration", body: declaration, want: Position{1, 39}},
		{name: "escaped markup", body: `&lt;Response/&gt;`, want: Position{1, 1}},
		{name: "a space in the root tag", body: `< Response/>`, want: Position{1, 1}},
		{name: "a PHP warning in front", body: "\n<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/push.php</b> on line <b>3</b><br />\n" + declaration + "<Response/>", want: Position{2, 1}},
		{name: "a page fragment in front", body: "<p>Hello</p><Response/>", want: Position{1, 1}},
		{name: "a JSON string that holds XML", body: `"<Response/>"`, want: Position{1, 1}},
		{name: "a second byte order mark", body: "\ufeff\ufeff<Response/>", want: Position{1, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body)})
			want := []string{fmt.Sprintf("response.well-formed %d:%d", tt.want.Line, tt.want.Column)}
			if diff := cmp.Diff(want, broken(d.Problems)); diff != "" {
				t.Errorf("Parse(%q) mismatch (-want +got):\n%s%+v", tt.body, diff, d.Problems)
			}
			if d.Kind != XML || d.Response != nil {
				t.Errorf("Parse(%q) = kind %q, response %v; want XML that is not read", tt.body, d.Kind, d.Response)
			}
		})
	}
}

func TestWhatStandsBeforeTheXMLIsNamed(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`"<Response/>"`:                      "a JSON string before the XML",
		"\ufeff\ufeff<Response/>":            "a second byte order mark before the XML",
		"<p>Hello</p><Response/>":            "a piece of HTML before the XML",
		"OK <Response/>":                     "plain text before the XML",
		"Notice: x in y on line 3\n<?xml ?>": "a PHP warning before the XML",
	} {
		d := Parse(Input{Body: []byte(body)})
		if len(d.Problems) != 1 {
			t.Errorf("Parse(%q) = problems %v, want one", body, broken(d.Problems))
			continue
		}
		if diff := cmp.Diff(want, d.Problems[0].Got); diff != "" {
			t.Errorf("Parse(%q) mismatch (-want +got):\n%s", body, diff)
		}
	}
}

func TestGoodButOddDocumentsAreClean(t *testing.T) {
	t.Parallel()
	const inside = `<Response onAnswer="https://www.example.com/a"/>`
	tests := []struct {
		name string
		body string
	}{
		{"a byte order mark", "\ufeff<?xml version=\"1.0\"?>" + inside},
		{"single quotes in the declaration", "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\r\n" + inside},
		{"version 1.1", `<?xml version="1.1"?>` + inside},
		{"the charset alias utf8", `<?xml version="1.0" encoding="utf8"?>` + inside},
		{"white space around", " \n\t" + inside + "\n\n"},
		{"comments and instructions around", `<!-- a --><?b c?>` + inside + `<!----><?d?>`},
		{"a namespace", `<Response xmlns="urn:x" onAnswer="https://www.example.com/a"></Response >`},
		{"references and CDATA", `<Response onAnswer="&#104;ttps&#x3a;//www.example.com/a"><![CDATA[]]>&#32;</Response>`},
		{"white space in the tag", "<Response\n\tonAnswer = 'https://www.example.com/a'\n/>"},
		{"a > in an attribute", `<Response onAnswer="https://www.example.com/a"><!-- > --></Response>`},
		{"a document type", `<!DOCTYPE Response>` + inside},
		{"a document type that points elsewhere", `<!DOCTYPE Response PUBLIC "-//x" "https://www.example.com/r.dtd">` + inside},
		{"a document type with declarations", `<!DOCTYPE Response [<!-- a --><!ENTITY b "]>"><!ELEMENT Response ANY><?c?> %d; ]>` + inside},
		{"an XML processing instruction that is none", `<?xml-stylesheet href="a"?>` + inside},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body)})
			if d.Response == nil || d.Response.OnAnswer == nil || len(d.Problems) > 0 {
				t.Fatalf("Parse(%q) = %+v, want a response without problems", tt.body, d)
			}
			if diff := cmp.Diff("https://www.example.com/a", d.Response.OnAnswer.URL); diff != "" {
				t.Errorf("Parse(%q) mismatch (-want +got):\n%s", tt.body, diff)
			}
		})
	}
}

func TestOwnEntitiesAreLeftAlone(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		body string
		want []string
	}{
		{"declared", `<!DOCTYPE Response [<!ENTITY a SYSTEM "file:///etc/passwd">]><Response>&a;</Response>`, []string{"response.well-formed 1:72 mild"}},
		{"perhaps declared elsewhere", `<!DOCTYPE Response SYSTEM "a.dtd"><Response>&a;</Response>`, []string{"response.well-formed 1:45 mild"}},
		{"not declared", `<!DOCTYPE Response [<!ENTITY a "b">]><Response>&b;</Response>`, []string{"response.well-formed 1:48"}},
		{"not declared, says the declaration", `<?xml version="1.0" standalone="yes"?><!DOCTYPE Response SYSTEM "a.dtd"><Response>&a;</Response>`, []string{"response.well-formed 1:83"}},
		{"declared, and a fault later", `<!DOCTYPE Response [<!ENTITY a "b">]><Response>&a;`, []string{"response.well-formed 1:51"}},
		{"one within the other, many times over", `<!DOCTYPE Response [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><Response>&b;</Response>`, []string{"response.well-formed 1:101 mild"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body)})
			if diff := cmp.Diff(tt.want, broken(d.Problems)); diff != "" || d.Response != nil {
				t.Errorf("Parse(%s) = response %v, mismatch (-want +got):\n%s", tt.body, d.Response, diff)
			}
		})
	}
}

func TestUnreasonableDocumentsAreNotRead(t *testing.T) {
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
	wide := func(elements int) string { return "<Response>" + strings.Repeat("<a/>", elements-1) + "</Response>" }
	tests := []struct {
		name string
		body string
		want bool
	}{
		{"32 deep", nested(32), true},
		{"33 deep", nested(33), false},
		{"1000 elements", wide(1000), true},
		{"1001 elements", wide(1001), false},
		{"32 attributes", attributes(32), true},
		{"33 attributes", attributes(33), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body)})
			read := d.Response != nil
			tooMuch := len(d.Problems) == 1 && d.Problems[0].Rule == "response.reasonable-size" && d.Problems[0].Milder
			if read != tt.want || tooMuch == tt.want {
				t.Errorf("Parse of %s: read = %t, want %t; problems %v", tt.name, read, tt.want, broken(d.Problems))
			}
		})
	}
}

// Each of these takes a thousand times as long when something in the parser is quadratic.
func TestLongDocumentsAreReadInLinearTime(t *testing.T) {
	t.Parallel()
	const n = 1 << 18
	for name, body := range map[string]string{
		"references":       "<Response>" + strings.Repeat("&lt;", n/4) + "</Response>",
		"CDATA sections":   "<Response>" + strings.Repeat("<![CDATA[a]]>", n/13) + "</Response>",
		"comments":         strings.Repeat("<!---->", n/7) + "<Response/>",
		"open comments":    strings.Repeat("<!--", n/4),
		"white space":      strings.Repeat(" \n", n/2),
		"an attribute":     `<Response a="` + strings.Repeat("&amp;", n/5) + `"/>`,
		"text":             strings.Repeat("<3 ", n/3),
		"instructions":     "<Response>" + strings.Repeat("<?a?>", n/5) + "</Response>",
		"declarations":     "<!DOCTYPE a [" + strings.Repeat("<!ENTITY a 'b'>", n/15),
		"brackets":         strings.Repeat("[", n),
		"half end markers": "<Response><![CDATA[" + strings.Repeat("]]", n/2),
	} {
		start := time.Now()
		Parse(Input{Body: []byte(body)})
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("Parse of 256 KiB of %s took %v", name, took)
		}
	}
}
