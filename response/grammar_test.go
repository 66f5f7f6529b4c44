package response

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGrammarProblemsHaveTheExpectedText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		body string // the content of the Response element
		want []string
	}{
		// Response.
		{"an undocumented element", "<Say>OK</Say>", []string{`response.known-elements 1:11 want a documented element in Response: Dial, Play, Gather, Reject, Hangup; got "Say"`}},
		{"an element in lower case", "<dial/>", []string{`response.known-elements 1:11 want a documented element in Response: Dial, Play, Gather, Reject, Hangup; got "dial"; did you mean "Dial"?`}},
		{"an element of Play in Response", "<Url/>", []string{`response.known-elements 1:11 want a documented element in Response: Dial, Play, Gather, Reject, Hangup; got "Url"; Url belongs in Play`}},
		{"Response in Response", "<Response/>", []string{`response.known-elements 1:11 want a documented element in Response: Dial, Play, Gather, Reject, Hangup; got "Response"`}},
		{"ten actions", "<Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/>", []string{"response.one-action 1:20 want one action; got Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, Hangup"}},
		{"eleven actions", "<Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/><Hangup/>", []string{"response.one-action 1:20 want one action; got Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, Hangup, …"}},
		{"text before and after an element", "a<Hangup/>b", []string{`response.known-elements 1:11 want no text directly in Response; got "ab"`}},

		// Dial.
		{"an attribute of Reject in Dial", `<Dial reason="busy"><Number>11</Number></Dial>`, []string{`response.known-attributes 1:17 want a documented attribute of Dial: callerId, anonymous; got "reason"; reason belongs to Reject`}},
		{"a name as caller id", `<Dial callerId="Doc"><Number>11</Number></Dial>`, []string{`dial.caller-id-format 1:17 want an E.164 number such as 4930231250011; got "Doc"`}},
		{"a caller id with separators", `<Dial callerId="00 49 (0) 30/231-250.011"><Number>11</Number></Dial>`, []string{`dial.caller-id-format 1:17 want an E.164 number such as 4930231250011; got "00 49 (0) 30/231-250.011"; did you mean "4930231250011"?`}},
		{"the word Anonymous as caller id", `<Dial callerId="Anonymous"><Number>11</Number></Dial>`, []string{`dial.caller-id-format 1:17 want an E.164 number such as 4930231250011; got "Anonymous"; anonymous="true" suppresses the number`}},
		{"anonymous with the value yes", `<Dial anonymous="yes"><Number>11</Number></Dial>`, []string{`dial.anonymous-value 1:17 want true or false; got "yes"`}},
		{"an empty Dial", "<Dial/>", []string{"dial.target 1:11 want Number or Voicemail; got neither"}},
		{"an undocumented element in Dial", "<Dial><Client/></Dial>", []string{"dial.target 1:11 want Number or Voicemail; got neither", `response.known-elements 1:17 want a documented element in Dial: Number, Voicemail; got "Client"`}},
		{"text in Dial", "<Dial>Doc</Dial>", []string{`dial.target 1:17 want Number or Voicemail; got the text "Doc"; put the number into a Number element`}},
		{"a misspelt Number", "<Dial><number>11</number></Dial>", []string{`dial.target 1:17 want Number or Voicemail; got "number"; did you mean "Number"?`}},
		{"two misspelt Numbers", "<Dial><number>11</number><numbr>12</numbr></Dial>", []string{`dial.target 1:17 want Number or Voicemail; got "number"; did you mean "Number"?`, `response.known-elements 1:36 want a documented element in Dial: Number, Voicemail; got "numbr"; did you mean "Number"?`}},
		{"two misspelt Numbers after a correct Number", "<Dial><Number>11</Number><number>11</number><numbr>12</numbr></Dial>", []string{`response.known-elements 1:36 want a documented element in Dial: Number, Voicemail; got "number"; did you mean "Number"?`, `response.known-elements 1:55 want a documented element in Dial: Number, Voicemail; got "numbr"; did you mean "Number"?`}},
		{"an element of Response in Dial", "<Dial><Number>11</Number><Play/></Dial>", []string{`response.known-elements 1:36 want a documented element in Dial: Number, Voicemail; got "Play"; Play belongs in Response`}},
		{"an element of another namespace in Dial", `<Dial><Number>11</Number><s:Play xmlns:s="u"/></Dial>`, []string{`response.known-elements 1:36 want a documented element in Dial: Number, Voicemail; got "s:Play"`}},
		{"text after a Number", "<Dial><Number>11</Number>Doc</Dial>", []string{`response.known-elements 1:36 want no text directly in Dial; got "Doc"`}},
		{"text before a misspelt Number", "<Dial>Doc<number>11</number></Dial>", []string{`response.known-elements 1:17 want no text directly in Dial; got "Doc"`, `dial.target 1:20 want Number or Voicemail; got "number"; did you mean "Number"?`}},
		{"text before an empty Number", "<Dial>Doc<Number/></Dial>", []string{`response.known-elements 1:17 want no text directly in Dial; got "Doc"`, "dial.target 1:20 want a number in Number; got an empty Number"}},
		{"a Number and a Voicemail in a Dial", "<Dial><Number>11</Number><Voicemail/></Dial>", []string{"dial.target 1:11 want Number or Voicemail; got both"}},
		{"an attribute of Number", `<Dial><Number a="b">11</Number></Dial>`, []string{`response.known-attributes 1:25 want no attribute of Number; got "a"`}},
		{"a documented element in Number", "<Dial><Number>11<Number>12</Number></Number></Dial>", []string{`response.known-elements 1:27 want nothing in Number; got "Number"; Number belongs in Dial`}},
		{"an undocumented element in Number", "<Dial><Number>11<b/></Number></Dial>", []string{`response.known-elements 1:27 want nothing in Number; got "b"`}},
		{"an attribute of Voicemail", `<Dial><Voicemail a="b"/></Dial>`, []string{`response.known-attributes 1:28 want no attribute of Voicemail; got "a"`}},
		{"an element in Voicemail", "<Dial><Voicemail><Number/></Voicemail></Dial>", []string{`response.known-elements 1:28 want nothing in Voicemail; got "Number"; Number belongs in Dial`}},
		{"text in Voicemail", "<Dial><Voicemail>Doc</Voicemail></Dial>", []string{`response.known-elements 1:28 want no text directly in Voicemail; got "Doc"`}},
		{"a word as Number", "<Dial><Number>Doc</Number></Dial>", []string{`dial.number-format 1:17 want an E.164 number such as 4930231250011, or an internal extension; got "Doc"`}},
		{"a SIP id as Number", "<Dial><Number>1234567e0</Number></Dial>", []string{`dial.number-format 1:17 want an E.164 number such as 4930231250011, or an internal extension; got "1234567e0"`}},
		{"a tel URI as Number", "<Dial><Number>tel:+49-30-231250011</Number></Dial>", []string{`dial.number-format 1:17 want an E.164 number such as 4930231250011, or an internal extension; got "tel:+49-30-231250011"; did you mean "+4930231250011"?`}},
		{"a national number", "<Dial><Number>030 / 231250011</Number></Dial>", []string{`dial.number-format 1:17 want an E.164 number such as 4930231250011, or an internal extension; got "030 / 231250011"; start with the country code in place of the 0, such as 49`}},
		{"zeros as Number", "<Dial><Number>00000</Number></Dial>", []string{`dial.number-format 1:17 want an E.164 number such as 4930231250011, or an internal extension; got "00000"`}},
		{"six numbers", "<Dial><Number>11</Number><Number>11</Number><Number>11</Number><Number>11</Number><Number>11</Number><Number>11</Number></Dial>", []string{"dial.max-five-targets 1:112 want at most five numbers; got 6"}},

		// Play.
		{"an attribute of Play", `<Play a="b"><Url>https://e.org/a</Url></Play>`, []string{`response.known-attributes 1:17 want no attribute of Play; got "a"`}},
		{"an attribute of Url", `<Play><Url a="b">https://e.org/a</Url></Play>`, []string{`response.known-attributes 1:22 want no attribute of Url; got "a"`}},
		{"an element in Url", "<Play><Url>https://e.org/a<b/></Url></Play>", []string{`response.known-elements 1:37 want nothing in Url; got "b"`}},
		{"an empty Play", "<Play/>", []string{"play.url 1:11 want one Url with an absolute http or https URL; got none"}},
		{"a Play with two URLs", "<Play><Url>https://e.org/a</Url><Url>https://e.org/a</Url></Play>", []string{"play.url 1:43 want one Url with an absolute http or https URL; got 2"}},
		{"text in Play", "<Play>https://e.org/a</Play>", []string{`play.url 1:17 want one Url with an absolute http or https URL; got the text "https://e.org/a"; put the URL into a Url element`}},
		{"a misspelt Url", "<Play><URL>https://e.org/a</URL></Play>", []string{`play.url 1:17 want one Url with an absolute http or https URL; got "URL"; did you mean "Url"?`}},
		{"a misspelt Url after a correct Url", "<Play><Url>https://e.org/a</Url><URL/></Play>", []string{`response.known-elements 1:43 want a documented element in Play: Url; got "URL"; did you mean "Url"?`}},
		{"two misspelt Urls", "<Play><URL/><url/></Play>", []string{`play.url 1:17 want one Url with an absolute http or https URL; got "URL"; did you mean "Url"?`, `response.known-elements 1:23 want a documented element in Play: Url; got "url"; did you mean "Url"?`}},
		{"two misspelt Urls after a correct Url", "<Play><Url>https://e.org/a</Url><URL/><url/></Play>", []string{`response.known-elements 1:43 want a documented element in Play: Url; got "URL"; did you mean "Url"?`, `response.known-elements 1:49 want a documented element in Play: Url; got "url"; did you mean "Url"?`}},
		{"text after a Url", "<Play><Url>https://e.org/a</Url>a</Play>", []string{`response.known-elements 1:43 want no text directly in Play; got "a"`}},
		{"text after a misspelt Url", "<Play><url/>a</Play>", []string{`play.url 1:17 want one Url with an absolute http or https URL; got "url"; did you mean "Url"?`, `response.known-elements 1:23 want no text directly in Play; got "a"`}},
		{"an undocumented element in Play", "<Play><Say/></Play>", []string{"play.url 1:11 want one Url with an absolute http or https URL; got none", `response.known-elements 1:17 want a documented element in Play: Url; got "Say"`}},
		{"an undocumented element after a Url", "<Play><Url>https://e.org/a</Url><Say/></Play>", []string{`response.known-elements 1:43 want a documented element in Play: Url; got "Say"`}},

		// Gather.
		{"an undocumented attribute of Gather", `<Gather onData="https://e.org/d" finishOnKey="#"/>`, []string{`response.known-attributes 1:44 want a documented attribute of Gather: onData, type, maxDigits, timeout; got "finishOnKey"`}},
		{"a Gather without onData", "<Gather/>", []string{"gather.ondata 1:11 want onData with an absolute http or https URL; got none"}},
		{"a misspelt onData", `<Gather ondata="https://e.org/d"/>`, []string{`gather.ondata 1:19 want onData with an absolute http or https URL; got "ondata"; did you mean "onData"?`}},
		{"onData misspelt in two attributes", `<Gather ondata="https://e.org/d" onDate="https://e.org/d"/>`, []string{`gather.ondata 1:19 want onData with an absolute http or https URL; got "ondata"; did you mean "onData"?`, `response.known-attributes 1:44 want a documented attribute of Gather: onData, type, maxDigits, timeout; got "onDate"; did you mean "onData"?`}},
		{"maxDigits with the value 1.5", `<Gather onData="https://e.org/d" maxDigits="1.5"/>`, []string{`gather.max-digits 1:44 want a whole number of at least 1; got "1.5"`}},
		{"timeout with the value 0", `<Gather onData="https://e.org/d" timeout="0"/>`, []string{`gather.timeout 1:44 want a whole number of milliseconds, at least 1; got "0"`}},
		{"type with the value speech", `<Gather onData="https://e.org/d" type="speech"/>`, []string{`gather.type 1:44 want dtmf; got "speech"`}},
		{"type with the value DTMF", `<Gather onData="https://e.org/d" type="DTMF"/>`, []string{`gather.type 1:44 want dtmf; got "DTMF"; did you mean "dtmf"?`}},
		{"a Hangup in Gather", `<Gather onData="https://e.org/d"><Hangup/></Gather>`, []string{`gather.nesting 1:44 want nothing but a Play in Gather; got "Hangup"; respond to the dtmf push with it`}},
		{"an undocumented element in Gather", `<Gather onData="https://e.org/d"><Say/></Gather>`, []string{`gather.nesting 1:44 want nothing but a Play in Gather; got "Say"`}},
		{"a misspelt Play in Gather", `<Gather onData="https://e.org/d"><play/></Gather>`, []string{`gather.nesting 1:44 want nothing but a Play in Gather; got "play"; did you mean "Play"?`}},
		{"two Plays in Gather", `<Gather onData="https://e.org/d"><Play><Url>https://e.org/a</Url></Play><Play/></Gather>`, []string{"gather.nesting 1:83 want one Play in Gather; got another"}},
		{"text in Gather", `<Gather onData="https://e.org/d">press 1</Gather>`, []string{`gather.nesting 1:44 want nothing but a Play in Gather; got the text "press 1"; Gather plays only a sound file: put its URL into a Play`}},

		// Reject and Hangup.
		{"an undocumented attribute of Reject", `<Reject cause="busy"/>`, []string{`response.known-attributes 1:19 want a documented attribute of Reject: reason; got "cause"`}},
		{"an undocumented reason", `<Reject reason="gone"/>`, []string{`reject.reason 1:19 want rejected or busy; got "gone"`}},
		{"an element in Reject", "<Reject><Play/></Reject>", []string{`response.known-elements 1:19 want nothing in Reject; got "Play"; Play belongs in Response`}},
		{"text in Reject", "<Reject>busy</Reject>", []string{`response.known-elements 1:19 want no text directly in Reject; got "busy"`}},
		{"an attribute of Hangup", `<Hangup reason="busy"/>`, []string{`response.known-attributes 1:19 want no attribute of Hangup; got "reason"; reason belongs to Reject`}},
		{"an element in Hangup", "<Hangup><Play/>bye</Hangup>", []string{`hangup.empty 1:19 want nothing in Hangup; got "Play"`}},
		{"text in Hangup", "<Hangup>bye</Hangup>", []string{`hangup.empty 1:19 want nothing in Hangup; got "bye"`}},

		// The length of a quoted text.
		{"text of sixty characters: quoted completely", "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää", []string{`response.known-elements 1:11 want no text directly in Response; got "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää"`}},
		{"text of sixty-one characters: cut", "äääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää", []string{`response.known-elements 1:11 want no text directly in Response; got "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää…"`}},
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
