package response

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFormatOfABodyWithoutXMLIsRecognized(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		why  string
		body string
		want string
	}{
		{name: "an HTML page", body: "<!DOCTYPE html>\n<html><body>OK</body></html>", want: "an HTML page"},
		{name: "an HTML page in upper case after a comment", body: "\n<!-- hi -->\n<HTML LANG=de>", want: "an HTML page"},
		{name: "an XHTML page", body: "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"x\">\n<html/>", want: "an HTML page"},
		{name: "an HTML page with a Response element", body: "<html><body><Response/></body></html>", want: "an HTML page"},
		{name: "an HTML page with a byte that is not UTF-8", body: "<html><body>gr\xfcn</body></html>", want: "an HTML page", why: "the wrong format is more important than the charset"},
		{name: "an HTML heading", body: "<h1>Internal Server Error</h1>", want: "a piece of HTML"},
		{name: "a JSON object", body: `{"status":"ok"}`, want: "JSON"},
		{name: "a JSON list", body: ` [] `, want: "JSON"},
		{name: "an incomplete JSON object", body: `{"status":`, want: "JSON"},
		{name: "a JSON string", body: `"ok"`, want: "JSON"},
		{name: "the JSON value null", body: `null`, want: "JSON"},
		{name: "a PHP warning", body: "<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/push.php</b> on line <b>3</b><br />", want: "a PHP warning"},
		{name: "a PHP error in plain text", body: "PHP Fatal error:  Uncaught Error: no in /srv/push.php on line 3", want: "a PHP warning"},
		{name: "PHP source", body: "<?php echo 'ok';", want: "PHP source"},
		{name: "a PHP short echo tag", body: "<?= 'ok' ?>", want: "PHP source"},
		{name: "an HTML heading after comments", body: "<!-- a -->\n<!-- b --> <h1>OK</h1>", want: "a piece of HTML"},
		{name: "an HTML heading before a comment", body: "<h1>OK</h1><!-- a -->", want: "a piece of HTML"},
		{name: "an incomplete JSON list of objects", body: `[{"status":`, want: "JSON"},
		{name: "a word", body: "OK", want: "plain text"},
		{name: "a warning without a line number", body: "Warning: nothing to say", want: "plain text"},
		{name: "an angle bracket before a digit", body: "<3", want: "plain text"},
		{name: "only an angle bracket", body: "<", want: "plain text"},
		{name: "a word with a control character", body: "OK\x01", want: "binary data"},
		{name: "a word with a byte that is not UTF-8", body: "OK\xfc", want: "binary data"},
		{name: "a PNG image", body: "\x89PNG\r\n\x1a\n\x00\x00", want: "binary data"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body)})
			want := Document{Kind: NotXML, Format: Format(tt.want), Problems: []Problem{{Rule: "response.xml-or-nothing", Action: -1,
				Want: "an empty body, or XML", Got: tt.want, Hint: defaultHint}}}
			if diff := cmp.Diff(want, d); diff != "" {
				t.Errorf("Parse(%q) mismatch (-want +got):\n%s%s", tt.body, diff, tt.why)
			}
		})
	}
}

const defaultHint = `Send no body if there is nothing to respond. sipgate reads only XML: to get the answer and hangup pushes, send <Response onAnswer="https://…" onHangup="https://…"/> with the Content-Type application/xml.`

func TestHintForABodyWithNamesOfTheGrammarShowsTheXML(t *testing.T) {
	t.Parallel()
	const xmlHint = `sipgate reads only XML, and ignores this body: no answer or hangup push follows it, and no action. ` +
		`Send <Response onAnswer="https://…" onHangup="https://…"/> with the Content-Type application/xml, and put an action such as <Reject/> inside.`
	for body, want := range map[string]string{
		`{"onAnswer":"https://receiver.example/a","onHangup":"https://receiver.example/h"}`: xmlHint,
		`{"onhangup": null}`:                     xmlHint,
		`{"Response": {"Reject": {}}}`:           xmlHint,
		"onHangup=https://receiver.example/h":    xmlHint,
		"reject: busy":                           xmlHint,
		`{"ok":true}`:                            defaultHint,
		"OK":                                     defaultHint,
		"no response":                            defaultHint,
		"<html><script>play = 1</script></html>": defaultHint,
		"<p>response: OK</p>":                    defaultHint,
	} {
		d := Parse(Input{Body: []byte(body)})
		if len(d.Problems) != 1 || d.Problems[0].Hint != want {
			t.Errorf("Parse(%q) has the problems %+v, want one problem with the hint %q", body, d.Problems, want)
		}
	}
}

func TestBodyThatResemblesXMLIsXML(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"<?xml?>OK", `<?xml version="1.0"?>OK`, `<?xml version="1.0"?><p>OK</p>`, "<?a", "<!-- a -->", "<!DOCTYPE Response>", "<ä", "<Say>OK</Say>", "<a:b:c/>", "<p:ok/>", "</Response>", "&lt;response",
	} {
		if diff := cmp.Diff(XML, Parse(Input{Body: []byte(body)}).Kind); diff != "" {
			t.Errorf("Parse(%s) kind mismatch (-want +got):\n%s", body, diff)
		}
	}
}

func TestBodyWithoutTextIsAnEmptyBody(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]Input{
		"an empty body":                         {},
		"white space":                           {Body: []byte(" \r\n\t")},
		"a byte order mark":                     {Body: []byte("\ufeff\n")},
		"a byte order mark of UTF-16":           {Body: []byte("\xff\xfe")},
		"an empty body with an unknown charset": {Charset: "klingon"},
		"a line break declared as UTF-16":       {Body: []byte("\n"), Charset: "utf-16"},
	} {
		if diff := cmp.Diff(Document{Kind: EmptyBody}, Parse(in)); diff != "" {
			t.Errorf("Parse of %s mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestDocumentHasItsRootEvenIfItIsNotWellFormed(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`<Response/>`:                        "Response",
		`<s:Response xmlns:s="u"/>`:          "Response",
		`<Error message="signature"/>`:       "Error",
		`<Response onAnswer="?a&b"/>`:        "Response",
		`<Error>`:                            "Error",
		`<!-- never closed`:                  "",
		`<?xml version="1.0"?>OK<Response/>`: "",
	} {
		if diff := cmp.Diff(want, Parse(Input{Body: []byte(body)}).Root); diff != "" {
			t.Errorf("Parse(%s) root mismatch (-want +got):\n%s", body, diff)
		}
	}
}
