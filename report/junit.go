package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// JUnit writes the verdict as JUnit XML that the schemas of Jenkins' xUnit plug-in and of Maven Surefire accept. The document is one suite.
// Each requirement is a test case; its class is the area. Each feature scenario of the user's own is a test case; its class is the feature.
// The last test case is for the verdict, and fails if the run fails and no other test case shows why. So the suite never passes if the run
// judged nothing, was interrupted, or failed because of --strict or --no-waivers.
//
// A requirement that is not met is a failure, with everything that the terminal shows for it. A requirement that is undetermined, waived, a
// known failure, not applicable or skipped is skipped in JUnit, with the reason. A warned requirement passes, with its findings in
// system-out. An error means that pushcheck itself failed or was interrupted. The time of a requirement is the sum of the response times of
// the pushes that were sent only for this requirement. Text keeps the line breaks of pushcheck; control characters are escaped. JUnit
// returns the error of the writer.
func JUnit(w io.Writer, v verdict.Verdict) error {
	root := junitSuite{Name: "pushcheck", Time: formatSeconds(runTime(v)), Properties: propertiesOf(v)}
	times := requirementTimes(v.Calls)
	for _, r := range v.Rows {
		c := junitCaseOf(v, r)
		c.Class, c.Name, c.Time = visible(r.Area()), visible(r.ID), formatSeconds(times[r.ID])
		root.Cases = append(root.Cases, c)
	}
	timesUsed := map[[2]string]int{}
	for _, s := range v.Scenarios {
		c := junitCaseOf(v, s.Row())
		c.Class, c.Name, c.Time = visible(s.Feature), visible(s.Name), formatSeconds(0)
		name := [2]string{c.Class, c.Name}
		if timesUsed[name]++; timesUsed[name] > 1 { // the rows of an Examples table are scenarios with the same name
			c.Name += fmt.Sprintf(" #%d", timesUsed[name])
		}
		root.Cases = append(root.Cases, c)
	}
	root.Cases = append(root.Cases, junitCaseOfRun(v))
	root.count()
	text, err := xml.MarshalIndent(root, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the JUnit report: %w", err)
	}
	if _, err := io.WriteString(w, xml.Header+string(text)+"\n"); err != nil {
		return fmt.Errorf("writing the JUnit report: %w", err)
	}
	return nil
}

type junitSuite struct {
	XMLName    xml.Name         `xml:"testsuite"`
	Name       string           `xml:"name,attr"`
	Tests      int              `xml:"tests,attr"`
	Failures   int              `xml:"failures,attr"`
	Errors     int              `xml:"errors,attr"`
	Skipped    int              `xml:"skipped,attr"`
	Time       string           `xml:"time,attr"`
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

// junitCase has its fields in the order that Surefire's schema requires.
type junitCase struct {
	Class   string       `xml:"classname,attr"`
	Name    string       `xml:"name,attr"`
	Time    string       `xml:"time,attr"`
	Failure *junitResult `xml:"failure"`
	Skipped *junitResult `xml:"skipped"`
	Error   *junitResult `xml:"error"`
	Out     *junitText   `xml:"system-out"`
}

type junitResult struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"` // required in failures and errors, forbidden in skipped
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

// junitCaseOf returns the test case for a row, without class, name and time.
func junitCaseOf(v verdict.Verdict, r verdict.Row) junitCase {
	c := junitCase{}
	switch {
	case r.Status == verdict.Passed:
	case failsRun(r):
		c.Failure = &junitResult{Message: clipLong(firstFindingText(r), 500), Type: orEmpty(visible(string(r.Level))), Text: Block(v, r)}
	case r.Status == verdict.Warned:
		c.Out = &junitText{Block(v, r)}
	default: // an unknown status is skipped too: a row that was not judged must not look passed
		c.Skipped = &junitResult{Message: clipLong(string(r.Status)+": "+reasonOf(r), 500)}
		if len(r.Findings) > 0 {
			c.Out = &junitText{Block(v, r)}
		}
	}
	return c
}

// junitCaseOfRun returns the test case for the verdict of the whole run.
func junitCaseOfRun(v verdict.Verdict) junitCase {
	c := junitCase{Class: "verdict", Name: "verdict", Time: formatSeconds(0)}
	reason := clipLong(sentence(v), 500)
	var text strings.Builder
	text.WriteString(reason + "\n")
	for _, p := range v.Problems {
		text.WriteString(clipLong(p, maxBodyLength) + "\n")
	}
	result := &junitResult{Message: reason, Type: visible(string(conclusionOf(v))), Text: Inert(text.String())}
	switch {
	case v.Interrupted || len(v.Problems) > 0:
		c.Error = result
	case rowsShowResult(v):
		c.Out = &junitText{result.Text}
	default:
		c.Failure = result
	}
	return c
}

// rowsShowResult reports whether the rows of a report alone show the result of the run: the run is conformant, or a row shows why the run
// is not conformant.
func rowsShowResult(v verdict.Verdict) bool {
	if v.Exit == verdict.ExitConformant {
		return v.Conclusion == verdict.Conformant
	}
	return v.Exit == verdict.ExitNotConformant && len(rowsFailingRun(v)) > 0
}

func propertiesOf(v verdict.Verdict) *junitProperties {
	all := []junitProperty{{"version", v.Tool.Version}, {"roots", v.Tool.Roots}, {"incoming", v.Incoming}, {"outgoing", v.Outgoing},
		{"seed", fmt.Sprint(v.Seed)}, {"nonce", v.Nonce}, {"interrupted", fmt.Sprint(v.Interrupted)}, {"exit", fmt.Sprint(v.Exit)}}
	for i := range all {
		all[i].Value = visible(all[i].Value)
	}
	return &junitProperties{all}
}

// requirementTimes returns, by id of a requirement, the sum of the response times of the pushes that were sent only for this requirement.
func requirementTimes(calls []transcript.Call) map[string]time.Duration {
	times := map[string]time.Duration{}
	for _, c := range calls {
		for _, ex := range c.Exchanges {
			times[c.RequirementID] += ex.Duration
		}
	}
	delete(times, "")
	return times
}

// runTime returns how long a run took. If that is unknown, it returns the sum of the response times.
func runTime(v verdict.Verdict) time.Duration {
	if v.Took > 0 {
		return v.Took
	}
	sum := time.Duration(0)
	for _, c := range v.Calls {
		for _, ex := range c.Exchanges {
			sum += ex.Duration
		}
	}
	return sum
}

// formatSeconds formats a duration in seconds, with three digits after the point, as JUnit requires.
func formatSeconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
