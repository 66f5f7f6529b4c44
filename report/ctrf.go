package report

import (
	"io"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

// CTRF writes the verdict in the Common Test Report Format: a test for each requirement, a test for each feature scenario of the user's
// own, and last a test for the verdict. The test for the verdict fails if the run fails and no other test shows why.
//
// A passed or warned requirement has the CTRF status passed. A requirement that is not applicable or skipped has the status skipped. A
// requirement that is waived, a known failure or undetermined has the status other, because CTRF has no better status. The field rawStatus
// has pushcheck's status, and the field extra has the values for which CTRF has no field. The duration of a test is the sum of the response
// times of the pushes that were sent only for its requirement. CTRF returns the error of the writer.
func CTRF(w io.Writer, v verdict.Verdict) error {
	began, tookMS := int64(0), runTime(v).Milliseconds()
	if !v.Began.IsZero() {
		began = v.Began.UnixMilli()
	}
	out := ctrfResults{
		Tool:    ctrfTool{"pushcheck", visible(v.Tool.Version)},
		Summary: ctrfSummary{Start: began, Stop: began + tookMS, Duration: tookMS},
		Extra: ctrfRunExtra{Verdict: conclusionOf(v), Exit: v.Exit, Reason: clipLong(sentence(v), maxBodyLength), Interrupted: v.Interrupted, Incoming: v.Incoming, Outgoing: v.Outgoing,
			Seed: v.Seed, Nonce: v.Nonce, Roots: v.Tool.Roots},
	}
	times := requirementTimes(v.Calls)
	for _, r := range v.Rows {
		test := ctrfTestOf(v, r, times[r.ID])
		test.Name, test.Suite = orEmpty(visible(r.ID)), []string{visible(r.Area())}
		out.Tests = append(out.Tests, test)
	}
	for _, s := range v.Scenarios {
		test := ctrfTestOf(v, s.Row(), 0)
		test.Name, test.Suite, test.File, test.Line = orEmpty(visible(s.Name)), []string{visible(s.Feature)}, s.File, s.Line
		out.Tests = append(out.Tests, test)
	}
	out.Tests = append(out.Tests, ctrfTestOfRun(v))
	for _, t := range out.Tests {
		out.Summary.count(t)
	}
	return writeJSON(w, "CTRF", ctrfReport{"CTRF", "0.0.0", "pushcheck", out})
}

type ctrfReport struct {
	Format    string      `json:"reportFormat"`
	Version   string      `json:"specVersion"`
	Generator string      `json:"generatedBy"`
	Results   ctrfResults `json:"results"`
}

type ctrfResults struct {
	Tool    ctrfTool     `json:"tool"`
	Summary ctrfSummary  `json:"summary"`
	Tests   []ctrfTest   `json:"tests"`
	Extra   ctrfRunExtra `json:"extra"`
}

type ctrfTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type ctrfSummary struct {
	Tests    int   `json:"tests"`
	Passed   int   `json:"passed"`
	Failed   int   `json:"failed"`
	Skipped  int   `json:"skipped"`
	Pending  int   `json:"pending"`
	Other    int   `json:"other"`
	Start    int64 `json:"start"`    // in ms since 1970; 0 if unknown
	Stop     int64 `json:"stop"`     // in ms since 1970; equal to Duration if Start is unknown
	Duration int64 `json:"duration"` // in ms
}

// ctrfStatus is a status of CTRF.
type ctrfStatus string

const (
	ctrfPassed  ctrfStatus = "passed"
	ctrfFailed  ctrfStatus = "failed"
	ctrfSkipped ctrfStatus = "skipped"
	ctrfOther   ctrfStatus = "other"
)

type ctrfTest struct {
	Name      string         `json:"name"`
	Status    ctrfStatus     `json:"status"`
	Duration  int64          `json:"duration"` // in ms
	Suite     []string       `json:"suite"`
	Message   string         `json:"message,omitempty"`
	Trace     string         `json:"trace,omitempty"`
	File      string         `json:"filePath,omitempty"`
	Line      int            `json:"line,omitempty"`
	RawStatus string         `json:"rawStatus"`
	Tags      []string       `json:"tags,omitempty"`
	Extra     *ctrfTestExtra `json:"extra,omitempty"`
}

type ctrfTestExtra struct {
	Level       requirements.Level `json:"level"`
	Statement   string             `json:"says"`
	Consequence string             `json:"so,omitempty"`
	CauseID     string             `json:"because,omitempty"`
	TimesJudged int                `json:"judged"`
}

type ctrfRunExtra struct {
	Verdict     verdict.Conclusion `json:"verdict"`
	Exit        int                `json:"exit"`
	Reason      string             `json:"why"`
	Interrupted bool               `json:"interrupted"`
	Incoming    string             `json:"incoming"`
	Outgoing    string             `json:"outgoing"`
	Seed        int64              `json:"seed"`
	Nonce       string             `json:"nonce"`
	Roots       string             `json:"roots"` // version of the root certificates
}

func (s *ctrfSummary) count(t ctrfTest) {
	s.Tests++
	switch t.Status {
	case ctrfPassed:
		s.Passed++
	case ctrfFailed:
		s.Failed++
	case ctrfSkipped:
		s.Skipped++
	default:
		s.Other++
	}
}

// ctrfTestOf returns the test for a row, without name and suite.
func ctrfTestOf(v verdict.Verdict, r verdict.Row, duration time.Duration) ctrfTest {
	t := ctrfTest{
		Duration: duration.Milliseconds(), RawStatus: string(r.Status), Tags: []string{string(r.Level)},
		Extra: &ctrfTestExtra{Level: r.Level, Statement: r.Statement, Consequence: r.Consequence, CauseID: r.CauseID, TimesJudged: r.TimesJudged},
	}
	switch {
	case failsRun(r):
		t.Status, t.Message = ctrfFailed, clipLong(firstFindingText(r), 500)
	case r.Status == verdict.Passed:
		t.Status = ctrfPassed
	case r.Status == verdict.Warned:
		t.Status, t.Message = ctrfPassed, clipLong(firstFindingText(r), 500)
	case r.Status == verdict.NotApplicable, r.Status == verdict.Skipped:
		t.Status, t.Message = ctrfSkipped, clipLong(reasonOf(r), 500)
	default:
		t.Status, t.Message = ctrfOther, clipLong(reasonOf(r), 500)
	}
	if len(r.Findings) > 0 {
		t.Trace = Block(v, r)
	}
	return t
}

// ctrfTestOfRun returns the test for the verdict of the whole run.
func ctrfTestOfRun(v verdict.Verdict) ctrfTest {
	t := ctrfTest{Name: "verdict", Status: ctrfFailed, Suite: []string{"verdict"}, Message: clipLong(sentence(v), 500), RawStatus: string(conclusionOf(v))}
	for _, p := range v.Problems {
		t.Trace += clipLong(p, maxBodyLength) + "\n"
	}
	t.Trace = strings.TrimSuffix(t.Trace, "\n")
	if rowsShowResult(v) {
		t.Status = ctrfPassed
	}
	return t
}
