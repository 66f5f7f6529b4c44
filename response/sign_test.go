package response

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBodyWithXMLMediaTypeAndAngleBracketIsXML(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body, media string
		kind              Kind
		want              []string
	}{
		{"an invalid name", "<1Response/>", "application/xml", XML, []string{"response.well-formed 1:1"}},
		{"an invalid name, as text/xml", "<1Response/>", "text/xml", XML, []string{"response.well-formed 1:1"}},
		{"an invalid name, as a kind of XML", "<1Response/>", "application/soap+xml", XML, []string{"response.well-formed 1:1"}},
		{"an invalid name, as text", "<1Response/>", "text/plain", Other, []string{"response.xml-or-nothing 0:0"}},
		{"an invalid name, as nothing", "<1Response/>", "", Other, []string{"response.xml-or-nothing 0:0"}},
		{"two colons", "<a:b:c/>", "application/xml", XML, []string{"response.well-formed 1:1"}},
		{"white space first", " \n<3", "application/xml", XML, []string{"response.well-formed 2:1"}},
		{"a comment first", "<!-- a --><3/>", "application/xml", XML, []string{"response.well-formed 1:11"}},
		{"a heading", "<h1>OK</h1>", "application/xml", XML, []string{"response.root 1:1"}},
		{"a heading, as HTML", "<h1>OK</h1>", "text/html", Other, []string{"response.xml-or-nothing 0:0"}},
		{"an HTML page", "<!DOCTYPE html><html><body>OK</body></html>", "application/xml", Other, []string{"response.xml-or-nothing 0:0"}},
		{"an XHTML page", "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "application/xhtml+xml", Other, []string{"response.xml-or-nothing 0:0"}},
		{"a sentence", "OK", "application/xml", Other, []string{"response.xml-or-nothing 0:0"}},
		{"JSON", `{"ok":true}`, "application/xml", Other, []string{"response.xml-or-nothing 0:0"}},
		{"nothing", "", "application/xml", Nothing, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body), Media: tt.media})
			if diff := cmp.Diff(tt.want, broken(d.Problems)); diff != "" || d.Kind != tt.kind {
				t.Errorf("Parse(%q as %q) is %s, want %s; problems mismatch (-want +got):\n%s", tt.body, tt.media, d.Kind, tt.kind, diff)
			}
		})
	}
}

func TestXMLInAMemberOfAJSONObjectIsRead(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, body, member string }{
		{"an envelope", `{"statusCode": 200, "body": "<?xml version=\"1.0\"?><Response/>"}`, "body"},
		{"an envelope without declaration", `{"statusCode": 200, "body": "<Response/>"}`, "body"},
		{"white space first", ` {"body": "\n <Response/>"}`, "body"},
		{"an envelope that is sent as XML", `{"body": "<Response/>"}`, "body"},
		{"another member", `{"xml":"<Response/>"}`, "xml"},
		{"two members", `{"xml":"<Response/>", "body":"<Response/>"}`, "body"},
		{"an action without Response", `{"body":"<Reject/>"}`, "body"},
		{"the letter case is wrong", `{"body":"<response/>"}`, "body"},
		{"a byte order mark first", `{"body":"\ufeff<?xml version=\"1.0\"?><Response/>"}`, "body"},
		{"a byte order mark and white space first", `{"body":"\n\ufeff\n<Response/>"}`, "body"},
		{"not well-formed, but closed", `{"body":"<Response onAnswer=\"https://receiver.example/?a&b\"></Response>"}`, "body"},
		{"not well-formed, but empty", `{"body":"<Response onAnswer=\"https://receiver.example/?a&b\"/>"}`, "body"},
		{"not well-formed, but declared", `{"body":"<?xml version=\"1.0\"?><Response><Reject>"}`, "body"},
		{"a comment last", `{"body":"<Response/><!-- bye -->"}`, "body"},
		{"a sentence that begins with a tag", `{"error":"<Response> has no onAnswer"}`, ""},
		{"a sentence that begins with an element", `{"error":"<Response/> has no onAnswer"}`, ""},
		{"a sentence that begins with a tag and ends with an element", `{"error":"<Response> has no onAnswer, unlike <Response/>"}`, ""},
		{"a tag", `{"expected":"<Response>"}`, ""},
		{"a sentence that begins with a declaration", `{"error":"<?xml version=\"1.0\"?> is missing"}`, ""},
		{"a page about responses", `{"body":"<html><Response/></html>"}`, ""},
		{"a piece of HTML", `{"message":"<b>thank you</b>"}`, ""},
		{"a word in brackets", `{"caller":"<none>"}`, ""},
		{"a word before the XML", `{"message":"sent <Response/>"}`, ""},
		{"deeper than the top level", `{"data":{"body":"<Response/>"}}`, ""},
		{"a list", `["<Response/>"]`, ""},
		{"a heart", `{"message":"<3"}`, ""},
		{"no string", `{"statusCode":200}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body)})
			got := problemText(d.Problems[0])
			if tt.member == "" {
				if d.Kind != Other || d.Look != "JSON" {
					t.Errorf("Parse(%s) = %+v, want JSON", tt.body, d)
				}
				return
			}
			at := "1:1"
			if tt.body[0] == ' ' {
				at = "1:2"
			}
			want := at + ` want a document that starts with <; got a JSON object with the XML in its member "` + tt.member + `"; ` + openEnvelope
			if diff := cmp.Diff(want, got); diff != "" || d.Kind != XML || d.Problems[0].Rule != "response.well-formed" {
				t.Errorf("Parse(%s) = %+v; problem mismatch (-want +got):\n%s", tt.body, d, diff)
			}
		})
	}
}

func TestXMLInAJSONStringIsNotToBeEncoded(t *testing.T) {
	t.Parallel()
	for body, at := range map[string]string{`"<Response/>"`: "1:1", "\n\"<?xml version='1.0'?>\\n<Response/>\"": "2:1"} {
		d := Parse(Input{Body: []byte(body), Media: "application/json"})
		want := at + " want a document that starts with <; got a JSON string with the XML in it; Do not encode it as JSON: send the XML itself as the body."
		if diff := cmp.Diff(want, problemText(d.Problems[0])); diff != "" || d.Kind != XML || d.Problems[0].Rule != "response.well-formed" {
			t.Errorf("Parse(%q) = %+v; problem mismatch (-want +got):\n%s", body, d, diff)
		}
	}
}

func TestPHPWarningBeforeTheXMLIsNamedIfTheTypeIsXML(t *testing.T) {
	t.Parallel()
	body := "<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/push.php</b> on line <b>3</b><br /><Response/>"
	want := "1:1 want a document that starts with <; got a PHP warning before the XML; write nothing before the XML"
	if diff := cmp.Diff(want, problemText(Parse(Input{Body: []byte(body), Media: "application/xml"}).Problems[0])); diff != "" {
		t.Errorf("Parse(%q) problem mismatch (-want +got):\n%s", body, diff)
	}
}

func TestPHPInPlaceOfTheXMLIsNamed(t *testing.T) {
	t.Parallel()
	for body, looks := range map[string]string{
		"<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/push.php</b> on line <b>3</b><br />": "a PHP warning",
		"<?php echo 'ok';": "PHP source",
	} {
		d := Parse(Input{Body: []byte(body), Media: "application/xml"})
		want := "1:1 want a document that starts with <; got " + looks + " in place of the XML; send the XML and nothing else"
		if diff := cmp.Diff(want, problemText(d.Problems[0])); diff != "" || d.Kind != XML {
			t.Errorf("Parse(%q) = %+v; problem mismatch (-want +got):\n%s", body, d, diff)
		}
	}
}
