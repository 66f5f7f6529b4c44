package requirements_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestRequirementsAboutTheUnreadPartOfALongBodyAreGaps(t *testing.T) {
	t.Parallel()
	longBody := func(end transcript.End, n int64, document string) transcript.Call {
		x := exchange(push.NewCall, 200, xmlType, document)
		x.End, x.BodyLength = end, n
		if document == "" {
			x.Document = response.Document{} // as if the body was not read
		}
		return callOf(x)
	}
	deepDocument := "<Response>" + strings.Repeat("<Play>", 1000) + strings.Repeat("</Play>", 1000) + "</Response>"
	checkJudgements(t, receiver, []judgedCall{
		{"1 byte less than 64 KiB: met", longBody(transcript.Complete, 64<<10-1, "<Response/>"), map[string]string{"push.newcall": "met"}},
		{"64 KiB: warning", longBody(transcript.Complete, 64<<10, "<Response/>"),
			map[string]string{"push.newcall": "met", "response.reasonable-size": "should: 65536 bytes; want less than 64 KiB"}},
		{"1 MiB less 1 byte, not read: gaps", longBody(transcript.BodyTooLong, 1<<20-1, ""),
			map[string]string{"push.newcall": "met", "response.content-type": "gap: the body was too long to be read", "response.known-elements": "gap: the body was too long to be read", "response.reasonable-size": "should: 1048575 bytes; want less than 64 KiB", "response.root": "gap: the body was too long to be read", "response.well-formed": "gap: the body was too long to be read"}},
		{"1 MiB, not read: finding and gaps", longBody(transcript.BodyTooLong, 1<<20, ""),
			map[string]string{"push.newcall": "met", "response.content-type": "gap: the body was too long to be read; because response.ends", "response.ends": "must: 1048576 bytes; want a body that ends before 1 MiB", "response.known-elements": "gap: the body was too long to be read; because response.ends", "response.reasonable-size": "should: 1048576 bytes; want less than 64 KiB", "response.root": "gap: the body was too long to be read; because response.ends", "response.well-formed": "gap: the body was too long to be read; because response.ends"}},
		{"HTML page, not read to its end: warnings", longBody(transcript.BodyTooLong, 1<<20-1, "<!DOCTYPE html><html><body>It works"),
			map[string]string{"push.newcall": "met", "response.reasonable-size": "should: 1048575 bytes; want less than 64 KiB", "response.xml-or-nothing": "should: an HTML page; want an empty body, or XML"}},
		{"document nested too deep to be read: gaps", callOf(exchange(push.NewCall, 200, xmlType, deepDocument)),
			map[string]string{"push.newcall": "met", "response.known-elements": "gap: the document was too large to be read to its end", "response.reasonable-size": "should: more; want elements nested at most 100 deep", "response.well-formed": "gap: the document was too large to be read to its end"}},
		{"1 MiB, read: finding", longBody(transcript.Complete, 1<<20, "<Response/>"),
			map[string]string{"push.newcall": "met", "response.ends": "must: 1048576 bytes; want a body that ends before 1 MiB", "response.reasonable-size": "should: 1048576 bytes; want less than 64 KiB"}},
		{"unknown element in a body of 1 MiB less 1 byte, read: finding", longBody(transcript.Complete, 1<<20-1, `<Response><Say/></Response>`),
			map[string]string{"push.newcall": "met", "response.known-elements": `must: "Say"; want a documented element in Response: Dial, Play, Gather, Reject, Hangup`, "response.reasonable-size": "should: 1048575 bytes; want less than 64 KiB"}},
		{"entities that the document declares: gap", callOf(exchange(push.NewCall, 200, xmlType, `<!DOCTYPE Response [<!ENTITY a "b">]><Response><Say/>&a;</Response>`)),
			map[string]string{"push.newcall": "met", "response.known-elements": "gap: the document refers to entities of its own, which are not expanded", "response.well-formed": `should: the entity "&a;" of a document type declaration, which is not expanded; want the text itself`}},
		{"text directly in Response: warning", callOf(exchange(push.NewCall, 200, xmlType, "<Response>hello</Response>")),
			map[string]string{"push.newcall": "met", "response.known-elements": `should: "hello"; want no text directly in Response`}},
	})
}

