package receiver

import (
	"net/http"
	"strings"
	"time"
)

func responseFaults() []Fault {
	return []Fault{
		{
			Name: "status-201", Summary: "responds with status 201 to a newCall",
			Phase: Responses, Breaks: []string{"response.status"},
			on: document, change: status(http.StatusCreated),
		},
		{
			Name: "html-type", Summary: "sends its XML as text/html",
			Phase: Responses, Breaks: []string{"response.content-type"},
			on: document, change: header("Content-Type", "text/html; charset=utf-8"),
		},
		{
			Name: "text-xml", Summary: "sends its XML as text/xml, which sipgate tolerates",
			Phase: Responses, Breaks: []string{"response.content-type"},
			on: document, change: header("Content-Type", "text/xml"),
		},
		{
			Name: "not-well-formed", Summary: "writes a bare & into a URL of its XML",
			Phase: Responses, Breaks: []string{"response.well-formed"},
			on: document, change: func(d *draft) {
				attribute("Response", "onAnswer", d.base+answerPath+"?phone=1&line=2")(d)
			},
		},
		{
			Name: "json-body", Summary: "responds to a newCall with JSON",
			Phase: Responses, Breaks: []string{"response.xml-or-nothing"},
			on: document, change: both(header("Content-Type", "application/json"), text(`{"ok":true}`)),
		},
		{
			Name: "html-page", Summary: "responds to a newCall with an HTML page",
			Phase: Responses, Breaks: []string{"response.xml-or-nothing"},
			on: document, change: both(header("Content-Type", "text/html; charset=utf-8"),
				text("<!DOCTYPE html>\n<html><head><title>Receiver</title></head><body><p>It works.</p></body></html>\n")),
		},
		{
			Name: "wrong-root", Summary: "calls the root element Reply",
			Phase: Responses, Breaks: []string{"response.root"},
			on: document, change: both(replace("<Response", "<Reply"), replace("</Response", "</Reply")),
		},
		{
			Name: "unknown-element", Summary: "uses an action that does not exist: Say",
			Phase: Responses, Breaks: []string{"response.known-elements"},
			on: document, change: more("Response", "<Say>Great Scott</Say>"),
		},
		{
			Name: "unknown-attribute", Summary: "spells onHangup as onHangUp, and so subscribes to no hangup",
			Phase: Responses, Breaks: []string{"response.known-attributes"}, MayBreak: []string{"following.hangup-too"},
			on: document, change: func(d *draft) {
				both(without("Response", "onHangup"), attribute("Response", "onHangUp", d.base+hangupPath))(d)
			},
		},
		{
			Name: "several-actions", Summary: "asks for two sounds in one response",
			Phase: Responses, Breaks: []string{"response.one-action"},
			on: document, change: func(d *draft) {
				play := "<Play><Url>" + d.base + soundPath + "</Url></Play>"
				more("Response", play+play)(d)
			},
		},
		{
			Name: "slow", Summary: "takes 12 seconds for its response to a newCall",
			Conditions: Conditions{Slow: true}, Phase: Responses, Breaks: []string{"response.in-time"}, MayBreak: []string{"response.prompt"},
			on: document, change: wait(12 * time.Second),
		},
		{
			Name: "not-prompt", Summary: "takes 1.5 seconds for its response to a newCall",
			Conditions: Conditions{Slow: true, AlwaysSlow: true}, Phase: Responses, Breaks: []string{"response.prompt"},
			on: document, change: wait(1500 * time.Millisecond),
		},
		{
			Name: "never-ends", Summary: "sends its XML and does not end the response",
			Conditions: Conditions{Slow: true}, Phase: Responses, Breaks: []string{"response.ends"},
			on: document, change: func(d *draft) { d.hold = true },
		},
		{
			Name: "wrong-charset", Summary: "declares UTF-8 and writes ISO-8859-1",
			Phase: Responses, Breaks: []string{"response.readable-encoding"},
			on: document, change: both(header("Content-Type", "application/xml; charset=UTF-8"), comment("f\xfcr Doc")),
		},
		{
			Name: "false-gzip", Summary: "declares gzip and does not compress",
			Phase: Responses, Breaks: []string{"response.readable-encoding"},
			on: document, change: header("Content-Encoding", "gzip"),
		},
		{
			Name: "page-size", Summary: "responds to a newCall with 100 KiB",
			Phase: Responses, Breaks: []string{"response.reasonable-size"},
			on: document, change: comment(strings.Repeat("roads ", 100<<10/6+1)),
		},
	}
}

func wait(long time.Duration) func(*draft) { return func(d *draft) { d.wait = long } }

// comment puts a comment before the root element.
func comment(says string) func(*draft) {
	return func(d *draft) {
		d.body = []byte(strings.Replace(string(d.body), "<Response", "<!-- "+says+" --><Response", 1))
	}
}
