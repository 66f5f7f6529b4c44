package response

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// problemSummaries lists problems in the form "rule line:column". The word "mild" marks a problem that is Milder, the word "invalid" a
// problem that invalidates its action, and "#0" the index of the action.
func problemSummaries(problems []Problem) []string {
	var summaries []string
	for _, p := range problems {
		s := fmt.Sprintf("%s %d:%d", p.Rule, p.Pos.Line, p.Pos.Column)
		if p.Milder {
			s += " mild"
		}
		if p.InvalidatesAction {
			s += " invalid"
		}
		if p.Action >= 0 {
			s += fmt.Sprintf(" #%d", p.Action)
		}
		summaries = append(summaries, s)
	}
	return summaries
}

// dialWithSixNumbers is a Dial element with six numbers.
var dialWithSixNumbers = "<Dial>" + strings.Repeat("<Number>4930231250011</Number>", 6) + "</Dial>"

// documentCases are documents with their expected problems. The root element starts at 1:1. In a Response, the first attribute starts at
// 1:11, or the content if there are no attributes.
var documentCases = []struct {
	name     string
	why      string
	body     string
	outgoing bool     // the response is for a push of an outgoing call
	want     []string // as problemSummaries lists them
}{
	{name: "an empty Response", body: `<Response/>`},
	{name: "two subscriptions", body: `<Response onAnswer="https://www.example.com/a?x=1&amp;y=2" onHangup='http://www.example.com/h'></Response>`},
	{name: "a Dial of five numbers", body: `<Response><Dial>` + strings.Repeat("<Number>4930231250011</Number>", 5) + `</Dial></Response>`},
	{name: "a Dial for an outgoing call", body: `<Response><Dial><Number>4930231250011</Number></Dial></Response>`, outgoing: true},
	{name: "a Dial to voicemail", body: `<Response><Dial><Voicemail /></Dial></Response>`},
	{name: "a Dial to voicemail for an outgoing call", body: `<Response><Dial><Voicemail/></Dial></Response>`, outgoing: true, why: "only a second number is not allowed"},
	{name: "a Dial with a caller id", body: `<Response><Dial callerId="+4930231250011" anonymous="false"><Number>+4930231250011</Number></Dial></Response>`},
	{name: "internal extensions", body: `<Response><Dial><Number>11</Number><Number>007</Number><Number>1234</Number></Dial></Response>`, why: "sipgate.io issue #100"},
	{name: "white space around a number", body: "<Response><Dial>\n\t<Number>\n 4930231250011 </Number>\n</Dial></Response>"},
	{name: "a Play", body: "<Response><Play><Url>\n https://www.example.com/a.wav\n</Url></Play></Response>"},
	{name: "a Gather with all attributes and a Play", body: `<Response><Gather onData="https://www.example.com/d" type="dtmf" maxDigits="3" timeout="5000"><Play><Url>https://www.example.com/a.wav</Url></Play></Gather></Response>`},
	{name: "a Reject", body: `<Response><Reject/></Response>`},
	{name: "a Reject with its reason", body: `<Response><Reject reason="busy"></Reject></Response>`},
	{name: "a Hangup", body: "<Response><Hangup>\n<!-- bye -->\n</Hangup></Response>"},
	{name: "attributes of XML Schema", body: `<Response xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="r.xsd" xml:lang="de"/>`, why: "XML libraries add such attributes"},

	{name: "the root Reply", body: `<Reply><Dial/></Reply>`, want: []string{"response.root 1:1"}, why: "the content is not checked"},
	{name: "a root in another letter case", body: `<response onAnswer="x"/>`, want: []string{"response.root 1:1", "following.answer-url 1:11"}},
	{name: "an unknown element in a root in another letter case", body: `<RESPONSE><Say/></RESPONSE>`, want: []string{"response.root 1:1", "response.known-elements 1:11"}},
	{name: "the Error root of sipgate's Node library", body: `<Error message="no"/>`, want: []string{"response.root 1:1"}},
	{name: "a prefixed root", body: `<s:Response xmlns:s="urn:s"><s:Hangup/></s:Response>`, want: []string{"response.root 1:1 mild"}},

	{name: "an element in another letter case", body: `<Response><dial><Number>1</Number></dial></Response>`, want: []string{"response.known-elements 1:11"}},
	{name: "an undocumented element beside an action", body: "<Response>\n <Say>Hello</Say>\n <Hangup/></Response>", want: []string{"response.known-elements 2:2"}, why: "the undocumented element does not count as an action"},
	{name: "an Error element in Response", body: `<Response><Error>no</Error></Response>`, want: []string{"response.known-elements 1:11"}},
	{name: "an element of another namespace", body: `<Response xmlns:s="urn:s"><s:Dial/></Response>`, want: []string{"response.known-elements 1:27"}},
	{name: "a Number outside of Dial", body: `<Response><Number>4930231250011</Number></Response>`, want: []string{"response.known-elements 1:11"}},
	{name: "text in Response", body: "<Response>\n  OK\n</Response>", want: []string{"response.known-elements 2:3 mild"}},
	{name: "text in CDATA", body: "<Response><![CDATA[ OK ]]></Response>", want: []string{"response.known-elements 1:11 mild"}},
	{name: "markup in Number", body: `<Response><Dial><Number>4930231250011<b/></Number></Dial></Response>`, want: []string{"response.known-elements 1:38 #0"}},
	{name: "an element in Reject", body: `<Response><Reject><Play/></Reject></Response>`, want: []string{"response.known-elements 1:19 #0"}},

	{name: "an attribute in another letter case", body: `<Response onHangUp="https://www.example.com/"/>`, want: []string{"response.known-attributes 1:11"}, why: "that onHangup is missing is no second problem"},
	{name: "an attribute in lower case with a relative URL", body: `<Response onanswer="/relative"/>`, want: []string{"response.known-attributes 1:11"}},
	{name: "an attribute of Gather in Response", body: `<Response onData="https://www.example.com/"/>`, want: []string{"response.known-attributes 1:11"}},
	{name: "an undocumented attribute of Dial", body: `<Response><Dial delay="3"><Voicemail/></Dial></Response>`, want: []string{"response.known-attributes 1:17 #0"}},
	{name: "an attribute of Hangup", body: `<Response><Hangup reason="busy"/></Response>`, want: []string{"response.known-attributes 1:19 #0"}},
	{name: "two undocumented attributes", body: `<Response a="1" b="2"/>`, want: []string{"response.known-attributes 1:11", "response.known-attributes 1:17"}},

	{name: "two actions", body: `<Response><Play><Url>https://www.example.com/a.wav</Url></Play><Hangup/></Response>`, want: []string{"response.one-action 1:64"}},
	{name: "three actions", body: `<Response><Hangup/><Reject/><Hangup/></Response>`, want: []string{"response.one-action 1:20"}, why: "one problem for any number of further actions"},

	{name: "an empty Dial", body: `<Response><Dial/></Response>`, want: []string{"dial.target 1:11 invalid #0"}},
	{name: "a Dial with a caller id only", body: `<Response><Dial callerId="4930231250011"/></Response>`, want: []string{"dial.target 1:11 invalid #0"}, why: "sipgate.io issue #98"},
	{name: "an empty Number", body: `<Response><Dial><Number> </Number></Dial></Response>`, want: []string{"dial.target 1:17 invalid #0"}, why: "sipgate.io issue #98"},
	{name: "an empty Number after a Number with digits", body: `<Response><Dial><Number>11</Number><Number/></Dial></Response>`, want: []string{"dial.target 1:36 invalid #0"}},
	{name: "a Number and a Voicemail in a Dial", body: `<Response><Dial><Number>11</Number><Voicemail/></Dial></Response>`, want: []string{"dial.target 1:11 invalid #0"}},
	{name: "digits in Dial without a Number element", body: `<Response><Dial>4930231250011</Dial></Response>`, want: []string{"dial.target 1:17 invalid #0"}, why: "the text is reported once"},
	{name: "a misspelt Number", body: `<Response><Dial><number>4930231250011</number></Dial></Response>`, want: []string{"dial.target 1:17 invalid #0"}, why: "the Number is missing only because its name is misspelt"},
	{name: "a misspelt Number after a correct Number", body: `<Response><Dial><Number>11</Number><number>12</number></Dial></Response>`, want: []string{"response.known-elements 1:36 #0"}},
	{name: "an undocumented element in Dial: two problems", body: `<Response><Dial><Client>Doc</Client></Dial></Response>`, want: []string{"dial.target 1:11 invalid #0", "response.known-elements 1:17 #0"}, why: "Client is not a misspelling of Number, so there are two problems"},

	{name: "a national number", body: `<Response><Dial><Number>030231250011</Number></Dial></Response>`, want: []string{"dial.number-format 1:17 invalid #0"}},
	{name: "a number with the prefix 00", body: `<Response><Dial><Number>004930231250011</Number></Dial></Response>`, want: []string{"dial.number-format 1:17 invalid #0"}},
	{name: "a number with spaces", body: `<Response><Dial><Number>+49 30 231250011</Number></Dial></Response>`, want: []string{"dial.number-format 1:17 invalid #0"}},
	{name: "a SIP id as Number", body: `<Response><Dial><Number>1234567e0</Number></Dial></Response>`, want: []string{"dial.number-format 1:17 invalid #0"}},
	{name: "an extension with a plus sign", body: `<Response><Dial><Number>+11</Number></Dial></Response>`, want: []string{"dial.number-format 1:17 invalid #0"}},
	{name: "a Number with one digit", body: `<Response><Dial><Number>1</Number></Dial></Response>`, want: []string{"dial.number-format 1:17 invalid #0"}},
	{name: "a Number with sixteen digits", body: `<Response><Dial><Number>4930231250011000</Number></Dial></Response>`, want: []string{"dial.number-format 1:17 invalid #0"}},
	{name: "a Number in Arabic digits", body: `<Response><Dial><Number>٤٩٣٠٢٣١٢٥</Number></Dial></Response>`, want: []string{"dial.number-format 1:17 invalid #0"}},
	{name: "two invalid numbers", body: `<Response><Dial><Number>x</Number><Number>y</Number></Dial></Response>`, want: []string{"dial.number-format 1:17 invalid #0", "dial.number-format 1:35 invalid #0"}},

	{name: "six numbers", body: "<Response>" + dialWithSixNumbers + "</Response>", want: []string{"dial.max-five-targets 1:167 invalid #0"}},
	{name: "six numbers for an outgoing call", body: "<Response>" + dialWithSixNumbers + "</Response>", outgoing: true, want: []string{"dial.outgoing-one-target 1:47 invalid #0", "dial.max-five-targets 1:167 invalid #0"}},
	{name: "two numbers for an outgoing call", body: `<Response><Dial><Number>11</Number><Number>12</Number></Dial></Response>`, outgoing: true, want: []string{"dial.outgoing-one-target 1:36 invalid #0"}},

	{name: "a name as caller id", body: `<Response><Dial callerId="Doc"><Voicemail/></Dial></Response>`, want: []string{"dial.caller-id-format 1:17 #0"}},
	{name: "an extension as caller id", body: `<Response><Dial callerId="11"><Voicemail/></Dial></Response>`, want: []string{"dial.caller-id-format 1:17 #0"}},
	{name: "an empty caller id", body: `<Response><Dial callerId=""><Voicemail/></Dial></Response>`, want: []string{"dial.caller-id-format 1:17 #0"}},
	{name: "anonymous with the value 1", body: `<Response><Dial anonymous="1"><Voicemail/></Dial></Response>`, want: []string{"dial.anonymous-value 1:17 #0"}},
	{name: "anonymous in another letter case", body: `<Response><Dial anonymous="True"><Voicemail/></Dial></Response>`, want: []string{"dial.anonymous-value 1:17 #0"}},

	{name: "an empty Play", body: `<Response><Play/></Response>`, want: []string{"play.url 1:11 invalid #0"}},
	{name: "a Play with an empty Url", body: `<Response><Play><Url/></Play></Response>`, want: []string{"play.url 1:17 invalid #0"}},
	{name: "a Play with a relative URL", body: `<Response><Play><Url>/a.wav</Url></Play></Response>`, want: []string{"play.url 1:17 invalid #0"}},
	{name: "a Play with two URLs", body: `<Response><Play><Url>https://www.example.com/a</Url><Url>https://www.example.com/b</Url></Play></Response>`, want: []string{"play.url 1:53 invalid #0"}},
	{name: "a URL in Play without a Url element", body: `<Response><Play>https://www.example.com/a</Play></Response>`, want: []string{"play.url 1:17 invalid #0"}},
	{name: "a misspelt Url", body: `<Response><Play><URL>https://www.example.com/a</URL></Play></Response>`, want: []string{"play.url 1:17 invalid #0"}},

	{name: "a Gather without onData", body: `<Response><Gather/></Response>`, want: []string{"gather.ondata 1:11 invalid #0"}},
	{name: "a Gather with an empty onData", body: `<Response><Gather onData=""/></Response>`, want: []string{"gather.ondata 1:19 invalid #0"}},
	{name: "a Gather with a relative onData", body: `<Response><Gather onData="/d"/></Response>`, want: []string{"gather.ondata 1:19 invalid #0"}},
	{name: "a misspelt onData", body: `<Response><Gather ondata="https://www.example.com/d"/></Response>`, want: []string{"gather.ondata 1:19 invalid #0"}, why: "there is one problem: onData is missing"},
	{name: "a misspelt onData after a correct onData", body: `<Response><Gather onData="https://www.example.com/d" ondata=""/></Response>`, want: []string{"response.known-attributes 1:54 #0"}},
	{name: "a Gather with maxDigits 0", body: `<Response><Gather onData="https://www.example.com/d" maxDigits="0"/></Response>`, want: []string{"gather.max-digits 1:54 #0"}},
	{name: "a Gather with maxDigits 1.5", body: `<Response><Gather onData="https://www.example.com/d" maxDigits="1.5"/></Response>`, want: []string{"gather.max-digits 1:54 #0"}},
	{name: "a Gather with a timeout in seconds", body: `<Response><Gather onData="https://www.example.com/d" timeout="5s"/></Response>`, want: []string{"gather.timeout 1:54 #0"}},
	{name: "a Gather with a negative timeout", body: `<Response><Gather onData="https://www.example.com/d" timeout="-1"/></Response>`, want: []string{"gather.timeout 1:54 #0"}},
	{name: "a Gather with type speech", body: `<Response><Gather onData="https://www.example.com/d" type="speech"/></Response>`, want: []string{"gather.type 1:54 #0"}},
	{name: "a Dial in Gather", body: `<Response><Gather onData="https://www.example.com/d"><Dial/></Gather></Response>`, want: []string{"gather.nesting 1:54 #0"}, why: "the ignored Dial is not checked"},
	{name: "a Gather in Gather", body: `<Response><Gather onData="https://www.example.com/d"><Gather/></Gather></Response>`, want: []string{"gather.nesting 1:54 #0"}},
	{name: "an undocumented element in Gather", body: `<Response><Gather onData="https://www.example.com/d"><Say/></Gather></Response>`, want: []string{"gather.nesting 1:54 #0"}},
	{name: "an empty Play in Gather", body: `<Response><Gather onData="https://www.example.com/d"><Play/></Gather></Response>`, want: []string{"play.url 1:54 #0"}, why: "sipgate can still collect the digits"},
	{name: "two Plays in Gather", body: `<Response><Gather onData="https://www.example.com/d"><Play><Url>https://www.example.com/a</Url></Play><Play/></Gather></Response>`, want: []string{"gather.nesting 1:103 mild #0"}},

	{name: "a Reject with an undocumented reason", body: `<Response><Reject reason="nope"/></Response>`, want: []string{"reject.reason 1:19 #0"}},
	{name: "an element in Hangup", body: `<Response><Hangup><Play/></Hangup></Response>`, want: []string{"hangup.empty 1:19 #0"}},
	{name: "text in Hangup", body: `<Response><Hangup>bye</Hangup></Response>`, want: []string{"hangup.empty 1:19 #0"}},

	{name: "a relative onAnswer", body: `<Response onAnswer="/a"/>`, want: []string{"following.answer-url 1:11"}},
	{name: "an empty onAnswer", body: `<Response onAnswer=""/>`, want: []string{"following.answer-url 1:11"}},
	{name: "a relative onHangup", body: `<Response onAnswer="https://www.example.com/" onHangup="hangup"/>`, want: []string{"following.hangup-url 1:47"}},
	{name: "white space in onHangup", body: `<Response onHangup=" https://www.example.com/"/>`, want: []string{"following.hangup-url 1:11"}},

	{name: "six problems at once", body: "<Response onAnswer='/a' onHangUp='/b'>\n<Dial callerId='x'>\n<Number>y</Number></Dial>\n<Reject reason='z'/></Response>",
		want: []string{"following.answer-url 1:11", "response.known-attributes 1:25", "dial.caller-id-format 2:7 #0", "dial.number-format 3:1 invalid #0", "response.one-action 4:1", "reject.reason 4:9 #1"}},
}