func TestResponseIsJudgedOnceForEachRequirement(t *testing.T) {
	t.Parallel()
	var met, broken []string
	for _, j := range requirements.JudgeCall(callOf(exchange(push.NewCall, 200, xmlType, `<Response colour="red"/>`)), receiver) {
		if j.TimesJudged != 1 {
			t.Errorf("%s is judged %d times, want once", j.Requirement, j.TimesJudged)
		}
		area, rule, _ := strings.Cut(j.Requirement, ".")
		switch {
		case area == "response" && len(j.Findings) > 0:
			broken = append(broken, rule)
		case area == "response":
			met = append(met, rule)
		}
	}
	want := []string{"status", "ends", "in-time", "prompt", "reasonable-size", "readable-encoding", "xml-or-nothing", "content-type", "well-formed", "root", "known-elements", "one-action"}
	slices.Sort(met)
	if diff := cmp.Diff(slices.Sorted(slices.Values(want)), met); diff != "" {
		t.Errorf("requirements met mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"known-attributes"}, broken); diff != "" {
		t.Errorf("requirements not met mismatch (-want +got):\n%s", diff)
	}
}

func TestDialOfTheOddCalledNumberIsNoFinding(t *testing.T) {
	t.Parallel()
	const dialDocument = `<Response><Dial><Number>%</Number></Dial></Response>`
	tests := []struct {
		name, to, number string
		odd              bool
		want             string
	}{
		{"Dial of the called number of an odd push: no finding", "1234567e0", "1234567e0", true, ""},
		{"Dial of another odd number: finding", "1234567e0", "7654321e0", true, "must"},
		{"Dial of an odd number if the push has no called number: finding", "", "7654321e0", true, "must"},
		{"Dial of the called number of a plain push: finding", "1234567e0", "1234567e0", false, "must"},
	}
	for _, test := range tests {
		x := exchange(push.NewCall, 200, xmlType, strings.Replace(dialDocument, "%", test.number, 1), withPush(func(p *push.Push) { p.To = test.to }))
		x.Odd = test.odd
		if got := resultsExceptMet(requirements.JudgeCall(callFor("push.odd-callee", x), receiver))["dial.number-format"]; got != test.want {
			t.Errorf("%s: dial.number-format is %q, want %q", test.name, got, test.want)
		}
	}
	x := exchange(push.NewCall, 200, xmlType, `<Response><Dial><Number>493023125001</Number><Number>x1234567e0</Number></Dial><Reject reason="1234567e0"/></Response>`, asOdd, withPush(func(p *push.Push) { p.To = "1234567e0" }))
	if got := resultsExceptMet(requirements.JudgeCall(callFor("push.odd-callee", x), receiver))["reject.reason"]; got != "must" {
		t.Errorf("reason that is the called number: reject.reason is %q, want must, because it is not a number of a Dial", got)
	}
}

func TestFixOfAProblemIsItsHint(t *testing.T) {
	t.Parallel()
	for _, j := range requirements.JudgeCall(callOf(exchange(push.NewCall, 200, xmlType, `<Response onHangUp="`+followUpURL+`"/>`)), receiver) {
		for _, f := range j.Findings {
			if f.Requirement != "response.known-attributes" || f.Fix != `did you mean "onHangup"?` {
				t.Errorf("finding of %s with fix %q, want one of response.known-attributes that suggests onHangup", f.Requirement, f.Fix)
			}
		}
	}
}

func TestEachActionIsJudgedByTheRequirementsAboutIt(t *testing.T) {
	t.Parallel()
	dialRules := "dial.target dial.number-format dial.max-five-targets dial.caller-id-format dial.anonymous-value"
	gatherRules := "gather.ondata gather.max-digits gather.timeout gather.type gather.nesting"
	tests := []struct {
		name, body string
		change     func(*transcript.Exchange)
		want       string
	}{
		{"Dial", `<Dial><Number>493023125002</Number></Dial>`, asConcurrent, dialRules},
		{"Dial in an outgoing call", `<Dial><Number>493023125002</Number></Dial>`, asOutgoing, dialRules + " dial.outgoing-one-target"},
		{"Play", `<Play><Url>https://receiver.example/a.wav</Url></Play>`, asConcurrent, "play.url"},
		{"Gather", `<Gather onData="` + followUpURL + `"/>`, asConcurrent, gatherRules},
		{"Gather with a Play", `<Gather onData="` + followUpURL + `"><Play><Url>https://receiver.example/a.wav</Url></Play></Gather>`, asConcurrent, gatherRules + " play.url"},
		{"Hangup", `<Hangup/>`, asConcurrent, "hangup.empty"},
	}
	for _, test := range tests {
		var got []string
		for _, j := range requirements.JudgeCall(callOf(exchange(push.NewCall, 200, xmlType, "<Response>"+test.body+"</Response>", test.change)), receiver) {
			area, _, _ := strings.Cut(j.Requirement, ".")
			if area != "response" && area != "push" && area != "transport" {
				got = append(got, j.Requirement)
			}
		}
		if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s: requirements met mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
