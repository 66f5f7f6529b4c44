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
			applies: hasDocument, change: setStatus(http.StatusCreated),
		},
		{
			Name: "html-type", Description: "sends its XML as text/html",
			Phase: Responses, Breaks: []string{"response.content-type"},
			applies: hasDocument, change: setHeader("Content-Type", "text/html; charset=utf-8"),
		},
		{
			Name: "text-xml", Description: "sends its XML as text/xml, which sipgate tolerates",
			Phase: Responses, Breaks: []string{"response.content-type"},
			applies: hasDocument, change: setHeader("Content-Type", "text/xml"),
		},
		{
			Name: "not-well-formed", Description: "writes a bare & into a URL of its XML",
			Phase: Responses, Breaks: []string{"response.well-formed"},
			applies: hasDocument, change: func(d *draft) {
				setAttribute("Response", "onAnswer", d.baseURL+answerPath+"?phone=1&line=2")(d)
			},
		},
		{
			Name: "json-body", Description: "responds to a newCall with JSON",
			Phase: Responses, Breaks: []string{"response.xml-or-nothing"},
			applies: hasDocument, change: combine(setHeader("Content-Type", "application/json"), setBody(`{"ok":true}`)),
		},
		{
			Name: "html-page", Description: "responds to a newCall with an HTML page",
			Phase: Responses, Breaks: []string{"response.xml-or-nothing"},
			applies: hasDocument, change: combine(setHeader("Content-Type", "text/html; charset=utf-8"),
				setBody("<!DOCTYPE html>\n<html><head><title>Receiver</title></head><body><p>It works.</p></body></html>\n")),
		},
		{
			Name: "wrong-root", Description: "calls the root element Reply",
			Phase: Responses, Breaks: []string{"response.root"},
			applies: hasDocument, change: combine(replaceText("<Response", "<Reply"), replaceText("</Response", "</Reply")),
		},
		{
			Name: "unknown-element", Description: "uses an action that does not exist: Say",
			Phase: Responses, Breaks: []string{"response.known-elements"},
			applies: hasDocument, change: appendContent("Response", "<Say>Great Scott</Say>"),
		},
		{
			Name: "unknown-attribute", Description: "spells onHangup as onHangUp, and so subscribes to no hangup",
			Phase: Responses, Breaks: []string{"response.known-attributes"}, MayBreak: []string{"following.hangup-too"},
			applies: hasDocument, change: func(d *draft) {
				combine(removeAttribute("Response", "onHangup"), setAttribute("Response", "onHangUp", d.baseURL+hangupPath))(d)
			},
		},
		{
			Name: "several-actions", Description: "asks for two sounds in one response",
			Phase: Responses, Breaks: []string{"response.one-action"},
			applies: hasDocument, change: func(d *draft) {
				play := "<Play><Url>" + d.baseURL + soundPath + "</Url></Play>"
				appendContent("Response", play+play)(d)
			},
		},
		{
			Name: "slow", Description: "takes 12 seconds for its response to a newCall",
			Conditions: Conditions{Slow: true}, Phase: Responses, Breaks: []string{"response.in-time"}, MayBreak: []string{"response.prompt"},
			applies: hasDocument, change: delayBy(12 * time.Second),
		},
		{
			Name: "not-prompt", Description: "takes 1.5 seconds for its response to a newCall",
			Conditions: Conditions{Slow: true, AlwaysSlow: true}, Phase: Responses, Breaks: []string{"response.prompt"},
			applies: hasDocument, change: delayBy(1500 * time.Millisecond),
		},
		{
			Name: "never-ends", Description: "sends its XML and does not end the response",
			Conditions: Conditions{Slow: true}, Phase: Responses, Breaks: []string{"response.ends"},
			applies: hasDocument, change: func(d *draft) { d.neverEnds = true },
		},
		{
			Name: "wrong-charset", Description: "declares UTF-8 and writes ISO-8859-1",
			Phase: Responses, Breaks: []string{"response.readable-encoding"},
			applies: hasDocument, change: combine(setHeader("Content-Type", "application/xml; charset=UTF-8"), insertComment("f\xfcr Doc")),
		},
		{
			Name: "false-gzip", Description: "declares gzip and does not compress",
			Phase: Responses, Breaks: []string{"response.readable-encoding"},
			applies: hasDocument, change: setHeader("Content-Encoding", "gzip"),
		},
		{
			Name: "page-size", Description: "responds to a newCall with 100 KiB",
			Phase: Responses, Breaks: []string{"response.reasonable-size"},
			applies: hasDocument, change: insertComment(strings.Repeat("roads ", 100<<10/6+1)),
		},
	}
}

func delayBy(delay time.Duration) func(*draft) { return func(d *draft) { d.delay = delay } }

// insertComment returns a change that puts an XML comment before the root element.
func insertComment(text string) func(*draft) {
	return func(d *draft) {
		d.body = []byte(strings.Replace(string(d.body), "<Response", "<!-- "+text+" --><Response", 1))
	}
}