func TestParseReportsTheProblemsOfADocument(t *testing.T) {
	t.Parallel()
	for _, tt := range documentCases {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body), Outgoing: tt.outgoing})
			if diff := cmp.Diff(tt.want, problemSummaries(d.Problems)); diff != "" {
				t.Errorf("Parse(%s) mismatch (-want +got):\n%s%s", tt.body, diff, tt.why)
			}
			if d.Kind != XML || (d.Response == nil) != (len(tt.want) == 1 && tt.want[0] == "response.root 1:1") {
				t.Errorf("Parse(%s) = kind %q, response %v", tt.body, d.Kind, d.Response)
			}
			for _, p := range d.Problems {
				if p.Want == "" || p.Got == "" {
					t.Errorf("Parse(%s): %s lacks Want or Got: %+v", tt.body, p.Rule, p)
				}
			}
		})
	}
}

func TestEveryRuleOfTheGrammarHasADocumentThatBreaksOnlyThisRule(t *testing.T) {
	t.Parallel()
	rulesBrokenAlone := map[string]bool{}
	for _, tt := range documentCases {
		if len(tt.want) == 1 {
			rule, _, _ := strings.Cut(tt.want[0], " ")
			rulesBrokenAlone[rule] = true
		}
	}
	for _, rule := range []string{
		"response.root", "response.known-elements", "response.known-attributes", "response.one-action",
		"dial.target", "dial.number-format", "dial.max-five-targets", "dial.outgoing-one-target", "dial.caller-id-format", "dial.anonymous-value",
		"play.url", "gather.ondata", "gather.max-digits", "gather.timeout", "gather.type", "gather.nesting",
		"reject.reason", "hangup.empty", "following.answer-url", "following.hangup-url",
	} {
		if !rulesBrokenAlone[rule] {
			t.Errorf("no document breaks only %s", rule)
		}
	}
}

