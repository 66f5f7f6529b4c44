package response

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// ignorePositions compares responses without their positions.
var ignorePositions = cmpopts.IgnoreTypes(Position{})

func usableURL(url string) URL { return URL{Text: url, Usable: true} }

func TestResponseIsWrittenInTheDocumentedForm(t *testing.T) {
	t.Parallel()
	yes, followUpURL := true, usableURL("https://www.example.com/follow?a=1&b=2")
	tests := []struct {
		name     string
		response Response
		want     string
	}{
		{"an empty Response", Response{}, `<Response/>`},
		{"subscriptions", Response{OnAnswer: &followUpURL, OnHangup: &followUpURL},
			`<Response onAnswer="https://www.example.com/follow?a=1&amp;b=2" onHangup="https://www.example.com/follow?a=1&amp;b=2"/>`},
		{"a Dial", Response{Actions: []Action{Dial{CallerID: "4930231250011", Anonymous: &yes, Numbers: []string{"11", "12"}}}},
			"<Response>\n  <Dial callerId=\"4930231250011\" anonymous=\"true\"><Number>11</Number><Number>12</Number></Dial>\n</Response>"},
		{"a Dial to voicemail", Response{Actions: []Action{Dial{Voicemail: true}}}, "<Response>\n  <Dial><Voicemail/></Dial>\n</Response>"},
		{"a Play", Response{Actions: []Action{Play{URL: followUpURL}}}, "<Response>\n  <Play><Url>https://www.example.com/follow?a=1&amp;b=2</Url></Play>\n</Response>"},
		{"a Gather with defaults", Response{Actions: []Action{Gather{OnData: usableURL("https://www.example.com/d"), MaxDigits: 1, TimeoutMS: 2000}}},
			"<Response>\n  <Gather onData=\"https://www.example.com/d\"/>\n</Response>"},
		{"a Gather with all attributes and a Play", Response{Actions: []Action{Gather{OnData: usableURL("https://www.example.com/d"), MaxDigits: 3, TimeoutMS: 5000, Play: &Play{URL: usableURL("https://www.example.com/a.wav")}}}},
			"<Response>\n  <Gather onData=\"https://www.example.com/d\" maxDigits=\"3\" timeout=\"5000\"><Play><Url>https://www.example.com/a.wav</Url></Play></Gather>\n</Response>"},
		{"a Reject", Response{Actions: []Action{Reject{Reason: "rejected"}}}, "<Response>\n  <Reject/>\n</Response>"},
		{"a Reject with reason busy", Response{Actions: []Action{Reject{Reason: "busy"}}}, "<Response>\n  <Reject reason=\"busy\"/>\n</Response>"},
		{"a Hangup after a Play", Response{Actions: []Action{Play{URL: usableURL("https://www.example.com/a.wav")}, Hangup{}}},
			"<Response>\n  <Play><Url>https://www.example.com/a.wav</Url></Play>\n  <Hangup/>\n</Response>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := tt.response.XML()
			if diff := cmp.Diff("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"+tt.want+"\n", string(got)); diff != "" {
				t.Errorf("XML() mismatch (-want +got):\n%s", diff)
			}
			d := Parse(Input{Body: got})
			if tt.name != "a Hangup after a Play" && len(d.Problems) > 0 {
				t.Errorf("Parse(XML()) = problems %v, want none", problemSummaries(d.Problems))
			}
			if diff := cmp.Diff(&tt.response, d.Response, ignorePositions); diff != "" {
				t.Errorf("Parse(XML()) mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEmptyValuesExceptSubscriptionsAreNotWritten(t *testing.T) {
	t.Parallel()
	r := Response{OnAnswer: &URL{}, Actions: []Action{Dial{}, Play{}, Gather{}, Gather{Play: &Play{}}, Reject{}}}
	want := `<?xml version="1.0" encoding="UTF-8"?>
<Response onAnswer="">
  <Dial></Dial>
  <Play></Play>
  <Gather/>
  <Gather><Play></Play></Gather>
  <Reject/>
</Response>
`
	if diff := cmp.Diff(want, string(r.XML())); diff != "" {
		t.Errorf("XML() mismatch (-want +got):\n%s", diff)
	}
}

func TestSpecialCharactersAreEscapedAndInvalidValuesAreWritten(t *testing.T) {
	t.Parallel()
	specialCharacters := "\"'<>&]]>\r\n\t\x00ü"
	r := Response{OnAnswer: &URL{Text: specialCharacters}, Actions: []Action{Dial{Numbers: []string{specialCharacters}}, Reject{Reason: specialCharacters}}}
	d := Parse(Input{Body: r.XML()})
	if d.Response == nil {
		t.Fatalf("Parse(%q) = %+v, want a document that is well-formed", r.XML(), d)
	}
	wantText := strings.ReplaceAll(specialCharacters, "\x00", "\uFFFD")
	if diff := cmp.Diff(wantText, d.Response.OnAnswer.Text); diff != "" {
		t.Errorf("XML() and Parse: URL mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{wantText}, d.Response.Actions[0].(Dial).Numbers); diff != "" {
		t.Errorf("XML() and Parse: numbers mismatch (-want +got):\n%s", diff)
	}
}

func FuzzResponseIsTheSameAfterXMLAndParse(f *testing.F) {
	for _, tt := range documentCases {
		f.Add([]byte(tt.body), "", tt.outgoing)
	}
	for _, seed := range []string{
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response onAnswer=\"https://www.example.com/a?x=1&amp;y=2\"><!-- a --><?b c?><![CDATA[ ]]></Response>",
		"<!DOCTYPE Response [<!ENTITY a \"b\">]><Response>&a;</Response>", "\xff\xfe<\x00R\x00/\x00>\x00", "\ufeff<s:Response xmlns:s='u'/>",
		"<!DOCTYPE html><p>", `{"a":1}`, "OK",
	} {
		f.Add([]byte(seed), "utf-8", false)
	}
	f.Add([]byte("<Response a='\x93\xfa'/>"), "shift_jis", false)
	f.Fuzz(func(t *testing.T, body []byte, charset string, outgoing bool) {
		d := Parse(Input{Body: body, Charset: charset, Outgoing: outgoing})
		if (d.Kind == EmptyBody) != (d.Kind != XML && len(d.Problems) == 0) {
			t.Errorf("Parse(%q) = %+v, want no problem if the kind is EmptyBody, and a problem if it is NotXML", body, d)
		}
		for _, p := range d.Problems {
			if p.Rule == "" || p.Want == "" || p.Got == "" || (p.Action >= 0) != (p.Action >= 0 && d.Response != nil && p.Action < len(d.Response.Actions)) || p.InvalidatesAction && p.Action < 0 {
				t.Errorf("Parse(%q) has the problem %+v", body, p)
			}
			if p.Pos != (Position{}) && (p.Pos.Line < 1 || p.Pos.Column < 1 || p.Pos.Line > 1+len(body)) {
				t.Errorf("Parse(%q) has a problem at %v", body, p.Pos)
			}
		}
		if d.Response == nil {
			if d.Kind == XML && len(d.Problems) == 0 {
				t.Errorf("Parse(%q) has neither a response nor a problem", body)
			}
			return
		}
		reparsed := Parse(Input{Body: d.Response.XML(), Outgoing: outgoing})
		if reparsed.Response == nil {
			t.Fatalf("Parse(%q) written by XML() cannot be parsed: %+v", body, reparsed)
		}
		if diff := cmp.Diff(d.Response, reparsed.Response, ignorePositions, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("Parse(%q) written by XML() and parsed again mismatch (-want +got):\n%s", body, diff)
		}
	})
}
