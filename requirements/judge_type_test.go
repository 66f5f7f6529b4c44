package requirements_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestSeveralContentTypesAreAFindingAndTheFirstDecidesItsLevel(t *testing.T) {
	t.Parallel()
	const want = "; want one Content-Type header, application/xml"
	sent := func(document string, types ...string) transcript.Call {
		x := says(push.NewCall, 200, types[0], document)
		x.Header = http.Header{"Content-Type": types}
		return one(x)
	}
	finding := func(level, got string) map[string]string {
		return map[string]string{"push.newcall": "met", "response.content-type": level + ": " + got + want}
	}
	checkInWords(t, receiver, []judgedCall{
		{"another type first", sent("<Response/>", "text/html", "application/xml"),
			finding("must", `two Content-Type headers: "text/html" and "application/xml"`)},
		{"XML first", sent("<Response/>", "application/xml", "text/html"),
			finding("should", `two Content-Type headers: "application/xml" and "text/html"`)},
		{"tolerated XML first", sent("<Response/>", "text/xml; charset=utf-8", "application/xml"),
			finding("should", `two Content-Type headers: "text/xml; charset=utf-8" and "application/xml"`)},
		{"the same twice", sent("<Response/>", "application/xml", "application/xml"),
			finding("should", `two Content-Type headers: "application/xml" and "application/xml"`)},
		{"an empty one first", sent("<Response/>", "", "application/xml"),
			finding("must", `two Content-Type headers: "" and "application/xml"`)},
		{"three", sent("<Response/>", "application/xml", "text/html", "text/plain"),
			finding("should", `3 Content-Type headers: "application/xml", "text/html" and "text/plain"`)},
		{"none", sent("<Response/>", ""), map[string]string{"push.newcall": "met", "response.content-type": "must: no Content-Type; want application/xml"}},
		{"one", sent("<Response/>", "application/xml"), map[string]string{"push.newcall": "met"}},
		{"two, and nothing to read", sent("", "application/xml", "text/html"), map[string]string{"push.newcall": "met"}},
	})
}

func TestFixOfAWrongContentType(t *testing.T) {
	t.Parallel()
	const (
		envelope = `{"statusCode": 200, "body": "<Response/>"}`
		opened   = "The JSON around the XML reaches sipgate with its own Content-Type. Unpack the XML first: see the fix of response.well-formed."
		differ   = "Set the header in one place: the other one often comes from a framework's default, a proxy or a second call. " +
			"Which one sipgate reads is not documented; pushcheck assumes the first."
		agree = "The headers agree, and one is enough: set application/xml in one place. The other one often comes from a framework's default, " +
			"a proxy or a second call."
	)
	tests := []struct {
		name, body string
		types      []string
		want       string // "": the fix of the requirement
	}{
		{"one of another type", "<Response/>", []string{"text/html"}, ""},
		{"JSON around the XML", envelope, []string{"application/json"}, opened},
		{"no type around the JSON around the XML", envelope, []string{""}, opened},
		{"JSON around the XML, declared twice", envelope, []string{"application/json", "application/xml"}, opened},
		{"two that differ", "<Response/>", []string{"text/html", "application/xml"}, differ},
		{"two that differ, XML first", "<Response/>", []string{"application/xml", "text/html"}, differ},
		{"two that differ in the kind of XML", "<Response/>", []string{"text/xml", "application/xml"}, differ},
		{"two that differ in the charset", "<Response/>", []string{"application/xml; charset=utf-8", "application/xml; charset=iso-8859-1"}, differ},
		{"two that agree", "<Response/>", []string{"application/xml", "application/xml"}, agree},
		{"two that agree in other words", "<Response/>", []string{"application/xml; charset=utf-8", "Application/XML;charset=UTF-8"}, agree},
		{"two that agree and are wrong", "<Response/>", []string{"text/html", "text/html"}, agree},
		{"three that agree", "<Response/>", []string{"application/xml", "application/xml", "application/xml"}, agree},
		{"three of which one differs", "<Response/>", []string{"application/xml", "application/xml", "text/html"}, differ},
	}
	for _, tt := range tests {
		x := says(push.NewCall, 200, tt.types[0], tt.body)
		x.Header = http.Header{"Content-Type": tt.types}
		got := "no finding"
		for _, j := range requirements.JudgeCall(one(x), receiver) {
			for _, f := range j.Findings {
				if f.Requirement == "response.content-type" {
					got = f.Fix
				}
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: fix mismatch (-want +got):\n%s", tt.name, diff)
		}
	}
}