func TestHintsSuggestTheCorrectSpelling(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, body, want string }{
		{"the root in lower case", `<response/>`, `did you mean "Response"?`},
		{"an element in lower case", `<Response><dial/></Response>`, `did you mean "Dial"?`},
		{"a misspelt element", `<Response><Gahter/></Response>`, `did you mean "Gather"?`},
		{"an element of Dial in Response", `<Response><Voicemail/></Response>`, "Voicemail belongs in Dial"},
		{"onHangUp in Response", `<Response onHangUp=""/>`, `did you mean "onHangup"?`},
		{"onanswer in Response", `<Response onanswer=""/>`, `did you mean "onAnswer"?`},
		{"an attribute of Gather in Response", `<Response onData=""/>`, "onData belongs to Gather"},
		{"ondata in Gather", `<Response><Gather ondata=""/></Response>`, `did you mean "onData"?`},
		{"a number with the prefix 00", `<Response><Dial><Number>0049 30 231250011</Number></Dial></Response>`, `did you mean "4930231250011"?`},
		{"a number with spaces and separators", `<Response><Dial><Number>+49 (0)30 / 231250011</Number></Dial></Response>`, `did you mean "+4930231250011"?`},
		{"a national number", `<Response><Dial><Number>030231250011</Number></Dial></Response>`, "start with the country code in place of the 0, such as 49"},
		{"an anonymous caller id", `<Response><Dial callerId="anonymous"><Voicemail/></Dial></Response>`, `anonymous="true" suppresses the number`},
		{"anonymous with the value TRUE", `<Response><Dial anonymous="TRUE"><Voicemail/></Dial></Response>`, `did you mean "true"?`},
		{"a reason in another letter case", `<Response><Reject reason="Busy"/></Response>`, `did you mean "busy"?`},
		{"an ampersand that is not escaped", `<Response onAnswer="https://www.example.com/?a=1&b=2"/>`, "escape what goes into XML, URLs too: & is written &amp;"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte(tt.body)})
			if len(d.Problems) != 1 {
				t.Fatalf("Parse(%s) = problems %+v, want one", tt.body, d.Problems)
			}
			if diff := cmp.Diff(tt.want, d.Problems[0].Hint); diff != "" {
				t.Errorf("Parse(%s) hint mismatch (-want +got):\n%s", tt.body, diff)
			}
		})
	}
}

