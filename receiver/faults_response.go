package receiver

import (
	"net/http"
	"strings"
	"time"
)

func responseFaults() []Fault {
	return []Fault{
		{
			Name: "status-201", Description: "responds with status 201 to a newCall",
			Phase: Responses, Breaks: []string{"response.status"},
			appliesTo: hasBody, change: withStatus(http.StatusCreated),
		},
		{
			Name: "html-type", Description: "sends its XML as text/html",
			Phase: Responses, Breaks: []string{"response.content-type"},
			appliesTo: hasBody, change: withHeader("Content-Type", "text/html; charset=utf-8"),
		},
		{
			Name: "text-xml", Description: "sends its XML as text/xml, which sipgate tolerates",
			Phase: Responses, Breaks: []string{"response.content-type"},
			appliesTo: hasBody, change: withHeader("Content-Type", "text/xml"),
		},
		{
			Name: "not-well-formed", Description: "writes a bare & into a URL of its XML",
			Phase: Responses, Breaks: []string{"response.well-formed"},
			appliesTo: hasBody, change: func(d *draft) {
				withAttribute("Response", "onAnswer", d.baseURL+answerPath+"?phone=1&line=2")(d)
			},
		},
		{
			Name: "json-body", Description: "responds to a newCall with JSON",
			Phase: Responses, Breaks: []string{"response.xml-or-nothing"},
			appliesTo: hasBody, change: combine(withHeader("Content-Type", "application/json"), withBody(`{"ok":true}`)),
		},
		{
			Name: "html-page", Description: "responds to a newCall with an HTML page",
			Phase: Responses, Breaks: []string{"response.xml-or-nothing"},
			appliesTo: hasBody, change: combine(withHeader("Content-Type", "text/html; charset=utf-8"),
				withBody("<!DOCTYPE html>\n<html><head><title>Receiver</title></head><body><p>It works.</p></body></html>\n")),
		},
		{
			Name: "wrong-root", Description: "calls the root element Reply",
			Phase: Responses, Breaks: []string{"response.root"},
			appliesTo: hasBody, change: combine(withReplacement("<Response", "<Reply"), withReplacement("</Response", "</Reply")),
		},
		{
			Name: "unknown-element", Description: "uses an action that does not exist: Say",
			Phase: Responses, Breaks: []string{"response.known-elements"},
			appliesTo: hasBody, change: withExtraContent("Response", "<Say>Great Scott</Say>"),
		},
		{
			Name: "unknown-attribute", Description: "spells onHangup as onHangUp, and so subscribes to no hangup",
			Phase: Responses, Breaks: []string{"response.known-attributes"}, MayBreak: []string{"following.hangup-too"},
			appliesTo: hasBody, change: func(d *draft) {
				combine(withoutAttribute("Response", "onHangup"), withAttribute("Response", "onHangUp", d.baseURL+hangupPath))(d)
			},
		},
		{
			Name: "several-actions", Description: "asks for two sounds in one response",
			Phase: Responses, Breaks: []string{"response.one-action"},
			appliesTo: hasBody, change: func(d *draft) {
				play := "<Play><Url>" + d.baseURL + soundPath + "</Url></Play>"
				withExtraContent("Response", play+play)(d)
			},
		},
		{
			Name: "slow", Description: "takes 12 seconds for its response to a newCall",
			Occasion: Occasion{NeedsWaiting: true}, Phase: Responses, Breaks: []string{"response.in-time"}, MayBreak: []string{"response.prompt"},
			appliesTo: hasBody, change: withDelay(12 * time.Second),
		},
		{
			Name: "not-prompt", Description: "takes 1.5 seconds for its response to a newCall",
			Occasion: Occasion{NeedsWaiting: true, WaitsAtEveryPush: true}, Phase: Responses, Breaks: []string{"response.prompt"},
			appliesTo: hasBody, change: withDelay(1500 * time.Millisecond),
		},
		{
			Name: "never-ends", Description: "sends its XML and does not end the response",
			Occasion: Occasion{NeedsWaiting: true}, Phase: Responses, Breaks: []string{"response.ends"},
			appliesTo: hasBody, change: func(d *draft) { d.neverEnds = true },
		},
		{
			Name: "wrong-charset", Description: "declares UTF-8 and writes ISO-8859-1",
			Phase: Responses, Breaks: []string{"response.readable-encoding"},
			appliesTo: hasBody, change: combine(withHeader("Content-Type", "application/xml; charset=UTF-8"), withComment("f\xfcr Doc")),
		},
		{
			Name: "false-gzip", Description: "declares gzip and does not compress",
			Phase: Responses, Breaks: []string{"response.readable-encoding"},
			appliesTo: hasBody, change: withHeader("Content-Encoding", "gzip"),
		},
		{
			Name: "page-size", Description: "responds to a newCall with 100 KiB",
			Phase: Responses, Breaks: []string{"response.reasonable-size"},
			appliesTo: hasBody, change: withComment(strings.Repeat("roads ", 100<<10/6+1)),
		},
	}
}

func withDelay(delay time.Duration) func(*draft) { return func(d *draft) { d.delay = delay } }

// withComment puts a comment before the root element.
func withComment(text string) func(*draft) {
	return func(d *draft) {
		d.body = []byte(strings.Replace(string(d.body), "<Response", "<!-- "+text+" --><Response", 1))
	}
}
