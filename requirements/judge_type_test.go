package requirements_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestFirstOfSeveralContentTypesDecidesTheLevelOfTheFinding(t *testing.T) {
	t.Parallel()
	const want = "; want one Content-Type header, application/xml"
	responseWith := func(document string, types ...string) transcript.Call {
		x := exchange(push.NewCall, 200, types[0], document)
		x.Header = http.Header{"Content-Type": types}
		return callOf(x)
	}
	finding := func(level, got string) map[string]string {
		return map[string]string{"push.newcall": "met", "response.content-type": level + ": " + got + want}
	}
	checkJudgements(t, receiver, []judgedCall{
		{"text/html first: must", responseWith("<Response/>", "text/html", "application/xml"),
			finding("must", `two Content-Type headers: "text/html" and "application/xml"`)},
		{"application/xml first: should", responseWith("<Response/>", "application/xml", "text/html"),
			finding("should", `two Content-Type headers: "application/xml" and "text/html"`)},
		{"text/xml first: should", responseWith("<Response/>", "text/xml; charset=utf-8", "application/xml"),
			finding("should", `two Content-Type headers: "text/xml; charset=utf-8" and "application/xml"`)},
		{"application/xml twice: should", responseWith("<Response/>", "application/xml", "application/xml"),
			finding("should", `two Content-Type headers: "application/xml" and "application/xml"`)},
		{"empty header first: must", responseWith("<Response/>", "", "application/xml"),
			finding("must", `two Content-Type headers: "" and "application/xml"`)},
		{"three headers, application/xml first: should", responseWith("<Response/>", "application/xml", "text/html", "text/plain"),
			finding("should", `3 Content-Type headers: "application/xml", "text/html" and "text/plain"`)},
		{"no header: must", responseWith("<Response/>", ""), map[string]string{"push.newcall": "met", "response.content-type": "must: no Content-Type; want application/xml"}},
		{"one header, application/xml: met", responseWith("<Response/>", "application/xml"), map[string]string{"push.newcall": "met"}},
		{"two headers, empty body: not judged", responseWith("", "application/xml", "text/html"), map[string]string{"push.newcall": "met"}},
	})
}

func TestFixOfAWrongContentTypeDependsOnHeadersAndBody(t *testing.T) {
	t.Parallel()
	const (
		envelope     = `{"statusCode": 200, "body": "<Response/>"}`
		unpackFix    = "The JSON around the XML reaches sipgate with its own Content-Type. Unpack the XML first: see the fix of response.well-formed."
		differentFix = "Set the header in one place: the other one often comes from a framework's default, a proxy or a second call. " +
			"Which one sipgate reads is not documented; pushcheck assumes the first."
		sameFix = "The headers agree, and one is enough: set application/xml in one place. The other one often comes from a framework's default, " +
			"a proxy or a second call."
	)
	tests := []struct {
		name, body string
		types      []string
		want       string // "": the fix of the requirement
	}{
		{"text/html: fix of the requirement", "<Response/>", []string{"text/html"}, ""},
		{"JSON around the XML: fix is to unpack it", envelope, []string{"application/json"}, unpackFix},
		{"JSON around the XML without a header: fix is to unpack it", envelope, []string{""}, unpackFix},
		{"JSON around the XML with two headers: fix is to unpack it", envelope, []string{"application/json", "application/xml"}, unpackFix},
		{"two headers with different types: fix says that they differ", "<Response/>", []string{"text/html", "application/xml"}, differentFix},
		{"two headers with different types, XML first: fix says that they differ", "<Response/>", []string{"application/xml", "text/html"}, differentFix},
		{"two headers, text/xml and application/xml: fix says that they differ", "<Response/>", []string{"text/xml", "application/xml"}, differentFix},
		{"two headers with different charsets: fix says that they differ", "<Response/>", []string{"application/xml; charset=utf-8", "application/xml; charset=iso-8859-1"}, differentFix},
		{"two equal headers: fix says that they agree", "<Response/>", []string{"application/xml", "application/xml"}, sameFix},
		{"two headers that differ in letter case: fix says that they agree", "<Response/>", []string{"application/xml; charset=utf-8", "Application/XML;charset=UTF-8"}, sameFix},
		{"two equal headers, text/html: fix says that they agree", "<Response/>", []string{"text/html", "text/html"}, sameFix},
		{"three equal headers: fix says that they agree", "<Response/>", []string{"application/xml", "application/xml", "application/xml"}, sameFix},
		{"three headers, one different: fix says that they differ", "<Response/>", []string{"application/xml", "application/xml", "text/html"}, differentFix},
	}
	for _, tt := range tests {
		x := exchange(push.NewCall, 200, tt.types[0], tt.body)
		x.Header = http.Header{"Content-Type": tt.types}
		got := "no finding"
		for _, j := range requirements.JudgeCall(callOf(x), receiver) {
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