func TestParseReadsValuesAndDefaults(t *testing.T) {
	t.Parallel()
	yes := true
	tests := []struct {
		name string
		body string
		want *Response
	}{
		{"subscriptions", "<Response\n onAnswer='https://www.example.com/?a=1&amp;b=&#50;'\n onHangup='/h'/>", &Response{
			OnAnswer: &URL{Text: "https://www.example.com/?a=1&b=2", Usable: true, Pos: Position{2, 2}},
			OnHangup: &URL{Text: "/h", Pos: Position{3, 2}}}},
		{"white space in attributes: read as spaces", "<Response onAnswer='a\t\r\nb\n&#10;c' onHangup='d'/>", &Response{OnAnswer: &URL{Text: "a  b \nc", Pos: Position{1, 11}}, OnHangup: &URL{Text: "d", Pos: Position{3, 9}}}},
		{"white space and references in text", "<Response><Dial><Number> 1<!-- --> &#50;\r\n<![CDATA[3&]]> </Number></Dial></Response>",
			&Response{Actions: []Action{Dial{Numbers: []string{"1 2\n3&"}, Pos: Position{1, 11}}}}},
		{"a Dial", "<Response><Dial callerId='+4930231250011' anonymous='true'><Number>\n11\n</Number><Number>4930231250012</Number></Dial></Response>",
			&Response{Actions: []Action{Dial{CallerID: "+4930231250011", Anonymous: &yes, Numbers: []string{"11", "4930231250012"}, Pos: Position{1, 11}}}}},
		{"invalid attributes of a Dial: dropped", "<Response><Dial callerId='x' anonymous='1'><Voicemail/></Dial></Response>",
			&Response{Actions: []Action{Dial{Voicemail: true, Pos: Position{1, 11}}}}},
		{"a Gather without values: defaults", "<Response><Gather onData='https://www.example.com/d'/></Response>",
			&Response{Actions: []Action{Gather{OnData: URL{Text: "https://www.example.com/d", Usable: true, Pos: Position{1, 19}}, MaxDigits: 1, TimeoutMS: 2000, Pos: Position{1, 11}}}}},
		{"invalid values of a Gather: defaults", "<Response><Gather maxDigits='0' timeout='x' type='y'/></Response>",
			&Response{Actions: []Action{Gather{MaxDigits: 1, TimeoutMS: 2000, Pos: Position{1, 11}}}}},
		{"a Gather with a Play", "<Response><Gather onData='https://www.example.com/d' maxDigits=' 03' timeout='99999999999999999999'><Play><Url><![CDATA[https://www.example.com/?a&b]]></Url></Play></Gather></Response>",
			&Response{Actions: []Action{Gather{OnData: URL{Text: "https://www.example.com/d", Usable: true, Pos: Position{1, 19}}, MaxDigits: 3, TimeoutMS: 2147483647, Pos: Position{1, 11},
				Play: &Play{URL: URL{Text: "https://www.example.com/?a&b", Usable: true, Pos: Position{1, 107}}, Pos: Position{1, 101}}}}}},
		{"several actions in order", "<Response><Hangup/><Foo/><Reject reason='x'/><Reject reason='busy'/></Response>",
			&Response{Actions: []Action{Hangup{Pos: Position{1, 11}}, Reject{Reason: "rejected", Pos: Position{1, 26}}, Reject{Reason: "busy", Pos: Position{1, 46}}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, Parse(Input{Body: []byte(tt.body)}).Response); diff != "" {
				t.Errorf("Parse(%s) mismatch (-want +got):\n%s", tt.body, diff)
			}
		})
	}
}

