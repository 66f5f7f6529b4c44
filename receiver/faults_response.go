package receiver

import (
	"net/http"
	"strings"
	"time"
)

func responseFaults() []Fault {
	return []Fault{
		{
			Name: "status-201", Says: "answers a newCall with status 201",
			Phase: Answers, Breaks: []string{"response.status"},
			on: document, change: status(http.StatusCreated),
		},
		{
			Name: "html-type", Says: "sends its XML as text/html",
			Phase: Answers, Breaks: []string{"response.content-type"},
			on: document, change: header("Content-Type", "text/html; charset=utf-8"),
		},
		{
			Name: "text-xml", Says: "sends its XML as text/xml, which sipgate tolerates",
			Phase: Answers, Breaks: []string{"response.content-type"},
			on: document, change: header("Content-Type", "text/xml"),
		},
		{
			Name: "not-well-formed", Says: "writes a bare & into a URL of its XML",
			Phase: Answers, Breaks: []string{"response.well-formed"},
			on: document, change: func(a *answer) {
				attribute("Response", "onAnswer", a.base+answerPath+"?phone=1&line=2")(a)
			},
		},
		{
			Name: "json-body", Says: "answers a newCall with JSON",
			Phase: Answers, Breaks: []string{"response.xml-or-nothing"},
			on: document, change: both(header("Content-Type", "application/json"), text(`{"ok":true}`)),
		},
		{
			Name: "html-page", Says: "answers a newCall with an HTML page",
			Phase: Answers, Breaks: []string{"response.xml-or-nothing"},
			on: document, change: both(header("Content-Type", "text/html; charset=utf-8"),
				text("<!DOCTYPE html>\n<html><head><title>Receiver</title></head><body><p>It works.</p></body></html>\n")),
		},
		{
			Name: "wrong-root", Says: "calls the root element Reply",
			Phase: Answers, Breaks: []string{"response.root"},
			on: document, change: both(exchange("<Response", "<Reply"), exchange("</Response", "</Reply")),
		},
		{
			Name: "unknown-element", Says: "uses an action that there is not, Say",
			Phase: Answers, Breaks: []string{"response.known-elements"},
			on: document, change: more("Response", "<Say>Great Scott</Say>"),
		},
		{
			Name: "unknown-attribute", Says: "spells onHangup as onHangUp, and so subscribes to no hangup",
			Phase: Answers, Breaks: []string{"response.known-attributes"}, May: []string{"following.hangup-too"},
			on: document, change: func(a *answer) {
				both(without("Response", "onHangup"), attribute("Response", "onHangUp", a.base+hangupPath))(a)
			},
		},
		{
			Name: "several-actions", Says: "asks for two sounds in one response",
			Phase: Answers, Breaks: []string{"response.one-action"},
			on: document, change: func(a *answer) {
				play := "<Play><Url>" + a.base + soundPath + "</Url></Play>"
				more("Response", play+play)(a)
			},
		},
		{
			Name: "slow", Says: "takes 12 seconds for its response to a newCall",
			Waits: true, Phase: Answers, Breaks: []string{"response.in-time"}, May: []string{"response.prompt"},
			on: document, change: wait(12 * time.Second),
		},
		{
			Name: "not-prompt", Says: "takes 1.5 seconds for its response to a newCall",
			Waits: true, Phase: Answers, Breaks: []string{"response.prompt"},
			on: document, change: wait(1500 * time.Millisecond),
		},
		{
			Name: "never-ends", Says: "sends its XML and does not end the response",
			Waits: true, Phase: Answers, Breaks: []string{"response.ends"},
			on: document, change: func(a *answer) { a.hold = true },
		},
		{
			Name: "wrong-charset", Says: "declares UTF-8 and writes ISO-8859-1",
			Phase: Answers, Breaks: []string{"response.readable-encoding"},
			on: document, change: both(header("Content-Type", "application/xml; charset=UTF-8"), comment("f\xfcr Doc")),
		},
		{
			Name: "false-gzip", Says: "declares gzip and does not compress",
			Phase: Answers, Breaks: []string{"response.readable-encoding"},
			on: document, change: header("Content-Encoding", "gzip"),
		},
		{
			Name: "page-size", Says: "answers a newCall with 100 KiB",
			Phase: Answers, Breaks: []string{"response.reasonable-size"},
			on: document, change: comment(strings.Repeat("roads ", 100<<10/6+1)),
		},
	}
}

func wait(d time.Duration) func(*answer) { return func(a *answer) { a.wait = d } }

// comment puts a comment before the root element.
func comment(says string) func(*answer) {
	return func(a *answer) {
		a.body = []byte(strings.Replace(string(a.body), "<Response", "<!-- "+says+" --><Response", 1))
	}
}
