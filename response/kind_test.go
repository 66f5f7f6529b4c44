package response

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestABodyWithoutSignOfXMLIsRecognised(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		why  string
		body string
		want string
	}{
		{name: "a page", body: "<!DOCTYPE html>\n<html><body>OK</body></html>", want: "an HTML page"},
		{name: "a page in upper case", body: "\n<!-- hi -->\n<HTML LANG=de>", want: "an HTML page"},
		{name: "an XHTML page", body: "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"x\">\n<html/>", want: "an HTML page"},
		{name: "a page about responses", body: "<html><body><Response/></body></html>", want: "an HTML page"},
		{name: "a page in ISO-8859-1", body: "<html><body>gr\xfcn</body></html>", want: "an HTML page", why: "its charset is the least of it"},
		{name: "a heading", body: "<h1>Internal Server Error</h1>", want: "a piece of HTML"},
		{name: "an object", body: `{"status":"ok"}`, want: "JSON"},
		{name: "a list", body: ` [] `, want: "JSON"},
		{name: "a broken object", body: `{"status":`, want: "JSON"},
		{name: "a JSON string", body: `"ok"`, want: "JSON"},
		{name: "null", body: `null`, want: "JSON"},
		{name: "a PHP warning", body: "<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/push.php</b> on line <b>3</b><br />", want: "a PHP warning"},
		{name: "a PHP error in plain text", body: "PHP Fatal error:  Uncaught Error: no in /srv/push.php on line 3", want: "a PHP warning"},
		{name: "PHP source", body: "<?php echo 'ok';", want: "PHP source"},
		{name: "a line of PHP source", body: "<?= 'ok' ?>", want: "PHP source"},
		{name: "a heading after a comment", body: "<!-- a -->\n<!-- b --> <h1>OK</h1>", want: "a piece of HTML"},
		{name: "a heading before a comment", body: "<h1>OK</h1><!-- a -->", want: "a piece of HTML"},
		{name: "a broken list of objects", body: `[{"status":`, want: "JSON"},
		{name: "a sentence", body: "OK", want: "plain text"},
		{name: "a warning that is not PHP's", body: "Warning: nothing to say", want: "plain text"},
		{name: "a heart", body: "<3", want: "plain text"},
		{name: "a lonely bracket", body: "<", want: "plain text"},
		{name: "control characters", body: "OK\x01", want: "binary data"},
		{name: "bytes that are no characters", body: "OK\xfc", want: "binary data"},
		{name: "a picture", body: "\x89PNG\r\n\x1a\n\x00\x00", want: "binary data"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body)})
			want := Document{Kind: Other, Look: Look(tt.want), Problems: []Problem{{Rule: "response.xml-or-nothing", Action: -1,
				Want: "an empty body, or XML", Got: tt.want, Hint: nothingOrXML}}}
			if diff := cmp.Diff(want, d); diff != "" {
				t.Errorf("Parse(%q) mismatch (-want +got):\n%s%s", tt.body, diff, tt.why)
			}
		})
	}
}

const nothingOrXML = `Send no body if there is nothing to respond. sipgate reads only XML: to hear of answer and hangup, send <Response onAnswer="https://…" onHangup="https://…"/> with the Content-Type application/xml.`

func TestBodyThatNamesSubscriptionsIsAnsweredWithTheXMLForThem(t *testing.T) {
	t.Parallel()
	const xml = `sipgate reads only XML, and ignores this body: no answer or hangup push follows it, and no action. ` +
		`Send <Response onAnswer="https://…" onHangup="https://…"/> with the Content-Type application/xml; an action such as <Reject/> stands inside.`
	for body, want := range map[string]string{
		`{"onAnswer":"https://receiver.example/a","onHangup":"https://receiver.example/h"}`: xml,
		`{"onhangup": null}`:                     xml,
		`{"Response": {"Reject": {}}}`:           xml,
		"onHangup=https://receiver.example/h":    xml,
		"reject: busy":                           xml,
		`{"ok":true}`:                            nothingOrXML,
		"OK":                                     nothingOrXML,
		"no response":                            nothingOrXML,
		"<html><script>play = 1</script></html>": nothingOrXML,
		"<p>response: OK</p>":                    nothingOrXML,
	} {
		d := Parse(Input{Body: []byte(body)})
		if len(d.Problems) != 1 || d.Problems[0].Hint != want {
			t.Errorf("Parse(%q) has the problems %+v, want one with the hint %q", body, d.Problems, want)
		}
	}
}

func TestASignOfXMLMakesXML(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"<?xml?>OK", `<?xml version="1.0"?>OK`, `<?xml version="1.0"?><p>OK</p>`, "<?a", "<!-- a -->", "<!DOCTYPE Response>", "<ä", "<Say>OK</Say>", "<a:b:c/>", "<p:ok/>", "</Response>", "&lt;response",
	} {
		if diff := cmp.Diff(XML, Parse(Input{Body: []byte(body)}).Kind); diff != "" {
			t.Errorf("Parse(%s) kind mismatch (-want +got):\n%s", body, diff)
		}
	}
}

func TestABodyWithoutTextIsNothing(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]Input{
		"no body":                           {},
		"white space":                       {Body: []byte(" \r\n\t")},
		"a byte order mark":                 {Body: []byte("\ufeff\n")},
		"a byte order mark of UTF-16":       {Body: []byte("\xff\xfe")},
		"nothing, in a charset of its own":  {Charset: "klingon"},
		"white space declared to be UTF-16": {Body: []byte("\n"), Charset: "utf-16"},
	} {
		if diff := cmp.Diff(Document{Kind: Nothing}, Parse(in)); diff != "" {
			t.Errorf("Parse of %s mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestDocumentHasItsRootEvenIfItIsNotRead(t *testing.T) {
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
