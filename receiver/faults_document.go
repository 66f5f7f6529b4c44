package receiver

import (
	"encoding/json"
	"net/http"
)

// documentFaults lists the faults in the document and in the headers that describe it.
func documentFaults() []Fault {
	return []Fault{
		{
			Name: "unknown-encoding", Description: "names an encoding in the XML declaration that does not exist, and no charset in the Content-Type",
			Phase: Responses, Breaks: []string{"response.readable-encoding"},
			applies: hasDocument, change: replaceText(`encoding="UTF-8"`, `encoding="klingon"`),
		},
		{
			Name: "false-declaration", Description: "writes UTF-8, as its Content-Type says, and declares UTF-16 in the XML",
			Phase: Responses, Breaks: []string{"response.readable-encoding"},
			applies: hasDocument, change: combine(setHeader("Content-Type", "application/xml; charset=UTF-8"), replaceText(`encoding="UTF-8"`, `encoding="UTF-16"`)),
		},
		{
			Name: "envelope", Description: "sends its XML as the body in a JSON object, as functions behind a gateway do",
			Phase: Responses, Breaks: []string{"response.content-type", "response.well-formed"},
			applies: hasDocument, change: func(d *draft) {
				// Marshalling a string cannot fail.
				quoted, _ := json.Marshal(string(d.body))
				combine(setHeader("Content-Type", "application/json"), setBody(`{"statusCode":200,"body":`+string(quoted)+`}`))(d)
			},
		},
		{
			Name: "two-types", Description: "sends two Content-Type headers, text/html before application/xml",
			Phase: Responses, Breaks: []string{"response.content-type"},
			applies: hasDocument, change: func(d *draft) { d.header["Content-Type"] = []string{"text/html", "application/xml"} },
		},
		{
			Name: "second-type", Description: "sends two Content-Type headers, application/xml before text/html",
			Phase: Responses, Breaks: []string{"response.content-type"},
			applies: hasDocument, change: func(d *draft) { d.header["Content-Type"] = []string{"application/xml", "text/html"} },
		},
		{
			Name: "html-type-relative", Description: "sends its XML as text/html, and names a relative URL as onHangup in it",
			Phase: Responses, Breaks: []string{"response.content-type", "following.hangup-url"},
			applies: hasDocument, change: combine(setHeader("Content-Type", "text/html"), setAttribute("Response", "onHangup", hangupPath)),
		},
		{
			Name: "status-201-say", Description: "responds with status 201, and uses an action that does not exist, Say",
			Phase: Responses, Breaks: []string{"response.status", "response.known-elements"},
			applies: hasDocument, change: combine(setStatus(http.StatusCreated), appendContent("Response", "<Say>Great Scott</Say>")),
		},
		{
			Name: "lower-case", Description: "calls the root element response, and names a relative URL as onAnswer in it",
			Phase: Responses, Breaks: []string{"response.root", "following.answer-url"},
			applies: hasDocument, change: combine(setAttribute("Response", "onAnswer", answerPath), replaceText("<Response", "<response"), replaceText("</Response", "</response")),
		},
		{
			Name: "no-name", Description: "uses element names that begin with a digit",
			Phase: Responses, Breaks: []string{"response.well-formed"},
			applies: hasDocument, change: combine(removeDeclaration, replaceText("<Response", "<1Response"), replaceText("</Response", "</1Response")),
		},
	}
}