func TestValidPlaysAndTheFirstValidActionThatIsNoPlayHappen(t *testing.T) {
	t.Parallel()
	const sound = "<Play><Url>https://www.example.com/a.wav</Url></Play>"
	for body, want := range map[string][]bool{
		`<Play/><Dial><Number>x</Number></Dial><Foo/><Reject reason="x"/><Hangup/>`: {false, false, true, false},
		"<Reject/><Hangup/>":              {true, false},
		sound + "<Hangup/>" + sound:       {true, true, true},
		sound + "<Reject/><Hangup/>":      {true, true, false},
		"<Reject/>" + sound + "<Hangup/>": {true, true, false},
	} {
		d := Parse(Input{Body: []byte("<Response>" + body + "</Response>")})
		var got []bool
		for i := range d.Response.Actions {
			got = append(got, d.ActionHappens(i))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: ActionHappens mismatch (-want +got):\n%s", body, diff)
		}
	}
}

func TestHintForARootWithAPrefixIsToRemoveThePrefix(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`<s:Response xmlns:s="urn:s"/>`: `1:1 want the root element Response without a prefix; got "s:Response"; write Response and everything in it without a prefix`,
		`<Response xmlns="urn:s"/>`:     "",
	} {
		got := ""
		if d := Parse(Input{Body: []byte(body)}); len(d.Problems) > 0 {
			got = problemText(d.Problems[0])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Parse(%s) problem mismatch (-want +got):\n%s", body, diff)
		}
	}
}

// problemText returns position, Want, Got and Hint of a problem as one text.
func problemText(p Problem) string {
	s := fmt.Sprintf("%d:%d want %s; got %s", p.Pos.Line, p.Pos.Column, p.Want, p.Got)
	if p.Hint != "" {
		s += "; " + p.Hint
	}
	return s
}
