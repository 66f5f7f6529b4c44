package response

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProblemsOfTheGrammarHaveTheirFullText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		body string // of Response
		want []string
	}{
		// Response.
		{"an element that there is not", "<Say>OK</Say>", []string{`response.known-elements 1:11 want a documented element in Response: Dial, Play, Gather, Reject, Hangup; got "Say"`}},
		{"a misspelt element", "<dial/>", []string{`response.known-elements 1:11 want a documented element in Response: Dial, Play, Gather, Reject, Hangup; got "dial"; did you mean "Dial"?`}},
		{"an element that belongs elsewhere", "<Url/>", []string{`response.known-elements 1:11 want a documented element in Response: Dial, Play, Gather, Reject, Hangup; got "Url"; Url belongs in Play`}},
		{"Response in Response", "<Response/>", []string{`response.known-elements 1:11 want a documented element in Response: Dial, Play, Gather, Reject, Hangup; got "Response"`}},
		{"ten actions", "<Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/>", []string{"response.one-action 1:20 want one action; got Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, Hangup"}},
		{"eleven actions", "<Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/>", []string{"response.one-action 1:20 want one action; got Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, …"}},
		{"text before and after an element", "a<Hangup/>b", []string{`response.known-elements 1:11 want no text directly in Response; got "ab"`}},

		// Dial.
		{"an attribute of another element", `<Dial reason="busy"><Number>11</Number></Dial>`, []string{`response.known-attributes 1:17 want a documented attribute of Dial: callerId, anonymous; got "reason"; reason belongs to Reject`}},
		{"a caller id that is no number", `<Dial callerId="Doc"><Number>11</Number></Dial>`, []string{`dial.caller-id-format 1:17 want an E.164 number such as 4930231250011; got "Doc"`}},
		{"a caller id that is spelt for people", `<Dial callerId="00 49 (0) 30/231-250.011"><Number>11</Number></Dial>`, []string{`dial.caller-id-format 1:17 want an E.164 number such as 4930231250011; got "00 49 (0) 30/231-250.011"; did you mean "4930231250011"?`}},
		{"an anonymous caller id", `<Dial callerId="Anonymous"><Number>11</Number></Dial>`, []string{`dial.caller-id-format 1:17 want an E.164 number such as 4930231250011; got "Anonymous"; anonymous="true" suppresses the number`}},
		{"an invented value of anonymous", `<Dial anonymous="yes"><Number>11</Number></Dial>`, []string{`dial.anonymous-value 1:17 want true or false; got "yes"`}},
		{"a Dial of nothing", "<Dial/>", []string{"dial.target 1:11 want Number or Voicemail; got neither"}},
		{"a Dial of an invented target", "<Dial><Client/></Dial>", []string{"dial.target 1:11 want Number or Voicemail; got neither", `response.known-elements 1:17 want a documented element in Dial: Number, Voicemail; got "Client"`}},
		{"a Dial of text", "<Dial>Doc</Dial>", []string{`dial.target 1:17 want Number or Voicemail; got the text "Doc"; put the number into a Number element`}},
		{"a misspelt Number", "<Dial><number>11</number></Dial>", []string{`dial.target 1:17 want Number or Voicemail; got "number"; did you mean "Number"?`}},
		{"two misspelt Numbers", "<Dial><number>11</number><numbr>12</numbr></Dial>", []string{`dial.target 1:17 want Number or Voicemail; got "number"; did you mean "Number"?`, `response.known-elements 1:36 want a documented element in Dial: Number, Voicemail; got "numbr"; did you mean "Number"?`}},
		{"two misspelt Numbers beside a right one", "<Dial><Number>11</Number><number>11</number><numbr>12</numbr></Dial>", []string{`response.known-elements 1:36 want a documented element in Dial: Number, Voicemail; got "number"; did you mean "Number"?`, `response.known-elements 1:55 want a documented element in Dial: Number, Voicemail; got "numbr"; did you mean "Number"?`}},
		{"an element that belongs elsewhere, in Dial", "<Dial><Number>11</Number><Play/></Dial>", []string{`response.known-elements 1:36 want a documented element in Dial: Number, Voicemail; got "Play"; Play belongs in Response`}},
		{"an element of another namespace that would belong elsewhere", `<Dial><Number>11</Number><s:Play xmlns:s="u"/></Dial>`, []string{`response.known-elements 1:36 want a documented element in Dial: Number, Voicemail; got "s:Play"`}},
		{"text beside a Number", "<Dial><Number>11</Number>Doc</Dial>", []string{`response.known-elements 1:36 want no text directly in Dial; got "Doc"`}},
		{"text beside a misspelt Number", "<Dial>Doc<number>11</number></Dial>", []string{`response.known-elements 1:17 want no text directly in Dial; got "Doc"`, `dial.target 1:20 want Number or Voicemail; got "number"; did you mean "Number"?`}},
		{"text beside an empty Number", "<Dial>Doc<Number/></Dial>", []string{`response.known-elements 1:17 want no text directly in Dial; got "Doc"`, "dial.target 1:20 want a number in Number; got an empty Number"}},
		{"both kinds of target", "<Dial><Number>11</Number><Voicemail/></Dial>", []string{"dial.target 1:11 want Number or Voicemail; got both"}},
		{"an attribute of Number", `<Dial><Number a="b">11</Number></Dial>`, []string{`response.known-attributes 1:25 want no attribute of Number; got "a"`}},
		{"an element in Number", "<Dial><Number>11<Number>12</Number></Number></Dial>", []string{`response.known-elements 1:27 want nothing in Number; got "Number"; Number belongs in Dial`}},
		{"an element in Number that there is not", "<Dial><Number>11<b/></Number></Dial>", []string{`response.known-elements 1:27 want nothing in Number; got "b"`}},
		{"an attribute of Voicemail", `<Dial><Voicemail a="b"/></Dial>`, []string{`response.known-attributes 1:28 want no attribute of Voicemail; got "a"`}},
		{"an element in Voicemail", "<Dial><Voicemail><Number/></Voicemail></Dial>", []string{`response.known-elements 1:28 want nothing in Voicemail; got "Number"; Number belongs in Dial`}},
		{"text in Voicemail", "<Dial><Voicemail>Doc</Voicemail></Dial>", []string{`response.known-elements 1:28 want no text directly in Voicemail; got "Doc"`}},
		{"a word for a number", "<Dial><Number>Doc</Number></Dial>", []string{`dial.number-format 1:17 want an E.164 number such as 4930231250011, or an internal extension; got "Doc"`}},
		{"a SIP id for a number", "<Dial><Number>1234567e0</Number></Dial>", []string{`dial.number-format 1:17 want an E.164 number such as 4930231250011, or an internal extension; got "1234567e0"`}},
		{"a URI for a number", "<Dial><Number>tel:+49-30-231250011</Number></Dial>", []string{`dial.number-format 1:17 want an E.164 number such as 4930231250011, or an internal extension; got "tel:+49-30-231250011"; did you mean "+4930231250011"?`}},
		{"a national number", "<Dial><Number>030 / 231250011</Number></Dial>", []string{`dial.number-format 1:17 want an E.164 number such as 4930231250011, or an internal extension; got "030 / 231250011"; start with the country code in place of the 0, such as 49`}},
		{"nothing but zeros", "<Dial><Number>00000</Number></Dial>", []string{`dial.number-format 1:17 want an E.164 number such as 4930231250011, or an internal extension; got "00000"`}},
		{"six numbers", "<Dial><Number>11</Number><Number>11</Number><Number>11</Number><Number>11</Number><Number>11</Number><Number>11</Number></Dial>", []string{"dial.max-five-targets 1:112 want at most five numbers; got 6"}},

		// Play.
		{"an attribute of Play", `<Play a="b"><Url>https://e.org/a</Url></Play>`, []string{`response.known-attributes 1:17 want no attribute of Play; got "a"`}},
		{"an attribute of Url", `<Play><Url a="b">https://e.org/a</Url></Play>`, []string{`response.known-attributes 1:22 want no attribute of Url; got "a"`}},
		{"an element in Url", "<Play><Url>https://e.org/a<b/></Url></Play>", []string{`response.known-elements 1:37 want nothing in Url; got "b"`}},
		{"a Play of nothing", "<Play/>", []string{"play.url 1:11 want one Url with an absolute http or https URL; got none"}},
		{"a Play of two", "<Play><Url>https://e.org/a</Url><Url>https://e.org/a</Url></Play>", []string{"play.url 1:43 want one Url with an absolute http or https URL; got 2"}},
		{"a Play of text", "<Play>https://e.org/a</Play>", []string{`play.url 1:17 want one Url with an absolute http or https URL; got the text "https://e.org/a"; put the URL into a Url element`}},
		{"a misspelt Url", "<Play><URL>https://e.org/a</URL></Play>", []string{`play.url 1:17 want one Url with an absolute http or https URL; got "URL"; did you mean "Url"?`}},
		{"a misspelt Url beside a right one", "<Play><Url>https://e.org/a</Url><URL/></Play>", []string{`response.known-elements 1:43 want a documented element in Play: Url; got "URL"; did you mean "Url"?`}},
		{"two misspelt Urls", "<Play><URL/><url/></Play>", []string{`play.url 1:17 want one Url with an absolute http or https URL; got "URL"; did you mean "Url"?`, `response.known-elements 1:23 want a documented element in Play: Url; got "url"; did you mean "Url"?`}},
		{"two misspelt Urls beside a right one", "<Play><Url>https://e.org/a</Url><URL/><url/></Play>", []string{`response.known-elements 1:43 want a documented element in Play: Url; got "URL"; did you mean "Url"?`, `response.known-elements 1:49 want a documented element in Play: Url; got "url"; did you mean "Url"?`}},
		{"text beside a Url", "<Play><Url>https://e.org/a</Url>a</Play>", []string{`response.known-elements 1:43 want no text directly in Play; got "a"`}},
		{"text beside a misspelt Url", "<Play><url/>a</Play>", []string{`play.url 1:17 want one Url with an absolute http or https URL; got "url"; did you mean "Url"?`, `response.known-elements 1:23 want no text directly in Play; got "a"`}},
		{"an element that there is not, in Play", "<Play><Say/></Play>", []string{"play.url 1:11 want one Url with an absolute http or https URL; got none", `response.known-elements 1:17 want a documented element in Play: Url; got "Say"`}},
		{"an element that there is not, beside a Url", "<Play><Url>https://e.org/a</Url><Say/></Play>", []string{`response.known-elements 1:43 want a documented element in Play: Url; got "Say"`}},

		// Gather.
		{"an attribute of Gather that there is not", `<Gather onData="https://e.org/d" finishOnKey="#"/>`, []string{`response.known-attributes 1:44 want a documented attribute of Gather: onData, type, maxDigits, timeout; got "finishOnKey"`}},
		{"a Gather without onData", "<Gather/>", []string{"gather.ondata 1:11 want onData with an absolute http or https URL; got none"}},
		{"a misspelt onData", `<Gather ondata="https://e.org/d"/>`, []string{`gather.ondata 1:19 want onData with an absolute http or https URL; got "ondata"; did you mean "onData"?`}},
		{"two misspelt onDatas", `<Gather ondata="https://e.org/d" onDate="https://e.org/d"/>`, []string{`gather.ondata 1:19 want onData with an absolute http or https URL; got "ondata"; did you mean "onData"?`, `response.known-attributes 1:44 want a documented attribute of Gather: onData, type, maxDigits, timeout; got "onDate"; did you mean "onData"?`}},
		{"half a digit", `<Gather onData="https://e.org/d" maxDigits="1.5"/>`, []string{`gather.max-digits 1:44 want a whole number of at least 1; got "1.5"`}},
		{"no time", `<Gather onData="https://e.org/d" timeout="0"/>`, []string{`gather.timeout 1:44 want a whole number of milliseconds, at least 1; got "0"`}},
		{"another type", `<Gather onData="https://e.org/d" type="speech"/>`, []string{`gather.type 1:44 want dtmf; got "speech"`}},
		{"a misspelt type", `<Gather onData="https://e.org/d" type="DTMF"/>`, []string{`gather.type 1:44 want dtmf; got "DTMF"; did you mean "dtmf"?`}},
		{"another action in Gather", `<Gather onData="https://e.org/d"><Hangup/></Gather>`, []string{`gather.nesting 1:44 want nothing but a Play in Gather; got "Hangup"; respond to the dtmf push with it`}},
		{"an element that there is not in Gather", `<Gather onData="https://e.org/d"><Say/></Gather>`, []string{`gather.nesting 1:44 want nothing but a Play in Gather; got "Say"`}},
		{"a misspelt Play in Gather", `<Gather onData="https://e.org/d"><play/></Gather>`, []string{`gather.nesting 1:44 want nothing but a Play in Gather; got "play"; did you mean "Play"?`}},
		{"two Plays in Gather", `<Gather onData="https://e.org/d"><Play><Url>https://e.org/a</Url></Play><Play/></Gather>`, []string{"gather.nesting 1:83 want one Play in Gather; got another"}},
		{"text in Gather", `<Gather onData="https://e.org/d">press 1</Gather>`, []string{`gather.nesting 1:44 want nothing but a Play in Gather; got the text "press 1"; what the caller is to hear is a sound file, in a Play`}},

		// Reject and Hangup.
		{"an attribute of Reject that there is not", `<Reject cause="busy"/>`, []string{`response.known-attributes 1:19 want a documented attribute of Reject: reason; got "cause"`}},
		{"an invented reason", `<Reject reason="gone"/>`, []string{`reject.reason 1:19 want rejected or busy; got "gone"`}},
		{"an element in Reject", "<Reject><Play/></Reject>", []string{`response.known-elements 1:19 want nothing in Reject; got "Play"; Play belongs in Response`}},
		{"text in Reject", "<Reject>busy</Reject>", []string{`response.known-elements 1:19 want no text directly in Reject; got "busy"`}},
		{"an attribute of Hangup", `<Hangup reason="busy"/>`, []string{`response.known-attributes 1:19 want no attribute of Hangup; got "reason"; reason belongs to Reject`}},
		{"an element in Hangup", "<Hangup><Play/>bye</Hangup>", []string{`hangup.empty 1:19 want nothing in Hangup; got "Play"`}},
		{"text in Hangup", "<Hangup>bye</Hangup>", []string{`hangup.empty 1:19 want nothing in Hangup; got "bye"`}},

		// What is quoted.
		{"sixty characters of text", "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää", []string{`response.known-elements 1:11 want no text directly in Response; got "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää"`}},
		{"sixty-one characters of text", "äääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää", []string{`response.known-elements 1:11 want no text directly in Response; got "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää…"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Parse(Input{Body: []byte("<Response>" + tt.body + "</Response>")})
			var got []string
			for _, p := range d.Problems {
				got = append(got, p.Rule+" "+problemText(p))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Parse(%s) mismatch (-want +got):\n%s", tt.body, diff)
			}
		})
	}
}
