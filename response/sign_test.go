package response

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKindDependsOnTheMediaTypeIfTheBodyIsUnclear(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body, mediaType string
		kind                  Kind
		want                  []string
	}{
		{"an invalid element name, as application/xml", "<1Response/>", "application/xml", XML, []string{"response.well-formed 1:1"}},
		{"an invalid element name, as text/xml", "<1Response/>", "text/xml", XML, []string{"response.well-formed 1:1"}},
		{"an invalid element name, as application/soap+xml", "<1Response/>", "application/soap+xml", XML, []string{"response.well-formed 1:1"}},
		{"an invalid element name, as text/plain", "<1Response/>", "text/plain", NotXML, []string{"response.xml-or-nothing 0:0"}},
		{"an invalid element name, without a media type", "<1Response/>", "", NotXML, []string{"response.xml-or-nothing 0:0"}},
		{"an element name with two colons, as application/xml", "<a:b:c/>", "application/xml", XML, []string{"response.well-formed 1:1"}},
		{"white space before an angle bracket, as application/xml", " \n<3", "application/xml", XML, []string{"response.well-formed 2:1"}},
		{"a comment before an angle bracket, as application/xml", "<!-- a --><3/>", "application/xml", XML, []string{"response.well-formed 1:11"}},
		{"an HTML heading, as application/xml", "<h1>OK</h1>", "application/xml", XML, []string{"response.root 1:1"}},
		{"an HTML heading, as text/html", "<h1>OK</h1>", "text/html", NotXML, []string{"response.xml-or-nothing 0:0"}},
		{"an HTML page, as application/xml", "<!DOCTYPE html><html><body>OK</body></html>", "application/xml", NotXML, []string{"response.xml-or-nothing 0:0"}},
		{"an XHTML page, as application/xhtml+xml", "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "application/xhtml+xml", NotXML, []string{"response.xml-or-nothing 0:0"}},
		{"a word, as application/xml", "OK", "application/xml", NotXML, []string{"response.xml-or-nothing 0:0"}},
		{"JSON, as application/xml", `{"ok":true}`, "application/xml", NotXML, []string{"response.xml-or-nothing 0:0"}},
		{"an empty body, as application/xml", "", "application/xml", EmptyBody, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body), MediaType: tt.mediaType})
			if diff := cmp.Diff(tt.want, problemSummaries(d.Problems)); diff != "" || d.Kind != tt.kind {
				t.Errorf("Parse(%q as %q) is %s, want %s; problems mismatch (-want +got):\n%s", tt.body, tt.mediaType, d.Kind, tt.kind, diff)
			}
		})
	}
}

