package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/pushcheck/pushcheck/verdict"
)

// JUnit writes the verdict as JUnit XML: a suite for each area with a test case for each requirement, a suite "features" with
// a case for each scenario of the user's own, and a last suite "verdict". Its one case fails if the run does and no other case
// shows it, so that a run that judged nothing, was interrupted or failed under stricter rules never passes.
//
// failed is a failure; undetermined an error, or skipped if a known failure is the cause; waived, known, not applicable and skipped are skipped with the reason; warned passes with system-out.
// Text keeps its line breaks where pushcheck made them; control characters are made visible. The error is the writer's.
func JUnit(w io.Writer, v verdict.Verdict) error {
	calls := evidenceOf(v)
	root := junitSuites{Name: "pushcheck"}
	at := map[string]int{}
	for _, r := range v.Rows {
		area := r.Area()
		i, seen := at[area]
		if !seen {
			i = len(root.Suites)
			at[area] = i
			root.Suites = append(root.Suites, junitSuite{Name: visible(area)})
		}
		root.Suites[i].Cases = append(root.Suites[i].Cases, caseOf(r, calls))
	}
	if len(v.Scenarios) > 0 {
		own, seen := junitSuite{Name: "features"}, map[string]int{}
		for _, s := range v.Scenarios {
			c := caseOf(s.Row(), calls)
			c.Class, c.Name = "pushcheck.features", visible(s.Feature+": "+s.Name)
			if seen[c.Name]++; seen[c.Name] > 1 {
				c.Name += fmt.Sprintf(" #%d", seen[c.Name])
			}
			own.Cases = append(own.Cases, c)
		}
		root.Suites = append(root.Suites, own)
	}
	root.Suites = append(root.Suites, junitSuite{Name: "verdict", Properties: propertiesOf(v), Cases: []junitCase{caseOfRun(v)}})
	for i := range root.Suites {
		root.Suites[i].count()
		root.Tests += root.Suites[i].Tests
		root.Failures += root.Suites[i].Failures
		root.Errors += root.Suites[i].Errors
		root.Skipped += root.Suites[i].Skipped
	}
	text, err := xml.MarshalIndent(root, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the JUnit report: %w", err)
	}
	if _, err := io.WriteString(w, xml.Header+string(text)+"\n"); err != nil {
		return fmt.Errorf("writing the JUnit report: %w", err)
	}
	return nil
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string           `xml:"name,attr"`
	Tests      int              `xml:"tests,attr"`
	Failures   int              `xml:"failures,attr"`
	Errors     int              `xml:"errors,attr"`
	Skipped    int              `xml:"skipped,attr"`
	Properties *junitProperties `xml:"properties"`
	Cases      []junitCase      `xml:"testcase"`
}

type junitProperties struct {
	Properties []junitProperty `xml:"property"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string       `xml:"classname,attr"`
	Name    string       `xml:"name,attr"`
	Skipped *junitResult `xml:"skipped"`
	Failure *junitResult `xml:"failure"`
	Error   *junitResult `xml:"error"`
	Out     *junitText   `xml:"system-out"`
}

type junitResult struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",cdata"`
}

type junitText struct {
	Text string `xml:",cdata"`
}

func (s *junitSuite) count() {
	for _, c := range s.Cases {
		s.Tests++
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
}

func caseOf(r verdict.Row, calls evidence) junitCase {
	c := junitCase{Class: "pushcheck." + visible(r.Area()), Name: visible(r.ID)}
	told := findingsText(r, calls)
	reason := clipLong(string(r.Status)+": "+reasonOf(r), 500)
	switch {
	case r.Status == verdict.Passed:
	case r.Status == verdict.Warned:
		c.tell(told)
	case r.Status == verdict.Failed:
		message := "not met"
		if len(r.Findings) > 0 {
			f := alikeFindings(r)[0][0]
			message = wantedGot(f.Want, f.Got)
		}
		c.Failure = &junitResult{Message: clipLong(message, 500), Type: visible(string(r.Level)), Text: told}
	case r.Status == verdict.Undetermined && r.KnownCause == "":
		c.Error = &junitResult{Message: reason, Type: string(r.Status), Text: told}
	default: // also a status that is not known here: nothing that was not judged may look passed
		c.Skipped = &junitResult{Message: reason}
		c.tell(told)
	}
	return c
}

func (c *junitCase) tell(text string) {
	if text != "" {
		c.Out = &junitText{text}
	}
}

// findingsText is all that is known of a requirement's findings, a paragraph for each.
func findingsText(r verdict.Row, calls evidence) string {
	if len(r.Findings) == 0 {
		return ""
	}
	var b strings.Builder
	say := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%s: %s\n", label, clipLong(text, 2*longBody))
		}
	}
	fmt.Fprintf(&b, "%s\n", visible(r.Says))
	say("known", expired(r))
	for _, f := range r.Findings {
		b.WriteByte('\n')
		say("level", string(f.Level))
		say("want", f.Want)
		say("got", f.Got)
		say("said", calls.said(f))
		say("when", calls.variant(f))
		say("in the response at", position(f))
		say("at", calls.place(f))
		say("fix", calls.remedy(r, f))
		say("repeat", calls.curl(f))
	}
	b.WriteByte('\n')
	say("so", r.So)
	return b.String()
}

// caseOfRun tells the whole run by its exit code.
func caseOfRun(v verdict.Verdict) junitCase {
	c := junitCase{Class: "pushcheck.verdict", Name: "verdict"}
	result := &junitResult{Message: clipLong(sentence(v), 500), Type: visible(string(conclusionOf(v)))}
	for _, p := range v.Problems {
		result.Text += clipLong(p, longBody) + "\n"
	}
	switch {
	case v.Exit == 0 && v.Conclusion == verdict.Conformant:
		c.tell(visible(sentence(v)) + "\n" + result.Text)
	case v.Exit == 1 && len(withStatus(allRows(v), verdict.Failed)) > 0:
		c.tell(visible(sentence(v)) + "\n" + result.Text) // the requirements or scenarios themselves are red
	case v.Exit == 1:
		c.Failure = result
	default:
		c.Error = result
	}
	return c
}

func propertiesOf(v verdict.Verdict) *junitProperties {
	all := []junitProperty{{"version", v.Tool.Version}, {"roots", v.Tool.Roots}, {"incoming", v.Incoming}, {"outgoing", v.Outgoing},
		{"seed", fmt.Sprint(v.Seed)}, {"nonce", v.Nonce}, {"interrupted", fmt.Sprint(v.Interrupted)}, {"exit", fmt.Sprint(v.Exit)}}
	for i := range all {
		all[i].Value = visible(all[i].Value)
	}
	return &junitProperties{all}
}
