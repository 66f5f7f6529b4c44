package requirements_test

import (
	"net/http"
	"strings"
	"testing"

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
		{"one", sent("<Response/>", "application/xml"), map[string]string{"push.newcall": "met"}},
		{"two, and nothing to read", sent("", "application/xml", "text/html"), map[string]string{"push.newcall": "met"}},
	})
}

func TestFixOfSeveralContentTypesSaysWhichOneIsAssumedToCount(t *testing.T) {
	t.Parallel()
	x := says(push.NewCall, 200, "text/html", "<Response/>")
	x.Header = http.Header{"Content-Type": {"text/html", "application/xml"}}
	for _, j := range requirements.JudgeCall(one(x), receiver) {
		for _, f := range j.Findings {
			if f.Requirement == "response.content-type" && !strings.Contains(f.Fix, "pushcheck assumes the first") {
				t.Errorf("fix %q, want it to say which header is assumed to count", f.Fix)
			}
		}
	}
}