func TestXMLInAMemberOfAJSONObjectIsRecognized(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		member     string // the member with the XML; "": the body counts as JSON without XML
	}{
		{"a declaration and a Response", `{"statusCode": 200, "body": "<?xml version=\"1.0\"?><Response/>"}`, "body"},
		{"a Response without declaration", `{"statusCode": 200, "body": "<Response/>"}`, "body"},
		{"white space before the object and before the Response", ` {"body": "\n <Response/>"}`, "body"},
		{"a Response, and no other member", `{"body": "<Response/>"}`, "body"},
		{"a Response in the member xml", `{"xml":"<Response/>"}`, "xml"},
		{"a Response in two members: the first in alphabetical order", `{"xml":"<Response/>", "body":"<Response/>"}`, "body"},
		{"a Reject that is not in a Response", `{"body":"<Reject/>"}`, "body"},
		{"a root in lower case", `{"body":"<response/>"}`, "body"},
		{"a byte order mark before the declaration", `{"body":"\ufeff<?xml version=\"1.0\"?><Response/>"}`, "body"},
		{"white space and a byte order mark before the Response", `{"body":"\n\ufeff\n<Response/>"}`, "body"},
		{"a Response that is not well-formed, but has an end tag", `{"body":"<Response onAnswer=\"https://receiver.example/?a&b\"></Response>"}`, "body"},
		{"a Response that is not well-formed, but is an empty-element tag", `{"body":"<Response onAnswer=\"https://receiver.example/?a&b\"/>"}`, "body"},
		{"a Response that is not well-formed, but has a declaration", `{"body":"<?xml version=\"1.0\"?><Response><Reject>"}`, "body"},
		{"a comment after the Response", `{"body":"<Response/><!-- bye -->"}`, "body"},
		{"a sentence that begins with a tag", `{"error":"<Response> has no onAnswer"}`, ""},
		{"a sentence that begins with an empty element", `{"error":"<Response/> has no onAnswer"}`, ""},
		{"a sentence that begins with a tag and ends with an empty element", `{"error":"<Response> has no onAnswer, unlike <Response/>"}`, ""},
		{"a start tag", `{"expected":"<Response>"}`, ""},
		{"a sentence that begins with a declaration", `{"error":"<?xml version=\"1.0\"?> is missing"}`, ""},
		{"an HTML page with a Response element", `{"body":"<html><Response/></html>"}`, ""},
		{"a piece of HTML", `{"message":"<b>thank you</b>"}`, ""},
		{"a word in angle brackets", `{"caller":"<none>"}`, ""},
		{"a word before the XML", `{"message":"sent <Response/>"}`, ""},
		{"a Response in a nested object", `{"data":{"body":"<Response/>"}}`, ""},
		{"a Response in a list", `["<Response/>"]`, ""},
		{"an angle bracket before a digit", `{"message":"<3"}`, ""},
		{"an object without a string member", `{"statusCode":200}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			document := Parse(Input{Body: []byte(tt.body)})
			got := problemText(document.Problems[0])
			if tt.member == "" {
				if document.Kind != NotXML || document.Format != "JSON" {
					t.Errorf("Parse(%s) = %+v, want JSON", tt.body, document)
				}
				return
			}
			position := "1:1"
			if tt.body[0] == ' ' {
				position = "1:2"
			}
			want := position + ` want a document that starts with <; got a JSON object with the XML in its member "` + tt.member + `"; ` + unopenedEnvelopeHint
			if diff := cmp.Diff(want, got); diff != "" || document.Kind != XML || document.Problems[0].Rule != "response.well-formed" {
				t.Errorf("Parse(%s) = %+v; problem mismatch (-want +got):\n%s", tt.body, document, diff)
			}
		})
	}
}

func TestHintForXMLInAJSONStringIsToSendTheXML(t *testing.T) {
	t.Parallel()
	for body, position := range map[string]string{`"<Response/>"`: "1:1", "\n\"<?xml version='1.0'?>\\n<Response/>\"": "2:1"} {
		d := Parse(Input{Body: []byte(body), MediaType: "application/json"})
		want := position + " want a document that starts with <; got a JSON string with the XML in it; Do not encode it as JSON: send the XML itself as the body."
		if diff := cmp.Diff(want, problemText(d.Problems[0])); diff != "" || d.Kind != XML || d.Problems[0].Rule != "response.well-formed" {
			t.Errorf("Parse(%q) = %+v; problem mismatch (-want +got):\n%s", body, d, diff)
		}
	}
}

func TestPHPWarningBeforeTheXMLIsReported(t *testing.T) {
	t.Parallel()
	body := "<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/push.php</b> on line <b>3</b><br /><Response/>"
	want := "1:1 want a document that starts with <; got a PHP warning before the XML; write nothing before the XML"
	if diff := cmp.Diff(want, problemText(Parse(Input{Body: []byte(body), MediaType: "application/xml"}).Problems[0])); diff != "" {
		t.Errorf("Parse(%q) problem mismatch (-want +got):\n%s", body, diff)
	}
}

func TestPHPInPlaceOfTheXMLIsReported(t *testing.T) {
	t.Parallel()
	for body, format := range map[string]string{
		"<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/push.php</b> on line <b>3</b><br />": "a PHP warning",
		"<?php echo 'ok';": "PHP source",
	} {
		d := Parse(Input{Body: []byte(body), MediaType: "application/xml"})
		want := "1:1 want a document that starts with <; got " + format + " in place of the XML; send the XML and nothing else"
		if diff := cmp.Diff(want, problemText(d.Problems[0])); diff != "" || d.Kind != XML {
			t.Errorf("Parse(%q) = %+v; problem mismatch (-want +got):\n%s", body, d, diff)
		}
	}
}
