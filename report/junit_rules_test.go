package report_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

// junitRule holds what an element may contain under two schemas: junit-10.xsd of Jenkins' xUnit plug-in, and surefire-test-report.xsd of
// Maven Surefire. The rules were written after reading the schemas; no schema is copied here.
type junitRule struct {
	required, optional []string // names of attributes
	children           []string // names of elements, in the order in which they must come
	text               bool     // text is allowed
}

func junitRules() map[string]junitRule {
	return map[string]junitRule{
		"testsuite": {required: []string{"name", "tests", "errors", "skipped", "failures"}, optional: []string{"time", "group"}, children: []string{"properties", "testcase"}},
		// Surefire requires the attribute time. xUnit allows only the attributes that are listed here.
		"testcase":   {required: []string{"name", "time"}, optional: []string{"classname", "group"}, children: []string{"failure", "skipped", "error", "system-out", "system-err"}},
		"properties": {children: []string{"property"}},
		"property":   {required: []string{"name", "value"}},
		"failure":    {required: []string{"type"}, optional: []string{"message"}, text: true},
		"error":      {required: []string{"type"}, optional: []string{"message"}, text: true},
		"skipped":    {optional: []string{"message"}, text: true}, // xUnit allows the attribute type, Surefire does not
		"system-out": {text: true},
		"system-err": {text: true},
	}
}

// junitTime is the pattern of a time in both schemas.
var junitTime = regexp.MustCompile(`^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]{0,3})?$`)

// junitProblems returns the violations of the rules in a document.
func junitProblems(document string) []string {
	var problems, openElements []string // an element is open until its end tag has been read
	var lastChild []int                 // for each open element, the index of its last child in junitRule.children
	addProblem := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	decoder := xml.NewDecoder(strings.NewReader(document))
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return problems
		}
		if err != nil {
			return append(problems, err.Error())
		}
		switch node := token.(type) {
		case xml.StartElement:
			name := node.Name.Local
			if len(openElements) == 0 && name != "testsuite" {
				addProblem("the root is %s", name)
			}
			if len(openElements) > 0 && openElements[len(openElements)-1] != "testsuites" {
				parent := openElements[len(openElements)-1]
				index := slices.Index(junitRules()[parent].children, name)
				if index < 0 || index < lastChild[len(lastChild)-1] {
					addProblem("%s in %s, at a place where it is not allowed", name, parent)
				}
				lastChild[len(lastChild)-1] = index
			}
			problems = append(problems, attributeProblems(node)...)
			openElements, lastChild = append(openElements, name), append(lastChild, 0)
		case xml.EndElement:
			openElements, lastChild = openElements[:len(openElements)-1], lastChild[:len(lastChild)-1]
		case xml.CharData:
			if len(openElements) > 0 && !junitRules()[openElements[len(openElements)-1]].text && strings.TrimSpace(string(node)) != "" {
				addProblem("text in %s", openElements[len(openElements)-1])
			}
		}
	}
}

func attributeProblems(node xml.StartElement) []string {
	var problems, names []string
	rule := junitRules()[node.Name.Local]
	for _, a := range node.Attr {
		names = append(names, a.Name.Local)
		if !slices.Contains(slices.Concat(rule.required, rule.optional), a.Name.Local) {
			problems = append(problems, fmt.Sprintf("%s has an attribute %s", node.Name.Local, a.Name.Local))
		}
		if a.Name.Local == "time" && !junitTime.MatchString(a.Value) {
			problems = append(problems, fmt.Sprintf("the time of %s is %q", node.Name.Local, a.Value))
		}
	}
	for _, name := range rule.required {
		if !slices.Contains(names, name) {
			problems = append(problems, fmt.Sprintf("%s has no attribute %s", node.Name.Local, name))
		}
	}
	return problems
}

func TestJUnitFollowsTheSchemasOfXUnitAndSurefire(t *testing.T) {
	t.Parallel()
	all := verdicts()
	all["a known failure"], all["a report that could not be written"] = knownFailureVerdict(), conformantVerdict().WithProblem("no space left on device")
	all["rows without ids"] = verdict.Verdict{Rows: []verdict.Row{{Status: verdict.Failed}}, Evidence: verdict.Evidence{Scenarios: []verdict.Scenario{{Status: verdict.Failed}}}}
	for name, v := range all {
		text := render(t, func(w io.Writer) error { return report.JUnit(w, v) })
		if diff := cmp.Diff([]string(nil), junitProblems(text)); diff != "" {
			t.Errorf("%s: problems mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestJUnitRulesRefuseDocumentsThatTheSchemasRefuse(t *testing.T) {
	t.Parallel()
	const start, end = `<testsuite name="a" tests="1" errors="0" skipped="0" failures="0">`, `</testsuite>`
	for _, tt := range []struct{ document, want string }{
		{start + `<testcase name="a" time="0.001"/>` + end, ""},
		{`<testsuites>` + start + end + `</testsuites>`, "the root is testsuites"},
		{start + start + end + end, "testsuite in testsuite, at a place where it is not allowed"},
		{start + `<testcase name="a"/>` + end, "testcase has no attribute time"},
		{start + `<testcase name="a" time="1e3"/>` + end, `the time of testcase is "1e3"`},
		{start + `<testcase name="a" time="1"><failure/></testcase>` + end, "failure has no attribute type"},
		{start + `<testcase name="a" time="1"><skipped type="b"/></testcase>` + end, "skipped has an attribute type"},
		{start + `<testcase name="a" time="1"><system-out/><skipped/></testcase>` + end, "skipped in testcase, at a place where it is not allowed"},
		{start + `<testcase name="a" time="1"/><properties/>` + end, "properties in testsuite, at a place where it is not allowed"},
		{start + `<testcase name="a" time="1">b</testcase>` + end, "text in testcase"},
		{start, "XML syntax error on line 1: unexpected EOF"},
	} {
		if got := strings.Join(junitProblems(tt.document), "; "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.document, got, tt.want)
		}
	}
}
