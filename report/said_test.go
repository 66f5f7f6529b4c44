package report_test

import (
	"io"
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestFindingShowsTheTextOfTheResponseOnOneLine(t *testing.T) {
	t.Parallel()
	page := "<!DOCTYPE html>\n<html><style>p{}</style>\n<h1>Server Error</h1><p>no column  &quot;w1&quot;</p></html>"
	for name, tt := range map[string]struct {
		status   int
		body     string
		document response.Document
		line     int    // line of the finding in the response; 0 if the finding has no position there
		want     string // the text after "said"; "" if the report has no such line
	}{
		"an error page":                 {500, page, response.Document{Kind: response.NotXML}, 0, `Server Error no column "w1"`},
		"an error page with status 200": {200, page, response.Document{Kind: response.NotXML}, 0, `Server Error no column "w1"`},
		"JSON":                          {422, "{\"detail\":\n \"missing\"}", response.Document{}, 0, `{"detail": "missing"}`},
		"plain text":                    {500, "KeyError:\n 'user[]'", response.Document{}, 0, `KeyError: 'user[]'`},
		"an empty response body":        {500, "", response.Document{}, 0, "nothing: the body is empty"},
		"binary data":                   {500, "\x00\x01", response.Document{}, 0, "(2 bytes of binary data)"},
		"an Error document":             {200, `<Error message="no"/>`, response.Document{Kind: response.XML, Root: "Error"}, 0, `<Error message="no"/>`},
		"a Response document":           {200, `<Response/>`, response.Document{Kind: response.XML, Root: "Response"}, 0, ""},
		"a finding with a position in the response": {500, "<p>\n", response.Document{Kind: response.XML}, 1, ""},
		"no response": {0, "", response.Document{}, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := transcript.Exchange{Outcome: transcript.Outcome{End: transcript.Complete, Status: tt.status, ResponseBody: []byte(tt.body), Document: tt.document}}
			v := verdict.Verdict{
				Evidence: verdict.Evidence{Calls: []transcript.Call{{ID: 1, Exchanges: []transcript.Exchange{x}}}},
				Rows: []verdict.Row{{
					Requirement: requirements.Requirement{ID: "push.newcall"}, Status: verdict.Failed,
					Findings: []requirements.Finding{{Got: "a finding", Call: 1, Position: requirements.Position{Line: tt.line, Column: tt.line}}},
				}},
			}
			for output, test := range map[string]struct{ text, label string }{
				"quiet": {render(t, terminalPrinter(v, report.TerminalOptions{Quiet: true})), "  said      "},
				"JUnit": {render(t, func(w io.Writer) error { return report.JUnit(w, v) }), "  said      "},
			} {
				got := ""
				for line := range strings.Lines(test.text) {
					if rest, isFound := strings.CutPrefix(line, test.label); isFound {
						got = strings.TrimSuffix(rest, "\n")
					}
				}
				if got != tt.want {
					t.Errorf("%s: the text of the response is %q, want %q:\n%s", output, got, tt.want, test.text)
				}
			}
		})
	}
}
